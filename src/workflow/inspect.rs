//! Looks at a folder of artifacts: what the manifest says, and what lies there.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::files::words;
use super::load::Loaded;
use super::manifest::{packages, plan_digest};
use super::shown;
use super::zipped::Packing;
use crate::model::bucket::Bucket;
use crate::model::cargo::Cargo;
use crate::model::escape::printable;
use crate::model::inspection::{Contained, Inspection, Seen};
use crate::model::manifest::{EFS_FOLDER, MANIFEST, MANIFEST_VERSION, Manifest, zip_name};
use crate::model::watch::Unwatched;
use crate::pack::{Look, digest_of, read_tree, verify_zip};

/// More than any manifest has.
const LONGEST: u64 = 64 << 20;

/// Why artifacts cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// No manifest, or one that cannot be read.
    #[error("{} cannot be read: {}; name the folder that bayplan pack made", shown(.0), .1)]
    Read(PathBuf, String),
    /// A file that is no manifest.
    #[error("{} is no manifest of bayplan's: {}; pack again", shown(.0), .1)]
    NotAManifest(PathBuf, String),
    /// Made by another version.
    #[error("{} has version {}; this bayplan reads version {MANIFEST_VERSION}", shown(.0), .1)]
    Version(PathBuf, u64),
}

/// Reads the folder and compares nothing yet: that is the verdict's.
pub fn inspect(folder: &Path, loaded: &Loaded) -> Result<Inspection, InspectError> {
    let manifest = read_manifest(&folder.join(MANIFEST))?;
    let packing = loaded.packing();
    let zips = manifest.artifacts.iter().map(|zip| see_zip(folder, &zip.file)).collect();
    let tree = manifest.efs.as_ref().map(|tree| see_tree(folder, &tree.folder));
    let foreign = foreign(folder, &manifest).map_err(|error| InspectError::Read(folder.to_owned(), words(&error)))?;
    let plan_sha256 = plan_digest(packing.plan);
    let planned = planned(&packing, &Cargo::new(packing.bundle, packing.plan, &loaded.background.zipped));
    Ok(Inspection { manifest, zips, tree, foreign, plan_sha256, planned })
}

/// Whether a folder is one of artifacts.
pub(super) fn has_manifest(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file() && folder.join(zip_name(&Bucket::Function).unwrap_or_default()).is_file()
}

/// Whether a zip is one that bayplan packed: the manifest beside it names it.
pub(super) fn is_artifact(zip: &Path) -> bool {
    let is_named =
        |manifest: Manifest| zip.file_name().is_some_and(|name| manifest.artifacts.iter().any(|it| *it.file == *name));
    zip.is_file() && read_manifest(&zip.with_file_name(MANIFEST)).is_ok_and(is_named)
}

/// Reads a manifest.
pub(super) fn read_manifest(path: &Path) -> Result<Manifest, InspectError> {
    let refused = |error: std::io::Error| InspectError::Read(path.to_owned(), words(&error));
    let metadata = fs::metadata(path).map_err(refused)?;
    if !metadata.is_file() || metadata.len() > LONGEST {
        return Err(InspectError::Read(path.to_owned(), "it is no file of a manifest's size".to_owned()));
    }
    let mut text = String::new();
    File::open(path).and_then(|file| file.take(LONGEST).read_to_string(&mut text)).map_err(refused)?;
    let no_manifest =
        |error: serde_json::Error| InspectError::NotAManifest(path.to_owned(), printable(error.to_string().as_bytes()));
    let value: serde_json::Value = serde_json::from_str(&text).map_err(no_manifest)?;
    if let Some(version) = value["version"].as_u64().filter(|&version| version != u64::from(MANIFEST_VERSION)) {
        return Err(InspectError::Version(path.to_owned(), version));
    }
    serde_json::from_value(value).map_err(no_manifest)
}

/// A manifest may come from anywhere; nothing outside of its folder is looked at.
fn below(folder: &Path, name: &str) -> Result<PathBuf, String> {
    let is_plain = name.split('/').all(|part| !matches!(part, "" | "." | "..")) && !name.contains('\\');
    let path = folder.join(name);
    if !is_plain {
        return Err("its name leads out of the folder".to_owned());
    }
    match fs::symlink_metadata(&path) {
        Ok(metadata) if metadata.is_symlink() => Err("it is a link".to_owned()),
        Ok(_) => Ok(path),
        Err(error) => Err(words(&error)),
    }
}

fn see_zip(folder: &Path, name: &str) -> Seen {
    let path = below(folder, name)?;
    if !path.is_file() {
        return Err("it is no file".to_owned());
    }
    let stated = verify_zip(&path, name, Look::Headers, &Unwatched).map_err(|error| error.to_string())?;
    let sha256 = File::open(&path).and_then(digest_of).map_err(|error| words(&error))?;
    Ok(Contained { bytes: stated.length, unzipped: stated.unzipped, entries: stated.entries, sha256 })
}

fn see_tree(folder: &Path, name: &str) -> Seen {
    let tree = read_tree(&below(folder, name)?, &Unwatched).map_err(|error| error.to_string())?;
    Ok(Contained { bytes: tree.bytes, unzipped: tree.bytes, entries: tree.entries, sha256: tree.digest })
}

fn foreign(folder: &Path, manifest: &Manifest) -> std::io::Result<Vec<String>> {
    let is_named = |name: &str| {
        let is_tree = name == EFS_FOLDER && manifest.efs.is_some();
        name == MANIFEST || is_tree || manifest.artifacts.iter().any(|zip| zip.file == name)
    };
    let mut foreign = Vec::new();
    for found in fs::read_dir(folder)? {
        let name = found?.file_name();
        if name.to_str().is_none_or(|name| !is_named(name)) {
            foreign.push(printable(name.as_encoded_bytes()));
        }
    }
    foreign.sort();
    Ok(foreign)
}

/// What the plan puts where, in the manifest's words. A layer that holds nothing is not packed.
fn planned(packing: &Packing<'_>, cargo: &Cargo) -> Vec<(Bucket, Vec<crate::model::manifest::PackedPackage>)> {
    let buckets = packing.plan.buckets().into_iter().filter(|bucket| *bucket != Bucket::LeftOut);
    buckets.map(|bucket| (bucket.clone(), packages(packing, cargo, &bucket))).collect()
}

impl Loaded {
    /// What is loaded, to be measured or packed.
    pub fn packing(&self) -> Packing<'_> {
        Packing { bundle: &self.bundle, files: &self.files, plan: &self.plan, target: &self.target }
    }

    /// Puts packed artifacts in the place of the plan that is still to be packed: from here on they are judged.
    pub fn judge_artifacts(&mut self, inspection: Inspection) {
        self.background.judged = crate::model::finding::Judged::Artifacts;
        self.background.artifacts = Some(std::sync::Arc::new(inspection));
    }
}
