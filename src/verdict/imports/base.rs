//! The places that a plan's Python searches, each with the folders of the bundle that come to lie there.

use std::collections::BTreeSet;

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use crate::model::bucket::Bucket;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::Judged;
use crate::model::pythonpath::{Needed, PYTHONPATH};
use crate::model::search_path::{LAYERS, SearchPath, Searched, TASK};

/// One place that is searched, with what lies there.
#[derive(Clone, Debug)]
pub(super) enum Base {
    /// Files of the bundle.
    Folder(Folder),
    /// The AWS SDK of the runtime.
    Sdk,
    /// The standard library.
    StandardLibrary,
}

/// A folder of the search path.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    /// As Python sees it: `/opt/python`.
    pub path: String,
    /// Whose files lie there; `None`: nothing of this bundle.
    pub tree: Option<Tree>,
    /// The folders of the bundle that come to lie there, each with the root of the packages whose files count.
    pub at: Vec<Origin>,
    /// Whether somebody else's layers show there too.
    pub is_opt: bool,
}

/// A folder of the bundle, and the root of the packages that bring it there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub folder: EntryId,
    pub root: EntryId,
}

/// What of a plan makes a PYTHONPATH necessary. A zip as it is has no plan.
pub(super) fn needed(case: &Case<'_>) -> Needed {
    if case.judged == Judged::Zip {
        return Needed::default();
    }
    let holds = |bucket: &Bucket| case.budgets.of(bucket).is_some_and(|budget| budget.packages > 0);
    Needed::by(case.bundle, case.plan, case.target, holds, case.plan.function.mount.as_str())
}

/// The search path of a case for a version of Python.
pub(super) fn search_path(case: &Case<'_>, version: (u8, u8)) -> SearchPath {
    let worked_out = needed(case).pythonpath();
    let set = case.plan.function.environment.get(PYTHONPATH).cloned().or(worked_out);
    SearchPath::of_python(version, set.as_deref())
}

/// The places of a search path, with what lies there.
pub(super) fn bases(case: &Case<'_>, deployed: &Deployed<'_>, path: &SearchPath) -> Vec<Base> {
    let base = |place: &Searched| match place {
        Searched::Folder(path) => Base::Folder(folder(case, deployed, path)),
        Searched::Sdk => Base::Sdk,
        Searched::StandardLibrary => Base::StandardLibrary,
    };
    path.places.iter().map(base).collect()
}

/// A folder as Python sees it, with what comes to lie there.
pub(super) fn folder(case: &Case<'_>, deployed: &Deployed<'_>, path: &str) -> Folder {
    let mount = case.plan.function.mount.as_str();
    let below = |root: &str| path.strip_prefix(root).filter(|rest| rest.is_empty() || rest.starts_with('/'));
    let (tree, rest) = match (below(TASK), below(LAYERS), below(mount)) {
        (Some(rest), _, _) => (Some(Tree::Function), rest),
        (_, Some(rest), _) => (Some(Tree::Layers), rest),
        // Each build is copied to a folder of its own there, which bears any name.
        (_, _, Some(_)) => (Some(Tree::Efs), ""),
        _ => (None, ""),
    };
    let roots: BTreeSet<EntryId> = tree.map(|tree| deployed.roots(tree)).unwrap_or_default();
    let listing = &case.bundle.listing;
    let at = roots.into_iter().filter_map(|root| {
        let folder = listing.find(root, rest.trim_matches('/').as_bytes())?;
        (listing.kind(folder) == EntryKind::Directory).then_some(Origin { folder, root })
    });
    Folder { path: path.to_owned(), tree, at: at.collect(), is_opt: tree == Some(Tree::Layers) }
}
