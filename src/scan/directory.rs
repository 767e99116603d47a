//! A build directory: its listing, and the way to read its files.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use super::exact::Exact;
use super::file_system::Root;
use super::{ScanError, Scanned, gathered, refused, sweep, words};
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Pieces, Stamp, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::watch::Watch;

/// The most bytes for which room is made before a file is read: its length may have been a lie.
const ROOM: u64 = 1 << 20;

/// Lists the folder at `path`. What cannot be read below it is a problem of the listing; the folder itself must be
/// readable.
pub fn open(path: &Path, watch: &dyn Watch) -> Result<Scanned, ScanError> {
    let root = Root::open(path).map_err(|error| refused(path, &error))?;
    root.folder(b"").and_then(|folder| folder.attributes()).map_err(|error| refused(path, &error))?;
    let parts = sweep::all(&root, watch);
    if watch.is_cancelled() {
        return Err(ScanError::Cancelled(path.to_owned()));
    }
    let listing = gathered::into_listing(parts, path).map_err(|why| ScanError::TooLarge(path.to_owned(), why))?;
    Ok(Scanned { listing: Arc::new(listing), contents: Box::new(Folder { root }) })
}

/// Reads the files of a scanned folder.
struct Folder {
    root: Root,
}

impl Contents for Folder {
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
        let mut limited = self.file(listing, entry)?.take(cap.0.saturating_add(1));
        // Room for what the listing says and a byte by which more would show, so that one call reads most files.
        let room = listing.length(entry).0.min(cap.0).min(ROOM);
        let mut bytes = Vec::with_capacity(room as usize + 1);
        limited.read_to_end(&mut bytes).map_err(failed)?;
        let whole = bytes.len() as u64 <= cap.0;
        bytes.truncate(usize::try_from(cap.0).unwrap_or(usize::MAX));
        Ok(Content { bytes, whole })
    }

    fn open(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        Ok(Box::new(Exact::new(self.file(listing, entry)?, listing.length(entry))))
    }

    fn link_text(&self, listing: &Listing, entry: EntryId) -> Result<Vec<u8>, Unreadable> {
        if listing.kind(entry) != EntryKind::Link {
            return Err(Unreadable::Failed("not a link".to_owned()));
        }
        let text = self.root.read_link(&listing.path(entry)).map_err(failed)?;
        if text.len() as u64 != listing.length(entry).0 {
            return Err(Unreadable::Failed("it leads elsewhere than when it was listed".to_owned()));
        }
        Ok(text)
    }

    fn stamp(&self, listing: &Listing, entry: EntryId) -> Result<Stamp, Unreadable> {
        let stamp = self.root.stamp(&listing.path(entry)).map_err(failed)?;
        let seconds = stamp.modified.div_euclid(1_000_000_000);
        if stamp.length != listing.length(entry).0 || seconds != i128::from(listing.modified(entry)) {
            return Err(Unreadable::Failed("it was changed since it was listed".to_owned()));
        }
        Ok(stamp)
    }

    fn pieces(&self, listing: &Listing, entry: EntryId, _cap: Bytes) -> Result<Box<dyn Pieces>, Unreadable> {
        Ok(Box::new(self.file(listing, entry)?))
    }
}

impl Folder {
    fn file(&self, listing: &Listing, entry: EntryId) -> Result<File, Unreadable> {
        if listing.kind(entry) != EntryKind::File {
            return Err(Unreadable::NotAFile);
        }
        self.root.open_file(&listing.path(entry)).map_err(failed)?.ok_or(Unreadable::NotAFile)
    }
}

fn failed(error: std::io::Error) -> Unreadable {
    Unreadable::Failed(words(&error))
}
