//! The bundle's files as they are packed: bytecode made to know its source by hash, and the rest as it is.
//!
//! Everything that measures or packs reads through this, so that a size is measured of the very bytes that are packed.
//! No file becomes longer or shorter by it: only the 16 bytes at the start of a `.pyc` change.
//!
//! The hash is one that Python does not check (PEP 552's "unchecked"). An artifact never changes once it is deployed,
//! and checking would read and hash every source on each cold start, over the network where it lies on EFS. The hash
//! is the true one all the same, so `python --check-hash-based-pycs always` agrees.

use std::collections::HashMap;
use std::hash::Hasher;
use std::io::{Cursor, Read};

use siphasher::sip::{SipHasher13, SipHasher24};

use super::encode::unreadable;
use crate::model::bundle::Bundle;
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Packed, Pieces, Stamp, Unreadable};
use crate::model::entry::EntryId;
use crate::model::facts::Facts;
use crate::model::fate::{self, Fate};
use crate::model::interpreter::{SourceHash, source_hash_of_magic};
use crate::model::listing::Listing;
use crate::model::plan::{BytecodeMode, Plan};
use crate::model::target::Target;

/// The length of a `.pyc` file's header.
const HEADER: usize = 16;
/// Hash-based, and not to be checked.
const UNCHECKED: u32 = 0b01;

/// What becomes of bytes that lie deflated in an archive already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reuse {
    /// They are packed as they lie there.
    #[default]
    AsItLies,
    /// They are inflated and deflated anew, so that a zip comes to the same bytes as the folder it was made from.
    Never,
}

/// Bytecode that is made hash-based, with its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hashed(HashMap<EntryId, (EntryId, u16)>);

impl Hashed {
    /// What the plan makes hash-based.
    pub fn new(bundle: &Bundle, plan: &Plan, target: &Target) -> Hashed {
        if plan.pack.bytecode != BytecodeMode::HashBased {
            return Hashed::default();
        }
        let hashed = fate::fates(bundle, target).filter_map(|(entry, fate)| match fate {
            Fate::Hashed { source, magic } => Some((entry, (source, magic))),
            Fate::Kept(_) => None,
        });
        Hashed(hashed.collect())
    }

    /// The source whose hash an entry is to hold; `None`: the entry is packed as it is.
    pub fn source(&self, entry: EntryId) -> Option<EntryId> {
        self.0.get(&entry).map(|(source, _)| *source)
    }

    /// All entries that change.
    pub fn entries(&self) -> impl Iterator<Item = EntryId> {
        self.0.keys().copied()
    }
}

/// Reads a bundle's files as they are packed.
pub struct Prepared<'a> {
    contents: &'a dyn Contents,
    hashed: &'a Hashed,
    reuse: Reuse,
}

impl<'a> Prepared<'a> {
    /// What `contents` reads, with that bytecode hash-based.
    pub fn new(contents: &'a dyn Contents, hashed: &'a Hashed, reuse: Reuse) -> Prepared<'a> {
        Prepared { contents, hashed, reuse }
    }

    /// The whole file with another header.
    fn with_hash(
        &self,
        listing: &Listing,
        entry: EntryId,
        (source, magic): (EntryId, u16),
    ) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        let mut file = self.contents.open(listing, entry)?;
        let mut old = [0; HEADER];
        file.read_exact(&mut old).map_err(unreadable)?;
        if old[..2] != magic.to_le_bytes() || old[4..8] != [0; 4] {
            return Err(Unreadable::Failed("it was compiled anew since it was listed".to_owned()));
        }
        let hash = source_hash(self.contents.open(listing, source)?, magic)?;
        let mut header = old;
        header[4..8].copy_from_slice(&UNCHECKED.to_le_bytes());
        header[8..].copy_from_slice(&hash.to_le_bytes());
        Ok(Box::new(Cursor::new(header).chain(file)))
    }
}

/// What CPython's `_imp.source_hash` makes of a source.
fn source_hash(mut source: impl Read, magic: u16) -> Result<u64, Unreadable> {
    let key = u64::from(u32::from_le_bytes([magic as u8, (magic >> 8) as u8, b'\r', b'\n']));
    let mut hasher: Box<dyn Hasher> = match source_hash_of_magic(magic) {
        Some(SourceHash::SipHash24) => Box::new(SipHasher24::new_with_keys(key, 0)),
        Some(SourceHash::SipHash13) => Box::new(SipHasher13::new_with_keys(key, 0)),
        None => return Err(Unreadable::Failed("how its Python hashes sources is not recorded".to_owned())),
    };
    let mut buffer = [0; 16 << 10];
    loop {
        match source.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(hasher.finish()),
            count => hasher.write(&buffer[..count]),
        }
    }
}

impl Contents for Prepared<'_> {
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
        let mut bytes = Vec::new();
        self.open(listing, entry)?.take(cap.0).read_to_end(&mut bytes).map_err(unreadable)?;
        Ok(Content { bytes, whole: listing.length(entry) <= cap })
    }

    fn open(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        match self.hashed.0.get(&entry) {
            Some(&how) => self.with_hash(listing, entry, how),
            None => self.contents.open(listing, entry),
        }
    }

    fn link_text(&self, listing: &Listing, entry: EntryId) -> Result<Vec<u8>, Unreadable> {
        self.contents.link_text(listing, entry)
    }

    fn packed(&self, listing: &Listing, entry: EntryId) -> Option<Result<Packed<'_>, Unreadable>> {
        if self.lies_packed(listing, entry) { self.contents.packed(listing, entry) } else { None }
    }

    fn lies_packed(&self, listing: &Listing, entry: EntryId) -> bool {
        let changes = self.hashed.source(entry).is_some();
        self.reuse == Reuse::AsItLies && !changes && self.contents.lies_packed(listing, entry)
    }

    fn stamp(&self, listing: &Listing, entry: EntryId) -> Result<Stamp, Unreadable> {
        self.contents.stamp(listing, entry)
    }

    fn pieces(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Box<dyn Pieces>, Unreadable> {
        self.read(listing, entry, cap).map(|content| Box::new(Cursor::new(content.bytes)) as Box<dyn Pieces>)
    }

    fn recorded(&self) -> Option<&Facts> {
        self.contents.recorded()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_hashed_as_each_python_hashes_them() {
        // What _imp.source_hash of CPython 3.8, 3.10, 3.11 and 3.13 says of this source.
        for (magic, hash) in [
            (3413, 0x1506_f08f_32bf_3ff3_u64),
            (3439, 0xd94a_ade2_8c8c_bebf),
            (3495, 0x4c03_72aa_93f7_5252),
            (3571, 0xe786_e289_3651_120e),
        ] {
            assert_eq!(source_hash(&b"x = 1\n"[..], magic).unwrap().to_le_bytes(), hash.to_be_bytes(), "{magic}");
        }
        source_hash(&b"x = 1\n"[..], 1).unwrap_err();
    }
}
