//! Writes the zip whose length [`zip_length`](crate::model::container::zip_length) foretells.
//!
//! The layout is ours to the byte: no folders, no extra fields, no comments, no data descriptors; one date for all;
//! made by "Unix", with the modes 0644, 0755 and that of links. A name that is UTF-8 beyond ASCII is marked so; any
//! other is written as the bytes it has, which unpacking on Linux gives back. Where a large file's sums are known only
//! after its bytes, its header is filled in afterwards, so the output must be able to seek.

use std::io::{Result, SeekFrom};

use super::output::{Filled, Output};
use crate::model::bytes::Bytes;
use crate::model::container::{LENGTH_LIMIT, ZIP64_ENTRIES};
use crate::model::contents::Method;

/// 1 January 1980, the first day that a zip can name; its time is 0.
const DATE: u16 = 1 << 5 | 1;
/// Version 2.0 of the format, by "Unix".
const MADE_BY: u16 = 3 << 8 | 20;
const NEEDS: u16 = 20;
const NEEDS_ZIP64: u16 = 45;
const UTF8: u16 = 1 << 11;

/// What stands in the headers of an entry besides its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// File type and permissions as Unix has them.
    pub mode: u32,
    /// Stored or deflated.
    pub method: Method,
    /// Of the content.
    pub crc32: u32,
    /// Bytes in the zip.
    pub zipped: Bytes,
    /// Bytes of the content.
    pub length: Bytes,
}

/// A zip in the making. It writes in small parts: the output collects them.
pub struct Container<W: Output> {
    out: W,
    start: u64,
    position: u64,
    directory: Vec<u8>,
    entries: u64,
}

/// An entry whose bytes are still being appended.
pub struct Open {
    /// Where it begins.
    pub position: u64,
}

impl<W: Output> Container<W> {
    /// Begins at the output's current position.
    pub fn new(mut out: W) -> Result<Container<W>> {
        let start = out.stream_position()?;
        Ok(Container { out, start, position: 0, directory: Vec::new(), entries: 0 })
    }

    /// Begins an entry whose bytes are appended afterwards; sums that are not known yet may be anything.
    pub fn begin(&mut self, name: &[u8], header: Header) -> Result<Open> {
        let open = Open { position: self.position };
        let local = local_header(name, header);
        self.append(&local)?;
        self.append(name)?;
        Ok(open)
    }

    /// Appends bytes to the entry begun last.
    pub fn append(&mut self, data: &[u8]) -> Result<()> {
        self.position += data.len() as u64;
        self.out.write_all(data)
    }

    /// Appends bytes, and returns memory that may be filled again.
    pub fn append_filled(&mut self, filled: Filled) -> Result<Filled> {
        self.position += filled.bytes().len() as u64;
        self.out.write_filled(filled)
    }

    /// Where the next byte comes to lie.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Ends an entry whose sums are known only now.
    pub fn fill_in(&mut self, name: &[u8], header: Header, open: &Open) -> Result<()> {
        self.out.seek(SeekFrom::Start(self.start + open.position))?;
        self.out.write_all(&local_header(name, header))?;
        self.out.seek(SeekFrom::Start(self.start + self.position))?;
        self.note(name, header, open.position);
        Ok(())
    }

    /// Notes an entry that begins there in the directory.
    pub fn note(&mut self, name: &[u8], header: Header, position: u64) {
        let directory = &mut self.directory;
        put32(directory, 0x0201_4B50);
        put16(directory, MADE_BY);
        put_shared(directory, name, header);
        // No comment, on the first disk, no internal attributes.
        [0, 0, 0].into_iter().for_each(|field| put16(directory, field));
        put32(directory, header.mode << 16);
        put32(directory, position as u32);
        directory.extend_from_slice(name);
        self.entries += 1;
    }

    /// Whether so many more bytes can still be addressed by an entry begun after them.
    pub fn is_full(&self) -> bool {
        self.position + self.directory.len() as u64 >= LENGTH_LIMIT.0
    }

    /// Writes directory and end; returns the length of the zip.
    pub fn finish(mut self) -> Result<Bytes> {
        let (at, length) = (self.position, self.directory.len() as u64);
        let directory = std::mem::take(&mut self.directory);
        self.append(&directory)?;
        if self.entries >= ZIP64_ENTRIES {
            let record = zip64_end(self.entries, length, at, self.position);
            self.append(&record)?;
        }
        let end = end(self.entries, length, at);
        self.append(&end)?;
        self.out.flush()?;
        Ok(Bytes(self.position))
    }
}

/// What stands in front of an entry's name and bytes.
pub fn local_header(name: &[u8], header: Header) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(30);
    put32(&mut bytes, 0x0403_4B50);
    put_shared(&mut bytes, name, header);
    bytes
}

/// The fields that both headers have, in the same order.
fn put_shared(bytes: &mut Vec<u8>, name: &[u8], header: Header) {
    let needs_mark = !name.is_ascii() && std::str::from_utf8(name).is_ok();
    put16(bytes, NEEDS);
    put16(bytes, if needs_mark { UTF8 } else { 0 });
    put16(bytes, if header.method == Method::Deflated { 8 } else { 0 });
    put16(bytes, 0);
    put16(bytes, DATE);
    put32(bytes, header.crc32);
    put32(bytes, header.zipped.0 as u32);
    put32(bytes, header.length.0 as u32);
    put16(bytes, name.len() as u16);
    put16(bytes, 0);
}

/// The Zip64 record of the directory's end, and its locator.
fn zip64_end(entries: u64, length: u64, at: u64, position: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(76);
    put32(&mut bytes, 0x0606_4B50);
    put64(&mut bytes, 44);
    put16(&mut bytes, 3 << 8 | NEEDS_ZIP64);
    put16(&mut bytes, NEEDS_ZIP64);
    put64(&mut bytes, 0);
    [entries, entries, length, at].into_iter().for_each(|field| put64(&mut bytes, field));
    put32(&mut bytes, 0x0706_4B50);
    put32(&mut bytes, 0);
    put64(&mut bytes, position);
    put32(&mut bytes, 1);
    bytes
}

fn end(entries: u64, length: u64, at: u64) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(22);
    let count = entries.min(ZIP64_ENTRIES) as u16;
    put32(&mut bytes, 0x0605_4B50);
    [0, 0, count, count].into_iter().for_each(|field| put16(&mut bytes, field));
    put32(&mut bytes, length as u32);
    put32(&mut bytes, at as u32);
    put16(&mut bytes, 0);
    bytes
}

fn put16(bytes: &mut Vec<u8>, field: u16) {
    bytes.extend_from_slice(&field.to_le_bytes());
}

fn put32(bytes: &mut Vec<u8>, field: u32) {
    bytes.extend_from_slice(&field.to_le_bytes());
}

fn put64(bytes: &mut Vec<u8>, field: u64) {
    bytes.extend_from_slice(&field.to_le_bytes());
}
