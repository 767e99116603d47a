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
    /// The magic number of each one's bytecode; of several the last, as hardly any source has more.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attribute::noticing::Noticing;
    use crate::model::bytes::Bytes;
    use crate::model::contents::{Content, Contents, Unreadable};
    use crate::model::facts::BytecodeHeader;
    use crate::model::listing::{Attributes, ListingBuilder, Source};

    const SOURCE: &[u8] = b"x = 1\n";

    /// An archive, or a folder, whose files are all the same.
    struct Same {
        is_one_file: bool,
    }

    impl Contents for Same {
        fn read(&self, _: &Listing, _: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
            let count = SOURCE.len().min(cap.0 as usize);
            Ok(Content { bytes: SOURCE[..count].to_vec(), whole: count == SOURCE.len() })
        }

        fn open(&self, _: &Listing, _: EntryId) -> Result<Box<dyn std::io::Read + Send + '_>, Unreadable> {
            Err(Unreadable::NotRecorded)
        }

        fn link_text(&self, _: &Listing, _: EntryId) -> Result<Vec<u8>, Unreadable> {
            Err(Unreadable::NotRecorded)
        }

        fn is_one_file(&self) -> bool {
            self.is_one_file
        }
    }

    #[test]
    fn a_source_of_an_archive_is_hashed_once_all_of_it_was_read() {
        let mut builder = ListingBuilder::new(Source::Demo);
        let file = Attributes::file(SOURCE.len() as u64);
        let bytecode = builder.add(b"m.cpython-310.pyc", file).unwrap();
        let source = builder.add(b"m.py", file).unwrap();
        let other = builder.add(b"other.py", file).unwrap();
        let listing = builder.finish();
        let validity = BytecodeValidity::Timestamp { modified: 0, length: SOURCE.len() as u32 };
        let header = BytecodeHeader { magic: 3439, validity };
        let facts = Facts { bytecode: Some([(bytecode, header)].into()), ..Facts::default() };
        for (is_one_file, cap, is_hashed) in [(true, 3, false), (true, 6, true), (false, 6, false)] {
            let contents = Same { is_one_file };
            let mut noticing = Noticing::new(&contents);
            noticing.read(&listing, source, Bytes(cap)).unwrap();
            noticing.hash_sources(&listing, &facts);
            for entry in [source, other] {
                noticing.read(&listing, entry, Bytes(cap)).unwrap();
            }
            let hash = u64::from_be_bytes(0xd94a_ade2_8c8c_bebf_u64.to_le_bytes());
            let expected = is_hashed.then_some((source, SourceHash { magic: 3439, hash }));
            assert_eq!(noticing.take_hashes(), expected.into_iter().collect(), "{is_one_file} {cap}");
        }
    }
}
