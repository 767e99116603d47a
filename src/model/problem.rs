//! Something that could not be read or understood, kept until the verdict words it as a finding.
//!
//! A problem is never a reason to stop: the rest is still judged, and what the problem hides is said.

use serde::{Deserialize, Serialize};

/// One thing that could not be read or resolved.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// What it is about: a path of the bundle, fit to print; empty for the bundle as a whole.
    pub path: String,
    /// What is wrong, as a phrase without a full stop.
    pub what: String,
    /// What that does to what is said of the bundle.
    pub harm: Harm,
}

/// What a problem does to what is said of a bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Harm {
    /// Bytes may be missing from the sums.
    HidesBytes,
    /// All bytes are counted, but something about them is not known.
    Unclear,
    /// All bytes are counted, but a file that has to be read cannot be, or is broken, so a verdict would be a guess.
    Unknown,
    /// AWS could not unpack this, or would not put it where it was meant to go.
    Refused,
    /// Two programs that unpack the archive may get different files out of it.
    Ambiguous,
    /// The archive holds bytes that belong to no entry.
    Surplus,
    /// Where the case or the accents of names do not count, one of several files is lost.
    Alike,
}

impl Problem {
    /// Bytes may be missing because of this.
    pub fn hidden(path: impl Into<String>, what: impl Into<String>) -> Problem {
        Problem::new(path, what, Harm::HidesBytes)
    }

    /// All bytes are counted, but something about them is not known.
    pub fn unclear(path: impl Into<String>, what: impl Into<String>) -> Problem {
        Problem::new(path, what, Harm::Unclear)
    }

    /// All bytes are counted; what is wrong has that consequence.
    pub fn new(path: impl Into<String>, what: impl Into<String>, harm: Harm) -> Problem {
        Problem { path: path.into(), what: what.into(), harm }
    }

    /// Whether bytes may be missing from the sums because of it.
    pub fn hides_bytes(&self) -> bool {
        self.harm == Harm::HidesBytes
    }
}
