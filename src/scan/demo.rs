//! The built-in recording: the bundle of the story that bayplan starts from, as listing and facts without contents.

use std::io::Read;
use std::sync::Arc;

use super::Scanned;
use super::recording::Recording;
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::Facts;
use crate::model::listing::Listing;

/// The recording as it is kept.
pub fn recording() -> Recording {
    Recording {
        listing: include_str!("../../assets/demo/listing.tsv").to_owned(),
        facts: include_str!("../../assets/demo/facts.jsonl").to_owned(),
    }
}

/// Lists the recording.
pub fn open() -> Scanned {
    let (listing, facts) = recording().read().expect("assets/demo is compiled in and tested");
    Scanned { listing: Arc::new(listing), contents: Box::new(Recorded(facts)) }
}

/// The facts without the contents that they were read from.
struct Recorded(Facts);

impl Contents for Recorded {
    fn read(&self, listing: &Listing, entry: EntryId, _cap: Bytes) -> Result<Content, Unreadable> {
        Err(why_not(listing, entry))
    }

    fn open(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        Err(why_not(listing, entry))
    }

    fn link_text(&self, _listing: &Listing, _entry: EntryId) -> Result<Vec<u8>, Unreadable> {
        Err(Unreadable::NotRecorded)
    }

    fn recorded(&self) -> Option<&Facts> {
        Some(&self.0)
    }
}

fn why_not(listing: &Listing, entry: EntryId) -> Unreadable {
    match listing.kind(entry) {
        EntryKind::File => Unreadable::NotRecorded,
        _ => Unreadable::NotAFile,
    }
}
