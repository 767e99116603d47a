//! What metadata asks for: distributions that are nowhere, and versions that are not those asked for.

use std::collections::BTreeMap;

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, named, warning};
use super::Import;
use crate::model::finding::Finding;
use crate::model::graph::{Fit, Holds, Need};
use crate::model::package::{Ecosystem, PackageIndex, PackageKey};
use crate::model::provided::provided_by_runtime;

const SOURCE: &str = "Requires-Dist in the packages' metadata";

/// The requirements of everything that is deployed.
fn needs<'a>(
    case: &Case<'a>,
    deployed: &Deployed<'a>,
    graph: &'a crate::model::graph::Graph,
) -> impl Iterator<Item = (PackageIndex, &'a Need)> {
    let is_deployed = |index: PackageIndex| Tree::of(deployed.bucket(index)).is_some();
    let python = case.bundle.indexed().filter(|(_, package)| package.ecosystem == Ecosystem::Python);
    let here: Vec<PackageIndex> = python.map(|(index, _)| index).filter(|&it| is_deployed(it)).collect();
    here.into_iter().flat_map(|index| graph.needs(index).iter().map(move |need| (index, need)))
}

/// Distributions that somebody's metadata asks for and that the build does not have. What the plan leaves out is
/// another question: it says why.
pub(in super::super) fn metadata(case: &Case<'_>, import: &Import<'_>) -> Ruling {
    let (deployed, graph) = (Deployed::new(case), case.bundle.graph(case.target));
    let mut absent: BTreeMap<&str, Vec<&PackageKey>> = BTreeMap::new();
    for (asker, need) in needs(case, &deployed, &graph) {
        let is_missing = need.package.is_none() && need.holds == Holds::Surely && !is_held_elsewhere(case, &need.name);
        if is_missing && !is_told(import, &need.name) {
            absent.entry(&need.name).or_default().push(deployed.key(asker));
        }
    }
    Ruling::of(absent.into_iter().map(|(name, askers)| {
        let message = format!("{name} is asked for by the metadata of {} and is not in the build", named(&askers));
        let cure =
            format!("add {name} to what the build installs; nothing that the handler imports at its start asks for it");
        let packages = askers.into_iter().cloned().collect();
        Finding { packages, source: SOURCE.to_owned(), ..warning(message, cure) }
    }))
}

/// Whether the runtime or somebody else's layer has a distribution.
fn is_held_elsewhere(case: &Case<'_>, name: &str) -> bool {
    let key = PackageKey::new(name);
    let by_runtime = case.target.runtime.as_ref().is_some_and(|runtime| provided_by_runtime(runtime, &key).is_some());
    let foreign = case.plan.layers().iter().filter_map(|layer| layer.foreign());
    by_runtime || foreign.into_iter().any(|layer| layer.provides.iter().any(|provided| provided == name))
}

/// Whether the import that misses it says so already.
fn is_told(import: &Import<'_>, name: &str) -> bool {
    let module = name.replace('-', "_");
    import.as_ref().is_ok_and(|imported| imported.missing.iter().any(|it| it.top().eq_ignore_ascii_case(&module)))
}

/// Versions that are not those asked for.
pub(in super::super) fn versions(case: &Case<'_>, _: &Import<'_>) -> Ruling {
    let (deployed, graph) = (Deployed::new(case), case.bundle.graph(case.target));
    let outside = needs(case, &deployed, &graph).filter_map(|(asker, need)| {
        let other = need.package.filter(|&other| Tree::of(deployed.bucket(other)).is_some())?;
        (need.fit == Fit::Outside).then_some((asker, need, other))
    });
    Ruling::of(outside.map(|(asker, need, other)| {
        let (asker, other) = (deployed.package(asker), deployed.package(other));
        let message = format!("{} asks for {}, and {} is there", asker.title(), need.text, other.title());
        let cure = format!("install versions of {} and {} that fit each other", asker.key.shown(), other.key.shown());
        let packages = vec![asker.key.clone(), other.key.clone()];
        Finding { packages, source: SOURCE.to_owned(), ..warning(message, cure) }
    }))
}
