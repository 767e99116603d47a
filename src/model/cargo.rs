//! The bundle as one plan's slimming sees it: what each package weighs once files are left out.
//!
//! A cargo is made when the slimming changes, in one pass over the files. Placement is judged from its totals alone,
//! so that a hover costs as much as there are packages, not files.

use super::bundle::Bundle;
use super::bytes::{Amount, Bytes, Certainty};
use super::class::Class;
use super::entry::EntryId;
use super::package::{Load, Package, PackageIndex};
use super::plan::{BytecodeMode, Plan};
use super::slim::{Slim, SlimRule};
use super::zipped::{Known, ZippedSizes};

/// What is left of each package, in the bundle's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cargo {
    loads: Vec<Load>,
    /// How well the zipped sizes of each package's files are known.
    known: Vec<Known>,
    /// How sure the sums are.
    pub certainty: Certainty,
}

impl Cargo {
    /// Weighs the bundle under a plan's slimming, with what is known of zipped sizes.
    pub fn new(bundle: &Bundle, plan: &Plan, zipped: &ZippedSizes) -> Cargo {
        let slim = slimming(plan);
        let loads = if slim.looks_at_paths() { weigh_files(bundle, &slim) } else { weigh_classes(bundle, &slim) };
        let mut cargo =
            Cargo { known: loads.iter().map(nothing_known).collect(), loads, certainty: bundle.listing.certainty() };
        if !zipped.is_unknown() {
            cargo.overlay(bundle, &slim, zipped);
        }
        cargo
    }

    /// Puts the zipped sizes beside what was weighed.
    fn overlay(&mut self, bundle: &Bundle, slim: &Slim, zipped: &ZippedSizes) {
        self.known.fill(Known::default());
        for entry in bundle.listing.entries() {
            let Some(owner) = bundle.owner(entry) else { continue };
            if !leaves_out(bundle, slim, entry) {
                let place = owner.0 as usize;
                self.loads[place].zipped += zipped.get(entry).map_or(Bytes::ZERO, |size| size.bytes);
                self.known[place] += zipped.known(&bundle.listing, entry);
            }
        }
    }

    /// What is left of one package.
    pub fn load(&self, index: PackageIndex) -> Load {
        self.loads[index.0 as usize]
    }

    /// How well the zipped sizes of one package's files are known.
    pub fn known(&self, index: PackageIndex) -> Known {
        self.known[index.0 as usize]
    }

    /// What one package's files take in a zip, headers apart; `None`: not known.
    pub fn zipped_of(&self, index: PackageIndex) -> Option<Amount> {
        let certainty = self.known(index).certainty()?;
        Some(Amount { bytes: self.load(index).zipped, certainty })
    }

    /// How sure zipped sizes are over everything; `None`: nothing is known of any file.
    pub fn zipped(&self) -> Option<Certainty> {
        self.known.iter().copied().sum::<Known>().certainty()
    }
}

/// The plan's slimming, with the packer's wish to drop bytecode put in the same words.
pub fn slimming(plan: &Plan) -> Slim {
    let mut slim = plan.slim().clone();
    if plan.pack.bytecode == BytecodeMode::Drop && !slim.rules.contains(&SlimRule::Bytecode) {
        slim.rules.push(SlimRule::Bytecode);
    }
    slim
}

/// What slimming keeps of each package, of the classes that are wanted.
pub fn bytes_kept(bundle: &Bundle, plan: &Plan, is_wanted: impl Fn(Class) -> bool) -> Vec<Bytes> {
    let slim = slimming(plan);
    if !slim.looks_at_paths() {
        let kept = |package: &Package| {
            let is_kept = |class: Class| is_wanted(class) && !slim.leaves_out(package.ecosystem, class, Vec::new);
            package.classes.iter().filter(|(class, _)| is_kept(*class)).map(|(_, load)| load.unzipped).sum()
        };
        return bundle.packages().iter().map(kept).collect();
    }
    let mut kept = vec![Bytes::ZERO; bundle.packages().len()];
    for entry in bundle.listing.entries() {
        let Some(owner) = bundle.owner(entry) else { continue };
        if is_wanted(bundle.class(entry)) && !leaves_out(bundle, &slim, entry) {
            kept[owner.0 as usize] += bundle.listing.length(entry);
        }
    }
    kept
}

/// Whether slimming leaves a file out, whoever owns it. A directory is nobody's.
pub fn leaves_out(bundle: &Bundle, slim: &Slim, entry: EntryId) -> bool {
    bundle.owner(entry).is_some_and(|owner| {
        let package = bundle.package(owner);
        let path = || bundle.listing.path_below(entry, package.root);
        slim.leaves_out(package.ecosystem, bundle.class(entry), path)
    })
}

fn nothing_known(load: &Load) -> Known {
    Known { unknown: load.files, ..Known::default() }
}

/// Rules over classes need no look at the files: each package has its sums class by class.
fn weigh_classes(bundle: &Bundle, slim: &Slim) -> Vec<Load> {
    let weigh = |package: &Package| {
        let kept = |class| !slim.leaves_out(package.ecosystem, class, Vec::new);
        package.classes.iter().filter(|(class, _)| kept(*class)).map(|(_, load)| *load).sum()
    };
    bundle.packages().iter().map(weigh).map(|load| Load { zipped: Bytes::ZERO, ..load }).collect()
}

/// Globs look at paths, so every file is asked.
fn weigh_files(bundle: &Bundle, slim: &Slim) -> Vec<Load> {
    let mut loads = vec![Load::default(); bundle.packages().len()];
    for entry in bundle.listing.entries() {
        let Some(owner) = bundle.owner(entry) else { continue };
        let package = bundle.package(owner);
        let path = bundle.listing.path_below(entry, package.root);
        let path_bytes = path.len() as u64;
        if !slim.leaves_out(package.ecosystem, bundle.class(entry), || path) {
            let unzipped = bundle.listing.length(entry);
            loads[owner.0 as usize] += Load { files: 1, unzipped, zipped: Bytes::ZERO, path_bytes };
        }
    }
    loads
}
