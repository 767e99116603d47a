//! All rows of a view, with what has to be known of them together: no frame goes over a million rows for that.

use std::ops::Deref;

use super::treemap::{self, HEAD};
use super::{Measure, Row, RowKind};
use crate::model::bytes::{Amount, Bytes};

/// The rows from top to bottom. They are made anew as a whole and read like a slice.
#[derive(Clone, Debug, Default)]
pub struct RowList {
    rows: Vec<Row>,
    largest: Bytes,
    tail: Amount,
}

impl RowList {
    /// Looks through all rows once.
    pub(super) fn new(rows: Vec<Row>, measure: Measure) -> RowList {
        let sizes = rows.iter().filter(|row| row.kind != RowKind::Limit).map(|row| row.weight.bytes);
        let largest = sizes.max().unwrap_or_default();
        let tail = rows.iter().skip(HEAD).map(|row| treemap::amount(row, measure)).sum();
        RowList { rows, largest, tail }
    }

    /// The size of the largest row, which has the whole bar.
    pub fn largest(&self) -> Bytes {
        self.largest
    }

    /// What those rows come to, in the measure that they were made in, that can never have tiles of their own.
    pub(super) fn tail(&self) -> Amount {
        self.tail
    }

    /// The row of that kind, looked for from a row on to the end, then above it.
    pub fn position_from(&self, from: usize, kind: &RowKind) -> Option<usize> {
        let (above, below) = self.rows.split_at(from.min(self.rows.len()));
        let find = |rows: &[Row]| rows.iter().position(|row| row.kind == *kind);
        find(below).map(|row| row + above.len()).or_else(|| find(above))
    }

    /// Shows at once that a row was opened or closed; what lies below it follows.
    pub(super) fn fold(&mut self, row: usize, open: bool) {
        if let Some(Row { open: fold @ Some(_), .. }) = self.rows.get_mut(row) {
            *fold = Some(open);
        }
    }

    pub(super) fn clear(&mut self) {
        *self = RowList::default();
    }
}

impl Deref for RowList {
    type Target = [Row];

    fn deref(&self) -> &[Row] {
        &self.rows
    }
}
