//! The hash of a source by which bytecode knows it (PEP 552).

use std::hash::Hasher;

use siphasher::sip::{SipHasher13, SipHasher24};

use super::encode::unreadable;
use crate::model::contents::{Contents, Unreadable};
use crate::model::entry::EntryId;
use crate::model::interpreter::{SourceHash, source_hash_of_magic};
use crate::model::listing::Listing;

/// What CPython's `_imp.source_hash` makes of an entry.
pub fn source_hash(contents: &dyn Contents, listing: &Listing, source: EntryId, magic: u16) -> Result<u64, Unreadable> {
    match hash_of_magic(magic)? {
        SourceHash::SipHash24 => hash(contents, listing, source, SipHasher24::new_with_keys(key(magic), 0)),
        SourceHash::SipHash13 => hash(contents, listing, source, SipHasher13::new_with_keys(key(magic), 0)),
    }
}

fn hash_of_magic(magic: u16) -> Result<SourceHash, Unreadable> {
    let unknown = || Unreadable::Failed("how its Python hashes sources is not recorded".to_owned());
    source_hash_of_magic(magic).ok_or_else(unknown)
}

/// The magic number as a `.pyc` begins with it.
fn key(magic: u16) -> u64 {
    u64::from(u32::from_le_bytes([magic as u8, (magic >> 8) as u8, b'\r', b'\n']))
}

fn hash(
    contents: &dyn Contents,
    listing: &Listing,
    source: EntryId,
    mut hasher: impl Hasher,
) -> Result<u64, Unreadable> {
    if contents.show(listing, source, &mut |bytes| hasher.write(bytes)) {
        return Ok(hasher.finish());
    }
    let mut file = contents.open(listing, source)?;
    let mut buffer = [0; 16 << 10];
    loop {
        match file.read(&mut buffer).map_err(unreadable)? {
            0 => return Ok(hasher.finish()),
            count => hasher.write(&buffer[..count]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};

    use super::*;
    use crate::model::bytes::Bytes;
    use crate::model::contents::Content;
    use crate::model::listing::{Attributes, ListingBuilder, Source};

    const SOURCE: &[u8] = b"x = 1\n";

    /// One source, which is shown whole or has to be read.
    struct Lone {
        is_shown: bool,
    }

    impl Contents for Lone {
        fn read(&self, _: &Listing, _: EntryId, _: Bytes) -> Result<Content, Unreadable> {
            Err(Unreadable::NotRecorded)
        }

        fn open(&self, _: &Listing, _: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
            if self.is_shown { Err(Unreadable::NotRecorded) } else { Ok(Box::new(Cursor::new(SOURCE))) }
        }

        fn show(&self, _: &Listing, _: EntryId, see: &mut dyn FnMut(&[u8])) -> bool {
            if self.is_shown {
                see(SOURCE);
            }
            self.is_shown
        }

        fn link_text(&self, _: &Listing, _: EntryId) -> Result<Vec<u8>, Unreadable> {
            Err(Unreadable::NotRecorded)
        }
    }

    #[test]
    fn sources_are_hashed_as_each_python_hashes_them() {
        let mut builder = ListingBuilder::new(Source::Demo);
        let entry = builder.add(b"m.py", Attributes::file(SOURCE.len() as u64)).unwrap();
        let listing = builder.finish();
        // What _imp.source_hash of CPython 3.8, 3.10, 3.11 and 3.13 says of this source.
        for (magic, hash) in [
            (3413, 0x1506_f08f_32bf_3ff3_u64),
            (3439, 0xd94a_ade2_8c8c_bebf),
            (3495, 0x4c03_72aa_93f7_5252),
            (3571, 0xe786_e289_3651_120e),
        ] {
            for is_shown in [true, false] {
                let hashed = source_hash(&Lone { is_shown }, &listing, entry, magic).unwrap();
                assert_eq!(hashed.to_le_bytes(), hash.to_be_bytes(), "{magic}");
            }
        }
        source_hash(&Lone { is_shown: true }, &listing, entry, 1).unwrap_err();
    }
}
