//! Artifacts that were packed: whether they are those of their manifest, and the manifest that of the plan.

use super::Case;
use super::ruling::{Ruling, error, named, warning};
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::finding::Finding;
use crate::model::inspection::{Inspection, Seen};
use crate::model::manifest::PackedPackage;
use crate::model::package::PackageKey;

const NONE: &str = "no artifacts are judged";
const AGAIN: &str = "pack again: bayplan pack";

/// Every artifact is there, with the length and the digest that the manifest states.
pub(super) fn whole(case: &Case<'_>) -> Ruling {
    let Some(inspection) = case.artifacts else { return Ruling::skipped(NONE) };
    let mut findings = Vec::new();
    for (zip, seen) in inspection.manifest.artifacts.iter().zip(&inspection.zips) {
        let stated = (zip.bytes, zip.unzipped_bytes, zip.entries, zip.sha256.to_string());
        findings.extend(compare(&zip.file, zip.bucket(), stated, seen));
    }
    if let (Some(tree), Some(seen)) = (&inspection.manifest.efs, &inspection.tree) {
        let stated = (tree.bytes, tree.bytes, tree.entries, tree.sha256.to_string());
        findings.extend(compare(&tree.folder, Bucket::Efs, stated, seen));
    }
    if !inspection.foreign.is_empty() {
        let message = format!("{} lies beside the artifacts and is not in the manifest", named(&inspection.foreign));
        findings.push(warning(message, "take it away, so that nobody deploys it"));
    }
    Ruling::of(findings)
}

fn compare(name: &str, bucket: Bucket, stated: (Bytes, Bytes, u64, String), seen: &Seen) -> Option<Finding> {
    let message = match seen {
        Err(why) => format!("{name} cannot be judged: {why}"),
        Ok(seen) if (seen.bytes, seen.unzipped, seen.entries, seen.sha256.to_string()) == stated => return None,
        Ok(seen) if seen.bytes != stated.0 => {
            format!("{name} has {} bytes; its manifest says {}", seen.bytes.grouped(), stated.0.grouped())
        }
        Ok(_) => format!("{name} is not what its manifest says: it was changed since it was packed"),
    };
    Some(Finding { buckets: vec![bucket], ..error(message, AGAIN) })
}

/// The manifest was made of this plan over this bundle.
pub(super) fn planned(case: &Case<'_>) -> Ruling {
    let Some(inspection) = case.artifacts else { return Ruling::skipped(NONE) };
    let differing = differing(inspection);
    if !differing.is_empty() {
        let message =
            format!("the artifacts were packed from another build or plan: {} differ from it", named(&differing));
        return Finding { packages: differing, ..error(message, AGAIN) }.into();
    }
    if inspection.manifest.plan_sha256 != inspection.plan_sha256 {
        let (theirs, planned) = (&inspection.manifest.bytecode.mode, case.plan.pack.bytecode.name());
        let but =
            if theirs == planned { String::new() } else { format!(", but bytecode is {theirs} and not {planned}") };
        let same = "the artifacts were packed from another plan, which puts the same packages in the same places";
        return warning(format!("{same}{but}"), AGAIN).into();
    }
    Ruling::passed()
}

/// Packages that are not where the plan puts them, or not as they are in the bundle.
fn differing(inspection: &Inspection) -> Vec<PackageKey> {
    let manifest = &inspection.manifest;
    let packed = |bucket: &Bucket| -> &[PackedPackage] {
        match bucket {
            Bucket::Efs => manifest.efs.as_ref().map_or(&[], |tree| &tree.packages),
            _ => manifest.artifacts.iter().find(|zip| zip.bucket() == *bucket).map_or(&[], |zip| &zip.packages),
        }
    };
    let mut keys: Vec<PackageKey> = Vec::new();
    for (bucket, planned) in &inspection.planned {
        let packed = packed(bucket);
        keys.extend(planned.iter().filter(|package| !packed.contains(package)).map(|package| package.key.clone()));
        keys.extend(packed.iter().filter(|package| !planned.contains(package)).map(|package| package.key.clone()));
    }
    let is_planned = |bucket: &Bucket| inspection.planned.iter().any(|(planned, _)| planned == bucket);
    let strange = manifest.artifacts.iter().filter(|zip| !is_planned(&zip.bucket()));
    keys.extend(strange.flat_map(|zip| zip.packages.iter().map(|package| package.key.clone())));
    keys.sort();
    keys.dedup();
    keys
}
