//! ES modules: `import` searches NODE_PATH only in the runtimes from Node 18 on.

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, error, named};
use super::{NONE, has_packages, needs};
use crate::model::finding::Finding;
use crate::model::node_path::FIRST_FOR_MODULES;
use crate::model::package::PackageIndex;

const SOURCE: &str = "AWS: Lambda's Node.js 18 runtime searches NODE_PATH for ES modules; earlier ones do not";

/// Packages that are ES modules and reach others through NODE_PATH alone.
pub(in super::super) fn modules(case: &Case<'_>) -> Ruling {
    if !has_packages(case) {
        return Ruling::skipped(NONE);
    }
    let version = match case.target.runtime.as_ref().map(|runtime| runtime.node_version()) {
        Some(Some(version)) => version,
        Some(None) => return Ruling::skipped("the runtime is no Node"),
        None => return Ruling::skipped("the runtime is not known"),
    };
    if version >= FIRST_FOR_MODULES {
        return Ruling::passed();
    }
    let (deployed, graph) = (Deployed::new(case), case.bundle.graph(case.target));
    let is_module =
        |index: PackageIndex| case.bundle.node_package(deployed.package(index)).is_some_and(|it| it.is_module);
    let mut reached: Vec<(PackageIndex, PackageIndex)> = Vec::new();
    for (asker, from, need) in needs(case, &deployed, &graph).filter(|(asker, ..)| is_module(*asker)) {
        let elsewhere = need.package.filter(|&other| Tree::of(deployed.bucket(other)).is_some_and(|to| to != from));
        reached.extend(elsewhere.map(|other| (asker, other)));
    }
    if reached.is_empty() {
        return Ruling::passed();
    }
    let askers = deployed.keys(reached.iter().map(|(asker, _)| *asker));
    let others = deployed.keys(reached.iter().map(|(_, other)| *other));
    let message = format!(
        "{} import as ES modules what lies in another place ({}), and nodejs{version}.x searches NODE_PATH for \
         require alone",
        named(&askers),
        named(&others)
    );
    let cure = format!("put them into one bucket, or take nodejs{FIRST_FOR_MODULES}.x or later");
    let packages = askers.into_iter().chain(others).collect();
    Finding { packages, source: SOURCE.to_owned(), ..error(message, cure) }.into()
}
