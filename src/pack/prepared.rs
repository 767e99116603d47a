//! The bundle's files as they are packed: bytecode made to know its source by hash, and the rest as it is.
//!
//! Everything that measures or packs reads through this, so that a size is measured of the very bytes that are packed.
//! No file becomes longer or shorter by it: only the 16 bytes at the start of a `.pyc` change.
//!
//! The hash is one that Python does not check (PEP 552's "unchecked"). An artifact never changes once it is deployed,
//! and checking would read and hash every source on each cold start, over the network where it lies on EFS. The hash
//! is the true one all the same, so `python --check-hash-based-pycs always` agrees.

use std::collections::HashMap;
use std::io::{Cursor, Read};

use super::encode::{LARGE, unreadable};
use super::files::Files;
use super::source_hash::source_hash;
use super::splice::{HEADER, Spliceable};
use crate::model::bundle::Bundle;
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Packed, Pieces, Stamp, Unreadable};
use crate::model::entry::EntryId;
use crate::model::facts::Facts;
use crate::model::fate::{self, Fate};
use crate::model::listing::Listing;
use crate::model::plan::{BytecodeMode, Plan};
use crate::model::target::Target;

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

/// How bytecode is made hash-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct How {
    /// The source that it is to know by its hash.
    source: EntryId,
    /// The magic number of the Python that is to read it.
    magic: u16,
    /// The hash, where it is known already.
    hash: Option<u64>,
}

/// Bytecode that is made hash-based, with its source.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hashed(HashMap<EntryId, How>);

impl Hashed {
    /// What the plan makes hash-based.
    pub fn new(bundle: &Bundle, plan: &Plan, target: &Target) -> Hashed {
        if plan.pack.bytecode != BytecodeMode::HashBased {
            return Hashed::default();
        }
        let hashed = fate::fates(bundle, target).filter_map(|(entry, fate)| match fate {
            Fate::Hashed { source, magic } => {
                Some((entry, How { source, magic, hash: known_hash(bundle, source, magic) }))
            }
            Fate::Kept(_) => None,
        });
        Hashed(hashed.collect())
    }

    /// The source whose hash an entry is to hold; `None`: the entry is packed as it is.
    pub fn source(&self, entry: EntryId) -> Option<EntryId> {
        self.0.get(&entry).map(|how| how.source)
    }

    /// All entries that change.
    pub fn entries(&self) -> impl Iterator<Item = EntryId> {
        self.0.keys().copied()
    }
}

/// The hash of a source that was read when the archive was opened.
fn known_hash(bundle: &Bundle, source: EntryId, magic: u16) -> Option<u64> {
    bundle.facts.source_hashes.get(&source).filter(|known| known.magic == magic).map(|known| known.hash)
}

/// Reads a bundle's files as they are packed.
pub struct Prepared<'a> {
    files: &'a Files,
    hashed: &'a Hashed,
    reuse: Reuse,
}

impl<'a> Prepared<'a> {
    /// These files, with that bytecode hash-based.
    pub fn new(files: &'a Files, hashed: &'a Hashed, reuse: Reuse) -> Prepared<'a> {
        Prepared { files, hashed, reuse }
    }

    /// The files as they are.
    fn contents(&self) -> &'a dyn Contents {
        self.files.contents()
    }

    /// The whole file with another header.
    fn with_hash(&self, listing: &Listing, entry: EntryId, how: How) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        let mut file = self.contents().open(listing, entry)?;
        let mut old = [0; HEADER];
        file.read_exact(&mut old).map_err(unreadable)?;
        let header = self.header(listing, old, how)?;
        Ok(Box::new(Cursor::new(header).chain(file)))
    }

    /// What a `.pyc` begins with, instead of what it began with.
    fn header(&self, listing: &Listing, old: [u8; HEADER], how: How) -> Result<[u8; HEADER], Unreadable> {
        if old[..2] != how.magic.to_le_bytes() || old[4..8] != [0; 4] {
            return Err(Unreadable::Failed("it was compiled anew since it was listed".to_owned()));
        }
        let read = || {
            source_hash(self.contents(), listing, how.source, how.magic)
                .map_err(|why| Unreadable::Failed(format!("its source cannot be read: {why}")))
        };
        let hash = how.hash.map_or_else(read, Ok)?;
        let mut header = old;
        header[4..8].copy_from_slice(&UNCHECKED.to_le_bytes());
        header[8..].copy_from_slice(&hash.to_le_bytes());
        Ok(header)
    }

    /// Which of these lie in an archive and can have another header there, without being deflated anew.
    fn spliceable(&self, listing: &Listing, entries: &[EntryId]) -> Vec<Option<Result<Spliceable, Unreadable>>> {
        let lying = |entry: &EntryId| match self.may_be_spliced(listing, *entry) {
            true => self.contents().packed(listing, *entry).map(|file| (file, self.files.seams.get(*entry))),
            false => None,
        };
        let (places, files): (Vec<usize>, Vec<_>) =
            entries.iter().map(lying).enumerate().filter_map(|(place, file)| Some((place, file?))).unzip();
        let mut spliceable: Vec<_> = entries.iter().map(|_| None).collect();
        for (place, found) in places.into_iter().zip(Spliceable::read(files)) {
            spliceable[place] = found.transpose();
        }
        spliceable
    }

    /// How long those come to be that can be spliced. What was found out about them is kept.
    fn spliced_lengths(&self, listing: &Listing, entries: &[EntryId]) -> Vec<Option<Result<Bytes, Unreadable>>> {
        let length = |(&entry, spliceable): (&EntryId, Option<Result<Spliceable, _>>)| {
            spliceable.map(|spliceable| {
                let spliceable = spliceable?;
                spliceable.seam().into_iter().for_each(|seam| self.files.seams.keep(entry, seam.clone()));
                Ok(spliceable.length())
            })
        };
        entries.iter().zip(self.spliceable(listing, entries)).map(length).collect()
    }

    fn may_be_spliced(&self, listing: &Listing, entry: EntryId) -> bool {
        let is_large = |zipped: Bytes| listing.length(entry).max(zipped) > LARGE;
        self.reuse == Reuse::AsItLies
            && self.hashed.source(entry).is_some()
            && listing.zipped(entry).is_some_and(|zipped| !is_large(zipped))
    }

    /// The file with the hash of its source.
    fn spliced(
        &self,
        listing: &Listing,
        entry: EntryId,
        how: How,
        spliceable: Spliceable,
    ) -> Result<Packed<'_>, Unreadable> {
        let header = self.header(listing, spliceable.header(), how)?;
        Ok(spliceable.with(header, listing.length(entry)))
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
            None => self.contents().open(listing, entry),
        }
    }

    fn link_text(&self, listing: &Listing, entry: EntryId) -> Result<Vec<u8>, Unreadable> {
        self.contents().link_text(listing, entry)
    }

    fn packed(&self, listing: &Listing, entry: EntryId) -> Option<Result<Packed<'_>, Unreadable>> {
        self.packed_together(listing, &[entry]).pop().flatten()
    }

    fn packed_together(&self, listing: &Listing, entries: &[EntryId]) -> Vec<Option<Result<Packed<'_>, Unreadable>>> {
        let packed = |(&entry, spliceable): (&EntryId, Option<Result<Spliceable, _>>)| match self.hashed.0.get(&entry) {
            Some(&how) => Some(spliceable?.and_then(|spliceable| self.spliced(listing, entry, how, spliceable))),
            None if self.lies_packed(listing, entry) => self.contents().packed(listing, entry),
            None => None,
        };
        entries.iter().zip(self.spliceable(listing, entries)).map(packed).collect()
    }

    fn packed_lengths(&self, listing: &Listing, entries: &[EntryId]) -> Vec<Option<Result<Bytes, Unreadable>>> {
        let lying = self.contents().packed_lengths(listing, entries);
        let spliced = self.spliced_lengths(listing, entries);
        let length = |((&entry, spliced), lying)| if self.hashed.source(entry).is_some() { spliced } else { lying };
        entries.iter().zip(spliced).zip(lying).map(length).collect()
    }

    fn lies_packed(&self, listing: &Listing, entry: EntryId) -> bool {
        let changes = self.hashed.source(entry).is_some();
        self.reuse == Reuse::AsItLies && !changes && self.contents().lies_packed(listing, entry)
    }

    fn stamp(&self, listing: &Listing, entry: EntryId) -> Result<Stamp, Unreadable> {
        self.contents().stamp(listing, entry)
    }

    fn is_one_file(&self) -> bool {
        self.contents().is_one_file()
    }

    fn pieces(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Box<dyn Pieces>, Unreadable> {
        self.read(listing, entry, cap).map(|content| Box::new(Cursor::new(content.bytes)) as Box<dyn Pieces>)
    }

    fn recorded(&self) -> Option<&Facts> {
        self.contents().recorded()
    }
}
