//! Keys: how a distribution is named in plans, each name once.

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashSet};
use std::str::FromStr;

use pep440_rs::Version;

use crate::model::entry::EntryId;
use crate::model::facts::Distribution;
use crate::model::listing::Listing;
use crate::model::package::PackageKey;

/// A distribution's name as PEP 503 compares it: lower case, runs of `-`, `_` and `.` as one `-`. Characters that a
/// name cannot have become `-` as well, so that no name can pass for another kind of key.
pub fn normalised(name: &str) -> String {
    let mut key = String::with_capacity(name.len());
    for character in name.trim().chars() {
        if character.is_ascii_alphanumeric() {
            key.push(character.to_ascii_lowercase());
        } else if !key.ends_with('-') {
            key.push('-');
        }
    }
    key
}

/// A key for each distribution, in their order. The shallowest root keeps the plain name; the same name in another
/// root is told by the root's path, in the same root by its version.
pub fn of_distributions(listing: &Listing, distributions: &[Distribution]) -> Vec<PackageKey> {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (index, distribution) in distributions.iter().enumerate() {
        let name = Some(normalised(&distribution.name)).filter(|name| !name.is_empty());
        groups.entry(name.unwrap_or_else(|| "no-name".to_owned())).or_default().push(index);
    }
    let mut keys = vec![PackageKey::new(""); distributions.len()];
    let mut taken = HashSet::new();
    for (name, mut group) in groups {
        group.sort_by(|&one, &other| by_standing(listing, &distributions[one], &distributions[other]));
        let mut roots: Vec<EntryId> = Vec::new();
        for index in group {
            let found = &distributions[index];
            let text = text(listing, &name, found.root, found.version.as_deref(), &roots);
            roots.push(distributions[index].root);
            keys[index] = PackageKey::new(&unique(text, &mut taken));
        }
    }
    keys
}

fn by_standing(listing: &Listing, one: &Distribution, other: &Distribution) -> Ordering {
    let place = |distribution: &Distribution| (listing.depth(distribution.root), distribution.root);
    place(one)
        .cmp(&place(other))
        .then_with(|| version(other).cmp(&version(one)))
        .then(one.metadata.cmp(&other.metadata))
}

/// What is no version counts as older than any.
fn version(distribution: &Distribution) -> Option<Version> {
    distribution.version.as_deref().and_then(|text| Version::from_str(text).ok())
}

/// `numpy`, `numpy@vendor`, `numpy@1.23.5`, `numpy@vendor@1.23.5`, by the roots in which the name occurred before.
fn text(listing: &Listing, name: &str, root: EntryId, version: Option<&str>, roots: &[EntryId]) -> String {
    let mut text = name.to_owned();
    if roots.first().is_some_and(|&first| first != root) {
        text = format!("{text}@{}", listing.shown_path(root));
    }
    if roots.contains(&root) {
        text = format!("{text}@{}", version.unwrap_or("no version"));
    }
    text
}

/// Keys of packages that another ecosystem's installer put there: by name, root and version, told apart in the same way.
/// Of several in one root the first keeps the plain name.
pub fn of_named(listing: &Listing, named: &[(String, EntryId, Option<&str>)]) -> Vec<PackageKey> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (name, ..)) in named.iter().enumerate() {
        groups.entry(name).or_default().push(index);
    }
    let mut keys = vec![PackageKey::new(""); named.len()];
    let mut taken = HashSet::new();
    for (name, mut group) in groups {
        group.sort_by_key(|&index| (listing.depth(named[index].1), named[index].1, index));
        let mut roots: Vec<EntryId> = Vec::new();
        for index in group {
            let (_, root, version) = named[index];
            keys[index] = PackageKey::new(&unique(text(listing, name, root, version, &roots), &mut taken));
            roots.push(root);
        }
    }
    keys
}

/// Adds a number where a key is taken.
pub fn unique(text: String, taken: &mut HashSet<String>) -> String {
    let numbered = (2_u64..).map(|number| format!("{text}@{number}"));
    let free = std::iter::once(text.clone()).chain(numbered).find(|candidate| !taken.contains(candidate));
    let key = free.unwrap_or(text);
    taken.insert(key.clone());
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_as_pep_503_says() {
        assert_eq!(normalised("Scikit_Learn"), "scikit-learn");
        assert_eq!(normalised("zope..interface"), "zope-interface");
        assert_eq!(normalised("file:app.py"), "file-app-py", "no name passes for a file of the user");
    }
}
