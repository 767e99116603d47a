//! The output folder: whether it is one that may be written, and what lies in it already.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use super::files::{is_staging, names};
use super::{OutputError, STAGING};
use crate::model::manifest::{EFS_FOLDER, MANIFEST};

/// More than any manifest has.
const LONGEST_MANIFEST: u64 = 64 << 20;

/// The folder itself, by a path without links; what does not exist yet hangs below what does.
pub(super) fn resolve(out: &Path) -> Result<PathBuf, OutputError> {
    let failed = |error| OutputError::Write(out.to_owned(), error);
    let is_link = fs::symlink_metadata(out).is_ok_and(|metadata| metadata.is_symlink());
    match fs::metadata(out) {
        Ok(metadata) if metadata.is_dir() => return fs::canonicalize(out).map_err(failed),
        Ok(_) => return Err(OutputError::NotAFolder(out.to_owned())),
        Err(_) if is_link => return Err(OutputError::DeadLink(out.to_owned())),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        Err(_) => {}
    }
    let absolute = std::path::absolute(out).map_err(failed)?;
    let (Some(parent), Some(Component::Normal(name))) = (absolute.parent(), absolute.components().next_back()) else {
        return Err(OutputError::NotAFolder(out.to_owned()));
    };
    resolve(parent).map(|parent| parent.join(name))
}

/// Refuses a folder inside what is packed, and one that holds it.
pub(super) fn refuse_source(out: &Path, source: &Path) -> Result<(), OutputError> {
    let Ok(source) = fs::canonicalize(source) else { return Ok(()) };
    if source.is_dir() && out.starts_with(&source) {
        return Err(OutputError::InsideBuild(out.to_owned()));
    }
    if source.starts_with(out) {
        return Err(OutputError::HoldsBuild(out.to_owned()));
    }
    Ok(())
}

/// Refuses a folder with anything in it that its manifest does not name. What lies in the tree for EFS belongs to it.
pub(super) fn check_ours(out: &Path) -> Result<(), OutputError> {
    let failed = |error| OutputError::Write(out.to_owned(), error);
    let found = match names(out) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.map_err(failed)?,
    };
    let found: Vec<OsString> = found.into_iter().filter(|name| !is_staging(name)).collect();
    if found.is_empty() {
        return Ok(());
    }
    // A killed run may have left the manifest of what lies there in its staging folder.
    let staging = out.join(format!(".{STAGING}"));
    let manifests = [out.to_owned(), staging.join("old"), staging.join("new")];
    let named: Vec<_> = manifests.iter().filter_map(|folder| named_by_manifest(&folder.join(MANIFEST))).collect();
    if let Some(foreign) = found.into_iter().find(|name| !named.iter().any(|(files, _)| files.contains(name))) {
        return Err(OutputError::Foreign(out.to_owned(), foreign));
    }
    let trees = names(&out.join(EFS_FOLDER)).unwrap_or_default();
    let is_foreign = |name: &OsString| {
        let path = Path::new(EFS_FOLDER).join(name);
        !named.iter().any(|(_, tree)| tree.as_ref() == Some(&path))
    };
    match trees.into_iter().find(is_foreign) {
        Some(foreign) => Err(OutputError::Foreign(out.join(EFS_FOLDER), foreign)),
        None => Ok(()),
    }
}

/// The files that a manifest of any version names, itself among them, and the tree for EFS; `None`: it is none.
fn named_by_manifest(path: &Path) -> Option<(BTreeSet<OsString>, Option<PathBuf>)> {
    let metadata = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    File::open(path).ok()?.take(LONGEST_MANIFEST.min(metadata.len())).read_to_string(&mut text).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    manifest["version"].as_u64()?;
    let zips = manifest["artifacts"].as_array()?.iter().filter_map(|zip| zip["file"].as_str());
    let mut files: BTreeSet<OsString> = zips.map(OsString::from).collect();
    files.insert(MANIFEST.into());
    let tree = manifest["efs"]["folder"].as_str().map(PathBuf::from);
    files.extend(tree.as_ref().map(|_| OsString::from(EFS_FOLDER)));
    Some((files, tree))
}
