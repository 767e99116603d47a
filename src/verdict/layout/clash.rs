//! Files of the same path in one tree, and one package twice in it: layers merge file by file, and the last wins.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Case;
use super::super::deployed::{Deployed, Placed, Tree};
use super::super::ruling::{Ruling, named, note, warning};
use crate::model::bucket::{Bucket, LayerName};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::Finding;
use crate::model::package::{PackageIndex, PackageKey};

const MERGE: &str = "Lambda Developer Guide: layers are merged in their order, and of the same file the last is used";

/// The same path from two places of the bundle, and packages that somebody else's layer holds too.
pub(in super::super) fn clash(case: &Case<'_>) -> Ruling {
    Ruling::of(own(case).into_iter().chain(foreign(case)))
}

/// Two files of the bundle can only meet where packages come from several folders of it.
fn own(case: &Case<'_>) -> Option<Finding> {
    let deployed = Deployed::new(case);
    if deployed.is_one_root() {
        return None;
    }
    let mut places: BTreeMap<(Tree, &str, Vec<u8>), Vec<Placed>> = BTreeMap::new();
    for placed in deployed.all() {
        let place = (placed.tree, deployed.folder(placed), deployed.path(placed));
        places.entry(place).or_default().push(placed);
    }
    let differ = |placed: &[Placed]| placed.windows(2).any(|pair| !is_same(case, pair[0].entry, pair[1].entry));
    let clashing: Vec<(&Vec<u8>, &Vec<Placed>)> = places
        .iter()
        .filter(|(_, placed)| placed.len() > 1 && differ(placed))
        .map(|((_, _, path), placed)| (path, placed))
        .collect();
    let (path, placed) = clashing.first()?;
    let winner = winner(case, &deployed, placed)?;
    let message = format!(
        "{} at the same place in one tree, such as {}; that of {} wins",
        if clashing.len() == 1 { "2 files lie".to_owned() } else { format!("files of {} paths lie", clashing.len()) },
        crate::model::escape::printable(path),
        deployed.key(winner)
    );
    let packages = deployed.keys(clashing.iter().flat_map(|(_, placed)| placed.iter().map(|placed| placed.owner)));
    let buckets = packages.iter().map(|key| case.plan.bucket_of(key)).collect::<BTreeSet<_>>().into_iter().collect();
    Some(Finding { packages, buckets, source: MERGE.to_owned(), ..warning(message, "leave one of them out") })
}

/// Told by length and by what RECORD states; anything else counts as different.
fn is_same(case: &Case<'_>, one: EntryId, other: EntryId) -> bool {
    let listing = &case.bundle.listing;
    let stated = |entry: EntryId| {
        let owner = case.bundle.owner(entry)?;
        case.bundle.distribution(case.bundle.package(owner))?.digests.get(&entry)
    };
    let is_empty = listing.length(one).0 == 0;
    listing.length(one) == listing.length(other)
        && (is_empty || (stated(one).is_some() && stated(one) == stated(other)))
}

/// The last layer wins; within one bucket, what stands last in the bundle.
fn winner(case: &Case<'_>, deployed: &Deployed<'_>, placed: &[Placed]) -> Option<PackageIndex> {
    let order = |owner: PackageIndex| match deployed.bucket(owner) {
        Bucket::Layer(name) => case.plan.layers().iter().position(|layer| layer.name == *name),
        _ => None,
    };
    placed.iter().max_by_key(|placed| (order(placed.owner), placed.entry)).map(|placed| placed.owner)
}

/// Packages that a declared layer holds and the bundle deploys as well.
fn foreign(case: &Case<'_>) -> Vec<Finding> {
    let layers = case.plan.layers().iter().filter_map(|layer| Some((&layer.name, layer.foreign()?)));
    let twice = layers.flat_map(|(name, foreign)| {
        let deployed = |key: &PackageKey| case.bundle.find(key).is_some();
        let keys = foreign.provides.iter().map(|key| PackageKey::new(key)).filter(deployed);
        keys.filter_map(|key| held_twice(case, name, key)).collect::<Vec<_>>()
    });
    twice.collect()
}

fn held_twice(case: &Case<'_>, layer: &LayerName, key: PackageKey) -> Option<Finding> {
    let bucket = case.plan.bucket_of(&key);
    let finding = match Tree::of(&bucket)? {
        Tree::Layers => warning(
            format!("{key} lies in {bucket} and in layer {layer} too: their files are mixed, and the later layer wins"),
            format!("leave {key} out as provided by {layer}, or take the layer away"),
        ),
        Tree::Function => note(
            format!("{key} lies in the function and in layer {layer} too; the function's is used"),
            format!("leave {key} out as provided by {layer} if its version does"),
        ),
        Tree::Efs => note(
            format!("{key} lies on EFS and in layer {layer} too; the order in PYTHONPATH decides which is used"),
            format!("leave {key} out as provided by {layer} if its version does"),
        ),
    };
    Some(Finding {
        packages: vec![key],
        buckets: vec![bucket, Bucket::Layer(layer.clone())],
        source: MERGE.to_owned(),
        ..finding
    })
}

/// Two metadata folders of one package in one tree: an installer ran twice into one folder.
pub(in super::super) fn versions(case: &Case<'_>) -> Ruling {
    let deployed = Deployed::new(case);
    let mut found: BTreeMap<(Tree, String), Vec<PackageIndex>> = BTreeMap::new();
    for (index, package) in case.bundle.indexed() {
        let Some(distribution) = case.bundle.distribution(package) else { continue };
        let is_there =
            case.bundle.listing.subtree(distribution.metadata).any(|entry| {
                case.bundle.listing.kind(entry) != EntryKind::Directory && deployed.place(entry).is_some()
            });
        if let Some(tree) = Tree::of(deployed.bucket(index)).filter(|_| is_there) {
            // Judged as it is, a zip's folders are no one tree.
            let folder = case.bundle.listing.parent(distribution.metadata);
            let place = if deployed.root(index) == distribution.root { EntryId::ROOT } else { folder };
            found.entry((tree, format!("{} {}", normalised(&distribution.name), place.0))).or_default().push(index);
        }
    }
    let twice = found.into_iter().filter(|(_, indices)| indices.len() > 1);
    Ruling::of(twice.map(|((tree, _), indices)| {
        let titles: Vec<String> = indices.iter().map(|&index| case.bundle.package(index).title()).collect();
        let message = format!("{} lie in {tree}: two versions of one package, with their files mixed", named(&titles));
        let cure = "empty the build folder and install anew: pip install -t leaves older versions behind";
        Finding { packages: deployed.keys(indices), ..warning(message, cure) }
    }))
}

fn normalised(name: &str) -> String {
    let parts: Vec<&str> = name.split(['-', '_', '.']).filter(|part| !part.is_empty()).collect();
    parts.join("-").to_ascii_lowercase()
}
