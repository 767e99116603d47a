//! Two builds, zips or locks side by side.

use std::ffi::OsStr;
use std::path::Path;

use super::files::read_text;
use super::inspect::{has_manifest, read_manifest};
use super::load::{LoadError, Loaded};
use super::{load_bundle, shown};
use crate::model::bundle::Bundle;
use crate::model::diff::{Diff, Measure, Side};
use crate::model::lock::Lock;
use crate::model::manifest::{MANIFEST, Manifest};
use crate::model::watch::Watch;
use crate::planfile::parse_lock;

/// What one path leads to.
pub(super) enum Found {
    Build(Box<Bundle>),
    Lock(Lock),
    Artifacts(Box<Manifest>),
}

/// Compares what lies at two paths. A file that ends in `.lock` is a lock, one in `.toml` a plan, which its lock beside
/// it stands for, and a folder with a `manifest.json` is what was packed. Two locks are compared by what their plans'
/// slimming keeps; beside a lock, a build is measured as a lock measures a build, before slimming.
pub fn compare(old: &Path, new: &Path, watch: &dyn Watch) -> Result<Diff, LoadError> {
    let (one, other) = (find(old, watch)?, find(new, watch)?);
    let measure = match (&one, &other) {
        (Found::Lock(_), Found::Lock(_)) => Measure::Kept,
        (Found::Artifacts(_), Found::Artifacts(_)) => Measure::Packed,
        (Found::Artifacts(_), _) => return Err(LoadError::OtherMeasure(shown(old), shown(new))),
        (_, Found::Artifacts(_)) => return Err(LoadError::OtherMeasure(shown(new), shown(old))),
        (Found::Build(_), Found::Build(_)) => Measure::All,
        _ => Measure::Stable,
    };
    Ok(Diff::between(&side(&one, measure), &side(&other, measure)))
}

/// What differs between what the plan was made from and what it is made from now; `None`: there is no lock.
pub fn changed(loaded: &Loaded) -> Option<Diff> {
    let old = loaded.background.lock.as_ref()?;
    let new = Lock::new(&loaded.bundle, &loaded.plan, &loaded.target);
    let mut new = Side::of_lock(&new, Measure::Kept);
    new.certainty = loaded.bundle.listing.certainty();
    Some(Diff::between(&Side::of_lock(old, Measure::Kept), &new))
}

pub(super) fn find(path: &Path, watch: &dyn Watch) -> Result<Found, LoadError> {
    if has_manifest(path) {
        return Ok(Found::Artifacts(Box::new(read_manifest(&path.join(MANIFEST))?)));
    }
    let ends_in = |ending: &str| path.extension() == Some(OsStr::new(ending)) && !path.is_dir();
    let lock = if ends_in("lock") {
        read_lock(path)
    } else if ends_in("toml") {
        Some(read_lock(&path.with_extension("lock")).unwrap_or_else(|| Err(LoadError::NoLock(shown(path)))))
    } else {
        None
    };
    match lock {
        Some(lock) => lock.map(Found::Lock),
        None => Ok(Found::Build(Box::new(load_bundle(path, watch)?.0))),
    }
}

/// `None` where there is no such file, which the scan then words.
fn read_lock(path: &Path) -> Option<Result<Lock, LoadError>> {
    let text = match read_text(path) {
        Ok(text) => text?,
        Err(error) => return Some(Err(LoadError::File(error))),
    };
    Some(parse_lock(&text).map_err(|error| LoadError::Lock(shown(path), error)))
}

fn side(found: &Found, measure: Measure) -> Side {
    match found {
        Found::Build(bundle) => Side::of_bundle(bundle, measure),
        Found::Lock(lock) => Side::of_lock(lock, measure),
        Found::Artifacts(manifest) => Side::of_manifest(manifest),
    }
}
