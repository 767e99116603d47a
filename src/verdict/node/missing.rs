//! What packages ask for that nobody installed, and versions that are not those asked for.

use std::collections::BTreeMap;

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, named, note, warning};
use super::{NONE, foreign, has_packages, is_held_elsewhere, needs};
use crate::model::finding::Finding;
use crate::model::graph::Fit;
use crate::model::inside::Inside;
use crate::model::node::{NeedKind, NodeAbsent};
use crate::model::package::{PackageIndex, PackageKey};

const SOURCE: &str = "the packages' package.json";

/// Dependencies that are not in the build.
pub(in super::super) fn missing(case: &Case<'_>) -> Ruling {
    let cure = |name: &str| format!("install it: npm install {name}; what asks for it fails when it is required");
    let mut ruling = absent(case, NeedKind::Needed, |name, askers| {
        (format!("{name} is asked for by {askers} and is not installed"), cure(name))
    });
    if has_packages(case) {
        ruling.findings.extend(asked_by_build(case));
    }
    ruling
}

/// What the build's own `package.json` asks for and nobody installed: its own code requires that. What a bundler took
/// into a file is not required any more.
fn asked_by_build<'a>(case: &'a Case<'_>) -> impl Iterator<Item = Finding> + 'a {
    let facts = &case.bundle.facts;
    let is_absent = |absent: &&NodeAbsent| {
        let key = format!("npm:{}", absent.name);
        !is_held_elsewhere(case, &key) && !is_declarations(&key) && !is_inside_a_file(case, &key)
    };
    facts.node_absent.iter().filter(is_absent).map(|absent| {
        let (name, file) = (&absent.name, case.bundle.listing.shown_path(absent.manifest));
        let message = format!("{name} is asked for by {file} and is not installed");
        let elsewhere = foreign(case).first().map(|layer| format!("{layer} may have it")).or_else(|| closed_file(case));
        let finding = match (absent.kind, elsewhere) {
            (NeedKind::Optional, _) => note(
                format!("{message}; it is optional there"),
                format!("nothing, if your code does without; else install it: npm install {name}"),
            ),
            (_, Some(elsewhere)) => note(format!("{message}; {elsewhere}"), build_cure(name, &file)),
            (_, None) => warning(format!("{message}: require(\"{name}\") fails"), build_cure(name, &file)),
        };
        let packages = case.bundle.owner(absent.manifest).map(|owner| case.bundle.package(owner).key.clone());
        Finding { packages: packages.into_iter().collect(), source: file, ..finding }
    })
}

fn build_cure(name: &str, file: &str) -> String {
    format!("install it: npm install {name}; or, if nothing requires it, take it out of {file}: npm uninstall {name}")
}

fn is_inside_a_file(case: &Case<'_>, key: &str) -> bool {
    case.bundle.insides().any(|(_, inside)| matches!(inside, Inside::Told(breakdown) if breakdown.holds(key)))
}

/// Where it may be if a bundler's file could not be opened.
fn closed_file(case: &Case<'_>) -> Option<String> {
    let is_closed = |inside: &Inside| matches!(inside, Inside::Closed(Some(_)));
    let (file, _) = case.bundle.insides().find(|(_, inside)| is_closed(inside))?;
    let file = case.bundle.listing.shown_path(file);
    Some(format!("it may be inside {file}, of which nothing tells what it was made of"))
}

/// Peers that are not in the build: whoever uses a package is to bring them.
pub(in super::super) fn peers(case: &Case<'_>) -> Ruling {
    absent(case, NeedKind::Peer, |name, askers| {
        let message = format!("{name} is a peer dependency of {askers}, which the build has to bring and does not");
        (message, format!("add it to the dependencies of your package.json: npm install {name}"))
    })
}

fn absent(case: &Case<'_>, kind: NeedKind, words: impl Fn(&str, &str) -> (String, String)) -> Ruling {
    if !has_packages(case) {
        return Ruling::skipped(NONE);
    }
    let (deployed, graph) = (Deployed::new(case), case.bundle.graph(case.target));
    let mut absent: BTreeMap<&str, Vec<PackageIndex>> = BTreeMap::new();
    for (asker, _, need) in needs(case, &deployed, &graph) {
        let is_missing = need.kind == kind && need.package.is_none() && !is_held_elsewhere(case, &need.name);
        if is_missing && !is_declarations(&need.name) {
            absent.entry(&need.name).or_default().push(asker);
        }
    }
    let layers = foreign(case);
    Ruling::of(absent.into_iter().map(|(name, askers)| {
        let packages = deployed.keys(askers);
        let (message, cure) = words(name.strip_prefix("npm:").unwrap_or(name), &named(&packages));
        let finding = match layers.first() {
            Some(layer) => note(format!("{message}; {layer} may have it"), cure),
            None => warning(message, cure),
        };
        Finding { packages, source: SOURCE.to_owned(), ..finding }
    }))
}

/// `@types/…` hold declarations for the compiler, and nothing is required from them.
fn is_declarations(name: &str) -> bool {
    name.starts_with("npm:@types/")
}

/// Packages that are deployed in versions outside the ranges that others ask for.
pub(in super::super) fn versions(case: &Case<'_>) -> Ruling {
    if !has_packages(case) {
        return Ruling::skipped(NONE);
    }
    let (deployed, graph) = (Deployed::new(case), case.bundle.graph(case.target));
    let outside = needs(case, &deployed, &graph).filter_map(|(asker, _, need)| {
        let other = need.package.filter(|&other| Tree::of(deployed.bucket(other)).is_some())?;
        (need.fit == Fit::Outside).then_some((asker, need, other))
    });
    Ruling::of(outside.map(|(asker, need, other)| {
        let (asker, other) = (deployed.package(asker), deployed.package(other));
        let message = format!("{} asks for {}, and {} is what it finds", asker.title(), need.text, other.title());
        let packages: Vec<PackageKey> = vec![asker.key.clone(), other.key.clone()];
        let cure = "install anew from the package.json: npm install; an override may be meant so";
        Finding { packages, source: SOURCE.to_owned(), ..warning(message, cure) }
    }))
}
