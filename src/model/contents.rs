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

/// A file that can be read piece by piece.
pub trait Pieces: Read + Seek {}

impl<T: Read + Seek> Pieces for T {}

/// Reads files of one listing. Never blocks on a FIFO, never follows a link, never reads more than `cap`.
pub trait Contents: Send + Sync {
    /// At most `cap` bytes from the start of a regular file.
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable>;

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
