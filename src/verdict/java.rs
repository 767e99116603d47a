//! Jars: whether they lie where Java loads them from, and whether one artifact is there in two versions.

use std::collections::BTreeMap;

use super::Case;
use super::deployed::{Deployed, Tree};
use super::ruling::{Ruling, error, named, note, warning};
use crate::model::bucket::Bucket;
use crate::model::entry::EntryId;
use crate::model::finding::Finding;
use crate::model::inside::Inside;
use crate::model::java::Jar;
use crate::model::package::PackageIndex;
use crate::model::search_path::TASK;
use crate::model::shape::Handler;

const SOURCE: &str = "Lambda Developer Guide: a zip's lib/*.jar, and java/lib/*.jar of layers";
const NO_JARS: &str = "there are no jars";

fn deployed_jars<'a>(case: &Case<'a>) -> Vec<(PackageIndex, &'a Jar)> {
    let is_there = |index: PackageIndex| Tree::of(&case.plan.bucket_of(&case.bundle.package(index).key)).is_some();
    let jars = case.bundle.indexed().filter_map(|(index, package)| Some((index, case.bundle.jar(package)?)));
    jars.filter(|(index, _)| is_there(*index)).collect()
}

/// Whether the handler's class is there: `com.example.Orders::handle`, or a class alone that has Lambda's own method.
/// What jars hold is not looked through.
pub(super) fn handler(case: &Case<'_>, handler: &Handler) -> Ruling {
    let class = handler.as_str().split("::").next().unwrap_or_default();
    let path = format!("{}.class", class.replace('.', "/"));
    let deployed = Deployed::new(case);
    let found = case.bundle.listing.find(EntryId::ROOT, path.as_bytes()).and_then(|entry| deployed.place(entry));
    if found.is_some_and(|placed| placed.tree == Tree::Function) {
        return Ruling::passed();
    }
    let path = crate::model::escape::printable(path.as_bytes());
    let message = format!("handler \"{handler}\" names the class {path}, which is not at the root of the function");
    let has_foreign = case.plan.layers().iter().any(|layer| layer.foreign().is_some());
    if deployed_jars(case).is_empty() && !has_foreign {
        let cure = "write it as package.Class::method, and build its class into the bundle or its jar into lib/";
        return error(message, cure).into();
    }
    note(format!("{message}; a jar may have it"), "try the function once, if you are not sure of the name").into()
}

/// Jars in folders that no class path names.
pub(super) fn places(case: &Case<'_>) -> Ruling {
    let jars = deployed_jars(case);
    if jars.is_empty() {
        return Ruling::skipped(NO_JARS);
    }
    let Some(runtime) = &case.target.runtime else { return Ruling::skipped("the runtime is not known") };
    if runtime.family() != "java" {
        return Ruling::skipped(format!("{runtime} does not run Java"));
    }
    let deployed = Deployed::new(case);
    let mut lost: BTreeMap<String, Vec<PackageIndex>> = BTreeMap::new();
    for (index, jar) in jars {
        let folder = match deployed.bucket(index) {
            Bucket::Function => format!("{TASK}/{}", case.bundle.listing.shown_path(jar.root)),
            Bucket::Efs => case.plan.function.mount.as_str().to_owned(),
            Bucket::Layer(_) | Bucket::LeftOut => continue,
        };
        if folder != format!("{TASK}/lib") {
            lost.entry(folder).or_default().push(index);
        }
    }
    Ruling::of(lost.into_iter().map(|(folder, jars)| {
        let packages = deployed.keys(jars);
        let lie = if packages.len() == 1 { "lies" } else { "lie" };
        let message = format!("{} {lie} in {folder}, from which {runtime} loads no jar", named(&packages));
        let cure = "put them into lib/ of the function, or into a layer, where they become java/lib/";
        Finding { packages, source: SOURCE.to_owned(), ..error(message, cure) }
    }))
}

/// Two versions of one artifact, as jars or among the classes of a fat one: which is loaded hangs on an order that is
/// not documented.
pub(super) fn versions(case: &Case<'_>) -> Ruling {
    let jars = deployed_jars(case);
    if jars.is_empty() {
        return Ruling::skipped(NO_JARS);
    }
    let mut brought: BTreeMap<&str, Vec<(Option<&str>, PackageIndex)>> = BTreeMap::new();
    for (index, jar) in &jars {
        let package = &jar.package;
        brought.entry(&package.key).or_default().push((package.version.as_deref(), *index));
        if let Some(Inside::Told(told)) = case.bundle.inside(jar.file) {
            for mingled in &told.mingled {
                brought.entry(&mingled.key).or_default().push((mingled.version.as_deref(), *index));
            }
        }
    }
    let deployed = Deployed::new(case);
    let differ = |found: &[(Option<&str>, PackageIndex)]| found.windows(2).any(|pair| pair[0].0 != pair[1].0);
    Ruling::of(brought.into_iter().filter(|(_, found)| differ(found)).map(|(artifact, found)| {
        let versions: Vec<&str> = found.iter().map(|(version, _)| version.unwrap_or("no version")).collect();
        let packages = deployed.keys(found.iter().map(|(_, index)| *index));
        let message = format!(
            "{artifact} is there in versions {}; which is loaded is not known: the order of jars is not documented",
            named(&versions)
        );
        Finding { packages, ..warning(message, "keep one version") }
    }))
}
