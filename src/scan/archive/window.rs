//! A file read forwards in pieces, for single fields at ascending places.

use rawzip::FileReader;

use super::fields::read_up_to;

/// How much is read at once.
const PIECE: usize = 1 << 16;

/// The piece that was read last.
pub struct Window<'a> {
    reader: &'a FileReader,
    bytes: Vec<u8>,
    start: u64,
}

impl<'a> Window<'a> {
    /// Nothing read yet.
    pub fn new(reader: &'a FileReader) -> Window<'a> {
        Window { reader, bytes: Vec::new(), start: 0 }
    }

    /// The byte at a place; `None` where there is none.
    pub fn byte(&mut self, at: u64) -> Option<u8> {
        let is_inside = at.checked_sub(self.start).is_some_and(|offset| offset < self.bytes.len() as u64);
        if !is_inside {
            self.bytes.resize(PIECE, 0);
            let read = read_up_to(self.reader, &mut self.bytes, at);
            self.bytes.truncate(read);
            self.start = at;
        }
        self.bytes.get((at - self.start) as usize).copied()
    }
}
