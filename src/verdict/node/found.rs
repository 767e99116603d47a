//! What packages ask for that lies where they do not look: layers and EFS have to be closed.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, error, named, warning};
use super::{NONE, has_packages, is_held_elsewhere, leads_to, needs, path, seen_from};
use crate::model::finding::Finding;
use crate::model::node::NeedKind;
use crate::model::package::{PackageIndex, PackageKey};

const SOURCE: &str = "Node's own look-up: node_modules of the folders above the asker, then NODE_PATH";

/// One way that does not lead anywhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Blocked {
    from: Tree,
    to: Option<Tree>,
    is_optional: bool,
}

/// What each package asks for is visible from where it lies.
pub(in super::super) fn closed(case: &Case<'_>) -> Ruling {
    if !has_packages(case) {
        return Ruling::skipped(NONE);
    }
    let (deployed, graph, path) = (Deployed::new(case), case.bundle.graph(case.target), path(case));
    let mut blocked: BTreeMap<Blocked, (BTreeSet<PackageIndex>, BTreeSet<PackageIndex>)> = BTreeMap::new();
    for (asker, from, need) in needs(case, &deployed, &graph) {
        let Some(other) = need.package else { continue };
        let to = there(case, &deployed, other);
        if is_seen(case, &path, from, to) || is_held_elsewhere(case, &need.name) {
            continue;
        }
        let is_optional = need.kind == NeedKind::Optional;
        let (askers, others) = blocked.entry(Blocked { from, to, is_optional }).or_default();
        askers.insert(asker);
        others.insert(other);
    }
    Ruling::of(blocked.into_iter().map(|(way, (askers, others))| finding(&deployed, way, askers, others)))
}

/// Where a package lies, unless it is left out or slimmed away whole.
fn there(case: &Case<'_>, deployed: &Deployed<'_>, package: PackageIndex) -> Option<Tree> {
    Tree::of(deployed.bucket(package)).filter(|_| case.cargo.load(package).files > 0)
}

/// What NODE_PATH has to lead to is the affair of the rules about it; only the function's folder is out of sight.
fn is_seen(case: &Case<'_>, path: &[String], from: Tree, to: Option<Tree>) -> bool {
    match to {
        None => false,
        Some(Tree::Function) => from == Tree::Function || leads_to(case, path, Tree::Function),
        Some(Tree::Layers | Tree::Efs) => true,
    }
}

fn finding(
    deployed: &Deployed<'_>,
    way: Blocked,
    askers: BTreeSet<PackageIndex>,
    others: BTreeSet<PackageIndex>,
) -> Finding {
    let (askers, others) = (deployed.keys(askers), deployed.keys(others));
    let (asks, lies) = (verb(&askers, "asks", "ask"), verb(&others, "lies", "lie"));
    let from = seen_from(way.from);
    let message = match way.to {
        Some(to) => format!(
            "{} in {} {asks} for {}, which {lies} in {to}, and what lies in {from} does not see that",
            named(&askers),
            way.from,
            named(&others)
        ),
        None => format!("{} {asks} for {}, which the plan leaves out", named(&askers), named(&others)),
    };
    let cure = match way.to {
        None => format!("put {} back", named(&others)),
        Some(_) => format!(
            "put {} there too, with all that they need: {from} has to hold everything that its packages ask for",
            named(&others)
        ),
    };
    let packages: Vec<PackageKey> = askers.into_iter().chain(others).collect();
    let finding = if way.is_optional { warning(message, cure) } else { error(message, cure) };
    Finding { packages, source: SOURCE.to_owned(), ..finding }
}

fn verb(keys: &[PackageKey], one: &'static str, several: &'static str) -> &'static str {
    if keys.len() == 1 { one } else { several }
}
