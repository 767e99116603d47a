//! Libraries that native files look for beside themselves (`$ORIGIN/../numpy.libs`): they must lie there.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::super::Case;
use super::super::deployed::{Deployed, Placed, Tree};
use super::super::ruling::{Ruling, error, named, warning};
use crate::model::entry::EntryId;
use crate::model::facts::NativeFacts;
use crate::model::finding::Finding;
use crate::model::package::PackageIndex;

const SOURCE: &str = "the files' own run paths";

/// A native file that is there to be found: tree, folder, owner.
type Place = (Tree, Vec<u8>, PackageIndex);

/// Where each native file lies in its tree: folder and name.
struct Places<'a> {
    natives: Vec<(Placed, &'a NativeFacts, Vec<u8>)>,
    /// By name.
    by_name: BTreeMap<Vec<u8>, Vec<Place>>,
}

impl<'a> Places<'a> {
    fn new(case: &Case<'a>, deployed: &Deployed<'a>) -> Option<Places<'a>> {
        let listing = &case.bundle.listing;
        let mut places = Places { natives: Vec::new(), by_name: BTreeMap::new() };
        let known = |entry: &EntryId| (entry.0 as usize) < listing.len();
        let read = case.bundle.facts.natives.as_ref()?;
        let looked_for: HashSet<&[u8]> = read.values().flat_map(|facts| &facts.needed).map(String::as_bytes).collect();
        for (&entry, facts) in read.iter().filter(|(entry, _)| known(entry)) {
            let Some(placed) = deployed.place(entry) else { continue };
            if facts.run_path.is_empty() && !looked_for.contains(listing.name(entry)) {
                continue;
            }
            let path = deployed.path(placed);
            let folder = path.len().checked_sub(listing.name(entry).len() + 1).map_or(&b""[..], |end| &path[..end]);
            let by_name = places.by_name.entry(listing.name(entry).to_vec()).or_default();
            by_name.push((placed.tree, folder.to_vec(), placed.owner));
            places.natives.push((placed, facts, folder.to_vec()));
        }
        Some(places)
    }
}

/// Libraries that lie in the bundle, but not where they are looked for.
pub(in super::super) fn libraries(case: &Case<'_>) -> Ruling {
    let deployed = Deployed::new(case);
    let Some(places) = Places::new(case, &deployed) else { return Ruling::undecided("native files were not read") };
    let mut apart: BTreeMap<&str, BTreeSet<PackageIndex>> = BTreeMap::new();
    for (placed, facts, folder) in &places.natives {
        for library in &facts.needed {
            let Some(found) = places.by_name.get(library.as_bytes()) else { continue };
            if let Some(owner) = away(*placed, facts, folder, found) {
                apart.entry(library).or_default().extend([placed.owner, owner]);
            }
        }
    }
    if apart.is_empty() {
        return Ruling::passed();
    }
    let packages = deployed.keys(apart.values().flatten().copied());
    let libraries: Vec<&str> = apart.keys().copied().collect();
    let message = format!("{} will not be found: not where {} look for them", named(&libraries), named(&packages));
    let cure = "keep the folder of the libraries beside the package that needs it, in one bucket";
    let rescues = case.plan.function.environment.contains_key("LD_LIBRARY_PATH");
    let found = if rescues {
        warning(format!("{message}; LD_LIBRARY_PATH may lead there"), cure)
    } else {
        error(message, cure)
    };
    Finding { packages, source: SOURCE.to_owned(), ..found }.into()
}

/// The owner of a library that was meant to be beside, but is not. A library that no run path speaks of is loaded in
/// some way of its package's own.
fn away(placed: Placed, facts: &NativeFacts, folder: &[u8], found: &[Place]) -> Option<PackageIndex> {
    let sought: Vec<Vec<u8>> = facts.run_path.iter().filter_map(|path| resolve(folder, path)).collect();
    let on_path = |tree: Tree, place: &[u8]| tree == Tree::Function && (place.is_empty() || place == b"lib");
    let is_found = |(tree, place, _): &&Place| {
        on_path(*tree, place) || (*tree == placed.tree && (place == folder || sought.contains(place)))
    };
    let is_meant = |(_, place, _): &&Place| sought.iter().any(|path| last(path) == last(place));
    if found.iter().any(|it| is_found(&it)) {
        return None;
    }
    found.iter().find(is_meant).map(|(_, _, owner)| *owner)
}

fn last(path: &[u8]) -> &[u8] {
    path.rsplit(|&byte| byte == b'/').next().unwrap_or(path)
}

/// `$ORIGIN/../../numpy.libs` seen from a folder; `None` for absolute paths and for those that leave the tree.
fn resolve(folder: &[u8], run_path: &str) -> Option<Vec<u8>> {
    let rest = run_path.strip_prefix("$ORIGIN").or_else(|| run_path.strip_prefix("${ORIGIN}"))?;
    let mut parts: Vec<&[u8]> = folder.split(|&byte| byte == b'/').filter(|part| !part.is_empty()).collect();
    for part in rest.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." {
            parts.pop()?;
        } else {
            parts.push(part.as_bytes());
        }
    }
    Some(parts.join(&b'/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_paths_are_followed_from_where_the_file_lies() {
        assert_eq!(resolve(b"numpy/core", "$ORIGIN/../../numpy.libs").unwrap(), b"numpy.libs");
        assert_eq!(resolve(b"numpy.libs", "$ORIGIN").unwrap(), b"numpy.libs");
        assert_eq!(resolve(b"x", "${ORIGIN}/./lib").unwrap(), b"x/lib");
        assert_eq!(resolve(b"x", "$ORIGIN/../../.."), None);
        assert_eq!(resolve(b"x", "/usr/lib"), None);
    }
}
