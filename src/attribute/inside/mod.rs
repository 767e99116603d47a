//! Opens files that bundlers made of many: esbuild's metafile or a source map tells which bytes are whose.
//!
//! Both are only looked for beside the file and above it, and believed only where they fit it to the byte.

use std::collections::BTreeMap;
use std::io::Read;

use super::reach::claimed;
use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::facts::Distribution;
use crate::model::inside::{Breakdown, Inside, ToldBy};
use crate::model::listing::Listing;
use crate::model::problem::Problem;
use crate::model::watch::Watch;

mod bundler;
mod mappings;
mod metafile;
mod origin;
mod source_map;

use metafile::{Metafile, Said};
use source_map::Link;

/// Shorter files are not worth opening.
const LEAST: Bytes = Bytes(64 << 10);
/// From this length on it is said that a file could be opened if its bundler told more.
const LARGE: Bytes = Bytes(128 << 10);
/// Longer files are not opened: no JavaScript of that length starts in Lambda.
const LONGEST_FILE: Bytes = Bytes(128 << 20);
/// Longer maps are not read: half of the memory that may be taken.
const LONGEST_MAP: Bytes = Bytes(64 << 20);
/// No more of maps is read in all, as many files may name the same.
const ALL_MAPS: Bytes = Bytes(256 << 20);
/// Longer metafiles are not read, nor more than two such: what they say is kept while files are opened.
const LONGEST_METAFILE: Bytes = Bytes(16 << 20);
const ALL_METAFILES: Bytes = Bytes(32 << 20);
/// As much of a file as tells which bundler made it.
const BEGINNING: usize = 64 << 10;
/// More of such files are looked at by nobody.
const MOST_FILES: usize = 200;

/// What is inside of the files that bundlers made, with what could not be read on the way. The files of Python's
/// distributions are theirs, as those in a `node_modules` are of its packages.
pub fn read(
    listing: &Listing,
    contents: &dyn Contents,
    distributions: &[Distribution],
    watch: &dyn Watch,
) -> (BTreeMap<EntryId, Inside>, Vec<Problem>) {
    let mut files: Vec<EntryId> = listing.entries().filter(|&entry| may_be_bundled(listing, entry)).collect();
    if !files.is_empty() {
        let claimed = claimed(distributions);
        files.retain(|entry| !claimed.contains(entry));
    }
    let mut opener = Opener {
        listing,
        contents,
        metafiles: BTreeMap::new(),
        maps_left: ALL_MAPS,
        metafiles_left: ALL_METAFILES,
        problems: Vec::new(),
    };
    let mut found = BTreeMap::new();
    for entry in files.into_iter().take(MOST_FILES).take_while(|_| !watch.is_cancelled()) {
        found.extend(opener.open(entry).map(|inside| (entry, inside)));
    }
    (found, opener.problems)
}

/// A script of some length that no package manager put there.
fn may_be_bundled(listing: &Listing, entry: EntryId) -> bool {
    let is_worth_it = listing.kind(entry) == EntryKind::File && (LEAST..=LONGEST_FILE).contains(&listing.length(entry));
    let is_script = || [&b".js"[..], b".mjs", b".cjs"].iter().any(|ending| listing.name(entry).ends_with(ending));
    is_worth_it && is_script() && !folders(listing, entry).any(|folder| listing.name(folder) == b"node_modules")
}

/// The folders above an entry, the bundle's own last.
fn folders(listing: &Listing, entry: EntryId) -> impl Iterator<Item = EntryId> {
    let up = move |at: &EntryId| (*at != EntryId::ROOT).then(|| listing.parent(*at));
    std::iter::successors(Some(listing.parent(entry)), up)
}

struct Opener<'a> {
    listing: &'a Listing,
    contents: &'a dyn Contents,
    /// Those read so far; `None`: the file is none.
    metafiles: BTreeMap<EntryId, Option<Metafile>>,
    /// How much of maps and metafiles may still be read.
    maps_left: Bytes,
    metafiles_left: Bytes,
    problems: Vec<Problem>,
}

impl<'a> Opener<'a> {
    /// The metafile is asked first: in it the bundler says itself what it counted.
    fn open(&mut self, entry: EntryId) -> Option<Inside> {
        if let Some(told) = self.by_metafile(entry) {
            return Some(Inside::Told(told));
        }
        let text = self.text(entry)?;
        if let Some(told) = self.by_map(entry, &text) {
            return Some(Inside::Told(told));
        }
        let beginning: String = text.chars().take(BEGINNING).collect();
        (self.listing.length(entry) >= LARGE).then(|| Inside::Closed(bundler::of(&beginning)))
    }

    fn text(&mut self, entry: EntryId) -> Option<String> {
        let content = match self.contents.read(self.listing, entry, LONGEST_FILE) {
            Ok(content) => content.bytes,
            Err(why) => {
                self.tell(entry, format!("cannot be read: {why}"));
                return None;
            }
        };
        let text = String::from_utf8(content);
        if text.is_err() {
            self.tell(entry, "is no text in UTF-8, so that nothing tells what is inside of it".to_owned());
        }
        text.ok()
    }

    fn by_metafile(&mut self, entry: EntryId) -> Option<Breakdown> {
        let (path, length) = (self.listing.shown_path(entry), self.listing.length(entry));
        let mut stale = None;
        for candidate in self.metafiles_near(entry) {
            let told_by = ToldBy::Metafile(self.listing.shown_path(candidate));
            match self.metafile(candidate).map(|metafile| metafile.of(&path, length, told_by)) {
                Some(Said::Told(told)) => return Some(told),
                Some(Said::OtherLength(other)) => stale = stale.or(Some((candidate, other))),
                Some(Said::Nothing) | None => {}
            }
        }
        if let Some((candidate, other)) = stale {
            let (other, length) = (other.grouped(), length.grouped());
            let what = format!("tells of another build: its {path} has {other} bytes, the one here {length}");
            self.tell(candidate, what);
        }
        None
    }

    /// JSON files beside the file or above it whose names say that they are metafiles.
    fn metafiles_near(&self, entry: EntryId) -> Vec<EntryId> {
        let is_one = |&file: &EntryId| {
            let name = self.listing.name(file).to_ascii_lowercase();
            let is_named_so = name.ends_with(b".json") && name.windows(4).any(|part| part == b"meta");
            self.listing.kind(file) == EntryKind::File && is_named_so && self.listing.length(file) <= LONGEST_METAFILE
        };
        folders(self.listing, entry).flat_map(|folder| self.listing.children(folder).filter(is_one)).collect()
    }

    fn metafile(&mut self, file: EntryId) -> Option<&Metafile> {
        if !self.metafiles.contains_key(&file) {
            let length = self.listing.length(file);
            let has_room = spend(&mut self.metafiles_left, length);
            let opened = has_room.and_then(|()| self.opened(file));
            // Other tools call other things so; what is JSON and no metafile is none of ours.
            let read = opened.and_then(|stream| match metafile::read(stream) {
                Err(why) if why.starts_with("is no JSON") => Err(why),
                other => Ok(other.ok()),
            });
            let metafile = read.unwrap_or_else(|why| {
                self.tell(file, why);
                None
            });
            self.metafiles.insert(file, metafile);
        }
        self.metafiles.get(&file)?.as_ref()
    }

    fn by_map(&mut self, entry: EntryId, text: &str) -> Option<Breakdown> {
        let link = source_map::link(text);
        if let Some(Link::Inline(map)) = link {
            let may_read = self.may_read_map(Bytes(map.len() as u64));
            let map = may_read.and_then(|()| source_map::inline(map));
            let told = map.and_then(|map| source_map::breakdown(&map[..], text, ToldBy::InlineSourceMap));
            return self.or_tell(entry, told);
        }
        let map = self.map_of(entry, &link)?;
        let may_read = self.may_read_map(self.listing.length(map));
        let told_by = ToldBy::SourceMap(self.listing.shown_path(map));
        let stream = may_read.and_then(|()| self.opened(map));
        let told = stream.and_then(|stream| source_map::breakdown(stream, text, told_by));
        self.or_tell(map, told)
    }

    /// Whether a map of that length is read.
    fn may_read_map(&mut self, length: Bytes) -> Result<(), String> {
        if length > LONGEST_MAP { Err("is too long to be read".to_owned()) } else { spend(&mut self.maps_left, length) }
    }

    fn opened(&self, file: EntryId) -> Result<Box<dyn Read + Send + 'a>, String> {
        self.contents.open(self.listing, file).map_err(|why| format!("cannot be read: {why}"))
    }

    /// The map that the file names, or the one called like it: `index.js.map`.
    fn map_of(&self, entry: EntryId, link: &Option<Link<'_>>) -> Option<EntryId> {
        let folder = self.listing.parent(entry);
        let named = match link {
            Some(Link::File(path)) => self.listing.find(folder, path.trim_start_matches("./").as_bytes()),
            _ => None,
        };
        let beside = || self.listing.child(folder, &[self.listing.name(entry), b".map"].concat());
        named.or_else(beside).filter(|&map| self.listing.kind(map) == EntryKind::File)
    }

    fn or_tell<T>(&mut self, about: EntryId, result: Result<T, String>) -> Option<T> {
        result.map_err(|why| self.tell(about, why)).ok()
    }

    fn tell(&mut self, about: EntryId, what: String) {
        self.problems.push(Problem::unclear(self.listing.shown_path(about), what));
    }
}

/// Takes something off what may still be read.
fn spend(left: &mut Bytes, length: Bytes) -> Result<(), String> {
    if length > *left {
        return Err("is not read: those that were read before it are long enough".to_owned());
    }
    *left = left.less(length);
    Ok(())
}

/// Why JSON could not be read: it is none, or it says something else than was asked for.
fn broken(error: &serde_json::Error) -> String {
    let words = printable(error.to_string().as_bytes());
    match error.classify() {
        serde_json::error::Category::Io => format!("cannot be read: {words}"),
        serde_json::error::Category::Data => format!("does not say what was looked for: {words}"),
        _ => format!("is no JSON: {words}"),
    }
}
