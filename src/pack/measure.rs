//! Exact zipped sizes of files, largest first, in batches that arrive while the work goes on.

use super::encode::{Effort, Encoder, encode_chunk};
use super::job::{Job, Jobs, Origin};
use super::pipeline::{Ahead, Room, in_order};
use crate::model::bytes::Bytes;
use crate::model::contents::{Contents, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::watch::Watch;
use crate::model::zipped::{Batch, Generation};

/// A batch is delivered after this many plain bytes …
const BATCH_BYTES: u64 = 16 << 20;
/// … or this many files.
const BATCH_FILES: usize = 1024;

/// The work was no longer wanted; what was delivered until then holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("measuring was cancelled")]
pub struct Cancelled;

/// Measures what these entries take in a zip, headers apart, and delivers batches from the calling thread.
///
/// The largest files come first, so that the sums settle soon. What cannot be read is delivered as unreadable.
/// Directories are passed over, links take their text.
pub fn measure(
    listing: &Listing,
    contents: &dyn Contents,
    entries: impl IntoIterator<Item = EntryId>,
    generation: Generation,
    watch: &dyn Watch,
    deliver: impl FnMut(Batch),
) -> Result<(), Cancelled> {
    let mut entries: Vec<EntryId> =
        entries.into_iter().filter(|&entry| listing.kind(entry) != EntryKind::Directory).collect();
    entries.sort_by_key(|&entry| (std::cmp::Reverse(listing.length(entry)), entry));
    let origin = Origin { listing, contents };
    let mut taker = Taker::new(listing, &entries, generation, deliver);
    in_order(
        &Room::default(),
        Ahead::Far,
        Jobs::new(origin, &entries),
        |encoder, job| work(origin, &entries, encoder, job, watch),
        |done| {
            taker.take(done);
            if watch.is_cancelled() { Err(Cancelled) } else { Ok(()) }
        },
    )?;
    taker.flush();
    Ok(())
}

/// What a job comes to.
enum Done {
    /// Entries from that place on.
    Group(usize, Vec<Result<Bytes, Unreadable>>),
    /// A part of the large file at that place, and whether it was the last.
    Part(usize, Bytes, bool),
    Failed(usize),
}

fn work(origin: Origin<'_>, entries: &[EntryId], encoder: &mut Encoder, job: Job, watch: &dyn Watch) -> Done {
    match job {
        Job::Group(range, _) => {
            let start = range.start;
            let entries = &entries[range];
            let lengths = origin.contents.packed_lengths(origin.listing, entries);
            let wanted = entries.iter().zip(lengths).take_while(|_| !watch.is_cancelled());
            let size = |(&entry, length): (&EntryId, Option<_>)| length.unwrap_or_else(|| size(origin, encoder, entry));
            Done::Group(start, wanted.map(size).collect())
        }
        Job::Chunk(place, chunk) => {
            let piece = encode_chunk(&chunk, Effort::Usual);
            Done::Part(place, Bytes(piece.data.len() as u64), piece.is_last)
        }
        Job::Copy(place) => Done::Part(place, origin.listing.zipped(entries[place]).unwrap_or_default(), true),
        Job::Failed(place, _) => Done::Failed(place),
    }
}

/// What is not packed as it lies is deflated for it.
fn size(origin: Origin<'_>, encoder: &mut Encoder, entry: EntryId) -> Result<Bytes, Unreadable> {
    let Origin { listing, contents } = origin;
    match listing.kind(entry) {
        EntryKind::File => encoder.measure(contents.open(listing, entry)?, listing.length(entry)),
        EntryKind::Link => Ok(listing.length(entry)),
        EntryKind::Directory | EntryKind::Special => Err(Unreadable::NotAFile),
    }
}

/// Puts results together to batches.
struct Taker<'a, D> {
    listing: &'a Listing,
    entries: &'a [EntryId],
    batch: Batch,
    bytes: Bytes,
    /// What the parts of the large file under way came to.
    large: Bytes,
    deliver: D,
}

impl<'a, D: FnMut(Batch)> Taker<'a, D> {
    fn new(listing: &'a Listing, entries: &'a [EntryId], generation: Generation, deliver: D) -> Taker<'a, D> {
        let batch = Batch { generation, ..Batch::default() };
        Taker { listing, entries, batch, bytes: Bytes::ZERO, large: Bytes::ZERO, deliver }
    }

    fn take(&mut self, done: Done) {
        match done {
            Done::Group(start, sizes) => {
                sizes.into_iter().zip(start..).for_each(|(size, place)| self.note(place, size.ok()));
            }
            Done::Part(place, size, is_last) => {
                self.large += size;
                if is_last {
                    let whole = std::mem::take(&mut self.large);
                    self.note(place, Some(whole));
                }
            }
            Done::Failed(place) => {
                self.large = Bytes::ZERO;
                self.note(place, None);
            }
        }
        if self.bytes.0 >= BATCH_BYTES || self.batch.exact.len() >= BATCH_FILES {
            self.flush();
        }
    }

    fn note(&mut self, place: usize, size: Option<Bytes>) {
        let entry = self.entries[place];
        self.bytes += self.listing.length(entry);
        match size {
            Some(size) => self.batch.exact.push((entry, size)),
            None => self.batch.unreadable.push(entry),
        }
    }

    fn flush(&mut self) {
        let next = Batch { generation: self.batch.generation, ..Batch::default() };
        let batch = std::mem::replace(&mut self.batch, next);
        self.bytes = Bytes::ZERO;
        if !batch.is_empty() {
            (self.deliver)(batch);
        }
    }
}
