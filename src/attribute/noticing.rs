//! Contents that notice which files the system refuses, and the hashes of sources, whoever asks for them.
//!
//! Each reader says in its own words what it does without a file. That the file is there and could not be read is noticed
//! here once for all of them: then the verdict does not pass as if all were known.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::hashing::SourceHashes;
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Packed, Pieces, Unreadable};
use crate::model::entry::EntryId;
use crate::model::facts::{Facts, SourceHash};
use crate::model::listing::Listing;
use crate::model::problem::{Harm, Problem};

/// Other contents, and what was noticed of them.
pub struct Noticing<'a> {
    contents: &'a dyn Contents,
    /// What could not be read.
    refused: Mutex<BTreeMap<EntryId, String>>,
    /// Unset until it is known which sources have bytecode.
    hashes: OnceLock<SourceHashes>,
}

impl<'a> Noticing<'a> {
    /// Nothing has been asked yet.
    pub fn new(contents: &'a dyn Contents) -> Noticing<'a> {
        Noticing { contents, refused: Mutex::default(), hashes: OnceLock::new() }
    }

    /// From now on sources are hashed that bytecode in an archive is to know. Those of a folder can change one by one
    /// before they are packed: they are hashed then.
    pub fn hash_sources(&self, listing: &Listing, facts: &Facts) {
        if self.contents.is_one_file() {
            self.hashes.get_or_init(|| SourceHashes::of(listing, facts));
        }
    }

    /// The hashes of those that were read.
    pub fn take_hashes(&mut self) -> BTreeMap<EntryId, SourceHash> {
        self.hashes.take().unwrap_or_default().into_found()
    }

    fn notice<T>(&self, entry: EntryId, result: Result<T, Unreadable>) -> Result<T, Unreadable> {
        if let Err(Unreadable::Failed(why)) = &result {
            self.refused.lock().unwrap_or_else(PoisonError::into_inner).insert(entry, why.clone());
        }
        result
    }

    /// The problems that readers told, and one for each file that could not be read, instead of what they told of it.
    pub fn with_refused(self, listing: &Listing, mut told: Vec<Problem>) -> Vec<Problem> {
        for (entry, why) in self.refused.into_inner().unwrap_or_else(PoisonError::into_inner) {
            let path = listing.shown_path(entry);
            told.retain(|problem| {
                problem.path != path || problem.harm != Harm::Unclear || !problem.what.contains(&why)
            });
            told.push(Problem::new(path, why, Harm::Unknown));
        }
        told
    }
}

impl Contents for Noticing<'_> {
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
        let content = self.notice(entry, self.contents.read(listing, entry, cap))?;
        if let Some(hashes) = self.hashes.get().filter(|_| content.whole) {
            hashes.take(entry, &content.bytes);
        }
        Ok(content)
    }

    fn open(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        self.notice(entry, self.contents.open(listing, entry))
    }

    fn pieces(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Box<dyn Pieces>, Unreadable> {
        self.notice(entry, self.contents.pieces(listing, entry, cap))
    }

    fn link_text(&self, listing: &Listing, entry: EntryId) -> Result<Vec<u8>, Unreadable> {
        self.contents.link_text(listing, entry)
    }

    fn packed(&self, listing: &Listing, entry: EntryId) -> Option<Result<Packed<'_>, Unreadable>> {
        self.contents.packed(listing, entry)
    }

    fn verify(&self, listing: &Listing, entry: EntryId) -> Option<Result<(), Unreadable>> {
        self.contents.verify(listing, entry)
    }

    fn lies_packed(&self, listing: &Listing, entry: EntryId) -> bool {
        self.contents.lies_packed(listing, entry)
    }

    fn packed_together(&self, listing: &Listing, entries: &[EntryId]) -> Vec<Option<Result<Packed<'_>, Unreadable>>> {
        self.contents.packed_together(listing, entries)
    }

    fn packed_lengths(&self, listing: &Listing, entries: &[EntryId]) -> Vec<Option<Result<Bytes, Unreadable>>> {
        self.contents.packed_lengths(listing, entries)
    }

    fn recorded(&self) -> Option<&Facts> {
        self.contents.recorded()
    }
}
