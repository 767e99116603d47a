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
    /// Their keys; one that ends with `*` stands for all that begin so.
    pub packages: Vec<PackageKey>,
    /// The modules that Python distributions have.
    #[serde(default)]
    pub modules: Vec<String>,
    /// The first version of the language whose runtime holds them; `None`: all do, up to the last.
    #[serde(default)]
    pub since: Option<u16>,
    /// The last one.
    #[serde(default)]
    pub until: Option<u16>,
    /// Whether they leave together or not at all.
    pub together: bool,
    /// How it is known.
    pub source: String,
}

impl Provided {
    /// Whether it holds what has that key. What a name has behind an `@` is another copy, which its asker brought.
    pub fn holds(&self, key: &PackageKey) -> bool {
        let is_it = |held: &PackageKey| match held.as_str().strip_suffix('*') {
            Some(start) => key.as_str().starts_with(start) && key.name() == key.as_str(),
            None => held == key,
        };
        self.packages.iter().any(is_it)
    }

    fn is_in(&self, version: u16) -> bool {
        self.since.is_none_or(|since| since <= version) && self.until.is_none_or(|until| version <= until)
    }
}

static PROVIDED: LazyLock<BTreeMap<String, Vec<Provided>>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/provided.toml")).expect("assets/provided.toml is compiled in and tested")
});

/// The group of distributions with `key` that the runtime holds; `None`: it is not known to hold it.
pub fn provided_by_runtime(runtime: &Runtime, key: &PackageKey) -> Option<&'static Provided> {
    let (family, version) = match (runtime.python_version(), runtime.node_version()) {
        (Some((_, minor)), _) => ("python", minor.into()),
        (None, Some(version)) => ("nodejs", version),
        (None, None) => return None,
    };
    PROVIDED.get(family)?.iter().find(|group| group.is_in(version) && group.holds(key))
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
        let groups = &PROVIDED["python"];
        assert!(!groups.is_empty() && groups.iter().all(|it| it.packages.len() == it.modules.len()));
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

    #[test]
    fn node_runtimes_hold_one_of_the_sdks() {
        let held =
            |runtime: &str, key: &str| provided_by_runtime(&runtime.parse().unwrap(), &PackageKey::new(key)).is_some();
        assert!(held("nodejs18.x", "npm:@aws-sdk/client-s3") && !held("nodejs18.x", "npm:aws-sdk"));
        assert!(held("nodejs16.x", "npm:aws-sdk") && !held("nodejs16.x", "npm:@aws-sdk/client-s3"));
        assert!(!held("nodejs22.x", "npm:@aws-sdk/types@a"), "a copy that is nested is its asker's");
        assert!(!held("nodejs22.x", "npm:@smithy/types") && !held("python3.13", "npm:@aws-sdk/client-s3"));
    }
}
