//! The same thing twice: distributions, contents, and what a layer of somebody else holds already.

use std::collections::BTreeMap;

use super::bucket::LayerName;
use super::bundle::Bundle;
use super::bytes::{Bytes, Certainty};
use super::entry::{EntryId, EntryKind};
use super::package::{Package, PackageIndex};
use super::plan::Plan;

/// Smaller files are not worth a word: an empty `__init__.py` is in every package.
pub const SMALLEST_CONTENT: Bytes = Bytes(102_400);

/// What a bundle holds more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Duplicates {
    /// Distributions, most wasteful first.
    pub distributions: Vec<Repeated>,
    /// Contents, most wasteful first.
    pub contents: Vec<SameContent>,
}

/// One distribution, several times.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeated {
    /// Its name, normalised.
    pub name: String,
    /// Where it is, the one that stands first before the others.
    pub packages: Vec<PackageIndex>,
    /// Whether they are of different versions.
    pub versions_differ: bool,
    /// The bytes of all but the first.
    pub wasted: Bytes,
}

/// One content in several files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameContent {
    /// The files, in the order of the listing.
    pub entries: Vec<EntryId>,
    /// The length of each.
    pub length: Bytes,
    /// The bytes of all but one.
    pub wasted: Bytes,
    /// Exact where digests say so; an estimate where only name and length agree.
    pub certainty: Certainty,
}

impl Duplicates {
    /// Looks through a bundle. Contents count from [`SMALLEST_CONTENT`] on; nothing is read for it: digests are those
    /// that installers stated.
    pub fn of(bundle: &Bundle) -> Duplicates {
        Duplicates { distributions: distributions(bundle), contents: contents(bundle) }
    }

    /// What of it concerns a package: as one of several, or by a file that it owns.
    pub fn of_package(&self, bundle: &Bundle, package: PackageIndex) -> Duplicates {
        let owns = |same: &&SameContent| same.entries.iter().any(|&entry| bundle.owner(entry) == Some(package));
        Duplicates {
            distributions: self.distributions.iter().filter(|it| it.packages.contains(&package)).cloned().collect(),
            contents: self.contents.iter().filter(owns).cloned().collect(),
        }
    }
}

/// Packages of function and own layers that a layer of somebody else brings too, by what the plan says of it.
pub fn brought_by_layers<'a>(bundle: &Bundle, plan: &'a Plan) -> Vec<(PackageIndex, &'a LayerName)> {
    let foreign: Vec<_> = plan.layers().iter().filter_map(|layer| Some((&layer.name, layer.foreign()?))).collect();
    let brought_by = |package: &Package| {
        let name = distribution_name(package)?;
        let brings = |provides: &[String]| provides.iter().any(|provided| is_same_name(provided, name));
        foreign.iter().find(|(_, layer)| brings(&layer.provides)).map(|&(name, _)| name)
    };
    let deployed = bundle.indexed().filter(|(_, package)| plan.bucket_of(&package.key).is_joint());
    deployed.filter_map(|(index, package)| Some((index, brought_by(package)?))).collect()
}

/// The name that several packages may share, if somebody installed them.
fn distribution_name(package: &Package) -> Option<&str> {
    package.facts.map(|_| package.key.name())
}

/// Names as PEP 503 compares them; `name` is normalised already.
fn is_same_name(written: &str, name: &str) -> bool {
    let parts = |text: &str| {
        let parts = text.split(['-', '_', '.']).filter(|part| !part.is_empty());
        parts.map(str::to_ascii_lowercase).collect::<Vec<_>>()
    };
    parts(written) == parts(name)
}

fn distributions(bundle: &Bundle) -> Vec<Repeated> {
    let mut names: BTreeMap<&str, Vec<PackageIndex>> = BTreeMap::new();
    for (index, package) in bundle.indexed() {
        if let Some(name) = distribution_name(package) {
            names.entry(name).or_default().push(index);
        }
    }
    let several = names.into_iter().filter(|(_, packages)| packages.len() > 1);
    let mut repeated: Vec<Repeated> = several.map(|(name, packages)| repeated(bundle, name, packages)).collect();
    repeated.sort_by_key(|repeated| std::cmp::Reverse(repeated.wasted));
    repeated
}

fn repeated(bundle: &Bundle, name: &str, mut packages: Vec<PackageIndex>) -> Repeated {
    // The shorter the key, the earlier it stands: the others are told by place and version.
    packages.sort_by_key(|&index| (bundle.package(index).key.as_str().len(), index));
    let version = |index: &PackageIndex| bundle.package(*index).version.as_deref();
    Repeated {
        name: name.to_owned(),
        versions_differ: packages.iter().any(|index| version(index) != version(&packages[0])),
        wasted: packages[1..].iter().map(|&index| bundle.package(index).load().unzipped).sum(),
        packages,
    }
}

/// What two files must share to be one content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Trait<'a> {
    Digest(&'a str),
    Name(&'a [u8]),
}

fn contents(bundle: &Bundle) -> Vec<SameContent> {
    let listing = &bundle.listing;
    let digests = bundle.facts.distributions.iter().flat_map(|distribution| &distribution.digests);
    let digests: BTreeMap<EntryId, &str> = digests.map(|(&entry, digest)| (entry, digest.as_str())).collect();
    let is_large =
        |&entry: &EntryId| listing.kind(entry) == EntryKind::File && listing.length(entry) >= SMALLEST_CONTENT;
    let (told, untold): (Vec<EntryId>, Vec<EntryId>) =
        listing.entries().filter(is_large).partition(|entry| digests.contains_key(entry));
    let mut groups: BTreeMap<(Bytes, Trait<'_>), Vec<EntryId>> = BTreeMap::new();
    // Where a digest is known of one of two files only, name and length speak for the other.
    let mut by_name: BTreeMap<(Bytes, &[u8]), Trait<'_>> = BTreeMap::new();
    for entry in told {
        let (length, shared) = (listing.length(entry), Trait::Digest(digests[&entry]));
        by_name.entry((length, listing.name(entry))).or_insert(shared);
        groups.entry((length, shared)).or_default().push(entry);
    }
    for &entry in &untold {
        let place = (listing.length(entry), listing.name(entry));
        let shared = *by_name.entry(place).or_insert(Trait::Name(place.1));
        groups.entry((place.0, shared)).or_default().push(entry);
    }
    groups.values_mut().for_each(|entries| entries.sort_unstable());
    let is_told = |entries: &[EntryId]| entries.iter().all(|entry| digests.contains_key(entry));
    let several = groups.into_iter().filter(|(_, entries)| entries.len() > 1);
    let mut found: Vec<SameContent> = several
        .map(|((length, _), entries)| SameContent {
            length,
            wasted: entries.iter().skip(1).map(|_| length).sum(),
            certainty: if is_told(&entries) { Certainty::Exact } else { Certainty::Estimate },
            entries,
        })
        .collect();
    found.sort_by_key(|same| (std::cmp::Reverse(same.wasted), same.entries[0]));
    found
}
