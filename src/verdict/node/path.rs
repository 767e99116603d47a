//! What a NODE_PATH of the user's does to layers and EFS.

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, note, warning};
use super::{NONE, has_packages, leads_to, path};
use crate::model::bucket::Bucket;
use crate::model::escape::printable;
use crate::model::finding::Finding;
use crate::model::node_path::{LAYERS, MODULES, NODE_PATH, SOURCE, of_runtime};
use crate::model::package::Ecosystem;

const NOT_SET: &str = "the plan sets no NODE_PATH";

/// The buckets of a tree that hold Node packages.
fn holders(case: &Case<'_>, tree: Tree) -> Vec<Bucket> {
    let deployed = Deployed::new(case);
    let of_node = case.bundle.indexed().filter(|(_, package)| package.ecosystem == Ecosystem::Node);
    let mut buckets: Vec<Bucket> = of_node.map(|(index, _)| deployed.bucket(index).clone()).collect();
    buckets.retain(|bucket| Tree::of(bucket) == Some(tree));
    buckets.sort();
    buckets.dedup();
    buckets
}

/// A variable has one value: what the runtime's own would have named is not named any more.
pub(in super::super) fn layers(case: &Case<'_>) -> Ruling {
    let Some(set) = case.plan.function.environment.get(NODE_PATH) else { return Ruling::skipped(NOT_SET) };
    let buckets = holders(case, Tree::Layers);
    if buckets.is_empty() || leads_to(case, &path(case), Tree::Layers) {
        return Ruling::passed();
    }
    let message = format!(
        "NODE_PATH is {}, which does not name the layers' {LAYERS}; their packages are not found unless the runtime adds it",
        printable(set.as_bytes())
    );
    let cure = format!("add {LAYERS} to NODE_PATH in the plan");
    Finding { buckets, source: SOURCE.to_owned(), ..warning(message, cure) }.into()
}

/// Nothing but NODE_PATH leads to EFS.
pub(in super::super) fn efs(case: &Case<'_>) -> Ruling {
    if !has_packages(case) {
        return Ruling::skipped(NONE);
    }
    let buckets = holders(case, Tree::Efs);
    if buckets.is_empty() {
        return Ruling::skipped("no Node package is on EFS");
    }
    let mount = &case.plan.function.mount;
    let finding = match case.plan.function.environment.get(NODE_PATH) {
        Some(_) if leads_to(case, &path(case), Tree::Efs) => return Ruling::passed(),
        Some(set) => {
            let shown = printable(set.as_bytes());
            let message = format!("NODE_PATH is {shown}, so the packages on EFS are not found");
            super::super::ruling::error(message, format!("add {mount}/{MODULES} to NODE_PATH in the plan"))
        }
        None => {
            let mut parts = of_runtime(case.target);
            parts.push(format!("{mount}/{MODULES}"));
            let cure = "set it in the function's environment; where the packages lie in a folder below the mount, as \
                        bayplan pack makes it, take the value from its manifest.json";
            note(format!("the function needs NODE_PATH={}", parts.join(":")), cure)
        }
    };
    Finding { buckets, source: SOURCE.to_owned(), ..finding }.into()
}
