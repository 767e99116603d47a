//! Reads a zip that was packed back from the disk: its directory and its headers, and all that is in it if that is
//! wanted.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, FileReader, RangeReader, ReaderAt, ZipArchive};
use rayon::prelude::*;

use super::encode::unreadable;
use super::error::PackError;
use crate::model::bytes::Bytes;
use crate::model::contents::Unreadable;
use crate::model::escape::printable;
use crate::model::watch::Watch;

/// The fixed part of a local header.
const LOCAL_HEADER: usize = 30;

/// How closely to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// At directory and headers.
    Headers,
    /// At every byte: everything is inflated and compared with its checksum.
    Everything,
}

/// What a zip's directory says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// The length of the archive.
    pub length: Bytes,
    /// Entries in it.
    pub entries: u64,
    /// The sum of their lengths.
    pub unzipped: Bytes,
}

/// An entry as the directory has it.
struct Entry {
    name: Vec<u8>,
    offset: u64,
    is_deflated: bool,
    zipped: u64,
    length: u64,
    crc32: u32,
}

/// Reads a zip of bayplan's back. The error names the zip by `name`, and the entry that is not as it should be.
pub fn verify_zip(path: &Path, name: &str, look: Look, watch: &dyn Watch) -> Result<Stated, PackError> {
    let damaged = |why: String| PackError::Damaged { artifact: name.to_owned(), why };
    let failed = |error: std::io::Error| damaged(unreadable(error).to_string());
    let file = File::open(path).map_err(failed)?;
    let length = Bytes(file.metadata().map_err(failed)?.len());
    let (reader, entries) = directory(file).map_err(|error| damaged(printable(error.to_string().as_bytes())))?;
    entries.par_iter().try_for_each(|entry| {
        if watch.is_cancelled() {
            return Err(PackError::Cancelled);
        }
        check(&reader, entry, look).map_err(|why| damaged(format!("\"{}\": {why}", printable(&entry.name))))
    })?;
    let unzipped = entries.iter().map(|entry| Bytes(entry.length)).sum();
    Ok(Stated { length, entries: entries.len() as u64, unzipped })
}

fn directory(file: File) -> Result<(FileReader, Vec<Entry>), rawzip::Error> {
    let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let archive = ZipArchive::from_file(file, &mut buffer)?;
    let mut read = Vec::new();
    let mut entries = archive.entries(&mut buffer);
    while let Some(record) = entries.next_entry()? {
        read.push(Entry {
            name: record.file_path().as_ref().to_vec(),
            offset: record.local_header_offset(),
            is_deflated: record.compression_method() == CompressionMethod::DEFLATE,
            zipped: record.compressed_size_hint(),
            length: record.uncompressed_size_hint(),
            crc32: record.crc32(),
        });
    }
    Ok((archive.into_inner(), read))
}

/// The header in front of an entry must say what the directory says.
fn check(reader: &FileReader, entry: &Entry, look: Look) -> Result<(), Unreadable> {
    let mut header = [0; LOCAL_HEADER];
    reader.read_exact_at(&mut header, entry.offset).map_err(unreadable)?;
    let short = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
    let long = |at: usize| u64::from(u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]));
    let stated = [long(0), short(8), long(14), long(18), long(22), short(26)];
    let method = if entry.is_deflated { 8 } else { 0 };
    let expected = [0x0403_4B50, method, u64::from(entry.crc32), entry.zipped, entry.length, entry.name.len() as u64];
    if stated != expected {
        return Err(Unreadable::Failed("its two headers contradict each other".to_owned()));
    }
    if look == Look::Headers {
        return Ok(());
    }
    let start = entry.offset + LOCAL_HEADER as u64 + short(26) + short(28);
    inflate(RangeReader::new(reader, start..start.saturating_add(entry.zipped)), entry)
}

/// Inflates without keeping anything.
fn inflate(data: impl Read, entry: &Entry) -> Result<(), Unreadable> {
    let mut plain: Box<dyn Read> = if entry.is_deflated { Box::new(DeflateDecoder::new(data)) } else { Box::new(data) };
    let mut hasher = crc32fast::Hasher::new();
    let mut buffer = [0; 32 << 10];
    let mut count = 0;
    while count <= entry.length {
        match plain.read(&mut buffer).map_err(unreadable)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                count += read as u64;
            }
        }
    }
    if count != entry.length || hasher.finalize() != entry.crc32 {
        return Err(Unreadable::Failed(
            "its bytes are damaged, in the zip that it was copied from or since".to_owned(),
        ));
    }
    Ok(())
}
