//! From bundle, order and filter to the rows of the view by package.

use std::cmp::Ordering;

use super::folders::Sum;
use super::{Filter, Measure, Order, Row, RowId, RowKind, Tree, View, Weighing, Whose, parts};
use crate::model::bundle::Bundle;
use crate::model::bytes::{Amount, Bytes};
use crate::model::cargo::leaves_out;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::limits::LIMITS;
use crate::model::package::{Package, PackageIndex};
use crate::model::plan::Plan;

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
            Measure::Zipped if self.tree.view != View::Why => self.weighing.cargo.load(index).zipped,
            _ => self.weight(index).bytes,
        }
    }
}

/// All visible rows of the view by package.
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
        let order = compare(tree, scale.weighing, a, b);
        if tree.reversed { order.reverse() } else { order }
    });
    packages
}

/// Which of two packages stands first, the usual way round.
pub(super) fn compare(tree: &Tree, weighing: &Weighing<'_>, a: PackageIndex, b: PackageIndex) -> Ordering {
    let scale = Scale { tree, weighing };
    let Weighing { bundle, cargo, plan, .. } = *weighing;
    let (first, second) = (bundle.package(a), bundle.package(b));
    let by_name = || first.key.cmp(&second.key);
    let by_size = || scale.size(b).cmp(&scale.size(a)).then_with(by_name);
    match tree.order {
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
    let row = package(scale.tree, scale.weighing, index);
    let is_open = row.open == Some(true);
    rows.push(row);
    let bundle = scale.weighing.bundle;
    match only_file(bundle, bundle.package(index)).filter(|_| is_open) {
        Some(file) => rows.extend(parts::rows(bundle, index, file, 1)),
        None if is_open => push_entries(rows, scale, index, bundle.package(index).tops.clone()),
        None => {}
    }
}

/// The file that is all of a package.
fn only_file(bundle: &Bundle, package: &Package) -> Option<EntryId> {
    match package.tops[..] {
        [only] if bundle.listing.kind(only) != EntryKind::Directory => Some(only),
        _ => None,
    }
}

/// The row of a package.
pub(super) fn package(tree: &Tree, weighing: &Weighing<'_>, index: PackageIndex) -> Row {
    let Weighing { bundle, cargo, .. } = *weighing;
    let package = bundle.package(index);
    let load = cargo.load(index);
    let id = RowId::of_package(&package.key);
    let is_leaf = only_file(bundle, package).is_some_and(|file| parts::of(bundle, file).is_empty());
    Row {
        kind: RowKind::Package(index),
        depth: 0,
        unzipped: load.unzipped,
        weight: Scale { tree, weighing }.weight(index),
        zipped: cargo.zipped_of(index),
        files: load.files,
        open: (!is_leaf).then(|| tree.is_open_in(View::Packages, &id)),
    }
}

/// What lies directly in a package, or in a folder of one.
pub(super) fn below(tree: &Tree, weighing: &Weighing<'_>, id: &RowId) -> Vec<Row> {
    let bundle = weighing.bundle;
    let Some(index) = id.package.as_ref().and_then(|key| bundle.find(key)) else { return Vec::new() };
    let entries = match id.entry {
        None => bundle.package(index).tops.clone(),
        Some(entry) => bundle.listing.children(entry).collect(),
    };
    sized(&Scale { tree, weighing }, index, entries, 0).into_iter().map(|(row, _)| row).collect()
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
            let bundle = scale.weighing.bundle;
            rows.extend(parts::rows(bundle, package, entry, depth + 1));
            let mut children = sized(scale, package, bundle.listing.children(entry).collect(), depth + 1);
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
    let Scale { tree, weighing: &Weighing { bundle, .. } } = *scale;
    let listing = &bundle.listing;
    let Sum { unzipped, zipped: packed, known, files, .. } = sum(scale, package, entry);
    let can_open = listing.kind(entry) == EntryKind::Directory || !parts::of(bundle, entry).is_empty();
    let id = RowId::of_entry(Some(bundle.package(package).key.clone()), entry);
    (files > 0).then(|| Row {
        kind: RowKind::Entry(package, entry),
        depth,
        unzipped,
        weight: Amount::exact(unzipped),
        zipped: known.certainty().map(|certainty| Amount { bytes: packed, certainty }),
        files,
        open: can_open.then(|| tree.is_open_in(View::Packages, &id)),
    })
}

/// What a package owns in and below an entry. Where sums are at hand and all of it is the package's, they say it.
fn sum(scale: &Scale<'_>, package: PackageIndex, entry: EntryId) -> Sum {
    let Weighing { bundle, zipped, slim, folders, .. } = *scale.weighing;
    if let Some(folders) = folders.filter(|folders| folders.whose(entry) == Whose::One(package)) {
        return folders.of(entry);
    }
    let listing = &bundle.listing;
    let mut sum = Sum::default();
    let is_its = |inner: EntryId| bundle.owner(inner) == Some(package) && !leaves_out(bundle, slim, inner);
    for inner in listing.subtree(entry).filter(|&inner| is_its(inner)) {
        sum.unzipped += listing.length(inner);
        sum.zipped += zipped.get(inner).unwrap_or_default().bytes;
        sum.known += zipped.known(listing, inner);
        sum.files += 1;
    }
    sum
}
