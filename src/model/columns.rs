//! What a listing knows of its entries besides the tree: a column for each attribute and one arena for all names.
//!
//! A million entries are to take little memory also while they are being put in order, so the columns are reordered
//! one by one, and only one of them is there twice at any moment.

use super::bytes::Bytes;
use super::entry::EntryKind;
use super::listing::{Attributes, TooLarge};

/// Attributes of entries, row by row.
#[derive(Clone, Debug, Default)]
pub struct Columns {
    names: Vec<u8>,
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
        self.kinds.shrink_to_fit();
        self.modes.shrink_to_fit();
        self.lengths.shrink_to_fit();
        self.modified.shrink_to_fit();
        self.zipped.shrink_to_fit();
    }

    /// Puts the rows into another order: row `order[i]` becomes row `i`. Every row is to be named once.
    pub fn reorder(&mut self, order: &[u32]) {
        self.close();
        self.reorder_names(order);
        reorder(&mut self.kinds, order);
        reorder(&mut self.modes, order);
        reorder(&mut self.lengths, order);
        reorder(&mut self.modified, order);
        if self.has_zipped_sizes() {
            reorder(&mut self.zipped, order);
        }
    }

    fn reorder_names(&mut self, order: &[u32]) {
        let mut names = Vec::with_capacity(self.names.len());
        let mut ends = Vec::with_capacity(order.len());
        for &row in order {
            names.extend_from_slice(self.name(row as usize));
            ends.push(names.len() as u32);
        }
        self.names = names;
        self.name_ends = ends;
    }
}

fn reorder<T: Copy>(column: &mut Vec<T>, order: &[u32]) {
    *column = order.iter().map(|&row| column[row as usize]).collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_whole_when_their_order_changes() {
        let mut columns = Columns::default();
        for (name, length) in [("b", 2), ("long name", 9), ("", 0)] {
            let attributes = Attributes { zipped: Some(Bytes(length + 1)), ..Attributes::file(length) };
            columns.push(name.as_bytes(), attributes).unwrap();
        }
        columns.reorder(&[2, 0, 1]);
        let rows: Vec<_> = (0..3).map(|row| (columns.name(row), columns.length(row).0, columns.zipped(row))).collect();
        let expected: [(&[u8], u64, Option<Bytes>); 3] =
            [(b"", 0, Some(Bytes(1))), (b"b", 2, Some(Bytes(3))), (b"long name", 9, Some(Bytes(10)))];
        assert_eq!(rows, expected);
    }
}
