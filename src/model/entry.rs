//! One file, link or directory of the bundle, as a number into its [`Listing`](super::listing::Listing).

use serde::{Deserialize, Serialize};

/// The place of an entry in its listing. Entry 0 is the bundle's root directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntryId(pub u32);

impl EntryId {
    /// The bundle's root directory.
    pub const ROOT: EntryId = EntryId(0);

    /// Its place among all entries, for what is kept beside a listing.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntryKind {
    /// A regular file; its length is its content's.
    File,
    /// A symbolic link; its length is that of the link text, as it is packed.
    Link,
    /// A directory; it has no bytes of its own.
    Directory,
    /// A FIFO, socket or device: cannot be packed, is never opened, has no bytes.
    Special,
}

/// Ascending entries, kept as ranges: a package's files lie together, so a few pairs name thousands of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EntrySet {
    ranges: Vec<(u32, u32)>,
}

impl EntrySet {
    /// The entries one by one, ascending.
    pub fn iter(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.ranges.iter().flat_map(|&(first, last)| (first..=last).map(EntryId))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ranges.iter().map(|&(first, last)| (last - first) as usize + 1).sum()
    }

    /// Whether no entry of the set reaches `bound`, the number of entries of a listing.
    pub fn is_below(&self, bound: usize) -> bool {
        self.ranges.last().is_none_or(|&(_, last)| (last as usize) < bound)
    }
}

impl FromIterator<EntryId> for EntrySet {
    /// Takes the entries in any order; one named twice is there once.
    fn from_iter<I: IntoIterator<Item = EntryId>>(entries: I) -> EntrySet {
        let mut sorted: Vec<u32> = entries.into_iter().map(|entry| entry.0).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut ranges: Vec<(u32, u32)> = Vec::new();
        for entry in sorted {
            match ranges.last_mut() {
                Some((_, last)) if *last + 1 == entry => *last = entry,
                _ => ranges.push((entry, entry)),
            }
        }
        EntrySet { ranges }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_keeps_each_entry_once_and_in_order() {
        let set: EntrySet = [5, 3, 4, 9, 3].map(EntryId).into_iter().collect();
        assert_eq!(set.iter().map(|entry| entry.0).collect::<Vec<_>>(), [3, 4, 5, 9]);
        assert_eq!((set.len(), set.is_empty()), (4, false));
        assert!(set.is_below(10) && !set.is_below(9));
    }
}
