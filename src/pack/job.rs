//! Cuts a list of entries into jobs: small files in groups, so that handing them over costs nothing; large files in
//! chunks, so that all threads can share one.

use std::io::Read;
use std::ops::Range;

use super::encode::{CHUNK, Chunk, Chunks, LARGE};
use super::pipeline::Weighed;
use crate::model::bytes::Bytes;
use crate::model::contents::{Contents, Unreadable};
use crate::model::entry::EntryId;
use crate::model::listing::Listing;

/// A group is full with this many bytes …
const GROUP_BYTES: u64 = 512 << 10;
/// … or this many files.
const GROUP_FILES: usize = 64;

/// What lies in an archive and is to be copied is large from here on: it is copied in pieces of that length.
const COPIED: Bytes = Bytes(CHUNK as u64);

/// Where bytes come from.
#[derive(Clone, Copy)]
pub struct Origin<'a> {
    /// The files.
    pub listing: &'a Listing,
    /// What is in them.
    pub contents: &'a dyn Contents,
}

/// Something to be worked on; entries are named by their places in the list.
pub enum Job {
    /// Entries that are not large, one after another.
    Group(Range<usize>, Bytes),
    /// The next part of a large file.
    Chunk(usize, Chunk),
    /// A large entry of an archive, to be copied by whoever takes the results.
    Copy(usize),
    /// A large file that cannot be read on.
    Failed(usize, Unreadable),
}

impl Weighed for Job {
    fn weight(&self) -> u64 {
        match self {
            Job::Group(_, bytes) => bytes.0,
            Job::Chunk(_, chunk) => chunk.plain.len() as u64,
            Job::Copy(_) | Job::Failed(..) => 0,
        }
    }
}

/// The jobs that a list of entries makes, in its order.
pub struct Jobs<'a> {
    origin: Origin<'a>,
    entries: &'a [EntryId],
    next: usize,
    /// The large file that is being cut up, with its place.
    large: Option<(usize, Chunks<Box<dyn Read + Send + 'a>>)>,
}

impl<'a> Jobs<'a> {
    /// Jobs for these entries.
    pub fn new(origin: Origin<'a>, entries: &'a [EntryId]) -> Jobs<'a> {
        Jobs { origin, entries, next: 0, large: None }
    }

    fn is_large(&self, entry: EntryId) -> bool {
        let Origin { listing, contents } = self.origin;
        let is_copied_in_pieces = || self.zipped(entry) > COPIED && contents.lies_packed(listing, entry);
        self.held(entry) > LARGE || is_copied_in_pieces()
    }

    /// How much of it may be held at once, plain or as it lies in an archive: hostile ones are longer there.
    fn held(&self, entry: EntryId) -> Bytes {
        self.origin.listing.length(entry).max(self.zipped(entry))
    }

    fn zipped(&self, entry: EntryId) -> Bytes {
        self.origin.listing.zipped(entry).unwrap_or_default()
    }

    /// The next part of the large file that is open; `None` if it has come to its end.
    fn chunk(&mut self) -> Option<Job> {
        let (place, chunks) = self.large.as_mut()?;
        let place = *place;
        match chunks.next_chunk() {
            Some(Ok(chunk)) => Some(Job::Chunk(place, chunk)),
            Some(Err(why)) => {
                self.large = None;
                Some(Job::Failed(place, why))
            }
            None => {
                self.large = None;
                None
            }
        }
    }

    /// Opens the large file that is next.
    fn open(&mut self, entry: EntryId) -> Option<Job> {
        let place = self.next;
        self.next += 1;
        let Origin { listing, contents } = self.origin;
        if contents.lies_packed(listing, entry) {
            return Some(Job::Copy(place));
        }
        match contents.open(listing, entry) {
            Ok(file) => self.large = Some((place, Chunks::new(file, listing.length(entry)))),
            Err(why) => return Some(Job::Failed(place, why)),
        }
        self.chunk()
    }

    fn group(&mut self) -> Job {
        let start = self.next;
        let mut bytes = Bytes::ZERO;
        while let Some(&entry) = self.entries.get(self.next)
            && !self.is_large(entry)
            && bytes.0 < GROUP_BYTES
            && self.next - start < GROUP_FILES
        {
            bytes += self.held(entry);
            self.next += 1;
        }
        Job::Group(start..self.next, bytes)
    }
}

impl Iterator for Jobs<'_> {
    type Item = Job;

    fn next(&mut self) -> Option<Job> {
        if let Some(job) = self.chunk() {
            return Some(job);
        }
        let &entry = self.entries.get(self.next)?;
        if self.is_large(entry) { self.open(entry) } else { Some(self.group()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::contents::Content;
    use crate::model::listing::{Attributes, ListingBuilder, Source};

    struct Unread;

    impl Contents for Unread {
        fn read(&self, _: &Listing, _: EntryId, _: Bytes) -> Result<Content, Unreadable> {
            Err(Unreadable::NotRecorded)
        }

        fn open(&self, _: &Listing, _: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
            Err(Unreadable::NotRecorded)
        }

        fn link_text(&self, _: &Listing, _: EntryId) -> Result<Vec<u8>, Unreadable> {
            Err(Unreadable::NotRecorded)
        }
    }

    #[test]
    fn a_file_weighs_what_it_takes_in_the_archive_where_that_is_more() {
        let mut builder = ListingBuilder::new(Source::Demo);
        let mut add = |name: &[u8], length, zipped| {
            builder.add(name, Attributes { zipped: Some(Bytes(zipped)), ..Attributes::file(length) }).unwrap()
        };
        let entries = [
            add(b"padded", 16, 400_000),
            add(b"padded-too", 16, 400_000),
            add(b"plain", 300_000, 10),
            add(b"short", 9, 9),
        ];
        let listing = builder.finish();
        let groups: Vec<u64> =
            Jobs::new(Origin { listing: &listing, contents: &Unread }, &entries).map(|job| job.weight()).collect();
        assert_eq!(groups, [800_000, 300_009]);
    }
}
