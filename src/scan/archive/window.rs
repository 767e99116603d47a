//! A file read forwards in pieces, for what stands at ascending places.

use rawzip::FileReader;

use super::fields::read_up_to;

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

    /// As many bytes from a place on, or as many as there are. What is not at hand is read, together with what follows
    /// up to `ahead` bytes from the same place.
    pub fn bytes(&mut self, at: u64, count: usize, ahead: usize) -> &[u8] {
        let has = |bytes: &[u8], offset: u64| offset.saturating_add(count as u64) <= bytes.len() as u64;
        if !at.checked_sub(self.start).is_some_and(|offset| has(&self.bytes, offset)) {
            self.bytes.resize(count.max(ahead), 0);
            let read = read_up_to(self.reader, &mut self.bytes, at);
            self.bytes.truncate(read);
            self.start = at;
        }
        let offset = (at - self.start) as usize;
        &self.bytes[offset..self.bytes.len().min(offset + count)]
    }
}
