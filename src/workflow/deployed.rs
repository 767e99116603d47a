//! What is deployed so far, from what is kept of it: a lock, or the zip or folder that was deployed.

use std::path::Path;

use super::compare::{Found, find};
use super::load::LoadError;
use crate::model::transition::State;
use crate::model::watch::Watch;

/// Reads it. A zip or folder is taken as it is: all of it in the function, no layers.
pub(super) fn state(old: &Path, watch: &dyn Watch) -> Result<State, LoadError> {
    Ok(match find(old, watch)? {
        Found::Build(bundle) => State::of_code(&bundle),
        Found::Lock(lock) => State::of_lock(&lock),
    })
}
