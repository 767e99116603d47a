//! What is deployed so far, from what is kept of it: a lock, the artifacts that were packed, or the zip or folder that was
//! deployed.

use std::path::Path;

use super::compare::{Found, find};
use super::load::LoadError;
use crate::attribute;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::plan::Plan;
use crate::model::transition::State;
use crate::model::watch::Watch;
use crate::model::zipped::ZippedSizes;

/// Reads it. A zip or folder is taken as it is: all of it in the function, no layers. `bundle` is the new build and
/// `plan` the new plan.
pub(super) fn state(old: &Path, bundle: &Bundle, plan: &Plan, watch: &dyn Watch) -> Result<State, LoadError> {
    Ok(match find(old, watch)? {
        Found::Build(old) => State::of_code(&old, attribute::guess_target(&old)),
        Found::Lock(lock) => State::of_lock(&lock, bundle, plan, &Cargo::new(bundle, plan, &ZippedSizes::default())),
        Found::Artifacts(manifest) => State::of_manifest(&manifest, plan),
    })
}
