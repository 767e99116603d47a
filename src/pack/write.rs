//! Packs an artifact: deflates on all threads, writes in order.

use std::io::{Read, Seek, Write};

use super::artifact::{Artifact, Member};
use super::container::{Container, Header, Open};
use super::encode::{Chunks, Encoded, Encoder, Piece, encode_chunk, unreadable};
use super::error::PackError;
use super::job::{Job, Jobs, Origin};
use super::pipeline::in_order;
use crate::model::bytes::Bytes;
use crate::model::container::LENGTH_LIMIT;
use crate::model::contents::{Contents, Method, Packed, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::watch::Watch;

const LINK: u32 = 0o120_777;
const EXECUTABLE: u32 = 0o100_755;
const PLAIN: u32 = 0o100_644;

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// The length of the zip.
    pub length: Bytes,
    /// Files and links in it.
    pub entries: u64,
    /// The sum of their lengths.
    pub unzipped: Bytes,
}

/// Packs an artifact into `out`, from its current position on.
///
/// Files of a folder are deflated; those of a zip are checked and copied as they are, so that the sizes in its
/// directory stay true. After an error what was written so far is of no use.
pub fn write_zip<W: Write + Seek>(
    artifact: &Artifact,
    listing: &Listing,
    contents: &dyn Contents,
    out: W,
    watch: &dyn Watch,
) -> Result<Written, PackError> {
    let entries: Vec<EntryId> = artifact.members.iter().map(|member| member.entry).collect();
    if entries.iter().any(|&entry| listing.length(entry) >= LENGTH_LIMIT) {
        return Err(PackError::TooLong);
    }
    let origin = Origin { listing, contents };
    let mut writer = Writer { artifact, origin, container: Container::new(out).map_err(cannot_write)?, large: None };
    in_order(
        Jobs::new(origin, &entries),
        |encoder, job| work(origin, &entries, encoder, job, watch),
        |done| if watch.is_cancelled() { Err(PackError::Cancelled) } else { writer.take(done) },
    )?;
    let unzipped = entries.iter().map(|&entry| listing.length(entry)).sum();
    let length = writer.container.finish().map_err(cannot_write)?;
    if length >= LENGTH_LIMIT {
        return Err(PackError::TooLong);
    }
    Ok(Written { length, entries: entries.len() as u64, unzipped })
}

/// What a job comes to.
enum Done {
    /// Entries from that place on.
    Group(usize, Vec<Result<Encoded, Unreadable>>),
    /// A part of the large file at that place.
    Piece(usize, Piece),
    /// A large entry of an archive.
    Copy(usize),
    Failed(usize, Unreadable),
}

fn work(origin: Origin<'_>, entries: &[EntryId], encoder: &mut Encoder, job: Job, watch: &dyn Watch) -> Done {
    match job {
        Job::Group(range, _) => {
            let start = range.start;
            let wanted = entries[range].iter().take_while(|_| !watch.is_cancelled());
            Done::Group(start, wanted.map(|&entry| encode(origin, encoder, entry)).collect())
        }
        Job::Chunk(place, chunk) => Done::Piece(place, encode_chunk(&chunk)),
        Job::Copy(place) => Done::Copy(place),
        Job::Failed(place, why) => Done::Failed(place, why),
    }
}

fn encode(origin: Origin<'_>, encoder: &mut Encoder, entry: EntryId) -> Result<Encoded, Unreadable> {
    let Origin { listing, contents } = origin;
    if let Some(packed) = contents.packed(listing, entry) {
        return copy(packed?, listing.length(entry));
    }
    match listing.kind(entry) {
        EntryKind::Link => {
            let data = contents.link_text(listing, entry)?;
            Ok(Encoded { method: Method::Stored, crc32: crc32fast::hash(&data), data })
        }
        _ => encoder.encode(contents.open(listing, entry)?, listing.length(entry)),
    }
}

fn as_it_lies(origin: Origin<'_>, entry: EntryId) -> Result<Packed<'_>, Unreadable> {
    origin.contents.packed(origin.listing, entry).unwrap_or(Err(Unreadable::NotAFile))
}

/// The bytes of an archive's entry, after a look at whether they are what the archive says.
fn copy(packed: Packed<'_>, length: Bytes) -> Result<Encoded, Unreadable> {
    let mut data = Vec::new();
    packed.data.take(packed.zipped.0).read_to_end(&mut data).map_err(unreadable)?;
    verify(&data[..], packed.method, packed.zipped, length, packed.crc32)?;
    Ok(Encoded { method: packed.method, crc32: packed.crc32, data })
}

/// Inflates without keeping anything; a damaged entry must not be handed on as if it were whole.
fn verify(data: impl Read, method: Method, zipped: Bytes, length: Bytes, crc32: u32) -> Result<(), Unreadable> {
    let mut data = data.take(zipped.0);
    let mut content: Box<dyn Read + '_> = match method {
        Method::Stored => Box::new(&mut data),
        Method::Deflated => Box::new(flate2::read::DeflateDecoder::new(&mut data)),
    };
    let mut hasher = crc32fast::Hasher::new();
    let mut buffer = [0; 32 << 10];
    let mut count = 0;
    loop {
        match content.read(&mut buffer).map_err(unreadable)? {
            0 => break,
            read => {
                hasher.update(&buffer[..read]);
                count += read as u64;
            }
        }
        if count > length.0 {
            break;
        }
    }
    if count != length.0 || hasher.finalize() != crc32 {
        return Err(Unreadable::Failed("its bytes in the zip are damaged".to_owned()));
    }
    Ok(())
}

/// The large file that is being written.
struct Large {
    place: usize,
    open: Open,
    crc32: crc32fast::Hasher,
    zipped: Bytes,
}

/// Takes results in order and writes them.
struct Writer<'a, W: Write + Seek> {
    artifact: &'a Artifact,
    origin: Origin<'a>,
    container: Container<W>,
    large: Option<Large>,
}

impl<W: Write + Seek> Writer<'_, W> {
    fn take(&mut self, done: Done) -> Result<(), PackError> {
        match done {
            Done::Group(start, group) => {
                for (encoded, place) in group.into_iter().zip(start..) {
                    self.add(place, &encoded.map_err(|why| self.cannot_read(place, why))?)?;
                }
            }
            Done::Piece(place, piece) => self.append(place, &piece)?,
            Done::Copy(place) => self.copy_large(place)?,
            Done::Failed(place, why) => return Err(self.cannot_read(place, why)),
        }
        if self.container.is_full() { Err(PackError::TooLong) } else { Ok(()) }
    }

    fn add(&mut self, place: usize, encoded: &Encoded) -> Result<(), PackError> {
        let (name, zipped) = (self.name(place), Bytes(encoded.data.len() as u64));
        let header = self.header(place, encoded.method, encoded.crc32, zipped);
        self.container.add(&name, header, &encoded.data).map_err(cannot_write)
    }

    fn append(&mut self, place: usize, piece: &Piece) -> Result<(), PackError> {
        let name = self.name(place);
        let mut large = match self.large.take() {
            Some(large) if large.place == place => large,
            _ => {
                let header = self.header(place, Method::Deflated, 0, Bytes::ZERO);
                let open = self.container.begin(&name, header).map_err(cannot_write)?;
                Large { place, open, crc32: crc32fast::Hasher::new(), zipped: Bytes::ZERO }
            }
        };
        self.container.append(&piece.data).map_err(cannot_write)?;
        large.crc32.combine(&piece.crc32);
        large.zipped += Bytes(piece.data.len() as u64);
        if !piece.is_last {
            self.large = Some(large);
            return Ok(());
        }
        let header = self.header(place, Method::Deflated, large.crc32.finalize(), large.zipped);
        self.container.fill_in(&name, header, &large.open).map_err(cannot_write)
    }

    /// Copies a large entry of an archive piece by piece, after one pass that only looks at it.
    fn copy_large(&mut self, place: usize) -> Result<(), PackError> {
        let (origin, entry) = (self.origin, self.member(place).entry);
        let cannot_read = |writer: &Self, why| writer.cannot_read(place, why);
        let packed = as_it_lies(origin, entry).map_err(|why| cannot_read(self, why))?;
        let (method, zipped, crc32) = (packed.method, packed.zipped, packed.crc32);
        verify(packed.data, method, zipped, origin.listing.length(entry), crc32)
            .map_err(|why| cannot_read(self, why))?;
        let (name, header) = (self.name(place), self.header(place, method, crc32, zipped));
        let open = self.container.begin(&name, header).map_err(cannot_write)?;
        let data = as_it_lies(origin, entry).map_err(|why| cannot_read(self, why))?.data;
        let mut pieces = Chunks::new(data, zipped);
        while let Some(piece) = pieces.next_chunk() {
            let piece = piece.map_err(|why| cannot_read(self, why))?;
            self.container.append(&piece.plain).map_err(cannot_write)?;
        }
        self.container.note(&name, header, &open);
        Ok(())
    }

    fn header(&self, place: usize, method: Method, crc32: u32, zipped: Bytes) -> Header {
        let entry = self.member(place).entry;
        let listing = self.origin.listing;
        let mode = match listing.kind(entry) {
            EntryKind::Link => LINK,
            _ if listing.mode(entry) & 0o111 != 0 => EXECUTABLE,
            _ => PLAIN,
        };
        Header { mode, method, crc32, zipped, length: listing.length(entry) }
    }

    fn member(&self, place: usize) -> &Member {
        &self.artifact.members[place]
    }

    fn name(&self, place: usize) -> Vec<u8> {
        self.artifact.name(self.member(place))
    }

    fn cannot_read(&self, place: usize, why: Unreadable) -> PackError {
        PackError::Unreadable { path: self.origin.listing.shown_path(self.member(place).entry), why }
    }
}

fn cannot_write(error: std::io::Error) -> PackError {
    PackError::Write(match unreadable(error) {
        Unreadable::Failed(words) => words,
        other => other.to_string(),
    })
}
