//! Something that could not be read or understood, kept until the verdict words it as a finding.
//!
//! A problem is never a reason to stop: the rest is still judged, and what the problem hides is said.

use serde::{Deserialize, Serialize};

/// One thing that could not be read or resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// What it is about: a path of the bundle, fit to print; empty for the bundle as a whole.
    pub path: String,
    /// What is wrong, as a phrase without a full stop.
    pub what: String,
    /// Whether bytes may be missing from the sums because of it.
    pub hides_bytes: bool,
    /// Whether AWS could not unpack the entry, or would not put it where it was meant to go.
    #[serde(default)]
    pub is_refused: bool,
}

impl Problem {
    /// Bytes may be missing because of this.
    pub fn hidden(path: impl Into<String>, what: impl Into<String>) -> Problem {
        Problem { path: path.into(), what: what.into(), hides_bytes: true, is_refused: false }
    }

    /// All bytes are counted, but something about them is not known.
    pub fn unclear(path: impl Into<String>, what: impl Into<String>) -> Problem {
        Problem { path: path.into(), what: what.into(), hides_bytes: false, is_refused: false }
    }

    /// All bytes are counted, but AWS could not unpack this, or not to where it was meant to go.
    pub fn refused(path: impl Into<String>, what: impl Into<String>) -> Problem {
        Problem { is_refused: true, ..Problem::unclear(path, what) }
    }
}
