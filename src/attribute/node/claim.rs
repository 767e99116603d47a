//! Who owns what of a `node_modules`: each file the innermost package that it lies in, each link the package it leads to.

use std::borrow::Cow;

use rayon::prelude::*;

use super::key;
use crate::attribute::digest;
use crate::attribute::owners::Claims;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::Facts;
use crate::model::listing::Listing;
use crate::model::node::NodePackage;
use crate::model::package::{Ecosystem, Package, PackageIndex};

/// The packages of the facts, not yet weighed, in their order.
pub fn packages(listing: &Listing, facts: &Facts) -> Vec<Package> {
    let digest = |found: &NodePackage| found.integrity.as_deref().map(digest::of_whole);
    let (keys, digests) = rayon::join(
        || key::of_packages(listing, &facts.node),
        || facts.node.par_iter().map(digest).collect::<Vec<Option<String>>>(),
    );
    let package = |(index, ((found, key), digest)): (usize, ((&NodePackage, _), _))| Package {
        key,
        ecosystem: Ecosystem::Node,
        version: found.version.clone(),
        root: found.root,
        layer_folder: layer_folder(listing, found.root),
        facts: Some(index),
        tops: Vec::new(),
        digest,
        classes: Box::default(),
    };
    facts.node.par_iter().zip(keys).zip(digests).enumerate().map(package).collect()
}

/// `nodejs/`; what was built for one Node's folder of a layer stays in that, `nodejs/node22/`.
fn layer_folder(listing: &Listing, root: EntryId) -> Cow<'static, str> {
    let usual = Ecosystem::Node.layer_folder();
    let name = String::from_utf8_lossy(listing.name(root));
    let is_version =
        name.strip_prefix("node").is_some_and(|it| !it.is_empty() && it.bytes().all(|it| it.is_ascii_digit()));
    if is_version && listing.name(listing.parent(root)) == b"nodejs" {
        format!("{usual}{name}/").into()
    } else {
        usual.into()
    }
}

/// Gives packages what is theirs and nobody else's yet; they are numbered from `first` on.
pub fn take(claims: &mut Claims<'_>, packages: &[NodePackage], first: u32) {
    let listing = claims.lookup.listing;
    let index = |place: usize| PackageIndex(first + place as u32);
    for (place, package) in packages.iter().enumerate() {
        for &link in &package.links {
            if (link.0 as usize) < listing.len() && claims.owners.get(link).is_none() {
                claims.owners.set(link, Some(index(place)));
            }
        }
    }
    // Nested packages stand behind those that they are nested in, so from the end the innermost come first.
    for (place, package) in packages.iter().enumerate().rev() {
        if is_folder(listing, package.folder) {
            claims.give(package.folder, index(place));
        }
    }
}

/// Facts of a recording may name entries that its listing lacks.
fn is_folder(listing: &Listing, entry: EntryId) -> bool {
    (entry.0 as usize) < listing.len() && listing.kind(entry) == EntryKind::Directory
}
