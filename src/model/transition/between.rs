//! The code of one state with the layers of another: what it comes to, and what it lacks.

use super::{Half, State};
use crate::model::bytes::{Amount, Bytes};
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;
use crate::model::provided::provided_by_runtime;

/// What runs between two calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between {
    /// What the code weighs.
    pub code: Amount,
    /// What the layers weigh.
    pub layers: Amount,
    /// How many of these bytes are of packages whose size is only a lower bound.
    pub unsure: Bytes,
    /// What the code had in its own state and has not here.
    pub missing: Vec<PackageKey>,
}

impl Between {
    /// What function and layers come to.
    pub fn joint(&self) -> Amount {
        self.code + self.layers
    }

    /// Whether nothing is known to be wrong with it.
    pub fn is_good(&self) -> bool {
        self.missing.is_empty() && !LIMITS.unzipped.is_reached_by(self.joint().bytes)
    }

    /// Whether it fits even if what is unsure is twice what is known of it, and lacks nothing.
    pub fn is_safe(&self) -> bool {
        self.missing.is_empty() && !LIMITS.unzipped.is_reached_by(self.joint().bytes + self.unsure)
    }
}

/// What it comes to when `code` runs with the layers of `configuration`.
pub fn between(code: &State, configuration: &State) -> Between {
    let is_there = |key: &PackageKey| {
        code.has(key, |half| half == Half::Code)
            || configuration.has(key, |half| half != Half::Code)
            || configuration.provides.contains(key)
            || configuration.target.runtime.as_ref().is_some_and(|it| provided_by_runtime(it, key).is_some())
    };
    let had = code.packages.keys().chain(&code.provides);
    let mut missing: Vec<PackageKey> = had.filter(|key| !is_there(key)).cloned().collect();
    missing.sort();
    missing.dedup();
    Between {
        code: code.code(),
        layers: configuration.layers(),
        unsure: code.unsure(Half::Code) + configuration.unsure(Half::Layers),
        missing,
    }
}
