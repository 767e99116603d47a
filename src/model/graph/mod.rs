//! Who needs whom: the requirements of a bundle's packages for a target, and what follows from them. What a requirement
//! is and which package answers it is the ecosystem's own, a file for each.
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
//!   bundle's own folder, then the newest. Of Node's packages it is the one that Node finds from the asker's folder.
//! * An optional or peer dependency of a Node package that is there is needed; one that is not is no need, unless it is a
//!   peer that its asker does not call optional.

use std::collections::{BTreeMap, VecDeque};

use super::bundle::Bundle;
use super::bytes::{Amount, Bytes};
use super::node::NeedKind;
use super::package::PackageIndex;
use super::target::Target;

mod environment;
mod marker;
mod node;
mod python;
mod requirement;
mod retention;
mod roots;
mod ruby;

pub use marker::Holds;
pub use requirement::{Fit, flaw};
pub use roots::Asked;

use retention::Retention;

/// One requirement that counts for the target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// As it is written, fit to print.
    pub text: String,
    /// The name that is asked for, normalised, as the start of its key: `numpy`, `npm:semver`.
    pub name: String,
    /// How much it is needed.
    pub kind: NeedKind,
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
    /// Reads the requirements of all packages. What cannot be read is left out; [`flaw`] says what it is.
    pub fn new(bundle: &Bundle, target: &Target) -> Graph {
        let mut needs = python::needs(bundle, target);
        for ((needs, node), ruby) in needs.iter_mut().zip(node::needs(bundle)).zip(ruby::needs(bundle)) {
            needs.extend(node.into_iter().chain(ruby));
        }
        let edges: Vec<Vec<usize>> = needs.iter().enumerate().map(|(from, needs)| targets(from, needs)).collect();
        let mut needed_by = vec![Vec::new(); edges.len()];
        for (from, targets) in edges.iter().enumerate() {
            for &to in targets {
                needed_by[to].push(PackageIndex(from as u32));
            }
        }
        let requested: Vec<Option<bool>> = bundle.packages().iter().map(|it| bundle.requested(it)).collect();
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

    /// What goes if all of them go, without themselves, in the bundle's order.
    pub fn goes_with_all(&self, packages: &[PackageIndex]) -> Vec<PackageIndex> {
        let mut stays = vec![false; self.edges.len()];
        let mut goes = stays.clone();
        for &package in packages {
            goes[place(package)] = true;
        }
        let mut waiting: Vec<usize> = (0..self.edges.len()).filter(|&node| self.is_root[node]).collect();
        while let Some(node) = waiting.pop() {
            if !goes[node] && !std::mem::replace(&mut stays[node], true) {
                waiting.extend(&self.edges[node]);
            }
        }
        let gone = (0..self.edges.len()).filter(|&node| !stays[node] && !goes[node]);
        gone.map(|node| PackageIndex(node as u32)).collect()
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
    let mut found: Vec<usize> =
        needs.iter().filter_map(|need| need.package).map(place).filter(|&to| to != from).collect();
    found.sort_unstable();
    found.dedup();
    found
}
