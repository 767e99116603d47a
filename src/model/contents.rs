//! The one way to read what is in a file: from a folder, a zip or the recorded demo alike.

use std::io::{Cursor, Read, Seek};

use super::bytes::Bytes;
use super::entry::EntryId;
use super::facts::Facts;
use super::listing::Listing;

/// The beginning of a file, up to the cap that was asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// The bytes read.
    pub bytes: Vec<u8>,
    /// Whether that is the whole file.
    pub whole: bool,
}

/// Why a file's contents could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// A directory, a link or a special file; none of them is ever opened.
    #[error("not a regular file")]
    NotAFile,
    /// The recording has facts but no contents.
    #[error("contents are not part of the recording")]
    NotRecorded,
    /// The entry of a zip is encrypted.
    #[error("encrypted")]
    Encrypted,
    /// The file changed or vanished since it was listed, or the system refused; in the system's words.
    #[error("{0}")]
    Failed(String),
}

/// How an entry's bytes are kept in a zip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// As they are.
    Stored,
    /// Deflated.
    Deflated,
}

/// An entry's bytes as they lie in an archive already, so that a zip can be packed anew without deflating again.
pub struct Packed<'a> {
    /// How they are kept.
    pub method: Method,
    /// How many they are.
    pub zipped: Bytes,
    /// The CRC-32 that the archive declares of the content.
    pub crc32: u32,
    /// The bytes themselves; ends early if the archive is damaged.
    pub data: Box<dyn Read + Send + 'a>,
}

/// A file that can be read piece by piece.
pub trait Pieces: Read + Seek {}

impl<T: Read + Seek> Pieces for T {}

/// What the system says of a file: as long as it stays the same, nobody has written to the file. When anything else about
/// it changed does not count: installers that link files from a cache (uv, pnpm) touch that of all their copies.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// Its length.
    pub length: u64,
    /// Which file it is.
    pub number: u64,
    /// When its content changed, in nanoseconds since 1970.
    pub modified: i128,
}

/// Reads files of one listing. Never blocks on a FIFO, never follows a link, never reads more than `cap`.
pub trait Contents: Send + Sync {
    /// At most `cap` bytes from the start of a regular file.
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable>;

    /// A regular file from its first byte to its last. Reading fails, in words for people, where the file does not end
    /// exactly at the length that was listed: it shrank or grew meanwhile, or the archive declared a wrong length.
    fn open(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable>;

    /// Shows a regular file to `see` as a whole, where that costs less than to read it. Where it does not, or the file
    /// cannot be read, nothing is shown: who [opens](Contents::open) it learns why.
    fn show(&self, listing: &Listing, entry: EntryId, see: &mut dyn FnMut(&[u8])) -> bool {
        let _ = (listing, entry, see);
        false
    }

    /// The text of a link, as long as it was listed.
    fn link_text(&self, listing: &Listing, entry: EntryId) -> Result<Vec<u8>, Unreadable>;

    /// A file or link as it is packed without being deflated anew; `None` where it has to be.
    fn packed(&self, listing: &Listing, entry: EntryId) -> Option<Result<Packed<'_>, Unreadable>> {
        let _ = (listing, entry);
        None
    }

    /// [`packed`](Contents::packed) of several entries, in their order: together they may cost less.
    fn packed_together(&self, listing: &Listing, entries: &[EntryId]) -> Vec<Option<Result<Packed<'_>, Unreadable>>> {
        entries.iter().map(|&entry| self.packed(listing, entry)).collect()
    }

    /// Unpacks a file or link of an archive to its end and compares it with the length and checksum that the archive
    /// states. `None` where the source is no archive and states none.
    fn verify(&self, listing: &Listing, entry: EntryId) -> Option<Result<(), Unreadable>> {
        let _ = (listing, entry);
        None
    }

    /// Whether the entry is packed as it lies in an archive, so that its zipped size is the one that the listing has.
    fn lies_packed(&self, listing: &Listing, entry: EntryId) -> bool {
        listing.zipped(entry).is_some()
    }

    /// How many bytes [`packed`](Contents::packed) has of each of these entries, at less cost.
    fn packed_lengths(&self, listing: &Listing, entries: &[EntryId]) -> Vec<Option<Result<Bytes, Unreadable>>> {
        let length = |entry: &EntryId| listing.zipped(*entry).filter(|_| self.lies_packed(listing, *entry)).map(Ok);
        entries.iter().map(length).collect()
    }

    /// What the source of an entry looks like now, to be compared with later. An error where it is not as it was listed.
    fn stamp(&self, listing: &Listing, entry: EntryId) -> Result<Stamp, Unreadable> {
        let _ = (listing, entry);
        Ok(Stamp::default())
    }

    /// A regular file to read pieces of, where only some of it is asked for. What has no pieces, such as an entry of a
    /// zip, is read from its start, at most `cap` bytes.
    fn pieces(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Box<dyn Pieces>, Unreadable> {
        self.read(listing, entry, cap).map(|content| Box::new(Cursor::new(content.bytes)) as Box<dyn Pieces>)
    }

    /// The facts, where they were recorded instead of being there to read.
    fn recorded(&self) -> Option<&Facts> {
        None
    }
}
