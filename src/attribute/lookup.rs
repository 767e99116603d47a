//! Finds entries by path in logarithmic steps: metadata names thousands of paths, and a folder may hold a million.

use super::stems::Stems;
use crate::model::entry::EntryId;
use crate::model::listing::Listing;

/// The children of every directory, side by side.
pub struct Lookup<'a> {
    /// Whose entries.
    pub listing: &'a Listing,
    /// Per entry, where its children begin; one more at the end.
    starts: Vec<u32>,
    children: Vec<EntryId>,
    stems: Stems,
}

impl<'a> Lookup<'a> {
    /// Indexes a listing in one pass.
    pub fn new(listing: &'a Listing) -> Lookup<'a> {
        let mut starts = Vec::with_capacity(listing.len() + 1);
        let mut children = Vec::with_capacity(listing.len().saturating_sub(1));
        for entry in listing.entries() {
            starts.push(children.len() as u32);
            children.extend(listing.children(entry));
        }
        starts.push(children.len() as u32);
        Lookup { listing, starts, children, stems: Stems::default() }
    }

    /// What lies directly in a directory, sorted by name.
    pub fn children(&self, directory: EntryId) -> &[EntryId] {
        let index = directory.0 as usize;
        &self.children[self.starts[index] as usize..self.starts[index + 1] as usize]
    }

    /// The children with that name; a zip may hold several.
    pub fn named(&self, directory: EntryId, name: &[u8]) -> &[EntryId] {
        let children = self.children(directory);
        let first = children.partition_point(|&child| self.listing.name(child) < name);
        let count = children[first..].partition_point(|&child| self.listing.name(child) == name);
        &children[first..first + count]
    }

    /// The entries at a path of plain parts; several if a zip repeats the last name.
    pub fn at(&self, from: EntryId, parts: &[&[u8]]) -> &[EntryId] {
        let Some((last, folders)) = parts.split_last() else { return &[] };
        let mut at = from;
        for part in folders {
            let Some(&next) = self.named(at, part).last() else { return &[] };
            at = next;
        }
        self.named(at, last)
    }

    /// Folders and modules directly in a directory that are named so, as names of distributions are compared.
    pub fn modules(&self, directory: EntryId, name: &str) -> Vec<EntryId> {
        self.stems.named(self.listing, directory, self.children(directory), name)
    }

    /// The first entry of that name in a directory.
    pub fn child(&self, directory: EntryId, name: &str) -> Option<EntryId> {
        self.named(directory, name.as_bytes()).first().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::{Attributes, ListingBuilder, Source};

    #[test]
    fn names_are_found_also_when_they_occur_twice() {
        let mut builder = ListingBuilder::new(Source::Demo);
        builder.open(b"a", Attributes::directory()).unwrap();
        let first = builder.add(b"x", Attributes::file(1)).unwrap();
        let second = builder.add(b"x", Attributes::file(2)).unwrap();
        builder.close();
        builder.add(b"b", Attributes::file(3)).unwrap();
        let listing = builder.finish();
        let lookup = Lookup::new(&listing);
        assert_eq!(lookup.at(EntryId::ROOT, &[b"a", b"x"]), [first, second]);
        assert!(lookup.at(EntryId::ROOT, &[b"b", b"x"]).is_empty());
        assert_eq!(lookup.children(EntryId::ROOT).len(), 2);
    }
}
