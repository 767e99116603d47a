//! The bundle as one plan's slimming sees it: what each package weighs once files are left out.
//!
//! A cargo is made when the slimming changes, in one pass over the files. Placement is judged from its totals alone,
//! so that a hover costs as much as there are packages, not files.

use super::bundle::Bundle;
use super::bytes::Certainty;
use super::class::Class;
use super::package::{Load, PackageIndex};
use super::plan::{BytecodeMode, Plan};
use super::slim::{Slim, SlimRule};

/// What is left of each package, in the bundle's order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cargo {
    loads: Vec<Load>,
    /// How sure the sums are.
    pub certainty: Certainty,
    /// Whether zipped sizes are known.
    pub has_zipped_sizes: bool,
}

impl Cargo {
    /// Weighs the bundle under a plan's slimming.
    pub fn new(bundle: &Bundle, plan: &Plan) -> Cargo {
        let slim = effective(plan);
        let loads = if slim.keep.is_empty() && slim.exclude.is_empty() {
            bundle
                .packages()
                .iter()
                .map(|package| {
                    package.classes.iter().filter(|(class, _)| !drops(&slim, *class)).map(|(_, load)| *load).sum()
                })
                .collect()
        } else {
            weigh_files(bundle, &slim)
        };
        Cargo { loads, certainty: bundle.listing.certainty(), has_zipped_sizes: bundle.listing.has_zipped_sizes() }
    }

    /// What is left of one package.
    pub fn load(&self, index: PackageIndex) -> Load {
        self.loads[index.0 as usize]
    }
}

/// The plan's slimming, with the packer's wish to drop bytecode put in the same words.
pub fn effective(plan: &Plan) -> Slim {
    let mut slim = plan.slim().clone();
    if plan.pack.bytecode == BytecodeMode::Drop && !slim.rules.contains(&SlimRule::Bytecode) {
        slim.rules.push(SlimRule::Bytecode);
    }
    slim
}

fn drops(slim: &Slim, class: Class) -> bool {
    slim.leaves_out(class, Vec::new)
}

/// Globs look at paths, so every file is asked.
fn weigh_files(bundle: &Bundle, slim: &Slim) -> Vec<Load> {
    let mut loads = vec![Load::default(); bundle.packages().len()];
    let listing = &bundle.listing;
    for entry in listing.entries() {
        let Some(owner) = bundle.owner(entry) else { continue };
        let root = bundle.package(owner).root;
        let path = listing.path_below(entry, root);
        let path_bytes = path.len() as u64;
        if !slim.leaves_out(bundle.class(entry), || path) {
            loads[owner.0 as usize] += Load {
                files: 1,
                unzipped: listing.length(entry),
                zipped: listing.zipped(entry).unwrap_or_default(),
                path_bytes,
            };
        }
    }
    loads
}
