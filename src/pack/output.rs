//! Where a zip is written to, and the memory that goes there.
//!
//! Whoever reads or deflates puts the bytes where they are to be written from. The same memory is hashed then and filled
//! again, so that nothing is copied on the way and no memory is cleared but once.

use std::io::{BufWriter, Cursor, Read, Result, Seek, Write};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A longer piece of memory is not kept to be filled again.
const KEPT: usize = 2 << 20;

/// What a zip can be written to. It is written in parts of any length.
pub trait Output: Write + Seek {
    /// Writes all that is filled, and returns memory that may be filled again.
    fn write_filled(&mut self, filled: Filled) -> Result<Filled> {
        self.write_all(filled.bytes())?;
        Ok(filled)
    }
}

impl Output for Cursor<Vec<u8>> {}

impl<W: Write + Seek> Output for BufWriter<W> {}

impl<O: Output> Output for &mut O {
    fn write_filled(&mut self, filled: Filled) -> Result<Filled> {
        (**self).write_filled(filled)
    }
}

/// Bytes whose memory is used again.
#[derive(Debug, Default)]
pub struct Filled {
    /// Of these, what is filled is the beginning.
    memory: Vec<u8>,
    length: usize,
}

impl Filled {
    /// What is filled.
    pub fn bytes(&self) -> &[u8] {
        &self.memory[..self.length]
    }

    /// Nothing is filled any more.
    pub fn clear(&mut self) {
        self.length = 0;
    }

    /// Appends bytes.
    pub fn put(&mut self, bytes: &[u8]) {
        self.room(bytes.len()).copy_from_slice(bytes);
        self.length += bytes.len();
    }

    /// Appends so many bytes of a reader; an error if it has fewer.
    pub fn read(&mut self, mut reader: impl Read, count: usize) -> Result<()> {
        reader.read_exact(self.room(count))?;
        self.length += count;
        Ok(())
    }

    fn room(&mut self, count: usize) -> &mut [u8] {
        let end = self.length + count;
        if self.memory.len() < end {
            self.memory.resize(end, 0);
        }
        &mut self.memory[self.length..end]
    }
}

/// Memory that nobody uses at the moment.
#[derive(Debug, Default)]
pub struct Idle(Mutex<Vec<Filled>>);

impl Idle {
    /// Some memory, with nothing in it.
    pub fn take(&self) -> Filled {
        self.all().pop().unwrap_or_default()
    }

    /// Gives it back.
    pub fn give(&self, mut filled: Filled) {
        if filled.memory.len() <= KEPT {
            filled.clear();
            self.all().push(filled);
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Filled>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_filled_before_does_not_show() {
        let idle = Idle::default();
        let mut filled = idle.take();
        filled.put(b"what was there before");
        idle.give(filled);
        let mut filled = idle.take();
        assert_eq!(filled.bytes(), b"");
        filled.put(b"new ");
        filled.read(&b"and read"[..], 8).unwrap();
        assert_eq!(filled.bytes(), b"new and read");
        filled.read(&b"short"[..], 6).unwrap_err();
        assert_eq!(filled.bytes(), b"new and read", "what ends early is not there at all");
    }
}
