//! What must move together: packages that share a regular Python package, the second half of which would not be found
//! in another place of the search path, and a distribution with the folder of native libraries beside it, which its
//! modules look for there. Namespace packages (PEP 420) may be split and bind nobody. What is nested in a regular
//! package lies in it, whoever owns it, and so moves with it.

use std::collections::{BTreeMap, BTreeSet};

use super::key::normalised;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::package::{Package, PackageIndex, Unit};

/// Packages that a folder binds together.
struct Group {
    members: BTreeSet<PackageIndex>,
    shared: Vec<String>,
    siblings: Vec<String>,
}

/// All units of more than one package.
pub fn find(listing: &Listing, packages: &[Package], owners: &[Option<PackageIndex>]) -> Vec<Unit> {
    let shared = sharers(listing, packages, owners).into_iter().map(|(folder, members)| Group {
        members,
        shared: vec![listing.shown_path(folder)],
        siblings: Vec::new(),
    });
    let siblings = siblings(listing, packages, owners).into_iter().map(|(folder, members)| Group {
        members,
        shared: Vec::new(),
        siblings: vec![listing.shown_path(folder)],
    });
    let several = shared.chain(siblings).filter(|group| group.members.len() > 1);
    several.fold(Vec::new(), joined).into_iter().map(unit).collect()
}

/// Groups with a member in common are one.
fn joined(groups: Vec<Group>, mut group: Group) -> Vec<Group> {
    let (touched, mut apart): (Vec<Group>, Vec<Group>) =
        groups.into_iter().partition(|other| !other.members.is_disjoint(&group.members));
    for other in touched.into_iter().rev() {
        group.members.extend(other.members);
        group.shared.splice(0..0, other.shared);
        group.siblings.splice(0..0, other.siblings);
    }
    apart.push(group);
    apart
}

fn unit(group: Group) -> Unit {
    let phrase = |one: &str, several: &str, folders: &[String]| {
        let quoted: Vec<String> = folders.iter().map(|folder| format!("\"{folder}\"")).collect();
        let words = if quoted.len() == 1 { one } else { several };
        (!quoted.is_empty()).then(|| format!("{words} {}", quoted.join(", ")))
    };
    let reasons = [
        phrase("share the regular package", "share the regular packages", &group.shared),
        phrase("keep native libraries in", "keep native libraries in", &group.siblings),
    ];
    let because = reasons.into_iter().flatten().collect::<Vec<_>>().join(" and ");
    Unit { members: group.members.into_iter().collect(), because }
}

/// Each `NAME.libs` beside the distribution NAME, with the distribution and whoever owns what lies there.
fn siblings(
    listing: &Listing,
    packages: &[Package],
    owners: &[Option<PackageIndex>],
) -> BTreeMap<EntryId, BTreeSet<PackageIndex>> {
    let is_folder = |&entry: &EntryId| listing.kind(entry) == EntryKind::Directory;
    let name = |entry: EntryId| {
        let name = std::str::from_utf8(listing.name(entry)).ok()?;
        Some(normalised(name.strip_suffix(".libs")?))
    };
    let mut distributions: BTreeMap<(EntryId, &str), Vec<PackageIndex>> = BTreeMap::new();
    for (index, package) in (0..).map(PackageIndex).zip(packages).filter(|(_, package)| package.distribution.is_some())
    {
        let name = package.key.as_str().split('@').next().unwrap_or_default();
        distributions.entry((package.root, name)).or_default().push(index);
    }
    let folders = listing.entries().skip(1).filter(is_folder).filter_map(|folder| Some((folder, name(folder)?)));
    let bound = folders.filter_map(|(folder, name)| {
        let beside = distributions.get(&(listing.parent(folder), name.as_str()))?;
        let inside = listing.subtree(folder).filter_map(|entry| owners[entry.0 as usize]);
        Some((folder, inside.chain(beside.iter().copied()).collect()))
    });
    bound.collect()
}

/// The owners of what lies in each regular package that is the topmost of its branch.
fn sharers(
    listing: &Listing,
    packages: &[Package],
    owners: &[Option<PackageIndex>],
) -> BTreeMap<EntryId, BTreeSet<PackageIndex>> {
    let roots: BTreeSet<EntryId> =
        packages.iter().filter(|package| package.distribution.is_some()).map(|package| package.root).collect();
    let is_regular = regular_folders(listing);
    // For each directory, the topmost regular package that it is or lies in.
    let mut inside: Vec<Option<EntryId>> = vec![None; listing.len()];
    let mut sharers: BTreeMap<EntryId, BTreeSet<PackageIndex>> = BTreeMap::new();
    for entry in listing.entries().skip(1) {
        let above = inside[listing.parent(entry).0 as usize];
        if listing.kind(entry) == EntryKind::Directory {
            let is_root = roots.contains(&entry);
            let own = (is_regular[entry.0 as usize] && !is_root).then_some(entry);
            inside[entry.0 as usize] = if is_root { None } else { above.or(own) };
        } else if let (Some(folder), Some(owner)) = (above, owners[entry.0 as usize]) {
            sharers.entry(folder).or_default().insert(owner);
        }
    }
    sharers
}

fn regular_folders(listing: &Listing) -> Vec<bool> {
    let mut is_regular = vec![false; listing.len()];
    for entry in listing.entries().filter(|&entry| listing.kind(entry) != EntryKind::Directory) {
        if matches!(listing.name(entry), b"__init__.py" | b"__init__.pyc") {
            is_regular[listing.parent(entry).0 as usize] = true;
        }
    }
    is_regular
}
