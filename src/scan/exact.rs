//! A file that must be as long as it was listed.
//!
//! Whoever packs a file has already promised its length, so a file that shrank or grew since the scan is an error, not
//! a shorter or longer entry.

use std::io::{Error, ErrorKind, Read, Result};

use crate::model::bytes::Bytes;

/// Reads exactly so many bytes, and fails where there are fewer or more.
pub struct Exact<R> {
    source: R,
    left: u64,
}

impl<R: Read> Exact<R> {
    /// Expects `length` bytes of the source.
    pub fn new(source: R, length: Bytes) -> Exact<R> {
        Exact { source, left: length.0 }
    }

    /// At the end: there must be nothing more.
    fn expect_end(&mut self) -> Result<usize> {
        match self.source.read(&mut [0])? {
            0 => Ok(0),
            _ => Err(Error::new(ErrorKind::InvalidData, "it is longer than when it was listed")),
        }
    }
}

impl<R: Read> Read for Exact<R> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        if self.left == 0 {
            return self.expect_end();
        }
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.source.read(&mut buffer[..wanted])?;
        if count == 0 {
            return Err(Error::new(ErrorKind::UnexpectedEof, "it is shorter than when it was listed"));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &[u8], length: u64) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Exact::new(content, Bytes(length)).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    #[test]
    fn only_the_listed_length_is_read() {
        assert_eq!(read(b"abc", 3).unwrap(), b"abc");
        assert!(read(b"ab", 3).unwrap_err().to_string().contains("shorter"));
        assert!(read(b"abcd", 3).unwrap_err().to_string().contains("longer"));
        assert!(read(b"a", 0).unwrap_err().to_string().contains("longer"));
    }
}
