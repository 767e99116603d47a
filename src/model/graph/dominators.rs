//! The nearest node that every way from the roots to a node goes through, as Cooper, Harvey and Kennedy find it ("A Simple,
//! Fast Dominance Algorithm"): nodes are gone through in the order of a walk until nothing changes any more. On lists, as
//! a graph of thousands of packages is made with each bundle and keys would have to be hashed at every step.

/// What is not reached has no place in the walk.
const NOT_REACHED: usize = usize::MAX;

/// By node, from the edges of each and the roots: `None` for a root, for what is reached from several sides, and for what
/// is not reached at all.
pub(super) fn dominators(edges: &[Vec<usize>], roots: &[usize]) -> Vec<Option<usize>> {
    // One more node, the last, leads to all roots.
    let top = edges.len();
    let order = walk(edges, roots);
    let mut places = vec![NOT_REACHED; top + 1];
    for (place, &node) in order.iter().enumerate() {
        places[node] = place;
    }
    let before = predecessors(edges, roots, &order, &places);
    // By places in the walk; that of the top is the last, and nothing is known of the others yet.
    let mut found = vec![NOT_REACHED; order.len()];
    found[order.len() - 1] = order.len() - 1;
    let mut is_settled = false;
    while !is_settled {
        is_settled = true;
        for place in (0..order.len() - 1).rev() {
            let known = before[place].iter().copied().filter(|&it| found[it] != NOT_REACHED);
            let common = known.reduce(|one, other| nearest(&found, one, other)).unwrap_or(order.len() - 1);
            is_settled &= std::mem::replace(&mut found[place], common) == common;
        }
    }
    let of_node = |node: usize| places[node] != NOT_REACHED;
    (0..top).map(|node| of_node(node).then(|| order[found[places[node]]]).filter(|&it| it != top)).collect()
}

/// All that is reached, each behind what it leads to but for circles; the top is the last.
fn walk(edges: &[Vec<usize>], roots: &[usize]) -> Vec<usize> {
    let top = edges.len();
    let mut order = Vec::with_capacity(top + 1);
    let mut is_seen = vec![false; top + 1];
    let mut open = vec![(top, roots.iter())];
    while let Some((node, rest)) = open.last_mut() {
        match rest.next() {
            Some(&next) if !std::mem::replace(&mut is_seen[next], true) => open.push((next, edges[next].iter())),
            Some(_) => {}
            None => {
                order.push(*node);
                open.pop();
            }
        }
    }
    order
}

/// What leads to each, all by their places in the walk.
fn predecessors(edges: &[Vec<usize>], roots: &[usize], order: &[usize], places: &[usize]) -> Vec<Vec<usize>> {
    let mut before = vec![Vec::new(); order.len()];
    for (place, &node) in order.iter().enumerate() {
        for &next in edges.get(node).map_or(roots, Vec::as_slice) {
            before[places[next]].push(place);
        }
    }
    before
}

/// The nearest that two have in common: whoever is farther from the top goes up.
fn nearest(found: &[usize], mut one: usize, mut other: usize) -> usize {
    while one != other {
        if one < other {
            one = found[one];
        } else {
            other = found[other];
        }
    }
    one
}
