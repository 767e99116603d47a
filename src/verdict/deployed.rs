//! Which files are deployed, and where they lie at run time: the places that rules about loading look at.

use std::collections::BTreeSet;
use std::fmt;

use super::Case;
use crate::model::bucket::Bucket;
use crate::model::cargo;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::Judged;
use crate::model::folders;
use crate::model::listing::Listing;
use crate::model::package::{Package, PackageIndex, PackageKey};
use crate::model::slim::Slim;

/// A folder tree of the search path. Layers merge into one; the trees never merge with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Tree {
    /// `/var/task`
    Function,
    /// `/opt/python`
    Layers,
    /// The mount path.
    Efs,
}

impl Tree {
    pub(super) fn of(bucket: &Bucket) -> Option<Tree> {
        match bucket {
            Bucket::Function => Some(Tree::Function),
            Bucket::Layer(_) => Some(Tree::Layers),
            Bucket::Efs => Some(Tree::Efs),
            Bucket::LeftOut => None,
        }
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Tree::Function => "the function",
            Tree::Layers => "the layers",
            Tree::Efs => "EFS",
        })
    }
}

/// The deployed part of a bundle.
pub(super) struct Deployed<'a> {
    case: Case<'a>,
    slim: Slim,
    /// Per package.
    buckets: Vec<Bucket>,
}

/// One deployed file or link.
#[derive(Clone, Copy)]
pub(super) struct Placed {
    pub entry: EntryId,
    pub owner: PackageIndex,
    pub tree: Tree,
}

impl<'a> Deployed<'a> {
    pub(super) fn new(case: &Case<'a>) -> Deployed<'a> {
        let buckets = case.bundle.packages().iter().map(|package| case.plan.bucket_of(&package.key)).collect();
        Deployed { case: *case, slim: cargo::slimming(case.plan), buckets }
    }

    /// The bundle's entries.
    pub(super) fn listing(&self) -> &'a Listing {
        &self.case.bundle.listing
    }

    /// Where an entry lies; `None` for directories and for what is not deployed.
    pub(super) fn place(&self, entry: EntryId) -> Option<Placed> {
        let owner = self.case.bundle.owner(entry)?;
        let tree = Tree::of(self.bucket(owner))?;
        let is_slimmed = !self.slim.is_empty() && cargo::leaves_out(self.case.bundle, &self.slim, entry);
        (!is_slimmed).then_some(Placed { entry, owner, tree })
    }

    /// Everything that is deployed.
    pub(super) fn all(&self) -> impl Iterator<Item = Placed> {
        let listing = &self.case.bundle.listing;
        listing
            .entries()
            .filter(|&entry| listing.kind(entry) != EntryKind::Directory)
            .filter_map(|entry| self.place(entry))
    }

    /// The bucket of a package.
    pub(super) fn bucket(&self, owner: PackageIndex) -> &Bucket {
        &self.buckets[owner.0 as usize]
    }

    pub(super) fn package(&self, owner: PackageIndex) -> &'a Package {
        self.case.bundle.package(owner)
    }

    pub(super) fn key(&self, owner: PackageIndex) -> &'a PackageKey {
        &self.package(owner).key
    }

    /// The folder of the bundle that becomes the root of the tree for a package. A zip as it is is not packed anew.
    pub(super) fn root(&self, owner: PackageIndex) -> EntryId {
        let is_in_function = *self.bucket(owner) == Bucket::Function;
        match self.case.judged {
            Judged::Zip => EntryId::ROOT,
            _ if is_in_function && folders::stays_in_place(self.case.plan, self.package(owner)) => EntryId::ROOT,
            _ => self.package(owner).root,
        }
    }

    /// The folder of the bundle that an entry lies in.
    pub(super) fn parent(&self, entry: EntryId) -> EntryId {
        self.case.bundle.listing.parent(entry)
    }

    /// The roots of all packages in a tree.
    pub(super) fn roots(&self, tree: Tree) -> BTreeSet<EntryId> {
        let owners = self.case.bundle.indexed().map(|(owner, _)| owner);
        owners.filter(|&owner| Tree::of(self.bucket(owner)) == Some(tree)).map(|owner| self.root(owner)).collect()
    }

    /// Whether all that is deployed lies in one tree.
    pub(super) fn is_one_tree(&self) -> bool {
        self.buckets.iter().filter_map(Tree::of).collect::<BTreeSet<Tree>>().len() < 2
    }

    /// Whether all packages come from one folder of the bundle, so that no two of their files can meet.
    pub(super) fn is_one_root(&self) -> bool {
        let owners = self.case.bundle.indexed().map(|(owner, _)| owner);
        owners.map(|owner| self.root(owner)).collect::<BTreeSet<EntryId>>().len() < 2
    }

    /// The path in its tree.
    pub(super) fn path(&self, placed: Placed) -> Vec<u8> {
        self.case.bundle.listing.path_below(placed.entry, self.root(placed.owner))
    }

    /// The folder of its tree in which that path begins: those of several languages never meet in a layer.
    pub(super) fn folder(&self, placed: Placed) -> &'a str {
        if placed.tree == Tree::Layers { self.package(placed.owner).layer_folder.as_ref() } else { "" }
    }

    /// The same keys once each, in the bundle's order.
    pub(super) fn keys(&self, owners: impl IntoIterator<Item = PackageIndex>) -> Vec<PackageKey> {
        let mut owners: Vec<PackageIndex> = owners.into_iter().collect();
        owners.sort_unstable();
        owners.dedup();
        owners.into_iter().map(|owner| self.key(owner).clone()).collect()
    }
}
