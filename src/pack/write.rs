//! Packs an artifact: deflates on all threads, writes in order.

use std::io::{Read, Seek, Write};

use super::artifact::{Artifact, Member};
use super::container::{Container, Header, Open};
use super::encode::{Chunks, Effort, Encoded, Encoder, Piece, encode_chunk, unreadable};
use super::error::PackError;
use super::job::{Job, Jobs, Origin};
use super::pipeline::in_order;
use crate::model::bytes::Bytes;
use crate::model::container::LENGTH_LIMIT;
use crate::model::contents::{Contents, Method, Packed, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::watch::Watch;

pub(super) const LINK: u32 = 0o120_777;
pub(super) const EXECUTABLE: u32 = 0o100_755;
pub(super) const PLAIN: u32 = 0o100_644;

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The length of the zip.
    pub length: Bytes,
    /// Files and links in it.
    pub entries: u64,
    /// The sum of their lengths.
    pub unzipped: Bytes,
    /// What each member takes in the zip, headers apart, in their order.
    pub zipped: Vec<Bytes>,
}

/// Packs an artifact into `out`, from its current position on. It is written in small parts, which `out` should collect.
///
/// Files of a folder are deflated; those of a zip are copied as they are, so that the sizes in its directory stay true.
/// Whether what is copied can be unpacked is seen by [`verify_zip`](super::verify_zip) alone. After an error what was
/// written so far is of no use.
pub fn write_zip<W: Write + Seek>(
    artifact: &Artifact,
    listing: &Listing,
    contents: &dyn Contents,
    out: W,
    effort: Effort,
    watch: &dyn Watch,
) -> Result<Written, PackError> {
    let entries: Vec<EntryId> = artifact.members.iter().map(|member| member.entry).collect();
    if entries.iter().any(|&entry| listing.length(entry) >= LENGTH_LIMIT) {
        return Err(PackError::TooLong);
    }
    let origin = Origin { listing, contents };
    let container = Container::new(out).map_err(cannot_write)?;
    let mut writer =
        Writer { artifact, origin, container, large: None, zipped: Vec::with_capacity(entries.len()), watch };
    in_order(
        Jobs::new(origin, &entries),
        |encoder, job| work(origin, &entries, encoder, job, effort, watch),
        |done| if watch.is_cancelled() { Err(PackError::Cancelled) } else { writer.take(done) },
    )?;
    let unzipped = entries.iter().map(|&entry| listing.length(entry)).sum();
    let length = writer.container.finish().map_err(cannot_write)?;
    if length >= LENGTH_LIMIT {
        return Err(PackError::TooLong);
    }
    Ok(Written { length, entries: entries.len() as u64, unzipped, zipped: writer.zipped })
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

fn work(
    origin: Origin<'_>,
    entries: &[EntryId],
    encoder: &mut Encoder,
    job: Job,
    effort: Effort,
    watch: &dyn Watch,
) -> Done {
    match job {
        Job::Group(range, _) => {
            let start = range.start;
            let wanted = entries[range].iter().take_while(|_| !watch.is_cancelled());
            Done::Group(start, wanted.map(|&entry| encode(origin, encoder, entry, effort)).collect())
        }
        Job::Chunk(place, chunk) => Done::Piece(place, encode_chunk(&chunk, effort)),
        Job::Copy(place) => Done::Copy(place),
        Job::Failed(place, why) => Done::Failed(place, why),
    }
}

fn encode(origin: Origin<'_>, encoder: &mut Encoder, entry: EntryId, effort: Effort) -> Result<Encoded, Unreadable> {
    let Origin { listing, contents } = origin;
    if let Some(packed) = contents.packed(listing, entry) {
        return copy(packed?);
    }
    match listing.kind(entry) {
        EntryKind::Link => {
            let data = contents.link_text(listing, entry)?;
            Ok(Encoded { method: Method::Stored, crc32: crc32fast::hash(&data), data })
        }
        _ => encoder.encode(contents.open(listing, entry)?, listing.length(entry), effort),
    }
}

fn as_it_lies(origin: Origin<'_>, entry: EntryId) -> Result<Packed<'_>, Unreadable> {
    origin.contents.packed(origin.listing, entry).unwrap_or(Err(Unreadable::NotAFile))
}

/// The bytes of an archive's entry as they lie there.
fn copy(packed: Packed<'_>) -> Result<Encoded, Unreadable> {
    let mut data = Vec::with_capacity(packed.zipped.0 as usize);
    packed.data.take(packed.zipped.0).read_to_end(&mut data).map_err(unreadable)?;
    if data.len() as u64 != packed.zipped.0 {
        return Err(Unreadable::Failed("the zip ends before it does".to_owned()));
    }
    Ok(Encoded { method: packed.method, crc32: packed.crc32, data })
}

/// The large file that is being written.
struct Large {
    place: usize,
    open: Open,
    crc32: crc32fast::Hasher,
    zipped: Bytes,
}

/// File type and permissions that a file or link is packed with, whatever its own are.
pub(super) fn packed_mode(listing: &Listing, entry: EntryId) -> u32 {
    match listing.kind(entry) {
        EntryKind::Link => LINK,
        _ if listing.mode(entry) & 0o111 != 0 => EXECUTABLE,
        _ => PLAIN,
    }
}

/// Takes results in order and writes them.
struct Writer<'a, W: Write + Seek> {
    artifact: &'a Artifact,
    origin: Origin<'a>,
    container: Container<W>,
    large: Option<Large>,
    /// Per member, as far as they are written.
    zipped: Vec<Bytes>,
    watch: &'a dyn Watch,
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
        self.container.add(&name, header, &encoded.data).map_err(cannot_write)?;
        self.is_written(place, zipped);
        Ok(())
    }

    fn is_written(&mut self, place: usize, zipped: Bytes) {
        self.zipped.push(zipped);
        self.watch.packed(self.origin.listing.length(self.member(place).entry));
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
        self.container.fill_in(&name, header, &large.open).map_err(cannot_write)?;
        self.is_written(place, large.zipped);
        Ok(())
    }

    /// Copies a large entry of an archive piece by piece.
    fn copy_large(&mut self, place: usize) -> Result<(), PackError> {
        let (origin, entry) = (self.origin, self.member(place).entry);
        let cannot_read = |writer: &Self, why| writer.cannot_read(place, why);
        let Packed { method, zipped, crc32, data } = as_it_lies(origin, entry).map_err(|why| cannot_read(self, why))?;
        let (name, header) = (self.name(place), self.header(place, method, crc32, zipped));
        let open = self.container.begin(&name, header).map_err(cannot_write)?;
        let mut pieces = Chunks::new(data, zipped);
        while let Some(piece) = pieces.next_chunk() {
            let piece = piece.map_err(|why| cannot_read(self, why))?;
            self.container.append(&piece.plain).map_err(cannot_write)?;
        }
        self.container.note(&name, header, &open);
        self.is_written(place, zipped);
        Ok(())
    }

    fn header(&self, place: usize, method: Method, crc32: u32, zipped: Bytes) -> Header {
        let entry = self.member(place).entry;
        let listing = self.origin.listing;
        Header { mode: packed_mode(listing, entry), method, crc32, zipped, length: listing.length(entry) }
    }

    fn member(&self, place: usize) -> &Member {
        &self.artifact.members[place]
    }

    fn name(&self, place: usize) -> Vec<u8> {
        self.member(place).path.clone()
    }

    fn cannot_read(&self, place: usize, why: Unreadable) -> PackError {
        PackError::Unreadable { path: self.origin.listing.shown_path(self.member(place).entry), why }
    }
}

pub(super) fn cannot_write(error: std::io::Error) -> PackError {
    PackError::Write(match unreadable(error) {
        Unreadable::Failed(words) => words,
        other => other.to_string(),
    })
}
