//! Lists a folder in parallel: every folder below it is a task of its own, so that one huge `node_modules` spreads
//! over all cores as forty small folders do. What the tasks found is then put in order without recursion.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::Scope;

use super::exact::Exact;
use super::file_system::{Found, Root};
use super::gathered::{Child, Gathered, Names};
use super::{ScanError, Scanned, refused, words};
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Pieces, Stamp, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::listing::{Attributes, Listing};
use crate::model::problem::Problem;
use crate::model::watch::Watch;

/// The most bytes for which room is made before a file is read: its length may have been a lie.
const ROOM: u64 = 1 << 20;

/// Lists the folder at `path`. What cannot be read below it is a problem of the listing; the folder itself must be
/// readable.
pub fn open(path: &Path, watch: &dyn Watch) -> Result<Scanned, ScanError> {
    let root = Root::open(path).map_err(|error| refused(path, &error))?;
    root.read_folder(b"", |_| ()).map_err(|error| refused(path, &error))?;
    let gathered = read_all(&root, watch);
    if watch.is_cancelled() {
        return Err(ScanError::Cancelled(path.to_owned()));
    }
    let listing = gathered.into_listing(path).map_err(|why| ScanError::TooLarge(path.to_owned(), why))?;
    Ok(Scanned { listing: Arc::new(listing), contents: Box::new(Folder { root }) })
}

/// More things than most folders hold: room for them is made at once.
const USUAL: usize = 32;

/// What one task found in its folder.
struct FolderRead {
    /// What the folder itself is; `None`: nobody could tell.
    own: Option<Attributes>,
    names: Names,
    children: Vec<Child>,
    problems: Vec<Problem>,
}

/// What the tasks share.
struct Walk<'a> {
    root: &'a Root,
    watch: &'a dyn Watch,
    next_folder: AtomicU32,
    gathered: Mutex<Gathered>,
}

fn read_all(root: &Root, watch: &dyn Watch) -> Gathered {
    let walk = Walk { root, watch, next_folder: AtomicU32::new(1), gathered: Mutex::default() };
    rayon::scope(|scope| walk.folder(scope, 0, Vec::new()));
    walk.gathered.into_inner().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Walk<'a> {
    /// Reads one folder and leaves a task for each folder in it.
    fn folder<'s>(&'s self, scope: &Scope<'s>, number: u32, path: Vec<u8>)
    where
        'a: 's,
    {
        let (names, children) = (Names::for_about(USUAL), Vec::with_capacity(USUAL));
        let mut read = FolderRead { own: None, names, children, problems: Vec::new() };
        if !self.watch.is_cancelled() {
            read.own = match self.root.read_folder(&path, |found| self.take(&mut read, &path, found)) {
                Ok(own) => Some(own),
                Err(error) => {
                    read.problems.push(Problem::hidden(printable(&path), words(&error)));
                    self.root.attributes(&path).ok()
                }
            };
        }
        let FolderRead { own, names, mut children, problems } = read;
        children.sort_unstable_by(|one, other| names.of(one).cmp(names.of(other)));
        self.report(&path, &names, &children);
        for child in children.iter().filter(|child| child.attributes.kind == EntryKind::Directory) {
            let (below, folder) = (join(&path, names.of(child)), child.folder);
            scope.spawn(move |scope| self.folder(scope, folder, below));
        }
        let mut gathered = self.gathered.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.take(number, own, &names, &children, problems);
    }

    fn take(&self, read: &mut FolderRead, path: &[u8], found: std::io::Result<Found<'_>>) {
        let found = match found {
            Ok(found) => found,
            Err(error) => return read.problems.push(Problem::hidden(printable(path), words(&error))),
        };
        if let Some(what) = found.special {
            let shown = printable(&join(path, found.name));
            read.problems.push(Problem::unclear(shown, format!("{what} cannot be packed")));
        }
        match found.attributes {
            Ok(attributes) => {
                let is_folder = attributes.kind == EntryKind::Directory;
                let folder = if is_folder { self.next_folder.fetch_add(1, Ordering::Relaxed) } else { 0 };
                read.children.push(Child { name: read.names.add(found.name), attributes, folder });
            }
            Err(error) => read.problems.push(Problem::hidden(printable(&join(path, found.name)), words(&error))),
        }
    }

    fn report(&self, path: &[u8], names: &Names, children: &[Child]) {
        let files = children.iter().filter(|child| child.attributes.kind != EntryKind::Directory);
        match path.split(|&byte| byte == b'/').next() {
            Some(top) if !top.is_empty() => {
                let (count, bytes) =
                    files.fold((0, Bytes::ZERO), |(count, bytes), child| (count + 1, bytes + child.attributes.length));
                self.watch.found(top, count, bytes);
            }
            _ => files.for_each(|child| self.watch.found(names.of(child), 1, child.attributes.length)),
        }
    }
}

fn join(folder: &[u8], name: &[u8]) -> Vec<u8> {
    if folder.is_empty() { name.to_vec() } else { [folder, name].join(&b'/') }
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
