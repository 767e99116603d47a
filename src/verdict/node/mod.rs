//! Whether Node finds what packages ask for where the plan puts everything.
//!
//! Node looks in the `node_modules` of the asker's folder and of the folders above it, then in those that NODE_PATH names.
//! The function's folder sees layers through NODE_PATH; a layer or EFS never sees the function's `node_modules`.

mod found;
mod missing;
mod modules;
mod path;
mod platforms;

pub(super) use found::closed;
pub(super) use missing::{missing, peers, versions};
pub(super) use modules::modules;
pub(super) use path::{efs, layers};
pub(super) use platforms::platforms;

use super::Case;
use super::deployed::{Deployed, Tree};
use crate::model::bucket::Bucket;
use crate::model::graph::{Graph, Need};
use crate::model::node_path::{self, MODULES, NODE_PATH};
use crate::model::package::{Ecosystem, PackageIndex};
use crate::model::provided::provided_by_runtime;

const NONE: &str = "there are no Node packages";

/// Whether there is anything to judge.
fn has_packages(case: &Case<'_>) -> bool {
    case.bundle.packages().iter().any(|package| package.ecosystem == Ecosystem::Node)
}

/// The needs of all Node packages that are deployed.
fn needs<'a>(
    case: &Case<'a>,
    deployed: &Deployed<'a>,
    graph: &'a Graph,
) -> impl Iterator<Item = (PackageIndex, Tree, &'a Need)> {
    let of_node = case.bundle.indexed().filter(|(_, package)| package.ecosystem == Ecosystem::Node);
    let here: Vec<(PackageIndex, Tree)> =
        of_node.filter_map(|(index, _)| Some((index, Tree::of(deployed.bucket(index))?))).collect();
    here.into_iter().flat_map(|(index, tree)| graph.needs(index).iter().map(move |need| (index, tree, need)))
}

/// The folders that NODE_PATH names: the user's, or those of the runtime with EFS where something of Node lies there.
fn path(case: &Case<'_>) -> Vec<String> {
    match case.plan.function.environment.get(NODE_PATH) {
        Some(set) => {
            set.split(':').map(|part| part.trim_end_matches('/').to_owned()).filter(|part| !part.is_empty()).collect()
        }
        None => {
            let mut path = node_path::of_runtime(case.target);
            path.push(format!("{}/{MODULES}", case.plan.function.mount));
            path
        }
    }
}

/// Whether NODE_PATH leads to the packages of a tree.
fn leads_to(case: &Case<'_>, path: &[String], tree: Tree) -> bool {
    let is_below = |part: &str, folder: &str| {
        part.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')) && part.ends_with(&format!("/{MODULES}"))
    };
    match tree {
        Tree::Function => path.iter().any(|part| is_below(part, "/var/task")),
        Tree::Layers => path.iter().any(|part| part == node_path::LAYERS),
        Tree::Efs => path.iter().any(|part| is_below(part, case.plan.function.mount.as_str())),
    }
}

/// Whether the runtime or somebody else's layer has a package, as far as that is known.
fn is_held_elsewhere(case: &Case<'_>, name: &str) -> bool {
    let key = crate::model::package::PackageKey::new(name);
    let by_runtime = case.target.runtime.as_ref().is_some_and(|runtime| provided_by_runtime(runtime, &key).is_some());
    let plain = name.strip_prefix("npm:").unwrap_or(name);
    let provides = |provided: &String| provided == name || provided == plain;
    by_runtime
        || case.plan.layers().iter().filter_map(|layer| layer.foreign()).any(|it| it.provides.iter().any(provides))
}

/// Somebody else's layers, which may hold what nobody has declared.
fn foreign(case: &Case<'_>) -> Vec<Bucket> {
    let foreign = case.plan.layers().iter().filter(|layer| layer.foreign().is_some());
    foreign.map(|layer| Bucket::Layer(layer.name.clone())).collect()
}

/// Where a tree's packages look, for people.
fn seen_from(tree: Tree) -> &'static str {
    match tree {
        Tree::Function => "the function",
        Tree::Layers => "a layer",
        Tree::Efs => "EFS",
    }
}
