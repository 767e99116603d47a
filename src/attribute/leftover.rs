//! Your files: what nothing claims, in the largest pieces that are wholly unclaimed.

use std::borrow::Cow;
use std::collections::HashMap;

use super::owners::{Claims, is_bytecode};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::package::{Ecosystem, Package, PackageIndex, PackageKey};

/// Makes the user's packages and gives them everything without an owner. They are numbered behind what was installed.
pub fn take(claims: &mut Claims<'_>, installed: &[Package]) -> Vec<Package> {
    let pieces = pieces(claims);
    let (first, layer_folder) = (installed.len() as u32, layer_folder(claims.lookup.listing, installed));
    let mut yours = Yours { first, layer_folder, packages: Vec::new(), by_key: HashMap::new() };
    let (bytecode, others): (Vec<EntryId>, Vec<EntryId>) =
        pieces.into_iter().partition(|&top| is_bytecode(claims.lookup.listing, top));
    for top in others {
        let owner = yours.owner(claims.lookup.listing, top);
        claims.give(top, owner);
    }
    for top in bytecode {
        let source = claims.source(top).and_then(|source| claims.owners.get(source));
        let owner = source.unwrap_or_else(|| yours.owner(claims.lookup.listing, top));
        yours.add_top(owner, top);
        claims.give(top, owner);
    }
    yours.packages
}

/// The topmost entries below which nothing is claimed: in the bundle's own folder and in folders that are claimed in
/// part. Folders without files own nothing and are left out.
fn pieces(claims: &Claims<'_>) -> Vec<EntryId> {
    let listing = claims.lookup.listing;
    let holds_claimed = holders(listing, |entry| claims.owners.get(entry).is_some());
    let is_unclaimed =
        |entry: &EntryId| listing.kind(*entry) != EntryKind::Directory && claims.owners.get(*entry).is_none();
    let mut pieces: Vec<EntryId> = Vec::new();
    for file in listing.entries().skip(1).filter(is_unclaimed) {
        // What lies in the last piece is in it already: entries come depth first.
        if pieces.last().is_some_and(|&piece| listing.is_within(file, piece)) {
            continue;
        }
        let mut top = file;
        while listing.parent(top) != EntryId::ROOT && !holds_claimed[listing.parent(top).index()] {
            top = listing.parent(top);
        }
        pieces.push(top);
    }
    pieces
}

/// Which entries are, or hold somewhere below, what is asked for. Children stand behind their folders, so one pass
/// from the end finds out.
fn holders(listing: &Listing, is_sought: impl Fn(EntryId) -> bool) -> Vec<bool> {
    let mut holds = vec![false; listing.len()];
    for entry in listing.entries().rev() {
        if holds[entry.index()] || is_sought(entry) {
            holds[entry.index()] = true;
            holds[listing.parent(entry).index()] = true;
        }
    }
    holds
}

/// In a layer your files go where the bundle's packages go: beside Python's, if there are any, else beside the others;
/// sources of Ruby where it looks for those that are no gems. What a custom runtime starts lies at the layer's root.
fn layer_folder(listing: &Listing, installed: &[Package]) -> Cow<'static, str> {
    let is_python = |package: &&Package| package.ecosystem == Ecosystem::Python;
    match installed.iter().find(is_python).or(installed.first()) {
        Some(package) if package.ecosystem == Ecosystem::Ruby => "ruby/lib/".into(),
        Some(package) => package.layer_folder.clone(),
        None if listing.child(EntryId::ROOT, b"bootstrap").is_some() => "".into(),
        None => Ecosystem::YourFiles.layer_folder().into(),
    }
}

struct Yours {
    first: u32,
    layer_folder: Cow<'static, str>,
    packages: Vec<Package>,
    /// Entries of a zip that share a name share an owner.
    by_key: HashMap<PackageKey, PackageIndex>,
}

impl Yours {
    fn owner(&mut self, listing: &Listing, top: EntryId) -> PackageIndex {
        let slash = if listing.kind(top) == EntryKind::Directory { "/" } else { "" };
        let key = PackageKey::file(&format!("{}{slash}", listing.shown_path(top)));
        let next = PackageIndex(self.first + self.packages.len() as u32);
        let owner = *self.by_key.entry(key.clone()).or_insert(next);
        if owner == next {
            self.packages.push(package(key, self.layer_folder.clone()));
        }
        self.add_top(owner, top);
        owner
    }

    fn add_top(&mut self, owner: PackageIndex, top: EntryId) {
        let package = owner.0.checked_sub(self.first).and_then(|index| self.packages.get_mut(index as usize));
        if let Some(package) = package.filter(|package| !package.tops.contains(&top)) {
            package.tops.push(top);
        }
    }
}

fn package(key: PackageKey, layer_folder: Cow<'static, str>) -> Package {
    Package {
        key,
        ecosystem: Ecosystem::YourFiles,
        version: None,
        root: EntryId::ROOT,
        layer_folder,
        facts: None,
        tops: Vec::new(),
        digest: None,
        classes: Box::default(),
    }
}
