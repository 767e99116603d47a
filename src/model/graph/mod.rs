//! Who needs whom: the requirements of a bundle's distributions for a target, and what follows from them.
//!
//! # What is meant
//!
//! * A distribution **needs** another if its metadata names it in a requirement whose marker holds for the target, with
//!   the extras that those who need it ask for. What holds only for some of the Pythons that the target leaves open is
//!   needed *perhaps*, and counts as needed in all that follows.
//! * **Roots** are what somebody asked for by name (`REQUESTED`) and whatever no root leads to. Where every
//!   distribution carries `REQUESTED`, as after an installation from a list of pins, it tells nothing; then, as where
//!   none does, the roots are what nothing else needs. Of distributions that need each other in a circle and that
//!   nothing outside needs, each is a root. So every package is reached from a root.
//! * Three sizes: **own** bytes; **retained**, the bytes that are no longer reached from the roots once the package is
//!   taken away, its own included; **with its needs**, its bytes and those of everything it reaches, each once.
//! * Your files need nothing and are roots: their imports are another question.
//! * Where a name occurs more than once, the distribution in the same root is meant, then the one nearest to the
//!   bundle's own folder, then the newest.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::str::FromStr;

use pep440_rs::Version;
use pep508_rs::ExtraName;

use super::bundle::Bundle;
use super::bytes::{Amount, Bytes};
use super::package::{Package, PackageIndex};
use super::target::Target;

mod environment;
mod marker;
mod requirement;
mod retention;
mod roots;

pub use marker::Holds;
pub use requirement::{Fit, flaw};
pub use roots::Asked;

use environment::Environments;
use requirement::Requirement;
use retention::Retention;

/// How many extras of one distribution are followed; a distribution could ask itself for one after the other.
const MOST_EXTRAS: usize = 512;

/// One requirement that counts for the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// As it is written, fit to print.
    pub text: String,
    /// The name that is asked for, normalised.
    pub name: String,
    /// The package that answers it; `None`: the bundle has none.
    pub package: Option<PackageIndex>,
    /// Whether it counts for all Pythons that the target leaves open or for some.
    pub holds: Holds,
    /// Whether the version that is there would do.
    pub fit: Fit,
}

/// The three sizes of a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// What it owns.
    pub own: Bytes,
    /// What would go if it went.
    pub retained: Bytes,
    /// It and all that it needs, each once.
    pub with_needs: Amount,
}

/// Who needs whom in a bundle, for a target.
#[derive(Clone, Debug)]
pub struct Graph {
    needs: Vec<Vec<Need>>,
    /// The packages needed, each once, without oneself.
    edges: Vec<Vec<usize>>,
    needed_by: Vec<Vec<PackageIndex>>,
    is_root: Vec<bool>,
    asked: Asked,
    retention: Retention,
}

impl Graph {
    /// Reads the requirements of all distributions. What cannot be read is left out; [`flaw`] says what it is.
    pub fn new(bundle: &Bundle, target: &Target) -> Graph {
        let needs = Reader::new(bundle, target).needs();
        let edges: Vec<Vec<usize>> = needs.iter().enumerate().map(|(from, needs)| targets(from, needs)).collect();
        let mut needed_by = vec![Vec::new(); edges.len()];
        for (from, targets) in edges.iter().enumerate() {
            for &to in targets {
                needed_by[to].push(PackageIndex(from as u32));
            }
        }
        let requested = |package: &Package| bundle.distribution(package).map(|found| found.requested);
        let requested: Vec<Option<bool>> = bundle.packages().iter().map(requested).collect();
        let (roots, asked) = roots::find(&edges, &requested);
        let retention = Retention::new(&edges, &roots);
        let mut is_root = vec![false; edges.len()];
        for root in roots {
            is_root[root] = true;
        }
        Graph { needs, edges, needed_by, is_root, asked, retention }
    }

    /// What a package needs.
    pub fn needs(&self, package: PackageIndex) -> &[Need] {
        &self.needs[place(package)]
    }

    /// Who needs it, in the bundle's order, without itself.
    pub fn needed_by(&self, package: PackageIndex) -> &[PackageIndex] {
        &self.needed_by[place(package)]
    }

    /// Whether it is there for its own sake.
    pub fn is_root(&self, package: PackageIndex) -> bool {
        self.is_root[place(package)]
    }

    /// What the roots were told by.
    pub fn asked(&self) -> Asked {
        self.asked
    }

    /// What goes if it goes, without itself, nearest first.
    pub fn goes_with(&self, package: PackageIndex) -> Vec<PackageIndex> {
        self.retention.held_by(place(package)).into_iter().map(|node| PackageIndex(node as u32)).collect()
    }

    /// The one without which it would not be here; `None`: it is wanted, or several others need it.
    pub fn holder(&self, package: PackageIndex) -> Option<PackageIndex> {
        self.retention.holder(place(package)).map(|node| PackageIndex(node as u32))
    }

    /// Those that would not be here without it, as far as nothing else of them stands between.
    pub fn holds(&self, package: PackageIndex) -> impl Iterator<Item = PackageIndex> + '_ {
        self.retention.held(place(package)).iter().map(|&node| PackageIndex(node as u32))
    }

    /// All three sizes of all packages, from what each owns.
    pub fn sizes(&self, own: &[Bytes]) -> Vec<Sizes> {
        let retained = self.retention.weights(own);
        let closures = retention::closure_weights(&self.edges, own, &retained);
        let parts = own.iter().zip(retained).zip(closures);
        parts.map(|((&own, retained), with_needs)| Sizes { own, retained, with_needs }).collect()
    }

    /// Why a package is here: for each root that leads to it, the shortest way, `scikit-learn → scipy`. Shortest first,
    /// at most `most`; none for a root, which is here for its own sake.
    pub fn chains(&self, package: PackageIndex, most: usize) -> Vec<Vec<PackageIndex>> {
        let mut towards: BTreeMap<PackageIndex, Option<PackageIndex>> = BTreeMap::from([(package, None)]);
        let mut waiting = VecDeque::from([package]);
        let mut chains = Vec::new();
        while let Some(at) = waiting.pop_front().filter(|_| chains.len() < most) {
            if self.is_root(at) {
                if at != package {
                    chains.push(std::iter::successors(Some(at), |step| towards.get(step).copied().flatten()).collect());
                }
                continue;
            }
            for &above in self.needed_by(at) {
                if let std::collections::btree_map::Entry::Vacant(unseen) = towards.entry(above) {
                    unseen.insert(Some(at));
                    waiting.push_back(above);
                }
            }
        }
        chains
    }
}

fn place(package: PackageIndex) -> usize {
    package.0 as usize
}

fn targets(from: usize, needs: &[Need]) -> Vec<usize> {
    let found: BTreeSet<usize> = needs.iter().filter_map(|need| need.package).map(place).collect();
    found.into_iter().filter(|&to| to != from).collect()
}

/// A line of metadata with what it says.
struct Line<'a> {
    text: &'a str,
    requirement: Requirement,
    package: Option<usize>,
}

/// Follows requirements until no more extras are asked for.
struct Reader<'a> {
    bundle: &'a Bundle,
    environments: Environments,
    lines: Vec<Vec<Line<'a>>>,
    extras: Vec<Vec<ExtraName>>,
}

impl<'a> Reader<'a> {
    fn new(bundle: &'a Bundle, target: &Target) -> Reader<'a> {
        let environments = Environments::of(target);
        let names = Names::new(bundle);
        let lines = |(from, package): (usize, &Package)| {
            let requires = bundle.distribution(package).map_or(&[][..], |distribution| &distribution.requires);
            let read = |text: &'a String| {
                let requirement = Requirement::read(text, &environments).ok()?;
                let package = names.find(bundle, from, &requirement.name);
                Some(Line { text, requirement, package })
            };
            requires.iter().filter_map(read).collect()
        };
        let lines: Vec<Vec<Line<'a>>> = bundle.packages().iter().enumerate().map(lines).collect();
        let extras = vec![Vec::new(); lines.len()];
        Reader { bundle, environments, lines, extras }
    }

    fn needs(mut self) -> Vec<Vec<Need>> {
        self.follow_extras();
        let versions: Vec<Option<Version>> = self.bundle.packages().iter().map(version).collect();
        let need = |from: usize, line: &Line<'_>| {
            let holds = line.requirement.holds(&self.environments, &self.extras[from]);
            let version = line.package.and_then(|package| versions[package].as_ref());
            (holds > Holds::Never).then(|| Need {
                text: line.text.to_owned(),
                name: line.requirement.name.clone(),
                package: line.package.map(|package| PackageIndex(package as u32)),
                holds,
                fit: if line.package.is_some() { line.requirement.fit(version) } else { Fit::NotKnown },
            })
        };
        let all = self.lines.iter().enumerate();
        all.map(|(from, lines)| lines.iter().filter_map(|line| need(from, line)).collect()).collect()
    }

    /// An extra that is asked for may ask for more, so whoever gets one is looked at again.
    fn follow_extras(&mut self) {
        let mut waiting: VecDeque<(usize, bool)> = (0..self.lines.len()).map(|node| (node, false)).collect();
        while let Some((from, again)) = waiting.pop_front() {
            for line in &self.lines[from] {
                let Some(to) = line.package.filter(|_| !line.requirement.extras.is_empty()) else { continue };
                let is_new = !again || line.requirement.asks_for_extras();
                if is_new && line.requirement.holds(&self.environments, &self.extras[from]) > Holds::Never {
                    let before = self.extras[to].len();
                    ask_for(&mut self.extras[to], &line.requirement.extras);
                    if self.extras[to].len() > before {
                        waiting.push_back((to, true));
                    }
                }
            }
        }
    }
}

fn ask_for(extras: &mut Vec<ExtraName>, more: &[ExtraName]) {
    for extra in more {
        if !extras.contains(extra) && extras.len() < MOST_EXTRAS {
            extras.push(extra.clone());
        }
    }
}

fn version(package: &Package) -> Option<Version> {
    package.version.as_deref().and_then(|text| Version::from_str(text).ok())
}

/// The packages of each name, those in the first place first.
struct Names(BTreeMap<String, Vec<usize>>);

impl Names {
    fn new(bundle: &Bundle) -> Names {
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, package) in bundle.packages().iter().enumerate().filter(|(_, package)| !package.key.is_file()) {
            // Behind the name a key tells its place and version; whoever has the shorter key stands first.
            let name = package.key.as_str().split('@').next().unwrap_or_default();
            names.entry(name.to_owned()).or_default().push(index);
        }
        for found in names.values_mut() {
            found.sort_by_key(|&index| (bundle.packages()[index].key.as_str().len(), index));
        }
        Names(names)
    }

    fn find(&self, bundle: &Bundle, from: usize, name: &str) -> Option<usize> {
        let found = self.0.get(name)?;
        let root = |index: usize| bundle.packages()[index].root;
        found.iter().copied().find(|&index| root(index) == root(from)).or_else(|| found.first().copied())
    }
}
