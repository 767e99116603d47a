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
    /// The modules that they have.
    pub modules: Vec<String>,
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

/// The package of the runtime that has a module, by the module's name without what stands behind its first dot.
pub fn package_with(module: &str) -> Option<&'static PackageKey> {
    PROVIDED.get("python")?.iter().find_map(|group| {
        let place = group.modules.iter().position(|name| name == module)?;
        group.packages.get(place)
    })
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
    fn each_package_of_the_runtime_has_its_module() {
        let groups = PROVIDED.values().flatten();
        assert!(groups.clone().count() > 0 && groups.into_iter().all(|it| it.packages.len() == it.modules.len()));
        assert_eq!(package_with("dateutil").map(PackageKey::as_str), Some("python-dateutil"));
        assert_eq!(package_with("numpy"), None);
    }

    #[test]
    fn python_runtimes_hold_the_sdk() {
        let held = |runtime: &str, key: &str| provided_by_runtime(&runtime.parse().unwrap(), &PackageKey::new(key));
        assert!(held("python3.10", "botocore").is_some_and(|group| group.together));
        assert!(held("python3.10", "numpy").is_none());
        assert!(held("provided.al2023", "boto3").is_none());
    }
}
