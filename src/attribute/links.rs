//! Where links lead, so that a finding can say what a packer that follows them would make of them.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::LinkTarget;
use crate::model::listing::Listing;
use crate::model::watch::Watch;

/// How many links stand on the way of one at most, as on Linux.
const MOST_LINKS: usize = 40;

/// The texts of all links. A link that cannot be read is taken to lead nowhere.
#[derive(Default)]
pub struct Texts(BTreeMap<EntryId, Vec<u8>>);

impl Texts {
    /// Reads every link's text.
    pub fn read(listing: &Listing, contents: &dyn Contents, watch: &dyn Watch) -> Texts {
        let links = listing.entries().filter(|&entry| listing.kind(entry) == EntryKind::Link);
        let text = |link: EntryId| (link, contents.link_text(listing, link).unwrap_or_default());
        Texts(links.take_while(|_| !watch.is_cancelled()).map(text).collect())
    }

    /// Where each leads, one step on.
    pub fn targets(&self, listing: &Listing) -> BTreeMap<EntryId, LinkTarget> {
        if self.0.is_empty() {
            return BTreeMap::new();
        }
        let sums = Sums { listing, all: OnceCell::new() };
        self.0.iter().map(|(&link, text)| (link, target(&sums, link, text))).collect()
    }

    /// All links, in the order of the listing.
    pub fn links(&self) -> impl Iterator<Item = EntryId> + '_ {
        self.0.keys().copied()
    }

    /// What a link leads to in the end, over all links on the way; `None`: to nothing in the bundle.
    pub fn follow(&self, listing: &Listing, link: EntryId) -> Option<EntryId> {
        self.behind(listing, link, &mut MOST_LINKS.clone())
    }

    fn behind(&self, listing: &Listing, link: EntryId, left: &mut usize) -> Option<EntryId> {
        *left = left.checked_sub(1)?;
        let text = self.0.get(&link).filter(|text| !text.starts_with(b"/"))?;
        let mut at = listing.parent(link);
        for part in text.split(|&byte| byte == b'/') {
            match part {
                b"" | b"." => {}
                b".." if at == EntryId::ROOT => return None,
                b".." => at = listing.parent(at),
                name => at = listing.child(at, name)?,
            }
            if listing.kind(at) == EntryKind::Link {
                at = self.behind(listing, at, left)?;
            }
        }
        Some(at)
    }
}

/// The bytes of all entries before each one: a folder's bytes are the difference of two of them. They are summed when a
/// link leads to a folder first.
struct Sums<'a> {
    listing: &'a Listing,
    all: OnceCell<Vec<Bytes>>,
}

impl Sums<'_> {
    fn of(&self, entry: EntryId) -> Bytes {
        let listing = self.listing;
        if listing.kind(entry) != EntryKind::Directory {
            return listing.length(entry);
        }
        let sums = self.all.get_or_init(|| {
            let mut sums = Vec::with_capacity(listing.len() + 1);
            sums.push(Bytes::ZERO);
            sums.extend(listing.entries().scan(Bytes::ZERO, |sum, entry| {
                *sum += listing.length(entry);
                Some(*sum)
            }));
            sums
        });
        let end = listing.subtree(entry).next_back().unwrap_or(entry).index() + 1;
        sums[end].less(sums[entry.index()])
    }
}

/// Follows one link's text through the listing: one step, so that links in a circle end nothing.
fn target(sums: &Sums<'_>, link: EntryId, text: &[u8]) -> LinkTarget {
    let listing = sums.listing;
    if text.starts_with(b"/") {
        return LinkTarget::Outside;
    }
    let mut at = listing.parent(link);
    for part in text.split(|&byte| byte == b'/') {
        match part {
            b"" | b"." => {}
            b".." if at == EntryId::ROOT => return LinkTarget::Outside,
            b".." => at = listing.parent(at),
            name => match listing.child(at, name) {
                Some(child) => at = child,
                None => return LinkTarget::Nowhere,
            },
        }
    }
    LinkTarget::Inside(sums.of(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::listing::{Attributes, ListingBuilder, Source};

    #[test]
    fn links_lead_to_what_their_text_names() {
        let mut builder = ListingBuilder::new(Source::Demo);
        builder.add(b"a.py", Attributes::file(10)).unwrap();
        builder.open(b"lib", Attributes::directory()).unwrap();
        builder.add(b"one", Attributes::file(3)).unwrap();
        builder.add(b"two", Attributes::file(4)).unwrap();
        let link = builder.add(b"z", Attributes { kind: EntryKind::Link, ..Attributes::file(1) }).unwrap();
        builder.close();
        let listing = builder.finish();
        let sums = Sums { listing: &listing, all: OnceCell::new() };
        let leads = |text: &str| target(&sums, link, text.as_bytes());
        assert_eq!(leads("one"), LinkTarget::Inside(Bytes(3)));
        assert_eq!(leads("../a.py"), LinkTarget::Inside(Bytes(10)));
        assert_eq!(leads("../lib"), LinkTarget::Inside(Bytes(8)), "a folder with all that is in it");
        assert_eq!(leads("../../etc"), LinkTarget::Outside);
        assert_eq!(leads("/etc/passwd"), LinkTarget::Outside);
        assert_eq!(leads("three"), LinkTarget::Nowhere);
    }
}
