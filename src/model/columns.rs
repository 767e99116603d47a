//! What a listing knows of its entries besides the tree and their names: a column for each attribute.
//!
//! A million entries are to take little memory also while they are being put in order, so parts are joined column by
//! column, and besides the names only one of them is there twice at any moment.

use std::ops::Range;

use super::bytes::Bytes;
use super::entry::EntryKind;
use super::listing::{Attributes, TooLarge};

/// Attributes of entries, row by row.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    kinds: Vec<EntryKind>,
    modes: Vec<u16>,
    lengths: Vec<u64>,
    modified: Vec<i64>,
    /// Empty where the source is not an archive.
    zipped: Vec<u64>,
}

impl Columns {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.kinds.len()
    }

    /// Whether there is no row yet.
    pub fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    /// Adds a row and returns its number.
    pub fn push(&mut self, attributes: Attributes) -> Result<u32, TooLarge> {
        let row = u32::try_from(self.len()).map_err(|_| TooLarge::Entries)?;
        self.kinds.push(attributes.kind);
        self.modes.push(attributes.mode);
        self.lengths.push(if attributes.kind == EntryKind::Directory { 0 } else { attributes.length.0 });
        self.modified.push(attributes.modified);
        if let Some(zipped) = attributes.zipped {
            self.zipped.resize(row as usize, 0);
            self.zipped.push(zipped.0);
        }
        Ok(row)
    }

    /// Notes mode and date of a row of which only its kind was known.
    pub fn describe(&mut self, row: usize, mode: u16, modified: i64) {
        self.modes[row] = mode;
        self.modified[row] = modified;
    }

    /// File, link, directory or special.
    pub fn kind(&self, row: usize) -> EntryKind {
        self.kinds[row]
    }

    /// Unix permission bits.
    pub fn mode(&self, row: usize) -> u16 {
        self.modes[row]
    }

    /// Content or link text, in bytes.
    pub fn length(&self, row: usize) -> Bytes {
        Bytes(self.lengths[row])
    }

    /// The lengths of all rows.
    pub fn lengths(&self) -> impl Iterator<Item = Bytes> {
        self.lengths.iter().copied().map(Bytes)
    }

    /// The kinds of all rows.
    pub fn kinds(&self) -> &[EntryKind] {
        &self.kinds
    }

    /// Last change in seconds since 1970.
    pub fn modified(&self, row: usize) -> i64 {
        self.modified[row]
    }

    /// Bytes inside the archive, if the source is one.
    pub fn zipped(&self, row: usize) -> Option<Bytes> {
        self.zipped.get(row).copied().map(Bytes)
    }

    /// Whether the source is an archive.
    pub fn has_zipped_sizes(&self) -> bool {
        !self.zipped.is_empty()
    }

    /// No row comes any more: whatever room was kept for more is given back.
    pub fn close(&mut self) {
        if self.has_zipped_sizes() {
            self.zipped.resize(self.kinds.len(), 0);
        }
        self.kinds.shrink_to_fit();
        self.modes.shrink_to_fit();
        self.lengths.shrink_to_fit();
        self.modified.shrink_to_fit();
        self.zipped.shrink_to_fit();
    }

    /// Joins parts: the rows of all runs, one run behind the other.
    pub fn joined(mut parts: Vec<Columns>, runs: &[Run]) -> Columns {
        let mut to = Columns::default();
        if parts.iter().any(Columns::has_zipped_sizes) {
            parts.iter_mut().for_each(|part| part.zipped.resize(part.len(), 0));
            to.zipped = joined(&mut parts, runs, |part| &mut part.zipped);
        }
        to.kinds = joined(&mut parts, runs, |part| &mut part.kinds);
        to.modes = joined(&mut parts, runs, |part| &mut part.modes);
        to.lengths = joined(&mut parts, runs, |part| &mut part.lengths);
        to.modified = joined(&mut parts, runs, |part| &mut part.modified);
        to
    }
}

/// One column of all runs; that of the parts goes.
fn joined<T: Copy>(parts: &mut [Columns], runs: &[Run], column: impl Fn(&mut Columns) -> &mut Vec<T>) -> Vec<T> {
    let parts: Vec<Vec<T>> = parts.iter_mut().map(|part| std::mem::take(column(part))).collect();
    let mut to = Vec::with_capacity(runs.iter().map(Run::len).sum());
    for run in runs {
        to.extend_from_slice(&parts[run.part as usize][run.range()]);
    }
    to
}

/// Rows that stand side by side in one of several parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Which part.
    pub part: u32,
    /// Which of its rows.
    pub rows: Range<u32>,
}

impl Run {
    /// How many they are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows, to take them out of a column.
    pub fn range(&self) -> Range<usize> {
        self.rows.start as usize..self.rows.end as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_whole_when_parts_are_joined() {
        let part = |rows: &[u64]| {
            let mut columns = Columns::default();
            for &length in rows {
                let attributes = Attributes { zipped: Some(Bytes(length + 1)), ..Attributes::file(length) };
                columns.push(attributes).unwrap();
            }
            columns
        };
        let parts = vec![part(&[2, 9, 0]), part(&[3])];
        let runs = [(0, 2..3), (0, 0..1), (1, 0..1), (0, 1..2), (1, 1..1)].map(|(part, rows)| Run { part, rows });
        let columns = Columns::joined(parts, &runs);
        let rows: Vec<_> = (0..columns.len()).map(|row| (columns.length(row).0, columns.zipped(row))).collect();
        assert_eq!(rows, [0, 2, 3, 9].map(|length| (length, Some(Bytes(length + 1)))));
    }
}
