//! What a plan says about its checks: how bad each rule's findings are, how much may grow, what nobody may bring in, and
//! what is known and accepted.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::bytes::Bytes;
use super::finding::Severity;
use super::package::PackageKey;

/// What `check` is to hold.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckOptions {
    /// A budget used beyond this many percent is a warning.
    pub warn_at_percent: u8,
    /// How much packages may grow against the lock.
    pub growth: Option<Growth>,
    /// What it means when the bundle has a package that the lock lacks.
    pub unplanned_package: Option<Severity>,
    /// Packages that fit leaves where they are.
    pub pinned: Vec<PackageKey>,
    /// Packages that are not to be deployed.
    pub restricted: Vec<Restricted>,
    /// Findings that are known and accepted.
    pub ignore: Vec<Ignore>,
    /// How bad the findings of a rule are, by its id; `None`: the rule is off. What is not named is as bad as the rule
    /// itself says.
    pub rules: BTreeMap<String, Option<Severity>>,
}

impl Default for CheckOptions {
    fn default() -> CheckOptions {
        CheckOptions {
            warn_at_percent: 90,
            growth: None,
            unplanned_package: Some(Severity::Warning),
            pinned: Vec::new(),
            restricted: Vec::new(),
            ignore: Vec::new(),
            rules: BTreeMap::new(),
        }
    }
}

/// Growth that is too much: more than both.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Growth {
    /// Of the size in the lock.
    pub percent: u32,
    /// And at least this much.
    pub at_least: Bytes,
    /// What it means; `None`: nothing.
    pub severity: Option<Severity>,
}

/// A package that is not to be deployed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restricted {
    /// Its key; a `*` stands for any letters, as in `nvidia-*`.
    pub package: String,
    /// Why.
    pub because: String,
    /// What to take in its place.
    pub instead: Option<String>,
}

impl Restricted {
    /// Whether a package is meant. `torch` means `torch@vendor` as well: it is the same thing in another place.
    pub fn means(&self, key: &PackageKey) -> bool {
        let name = key.as_str();
        let without_place = name.rsplit_once('@').map_or(name, |(name, _)| name);
        let pattern = normal(&self.package);
        fits(&pattern, name) || fits(&pattern, without_place)
    }
}

/// Distributions are named in many ways and have one key: `Scikit_Learn` is `scikit-learn`. A key with a colon is of
/// another kind and is taken as it is.
fn normal(pattern: &str) -> Cow<'_, str> {
    match pattern.contains(':') {
        true => Cow::Borrowed(pattern),
        false => Cow::Owned(pattern.to_ascii_lowercase().replace(['_', '.'], "-")),
    }
}

/// Whether a text is what a pattern says, a `*` standing for any letters. The leftmost match of each part between two
/// stars leaves most room for the rest, so nothing needs to be tried twice.
fn fits(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let Some(last) = parts.next_back() else { return rest.is_empty() };
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// A finding that is known and accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ignore {
    /// The finding's id.
    pub finding: String,
    /// For this package only.
    pub package: Option<PackageKey>,
    /// Why it is accepted.
    pub because: String,
    /// The last day on which it is, as `2027-01-31`.
    pub until: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_letters_and_a_place_does_not_hide_a_package() {
        let means = |pattern: &str, key: &str| {
            let package = pattern.to_owned();
            Restricted { package, because: String::new(), instead: None }.means(&PackageKey::new(key))
        };
        assert!(means("torch", "torch") && means("torch", "torch@vendor"));
        assert!(!means("torch", "torchvision") && !means("torch", "pytorch"));
        assert!(means("nvidia-*", "nvidia-cublas-cu12") && !means("nvidia-*", "nvidia"));
        assert!(means("*-stubs", "pandas-stubs") && means("npm:@aws-sdk/*", "npm:@aws-sdk/client-s3"));
        assert!(means("Scikit_Learn", "scikit-learn") && !means("file:A.py", "file:a.py"));
        assert!(means("a*b*b", "ab-b") && !means("a*b*b", "ab") && means("*", "anything"));
    }
}
