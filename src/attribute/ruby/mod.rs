//! Ruby: gems as RubyGems and Bundler install them, into a folder that is called after Ruby's ABI:
//! `vendor/bundle/ruby/3.3.0` in a function, `ruby/gems/3.3.0` in a layer.
//!
//! What is a gem's own lies in several folders there, everywhere under its full name: `specifications/X.gemspec`,
//! `gems/X/`, `extensions/PLATFORM/ABI/X/`, `cache/X.gem`, `doc/X/`, `build_info/X.info`, and its commands in `bin/`.

use std::collections::BTreeSet;

use super::key;
use super::lookup::Lookup;
use super::owners::Claims;
use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::facts::Facts;
use crate::model::listing::Listing;
use crate::model::package::{Ecosystem, Package, PackageIndex};
use crate::model::problem::Problem;
use crate::model::ruby::Gem;
use crate::model::watch::Watch;

mod gemfile;
mod specification;

use specification::{Specification, Title};

const LONGEST_SPECIFICATION: Bytes = Bytes(1 << 20);
const LONGEST_LOCK: Bytes = Bytes(16 << 20);
/// Folders with many folders per gem.
const NAMED_FOLDERS: [&[u8]; 2] = [b"gems", b"doc"];

/// Reads all gems of the listing into the facts.
pub fn read(lookup: &Lookup<'_>, contents: &dyn Contents, facts: &mut Facts, watch: &dyn Watch) {
    let homes = homes(lookup.listing);
    if homes.is_empty() {
        return;
    }
    let mut reader = Reader { lookup, contents, problems: Vec::new() };
    let requested = reader.requested();
    for home in homes {
        for (full_name, specification) in reader.gems_of(home).into_iter().take_while(|_| !watch.is_cancelled()) {
            let gem = reader.gem(home, &full_name, specification);
            facts.gems.push(Gem { requested: requested.contains(&gem.name), ..gem });
        }
    }
    facts.gems.sort_by_key(|gem| gem.specification);
    facts.problems.append(&mut reader.problems);
}

/// Folders named like an ABI, below `ruby` or `gems`, that hold gems.
fn homes(listing: &Listing) -> Vec<EntryId> {
    let is_folder = |entry: EntryId| listing.kind(entry) == EntryKind::Directory;
    let is_home = |&entry: &EntryId| {
        is_folder(entry)
            && matches!(listing.name(listing.parent(entry)), b"ruby" | b"gems")
            && is_abi(listing.name(entry))
            && [&b"specifications"[..], b"gems"]
                .into_iter()
                .any(|name| listing.child(entry, name).is_some_and(is_folder))
    };
    listing.entries().skip(1).filter(is_home).collect()
}

/// `3.3.0`
fn is_abi(name: &[u8]) -> bool {
    let parts: Vec<&[u8]> = name.split(|&byte| byte == b'.').collect();
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    parts.len() == 3
        && parts.iter().all(|part| part.first().is_some_and(u8::is_ascii_digit) && part.iter().all(is_plain))
}

/// Makes a package of each gem and gives it what is its own. They are numbered from `first` on.
pub fn packages(claims: &mut Claims<'_>, gems: &[Gem], first: u32) -> Vec<Package> {
    let listing = claims.lookup.listing;
    let named = gems.iter().map(|gem| (format!("gem:{}", plain(&gem.name)), gem.root, gem.version.as_deref()));
    let keys = key::of_named(listing, &named.collect::<Vec<_>>());
    let mut packages = Vec::new();
    for ((at, gem), key) in gems.iter().enumerate().zip(keys) {
        claims.take(&gem.files, PackageIndex(first + at as u32));
        packages.push(Package {
            key,
            ecosystem: Ecosystem::Ruby,
            version: gem.version.clone(),
            root: gem.root,
            layer_folder: format!("{}{}/", Ecosystem::Ruby.layer_folder(), gem.abi).into(),
            facts: Some(at),
            tops: Vec::new(),
            digest: None,
            classes: Box::default(),
        });
    }
    packages
}

/// A name in which nothing separates the parts of a key.
fn plain(name: &str) -> String {
    name.chars().map(|letter| if letter == '@' || letter.is_whitespace() { '-' } else { letter }).collect()
}

struct Reader<'a> {
    lookup: &'a Lookup<'a>,
    contents: &'a dyn Contents,
    problems: Vec<Problem>,
}

impl Reader<'_> {
    /// What the bundle's own `Gemfile.lock` says was asked for.
    fn requested(&mut self) -> BTreeSet<String> {
        let lock = self.lookup.child(EntryId::ROOT, "Gemfile.lock");
        lock.and_then(|lock| self.text(lock, LONGEST_LOCK)).map(|lock| gemfile::requested(&lock)).unwrap_or_default()
    }

    /// Full names with what speaks for each gem: its specification, or its folder where that is gone.
    fn gems_of(&mut self, home: EntryId) -> Vec<(Vec<u8>, EntryId)> {
        let listing = self.lookup.listing;
        let specifications = self.children(home, b"specifications").into_iter().filter_map(|entry| {
            let name = listing.name(entry).strip_suffix(b".gemspec")?;
            (listing.kind(entry) == EntryKind::File).then(|| (name.to_vec(), entry))
        });
        let mut gems: Vec<(Vec<u8>, EntryId)> = specifications.collect();
        let named: BTreeSet<Vec<u8>> = gems.iter().map(|(name, _)| name.clone()).collect();
        let folders = self.children(home, b"gems").into_iter().filter(|&it| listing.kind(it) == EntryKind::Directory);
        let bare: Vec<EntryId> =
            folders.filter(|&folder| !named.contains(listing.name(folder)) && has_files(listing, folder)).collect();
        for folder in bare {
            self.tell(folder, "has no specification, so that RubyGems does not find it");
            gems.push((listing.name(folder).to_vec(), folder));
        }
        // Bundler keeps what it took from git apart: `bundler/gems/NAME-COMMIT`, with the specification inside.
        let bundler = self.lookup.at(home, &[b"bundler", b"gems"]).first().copied();
        let from_git = bundler.map(|folder| self.lookup.children(folder)).unwrap_or_default();
        let from_git =
            from_git.iter().filter(|&&it| listing.kind(it) == EntryKind::Directory && has_files(listing, it));
        gems.extend(from_git.map(|&folder| (listing.name(folder).to_vec(), folder)));
        gems
    }

    fn gem(&mut self, home: EntryId, full_name: &[u8], specification: EntryId) -> Gem {
        let listing = self.lookup.listing;
        let read = self.specification(specification);
        let shown = String::from_utf8_lossy(full_name);
        let title = read.title.clone().unwrap_or_else(|| title(listing, specification, &shown));
        let folder = match listing.kind(specification) {
            EntryKind::Directory => Some(specification),
            _ => self.lookup.at(home, &[b"gems", full_name]).first().copied(),
        };
        if folder.is_none() {
            self.tell(specification, "is the specification of a gem whose folder is gone");
        }
        let tops = self.tops(home, full_name, &read.executables).into_iter().chain([specification]).chain(folder);
        let is_file = |entry: &EntryId| listing.kind(*entry) != EntryKind::Directory;
        Gem {
            specification,
            root: home,
            abi: printable(listing.name(home)),
            name: title.name,
            version: title.version,
            platform: title.platform,
            needs: read.needs,
            requested: false,
            files: tops.flat_map(|top| listing.subtree(top)).filter(is_file).collect(),
            folder,
        }
    }

    /// A folder's specification is the one file of that kind in it.
    fn specification(&mut self, entry: EntryId) -> Specification {
        let listing = self.lookup.listing;
        let file = match listing.kind(entry) {
            EntryKind::Directory => {
                let inside = self.lookup.children(entry).iter().copied();
                inside
                    .filter(|&file| listing.kind(file) == EntryKind::File)
                    .find(|&it| listing.name(it).ends_with(b".gemspec"))
            }
            _ => Some(entry),
        };
        let text = file.and_then(|file| self.text(file, LONGEST_SPECIFICATION));
        text.map(|text| specification::read(&text)).unwrap_or_default()
    }

    /// Where else something of a gem lies.
    fn tops(&self, home: EntryId, full_name: &[u8], executables: &[String]) -> Vec<EntryId> {
        let (lookup, listing) = (self.lookup, self.lookup.listing);
        let at = |parts: &[&[u8]]| lookup.at(home, parts).to_vec();
        let file = |ending: &str| [full_name, ending.as_bytes()].concat();
        let mut tops: Vec<EntryId> = NAMED_FOLDERS.into_iter().flat_map(|folder| at(&[folder, full_name])).collect();
        tops.extend(at(&[b"cache", &file(".gem")]));
        tops.extend(at(&[b"build_info", &file(".info")]));
        tops.extend(executables.iter().flat_map(|command| at(&[b"bin", command.as_bytes()])));
        let platforms = at(&[b"extensions"]).into_iter().flat_map(|folder| lookup.children(folder).to_vec());
        let abis = platforms.filter(|&it| listing.kind(it) == EntryKind::Directory);
        let abis = abis.flat_map(|platform| lookup.children(platform).to_vec());
        let abis = abis.filter(|&it| listing.kind(it) == EntryKind::Directory);
        tops.extend(abis.flat_map(|abi| lookup.named(abi, full_name).to_vec()));
        tops
    }

    fn children(&self, home: EntryId, folder: &[u8]) -> Vec<EntryId> {
        let folder = self.lookup.at(home, &[folder]).first();
        folder.map(|&folder| self.lookup.children(folder).to_vec()).unwrap_or_default()
    }

    fn text(&mut self, file: EntryId, cap: Bytes) -> Option<String> {
        match self.contents.read(self.lookup.listing, file, cap) {
            Ok(content) if content.whole => Some(String::from_utf8_lossy(&content.bytes).into_owned()),
            Ok(_) => {
                self.tell(file, "is longer than any specification or list of gems, and is not read");
                None
            }
            Err(why) => {
                self.tell(file, &format!("cannot be read: {why}"));
                None
            }
        }
    }

    fn tell(&mut self, entry: EntryId, what: &str) {
        self.problems.push(Problem::unclear(self.lookup.listing.shown_path(entry), what));
    }
}

/// A gem without the line that names it: from its full name. What Bundler took from git is named after a commit, and its
/// own specification is called like it.
fn title(listing: &Listing, specification: EntryId, full_name: &str) -> Title {
    let is_from_git = listing.name(listing.parent(listing.parent(specification))) == b"bundler";
    let commit = full_name.rsplit_once('-').filter(|_| is_from_git);
    match commit {
        Some((name, _)) => Title { name: printable(name.as_bytes()), version: None, platform: None },
        None => specification::by_full_name(full_name),
    }
}

fn has_files(listing: &Listing, folder: EntryId) -> bool {
    listing.subtree(folder).any(|entry| listing.kind(entry) != EntryKind::Directory)
}
