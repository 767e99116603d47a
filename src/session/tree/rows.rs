//! From bundle, order and filter to the rows that are seen.

use std::cmp::Ordering;

use super::{Filter, Measure, Order, Row, RowId, RowKind, Tree, Weighing};
use crate::model::bytes::{Amount, Bytes};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::limits::LIMITS;
use crate::model::package::{Package, PackageIndex};
use crate::model::plan::Plan;
use crate::model::zipped::Known;

/// What sizes and orders rows.
#[derive(Clone, Copy)]
struct Scale<'a> {
    tree: &'a Tree,
    weighing: &'a Weighing<'a>,
}

impl Scale<'_> {
    fn weight(&self, index: PackageIndex) -> Amount {
        let own = self.weighing.cargo.load(index).unzipped;
        self.weighing.weights.get(index.0 as usize).copied().unwrap_or(Amount::exact(own))
    }

    /// The size that counts.
    fn size(&self, index: PackageIndex) -> Bytes {
        match self.tree.measure {
            Measure::Unzipped => self.weight(index).bytes,
            Measure::Zipped => self.weighing.cargo.load(index).zipped,
        }
    }
}

/// All visible rows.
pub(super) fn visible(tree: &Tree, weighing: &Weighing<'_>) -> Vec<Row> {
    let Weighing { bundle, cargo, plan, .. } = *weighing;
    let scale = Scale { tree, weighing };
    let mut rows = Vec::new();
    let mut sum: Bytes = foreign_bytes(plan);
    let marks_limit = tree.filter.is_empty();
    let mut reached = !marks_limit || LIMITS.unzipped.is_reached_by(sum);
    for index in ordered(&scale) {
        let package = bundle.package(index);
        push_package(&mut rows, &scale, index);
        if plan.bucket_of(&package.key).is_joint() {
            sum += cargo.load(index).unzipped;
        }
        if !reached && LIMITS.unzipped.is_reached_by(sum) {
            reached = true;
            rows.push(Row {
                kind: RowKind::Limit,
                depth: 0,
                unzipped: sum,
                weight: Amount::exact(sum),
                zipped: None,
                files: 0,
                open: None,
            });
        }
    }
    rows
}

/// What other people's layers take of the 250 MB before any package does.
fn foreign_bytes(plan: &Plan) -> Bytes {
    plan.layers().iter().filter_map(|layer| layer.foreign()?.unzipped).sum()
}

fn ordered(scale: &Scale<'_>) -> Vec<PackageIndex> {
    let Scale { tree, weighing: &Weighing { bundle, .. } } = *scale;
    let mut filter = Filter::new(&tree.filter);
    let lets_through =
        |package: &Package, filter: &mut Filter| tree.filter.is_empty() || filter.lets_through(&package.title());
    let mut packages: Vec<PackageIndex> =
        bundle.indexed().filter(|(_, package)| lets_through(package, &mut filter)).map(|(index, _)| index).collect();
    packages.sort_by(|&a, &b| {
        let order = compare(scale, a, b);
        if tree.reversed { order.reverse() } else { order }
    });
    packages
}

fn compare(scale: &Scale<'_>, a: PackageIndex, b: PackageIndex) -> Ordering {
    let Weighing { bundle, cargo, plan, .. } = *scale.weighing;
    let (first, second) = (bundle.package(a), bundle.package(b));
    let by_name = || first.key.cmp(&second.key);
    let by_size = || scale.size(b).cmp(&scale.size(a)).then_with(by_name);
    match scale.tree.order {
        Order::Size => by_size(),
        Order::Name => by_name(),
        Order::Files => cargo.load(b).files.cmp(&cargo.load(a).files).then_with(by_size),
        Order::Zipped => cargo.load(b).zipped.cmp(&cargo.load(a).zipped).then_with(by_size),
        Order::Bucket => place(plan, first).cmp(&place(plan, second)).then_with(by_size),
    }
}

fn place(plan: &Plan, package: &Package) -> usize {
    let bucket = plan.bucket_of(&package.key);
    plan.buckets().iter().position(|other| *other == bucket).unwrap_or_default()
}

fn push_package(rows: &mut Vec<Row>, scale: &Scale<'_>, index: PackageIndex) {
    let Scale { tree, weighing: &Weighing { bundle, cargo, .. } } = *scale;
    let package = bundle.package(index);
    let load = cargo.load(index);
    let id = RowId { package: package.key.clone(), entry: None };
    let is_leaf = matches!(package.tops[..], [only] if bundle.listing.kind(only) != EntryKind::Directory);
    let is_open = tree.is_open(&id);
    rows.push(Row {
        kind: RowKind::Package(index),
        depth: 0,
        unzipped: load.unzipped,
        weight: scale.weight(index),
        zipped: cargo.zipped_of(index),
        files: load.files,
        open: (!is_leaf).then_some(is_open),
    });
    if is_open && !is_leaf {
        push_entries(rows, scale, index, package.tops.clone());
    }
}

/// Rows of the given entries and of what is open below them. Iterative, so that no depth of folders is too deep.
fn push_entries(rows: &mut Vec<Row>, scale: &Scale<'_>, package: PackageIndex, tops: Vec<EntryId>) {
    let mut pending: Vec<(Row, EntryId)> = sized(scale, package, tops, 1);
    pending.reverse();
    while let Some((row, entry)) = pending.pop() {
        let depth = row.depth;
        let is_open = row.open == Some(true);
        rows.push(row);
        if is_open {
            let mut children =
                sized(scale, package, scale.weighing.bundle.listing.children(entry).collect(), depth + 1);
            children.reverse();
            pending.append(&mut children);
        }
    }
}

/// The entries of which the package owns something, as rows in order.
fn sized(scale: &Scale<'_>, package: PackageIndex, entries: Vec<EntryId>, depth: usize) -> Vec<(Row, EntryId)> {
    let mut rows: Vec<(Row, EntryId)> =
        entries.into_iter().filter_map(|entry| Some((row(scale, package, entry, depth)?, entry))).collect();
    let tree = scale.tree;
    let size = |row: &Row| match tree.measure {
        Measure::Unzipped => row.unzipped,
        Measure::Zipped => row.zipped.unwrap_or_default().bytes,
    };
    rows.sort_by(|(a, left), (b, right)| match tree.order {
        Order::Name => left.cmp(right),
        Order::Files => b.files.cmp(&a.files).then(left.cmp(right)),
        Order::Size | Order::Zipped | Order::Bucket => size(b).cmp(&size(a)).then(left.cmp(right)),
    });
    if tree.reversed {
        rows.reverse();
    }
    rows
}

fn row(scale: &Scale<'_>, package: PackageIndex, entry: EntryId, depth: usize) -> Option<Row> {
    let Scale { tree, weighing: &Weighing { bundle, zipped, .. } } = *scale;
    let listing = &bundle.listing;
    let (mut unzipped, mut packed, mut known, mut files) = (Bytes::ZERO, Bytes::ZERO, Known::default(), 0);
    for inner in listing.subtree(entry).filter(|&inner| bundle.owner(inner) == Some(package)) {
        unzipped += listing.length(inner);
        packed += zipped.get(inner).unwrap_or_default().bytes;
        known += zipped.known(listing, inner);
        files += 1;
    }
    let is_directory = listing.kind(entry) == EntryKind::Directory;
    let id = RowId { package: bundle.package(package).key.clone(), entry: Some(entry) };
    (files > 0).then(|| Row {
        kind: RowKind::Entry(package, entry),
        depth,
        unzipped,
        weight: Amount::exact(unzipped),
        zipped: known.certainty().map(|certainty| Amount { bytes: packed, certainty }),
        files,
        open: is_directory.then(|| tree.is_open(&id)),
    })
}
