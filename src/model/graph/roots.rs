//! Roots: what is there for its own sake.

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;

/// What the roots were told by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asked {
    /// `REQUESTED`: the installer was given them by name.
    ByName,
    /// No distribution carries `REQUESTED`, or all do: roots are what nothing else needs.
    NotTold,
}

/// The roots, from the edges of all packages and whether each was asked for; `None` is no distribution.
pub(super) fn find(edges: &[Vec<usize>], requested: &[Option<bool>]) -> (Vec<usize>, Asked) {
    let tells = requested.contains(&Some(true)) && requested.contains(&Some(false));
    let named: Vec<usize> = if tells { places(requested, Some(true)) } else { Vec::new() };
    let reached = reached(edges, &named);
    let tops = tops(edges).into_iter().flatten().filter(|&node| !reached[node]);
    let roots = named.iter().copied().chain(tops).collect();
    (roots, if tells { Asked::ByName } else { Asked::NotTold })
}

fn places(requested: &[Option<bool>], sought: Option<bool>) -> Vec<usize> {
    (0..requested.len()).filter(|&node| requested[node] == sought).collect()
}

fn reached(edges: &[Vec<usize>], roots: &[usize]) -> Vec<bool> {
    let mut reached = vec![false; edges.len()];
    let mut waiting = roots.to_vec();
    while let Some(node) = waiting.pop() {
        if !std::mem::replace(&mut reached[node], true) {
            waiting.extend(&edges[node]);
        }
    }
    reached
}

/// Circles, of one or of several, that nothing outside needs.
fn tops(edges: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut graph: DiGraph<(), ()> = DiGraph::from_edges(
        edges.iter().enumerate().flat_map(|(from, targets)| targets.iter().map(move |&to| (from as u32, to as u32))),
    );
    while graph.node_count() < edges.len() {
        graph.add_node(());
    }
    let circles = kosaraju_scc(&graph);
    let mut circle_of = vec![0; edges.len()];
    for (number, circle) in circles.iter().enumerate() {
        for node in circle {
            circle_of[node.index()] = number;
        }
    }
    let mut is_needed = vec![false; circles.len()];
    for edge in graph.raw_edges() {
        let (from, to) = (circle_of[edge.source().index()], circle_of[edge.target().index()]);
        is_needed[to] |= from != to;
    }
    let tops = circles.into_iter().zip(is_needed).filter(|(_, is_needed)| !is_needed);
    tops.map(|(circle, _)| circle.into_iter().map(|node| node.index()).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roots(edges: &[&[usize]], requested: &[bool]) -> Vec<usize> {
        let edges: Vec<Vec<usize>> = edges.iter().map(|targets| targets.to_vec()).collect();
        let requested: Vec<Option<bool>> = requested.iter().copied().map(Some).collect();
        let mut roots = find(&edges, &requested).0;
        roots.sort_unstable();
        roots
    }

    #[test]
    fn what_was_asked_for_is_a_root_even_if_something_needs_it() {
        assert_eq!(roots(&[&[1], &[2], &[]], &[true, true, false]), [0, 1]);
    }

    #[test]
    fn what_everything_carries_tells_nothing() {
        assert_eq!(roots(&[&[1], &[2], &[]], &[true, true, true]), [0]);
        assert_eq!(roots(&[&[1], &[2], &[]], &[false, false, false]), [0]);
    }

    #[test]
    fn what_no_root_leads_to_is_a_root_itself() {
        assert_eq!(roots(&[&[1], &[], &[3], &[]], &[true, false, false, false]), [0, 2], "left over from another day");
    }

    #[test]
    fn in_a_circle_that_nothing_needs_each_is_a_root() {
        assert_eq!(roots(&[&[1], &[0], &[]], &[false; 3]), [0, 1, 2]);
        assert_eq!(roots(&[&[1], &[0], &[0]], &[false; 3]), [2], "something needs the circle");
    }
}
