//! Lists a zip from its central directory, without unpacking it, and reads single entries with a cap.
//!
//! rawzip does the reading: it lists every entry, also those that share a name, of which `zip::ZipArchive` would keep
//! the last. What the directory declares is checked against the archive's length before it is believed.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use rawzip::{FileReader, ZipArchive, ZipFileHeaderRecord};

use super::file_system::stamp_of;
use super::{ScanError, Scanned, refused};
use crate::model::bytes::Bytes;
use crate::model::entry::EntryKind;
use crate::model::escape::printable;
use crate::model::listing::{Attributes, Source};
use crate::model::watch::Watch;

mod alike;
mod body;
mod directory;
mod ends;
mod fields;
mod headers;
mod inflater;
mod local;
mod member;
mod place;
mod span;
mod tree;
mod window;

use body::Zip;
use directory::Directory;
use window::Window;

/// How often the watcher is asked and told, in entries.
const BATCH: usize = 4096;
/// How much of the directory is read at once for what rawzip does not tell.
const PIECE: usize = 1 << 16;
/// The fixed part of a record of the directory.
const RECORD: u64 = 46;
/// Where in it stands which version of the format unpacking needs: rawzip does not tell.
const VERSION_NEEDED: u64 = 6;

/// Lists the archive at `path`.
pub fn open(path: &Path, watch: &dyn Watch) -> Result<Scanned, ScanError> {
    let file = File::open(path).map_err(|error| refused(path, &error))?;
    let length = file.metadata().map_err(|error| refused(path, &error))?.len();
    let look = |file: &File| Ok((file.try_clone()?, stamp_of(file)?));
    let (same, listed) = look(&file).map_err(|error| refused(path, &error))?;
    let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let begins_as_zip = begins_as_zip(&file);
    let archive = ZipArchive::from_file(file, &mut buffer).map_err(|error| broken(path, begins_as_zip, &error))?;
    let (mut directory, records) = read(&archive, &mut buffer, path, watch)?;
    directory.check_places(archive.directory_offset()).map_err(|why| ScanError::Damaged(path.to_owned(), why))?;
    let mut problems = headers::compare(archive.get_ref(), &mut directory, records.start, watch);
    if watch.is_cancelled() {
        // Headers that nobody looked at are not known.
        return Err(ScanError::Cancelled(path.to_owned()));
    }
    problems.extend(ends::compare(archive.get_ref(), archive.eocd_offset(), length, records));
    let source = Source::Zip(path.to_owned(), Bytes(length));
    let (listing, bodies) =
        tree::in_order(&directory, source, problems).map_err(|why| ScanError::TooLarge(path.to_owned(), why))?;
    Ok(Scanned { listing: Arc::new(listing), contents: Box::new(Zip::new(archive.into_inner(), same, listed, bodies)) })
}

fn begins_as_zip(file: &File) -> bool {
    let mut start = Vec::new();
    file.take(4).read_to_end(&mut start).is_ok() && start == b"PK\x03\x04"
}

/// Words the reader's refusal: a start without an end was cut off, anything else never was a zip.
fn broken(path: &Path, begins_as_zip: bool, error: &rawzip::Error) -> ScanError {
    use rawzip::ErrorKind;
    match error.kind() {
        ErrorKind::IO(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => refused(path, error),
        _ if begins_as_zip => ScanError::Truncated(path.to_owned(), "its directory of entries is missing".to_owned()),
        ErrorKind::MissingEndOfCentralDirectory | ErrorKind::Eof | ErrorKind::IO(_) => {
            ScanError::NotAZip(path.to_owned(), "it has no directory of entries".to_owned())
        }
        _ => ScanError::NotAZip(path.to_owned(), printable(error.to_string().as_bytes())),
    }
}

fn read(
    archive: &ZipArchive<FileReader>,
    buffer: &mut [u8],
    path: &Path,
    watch: &dyn Watch,
) -> Result<(Directory, ends::Read), ScanError> {
    let damaged = |why: String| ScanError::Damaged(path.to_owned(), why);
    let mut directory = Directory::with_room_for(archive.entries_hint());
    let start = archive.directory_offset();
    let mut records = ends::Read { entries: 0, start, end: start, first: start };
    let mut window = Window::new(archive.get_ref());
    let mut entries = archive.entries(buffer);
    loop {
        match entries.next_entry() {
            Ok(Some(record)) => {
                records.entries += 1;
                records.end = end_of(&record);
                records.first = records.first.min(record.local_header_offset());
                let place = record.central_directory_offset() + VERSION_NEEDED;
                let version = window.bytes(place, 1, PIECE).first().copied().unwrap_or_default();
                let attributes = directory.take(&record, version).map(|member| member.attributes);
                if let (Some(attributes), Some(member)) = (attributes, directory.members().last()) {
                    tell(watch, directory.path(member), attributes);
                }
            }
            Ok(None) if watch.is_cancelled() => return Err(ScanError::Cancelled(path.to_owned())),
            Ok(None) => break,
            Err(error) => return Err(damaged(printable(error.to_string().as_bytes()))),
        }
        if directory.members().len().is_multiple_of(BATCH) && watch.is_cancelled() {
            return Err(ScanError::Cancelled(path.to_owned()));
        }
    }
    Ok((directory, records))
}

/// Where a record of the directory ends.
fn end_of(record: &ZipFileHeaderRecord<'_>) -> u64 {
    let parts = [record.file_path().as_bytes(), record.extra_fields().remaining_bytes(), record.comment().as_bytes()];
    record.central_directory_offset() + RECORD + parts.iter().map(|part| part.len() as u64).sum::<u64>()
}

fn tell(watch: &dyn Watch, path: &[u8], attributes: Attributes) {
    if attributes.kind != EntryKind::Directory {
        let top = path.split(|&byte| byte == b'/').next().unwrap_or_default();
        watch.found(top, 1, attributes.length);
    }
}
