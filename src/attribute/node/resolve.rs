//! Which package Node finds: in the `node_modules` of the asker's folder, else in that of a folder above it. Node goes by
//! real paths, so links are followed first; in pnpm's store a package sees what is linked beside it.

use std::collections::HashMap;

use rayon::prelude::*;

use crate::attribute::links::Texts;
use crate::attribute::lookup::Lookup;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::node::NodePackage;
use crate::model::problem::Problem;

use super::lock::{Compared, Notes};
use super::names::{self, Folders};

/// Looks packages up as Node does.
pub struct Resolver<'a> {
    lookup: &'a Lookup<'a>,
    texts: &'a Texts,
    /// Folders that have a `node_modules`, ascending, each with its own.
    modules: Vec<(EntryId, EntryId)>,
}

impl<'a> Resolver<'a> {
    /// For a listing and the texts of its links.
    pub fn new(lookup: &'a Lookup<'a>, texts: &'a Texts) -> Resolver<'a> {
        let listing = lookup.listing;
        let named = listing.ending_with(b"node_modules").filter(|&entry| listing.name(entry) == b"node_modules");
        let mut modules: Vec<(EntryId, EntryId)> = named.map(|entry| (listing.parent(entry), entry)).collect();
        modules.sort_unstable();
        // Of several entries with one name the first counts.
        modules.dedup_by_key(|(folder, _)| *folder);
        Resolver { lookup, texts, modules }
    }

    /// The folder that a name leads to from a folder; `None`: there is none.
    pub fn find(&self, from: EntryId, name: &str) -> Option<EntryId> {
        let name = names::folders(name)?;
        let listing = self.lookup.listing;
        let mut at = from;
        loop {
            // Node does not look for node_modules/node_modules.
            let modules = self.modules_of(at).filter(|_| listing.name(at) != b"node_modules");
            let found = modules.and_then(|modules| self.folder(self.last(modules, name)?));
            if found.is_some() || at == EntryId::ROOT {
                return found;
            }
            at = listing.parent(at);
        }
    }

    /// Whether something is to be found under a name. A link in its place counts wherever it leads: what is wrong with
    /// links is said of them.
    pub fn has(&self, from: EntryId, name: &str) -> bool {
        self.find(from, name).is_some() || self.stands_in_place(from, name).unwrap_or(false)
    }

    fn stands_in_place(&self, from: EntryId, name: &str) -> Option<bool> {
        Some(self.last(self.modules_of(from)?, names::folders(name)?).is_some())
    }

    fn modules_of(&self, folder: EntryId) -> Option<EntryId> {
        let place = self.modules.binary_search_by_key(&folder, |(folder, _)| *folder).ok()?;
        Some(self.modules[place].1)
    }

    /// What has a name in a `node_modules`, behind the links that lead to where it lies.
    fn last(&self, modules: EntryId, name: Folders<'_>) -> Option<EntryId> {
        let modules = self.folder(modules)?;
        let above = match name.scope {
            Some(scope) => self.folder(*self.lookup.named(modules, scope).last()?)?,
            None => modules,
        };
        self.lookup.named(above, name.own).last().copied()
    }

    fn folder(&self, entry: EntryId) -> Option<EntryId> {
        let listing = self.lookup.listing;
        let end = if listing.kind(entry) == EntryKind::Link { self.texts.follow(listing, entry)? } else { entry };
        (listing.kind(end) == EntryKind::Directory).then_some(end)
    }
}

/// Fills in which package answers each need, which links lead to each package, and what npm notes of it. What the notes
/// contradict is returned.
pub fn fill_in(resolver: &Resolver<'_>, notes: &Notes, packages: &mut [NodePackage]) -> Vec<Problem> {
    let Resolver { lookup, texts, .. } = *resolver;
    let fill_in = |package: &mut NodePackage| {
        for need in &mut package.needs {
            need.found = resolver.find(package.folder, &need.name);
        }
        notes.compare(lookup, package)
    };
    let compared: Vec<Compared> = packages.par_iter_mut().filter_map(fill_in).collect();
    let by_folder: HashMap<EntryId, usize> =
        packages.iter().enumerate().map(|(index, package)| (package.folder, index)).collect();
    for link in texts.links() {
        let owner = beside_packages(lookup, &by_folder, link)
            .then(|| texts.follow(lookup.listing, link))
            .flatten()
            .and_then(|target| package_around(lookup, &by_folder, target));
        if let Some(owner) = owner {
            packages[owner].links.push(link);
        }
    }
    notes.problems(lookup, compared)
}

/// Whether a link lies in a `node_modules`, where installers make them, and not in a package, whose own it would be.
fn beside_packages(lookup: &Lookup<'_>, by_folder: &HashMap<EntryId, usize>, link: EntryId) -> bool {
    let mut at = lookup.listing.parent(link);
    while at != EntryId::ROOT && !by_folder.contains_key(&at) {
        if lookup.listing.name(at) == b"node_modules" {
            return true;
        }
        at = lookup.listing.parent(at);
    }
    false
}

/// The innermost package that an entry is or lies in.
fn package_around(lookup: &Lookup<'_>, by_folder: &HashMap<EntryId, usize>, entry: EntryId) -> Option<usize> {
    let mut at = entry;
    loop {
        if let Some(&package) = by_folder.get(&at) {
            return Some(package);
        }
        if at == EntryId::ROOT {
            return None;
        }
        at = lookup.listing.parent(at);
    }
}
