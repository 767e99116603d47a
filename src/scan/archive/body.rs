//! Where the bytes of a zip's entries are, and how to read them without unpacking the rest.

use std::fs::File;
use std::io::{Cursor, Read};

use flate2::read::DeflateDecoder;
use rawzip::{CompressionMethod, FileReader, RangeReader, ZipFileHeaderRecord};

use super::inflater::Inflater;
use crate::model::bytes::Bytes;
use crate::model::contents::{self, Content, Contents, Packed, Stamp, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::{Listing, Source};
use crate::scan::exact::Exact;
use crate::scan::file_system::{stamp_at, stamp_of};
use crate::scan::words;

/// The fixed part of a local header.
pub const LOCAL_HEADER: u64 = 30;
/// Up to this length an entry that is read through is inflated at once, in half the time that a stream takes.
const WHOLE: Bytes = Bytes(1 << 20);

/// How an entry's bytes are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// As it is.
    Stored,
    /// Compressed by deflate.
    Deflated,
    /// Behind a password.
    Encrypted,
    /// Compressed in a way that is not read here.
    Other,
}

/// The longest text of a link; Linux takes 4 095.
const LONGEST_LINK: Bytes = Bytes(65_536);

/// In the flags: the bytes are a patch to another file.
const PATCH: u16 = 1 << 5;
/// How much is unpacked at once.
const PIECE: usize = 1 << 16;

/// Where an entry's local header stands, how long it is, how the bytes behind it are kept, and what they are said to come
/// to.
#[derive(Clone, Copy)]
pub struct Body {
    /// Method and offset in one word.
    place: u64,
    crc32: u32,
    /// 0: none was found there.
    header: u32,
}

impl Body {
    /// A directory's, which has none.
    pub const NONE: Body = Body { place: 0, crc32: 0, header: 0 };
    const METHOD_SHIFT: u32 = 62;

    /// As the central directory tells it.
    pub fn new(record: &ZipFileHeaderRecord<'_>) -> Body {
        let method = if record.flags().is_encrypted() {
            Method::Encrypted
        } else if record.flags().bits() & PATCH != 0 {
            Method::Other
        } else if record.compression_method() == CompressionMethod::STORE {
            Method::Stored
        } else if record.compression_method() == CompressionMethod::DEFLATE {
            Method::Deflated
        } else {
            Method::Other
        };
        let offset = record.local_header_offset().min((1 << Body::METHOD_SHIFT) - 1);
        Body { place: offset | ((method as u64) << Body::METHOD_SHIFT), crc32: record.crc32(), header: 0 }
    }

    /// A local header of that length was found.
    pub fn note_header(&mut self, length: u64) {
        self.header = length as u32;
    }

    /// Where the entry's bytes begin, if a local header was found in front of them.
    fn data(self) -> Option<u64> {
        (self.header > 0).then(|| self.offset() + u64::from(self.header))
    }

    /// Where the local header begins.
    pub fn offset(self) -> u64 {
        self.place & ((1 << Body::METHOD_SHIFT) - 1)
    }

    /// The checksum of the bytes, unpacked.
    pub fn crc32(self) -> u32 {
        self.crc32
    }

    /// How the bytes are kept.
    pub fn method(self) -> Method {
        match self.place >> Body::METHOD_SHIFT {
            0 => Method::Stored,
            1 => Method::Deflated,
            2 => Method::Encrypted,
            _ => Method::Other,
        }
    }
}

/// Reads the entries of a scanned zip.
pub struct Zip {
    reader: FileReader,
    /// The same file, and what it looked like before it was listed.
    file: File,
    listed: Stamp,
    /// By the entry's number.
    bodies: Vec<Body>,
}

impl Contents for Zip {
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
        let length = listing.length(entry);
        match self.whole(listing, entry, cap) {
            Some(bytes) => Ok(Content { bytes, whole: true }),
            None => read_at_most(self.file(listing, entry)?, length, cap),
        }
    }

    fn open(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        match self.whole(listing, entry, WHOLE) {
            Some(bytes) => Ok(Box::new(Cursor::new(bytes))),
            None => Ok(Box::new(Exact::new(self.file(listing, entry)?, listing.length(entry)))),
        }
    }

    fn show(&self, listing: &Listing, entry: EntryId, see: &mut dyn FnMut(&[u8])) -> bool {
        let shown = Inflater::lend(|inflater| {
            let length = self.fetch(listing, entry, WHOLE, inflater)?;
            see(inflater.inflate(length)?);
            Some(())
        });
        shown.is_some()
    }

    fn link_text(&self, listing: &Listing, entry: EntryId) -> Result<Vec<u8>, Unreadable> {
        if listing.kind(entry) != EntryKind::Link {
            return Err(Unreadable::Failed("not a link".to_owned()));
        }
        let text = read_at_most(self.inflated(listing, entry)?, listing.length(entry), LONGEST_LINK)?;
        if text.whole { Ok(text.bytes) } else { Err(Unreadable::Failed("longer than any link".to_owned())) }
    }

    fn stamp(&self, listing: &Listing, _: EntryId) -> Result<Stamp, Unreadable> {
        let stamp = stamp_of(&self.file).map_err(|error| Unreadable::Failed(words(&error)))?;
        // Whoever builds anew often puts another file in its place: then this one is whole, and nobody's any more.
        let is_in_place = match &listing.source {
            Source::Zip(path, _) => stamp_at(path).is_ok_and(|there| there == stamp),
            Source::Directory(_) | Source::Demo => true,
        };
        let is_as_listed = stamp == self.listed && is_in_place;
        is_as_listed
            .then_some(stamp)
            .ok_or_else(|| Unreadable::Failed("the zip was changed since it was listed".to_owned()))
    }

    fn is_one_file(&self) -> bool {
        true
    }

    fn packed(&self, listing: &Listing, entry: EntryId) -> Option<Result<Packed<'_>, Unreadable>> {
        Some(self.as_it_lies(listing, entry))
    }

    fn verify(&self, listing: &Listing, entry: EntryId) -> Option<Result<(), Unreadable>> {
        let crc32 = self.bodies.get(entry.0 as usize)?.crc32();
        let length = listing.length(entry);
        Some(self.inflated(listing, entry).and_then(|plain| check_whole(Exact::new(plain, length), crc32)))
    }
}

impl Zip {
    /// Reads from an archive in which the entry of each number lies at its body.
    pub fn new(reader: FileReader, file: File, listed: Stamp, bodies: Vec<Body>) -> Zip {
        Zip { reader, file, listed, bodies }
    }

    fn as_it_lies(&self, listing: &Listing, entry: EntryId) -> Result<Packed<'_>, Unreadable> {
        let body = self.bodies.get(entry.0 as usize).copied().ok_or(Unreadable::NotAFile)?;
        let method = match body.method() {
            Method::Stored => contents::Method::Stored,
            Method::Deflated => contents::Method::Deflated,
            Method::Encrypted => return Err(Unreadable::Encrypted),
            Method::Other => return Err(Unreadable::Failed("not compressed by deflate".to_owned())),
        };
        let zipped = listing.zipped(entry).unwrap_or_default();
        Ok(Packed { method, zipped, crc32: body.crc32, data: Box::new(self.data(body, zipped)?) })
    }

    fn file(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        match listing.kind(entry) {
            EntryKind::File => self.inflated(listing, entry),
            _ => Err(Unreadable::NotAFile),
        }
    }

    /// A file that is deflated and no longer than `most`, inflated at once. `None` also where it cannot be, or comes to
    /// another length than was declared: who reads it as a stream learns why.
    fn whole(&self, listing: &Listing, entry: EntryId, most: Bytes) -> Option<Vec<u8>> {
        Inflater::lend(|inflater| {
            let length = self.fetch(listing, entry, most, inflater)?;
            let mut plain = vec![0; length];
            inflater.inflate_into(&mut plain)?;
            Some(plain)
        })
    }

    /// Reads what such a file lies there as; the length that it is to inflate to.
    fn fetch(&self, listing: &Listing, entry: EntryId, most: Bytes, inflater: &mut Inflater) -> Option<usize> {
        let (length, zipped) = (listing.length(entry), listing.zipped(entry)?);
        if listing.kind(entry) != EntryKind::File || length.max(zipped) > most {
            return None;
        }
        let packed = self.as_it_lies(listing, entry).ok()?;
        if packed.method != contents::Method::Deflated {
            return None;
        }
        inflater.packed.reserve(zipped.0 as usize);
        packed.data.take(zipped.0).read_to_end(&mut inflater.packed).ok()?;
        Some(length.0 as usize)
    }

    fn inflated(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        let packed = self.as_it_lies(listing, entry)?;
        Ok(match packed.method {
            contents::Method::Stored => packed.data,
            contents::Method::Deflated => Box::new(DeflateDecoder::new(packed.data)),
        })
    }

    /// The entry's bytes as they lie in the archive, behind its local header.
    fn data(&self, body: Body, zipped: Bytes) -> Result<RangeReader<&FileReader>, Unreadable> {
        let nothing = || Unreadable::Failed("its place in the zip holds something else".to_owned());
        let start = body.data().ok_or_else(nothing)?;
        Ok(RangeReader::new(&self.reader, start..start.saturating_add(zipped.0)))
    }
}

/// Reads to the end and keeps nothing.
fn check_whole(mut plain: impl Read, crc32: u32) -> Result<(), Unreadable> {
    let mut hasher = crc32fast::Hasher::new();
    let mut buffer = vec![0; PIECE];
    loop {
        match plain.read(&mut buffer).map_err(|error| Unreadable::Failed(words(&error)))? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    let is_whole = hasher.finalize() == crc32;
    is_whole
        .then_some(())
        .ok_or_else(|| Unreadable::Failed("its bytes do not have the checksum that is stated".to_owned()))
}

/// Reads up to `cap`, and no more than the directory said, whatever the data would inflate to.
fn read_at_most(mut data: impl Read, length: Bytes, cap: Bytes) -> Result<Content, Unreadable> {
    let failed = |error: std::io::Error| Unreadable::Failed(words(&error));
    let mut bytes = Vec::new();
    (&mut data).take(cap.min(length).0).read_to_end(&mut bytes).map_err(failed)?;
    if (bytes.len() as u64) < cap.min(length).0 {
        return Err(Unreadable::Failed("it is shorter than the zip says".to_owned()));
    }
    let whole = length <= cap;
    if whole && data.read(&mut [0]).map_err(failed)? > 0 {
        return Err(Unreadable::Failed("it is longer than the zip says".to_owned()));
    }
    Ok(Content { bytes, whole })
}
