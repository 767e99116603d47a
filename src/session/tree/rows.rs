//! From bundle, order and filter to the rows of the view by package.

use std::cmp::{Ordering, Reverse};

use super::folders::Sum;
use super::{Effort, Filter, Measure, Order, Row, RowId, RowKind, Tree, View, Weighing, Whose, parts, treemap};
use crate::model::bundle::Bundle;
use crate::model::bytes::{Amount, Bytes};
use crate::model::cargo::leaves_out;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::limits::LIMITS;
use crate::model::package::{Package, PackageIndex};
use crate::model::plan::Plan;

/// What sizes and orders rows, and how many of them.
#[derive(Clone, Copy)]
struct Scale<'a> {
    tree: &'a Tree,
    weighing: &'a Weighing<'a>,
    effort: &'a Effort<'a>,
}

impl Scale<'_> {
    /// What lies in a directory and is the package's, as rows in order.
    fn children(&self, package: PackageIndex, directory: EntryId, depth: usize) -> Option<Vec<(Row, EntryId)>> {
        let children = self.effort.gather(self.weighing.bundle.listing.children(directory))?;
        sized(self, package, children, depth)
    }
}

/// The size that is shown for a package.
fn weight(weighing: &Weighing<'_>, index: PackageIndex) -> Amount {
    let own = weighing.cargo.load(index).unzipped;
    weighing.weights.get(index.0 as usize).copied().unwrap_or(Amount::exact(own))
}

/// The size of a package that counts.
fn size(tree: &Tree, weighing: &Weighing<'_>, index: PackageIndex) -> Bytes {
    match tree.measure {
        // What would go with a package is known unzipped alone.
        Measure::Zipped if tree.view != View::Why => weighing.cargo.load(index).zipped,
        _ => weight(weighing, index).bytes,
    }
}

/// All visible rows of the view by package.
pub(super) fn visible(tree: &Tree, weighing: &Weighing<'_>, effort: &Effort<'_>) -> Option<Vec<Row>> {
    let Weighing { bundle, cargo, plan, .. } = *weighing;
    let scale = Scale { tree, weighing, effort };
    let mut rows = Vec::new();
    let mut sum: Bytes = foreign_bytes(plan);
    let marks_limit = tree.filter.is_empty();
    let mut reached = !marks_limit || LIMITS.unzipped.is_reached_by(sum);
    for index in ordered(&scale)? {
        let package = bundle.package(index);
        push_package(&mut rows, &scale, index)?;
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
    Some(rows)
}

/// What other people's layers take of the 250 MB before any package does.
fn foreign_bytes(plan: &Plan) -> Bytes {
    plan.layers().iter().filter_map(|layer| layer.foreign()?.unzipped).sum()
}

fn ordered(scale: &Scale<'_>) -> Option<Vec<PackageIndex>> {
    let Scale { tree, weighing: &Weighing { bundle, .. }, effort } = *scale;
    effort.rows(bundle.packages().len())?;
    let mut filter = Filter::new(&tree.filter);
    let lets_through =
        |package: &Package, filter: &mut Filter| tree.filter.is_empty() || filter.lets_through(&package.title());
    let mut packages: Vec<PackageIndex> =
        bundle.indexed().filter(|(_, package)| lets_through(package, &mut filter)).map(|(index, _)| index).collect();
    packages.sort_by(|&a, &b| {
        let order = compare(tree, scale.weighing, a, b);
        if tree.reversed { order.reverse() } else { order }
    });
    Some(packages)
}

/// Which of two packages stands first, the usual way round.
pub(super) fn compare(tree: &Tree, weighing: &Weighing<'_>, a: PackageIndex, b: PackageIndex) -> Ordering {
    let Weighing { bundle, cargo, plan, .. } = *weighing;
    let size = |index| size(tree, weighing, index);
    let (first, second) = (bundle.package(a), bundle.package(b));
    let by_name = || first.key.cmp(&second.key);
    let by_size = || size(b).cmp(&size(a)).then_with(by_name);
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

fn push_package(rows: &mut Vec<Row>, scale: &Scale<'_>, index: PackageIndex) -> Option<()> {
    let row = package(scale.tree, scale.weighing, index);
    let is_open = row.open == Some(true);
    rows.push(row);
    let bundle = scale.weighing.bundle;
    match only_file(bundle, bundle.package(index)).filter(|_| is_open) {
        Some(file) => rows.extend(parts::rows(bundle, index, file, 1)),
        None if is_open => push_entries(rows, scale, index)?,
        None => {}
    }
    Some(())
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
        weight: weight(weighing, index),
        zipped: cargo.zipped_of(index),
        files: load.files,
        open: (!is_leaf).then(|| tree.is_open_in(View::Packages, &id)),
    }
}

/// What lies directly in a package, or in a folder of one.
pub(super) fn below(tree: &Tree, weighing: &Weighing<'_>, id: &RowId, effort: &Effort<'_>) -> Option<Vec<Row>> {
    let bundle = weighing.bundle;
    let scale = Scale { tree, weighing, effort };
    let Some(index) = id.package.as_ref().and_then(|key| bundle.find(key)) else { return Some(Vec::new()) };
    let rows = match id.entry {
        None => sized(&scale, index, bundle.package(index).tops.clone(), 0)?,
        Some(entry) => scale.children(index, entry, 0)?,
    };
    Some(rows.into_iter().map(|(row, _)| row).collect())
}

/// Rows of the given entries and of what is open below them. Iterative, so that no depth of folders is too deep.
fn push_entries(rows: &mut Vec<Row>, scale: &Scale<'_>, package: PackageIndex) -> Option<()> {
    let bundle = scale.weighing.bundle;
    let mut pending = sized(scale, package, bundle.package(package).tops.clone(), 1)?;
    pending.reverse();
    while let Some((row, entry)) = pending.pop() {
        let depth = row.depth;
        let is_open = row.open == Some(true);
        rows.push(row);
        if is_open {
            rows.extend(parts::rows(bundle, package, entry, depth + 1));
            pending.extend(scale.children(package, entry, depth + 1)?.into_iter().rev());
        }
    }
    Some(())
}

/// The entries of which the package owns something, as rows in order.
fn sized(scale: &Scale<'_>, package: PackageIndex, entries: Vec<EntryId>, depth: usize) -> Option<Vec<(Row, EntryId)>> {
    let mut rows = Vec::with_capacity(entries.len());
    for entry in entries {
        let sum = sum(scale, package, entry)?;
        rows.extend((sum.files > 0).then(|| (row(scale, package, entry, sum, depth), entry)));
    }
    let tree = scale.tree;
    let most = |row: &Row| match tree.order {
        Order::Name => 0,
        Order::Files => row.files,
        Order::Size | Order::Zipped | Order::Bucket => treemap::amount(row, tree.measure).bytes.0,
    };
    Some(in_order(tree, &rows, |row, entry| (Reverse(most(row)), entry)))
}

/// Rows by their keys, the least first, or last where the order is turned round. Keys are short and rows are long: keys
/// are sorted, and each row is put in its place once.
pub(super) fn in_order<K: Ord>(
    tree: &Tree,
    rows: &[(Row, EntryId)],
    key: impl Fn(&Row, EntryId) -> K,
) -> Vec<(Row, EntryId)> {
    let mut keys: Vec<(K, usize)> =
        rows.iter().enumerate().map(|(place, (row, entry))| (key(row, *entry), place)).collect();
    keys.sort_unstable();
    if tree.reversed {
        keys.reverse();
    }
    keys.into_iter().map(|(_, place)| rows[place].clone()).collect()
}

fn row(scale: &Scale<'_>, package: PackageIndex, entry: EntryId, sum: Sum, depth: usize) -> Row {
    let bundle = scale.weighing.bundle;
    let can_open = bundle.listing.kind(entry) == EntryKind::Directory || !parts::of(bundle, entry).is_empty();
    let id = || RowId::of_entry(Some(bundle.package(package).key.clone()), entry);
    Row {
        kind: RowKind::Entry(package, entry),
        depth,
        unzipped: sum.unzipped,
        weight: Amount::exact(sum.unzipped),
        zipped: sum.known.certainty().map(|certainty| Amount { bytes: sum.zipped, certainty }),
        files: sum.files,
        open: can_open.then(|| scale.tree.is_open_in(View::Packages, &id())),
    }
}

/// What a package owns in and below an entry. Where sums are at hand and all of it is the package's, they say it.
fn sum(scale: &Scale<'_>, package: PackageIndex, entry: EntryId) -> Option<Sum> {
    let Weighing { bundle, zipped, slim, folders, .. } = *scale.weighing;
    if let Some(folders) = folders.filter(|folders| folders.whose(entry) == Whose::One(package)) {
        return Some(folders.of(entry));
    }
    let listing = &bundle.listing;
    scale.effort.entries(listing.subtree(entry).size_hint().0)?;
    let mut sum = Sum::default();
    let is_its = |inner: EntryId| bundle.owner(inner) == Some(package) && !leaves_out(bundle, slim, inner);
    for inner in listing.subtree(entry).filter(|&inner| is_its(inner)) {
        sum.unzipped += listing.length(inner);
        sum.zipped += zipped.get(inner).unwrap_or_default().bytes;
        sum.known += zipped.known(listing, inner);
        sum.files += 1;
    }
    Some(sum)
}
