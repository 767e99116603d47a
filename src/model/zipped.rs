//! What each entry takes in a zip, as far as that is known: nothing at first, then estimates, then exact lengths that
//! arrive in batches.
//!
//! The overlay lies beside the listing, so that the listing stays what the scan found. A batch says which generation
//! it measured; what was asked for another build, or before a rescan, is not mixed in.

use std::collections::BTreeMap;

use super::bytes::{Amount, Bytes, Certainty};
use super::entry::{EntryId, EntryKind};
use super::listing::Listing;

/// Which measurement a batch belongs to. Whoever starts one counts up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Generation(pub u64);

/// Exact lengths that became known together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// The measurement it belongs to.
    pub generation: Generation,
    /// Entries with the bytes that they take in a zip, headers apart.
    pub exact: Vec<(EntryId, Bytes)>,
    /// Entries that could not be read: what was estimated of them is not to be trusted either.
    pub unreadable: Vec<EntryId>,
}

impl Batch {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.exact.is_empty() && self.unreadable.is_empty()
    }
}

/// How many entries are known how well. The sum over a package, a bucket or a bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Entries whose zipped length is known to the byte.
    pub exact: u64,
    /// Entries of which there is an estimate.
    pub estimated: u64,
    /// Entries of which nothing is known.
    pub unknown: u64,
}

impl Known {
    /// How sure a sum over these entries is; `None`: nothing is known of any of them.
    ///
    /// An estimate may be too large, so a sum with one in it is no lower bound, whatever else is missing from it.
    pub fn certainty(self) -> Option<Certainty> {
        match self {
            Known { exact: 0, estimated: 0, unknown: 1.. } => None,
            Known { estimated: 1.., .. } => Some(Certainty::Estimate),
            Known { unknown: 1.., .. } => Some(Certainty::AtLeast),
            _ => Some(Certainty::Exact),
        }
    }
}

impl std::ops::AddAssign for Known {
    fn add_assign(&mut self, other: Known) {
        self.exact += other.exact;
        self.estimated += other.estimated;
        self.unknown += other.unknown;
    }
}

impl std::ops::SubAssign for Known {
    fn sub_assign(&mut self, other: Known) {
        self.exact = self.exact.saturating_sub(other.exact);
        self.estimated = self.estimated.saturating_sub(other.estimated);
        self.unknown = self.unknown.saturating_sub(other.unknown);
    }
}

impl std::iter::Sum for Known {
    fn sum<I: Iterator<Item = Known>>(all: I) -> Known {
        all.fold(Known::default(), |mut sum, known| {
            sum += known;
            sum
        })
    }
}

/// Zipped lengths by entry, in eight bytes each; none at all while nothing is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZippedSizes {
    generation: Generation,
    sizes: Vec<u64>,
}

const UNKNOWN: u64 = u64::MAX;
/// Marks an estimate; no file is that long.
const ESTIMATE: u64 = 1 << 63;
const LONGEST: u64 = ESTIMATE - 1;

impl ZippedSizes {
    /// Nothing is known, and nothing is being measured.
    pub fn unknown() -> ZippedSizes {
        ZippedSizes::default()
    }

    /// What the listing itself says: exact for an archive, nothing for a folder.
    pub fn of_listing(listing: &Listing) -> ZippedSizes {
        if !listing.has_zipped_sizes() {
            return ZippedSizes::unknown();
        }
        let size = |entry| listing.zipped(entry).map_or(UNKNOWN, |zipped| zipped.0.min(LONGEST));
        ZippedSizes { generation: Generation::default(), sizes: listing.entries().map(size).collect() }
    }

    /// Estimates for every entry in the listing's order, to be replaced by batches of that generation.
    pub fn estimated(generation: Generation, estimates: impl Iterator<Item = Bytes>) -> ZippedSizes {
        ZippedSizes { generation, sizes: estimates.map(|size| size.0.min(LONGEST - 1) | ESTIMATE).collect() }
    }

    /// The same, but of these entries only an estimate: what is packed of them is not what the listing measured.
    pub fn with_estimates(mut self, generation: Generation, entries: impl IntoIterator<Item = EntryId>) -> ZippedSizes {
        self.generation = generation;
        for entry in entries {
            if let Some(size) = self.sizes.get_mut(entry.index()).filter(|size| **size & ESTIMATE == 0) {
                *size = (*size).min(LONGEST - 1) | ESTIMATE;
            }
        }
        self
    }

    /// Nothing is known of any entry yet, but batches of that generation are on their way.
    pub fn awaited(generation: Generation, listing: &Listing) -> ZippedSizes {
        ZippedSizes { generation, sizes: vec![UNKNOWN; listing.len()] }
    }

    /// Whether nothing at all is known.
    pub fn is_unknown(&self) -> bool {
        self.sizes.is_empty()
    }

    /// Which measurement's batches it takes.
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Takes a batch in; says whether it was one of this generation.
    pub fn merge(&mut self, batch: &Batch) -> bool {
        if batch.generation != self.generation {
            return false;
        }
        for &(entry, size) in &batch.exact {
            self.set(entry, size.0.min(LONGEST));
        }
        for &entry in &batch.unreadable {
            self.set(entry, UNKNOWN);
        }
        true
    }

    /// What a batch says of each of its entries, each once: what it becomes, and `None` for what is known no longer.
    pub fn changes(&self, batch: &Batch) -> BTreeMap<EntryId, Option<Amount>> {
        let exact = batch.exact.iter().map(|&(entry, size)| (entry, Some(Amount::exact(Bytes(size.0.min(LONGEST))))));
        exact.chain(batch.unreadable.iter().map(|&entry| (entry, None))).collect()
    }

    fn set(&mut self, entry: EntryId, size: u64) {
        if let Some(place) = self.sizes.get_mut(entry.index()) {
            *place = size;
        }
    }

    /// What one entry takes in a zip, exact or an estimate; `None`: not known.
    pub fn get(&self, entry: EntryId) -> Option<Amount> {
        match self.sizes.get(entry.index()).copied() {
            None | Some(UNKNOWN) => None,
            Some(size) if size & ESTIMATE != 0 => {
                Some(Amount { bytes: Bytes(size & LONGEST), certainty: Certainty::Estimate })
            }
            Some(size) => Some(Amount::exact(Bytes(size))),
        }
    }

    /// How well one entry is known, as a sum of one. Directories take no bytes, so they are nothing to know.
    pub fn known(&self, listing: &Listing, entry: EntryId) -> Known {
        ZippedSizes::known_as(listing, entry, self.get(entry))
    }

    /// The same for an entry of which this is known.
    pub fn known_as(listing: &Listing, entry: EntryId, size: Option<Amount>) -> Known {
        let one = |certainty| match certainty {
            Some(Certainty::Exact) => Known { exact: 1, ..Known::default() },
            Some(_) => Known { estimated: 1, ..Known::default() },
            None => Known { unknown: 1, ..Known::default() },
        };
        match listing.kind(entry) {
            EntryKind::Directory => Known::default(),
            _ => one(size.map(|size| size.certainty)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimated() -> ZippedSizes {
        ZippedSizes::estimated(Generation(7), [0, 100, 200].map(Bytes).into_iter())
    }

    #[test]
    fn exact_lengths_replace_estimates_of_their_generation_alone() {
        let mut sizes = estimated();
        let batch = |generation| Batch {
            generation: Generation(generation),
            exact: vec![(EntryId(1), Bytes(90)), (EntryId(99), Bytes(1))],
            unreadable: vec![EntryId(2)],
        };
        assert!(!sizes.merge(&batch(6)), "a batch of an earlier measurement is not taken");
        assert_eq!(sizes, estimated());
        assert!(sizes.merge(&batch(7)));
        assert_eq!(sizes.get(EntryId(0)).map(|size| size.sign()), Some("≈ "));
        assert_eq!(sizes.get(EntryId(1)), Some(Amount::exact(Bytes(90))));
        assert_eq!(sizes.get(EntryId(2)), None, "what could not be read is not known");
    }

    #[test]
    fn a_sum_with_an_estimate_in_it_is_no_lower_bound() {
        let known = |exact, estimated, unknown| Known { exact, estimated, unknown }.certainty();
        assert_eq!(known(0, 0, 3), None);
        assert_eq!(known(0, 0, 0), Some(Certainty::Exact), "nothing to know is known");
        assert_eq!(known(1, 0, 2), Some(Certainty::AtLeast));
        assert_eq!(known(1, 1, 2), Some(Certainty::Estimate));
    }
}
