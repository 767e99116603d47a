//! What is deployed so far, from what is kept of it: a lock, or the zip or folder that was deployed.

use std::path::Path;

use super::compare::{Found, find};
use super::load::LoadError;
use crate::model::bundle::Bundle;
use crate::model::transition::State;
use crate::model::watch::Watch;

/// Reads it. A zip or folder is taken as it is: all of it in the function, no layers. `bundle` is the new build.
pub(super) fn state(old: &Path, bundle: &Bundle, watch: &dyn Watch) -> Result<State, LoadError> {
    Ok(match find(old, watch)? {
        Found::Build(old) => State::of_code(&old),
        Found::Lock(lock) => State::of_lock(&lock, bundle),
    })
}
