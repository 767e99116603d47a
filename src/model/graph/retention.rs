//! What would go if something went: dominators under the roots.
//!
//! Everything is reached from the roots. What is reached only through `p` goes when `p` goes; that is what `p`
//! dominates in a graph with one more node from which all roots are reached.

use petgraph::algo::dominators::{Dominators, simple_fast};
use petgraph::graph::{DiGraph, NodeIndex};

use crate::model::bytes::{Amount, Bytes};

/// How many steps along edges the sizes of all closures may take together; about a second's work.
const MOST_STEPS: usize = 300_000_000;

/// Who holds whom, for nodes numbered from 0.
#[derive(Clone, Debug)]
pub(super) struct Retention {
    /// The only way to each node; `None`: a root, or reached from several sides.
    holders: Vec<Option<usize>>,
    /// The nodes that each holds, directly.
    held: Vec<Vec<usize>>,
    /// Each behind what holds it.
    order: Vec<usize>,
}

impl Retention {
    /// From the edges of each node and the roots, from which every node must be reached.
    pub fn new(edges: &[Vec<usize>], roots: &[usize]) -> Retention {
        let dominators = dominators(edges, roots);
        let holder = |node: usize| dominators.immediate_dominator(index(node)).map(NodeIndex::index);
        let holders: Vec<Option<usize>> =
            (0..edges.len()).map(|node| holder(node).filter(|&holder| holder < edges.len())).collect();
        let mut held = vec![Vec::new(); edges.len()];
        for (node, holder) in holders.iter().enumerate() {
            if let Some(holder) = holder {
                held[*holder].push(node);
            }
        }
        let mut order: Vec<usize> = (0..edges.len()).filter(|&node| holders[node].is_none()).collect();
        let mut next = 0;
        while let Some(&node) = order.get(next) {
            order.extend(&held[node]);
            next += 1;
        }
        Retention { holders, held, order }
    }

    /// The only way to a node; `None`: a root, or reached from several sides.
    pub fn holder(&self, node: usize) -> Option<usize> {
        self.holders[node]
    }

    /// The nodes that a node holds, directly.
    pub fn held(&self, node: usize) -> &[usize] {
        &self.held[node]
    }

    /// What goes with a node, without itself, nearest first.
    pub fn held_by(&self, node: usize) -> Vec<usize> {
        let mut found = self.held[node].clone();
        let mut next = 0;
        while let Some(&inner) = found.get(next) {
            found.extend(&self.held[inner]);
            next += 1;
        }
        found
    }

    /// The bytes that go with each node, its own included.
    pub fn weights(&self, own: &[Bytes]) -> Vec<Bytes> {
        let mut weights = own.to_vec();
        for &node in self.order.iter().rev() {
            if let Some(holder) = self.holders[node] {
                weights[holder] = weights[holder] + weights[node];
            }
        }
        weights
    }
}

fn index(node: usize) -> NodeIndex {
    NodeIndex::new(node)
}

/// With one more node, the last, from which all roots are reached.
fn dominators(edges: &[Vec<usize>], roots: &[usize]) -> Dominators<NodeIndex> {
    let mut graph: DiGraph<(), ()> = DiGraph::new();
    for _ in 0..=edges.len() {
        graph.add_node(());
    }
    let top = index(edges.len());
    for (from, targets) in edges.iter().enumerate() {
        for &to in targets {
            graph.add_edge(index(from), index(to), ());
        }
    }
    for &root in roots {
        graph.add_edge(top, index(root), ());
    }
    simple_fast(&graph, top)
}

/// The bytes of each node with everything that is reached from it, each counted once. Where that would take too long,
/// what goes with the node is its lower bound.
pub(super) fn closure_weights(edges: &[Vec<usize>], own: &[Bytes], retained: &[Bytes]) -> Vec<Amount> {
    let mut seen = vec![usize::MAX; edges.len()];
    let mut steps = 0;
    let mut weigh = |start: usize| {
        let (mut weight, mut waiting) = (Bytes::ZERO, vec![start]);
        seen[start] = start;
        while let Some(node) = waiting.pop() {
            weight += own[node];
            steps += 1 + edges[node].len();
            for &next in &edges[node] {
                if seen[next] != start {
                    seen[next] = start;
                    waiting.push(next);
                }
            }
            if steps > MOST_STEPS {
                return Amount { bytes: retained[start], certainty: crate::model::bytes::Certainty::AtLeast };
            }
        }
        Amount::exact(weight)
    };
    (0..edges.len()).map(&mut weigh).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// Any graph of a few nodes, with circles and loops, every node reached from a root.
    fn graphs() -> impl Strategy<Value = (Vec<Vec<usize>>, Vec<usize>)> {
        (1..14_usize).prop_flat_map(|count| {
            let edges = prop::collection::vec(prop::collection::vec(0..count, 0..4), count);
            let roots = prop::collection::vec(0..count, 1..4);
            (edges, roots).prop_map(|(edges, mut roots)| {
                for node in 0..edges.len() {
                    if !reached(&edges, &roots, None).contains(&node) {
                        roots.push(node);
                    }
                }
                (edges, roots)
            })
        })
    }

    /// What is reached from the roots if one node is taken away.
    fn reached(edges: &[Vec<usize>], roots: &[usize], without: Option<usize>) -> BTreeSet<usize> {
        let mut found = BTreeSet::new();
        let mut waiting: Vec<usize> = roots.to_vec();
        while let Some(node) = waiting.pop() {
            if Some(node) != without && found.insert(node) {
                waiting.extend(&edges[node]);
            }
        }
        found
    }

    proptest! {
        #[test]
        fn what_goes_with_a_node_is_what_is_no_longer_reached_without_it((edges, roots) in graphs()) {
            let own: Vec<Bytes> = (0..edges.len()).map(|node| Bytes(1 << node)).collect();
            let weigh = |nodes: &BTreeSet<usize>| nodes.iter().map(|&node| own[node]).sum::<Bytes>();
            let retention = Retention::new(&edges, &roots);
            let retained = retention.weights(&own);
            let closures = closure_weights(&edges, &own, &retained);
            let all = reached(&edges, &roots, None);
            for node in 0..edges.len() {
                let gone: BTreeSet<usize> = &all - &reached(&edges, &roots, Some(node));
                prop_assert_eq!(retained[node], weigh(&gone), "node {} in {:?} under {:?}", node, &edges, &roots);
                let held: BTreeSet<usize> = retention.held_by(node).into_iter().chain([node]).collect();
                prop_assert_eq!(held, gone);
                prop_assert_eq!(closures[node], Amount::exact(weigh(&reached(&edges, &[node], None))));
                prop_assert!(retained[node] <= closures[node].bytes, "what goes is among what is needed");
            }
        }
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let count = 10_000;
        let edges: Vec<Vec<usize>> = (0..count).map(|node| (node + 1..count.min(node + 2)).collect()).collect();
        let own = vec![Bytes(1); count];
        let retention = Retention::new(&edges, &[0]);
        let retained = retention.weights(&own);
        assert_eq!(retained[0], Bytes(count as u64), "everything hangs on the first");
        assert_eq!(closure_weights(&edges, &own, &retained)[1], Amount::exact(Bytes(count as u64 - 1)));
        assert_eq!(retention.held_by(count - 2), [count - 1]);
    }
}
