//! Lists a zip from its central directory, without unpacking it, and reads single entries with a cap.
//!
//! rawzip does the reading: it lists every entry, also those that share a name, of which `zip::ZipArchive` would keep
//! the last. What the directory declares is checked against the archive's length before it is believed.

use std::cmp::Ordering;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, FileReader, RangeReader, ReaderAt, ZipArchive, ZipFileHeaderRecord};

use super::member::place;
use super::{ScanError, Scanned, refused, words};
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::listing::{Attributes, Listing, ListingBuilder, Source, TooLarge};
use crate::model::problem::Problem;
use crate::model::watch::Watch;

/// The fixed part of a local header.
const LOCAL_HEADER: u64 = 30;
/// How often the watcher is asked and told, in entries.
const BATCH: usize = 4096;

/// One entry of the central directory.
struct Member {
    path: Vec<u8>,
    attributes: Attributes,
    body: Body,
    name_bytes: u64,
    problem: Option<String>,
}

/// Lists the archive at `path`.
pub fn open(path: &Path, watch: &dyn Watch) -> Result<Scanned, ScanError> {
    let file = File::open(path).map_err(|error| refused(path, &error))?;
    let length = file.metadata().map_err(|error| refused(path, &error))?.len();
    let mut buffer = vec![0; rawzip::MAX_CENTRAL_DIRECTORY_RECORD_SIZE];
    let begins_as_zip = begins_as_zip(&file);
    let archive = ZipArchive::from_file(file, &mut buffer).map_err(|error| broken(path, begins_as_zip, &error))?;
    let members = members(&archive, &mut buffer, path, watch)?;
    check_places(&members, archive.directory_offset()).map_err(|why| ScanError::Damaged(path.to_owned(), why))?;
    let source = Source::Zip(path.to_owned(), Bytes(length));
    let (listing, bodies) = in_order(members, source).map_err(|why| ScanError::TooLarge(path.to_owned(), why))?;
    Ok(Scanned { listing: Arc::new(listing), contents: Box::new(Zip { reader: archive.into_inner(), bodies }) })
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

fn members(
    archive: &ZipArchive<FileReader>,
    buffer: &mut [u8],
    path: &Path,
    watch: &dyn Watch,
) -> Result<Vec<Member>, ScanError> {
    let damaged = |why: String| ScanError::Damaged(path.to_owned(), why);
    let mut members = Vec::new();
    let mut entries = archive.entries(buffer);
    loop {
        match entries.next_entry() {
            Ok(Some(record)) => members.extend(member(&record)),
            Ok(None) if watch.is_cancelled() => return Err(ScanError::Cancelled(path.to_owned())),
            Ok(None) => break,
            Err(error) => return Err(damaged(printable(error.to_string().as_bytes()))),
        }
        if let Some(member) = members.last() {
            let top = member.path.split(|&byte| byte == b'/').next().unwrap_or_default();
            watch.found(top, 1, member.attributes.length);
        }
        if members.len().is_multiple_of(BATCH) && watch.is_cancelled() {
            return Err(ScanError::Cancelled(path.to_owned()));
        }
    }
    Ok(members)
}

/// One record; `None` for the mention of the bundle's own folder.
fn member(record: &ZipFileHeaderRecord<'_>) -> Option<Member> {
    let name = record.file_path().as_bytes();
    let place = place(name);
    let length = record.uncompressed_size_hint();
    if place.is_folder && length == 0 && name.iter().all(|byte| matches!(byte, b'/' | b'.')) {
        return None;
    }
    let (kind, special) = kind(record.mode().value(), place.is_folder && length == 0);
    let body = Body::new(record);
    let problem = place.problem.map(str::to_owned).or(special).or(body_problem(record, body));
    let folder_with_bytes = (place.is_folder && length > 0).then(|| "is named as a folder but holds bytes".to_owned());
    Some(Member {
        path: place.path,
        attributes: Attributes {
            kind,
            mode: (record.mode().value() & 0o7777) as u16,
            length: Bytes(length),
            modified: modified(record),
            zipped: Some(Bytes(record.compressed_size_hint())),
        },
        body,
        name_bytes: name.len() as u64,
        problem: problem.or(folder_with_bytes),
    })
}

/// What an entry is, by its name and its Unix mode, and what is wrong with that.
fn kind(mode: u32, is_folder: bool) -> (EntryKind, Option<String>) {
    let special = |what: &str| (EntryKind::Special, Some(format!("{what} cannot be packed")));
    match mode & 0o170_000 {
        _ if is_folder => (EntryKind::Directory, None),
        0o120_000 => (EntryKind::Link, None),
        0o010_000 => special("a FIFO"),
        0o140_000 => special("a socket"),
        0o020_000 | 0o060_000 => special("a device"),
        _ => (EntryKind::File, None),
    }
}

fn body_problem(record: &ZipFileHeaderRecord<'_>, body: Body) -> Option<String> {
    match body.method() {
        Method::Stored | Method::Deflated => None,
        Method::Encrypted => Some("encrypted: AWS cannot unpack it".to_owned()),
        Method::Other => {
            let method = printable(record.compression_method().to_string().as_bytes());
            Some(format!("compressed by {method}, not by deflate"))
        }
    }
}

/// Seconds since 1970. A zip's own dates name no time zone; they are taken as UTC.
fn modified(record: &ZipFileHeaderRecord<'_>) -> i64 {
    let at = record.last_modified();
    let days = days_since_1970(i64::from(at.year()), i64::from(at.month()), i64::from(at.day()));
    days * 86_400 + i64::from(at.hour()) * 3600 + i64::from(at.minute()) * 60 + i64::from(at.second())
}

/// Days of the Gregorian calendar; years begin in March, so that the leap day is the last of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day
        - 719_469
}

/// Refuses a directory that claims bytes outside the archive or the same bytes twice: its sizes mean nothing.
fn check_places(members: &[Member], end: u64) -> Result<(), String> {
    let mut places: Vec<(u64, u64, &[u8])> = members
        .iter()
        .map(|member| {
            let start = member.body.offset();
            let zipped = member.attributes.zipped.unwrap_or_default().0;
            (start, start.saturating_add(LOCAL_HEADER + member.name_bytes).saturating_add(zipped), &member.path[..])
        })
        .collect();
    places.sort_unstable();
    let mut previous: Option<(u64, &[u8])> = None;
    for (start, stop, path) in places {
        if stop > end {
            return Err(format!("\"{}\" reaches beyond the archive's data", printable(path)));
        }
        if let Some((_, other)) = previous.filter(|(taken, _)| start < *taken) {
            return Err(format!("\"{}\" and \"{}\" claim the same bytes", printable(other), printable(path)));
        }
        previous = Some((stop, path));
    }
    Ok(())
}

/// Sorts the entries into a tree, makes the folders that are not mentioned, and notes names that occur twice.
fn in_order(mut members: Vec<Member>, source: Source) -> Result<(Listing, Vec<Body>), TooLarge> {
    members.sort_by(by_place);
    let mut tree = Tree { builder: ListingBuilder::new(source), bodies: vec![Body::NONE], open: Vec::new() };
    for (index, member) in members.iter().enumerate() {
        tree.note_repetition(&members, index);
        tree.add(member)?;
    }
    Ok((tree.builder.finish(), tree.bodies))
}

/// Depth first, siblings by name, a file before the folder of the same name.
fn by_place(one: &Member, other: &Member) -> Ordering {
    let key = |byte: &u8| if *byte == b'/' { 0 } else { u16::from(*byte) + 1 };
    let is_folder = |member: &Member| member.attributes.kind == EntryKind::Directory;
    one.path.iter().map(key).cmp(other.path.iter().map(key)).then(is_folder(one).cmp(&is_folder(other)))
}

struct Tree<'a> {
    builder: ListingBuilder,
    bodies: Vec<Body>,
    /// The names of the open folders.
    open: Vec<&'a [u8]>,
}

impl<'a> Tree<'a> {
    fn add(&mut self, member: &'a Member) -> Result<(), TooLarge> {
        if let Some(problem) = &member.problem {
            self.builder.problem(Problem::unclear(printable(&member.path), problem.clone()));
        }
        let (folders, name) = match member.path.iter().rposition(|&byte| byte == b'/') {
            Some(slash) => (Some(&member.path[..slash]), &member.path[slash + 1..]),
            None => (None, &member.path[..]),
        };
        let parts = folders.into_iter().flat_map(|folders| folders.split(|&byte| byte == b'/'));
        if member.attributes.kind == EntryKind::Directory {
            return self.enter(parts.chain([name]), member.attributes);
        }
        self.enter(parts, Attributes::directory())?;
        self.builder.add(name, member.attributes)?;
        self.bodies.push(member.body);
        Ok(())
    }

    /// Closes what the path has left and opens what it enters.
    fn enter(&mut self, parts: impl Iterator<Item = &'a [u8]>, last: Attributes) -> Result<(), TooLarge> {
        let parts: Vec<&[u8]> = parts.collect();
        let common = self.open.iter().zip(&parts).take_while(|(one, other)| one == other).count();
        for _ in self.open.drain(common..) {
            self.builder.close();
        }
        for (depth, part) in parts.iter().enumerate().skip(common) {
            let mode = if depth + 1 == parts.len() { last.mode } else { 0o755 };
            self.builder.open(part, Attributes { mode, zipped: None, ..last })?;
            self.bodies.push(Body::NONE);
            self.open.push(part);
        }
        Ok(())
    }

    /// Unpacking keeps one of several entries with the same name; all of them are counted.
    fn note_repetition(&mut self, members: &[Member], index: usize) {
        let same = |other: &&Member| other.path == members[index].path && other.attributes.kind != EntryKind::Directory;
        let is_first = index == 0 || !same(&&members[index - 1]);
        if !is_first || !same(&&members[index]) {
            return;
        }
        let count = members[index..].iter().take_while(same).count();
        if count > 1 {
            let what = format!("occurs {count} times; unpacking keeps one of them, the sum counts all");
            self.builder.problem(Problem::unclear(printable(&members[index].path), what));
        }
    }
}

/// How an entry's bytes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Method {
    Stored,
    Deflated,
    Encrypted,
    Other,
}

/// Where an entry's local header stands and how its bytes are kept, in one word.
#[derive(Clone, Copy)]
struct Body(u64);

impl Body {
    /// A directory's, which has none.
    const NONE: Body = Body(0);
    const METHOD_SHIFT: u32 = 62;

    fn new(record: &ZipFileHeaderRecord<'_>) -> Body {
        let method = if record.flags().is_encrypted() {
            Method::Encrypted
        } else if record.compression_method() == CompressionMethod::STORE {
            Method::Stored
        } else if record.compression_method() == CompressionMethod::DEFLATE {
            Method::Deflated
        } else {
            Method::Other
        };
        let offset = record.local_header_offset().min((1 << Body::METHOD_SHIFT) - 1);
        Body(offset | ((method as u64) << Body::METHOD_SHIFT))
    }

    fn offset(self) -> u64 {
        self.0 & ((1 << Body::METHOD_SHIFT) - 1)
    }

    fn method(self) -> Method {
        match self.0 >> Body::METHOD_SHIFT {
            0 => Method::Stored,
            1 => Method::Deflated,
            2 => Method::Encrypted,
            _ => Method::Other,
        }
    }
}

/// Reads the entries of a scanned zip.
struct Zip {
    reader: FileReader,
    /// By the entry's number.
    bodies: Vec<Body>,
}

impl Contents for Zip {
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
        if listing.kind(entry) != EntryKind::File {
            return Err(Unreadable::NotAFile);
        }
        let body = self.bodies.get(entry.0 as usize).copied().ok_or(Unreadable::NotAFile)?;
        let data = self.data(body, listing.zipped(entry).unwrap_or_default())?;
        let length = listing.length(entry);
        match body.method() {
            Method::Stored => read_at_most(data, length, cap),
            Method::Deflated => read_at_most(DeflateDecoder::new(data), length, cap),
            Method::Encrypted => Err(Unreadable::Encrypted),
            Method::Other => Err(Unreadable::Failed("not compressed by deflate".to_owned())),
        }
    }
}

impl Zip {
    /// The entry's bytes as they lie in the archive, behind its local header.
    fn data(&self, body: Body, zipped: Bytes) -> Result<RangeReader<&FileReader>, Unreadable> {
        let mut header = [0; LOCAL_HEADER as usize];
        let failed = |error: std::io::Error| Unreadable::Failed(words(&error));
        self.reader.read_exact_at(&mut header, body.offset()).map_err(failed)?;
        if header[..4] != *b"PK\x03\x04" {
            return Err(Unreadable::Failed("its place in the zip holds something else".to_owned()));
        }
        let field = |at: usize| u64::from(u16::from_le_bytes([header[at], header[at + 1]]));
        let start = body.offset() + LOCAL_HEADER + field(26) + field(28);
        Ok(RangeReader::new(&self.reader, start..start.saturating_add(zipped.0)))
    }
}

/// Reads up to `cap`, and no more than the directory said, whatever the data would inflate to.
fn read_at_most(data: impl Read, length: Bytes, cap: Bytes) -> Result<Content, Unreadable> {
    let mut bytes = Vec::new();
    data.take(cap.min(length).0).read_to_end(&mut bytes).map_err(|error| Unreadable::Failed(words(&error)))?;
    if (bytes.len() as u64) < cap.min(length).0 {
        return Err(Unreadable::Failed("it is shorter than the zip says".to_owned()));
    }
    Ok(Content { bytes, whole: length <= cap })
}
