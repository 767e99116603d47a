//! What was packed becomes its manifest.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::pack::tree_name;
use super::zipped::Packing;
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::cargo::{Cargo, slimming};
use crate::model::digest::Sha256Digest;
use crate::model::entry::EntryId;
use crate::model::fate::{self, Fate};
use crate::model::manifest::{
    AttachedLayer, EFS_FOLDER, LeftOut, MANIFEST_VERSION, Manifest, PackedBytecode, PackedPackage, PackedTree,
    PackedZip, Slimmed, zip_name,
};
use crate::model::node_path::{NODE_PATH, node_path};
use crate::model::plan::{Placement, Plan, Reason};
use crate::model::pythonpath::{Needed, PYTHONPATH, efs_path};
use crate::model::slim::{Slim, SlimRule};
use crate::pack::{ENCODER, Hashed, Written, WrittenTree};
use crate::planfile::render_plan;
use crate::session::Assessment;

/// The artifacts of one plan, written.
#[derive(Debug, Default)]
pub(super) struct Packed {
    pub zips: Vec<(Bucket, Written, Sha256Digest)>,
    pub tree: Option<WrittenTree>,
    /// What each entry takes in its zip.
    pub entries: Vec<(EntryId, Bytes)>,
}

/// The digest that says which plan was packed: comments and order do not count.
pub fn plan_digest(plan: &Plan) -> Sha256Digest {
    Sha256Digest(Sha256::digest(render_plan(plan, None)).into())
}

pub(super) fn manifest(packing: &Packing<'_>, assessment: &Assessment, hashed: &Hashed, packed: &Packed) -> Manifest {
    let Packing { plan, target, .. } = *packing;
    let function = &plan.function;
    let zip = |(bucket, written, digest): &(Bucket, Written, Sha256Digest)| PackedZip {
        file: zip_name(bucket).unwrap_or_default(),
        layer: match bucket {
            Bucket::Layer(name) => Some(name.clone()),
            _ => None,
        },
        bytes: written.length,
        unzipped_bytes: written.unzipped,
        entries: written.entries,
        sha256: *digest,
        code_sha256: digest.in_base64(),
        packages: packages(packing, &assessment.cargo, bucket),
    };
    let artifacts: Vec<PackedZip> = packed.zips.iter().map(zip).collect();
    let efs = packed.tree.as_ref().map(|tree| packed_tree(packing, &assessment.cargo, tree));
    Manifest {
        version: MANIFEST_VERSION,
        encoder: ENCODER.to_owned(),
        function: function.name.clone(),
        runtime: target.runtime.clone(),
        architecture: target.architecture,
        handler: function.handler.as_ref().map(ToString::to_string),
        plan_sha256: plan_digest(plan),
        environment: environment(packing, assessment, efs.as_ref().map(|tree| tree.path.as_str())),
        joint_bytes: artifacts.iter().map(|zip| zip.unzipped_bytes).sum(),
        layers: layers(plan, &artifacts),
        artifacts,
        efs,
        left_out: left_out(packing),
        slimmed: slimmed(packing),
        bytecode: bytecode(packing, hashed),
    }
}

/// The packages of a bucket that are there, slimmed. What is slimmed away whole is not there.
pub(super) fn packages(packing: &Packing<'_>, cargo: &Cargo, bucket: &Bucket) -> Vec<PackedPackage> {
    let Packing { bundle, plan, .. } = *packing;
    let here = bundle.indexed().filter(|(_, package)| plan.bucket_of(&package.key) == *bucket);
    let packed = here.map(|(index, package)| PackedPackage {
        key: package.key.clone(),
        version: package.version.clone(),
        files: cargo.load(index).files,
        bytes: cargo.load(index).unzipped,
    });
    packed.filter(|package| package.files > 0).collect()
}

fn packed_tree(packing: &Packing<'_>, cargo: &Cargo, tree: &WrittenTree) -> PackedTree {
    let name = tree_name(tree.digest);
    PackedTree {
        folder: format!("{EFS_FOLDER}/{name}"),
        path: efs_path(packing.plan, &name),
        mount: packing.plan.function.mount.to_string(),
        bytes: tree.bytes,
        entries: tree.entries,
        sha256: tree.digest,
        packages: packages(packing, cargo, &Bucket::Efs),
    }
}

/// The plan's variables, and PYTHONPATH and NODE_PATH where one is needed and the plan has none: the one that the
/// verdict reckons with, which knows the tree's own folder now.
pub(super) fn environment(
    packing: &Packing<'_>,
    assessment: &Assessment,
    efs: Option<&str>,
) -> BTreeMap<String, String> {
    let Packing { bundle, plan, target, .. } = *packing;
    let mut environment = plan.function.environment.clone();
    let is_python = target.runtime.as_ref().is_none_or(|runtime| runtime.python_version().is_some());
    if is_python && !environment.contains_key(PYTHONPATH) {
        let holds = |bucket: &Bucket| assessment.budgets.of(bucket).is_some_and(|budget| budget.packages > 0);
        let efs = efs.unwrap_or(plan.function.mount.as_str());
        let path = Needed::by(bundle, plan, target, holds, efs).pythonpath();
        environment.extend(path.map(|path| (PYTHONPATH.to_owned(), path)));
    }
    if !environment.contains_key(NODE_PATH) {
        let path = node_path(bundle, plan, target, efs);
        environment.extend(path.map(|path| (NODE_PATH.to_owned(), path)));
    }
    environment
}

/// In their order, without those of our own that hold nothing.
fn layers(plan: &Plan, artifacts: &[PackedZip]) -> Vec<AttachedLayer> {
    let attached = plan.layers().iter().map(|layer| AttachedLayer {
        name: layer.name.clone(),
        file: artifacts.iter().find(|zip| zip.layer.as_ref() == Some(&layer.name)).map(|zip| zip.file.clone()),
        arn: layer.foreign().map(|foreign| foreign.arn.to_string()),
    });
    attached.filter(|layer| layer.file.is_some() || layer.arn.is_some()).collect()
}

fn left_out(packing: &Packing<'_>) -> Vec<LeftOut> {
    let Packing { bundle, plan, .. } = *packing;
    let mut left = Vec::new();
    for package in bundle.packages() {
        let Some(Placement::LeftOut(reason)) = plan.placements().get(&package.key) else { continue };
        let (provided_by, because) = match reason {
            Reason::ProvidedBy(holder) => (Some(holder.clone()), None),
            Reason::Because(words) => (None, Some(words.clone())),
        };
        left.push(LeftOut {
            key: package.key.clone(),
            version: package.version.clone(),
            bytes: package.load().unzipped,
            provided_by,
            because,
        });
    }
    left
}

/// What slimming left out of deployed packages, by the first rule that does so.
fn slimmed(packing: &Packing<'_>) -> Vec<Slimmed> {
    let Packing { bundle, plan, .. } = *packing;
    let slim = slimming(plan);
    let mut sums: BTreeMap<usize, Slimmed> = BTreeMap::new();
    if slim.is_empty() {
        return Vec::new();
    }
    for entry in bundle.listing.entries() {
        let Some(owner) = bundle.owner(entry) else { continue };
        let package = bundle.package(owner);
        let path = || bundle.listing.path_below(entry, package.root);
        if plan.bucket_of(&package.key) == Bucket::LeftOut
            || !slim.leaves_out(package.ecosystem, bundle.class(entry), path)
        {
            continue;
        }
        let (place, rule) = rule_of(&slim, bundle.class(entry));
        let sum = sums.entry(place).or_insert_with(|| Slimmed { rule, files: 0, bytes: Bytes::ZERO });
        sum.files += 1;
        sum.bytes += bundle.listing.length(entry);
    }
    sums.into_values().collect()
}

fn rule_of(slim: &Slim, class: crate::model::class::Class) -> (usize, String) {
    let place = SlimRule::ALL.iter().position(|rule| slim.rules.contains(rule) && rule.classes().contains(&class));
    match place {
        Some(place) => (place, SlimRule::ALL[place].name().to_owned()),
        None => (SlimRule::ALL.len(), "exclude".to_owned()),
    }
}

/// What became of bytecode that knew its source by date, where it is packed.
fn bytecode(packing: &Packing<'_>, hashed: &Hashed) -> PackedBytecode {
    let Packing { bundle, plan, target, .. } = *packing;
    let slim = slimming(plan);
    let is_packed = |entry: EntryId| {
        let Some(package) = bundle.owner(entry).map(|owner| bundle.package(owner)) else { return false };
        let path = || bundle.listing.path_below(entry, package.root);
        plan.bucket_of(&package.key) != Bucket::LeftOut
            && !slim.leaves_out(package.ecosystem, bundle.class(entry), path)
    };
    let mut bytecode =
        PackedBytecode { mode: plan.pack.bytecode.name().to_owned(), hash_based: 0, kept: BTreeMap::new() };
    for (entry, fate) in fate::fates(bundle, target).filter(|(entry, _)| is_packed(*entry)) {
        match fate {
            _ if hashed.source(entry).is_some() => bytecode.hash_based += 1,
            Fate::Kept(why) => *bytecode.kept.entry(why.words().to_owned()).or_default() += 1,
            Fate::Hashed { .. } => {
                *bytecode.kept.entry("the plan keeps bytecode as it is".to_owned()).or_default() += 1
            }
        }
    }
    bytecode
}
