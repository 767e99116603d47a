//! Python packages of one name in several trees: of a regular package one part is found, of a namespace all are.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, error, named};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::Finding;
use crate::model::package::PackageIndex;

/// The portions of one importable folder: where each lies, whether it is regular, whose it is.
#[derive(Default)]
struct Portions {
    trees: BTreeMap<Tree, bool>,
    folders: BTreeSet<EntryId>,
    owners: BTreeSet<PackageIndex>,
}

/// Packages split over trees that come from different folders of the bundle; a folder that two packages share is the
/// rule of units.
pub(in super::super) fn split(case: &Case<'_>) -> Ruling {
    let deployed = Deployed::new(case);
    if deployed.is_one_tree() || deployed.is_one_root() {
        return Ruling::passed();
    }
    let mut portions: BTreeMap<Vec<u8>, Portions> = BTreeMap::new();
    for placed in deployed.all() {
        let path = deployed.path(placed);
        let Some((name, file)) = top(&path) else { continue };
        if is_importable(name) {
            let found = portions.entry(name.to_vec()).or_default();
            *found.trees.entry(placed.tree).or_default() |= matches!(file, b"__init__.py" | b"__init__.pyc");
            found.folders.extend(folder(case, &deployed, placed.entry, placed.owner));
            found.owners.insert(placed.owner);
        }
    }
    let is_split =
        |found: &Portions| found.trees.len() > 1 && found.folders.len() > 1 && found.trees.values().any(|it| *it);
    Ruling::of(portions.into_iter().filter(|(_, found)| is_split(found)).map(|(name, found)| {
        let name = crate::model::escape::printable(&name);
        let trees: Vec<&Tree> = found.trees.keys().collect();
        let message = format!(
            "the package {name} lies in {}; it has an __init__.py, so Python finds one part of it alone",
            named(&trees)
        );
        let packages = deployed.keys(found.owners);
        Finding { packages, ..error(message, format!("put everything below {name}/ into one bucket")) }
    }))
}

/// `x` and `y/z.py` of `x/y/z.py`.
fn top(path: &[u8]) -> Option<(&[u8], &[u8])> {
    let slash = path.iter().position(|&byte| byte == b'/')?;
    Some((&path[..slash], &path[slash + 1..]))
}

fn is_importable(name: &[u8]) -> bool {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
    name.iter().all(is_word)
        && !name.first().is_some_and(u8::is_ascii_digit)
        && name != b"__pycache__"
        && name != b"bin"
}

/// The topmost folder of an entry below the root of its tree.
fn folder(case: &Case<'_>, deployed: &Deployed<'_>, entry: EntryId, owner: PackageIndex) -> Option<EntryId> {
    let listing = &case.bundle.listing;
    let root = deployed.root(owner);
    let mut at = entry;
    while listing.parent(at) != root && at != EntryId::ROOT {
        at = listing.parent(at);
    }
    (listing.kind(at) == EntryKind::Directory).then_some(at)
}
