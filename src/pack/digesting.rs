//! A writer that collects what is written, and knows the SHA-256 of it in the end.
//!
//! What was collected, or comes filled, goes to the output at once and then, as it is, to a thread that hashes it, so that
//! hashing takes next to no time of its own and nothing is copied for it.
//!
//! The header of a large file is filled in after its bytes, and then what was hashed is not what the file holds: the
//! digest is given up, and the file has to be read again.

use std::io::{Read, Result, Seek, SeekFrom, Write};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;

use sha2::{Digest, Sha256};

use super::output::{Filled, Output};
use crate::model::digest::Sha256Digest;

/// So many buffers may wait to be hashed.
const WAITING: usize = 4;
/// So many bytes are collected.
const BUFFER: usize = 1 << 20;

/// Writes, and hashes what was written in order.
pub struct Digesting<W> {
    out: W,
    /// What is not written yet.
    buffer: Filled,
    hashing: Option<Hashing>,
}

struct Hashing {
    sender: SyncSender<Filled>,
    /// Buffers that were hashed, to be filled again: memory that was never used costs the system more than a copy does.
    emptied: Receiver<Filled>,
    thread: JoinHandle<Sha256Digest>,
}

impl Hashing {
    /// `None`: the system gives no thread; then the output is read again in the end.
    fn start() -> Option<Hashing> {
        let (sender, receiver) = sync_channel::<Filled>(WAITING);
        let (giver, emptied) = channel();
        let hash = move || {
            let mut hasher = Sha256::new();
            for mut bytes in receiver {
                hasher.update(bytes.bytes());
                bytes.clear();
                // Nobody takes it any more once all is written.
                let _ = giver.send(bytes);
            }
            Sha256Digest(hasher.finalize().into())
        };
        let thread = std::thread::Builder::new().spawn(hash).ok()?;
        Some(Hashing { sender, emptied, thread })
    }
}

impl<W: Write> Digesting<W> {
    /// Begins with nothing written.
    pub fn new(out: W) -> Digesting<W> {
        Digesting { out, buffer: Filled::default(), hashing: Hashing::start() }
    }

    /// The output, and the digest of all that it holds; `None`: it has to be read again.
    pub fn finish(mut self) -> Result<(W, Option<Sha256Digest>)> {
        self.write_out()?;
        let digest = self.hashing.take().and_then(|Hashing { sender, thread, .. }| {
            drop(sender);
            thread.join().ok()
        });
        Ok((self.out, digest))
    }

    /// Writes what was collected and has it hashed.
    fn write_out(&mut self) -> Result<()> {
        if !self.buffer.bytes().is_empty() {
            let collected = std::mem::take(&mut self.buffer);
            self.buffer = self.pass_on(collected)?;
        }
        Ok(())
    }

    /// Writes bytes and has them hashed; returns memory to be filled again.
    fn pass_on(&mut self, mut filled: Filled) -> Result<Filled> {
        self.out.write_all(filled.bytes())?;
        let Some(hashing) = &self.hashing else {
            filled.clear();
            return Ok(filled);
        };
        let next = hashing.emptied.try_recv().unwrap_or_default();
        if hashing.sender.send(filled).is_err() {
            self.hashing = None;
        }
        Ok(next)
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
            self.hashing = None;
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
