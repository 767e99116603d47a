//! What the build made, every byte of it owned. A bundle knows no target and no plan.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::bytes::Amount;
use super::class::Class;
use super::duplicates::Duplicates;
use super::entry::{EntryId, EntryKind};
use super::facts::{Distribution, Facts};
use super::graph::Graph;
use super::inside::Inside;
use super::java::Jar;
use super::listing::Listing;
use super::modules::{Asked, Modules};
use super::node::NodePackage;
use super::owners::Owners;
use super::package::{Ecosystem, Package, PackageIndex, PackageKey, Unit};
use super::problem::Problem;
use super::remembered::Remembered;
use super::ruby::Gem;
use super::suspects::Suspects;
use super::target::Target;

/// A listing, the facts read from it, and who owns each entry.
#[derive(Clone, Debug)]
pub struct Bundle {
    /// The entries.
    pub listing: Arc<Listing>,
    /// What was read from them.
    pub facts: Arc<Facts>,
    /// What attribution could not resolve.
    pub problems: Vec<Problem>,
    packages: Vec<Package>,
    units: Vec<Unit>,
    /// Per entry; directories belong to nobody.
    owners: Owners,
    classes: Vec<Class>,
    by_key: BTreeMap<PackageKey, PackageIndex>,
    unit_of: BTreeMap<PackageIndex, usize>,
    suspects: OnceLock<Suspects>,
    modules: Remembered<Asked, Modules>,
    graph: Remembered<Target, Graph>,
    duplicates: OnceLock<Duplicates>,
}

impl Bundle {
    /// Puts a bundle together. `owners` and `classes` have one item for each entry of the listing; the owner of a
    /// directory is `None`, every other entry has one. Packages come with their keys; what they weigh is summed here.
    pub fn new(
        listing: Arc<Listing>,
        facts: Arc<Facts>,
        mut packages: Vec<Package>,
        owners: Owners,
        classes: Vec<Class>,
        units: Vec<Unit>,
        problems: Vec<Problem>,
    ) -> Bundle {
        weigh(&listing, &mut packages, &owners, &classes);
        let by_key =
            packages.iter().zip(0..).map(|(package, index)| (package.key.clone(), PackageIndex(index))).collect();
        let unit_of = units
            .iter()
            .enumerate()
            .flat_map(|(unit, group)| group.members.iter().map(move |&member| (member, unit)))
            .collect();
        Bundle {
            listing,
            facts,
            problems,
            packages,
            units,
            owners,
            classes,
            by_key,
            unit_of,
            suspects: OnceLock::new(),
            modules: Remembered::default(),
            graph: Remembered::default(),
            duplicates: OnceLock::new(),
        }
    }

    /// All owners, in the order of their keys' places in the listing.
    pub fn packages(&self) -> &[Package] {
        &self.packages
    }

    /// Owners with their places.
    pub fn indexed(&self) -> impl Iterator<Item = (PackageIndex, &Package)> {
        (0..).map(PackageIndex).zip(&self.packages)
    }

    /// One owner.
    pub fn package(&self, index: PackageIndex) -> &Package {
        &self.packages[index.0 as usize]
    }

    /// The owner with that key.
    pub fn find(&self, key: &PackageKey) -> Option<PackageIndex> {
        self.by_key.get(key).copied()
    }

    /// The owner with that key, itself.
    pub fn get(&self, key: &PackageKey) -> Option<&Package> {
        self.find(key).map(|index| self.package(index))
    }

    /// Who owns an entry; `None` for directories.
    pub fn owner(&self, entry: EntryId) -> Option<PackageIndex> {
        self.owners.get(entry)
    }

    /// The entry's primary class.
    pub fn class(&self, entry: EntryId) -> Class {
        self.classes[entry.index()]
    }

    /// The Python distribution behind a package, if it is one.
    pub fn distribution(&self, package: &Package) -> Option<&Distribution> {
        package.facts.filter(|_| package.ecosystem == Ecosystem::Python).and_then(|at| self.facts.distributions.get(at))
    }

    /// The Node package behind a package, if it is one.
    pub fn node_package(&self, package: &Package) -> Option<&NodePackage> {
        package.facts.filter(|_| package.ecosystem == Ecosystem::Node).and_then(|at| self.facts.node.get(at))
    }

    /// The gem behind a package, if it is one.
    pub fn gem(&self, package: &Package) -> Option<&Gem> {
        package.facts.filter(|_| package.ecosystem == Ecosystem::Ruby).and_then(|at| self.facts.gems.get(at))
    }

    /// The jar behind a package, if it is one.
    pub fn jar(&self, package: &Package) -> Option<&Jar> {
        package.facts.filter(|_| package.ecosystem == Ecosystem::Java).and_then(|at| self.facts.jars.get(at))
    }

    /// Whether the user asked for a package by name; `None`: nobody installed it, or its installer does not say.
    pub fn requested(&self, package: &Package) -> Option<bool> {
        let python = self.distribution(package).map(|found| found.requested);
        let node = || self.node_package(package).map(|found| found.requested);
        python.or_else(node).or_else(|| self.gem(package).map(|found| found.requested))
    }

    /// What the bundle is mostly made of: the ecosystem of most of the bytes that somebody installed. `None`: nobody did.
    pub fn main_ecosystem(&self) -> Option<Ecosystem> {
        let mut bytes: Vec<(Ecosystem, u64)> = Vec::new();
        for package in self.packages.iter().filter(|package| package.ecosystem != Ecosystem::YourFiles) {
            let of_package = package.load().unzipped.0;
            match bytes.iter_mut().find(|(ecosystem, _)| *ecosystem == package.ecosystem) {
                Some((_, sum)) => *sum = sum.saturating_add(of_package),
                None => bytes.push((package.ecosystem, of_package)),
            }
        }
        bytes.into_iter().max_by_key(|(_, sum)| *sum).map(|(ecosystem, _)| ecosystem)
    }

    /// The packages with a module or a folder of that name at the root of the search path: `sklearn` is scikit-learn's.
    pub fn holders(&self, module: &str) -> Vec<PackageIndex> {
        let is_it = |entry: EntryId| {
            let name = self.listing.name(entry);
            match self.listing.kind(entry) {
                EntryKind::Directory => name == module.as_bytes(),
                _ => name.split(|&byte| byte == b'.').next() == Some(module.as_bytes()) && name.len() > module.len(),
            }
        };
        let holds = |package: &Package| package.tops.iter().any(|&top| is_it(top));
        self.indexed().filter(|(_, package)| holds(package)).map(|(index, _)| index).collect()
    }

    /// What moves when this package moves: the package itself and what must go with it.
    pub fn unit(&self, index: PackageIndex) -> Vec<PackageIndex> {
        match self.unit_of.get(&index) {
            Some(&unit) => self.units[unit].members.clone(),
            None => vec![index],
        }
    }

    /// Why this package does not move alone; `None` if it does.
    pub fn bound_because(&self, index: PackageIndex) -> Option<&str> {
        self.unit_of.get(&index).map(|&unit| self.units[unit].because.as_str())
    }

    /// The keys of a unit; a key that the bundle lacks is its own unit.
    pub fn unit_keys(&self, key: &PackageKey) -> Vec<PackageKey> {
        match self.find(key) {
            Some(index) => self.unit(index).into_iter().map(|member| self.package(member).key.clone()).collect(),
            None => vec![key.clone()],
        }
    }

    /// The bytes of the whole bundle; a lower bound if something could not be read.
    pub fn total(&self) -> Amount {
        let bytes = self.packages.iter().map(|package| package.load().unzipped).sum();
        Amount::exact(bytes).at_most(self.listing.certainty())
    }

    /// What a file was made of, where that is known or worth a word.
    pub fn inside(&self, entry: EntryId) -> Option<&Inside> {
        self.facts.inside.as_ref()?.get(&entry)
    }

    /// The files that were made of many, in the order of the listing.
    pub fn insides(&self) -> impl Iterator<Item = (EntryId, &Inside)> {
        let all = self.facts.inside.iter().flatten();
        all.map(|(entry, inside)| (*entry, inside)).filter(|(entry, _)| entry.index() < self.listing.len())
    }

    /// Files that rules look at more closely; found when they are first asked for.
    pub fn suspects(&self) -> &Suspects {
        self.suspects.get_or_init(|| Suspects::new(&self.listing, &self.facts))
    }

    /// The modules that its sources import; made when they are first asked for, or asked for otherwise.
    pub fn modules(&self, asked: Asked) -> Arc<Modules> {
        self.modules.get(asked, |asked| Modules::new(self, asked))
    }

    /// Who needs whom; made when it is first asked for, or for another target.
    pub fn graph(&self, target: &Target) -> Arc<Graph> {
        self.graph.get(target.clone(), |target| Graph::new(self, target))
    }

    /// What is there more than once; found when it is first asked for.
    pub fn duplicates(&self) -> &Duplicates {
        self.duplicates.get_or_init(|| Duplicates::of(self))
    }

    /// Everything that could not be read or resolved, from the scan to attribution.
    pub fn all_problems(&self) -> impl Iterator<Item = &Problem> {
        self.listing.problems.iter().chain(&self.facts.problems).chain(&self.problems)
    }
}

/// Sums what each package owns, class by class.
fn weigh(listing: &Listing, packages: &mut [Package], owners: &Owners, classes: &[Class]) {
    // The length of each entry's path: parents stand before their children.
    let mut lengths: Vec<u32> = Vec::with_capacity(listing.len());
    for entry in listing.entries() {
        let name = listing.name(entry).len() as u32;
        lengths.push(match listing.parent(entry) {
            EntryId::ROOT => name,
            parent => lengths[parent.index()].saturating_add(name + 1),
        });
        let Some(owner) = owners.get(entry) else {
            debug_assert_eq!(listing.kind(entry), EntryKind::Directory, "{} has no owner", listing.shown_path(entry));
            continue;
        };
        let package = &mut packages[owner.0 as usize];
        let below_root = lengths[entry.index()].saturating_sub(match package.root {
            EntryId::ROOT => 0,
            root => lengths[root.index()] + 1,
        });
        package.classes[classes[entry.index()]] += super::package::Load {
            files: 1,
            unzipped: listing.length(entry),
            zipped: listing.zipped(entry).unwrap_or_default(),
            path_bytes: u64::from(below_root),
        };
    }
}
