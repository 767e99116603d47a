//! A build directory: its listing, and the way to read its files.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use super::exact::Exact;
use super::file_system::Root;
use super::{AtOnce, ScanError, Scanned, gathered, refused, sweep, words};
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Pieces, Stamp, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::watch::Watch;

/// The most bytes for which room is made before a file is read: its length may have been a lie.
const ROOM: u64 = 1 << 20;

/// Lists the folder at `path`. What cannot be read below it is a problem of the listing; the folder itself must be
/// readable.
pub fn open(path: &Path, at_once: AtOnce, watch: &dyn Watch) -> Result<Scanned, ScanError> {
    let root = Root::open(path).map_err(|error| refused(path, &error))?;
    root.folder(b"").and_then(|folder| folder.attributes()).map_err(|error| refused(path, &error))?;
    let parts = sweep::all(&root, at_once, watch);
    if watch.is_cancelled() {
        return Err(ScanError::Cancelled(path.to_owned()));
    }
    let (listing, kept) =
        gathered::into_listing(parts, path).map_err(|why| ScanError::TooLarge(path.to_owned(), why))?;
    let kept = kept.into_iter().map(|(entry, bytes)| (entry, Mutex::new(bytes))).collect();
    Ok(Scanned { listing: Arc::new(listing), contents: Box::new(Folder { root, kept }) })
}

/// Reads the files of a scanned folder.
struct Folder {
    root: Root,
    /// Contents that were read with the listing, by their entries, until somebody asks for them; empty ones were given.
    kept: Vec<(EntryId, Mutex<Vec<u8>>)>,
}

impl Contents for Folder {
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
        if let Some(bytes) = self.kept(entry).filter(|bytes| bytes.len() as u64 <= cap.0) {
            return Ok(Content { bytes, whole: true });
        }
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
    /// What was read with the listing, once.
    fn kept(&self, entry: EntryId) -> Option<Vec<u8>> {
        let place = self.kept.binary_search_by_key(&entry, |(entry, _)| *entry).ok()?;
        let bytes = std::mem::take(&mut *self.kept[place].1.lock().unwrap_or_else(PoisonError::into_inner));
        Some(bytes).filter(|bytes| !bytes.is_empty())
    }

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
