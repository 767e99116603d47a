//! What one file was made of, as rows below it. They can be looked at and nothing more: the file is one entry with one
//! owner, and moves as a whole.

use super::{Row, RowKind};
use crate::model::bundle::Bundle;
use crate::model::bytes::Amount;
use crate::model::entry::EntryId;
use crate::model::inside::{Inside, Part};
use crate::model::package::PackageIndex;

/// What is known of the inside of an entry; nothing for most.
pub(super) fn of(bundle: &Bundle, entry: EntryId) -> &[Part] {
    match bundle.inside(entry) {
        Some(Inside::Told(breakdown)) => &breakdown.parts,
        _ => &[],
    }
}

/// The rows below a file, largest first as they are told.
pub(super) fn rows(bundle: &Bundle, package: PackageIndex, file: EntryId, depth: usize) -> impl Iterator<Item = Row> {
    of(bundle, file).iter().enumerate().map(move |(number, part)| Row {
        kind: RowKind::Part(package, file, number),
        depth,
        unzipped: part.bytes,
        weight: Amount::exact(part.bytes),
        zipped: None,
        files: part.sources,
        open: None,
    })
}
