//! A row, and what it shows.

use crate::model::bundle::Bundle;
use crate::model::bytes::{Amount, Bytes};
use crate::model::entry::EntryId;
use crate::model::package::{PackageIndex, PackageKey};

/// What a row shows, so that it is found again after rows have moved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The package; `None`: a folder in which files of several lie.
    pub package: Option<PackageKey>,
    /// The entry below it; `None` is the package itself.
    pub entry: Option<EntryId>,
    /// The part of that file, counted as its breakdown does; `None` is the whole entry.
    pub part: Option<usize>,
}

impl RowId {
    /// The row of a package.
    pub fn of_package(key: &PackageKey) -> RowId {
        RowId { package: Some(key.clone()), entry: None, part: None }
    }

    /// The row of an entry of a package, or of a folder of several.
    pub fn of_entry(package: Option<PackageKey>, entry: EntryId) -> RowId {
        RowId { package, entry: Some(entry), part: None }
    }

    /// What a row of that kind shows; `None` for the line of the limit.
    pub(super) fn of_kind(kind: &RowKind, bundle: &Bundle) -> Option<RowId> {
        let key = |index: PackageIndex| Some(bundle.package(index).key.clone());
        match *kind {
            RowKind::Package(index) => Some(RowId { package: key(index), entry: None, part: None }),
            RowKind::Entry(index, entry) => Some(RowId::of_entry(key(index), entry)),
            RowKind::Part(index, file, part) => {
                Some(RowId { package: key(index), entry: Some(file), part: Some(part) })
            }
            RowKind::Folder(entry) => Some(RowId::of_entry(None, entry)),
            RowKind::Limit => None,
        }
    }

    /// The kind of the row that shows this; `None`: the bundle lacks the package.
    pub fn kind(&self, bundle: &Bundle) -> Option<RowKind> {
        match (&self.package, self.entry, self.part) {
            (Some(package), None, _) => Some(RowKind::Package(bundle.find(package)?)),
            (Some(package), Some(entry), None) => Some(RowKind::Entry(bundle.find(package)?, entry)),
            (Some(package), Some(file), Some(part)) => Some(RowKind::Part(bundle.find(package)?, file, part)),
            (None, Some(entry), _) => Some(RowKind::Folder(entry)),
            (None, None, _) => None,
        }
    }
}

/// One visible row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it shows.
    pub kind: RowKind,
    /// How far it is indented.
    pub depth: usize,
    /// What its package owns of it, unzipped.
    pub unzipped: Bytes,
    /// The size that is shown for it: that of the tree's scope for a package, what it owns for all else.
    pub weight: Amount,
    /// What it owns inside the archive, where that is known.
    pub zipped: Option<Amount>,
    /// Files and links.
    pub files: u64,
    /// Open, closed, or neither.
    pub open: Option<bool>,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum RowKind {
    /// A package.
    Package(PackageIndex),
    /// An entry of a package.
    Entry(PackageIndex, EntryId),
    /// A part of a file that was made of many.
    Part(PackageIndex, EntryId, usize),
    /// A folder in which files of several packages lie.
    Folder(EntryId),
    /// The line at which the packages above it reach 250 MB.
    Limit,
}
