//! A writer that collects what is written, and knows the SHA-256 of it in the end.
//!
//! What was collected, or comes filled, goes to the output at once and is hashed then, while the processor has it at
//! hand. A thread of its own for hashing would have to fetch it anew: that costs a third more, and where artifacts are
//! written side by side it makes nothing faster.
//!
//! The header of a large file is filled in after its bytes, and then what was hashed is not what the file holds: the
//! digest is given up, and the file has to be read again.

use std::io::{Read, Result, Seek, SeekFrom, Write};

use sha2::{Digest, Sha256};

use super::output::{Filled, Output};
use crate::model::digest::Sha256Digest;

/// So many bytes are collected.
const BUFFER: usize = 1 << 20;

/// Writes, and hashes what was written in order.
pub struct Digesting<W> {
    out: W,
    /// What is not written yet.
    buffer: Filled,
    /// `None`: something was written over.
    hasher: Option<Sha256>,
}

impl<W: Write> Digesting<W> {
    /// Begins with nothing written.
    pub fn new(out: W) -> Digesting<W> {
        Digesting { out, buffer: Filled::default(), hasher: Some(Sha256::new()) }
    }

    /// The output, and the digest of all that it holds; `None`: it has to be read again.
    pub fn finish(mut self) -> Result<(W, Option<Sha256Digest>)> {
        self.write_out()?;
        Ok((self.out, self.hasher.map(|hasher| Sha256Digest(hasher.finalize().into()))))
    }

    /// Writes what was collected, and hashes it.
    fn write_out(&mut self) -> Result<()> {
        let collected = std::mem::take(&mut self.buffer);
        self.buffer = self.pass_on(collected)?;
        Ok(())
    }

    /// Writes bytes and hashes them; returns the memory to be filled again.
    fn pass_on(&mut self, mut filled: Filled) -> Result<Filled> {
        self.out.write_all(filled.bytes())?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(filled.bytes());
        }
        filled.clear();
        Ok(filled)
    }
}

impl<W: Write + Seek> Output for Digesting<W> {
    fn write_filled(&mut self, filled: Filled) -> Result<Filled> {
        self.write_out()?;
        self.pass_on(filled)
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        if self.buffer.bytes().len() == BUFFER {
            self.write_out()?;
        }
        let count = bytes.len().min(BUFFER - self.buffer.bytes().len());
        self.buffer.put(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> Result<()> {
        self.write_out()?;
        self.out.flush()
    }
}

impl<W: Write + Seek> Seek for Digesting<W> {
    fn seek(&mut self, to: SeekFrom) -> Result<u64> {
        self.write_out()?;
        if to != SeekFrom::Current(0) {
            self.hasher = None;
        }
        self.out.seek(to)
    }
}

/// The digest of all that a reader still gives.
pub fn digest_of(mut file: impl Read) -> Result<Sha256Digest> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 256 << 10];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(Sha256Digest(hasher.finalize().into())),
            count => hasher.update(&buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[test]
    fn what_is_written_in_order_is_hashed_and_what_is_written_over_is_not() {
        let bytes: Vec<u8> = (0..3 * BUFFER + 5).map(|number| (number % 251) as u8).collect();
        let mut digesting = Digesting::new(Cursor::new(Vec::new()));
        for (number, part) in bytes.chunks(1000).enumerate() {
            let mut filled = Filled::default();
            filled.put(part);
            match number % 3 {
                0 => drop(digesting.write_filled(filled).unwrap()),
                _ => digesting.write_all(part).unwrap(),
            }
        }
        digesting.stream_position().unwrap();
        let (out, digest) = digesting.finish().unwrap();
        let written = out.into_inner();
        assert!(written == bytes, "in order, whichever way it came");
        assert_eq!(digest, Some(digest_of(&written[..]).unwrap()));
        let mut digesting = Digesting::new(Cursor::new(Vec::new()));
        digesting.write_all(b"abc").unwrap();
        digesting.seek(SeekFrom::Start(0)).unwrap();
        digesting.write_all(b"x").unwrap();
        assert_eq!(digesting.finish().unwrap().1, None);
    }
}
