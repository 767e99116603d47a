//! Who owns what: every file, link and special entry gets exactly one owner.
//!
//! The order decides: what distributions list, surest lists first; a distribution's `.libs` folder; bytecode after
//! its source; and what then belongs to nobody is the user's own.

use std::collections::{BTreeMap, HashMap};

use super::key::{self, normalised};
use super::lookup::Lookup;
use super::{java, leftover, node, ruby};
use crate::model::entry::{EntryId, EntryKind, EntrySet};
use crate::model::facts::{Distribution, Facts};
use crate::model::listing::Listing;
use crate::model::owners::Owners;
use crate::model::package::{Ecosystem, Package, PackageIndex, PackageKey};
use crate::model::problem::Problem;

/// Owners, and who owns each entry.
pub struct Owned {
    /// By the place of the first entry they own; not yet weighed.
    pub packages: Vec<Package>,
    /// Per entry.
    pub owners: Owners,
    /// What two distributions both claim.
    pub problems: Vec<Problem>,
}

/// Owners while they are being found: distributions by their number, the user's own behind them.
pub struct Claims<'a> {
    /// Whose entries.
    pub lookup: &'a Lookup<'a>,
    /// Per entry.
    pub owners: Owners,
}

/// Finds the owner of everything.
pub fn find(lookup: &Lookup<'_>, facts: &Facts) -> Owned {
    let listing = lookup.listing;
    let mut claims = Claims { lookup, owners: Owners::none_of(listing.len()) };
    // How packages are called hangs on nothing that they own.
    let ((mut packages, node), problems) = rayon::join(
        || (python_packages(listing, &facts.distributions), node::packages(listing, facts)),
        || {
            let problems = claims.take_listed(&facts.distributions);
            claims.take_libraries(&facts.distributions);
            claims.take_bytecode();
            node::take(&mut claims, &facts.node, facts.distributions.len() as u32);
            problems
        },
    );
    packages.extend(node);
    packages.extend(ruby::packages(&mut claims, &facts.gems, packages.len() as u32));
    packages.extend(java::packages(&mut claims, &facts.jars, packages.len() as u32));
    let yours = leftover::take(&mut claims, &packages);
    packages.extend(yours);
    in_order(listing, packages, claims.owners, problems)
}

fn python_packages(listing: &Listing, distributions: &[Distribution]) -> Vec<Package> {
    let keys = key::of_distributions(listing, distributions);
    distributions.iter().zip(keys).enumerate().map(|(index, (found, key))| package(index, found, key)).collect()
}

fn package(index: usize, distribution: &Distribution, key: PackageKey) -> Package {
    Package {
        key,
        ecosystem: Ecosystem::Python,
        version: distribution.version.clone(),
        root: distribution.root,
        layer_folder: Ecosystem::Python.layer_folder().into(),
        facts: Some(index),
        tops: Vec::new(),
        digest: None,
        classes: Box::default(),
    }
}

impl Claims<'_> {
    /// What the distributions list. Of two that list the same file as surely, the first in the listing gets it.
    fn take_listed(&mut self, distributions: &[Distribution]) -> Vec<Problem> {
        let mut order: Vec<usize> = (0..distributions.len()).collect();
        order.sort_by_key(|&index| distributions[index].claim);
        let mut contested: BTreeMap<(PackageIndex, PackageIndex), (EntryId, u64)> = BTreeMap::new();
        let end = self.lookup.listing.len();
        for index in order {
            let (claim, claimant) = (distributions[index].claim, PackageIndex(index as u32));
            for entry in distributions[index].files.iter().take_while(|entry| (entry.0 as usize) < end) {
                if self.lookup.listing.kind(entry) == EntryKind::Directory {
                    continue;
                }
                match self.owners.get(entry) {
                    None => self.owners.set(entry, Some(claimant)),
                    Some(owner) if distributions[owner.0 as usize].claim == claim => {
                        contested.entry((owner, claimant)).or_insert((entry, 0)).1 += 1;
                    }
                    Some(_) => {}
                }
            }
        }
        let told = contested.into_iter().map(|((owner, other), (first, count))| {
            let [owner, other] = [owner, other].map(|index| distributions[index.0 as usize].name.as_str());
            let what = format!("is claimed by {owner} and {other}, {count} files in all; {owner} has them");
            Problem::unclear(self.lookup.listing.shown_path(first), what)
        });
        told.collect()
    }

    /// `numpy.libs/`, where `RECORD` does not list it.
    fn take_libraries(&mut self, distributions: &[Distribution]) {
        let names: HashMap<(EntryId, String), PackageIndex> = (0..)
            .map(PackageIndex)
            .zip(distributions)
            .map(|(index, found)| ((found.root, normalised(&found.name)), index))
            .collect();
        let listing = self.lookup.listing;
        let folders = listing.ending_with(b".libs").filter(|&entry| listing.kind(entry) == EntryKind::Directory);
        for folder in folders {
            let Some(stem) = listing.name(folder).strip_suffix(b".libs") else { continue };
            let name = normalised(&String::from_utf8_lossy(stem));
            if let Some(&owner) = names.get(&(listing.parent(folder), name)) {
                self.give(folder, owner);
            }
        }
    }

    /// Gives what is unowned of a list.
    pub fn take(&mut self, files: &EntrySet, owner: PackageIndex) {
        let end = self.lookup.listing.len();
        for entry in files.iter().take_while(|entry| (entry.0 as usize) < end) {
            if self.lookup.listing.kind(entry) != EntryKind::Directory && self.owners.get(entry).is_none() {
                self.owners.set(entry, Some(owner));
            }
        }
    }

    /// Gives what is unowned in a subtree.
    pub fn give(&mut self, top: EntryId, owner: PackageIndex) {
        for entry in self.lookup.listing.subtree(top) {
            if self.lookup.listing.kind(entry) != EntryKind::Directory && self.owners.get(entry).is_none() {
                self.owners.set(entry, Some(owner));
            }
        }
    }

    /// Bytecode that nobody lists, by its source; or, if that is gone, by the one owner of its folder.
    fn take_bytecode(&mut self) {
        let listing = self.lookup.listing;
        let mut owner_of_folder: HashMap<EntryId, Option<PackageIndex>> = HashMap::new();
        for entry in listing.ending_with(b".pyc") {
            if self.owners.get(entry).is_some() || !is_bytecode(listing, entry) {
                continue;
            }
            let folder = source_folder(listing, entry);
            let owner = match self.source(entry) {
                Some(source) => self.owners.get(source),
                None => *owner_of_folder.entry(folder).or_insert_with(|| self.only_owner(folder)),
            };
            self.owners.set(entry, owner);
        }
    }

    /// The source of a bytecode file, if it is there.
    pub fn source(&self, bytecode: EntryId) -> Option<EntryId> {
        let listing = self.lookup.listing;
        let stem = listing.name(bytecode).split(|&byte| byte == b'.').next()?;
        let name = [stem, b".py"].concat();
        self.lookup.named(source_folder(listing, bytecode), &name).first().copied()
    }

    /// The owner of everything but bytecode directly in a folder, if it is one.
    fn only_owner(&self, folder: EntryId) -> Option<PackageIndex> {
        let listing = self.lookup.listing;
        let files = self.lookup.children(folder).iter().filter(|&&child| listing.kind(child) != EntryKind::Directory);
        let mut owners = files.filter(|&&child| !is_bytecode(listing, child)).map(|&child| self.owners.get(child));
        let first = owners.next()??;
        owners.all(|owner| owner == Some(first)).then_some(first)
    }
}

/// Whether an entry is a file of compiled Python.
pub fn is_bytecode(listing: &Listing, entry: EntryId) -> bool {
    listing.kind(entry) == EntryKind::File && listing.name(entry).ends_with(b".pyc")
}

/// Where the source of a bytecode file would lie: beside `__pycache__`, or beside the file itself.
fn source_folder(listing: &Listing, bytecode: EntryId) -> EntryId {
    let folder = listing.parent(bytecode);
    if listing.name(folder) == b"__pycache__" { listing.parent(folder) } else { folder }
}

/// Drops owners of nothing, sorts the others by the first entry they own, and notes their topmost entries.
fn in_order(listing: &Listing, packages: Vec<Package>, mut owners: Owners, problems: Vec<Problem>) -> Owned {
    let mut places: Vec<Option<u32>> = vec![None; packages.len()];
    let mut sorted: Vec<Package> = Vec::with_capacity(packages.len());
    let mut packages: Vec<Option<Package>> = packages.into_iter().map(Some).collect();
    owners.renumber(|entry, owner| {
        let place = *places[owner.0 as usize].get_or_insert_with(|| {
            sorted.extend(packages[owner.0 as usize].take());
            sorted.len() as u32 - 1
        });
        add_top(listing, &mut sorted[place as usize], entry);
        PackageIndex(place)
    });
    Owned { packages: sorted, owners, problems }
}

/// Notes the entry directly below the package's root that holds `entry`. Entries come in ascending order; the user's
/// own packages know their tops already.
fn add_top(listing: &Listing, package: &mut Package, entry: EntryId) {
    let is_known = package.tops.last().is_some_and(|&top| listing.is_within(entry, top));
    if is_known || package.ecosystem == Ecosystem::YourFiles {
        return;
    }
    let mut top = entry;
    while listing.parent(top) != package.root && top != EntryId::ROOT {
        top = listing.parent(top);
    }
    package.tops.push(top);
}
