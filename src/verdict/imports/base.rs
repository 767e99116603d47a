//! The places that a plan's Python searches, each with the folders of the bundle that come to lie there.

use std::collections::BTreeSet;

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use crate::model::bucket::Bucket;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::Judged;
use crate::model::package::Ecosystem;
use crate::model::plan::Layer;
use crate::model::search_path::{LAYERS, Needed, SearchPath, Searched, TASK};

/// The variable that leads Python elsewhere.
const PYTHONPATH: &str = "PYTHONPATH";

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

/// What of a plan makes a PYTHONPATH necessary.
pub(super) fn needed(case: &Case<'_>, deployed: &Deployed<'_>) -> Needed {
    if case.judged == Judged::Zip {
        return Needed::default();
    }
    let holds = |bucket: &Bucket| case.budgets.of(bucket).is_some_and(|budget| budget.packages > 0);
    let is_own = |layer: &Layer| layer.foreign().is_none() && holds(&Bucket::Layer(layer.name.clone()));
    let foreign = case.plan.layers().iter().any(|layer| layer.foreign().is_some());
    let version = case.target.runtime.as_ref().and_then(|runtime| runtime.python_version());
    let of_version = version.filter(|_| foreign);
    let mut layers: Vec<String> = of_version
        .map(|(major, minor)| format!("{LAYERS}/lib/python{major}.{minor}/site-packages"))
        .into_iter()
        .collect();
    if foreign || case.plan.layers().iter().any(is_own) {
        layers.push(LAYERS.to_owned());
    }
    let mount = holds(&Bucket::Efs).then(|| case.plan.function.mount.clone());
    Needed { folders: kept_folders(case, deployed), layers, mount }
}

/// The folders that packages keep in the function's zip.
fn kept_folders(case: &Case<'_>, deployed: &Deployed<'_>) -> Vec<String> {
    if !case.plan.pack.keep_folders {
        return Vec::new();
    }
    let here = case.bundle.indexed().filter(|(index, _)| *deployed.bucket(*index) == Bucket::Function);
    let python = here.filter(|(_, package)| package.ecosystem == Ecosystem::Python);
    let roots: BTreeSet<EntryId> = python.map(|(_, package)| package.root).filter(|&it| it != EntryId::ROOT).collect();
    roots.into_iter().map(|root| case.bundle.listing.shown_path(root)).collect()
}

/// The search path of a case for a version of Python.
pub(super) fn search_path(case: &Case<'_>, deployed: &Deployed<'_>, version: (u8, u8)) -> SearchPath {
    let worked_out = needed(case, deployed).pythonpath();
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
