//! The bundle as it lies on disk: what is in and below each entry, whose it is, and the rows of the view by folder.

use std::cmp::Reverse;

use super::{
    Effort, Filter, Measure, Order, Row, RowId, RowKind, Tree, View, Weighing, parts, rows::in_order, treemap,
};
use crate::model::bundle::Bundle;
use crate::model::bytes::{Amount, Bytes};
use crate::model::cargo::leaves_out;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::package::PackageIndex;
use crate::model::slim::Slim;
use crate::model::zipped::{Batch, Known, ZippedSizes};

/// Whose the files of a folder are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// There are none.
    #[default]
    Nobodys,
    /// All of one package.
    One(PackageIndex),
    /// Of several.
    Several,
}

/// One entry with all that is below it, as slimming leaves it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) unzipped: Bytes,
    pub(super) zipped: Bytes,
    pub(super) files: u64,
    pub(super) known: Known,
    pub(super) whose: Whose,
}

impl Sum {
    fn add(&mut self, other: Sum) {
        self.unzipped += other.unzipped;
        self.zipped += other.zipped;
        self.files += other.files;
        self.known += other.known;
        self.whose = match (self.whose, other.whose) {
            (Whose::Nobodys, any) | (any, Whose::Nobodys) => any,
            (Whose::One(one), Whose::One(other)) if one == other => Whose::One(one),
            _ => Whose::Several,
        };
    }
}

/// What is in and below each entry. Made in one pass when the view is first looked at, kept until files change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    sums: Vec<Sum>,
    slim: Slim,
}

impl Folders {
    /// Sums everything that this slimming keeps.
    pub fn new(bundle: &Bundle, slim: Slim, zipped: &ZippedSizes) -> Folders {
        let listing = &bundle.listing;
        let mut sums = vec![Sum::default(); listing.len()];
        // Folders stand before what they hold, so on the way back each is whole before it is added to its parent.
        for entry in listing.entries().rev() {
            if let Some(owner) = bundle.owner(entry).filter(|_| !leaves_out(bundle, &slim, entry)) {
                sums[entry.index()] = Sum {
                    unzipped: listing.length(entry),
                    zipped: zipped.get(entry).unwrap_or_default().bytes,
                    files: 1,
                    known: zipped.known(listing, entry),
                    whose: Whose::One(owner),
                };
            }
            if entry != EntryId::ROOT {
                let sum = sums[entry.index()];
                sums[listing.parent(entry).index()].add(sum);
            }
        }
        Folders { sums, slim }
    }

    /// The slimming that it was made for.
    pub fn slim(&self) -> &Slim {
        &self.slim
    }

    /// Whose the files in and below an entry are.
    pub fn whose(&self, entry: EntryId) -> Whose {
        self.sums[entry.index()].whose
    }

    /// Takes in zipped sizes that have become known, in each entry and in all folders above it. `before` is what was
    /// known so far.
    pub fn learn(&mut self, bundle: &Bundle, before: &ZippedSizes, batch: &Batch) {
        let listing = &bundle.listing;
        for (entry, size) in before.changes(batch) {
            if entry.index() >= listing.len() || self.sums[entry.index()].files == 0 {
                continue;
            }
            let bytes = before.get(entry).unwrap_or_default().bytes;
            let (was, is) = (before.known(listing, entry), ZippedSizes::known_as(listing, entry, size));
            let mut above = Some(entry);
            while let Some(here) = above {
                let sum = &mut self.sums[here.index()];
                sum.zipped = (sum.zipped + size.unwrap_or_default().bytes).less(bytes);
                sum.known -= was;
                sum.known += is;
                above = (here != EntryId::ROOT).then(|| listing.parent(here));
            }
        }
    }

    pub(super) fn of(&self, entry: EntryId) -> Sum {
        self.sums[entry.index()]
    }
}

/// All visible rows of the view by folder.
pub(super) fn visible(tree: &Tree, weighing: &Weighing<'_>, effort: &Effort<'_>) -> Option<Vec<Row>> {
    let Some(folders) = weighing.folders else { return Some(Vec::new()) };
    let scale = Scale { tree, weighing, folders, effort, passes: passing(tree, weighing.bundle, effort)? };
    let mut rows = Vec::new();
    let mut pending = scale.children(EntryId::ROOT, 0)?;
    pending.reverse();
    while let Some((row, entry)) = pending.pop() {
        let depth = row.depth;
        let is_open = row.open == Some(true);
        let owner = if let RowKind::Entry(owner, _) = row.kind { Some(owner) } else { None };
        rows.push(row);
        if is_open {
            rows.extend(owner.into_iter().flat_map(|owner| parts::rows(weighing.bundle, owner, entry, depth + 1)));
            pending.extend(scale.children(entry, depth + 1)?.into_iter().rev());
        }
    }
    Some(rows)
}

/// Per entry, whether the filter lets anything in or below it through; nothing where there is no filter.
fn passing(tree: &Tree, bundle: &Bundle, effort: &Effort<'_>) -> Option<Option<Vec<bool>>> {
    if tree.filter.is_empty() {
        return Some(None);
    }
    effort.rows(bundle.packages().len())?;
    effort.entries(bundle.listing.len() / 4)?;
    let mut filter = Filter::new(&tree.filter);
    let packages: Vec<bool> = bundle.packages().iter().map(|it| filter.lets_through(&it.title())).collect();
    let listing = &bundle.listing;
    let mut passes = vec![false; listing.len()];
    for entry in listing.entries().rev() {
        passes[entry.index()] |= bundle.owner(entry).is_some_and(|owner| packages[owner.0 as usize]);
        if passes[entry.index()] {
            passes[listing.parent(entry).index()] = true;
        }
    }
    Some(Some(passes))
}

struct Scale<'a> {
    tree: &'a Tree,
    weighing: &'a Weighing<'a>,
    folders: &'a Folders,
    effort: &'a Effort<'a>,
    passes: Option<Vec<bool>>,
}

impl Scale<'_> {
    /// What lies directly in a folder, as rows in order.
    fn children(&self, folder: EntryId, depth: usize) -> Option<Vec<(Row, EntryId)>> {
        let listing = &self.weighing.bundle.listing;
        let shown = self.effort.gather(listing.children(folder).filter(|entry| self.shows(*entry)))?;
        let rows: Vec<(Row, EntryId)> = shown.into_iter().map(|entry| (self.row(entry, depth), entry)).collect();
        let size = |row: &Row| Reverse(treemap::amount(row, self.tree.measure).bytes.0);
        let key = |row: &Row| match self.tree.order {
            Order::Name => (0, Reverse(0), Reverse(0)),
            Order::Files => (0, Reverse(row.files), size(row)),
            Order::Zipped => (0, Reverse(treemap::amount(row, Measure::Zipped).bytes.0), size(row)),
            Order::Bucket => (self.bucket(row), Reverse(0), size(row)),
            Order::Size => (0, Reverse(0), size(row)),
        };
        Some(in_order(self.tree, &rows, |row, entry| (key(row), entry)))
    }

    fn shows(&self, entry: EntryId) -> bool {
        let passes = self.passes.as_ref().is_none_or(|passes| passes[entry.index()]);
        passes && self.folders.of(entry).files > 0
    }

    /// The place of the bucket of what is in it; several stand last.
    fn bucket(&self, row: &Row) -> usize {
        let RowKind::Entry(owner, _) = row.kind else { return usize::MAX };
        let bucket = self.weighing.plan.bucket_of(&self.weighing.bundle.package(owner).key);
        self.weighing.plan.buckets().iter().position(|other| *other == bucket).unwrap_or_default()
    }

    fn row(&self, entry: EntryId, depth: usize) -> Row {
        let Sum { unzipped, zipped, files, known, whose } = self.folders.of(entry);
        let bundle = self.weighing.bundle;
        let (kind, owner) = match whose {
            Whose::One(owner) => (RowKind::Entry(owner, entry), Some(owner)),
            _ => (RowKind::Folder(entry), None),
        };
        let id = || RowId::of_entry(owner.map(|owner| bundle.package(owner).key.clone()), entry);
        let can_open = bundle.listing.kind(entry) == EntryKind::Directory || !parts::of(bundle, entry).is_empty();
        Row {
            kind,
            depth,
            unzipped,
            weight: Amount::exact(unzipped),
            zipped: known.certainty().map(|certainty| Amount { bytes: zipped, certainty }),
            files,
            open: can_open.then(|| self.tree.is_open_in(View::Folders, &id())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::attribute;
    use crate::model::listing::{Attributes, ListingBuilder, Source};
    use crate::model::zipped::Generation;
    use std::sync::Arc;

    #[test]
    fn what_is_learnt_bit_by_bit_is_what_is_summed_at_once() {
        let mut builder = ListingBuilder::new(Source::Demo);
        builder.open(b"models", Attributes::directory()).unwrap();
        let entries = [b"a", b"b", b"c"].map(|name| builder.add(name, Attributes::file(100)).unwrap());
        builder.close();
        let bundle = attribute(Arc::new(builder.finish()), Arc::default());
        let mut zipped = ZippedSizes::estimated(Generation(1), [0, 0, 50, 60, 70].map(Bytes).into_iter());
        let mut folders = Folders::new(&bundle, Slim::default(), &zipped);
        for batch in [
            Batch { generation: Generation(1), exact: vec![(entries[0], Bytes(40))], unreadable: vec![entries[2]] },
            Batch { generation: Generation(1), exact: vec![(entries[1], Bytes(99))], unreadable: Vec::new() },
        ] {
            folders.learn(&bundle, &zipped, &batch);
            zipped.merge(&batch);
            assert_eq!(folders, Folders::new(&bundle, Slim::default(), &zipped));
        }
        assert_eq!(folders.of(EntryId::ROOT).zipped, Bytes(139));
    }
}
