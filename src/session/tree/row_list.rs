//! All rows of a view, with what has to be known of them together: no frame goes over a million rows for that.

use std::ops::Deref;

use super::treemap::{self, HEAD};
use super::{Measure, Row, RowKind};
use crate::model::bytes::{Amount, Bytes};
use crate::model::entry::EntryId;

/// So many rows are looked through in no time.
const FEW: usize = 20_000;

/// The rows from top to bottom. They are made anew as a whole and read like a slice.
#[derive(Clone, Debug, Default)]
pub struct RowList {
    rows: Vec<Row>,
    largest: Bytes,
    tail: Amount,
    /// The rows of packages.
    heads: Vec<u32>,
    /// Of many rows, one that each entry has; empty where looking through them all is as fast.
    places: Vec<u32>,
}

impl RowList {
    /// Looks through all rows once.
    pub(super) fn new(rows: Vec<Row>, measure: Measure) -> RowList {
        let sizes = rows.iter().filter(|row| row.kind != RowKind::Limit).map(|row| row.weight.bytes);
        let largest = sizes.max().unwrap_or_default();
        let tail = rows.iter().skip(HEAD).map(|row| treemap::amount(row, measure)).sum();
        let is_head = |row: &Row| matches!(row.kind, RowKind::Package(_));
        let heads = rows.iter().zip(0..).filter(|(row, _)| is_head(row)).map(|(_, place)| place).collect();
        let places = if rows.len() > FEW { places(&rows) } else { Vec::new() };
        RowList { rows, largest, tail, heads, places }
    }

    /// The size of the largest row, which has the whole bar.
    pub fn largest(&self) -> Bytes {
        self.largest
    }

    /// What those rows come to, in the measure that they were made in, that can never have tiles of their own.
    pub(super) fn tail(&self) -> Amount {
        self.tail
    }

    /// The row of that kind.
    pub fn position(&self, kind: &RowKind) -> Option<usize> {
        let is_it = |&row: &usize| self.rows.get(row).is_some_and(|row| row.kind == *kind);
        if let RowKind::Package(_) = kind {
            return self.heads().find(is_it);
        }
        // An entry that several packages share may have a row below each.
        let place = entry(kind).and_then(|entry| self.places.get(entry.index()));
        place.map(|&row| row as usize).filter(is_it).or_else(|| self.rows.iter().position(|row| row.kind == *kind))
    }

    /// The rows of packages, from top to bottom.
    pub(super) fn heads(&self) -> impl DoubleEndedIterator<Item = usize> {
        self.heads.iter().map(|&row| row as usize)
    }

    /// Shows at once that a row was opened or closed; what lies below it follows.
    pub(super) fn fold(&mut self, row: usize, open: bool) {
        if let Some(Row { open: fold @ Some(_), .. }) = self.rows.get_mut(row) {
            *fold = Some(open);
        }
    }

    /// Whether going over all of them, or freeing them, takes a good part of a frame.
    pub(super) fn are_many(&self) -> bool {
        self.rows.len() > FEW
    }
}

/// The entry that is all of a row.
fn entry(kind: &RowKind) -> Option<EntryId> {
    match *kind {
        RowKind::Entry(_, entry) | RowKind::Folder(entry) => Some(entry),
        RowKind::Package(_) | RowKind::Part(..) | RowKind::Limit => None,
    }
}

fn places(rows: &[Row]) -> Vec<u32> {
    let entries = || rows.iter().zip(0..).filter_map(|(row, place)| Some((entry(&row.kind)?.index(), place)));
    let mut places = vec![u32::MAX; entries().map(|(entry, _)| entry + 1).max().unwrap_or_default()];
    for (entry, place) in entries() {
        places[entry] = place;
    }
    places
}

impl Deref for RowList {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        &self.rows
    }
}
