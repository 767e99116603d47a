//! A stretch of a zip in the making: whole entries with their headers, one behind another, as they are written.

use std::io::{Read, Result};

use super::container::{Header, local_header};
use super::output::Filled;

/// An entry in a stretch.
#[derive(Clone, Copy, Debug)]
pub struct Placed {
    /// Where its header begins, from the beginning of the stretch.
    pub position: u64,
    /// What stands in the header.
    pub header: Header,
}

/// Entries that are written together.
#[derive(Debug)]
pub struct Stretch {
    /// Their bytes.
    pub filled: Filled,
    /// Where each of them is.
    pub entries: Vec<Placed>,
}

impl Stretch {
    /// Without entries.
    pub fn new(filled: Filled) -> Stretch {
        Stretch { filled, entries: Vec::new() }
    }

    /// Appends an entry whose bytes are at hand.
    pub fn put(&mut self, name: &[u8], header: Header, data: &[u8]) {
        self.begin(name, header);
        self.filled.put(data);
    }

    /// Appends an entry whose bytes a reader has; an error if it has fewer than the header says.
    pub fn read(&mut self, name: &[u8], header: Header, data: impl Read) -> Result<()> {
        self.begin(name, header);
        self.filled.read(data, header.zipped.0 as usize)
    }

    fn begin(&mut self, name: &[u8], header: Header) {
        self.entries.push(Placed { position: self.filled.bytes().len() as u64, header });
        self.filled.put(&local_header(name, header));
        self.filled.put(name);
    }
}
