//! Why packages are here: each stands below the one without which it would not be here, so that a row's size is what
//! would go with it and every byte is counted once. At the top stands what was asked for, and what several need.

use super::rows::compare;
use super::{Effort, Filter, Row, RowId, RowKind, Tree, View, Weighing};
use crate::model::bytes::Amount;
use crate::model::package::PackageIndex;

/// All visible rows of the view by reason.
pub(super) fn visible(tree: &Tree, weighing: &Weighing<'_>, effort: &Effort<'_>) -> Option<Vec<Row>> {
    let bundle = weighing.bundle;
    effort.rows(bundle.packages().len())?;
    let passes = passing(tree, weighing);
    let shows = |index: &PackageIndex| passes.as_ref().is_none_or(|passes| passes[index.0 as usize]);
    let sorted = |mut packages: Vec<PackageIndex>| {
        packages.retain(&shows);
        packages.sort_by(|&a, &b| {
            let order = compare(tree, weighing, a, b);
            if tree.reversed { order } else { order.reverse() }
        });
        packages
    };
    let tops = bundle.indexed().map(|(index, _)| index).filter(|&index| weighing.graph.holder(index).is_none());
    let mut pending: Vec<(PackageIndex, usize)> = sorted(tops.collect()).into_iter().map(|index| (index, 0)).collect();
    let mut rows = Vec::new();
    while let Some((index, depth)) = pending.pop() {
        let held: Vec<PackageIndex> = weighing.graph.holds(index).collect();
        let row = row(tree, weighing, index, depth, !held.is_empty(), passes.is_some());
        let is_open = row.open == Some(true);
        rows.push(row);
        if is_open {
            pending.extend(sorted(held).into_iter().map(|index| (index, depth + 1)));
        }
    }
    Some(rows)
}

/// Per package, whether the filter lets it or anything below it through.
fn passing(tree: &Tree, weighing: &Weighing<'_>) -> Option<Vec<bool>> {
    if tree.filter.is_empty() {
        return None;
    }
    let mut filter = Filter::new(&tree.filter);
    let mut passes: Vec<bool> =
        weighing.bundle.packages().iter().map(|package| filter.lets_through(&package.title())).collect();
    for index in 0..passes.len() {
        let mut above = weighing.graph.holder(PackageIndex(index as u32)).filter(|_| passes[index]);
        while let Some(holder) = above.filter(|holder| !passes[holder.0 as usize]) {
            passes[holder.0 as usize] = true;
            above = weighing.graph.holder(holder);
        }
    }
    Some(passes)
}

fn row(
    tree: &Tree,
    weighing: &Weighing<'_>,
    index: PackageIndex,
    depth: usize,
    holds_any: bool,
    is_filtered: bool,
) -> Row {
    let load = weighing.cargo.load(index);
    let id = RowId::of_package(&weighing.bundle.package(index).key);
    let weight = weighing.weights.get(index.0 as usize).copied().unwrap_or(Amount::exact(load.unzipped));
    Row {
        kind: RowKind::Package(index),
        depth,
        unzipped: load.unzipped,
        weight,
        zipped: weighing.cargo.zipped_of(index),
        files: load.files,
        // What a filter looks for is shown, wherever it stands.
        open: holds_any.then(|| is_filtered || tree.is_open_in(View::Why, &id)),
    }
}
