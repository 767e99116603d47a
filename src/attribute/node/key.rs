//! Keys: how Node packages are named in plans, each name once.

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::attribute::key::unique;
use crate::model::entry::EntryId;
use crate::model::listing::Listing;
use crate::model::node::NodePackage;
use crate::model::package::PackageKey;

/// A key for each package, in their order: `npm:semver`. Where a name occurs more than once, the one that the user's own
/// code would find keeps the plain name; the others are told by the package that they are nested in, `npm:semver@eslint`,
/// by their version in a store, or by the folder that holds their `node_modules`.
pub fn of_packages(listing: &Listing, packages: &[NodePackage]) -> Vec<PackageKey> {
    let by_folder: HashMap<EntryId, usize> =
        packages.iter().enumerate().map(|(index, package)| (package.folder, index)).collect();
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, package) in packages.iter().enumerate() {
        groups.entry(&package.name).or_default().push(index);
    }
    let mut keys = vec![PackageKey::new(""); packages.len()];
    let mut taken = HashSet::new();
    for (name, mut group) in groups {
        if group.len() > 1 {
            group.sort_by_cached_key(|&index| standing(listing, &packages[index]));
        }
        for (place, &index) in group.iter().enumerate() {
            let other =
                if place == 0 { String::new() } else { format!("@{}", place_of(listing, packages, &by_folder, index)) };
            keys[index] = PackageKey::new(&unique(format!("npm:{name}{other}"), &mut taken));
        }
    }
    keys
}

/// What a `require` of the user's own code would find stands first: nearest to the bundle's own folder, not nested, and
/// of a store what is linked beside it.
fn standing(listing: &Listing, package: &NodePackage) -> (usize, usize, bool, EntryId) {
    let in_view = |&link: &EntryId| {
        let above = listing.parent(link);
        let folder = if listing.name(above).starts_with(b"@") { listing.parent(above) } else { above };
        listing.name(folder) == b"node_modules" && listing.parent(folder) == package.root
    };
    let is_hidden = package.store.is_some() && !package.links.iter().any(in_view);
    let depth = listing.depth(package.folder);
    (listing.depth(package.root), if package.store.is_some() { 0 } else { depth }, is_hidden, package.folder)
}

fn place_of(listing: &Listing, packages: &[NodePackage], by_folder: &HashMap<EntryId, usize>, index: usize) -> String {
    let package = &packages[index];
    if package.store.is_some() {
        return package.version.clone().unwrap_or_else(|| "no version".to_owned());
    }
    let mut around: Vec<String> = Vec::new();
    let mut at = package.inside;
    while let Some(&holder) = at.and_then(|folder| by_folder.get(&folder)) {
        around.push(packages[holder].name.clone());
        at = packages[holder].inside;
    }
    if around.is_empty() || package.root != EntryId::ROOT {
        around.push(listing.shown_path(package.root));
    }
    around.reverse();
    around.join("/")
}
