//! What of a `node_modules` moves together: what is nested in each other, and everything of one pnpm store with the links
//! that lead into it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::entry::EntryId;
use crate::model::facts::Facts;
use crate::model::listing::Listing;
use crate::model::package::{Ecosystem, Package, PackageIndex, Unit};

/// All units of more than one package.
pub fn find(listing: &Listing, facts: &Facts, packages: &[Package]) -> Vec<Unit> {
    let nested: BTreeMap<EntryId, EntryId> =
        facts.node.iter().filter_map(|package| Some((package.folder, package.inside?))).collect();
    let mut groups: BTreeMap<EntryId, BTreeSet<PackageIndex>> = BTreeMap::new();
    for (index, package) in (0..).map(PackageIndex).zip(packages) {
        let facts = package.facts.filter(|_| package.ecosystem == Ecosystem::Node).and_then(|at| facts.node.get(at));
        let Some(found) = facts else { continue };
        let outermost = std::iter::successors(Some(found.folder), |folder| nested.get(folder).copied()).last();
        groups.entry(found.store.or(outermost).unwrap_or(found.folder)).or_default().insert(index);
    }
    let several = groups.into_iter().filter(|(_, members)| members.len() > 1);
    several.map(|(folder, members)| unit(listing, folder, members)).collect()
}

fn unit(listing: &Listing, folder: EntryId, members: BTreeSet<PackageIndex>) -> Unit {
    let because = format!("lie in one folder, \"{}\"", listing.shown_path(folder));
    Unit { members: members.into_iter().collect(), because }
}
