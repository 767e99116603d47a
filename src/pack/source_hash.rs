//! Hashes a source where it lies.

use super::encode::unreadable;
use crate::model::contents::{Contents, Unreadable};
use crate::model::entry::EntryId;
use crate::model::listing::Listing;
use crate::model::source_hash::SourceHasher;

/// The hash by which bytecode of that magic number knows an entry.
pub fn source_hash(contents: &dyn Contents, listing: &Listing, source: EntryId, magic: u16) -> Result<u64, Unreadable> {
    let unknown = || Unreadable::Failed("how its Python hashes sources is not recorded".to_owned());
    let mut hasher = SourceHasher::new(magic).ok_or_else(unknown)?;
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
    fn a_source_is_hashed_whether_it_is_shown_or_read() {
        let mut builder = ListingBuilder::new(Source::Demo);
        let entry = builder.add(b"m.py", Attributes::file(SOURCE.len() as u64)).unwrap();
        let listing = builder.finish();
        let mut hasher = SourceHasher::new(3439).unwrap();
        hasher.write(SOURCE);
        let hash = hasher.finish();
        for is_shown in [true, false] {
            assert_eq!(source_hash(&Lone { is_shown }, &listing, entry, 3439), Ok(hash));
        }
        source_hash(&Lone { is_shown: true }, &listing, entry, 1).unwrap_err();
    }
}
