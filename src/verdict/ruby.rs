//! Gems: whether they lie where Ruby looks for them, and whether those that they ask for are there.

use std::collections::BTreeMap;

use super::Case;
use super::deployed::{Deployed, Tree};
use super::ruling::{Ruling, error, named, note, warning};
use crate::model::bucket::Bucket;
use crate::model::finding::Finding;
use crate::model::package::{PackageIndex, PackageKey};
use crate::model::ruby::Gem;
use crate::model::search_path::TASK;

const SOURCE: &str = "Lambda Developer Guide: GEM_PATH is $LAMBDA_TASK_ROOT/vendor/bundle/ruby/ABI:/opt/ruby/gems/ABI";
const LAYERS: &str = "/opt/ruby/gems";
const NO_GEMS: &str = "there are no gems";

/// The gems that are deployed, with the folder that holds them at run time.
fn deployed_gems<'a>(case: &Case<'a>) -> Vec<(PackageIndex, &'a Gem, String)> {
    let deployed = Deployed::new(case);
    let gems = case.bundle.indexed().filter_map(|(index, package)| Some((index, case.bundle.gem(package)?)));
    let folder = |index: PackageIndex, gem: &Gem| match deployed.bucket(index) {
        Bucket::Function => Some(format!("{TASK}/{}", case.bundle.listing.shown_path(gem.root))),
        Bucket::Layer(_) => Some(format!("{LAYERS}/{}", gem.abi)),
        Bucket::Efs => Some(case.plan.function.mount.as_str().to_owned()),
        Bucket::LeftOut => None,
    };
    gems.filter_map(|(index, gem)| Some((index, gem, folder(index, gem)?))).collect()
}

/// Where the runtime looks: GEM_PATH, which the plan may set.
fn searched(case: &Case<'_>, abi: &str) -> Vec<String> {
    let set = case.plan.function.environment.get("GEM_PATH");
    let folders = set.map(|path| path.split(':').map(|part| part.trim_end_matches('/').to_owned()).collect());
    folders.unwrap_or_else(|| vec![format!("{TASK}/vendor/bundle/ruby/{abi}"), format!("{LAYERS}/{abi}")])
}

/// Gems in folders that are not searched.
pub(super) fn places(case: &Case<'_>) -> Ruling {
    let gems = deployed_gems(case);
    if gems.is_empty() {
        return Ruling::skipped(NO_GEMS);
    }
    let Some(runtime) = &case.target.runtime else { return Ruling::skipped("the runtime is not known") };
    let Some((major, minor)) = runtime.ruby_version() else {
        return Ruling::skipped(format!("{runtime} does not run Ruby"));
    };
    let abi = format!("{major}.{minor}.0");
    let searched = searched(case, &abi);
    let mut lost: BTreeMap<(&str, &str), Vec<PackageIndex>> = BTreeMap::new();
    for (index, gem, folder) in &gems {
        if !searched.contains(folder) {
            lost.entry((folder, &gem.abi)).or_default().push(*index);
        }
    }
    let deployed = Deployed::new(case);
    Ruling::of(lost.into_iter().map(|((folder, built_for), gems)| {
        let packages = deployed.keys(gems);
        let lie = if packages.len() == 1 { "lies" } else { "lie" };
        let looks = named(&searched);
        let message = format!("{} {lie} in {folder}, where {runtime} does not look; it looks in {looks}", named(&packages));
        let cure = if built_for == abi {
            format!("set GEM_PATH = \"{}\" in the plan's environment", [&searched[..], &[folder.to_owned()]].concat().join(":"))
        } else {
            format!("install the gems with Ruby {major}.{minor}: bundle config set --local path vendor/bundle, bundle install")
        };
        // Bundler's own settings may lead elsewhere, which only its start tells.
        let finding = if may_lead_elsewhere(case) {
            warning(format!("{message}; Bundler's settings may lead there"), cure)
        } else {
            error(message, cure)
        };
        Finding { packages, source: SOURCE.to_owned(), ..finding }
    }))
}

fn may_lead_elsewhere(case: &Case<'_>) -> bool {
    let listing = &case.bundle.listing;
    let has_settings = listing.find(crate::model::entry::EntryId::ROOT, b".bundle/config").is_some();
    let environment = &case.plan.function.environment;
    has_settings || environment.keys().any(|name| name.starts_with("BUNDLE_") || name == "GEM_HOME")
}

/// Gems that others ask for and that no bucket holds. Ruby brings some of its own, and nobody lists them here.
pub(super) fn needs(case: &Case<'_>) -> Ruling {
    let gems = deployed_gems(case);
    if gems.is_empty() {
        return Ruling::skipped(NO_GEMS);
    }
    let graph = case.bundle.graph(case.target);
    let is_there = |index: PackageIndex| Tree::of(&case.plan.bucket_of(&case.bundle.package(index).key)).is_some();
    let is_provided = |name: &str| {
        let layers = case.plan.layers().iter().filter_map(|layer| layer.foreign());
        layers.flat_map(|layer| &layer.provides).any(|provided| provided == name || format!("gem:{provided}") == name)
    };
    let mut missing: BTreeMap<&str, Vec<PackageIndex>> = BTreeMap::new();
    let mut left_out: BTreeMap<&PackageKey, Vec<PackageIndex>> = BTreeMap::new();
    for (index, ..) in &gems {
        for need in graph.needs(*index) {
            match need.package {
                Some(found) if is_there(found) => {}
                _ if is_provided(&need.name) => {}
                Some(found) => left_out.entry(&case.bundle.package(found).key).or_default().push(*index),
                None => missing.entry(need.name.strip_prefix("gem:").unwrap_or(&need.name)).or_default().push(*index),
            }
        }
    }
    let deployed = Deployed::new(case);
    let mut findings: Vec<Finding> =
        left_out.into_iter().map(|(gem, askers)| without(&deployed, gem, askers)).collect();
    if !missing.is_empty() {
        let names: Vec<&str> = missing.keys().copied().collect();
        let packages = deployed.keys(missing.into_values().flatten());
        let message = format!(
            "the bundle does not have {}, which {} for; Ruby may bring it",
            named(&names),
            if packages.len() == 1 { format!("{} asks", packages[0]) } else { format!("{} ask", named(&packages)) }
        );
        let cure = "install it, unless it is among the gems that come with Ruby";
        findings.push(Finding { packages, source: "the gems' specifications".to_owned(), ..note(message, cure) });
    }
    Ruling::of(findings)
}

fn without(deployed: &Deployed<'_>, gem: &PackageKey, askers: Vec<PackageIndex>) -> Finding {
    let packages = deployed.keys(askers);
    let ask = if packages.len() == 1 { "asks" } else { "ask" };
    let message = format!("{} {ask} for {gem}, which is left out", named(&packages));
    let source = "the gems' specifications".to_owned();
    Finding { packages, source, ..warning(message, "put it back, or say which layer provides it") }
}
