//! What each group weighs under every set of rules, in one pass over the files.

use std::collections::BTreeMap;

use super::Request;
use super::problem::{Rules, Weight};
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::cargo::{leaves_out, slimming};
use crate::model::class::Class;
use crate::model::container::zip_length;
use crate::model::entry::EntryId;
use crate::model::folders::folder_in;
use crate::model::package::{Ecosystem, Load, Package, PackageIndex};
use crate::model::plan::{BytecodeMode, Plan, Upload};
use crate::model::slim::{Globs, Slim, SlimRule};

/// What each group weighs, by the sets of rules that leave its files out.
pub(super) fn weigh(
    request: &Request<'_>,
    members: &[Vec<PackageIndex>],
    rules: &[SlimRule],
) -> Vec<Vec<(Rules, Weight)>> {
    let bundle = request.bundle;
    let always = Slim { rules: fixed_rules(request.plan), ..request.plan.slim().clone() };
    let kept = Slim { rules: rules.to_vec(), exclude: Globs::default(), services: None, ..request.plan.slim().clone() };
    let mut item_of = vec![0; bundle.packages().len()];
    members
        .iter()
        .enumerate()
        .for_each(|(item, group)| group.iter().for_each(|index| item_of[index.0 as usize] = item));
    let folders: Vec<Folders> = bundle.packages().iter().map(|package| folders(request, package)).collect();
    let mut loads: Vec<BTreeMap<Rules, Loads>> = vec![BTreeMap::new(); members.len()];
    for entry in bundle.listing.entries() {
        let Some(owner) = bundle.owner(entry).filter(|_| !leaves_out(bundle, &always, entry)) else { continue };
        let package = bundle.package(owner);
        let by = rules_of(rules, package.ecosystem, bundle.class(entry));
        let by = if by != 0 && !kept.keep.is_empty() && !leaves_out(bundle, &kept, entry) { 0 } else { by };
        let load = Load {
            files: 1,
            unzipped: bundle.listing.length(entry),
            zipped: request.zipped.get(entry).map_or(Bytes::ZERO, |size| size.bytes),
            path_bytes: path_length(request, entry, package.root),
        };
        let sums = loads[item_of[owner.0 as usize]].entry(by).or_default();
        sums.in_function += load.below(folders[owner.0 as usize].in_function);
        sums.in_layer += load.below(folders[owner.0 as usize].in_layer);
    }
    let weight = |(by, loads): (Rules, Loads)| (by, in_zips(loads));
    loads.into_iter().map(|parts| parts.into_iter().map(weight).collect()).collect()
}

/// Rules that are no decision of fit's: what the packer does.
fn fixed_rules(plan: &Plan) -> Vec<SlimRule> {
    let packed = slimming(plan).rules;
    packed.into_iter().filter(|rule| *rule == SlimRule::Bytecode && plan.pack.bytecode == BytecodeMode::Drop).collect()
}

fn rules_of(rules: &[SlimRule], whose: Ecosystem, class: Class) -> Rules {
    let leaving = rules.iter().enumerate().filter(|(_, rule)| rule.leaves_out(whose, class));
    leaving.fold(0, |set, (bit, _)| set | 1 << bit)
}

fn path_length(request: &Request<'_>, entry: EntryId, root: EntryId) -> u64 {
    // Only zips know of paths, and only direct uploads ask how long zips are.
    match request.plan.function.upload {
        Upload::Direct => request.bundle.listing.path_below(entry, root).len() as u64,
        Upload::S3 => 0,
    }
}

/// How long the folders are that stand before a package's paths in a zip.
struct Folders {
    in_function: u64,
    in_layer: u64,
}

fn folders(request: &Request<'_>, package: &Package) -> Folders {
    match request.plan.function.upload {
        Upload::Direct => Folders {
            in_function: folder_in(request.bundle, request.plan, package, &Bucket::Function).len() as u64,
            in_layer: package.layer_folder.len() as u64,
        },
        Upload::S3 => Folders { in_function: 0, in_layer: 0 },
    }
}

/// The same files, with the paths that they have in the function's zip and in a layer's.
#[derive(Clone, Copy, Default)]
struct Loads {
    in_function: Load,
    in_layer: Load,
}

fn in_zips(loads: Loads) -> Weight {
    let added = |load: Load| zip_length(load).less(zip_length(Load::default())).0;
    Weight {
        unzipped: loads.in_function.unzipped.0,
        in_function: added(loads.in_function),
        in_layer: added(loads.in_layer),
    }
}
