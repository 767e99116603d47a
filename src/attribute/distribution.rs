//! Python distributions: finds their metadata wherever an installer put it, reads it, and looks their files up.

use std::collections::HashSet;

use super::headers::Headers;
use super::lookup::Lookup;
use super::record::Listed;
use super::{file_list, record};
use crate::model::bytes::Bytes;
use crate::model::contents::{Content, Contents, Unreadable};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::facts::{Claim, Distribution};
use crate::model::listing::Listing;
use crate::model::problem::Problem;

/// Headers stand first; a description behind them may be of any length and is not read.
const LONGEST_HEADERS: Bytes = Bytes(1 << 20);
/// A hundred thousand files make a list of about this length. Several are read at once, and a quote that never ends makes
/// one row of all of it.
const LONGEST_LIST: Bytes = Bytes(16 << 20);

/// All `*.dist-info` and `*.egg-info` of the listing that hold anything.
pub fn find(listing: &Listing) -> Vec<EntryId> {
    let is_metadata = |&entry: &EntryId| match listing.kind(entry) {
        EntryKind::Directory => suffix(listing.name(entry)).is_some() && listing.subtree(entry).nth(1).is_some(),
        EntryKind::File => suffix(listing.name(entry)) == Some(EGG_INFO),
        EntryKind::Link | EntryKind::Special => false,
    };
    let named_so = listing.ending_with(DIST_INFO).chain(listing.ending_with(EGG_INFO));
    let mut found: Vec<EntryId> = named_so.filter(is_metadata).collect();
    found.sort_unstable();
    found
}

const DIST_INFO: &[u8] = b".dist-info";
const EGG_INFO: &[u8] = b".egg-info";

fn suffix(name: &[u8]) -> Option<&'static [u8]> {
    [DIST_INFO, EGG_INFO].into_iter().find(|suffix| name.ends_with(suffix) && name.len() > suffix.len())
}

/// Reads one distribution. Whatever is broken in it is a problem, and the next surest way is taken.
pub fn read(lookup: &Lookup<'_>, contents: &dyn Contents, metadata: EntryId) -> (Distribution, Vec<Problem>) {
    let mut reader = Reader { lookup, contents, metadata, problems: Vec::new() };
    let distribution = reader.distribution();
    (distribution, reader.problems)
}

struct Reader<'a> {
    lookup: &'a Lookup<'a>,
    contents: &'a dyn Contents,
    metadata: EntryId,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    fn distribution(&mut self) -> Distribution {
        let listing = self.lookup.listing;
        let root = listing.parent(self.metadata);
        let headers = self.main_headers();
        let wheel = Headers::parse(&self.file("WHEEL", LONGEST_HEADERS).unwrap_or_default());
        let (folder_name, folder_version) = name_and_version(listing.name(self.metadata));
        let name = headers.one("name").unwrap_or_else(|| {
            self.unclear("names no distribution; the folder's name is taken instead");
            folder_name
        });
        let (claim, listed) = self.claim(root, &name);
        Distribution {
            metadata: self.metadata,
            root,
            name,
            version: headers.one("version").or(folder_version),
            requires: headers.all("requires-dist").collect(),
            requires_python: headers.one("requires-python"),
            tags: wheel.all("tag").collect(),
            installer: self.file("INSTALLER", LONGEST_HEADERS).map(|raw| printable(raw.trim_ascii())),
            requested: self.lookup.child(self.metadata, "REQUESTED").is_some(),
            claim,
            files: listed.files.iter().copied().chain(self.own_files()).collect(),
            digests: listed.digests,
            missing: listed.missing,
        }
    }

    /// `METADATA`, `PKG-INFO`, or an egg-info that is a file.
    fn main_headers(&mut self) -> Headers {
        let raw = if self.lookup.listing.kind(self.metadata) == EntryKind::File {
            self.content(self.metadata, LONGEST_HEADERS).map(|content| content.bytes)
        } else {
            self.file("METADATA", LONGEST_HEADERS).or_else(|| self.file("PKG-INFO", LONGEST_HEADERS))
        };
        Headers::parse(&raw.unwrap_or_default())
    }

    /// The surest list of files there is.
    fn claim(&mut self, root: EntryId, name: &str) -> (Claim, Listed) {
        let (lookup, metadata) = (self.lookup, self.metadata);
        let lists = [
            (Claim::Record, self.list("RECORD").map(|raw| record::read(lookup, root, &raw))),
            (
                Claim::FileList,
                self.list("installed-files.txt").map(|raw| file_list::installed_files(lookup, metadata, root, &raw)),
            ),
            (Claim::FileList, self.list("SOURCES.txt").map(|raw| file_list::sources(lookup, root, &raw))),
        ];
        for (claim, listed) in lists {
            if let Some(listed) = listed.filter(|listed| !listed.is_empty) {
                self.tell_outside(listed.outside);
                return (claim, listed);
            }
        }
        if let Some(raw) = self.file("top_level.txt", LONGEST_HEADERS) {
            let files = file_list::top_level(lookup, root, &raw);
            if !files.is_empty() {
                return (Claim::TopLevel, Listed { files: files.into_iter().collect(), ..Listed::default() });
            }
        }
        self.unclear("lists no files; a folder or module of its name is taken to be its own");
        let files = file_list::by_name(lookup, root, name).into_iter().collect();
        (Claim::Name, Listed { files, ..Listed::default() })
    }

    fn tell_outside(&mut self, outside: u64) {
        if outside > 0 {
            self.unclear(&format!("lists {outside} paths outside its folder; they are ignored"));
        }
    }

    /// Everything in the metadata folder, whoever put it there.
    fn own_files(&self) -> Vec<EntryId> {
        let listing = self.lookup.listing;
        listing.subtree(self.metadata).filter(|&entry| listing.kind(entry) != EntryKind::Directory).collect()
    }

    fn file(&mut self, name: &str, cap: Bytes) -> Option<Vec<u8>> {
        let entry = self.lookup.child(self.metadata, name)?;
        self.content(entry, cap).map(|content| content.bytes)
    }

    /// A list of files; that it is too long is told.
    fn list(&mut self, name: &str) -> Option<Vec<u8>> {
        let entry = self.lookup.child(self.metadata, name)?;
        let content = self.content(entry, LONGEST_LIST)?;
        if !content.whole {
            let what = "is longer than 16 MB; what stands behind them is not looked at";
            self.problems.push(Problem::unclear(self.lookup.listing.shown_path(entry), what));
        }
        Some(content.bytes)
    }

    fn content(&mut self, entry: EntryId, cap: Bytes) -> Option<Content> {
        match self.contents.read(self.lookup.listing, entry, cap) {
            Ok(content) => Some(content),
            Err(why) => {
                self.tell_unreadable(entry, &why);
                None
            }
        }
    }

    fn tell_unreadable(&mut self, entry: EntryId, why: &Unreadable) {
        let path = self.lookup.listing.shown_path(entry);
        self.problems.push(Problem::unclear(path, format!("cannot be read: {why}")));
    }

    fn unclear(&mut self, what: &str) {
        self.problems.push(Problem::unclear(self.lookup.listing.shown_path(self.metadata), what));
    }
}

/// `numpy` and `1.24.3` from `numpy-1.24.3.dist-info` or `numpy-1.24.3-py3.10.egg-info`; fit to print.
fn name_and_version(folder: &[u8]) -> (String, Option<String>) {
    let stem = suffix(folder).and_then(|suffix| folder.strip_suffix(suffix)).unwrap_or(folder);
    let mut parts = stem.split(|&byte| byte == b'-');
    let name = printable(parts.next().unwrap_or(stem));
    (name, parts.next().map(printable).filter(|version| !version.is_empty()))
}

/// Leaves out the metadata that another distribution brought along as files of its own (`setuptools/_vendor`).
pub fn without_vendored(
    listing: &Listing,
    read: Vec<(Distribution, Vec<Problem>)>,
) -> (Vec<Distribution>, Vec<Problem>) {
    let mut by_depth: Vec<usize> = (0..read.len()).collect();
    by_depth.sort_by_key(|&index| listing.depth(read[index].0.root));
    let mut claimed: HashSet<EntryId> = HashSet::new();
    let mut kept = vec![true; read.len()];
    let mut start = 0;
    while start < by_depth.len() {
        // Those at one depth cannot hold each other, but whatever lies deeper.
        let depth = listing.depth(read[by_depth[start]].0.root);
        let level = by_depth[start..].iter().take_while(|&&index| listing.depth(read[index].0.root) == depth);
        let level: Vec<usize> = level.copied().collect();
        start += level.len();
        for &index in &level {
            kept[index] = !listing.subtree(read[index].0.metadata).any(|entry| claimed.contains(&entry));
        }
        for &index in level.iter().filter(|&&index| kept[index]) {
            claimed.extend(read[index].0.files.iter());
        }
    }
    let (mut distributions, mut problems) = (Vec::new(), Vec::new());
    for ((distribution, own), kept) in read.into_iter().zip(kept) {
        if kept {
            distributions.push(distribution);
            problems.extend(own);
        }
    }
    (distributions, problems)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_stand_in_folder_names() {
        let read = |folder: &str| name_and_version(folder.as_bytes());
        assert_eq!(read("scikit_learn-1.2.2.dist-info"), ("scikit_learn".to_owned(), Some("1.2.2".to_owned())));
        assert_eq!(read("x-1.0-py3.10.egg-info"), ("x".to_owned(), Some("1.0".to_owned())));
        assert_eq!(read("x.egg-info"), ("x".to_owned(), None));
    }
}
