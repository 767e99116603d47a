//! The hashes by which bytecode is to know its sources, noted where a source is read for something else.
//!
//! Packing asks for them, and to inflate a source a second time for it takes longer than all else it does with the
//! source.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};

use crate::model::entry::EntryId;
use crate::model::facts::{BytecodeValidity, Facts, SourceHash};
use crate::model::listing::Listing;
use crate::model::source_hash::SourceHasher;
use crate::model::suspects;

/// Sources that have bytecode which knows them by date, and the hashes of those that were read.
#[derive(Default)]
pub struct SourceHashes {
    /// The magic number of each one's bytecode.
    wanted: HashMap<EntryId, u16>,
    found: Mutex<BTreeMap<EntryId, SourceHash>>,
}

impl SourceHashes {
    /// Of all sources whose bytecode is known by its header.
    pub fn of(listing: &Listing, facts: &Facts) -> SourceHashes {
        let dated = suspects::bytecode(listing, facts).into_iter().filter_map(|(_, header, source)| {
            matches!(header.validity, BytecodeValidity::Timestamp { .. }).then_some((source?, header.magic))
        });
        SourceHashes { wanted: dated.collect(), found: Mutex::default() }
    }

    /// All bytes of an entry, which may be such a source.
    pub fn take(&self, entry: EntryId, bytes: &[u8]) {
        let Some(&magic) = self.wanted.get(&entry) else { return };
        if self.found().contains_key(&entry) {
            return;
        }
        let Some(mut hasher) = SourceHasher::new(magic) else { return };
        hasher.write(bytes);
        self.found().insert(entry, SourceHash { magic, hash: hasher.finish() });
    }

    /// What was found.
    pub fn into_found(self) -> BTreeMap<EntryId, SourceHash> {
        self.found.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn found(&self) -> std::sync::MutexGuard<'_, BTreeMap<EntryId, SourceHash>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
