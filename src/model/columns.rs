//! What a listing knows of its entries besides the tree: a column for each attribute and one arena for all names.
//!
//! A million entries are to take little memory also while they are being put in order, so parts are joined column by
//! column, and only one of them is there twice at any moment.

use std::ops::Range;

use super::bytes::Bytes;
use super::endings::Endings;
use super::entry::EntryKind;
use super::listing::{Attributes, TooLarge};

/// Attributes of entries, row by row.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    names: Vec<u8>,
    endings: Endings,
    name_ends: Vec<u32>,
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
    pub fn push(&mut self, name: &[u8], attributes: Attributes) -> Result<u32, TooLarge> {
        let row = u32::try_from(self.len()).map_err(|_| TooLarge::Entries)?;
        let name_end = u32::try_from(self.names.len() + name.len()).map_err(|_| TooLarge::Names)?;
        self.names.extend_from_slice(name);
        self.endings.push(name);
        self.name_ends.push(name_end);
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
    pub fn describe(&mut self, row: usize, attributes: Attributes) {
        self.modes[row] = attributes.mode;
        self.modified[row] = attributes.modified;
    }

    /// An entry's own name.
    pub fn name(&self, row: usize) -> &[u8] {
        let start = if row == 0 { 0 } else { self.name_ends[row - 1] as usize };
        &self.names[start..self.name_ends[row] as usize]
    }

    /// The rows whose names end so, in order; see [`Endings::rows`].
    pub fn ending_with<'a>(&'a self, ending: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
        self.endings.rows(ending).filter(move |&row| self.name(row).ends_with(ending))
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
        self.names.shrink_to_fit();
        self.name_ends.shrink_to_fit();
        self.endings.close();
        self.kinds.shrink_to_fit();
        self.modes.shrink_to_fit();
        self.lengths.shrink_to_fit();
        self.modified.shrink_to_fit();
        self.zipped.shrink_to_fit();
    }

    /// Joins parts: the rows of all runs, one run behind the other. Names of more than can be addressed are refused.
    pub fn joined(mut parts: Vec<Columns>, runs: &[Run]) -> Result<Columns, TooLarge> {
        let bytes: usize = parts.iter().map(|part| part.names.len()).sum();
        u32::try_from(bytes).map_err(|_| TooLarge::Names)?;
        let mut to = Columns::default();
        to.names.reserve_exact(bytes);
        to.name_ends.reserve_exact(runs.iter().map(Run::len).sum());
        for run in runs {
            let part = &parts[run.part as usize];
            let (start, end) = (run.rows.start as usize, run.rows.end as usize);
            let before = if start == 0 { 0 } else { part.name_ends[start - 1] };
            let ends = &part.name_ends[start..end];
            let shift = to.names.len() as u32;
            to.names.extend_from_slice(&part.names[before as usize..ends.last().map_or(before, |&end| end) as usize]);
            to.name_ends.extend(ends.iter().map(|end| end - before + shift));
        }
        for part in &mut parts {
            (part.names, part.name_ends) = Default::default();
        }
        if parts.iter().any(Columns::has_zipped_sizes) {
            parts.iter_mut().for_each(|part| part.zipped.resize(part.len(), 0));
            to.zipped = joined(&mut parts, runs, |part| &mut part.zipped);
        }
        to.endings = joined(&mut parts, runs, |part| &mut part.endings);
        to.kinds = joined(&mut parts, runs, |part| &mut part.kinds);
        to.modes = joined(&mut parts, runs, |part| &mut part.modes);
        to.lengths = joined(&mut parts, runs, |part| &mut part.lengths);
        to.modified = joined(&mut parts, runs, |part| &mut part.modified);
        Ok(to)
    }
}

/// One column of all runs; that of the parts goes.
fn joined<T: Copy, C: Default + AsRef<[T]> + From<Vec<T>>>(
    parts: &mut [Columns],
    runs: &[Run],
    column: impl Fn(&mut Columns) -> &mut C,
) -> C {
    let parts: Vec<C> = parts.iter_mut().map(|part| std::mem::take(column(part))).collect();
    let mut to = Vec::with_capacity(runs.iter().map(Run::len).sum());
    for run in runs {
        to.extend_from_slice(&parts[run.part as usize].as_ref()[run.rows.start as usize..run.rows.end as usize]);
    }
    C::from(to)
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
    fn len(&self) -> usize {
        self.rows.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_whole_when_parts_are_joined() {
        let part = |rows: &[(&str, u64)]| {
            let mut columns = Columns::default();
            for &(name, length) in rows {
                let attributes = Attributes { zipped: Some(Bytes(length + 1)), ..Attributes::file(length) };
                columns.push(name.as_bytes(), attributes).unwrap();
            }
            columns
        };
        let parts = vec![part(&[("b", 2), ("long name", 9), ("", 0)]), part(&[("c", 3)])];
        let runs = [(0, 2..3), (0, 0..1), (1, 0..1), (0, 1..2), (1, 1..1)].map(|(part, rows)| Run { part, rows });
        let columns = Columns::joined(parts, &runs).unwrap();
        let rows: Vec<_> = (0..4).map(|row| (columns.name(row), columns.length(row).0, columns.zipped(row))).collect();
        let row = |name: &'static str, length| (name.as_bytes(), length, Some(Bytes(length + 1)));
        assert_eq!(rows, [row("", 0), row("b", 2), row("c", 3), row("long name", 9)]);
    }
}
