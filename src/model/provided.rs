//! What the managed runtimes hold already, from `assets/provided.toml`. Shown, never applied by itself.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::package::PackageKey;
use super::plan::Reason;
use super::target::{Runtime, Target};

/// Distributions that a family of runtimes holds.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provided {
    /// Their keys.
    pub packages: Vec<PackageKey>,
    /// Whether they leave together or not at all.
    pub together: bool,
    /// How it is known.
    pub source: String,
}

static PROVIDED: LazyLock<BTreeMap<String, Vec<Provided>>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/provided.toml")).expect("assets/provided.toml is compiled in and tested")
});

/// The group of distributions with `key` that the runtime holds; `None`: it is not known to hold it.
pub fn provided_by_runtime(runtime: &Runtime, key: &PackageKey) -> Option<&'static Provided> {
    runtime.python_version()?;
    PROVIDED.get("python")?.iter().find(|group| group.packages.contains(key))
}

/// Why somebody may have left a package out who gave no reason: the runtime holds it, or nobody knows.
pub fn likely_reason(target: &Target, key: &PackageKey) -> Reason {
    match target.runtime.as_ref().and_then(|runtime| provided_by_runtime(runtime, key)) {
        Some(_) => Reason::ProvidedBy("runtime".to_owned()),
        None => Reason::Because("no reason given".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn python_runtimes_hold_the_sdk() {
        let held = |runtime: &str, key: &str| provided_by_runtime(&runtime.parse().unwrap(), &PackageKey::new(key));
        assert!(held("python3.10", "botocore").is_some_and(|group| group.together));
        assert!(held("python3.10", "numpy").is_none());
        assert!(held("provided.al2023", "boto3").is_none());
    }
}
