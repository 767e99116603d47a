//! What must move together: packages that share a regular Python package, the second half of which would not be found
//! in another place of the search path. Namespace packages (PEP 420) may be split and bind nobody.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::owners::Owners;
use crate::model::package::{Ecosystem, Package, PackageIndex, Unit};

/// All units of more than one package.
pub fn find(listing: &Listing, packages: &[Package], owners: &Owners) -> Vec<Unit> {
    let shared = sharers(listing, packages, owners).into_iter().filter(|(_, sharers)| sharers.len() > 1);
    let mut groups: Vec<(BTreeSet<PackageIndex>, Vec<String>)> = Vec::new();
    for (folder, sharers) in shared {
        let mut group = (sharers, vec![listing.shown_path(folder)]);
        let (joined, apart) = groups.into_iter().partition(|(members, _)| !members.is_disjoint(&group.0));
        groups = apart;
        let joined: Vec<(BTreeSet<PackageIndex>, Vec<String>)> = joined;
        for (members, folders) in joined {
            group.0.extend(members);
            group.1.splice(0..0, folders);
        }
        groups.push(group);
    }
    groups.into_iter().map(|(members, folders)| unit(members, &folders)).collect()
}

fn unit(members: BTreeSet<PackageIndex>, folders: &[String]) -> Unit {
    let quoted: Vec<String> = folders.iter().map(|folder| format!("\"{folder}\"")).collect();
    let because = match quoted.as_slice() {
        [only] => format!("share the regular package {only}"),
        several => format!("share the regular packages {}", several.join(", ")),
    };
    Unit { members: members.into_iter().collect(), because }
}

/// The owners of what lies in each regular package that is the topmost of its branch.
fn sharers(listing: &Listing, packages: &[Package], owners: &Owners) -> BTreeMap<EntryId, BTreeSet<PackageIndex>> {
    let roots: BTreeSet<EntryId> =
        packages.iter().filter(|package| package.ecosystem == Ecosystem::Python).map(|package| package.root).collect();
    let is_regular = regular_folders(listing);
    if !is_regular.contains(&true) {
        return BTreeMap::new();
    }
    // What another language finds in a folder of Python's is not imported from there.
    let is_imported = |owner: &PackageIndex| !packages[owner.0 as usize].ecosystem.stays_in_place();
    // For each directory, the topmost regular package that it is or lies in.
    let mut inside: Vec<Option<EntryId>> = vec![None; listing.len()];
    let mut sharers: BTreeMap<EntryId, BTreeSet<PackageIndex>> = BTreeMap::new();
    for entry in listing.entries().skip(1) {
        let above = inside[listing.parent(entry).0 as usize];
        if listing.kind(entry) == EntryKind::Directory {
            let is_root = roots.contains(&entry);
            let own = (is_regular[entry.0 as usize] && !is_root).then_some(entry);
            inside[entry.0 as usize] = if is_root { None } else { above.or(own) };
        } else if let (Some(folder), Some(owner)) = (above, owners.get(entry).filter(is_imported)) {
            sharers.entry(folder).or_default().insert(owner);
        }
    }
    sharers
}

fn regular_folders(listing: &Listing) -> Vec<bool> {
    let mut is_regular = vec![false; listing.len()];
    let files = listing.ending_with(b"__init__.py").chain(listing.ending_with(b"__init__.pyc"));
    for entry in files.filter(|&entry| listing.kind(entry) != EntryKind::Directory) {
        if matches!(listing.name(entry), b"__init__.py" | b"__init__.pyc") {
            is_regular[listing.parent(entry).0 as usize] = true;
        }
    }
    is_regular
}
