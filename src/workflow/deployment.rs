//! What is to be deployed, put together from what is loaded and, where the plan was packed, from its manifest.

use std::collections::BTreeSet;
use std::path::Path;

use super::inspect::{InspectError, read_manifest};
use super::manifest::{environment, plan_digest};
use super::pack::tree_name;
use super::zipped::Packing;
use crate::model::bucket::Bucket;
use crate::model::budget::{Budget, Budgets};
use crate::model::bundle::Bundle;
use crate::model::bytes::{Amount, Bytes};
use crate::model::deployment::{
    Build, DeployedLayer, DeployedLayerKind, DeployedTree, DeployedZip, Deployment, NotKnown, Origin,
};
use crate::model::entry::EntryId;
use crate::model::listing::Source;
use crate::model::manifest::{EFS_DIGITS, EFS_FOLDER, MANIFEST, Manifest, zip_name};
use crate::model::package::Ecosystem;
use crate::model::plan::{LayerKind, Plan};
use crate::model::pythonpath::efs_path;
use crate::model::watch::Watch;
use crate::pack::{Artifact, Hashed, PackError, Prepared, Reuse, WrittenTree, digest_tree};
use crate::session::Assessment;

/// Why it cannot be said what is to be deployed.
#[derive(Debug, thiserror::Error)]
pub enum DeploymentError {
    /// Neither plan nor bundle says it.
    #[error(transparent)]
    NotKnown(#[from] NotKnown),
    /// The folder of artifacts.
    #[error(transparent)]
    Inspect(#[from] InspectError),
    /// What is to lie on EFS cannot be read, so its folder has no name.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// The deployment of a plan over a bundle. `packed` is the folder of its artifacts, whose manifest is believed where it
/// is this plan's. It names no paths yet: they depend on where the files go that are written from it.
pub(super) fn deployment(
    packing: &Packing<'_>,
    assessment: &Assessment,
    packed: &Path,
    watch: &dyn Watch,
) -> Result<Deployment, DeploymentError> {
    let Packing { plan, target, .. } = *packing;
    let function = &plan.function;
    let handler = function.handler.clone();
    let runtime = target.runtime.clone().ok_or(NotKnown::RUNTIME)?;
    let handler = handler.ok_or(NotKnown::HANDLER)?;
    let architecture = target.architecture.ok_or(NotKnown::ARCHITECTURE)?;
    let plan_sha256 = plan_digest(plan);
    let manifest = manifest_of(packed)?.filter(|manifest| manifest.plan_sha256 == plan_sha256);
    let (efs, origin) = match &manifest {
        Some(manifest) => (packed_tree(manifest), Origin::Packed),
        None => foreseen_tree(packing, watch)?,
    };
    let zips = Zips { budgets: &assessment.budgets, manifest: manifest.as_ref() };
    Ok(Deployment {
        function: function.name.clone(),
        handler,
        runtime,
        architecture,
        environment: match &manifest {
            Some(manifest) => manifest.environment.clone(),
            None => environment(packing, assessment, efs.as_ref().map(|tree| tree.path.as_str())),
        },
        snapstart: function.snapstart,
        upload: function.upload,
        code: zips.of(&Bucket::Function).unwrap_or_else(|| nothing(&Bucket::Function)),
        layers: layers(plan, assessment, &zips),
        efs,
        plan_sha256,
        artifacts: String::new(),
        origin,
        build: build(packing),
    })
}

/// The manifest in a folder; `None`: nothing was packed there.
fn manifest_of(folder: &Path) -> Result<Option<Manifest>, InspectError> {
    let path = folder.join(MANIFEST);
    if path.exists() { read_manifest(&path).map(Some) } else { Ok(None) }
}

fn packed_tree(manifest: &Manifest) -> Option<DeployedTree> {
    manifest.efs.as_ref().map(|tree| DeployedTree {
        folder: tree.folder.clone(),
        path: tree.path.clone(),
        mount: tree.mount.clone(),
        bytes: tree.bytes,
        entries: tree.entries,
    })
}

/// What would be written: the folder is named by what lies in it, so all of it is read.
fn foreseen_tree(packing: &Packing<'_>, watch: &dyn Watch) -> Result<(Option<DeployedTree>, Origin), PackError> {
    let Packing { bundle, files, plan, target } = *packing;
    let artifact = Artifact::on_efs(bundle, plan)?;
    if artifact.members.is_empty() {
        return Ok((None, if is_recording(bundle) { Origin::Recorded } else { Origin::Foreseen }));
    }
    if is_recording(bundle) {
        let lengths = artifact.members.iter().map(|member| bundle.listing.length(member.entry));
        let (entries, bytes) = (artifact.members.len() as u64, lengths.sum());
        return Ok((Some(tree(packing, "0".repeat(EFS_DIGITS), bytes, entries)), Origin::Recorded));
    }
    let hashed = Hashed::new(bundle, plan, target);
    let prepared = Prepared::new(files, &hashed, Reuse::AsItLies);
    let WrittenTree { entries, bytes, digest } = digest_tree(&artifact, &bundle.listing, &prepared, watch)?;
    Ok((Some(tree(packing, tree_name(digest), bytes, entries)), Origin::Foreseen))
}

fn tree(packing: &Packing<'_>, name: String, bytes: Bytes, entries: u64) -> DeployedTree {
    DeployedTree {
        folder: format!("{EFS_FOLDER}/{name}"),
        path: efs_path(packing.plan, &name),
        mount: packing.plan.function.mount.to_string(),
        bytes,
        entries,
    }
}

fn is_recording(bundle: &Bundle) -> bool {
    matches!(bundle.listing.source, Source::Demo)
}

/// What is known of zips: what was packed, else what is foretold.
struct Zips<'a> {
    budgets: &'a Budgets,
    manifest: Option<&'a Manifest>,
}

impl Zips<'_> {
    fn of(&self, bucket: &Bucket) -> Option<DeployedZip> {
        let file = zip_name(bucket)?;
        let Some(manifest) = self.manifest else { return self.budgets.of(bucket).map(|budget| foretold(file, budget)) };
        let zip = manifest.artifacts.iter().find(|zip| zip.bucket() == *bucket)?;
        Some(DeployedZip { file, bytes: Some(Amount::exact(zip.bytes)), unzipped: Amount::exact(zip.unzipped_bytes) })
    }
}

fn foretold(file: String, budget: &Budget) -> DeployedZip {
    DeployedZip { file, bytes: budget.zip, unzipped: budget.unzipped }
}

fn nothing(bucket: &Bucket) -> DeployedZip {
    DeployedZip { file: zip_name(bucket).unwrap_or_default(), bytes: None, unzipped: Amount::exact(Bytes::ZERO) }
}

/// In their order, without those of our own that hold nothing: AWS takes no empty layer.
fn layers(plan: &Plan, assessment: &Assessment, zips: &Zips<'_>) -> Vec<DeployedLayer> {
    let layer = |layer: &crate::model::plan::Layer| {
        let bucket = Bucket::Layer(layer.name.clone());
        let kind = match &layer.kind {
            LayerKind::Foreign(foreign) => DeployedLayerKind::Foreign(foreign.clone()),
            LayerKind::Own => {
                assessment.budgets.of(&bucket).filter(|budget| budget.load.files > 0)?;
                DeployedLayerKind::Own(zips.of(&bucket)?)
            }
        };
        Some(DeployedLayer { name: layer.name.clone(), kind })
    };
    plan.layers().iter().filter_map(layer).collect()
}

fn build(packing: &Packing<'_>) -> Build {
    let Packing { bundle, plan, .. } = *packing;
    let python = bundle.packages().iter().filter(|package| package.ecosystem == Ecosystem::Python);
    let roots: BTreeSet<EntryId> = python.map(|package| package.root).filter(|&root| root != EntryId::ROOT).collect();
    Build {
        is_zip: matches!(bundle.listing.source, Source::Zip(..)),
        roots: roots.into_iter().map(|root| bundle.listing.path(root)).collect(),
        planned_environment: plan.function.environment.clone(),
        path: "build".to_owned(),
        own: own(bundle),
        ..Build::default()
    }
}

/// The user's own at the top of a bundle, but for what Python makes by itself and what npm installs.
fn own(bundle: &Bundle) -> Vec<Vec<u8>> {
    let files = bundle.packages().iter().filter(|package| package.key.is_file());
    let tops = files.flat_map(|package| package.tops.iter().copied());
    let tops = tops.filter(|&top| bundle.listing.parent(top) == EntryId::ROOT);
    let is_made = |path: &Vec<u8>| path == b"__pycache__" || path == b"node_modules";
    tops.map(|top| bundle.listing.path(top)).filter(|path| !is_made(path)).collect()
}
