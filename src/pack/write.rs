//! Packs an artifact: deflates on all threads, writes in order.

use std::io::ErrorKind;
use std::ops::Range;

use super::artifact::{Artifact, Member};
use super::container::{Container, Header, Open};
use super::encode::{CHUNK, Encoder, Piece, encode_chunk, unreadable};
use super::error::PackError;
use super::job::{Job, Jobs, Origin};
use super::output::{Idle, Output};
use super::pipeline::{Ahead, in_order};
use super::stretch::Stretch;
use super::writing::{Writing, Written};
use crate::model::bytes::Bytes;
use crate::model::container::LENGTH_LIMIT;
use crate::model::contents::{Contents, Method, Packed, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;

pub(super) const LINK: u32 = 0o120_777;
pub(super) const EXECUTABLE: u32 = 0o100_755;
pub(super) const PLAIN: u32 = 0o100_644;

/// Packs an artifact into `out`, from its current position on.
///
/// Files of a folder are deflated; those of a zip are copied as they are, so that the sizes in its directory stay true.
/// Whether what is copied can be unpacked is seen by [`verify_zip`](super::verify_zip) alone. After an error what was
/// written so far is of no use.
pub fn write_zip<W: Output>(
    artifact: &Artifact,
    listing: &Listing,
    contents: &dyn Contents,
    out: W,
    how: Writing<'_>,
) -> Result<Written, PackError> {
    let entries: Vec<EntryId> = artifact.members.iter().map(|member| member.entry).collect();
    if entries.iter().any(|&entry| listing.length(entry) >= LENGTH_LIMIT) {
        return Err(PackError::TooLong);
    }
    let origin = Origin { listing, contents };
    let is_copied = entries.iter().any(|&entry| contents.lies_packed(listing, entry));
    let ahead = if is_copied { Ahead::Near } else { Ahead::Far };
    let container = Container::new(out).map_err(cannot_write)?;
    let idle = Idle::default();
    let workshop = Workshop { artifact, origin, idle: &idle, how };
    let mut writer = Writer { workshop, container, large: None, zipped: Vec::with_capacity(entries.len()) };
    in_order(
        how.room,
        ahead,
        Jobs::new(origin, &entries),
        |encoder, job| workshop.work(encoder, job),
        |done| if how.watch.is_cancelled() { Err(PackError::Cancelled) } else { writer.take(done) },
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
    Group(usize, Stretch),
    /// A part of the large file at that place.
    Piece(usize, Piece),
    /// A large entry of an archive.
    Copy(usize),
    Failed(usize, Unreadable),
}

/// What all threads work with.
#[derive(Clone, Copy)]
struct Workshop<'a> {
    artifact: &'a Artifact,
    origin: Origin<'a>,
    idle: &'a Idle,
    how: Writing<'a>,
}

impl<'a> Workshop<'a> {
    fn work(self, encoder: &mut Encoder, job: Job) -> Done {
        match job {
            Job::Group(places, _) => self.put_together(encoder, places),
            Job::Chunk(place, chunk) => Done::Piece(place, encode_chunk(&chunk, self.how.effort)),
            Job::Copy(place) => Done::Copy(place),
            Job::Failed(place, why) => Done::Failed(place, why),
        }
    }

    fn put_together(self, encoder: &mut Encoder, places: Range<usize>) -> Done {
        let start = places.start;
        let mut stretch = Stretch::new(self.idle.take());
        let entries: Vec<EntryId> = places.clone().map(|place| self.member(place).entry).collect();
        let packed = self.origin.contents.packed_together(self.origin.listing, &entries);
        for (place, packed) in places.zip(packed).take_while(|_| !self.how.watch.is_cancelled()) {
            let put = match packed {
                Some(packed) => packed.and_then(|packed| self.copy(place, packed, &mut stretch)),
                None => self.encode(encoder, place, &mut stretch),
            };
            if let Err(why) = put {
                return Done::Failed(place, why);
            }
        }
        Done::Group(start, stretch)
    }

    /// Appends an entry to a stretch, as it lies in an archive.
    fn copy(self, place: usize, packed: Packed<'_>, stretch: &mut Stretch) -> Result<(), Unreadable> {
        let Packed { method, zipped, crc32, data } = packed;
        let path = &self.member(place).path;
        stretch.read(path, self.header(place, method, crc32, zipped), data).map_err(ends_early)
    }

    /// Appends an entry to a stretch, deflated.
    fn encode(self, encoder: &mut Encoder, place: usize, stretch: &mut Stretch) -> Result<(), Unreadable> {
        let Origin { listing, contents } = self.origin;
        let Member { entry, path } = self.member(place);
        let (method, crc32, data) = match listing.kind(*entry) {
            EntryKind::Link => {
                let text = contents.link_text(listing, *entry)?;
                (Method::Stored, crc32fast::hash(&text), text)
            }
            _ => {
                let file = contents.open(listing, *entry)?;
                let encoded = encoder.encode(file, listing.length(*entry), self.how.effort)?;
                (encoded.method, encoded.crc32, encoded.data)
            }
        };
        stretch.put(path, self.header(place, method, crc32, Bytes(data.len() as u64)), &data);
        Ok(())
    }

    fn header(self, place: usize, method: Method, crc32: u32, zipped: Bytes) -> Header {
        let entry = self.member(place).entry;
        let listing = self.origin.listing;
        Header { mode: packed_mode(listing, entry), method, crc32, zipped, length: listing.length(entry) }
    }

    fn member(self, place: usize) -> &'a Member {
        &self.artifact.members[place]
    }
}

fn as_it_lies(origin: Origin<'_>, entry: EntryId) -> Result<Packed<'_>, Unreadable> {
    origin.contents.packed(origin.listing, entry).unwrap_or(Err(Unreadable::NotAFile))
}

/// Why an entry of an archive cannot be copied.
fn ends_early(error: std::io::Error) -> Unreadable {
    match error.kind() {
        ErrorKind::UnexpectedEof => Unreadable::Failed("the zip ends before it does".to_owned()),
        _ => unreadable(error),
    }
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
struct Writer<'a, W: Output> {
    workshop: Workshop<'a>,
    container: Container<W>,
    large: Option<Large>,
    /// Per member, as far as they are written.
    zipped: Vec<Bytes>,
}

impl<'a, W: Output> Writer<'a, W> {
    fn take(&mut self, done: Done) -> Result<(), PackError> {
        match done {
            Done::Group(start, stretch) => self.add(start, stretch)?,
            Done::Piece(place, piece) => self.append(place, &piece)?,
            Done::Copy(place) => self.copy_large(place)?,
            Done::Failed(place, why) => return Err(self.cannot_read(place, why)),
        }
        if self.container.is_full() { Err(PackError::TooLong) } else { Ok(()) }
    }

    fn add(&mut self, start: usize, stretch: Stretch) -> Result<(), PackError> {
        let begin = self.container.position();
        let emptied = self.container.append_filled(stretch.filled).map_err(cannot_write)?;
        self.workshop.idle.give(emptied);
        for (placed, place) in stretch.entries.into_iter().zip(start..) {
            self.container.note(self.name(place), placed.header, begin + placed.position);
            self.is_written(place, placed.header.zipped);
        }
        Ok(())
    }

    fn is_written(&mut self, place: usize, zipped: Bytes) {
        self.zipped.push(zipped);
        self.workshop.how.watch.packed(self.workshop.origin.listing.length(self.workshop.member(place).entry));
    }

    fn append(&mut self, place: usize, piece: &Piece) -> Result<(), PackError> {
        let name = self.name(place);
        let mut large = match self.large.take() {
            Some(large) if large.place == place => large,
            _ => {
                let header = self.workshop.header(place, Method::Deflated, 0, Bytes::ZERO);
                let open = self.container.begin(name, header).map_err(cannot_write)?;
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
        let header = self.workshop.header(place, Method::Deflated, large.crc32.finalize(), large.zipped);
        self.container.fill_in(name, header, &large.open).map_err(cannot_write)?;
        self.is_written(place, large.zipped);
        Ok(())
    }

    /// Copies a large entry of an archive piece by piece.
    fn copy_large(&mut self, place: usize) -> Result<(), PackError> {
        let entry = self.workshop.member(place).entry;
        let packed = as_it_lies(self.workshop.origin, entry).map_err(|why| self.cannot_read(place, why))?;
        let Packed { method, zipped, crc32, mut data } = packed;
        let (name, header) = (self.name(place), self.workshop.header(place, method, crc32, zipped));
        let open = self.container.begin(name, header).map_err(cannot_write)?;
        let mut left = zipped.0;
        while left > 0 {
            let count = left.min(CHUNK as u64);
            let mut piece = self.workshop.idle.take();
            piece.read(&mut data, count as usize).map_err(|error| self.cannot_read(place, ends_early(error)))?;
            let emptied = self.container.append_filled(piece).map_err(cannot_write)?;
            self.workshop.idle.give(emptied);
            left -= count;
        }
        self.container.note(name, header, open.position);
        self.is_written(place, zipped);
        Ok(())
    }

    fn name(&self, place: usize) -> &'a [u8] {
        &self.workshop.member(place).path
    }

    fn cannot_read(&self, place: usize, why: Unreadable) -> PackError {
        let path = self.workshop.origin.listing.shown_path(self.workshop.member(place).entry);
        PackError::Unreadable { path, why }
    }
}

pub(super) fn cannot_write(error: std::io::Error) -> PackError {
    PackError::Write(match unreadable(error) {
        Unreadable::Failed(words) => words,
        other => other.to_string(),
    })
}
