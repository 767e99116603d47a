//! What each group weighs under every set of rules, in one pass over the files.

use std::collections::BTreeMap;

use super::Request;
use super::problem::{Rules, Weight};
use crate::model::bytes::Bytes;
use crate::model::cargo::{leaves_out, slimming};
use crate::model::class::Class;
use crate::model::container::{PYTHON_LAYER_PREFIX, zip_length};
use crate::model::entry::EntryId;
use crate::model::package::{Ecosystem, Load, PackageIndex};
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
    let mut loads: Vec<BTreeMap<Rules, (Load, u64)>> = vec![BTreeMap::new(); members.len()];
    for entry in bundle.listing.entries() {
        let Some(owner) = bundle.owner(entry).filter(|_| !leaves_out(bundle, &always, entry)) else { continue };
        let package = bundle.package(owner);
        let by = rules_of(rules, package.ecosystem, bundle.class(entry));
        let by = if by != 0 && !kept.keep.is_empty() && !leaves_out(bundle, &kept, entry) { 0 } else { by };
        let (load, folders) = loads[item_of[owner.0 as usize]].entry(by).or_default();
        *load += Load {
            files: 1,
            unzipped: bundle.listing.length(entry),
            zipped: request.zipped.get(entry).map_or(Bytes::ZERO, |size| size.bytes),
            path_bytes: path_length(request, entry, package.root),
        };
        *folders += kept_folder(request, package.root);
    }
    let weight = |(by, (load, folders)): (Rules, (Load, u64))| (by, in_zips(load, folders));
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

/// The bytes that a folder which is kept adds to a path in the function's zip.
fn kept_folder(request: &Request<'_>, root: EntryId) -> u64 {
    if !request.plan.pack.keep_folders || root == EntryId::ROOT || request.plan.function.upload == Upload::S3 {
        return 0;
    }
    request.bundle.listing.path(root).len() as u64 + 1
}

fn in_zips(load: Load, folders: u64) -> Weight {
    let added = |load: Load, prefix: usize| {
        let prefix = prefix as u64;
        zip_length(load, prefix).less(zip_length(Load::default(), prefix)).0
    };
    let in_function = Load { path_bytes: load.path_bytes + folders, ..load };
    Weight {
        unzipped: load.unzipped.0,
        in_function: added(in_function, 0),
        in_layer: added(load, PYTHON_LAYER_PREFIX.len()),
    }
}
