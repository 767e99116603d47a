//! What a bundle can say about an error: which package it is about, in a few sentences.

use super::assess;
use super::load::Loaded;
use crate::model::bucket::Bucket;
use crate::model::bundle::Bundle;
use crate::model::bytes::Bytes;
use crate::model::entry::EntryId;
use crate::model::limits::LIMITS;
use crate::model::package::{Ecosystem, PackageIndex};
use crate::session::Assessment;
use crate::verdict::About;

/// How many packages a sentence names.
const MOST: usize = 5;

/// The sentences; none where the error is nothing that a bundle could tell of.
pub fn about(loaded: &Loaded, about: &About) -> Vec<String> {
    match about {
        About::Module(module) => module_found(loaded, module),
        About::Library(library) => library_found(loaded, library),
        About::Sizes => sizes(loaded),
        About::Layers => layers(loaded),
        About::Nothing => Vec::new(),
    }
}

fn module_found(loaded: &Loaded, module: &str) -> Vec<String> {
    let of_node = module.starts_with('@') || module.contains('/') || !node_packages(&loaded.bundle, module).is_empty();
    let top = if of_node { node_name(module) } else { module.split('.').next().unwrap_or(module) };
    let holders: Vec<PackageIndex> =
        if of_node { node_packages(&loaded.bundle, module) } else { loaded.bundle.holders(top) };
    let mut told: Vec<String> = holders.iter().map(|&holder| held(loaded, top, holder)).collect();
    if holders.is_empty() {
        told.push(format!("No package of the bundle holds {top}."));
        told.extend(asked_for(loaded, top));
    }
    told
}

/// `@scope/x` of `@scope/x/lib/y`.
fn node_name(module: &str) -> &str {
    let parts = if module.starts_with('@') { 2 } else { 1 };
    let end = module.match_indices('/').nth(parts - 1).map_or(module.len(), |(at, _)| at);
    &module[..end]
}

/// The Node packages that a name of `require` leads to.
fn node_packages(bundle: &Bundle, module: &str) -> Vec<PackageIndex> {
    let key = format!("npm:{}", node_name(module));
    bundle.indexed().filter(|(_, package)| package.key.name() == key).map(|(index, _)| index).collect()
}

fn held(loaded: &Loaded, top: &str, holder: PackageIndex) -> String {
    let package = loaded.bundle.package(holder);
    let bucket = loaded.plan.bucket_of(&package.key);
    let title = package.title();
    let place = match bucket {
        Bucket::Function if package.root != EntryId::ROOT && package.ecosystem == Ecosystem::Python => format!(
            "it lies in {}/, which is off the search path unless that folder is packed at the zip's root",
            loaded.bundle.listing.shown_path(package.root)
        ),
        Bucket::Function => "it is in the function".to_owned(),
        Bucket::LeftOut => "the plan leaves it out".to_owned(),
        Bucket::Efs if package.ecosystem == Ecosystem::Node => "it is on EFS, where only a NODE_PATH leads".to_owned(),
        Bucket::Efs => "it is on EFS, where only a PYTHONPATH leads".to_owned(),
        Bucket::Layer(name) if package.ecosystem == Ecosystem::Node => {
            format!("it is in layer {name}, which a NODE_PATH without /opt/nodejs/node_modules takes off the path")
        }
        Bucket::Layer(name) => {
            format!("it is in layer {name}, which a PYTHONPATH without /opt/python takes off the path")
        }
    };
    format!("{top} is part of {title}; {place}.")
}

fn asked_for(loaded: &Loaded, top: &str) -> Option<String> {
    let (name, of_node) = (top.to_ascii_lowercase().replace('_', "-"), format!("npm:{top}"));
    let askers: Vec<String> = loaded
        .bundle
        .indexed()
        .filter(|&(index, _)| loaded.graph.needs(index).iter().any(|need| need.name == name || need.name == of_node))
        .map(|(_, package)| package.title())
        .take(MOST)
        .collect();
    (!askers.is_empty()).then(|| format!("It is asked for by {}.", askers.join(", ")))
}

fn library_found(loaded: &Loaded, library: &str) -> Vec<String> {
    let bundle = &loaded.bundle;
    let natives = bundle.facts.natives.iter().flatten();
    let mut askers: Vec<String> = natives
        .filter(|(_, facts)| facts.needed.iter().any(|needed| needed == library))
        .filter_map(|(&entry, _)| Some(bundle.package(bundle.owner(entry)?).title()))
        .collect();
    askers.dedup();
    let holders = bundle.listing.entries().filter(|&entry| bundle.listing.name(entry) == library.as_bytes());
    let places: Vec<String> = holders.take(MOST).map(|entry| bundle.listing.shown_path(entry)).collect();
    let mut told = Vec::new();
    if !askers.is_empty() {
        told.push(format!(
            "{library} is asked for by {}.",
            askers.iter().take(MOST).cloned().collect::<Vec<_>>().join(", ")
        ));
    }
    told.push(match places.is_empty() {
        true => format!("No file of the bundle is named {library}."),
        false => format!("It lies at {}.", places.join(", ")),
    });
    told
}

fn sizes(loaded: &Loaded) -> Vec<String> {
    let Assessment { cargo, budgets, .. } = assess(loaded);
    let joint = budgets.joint();
    let limit = LIMITS.unzipped.bytes;
    let over = if LIMITS.unzipped.is_reached_by(joint.bytes) {
        format!("over by {}", LIMITS.unzipped.excess(joint.bytes).with_exact())
    } else {
        format!("{} left", limit.less(joint.bytes).with_exact())
    };
    let mut heaviest: Vec<(Bytes, String)> = loaded
        .bundle
        .indexed()
        .filter(|(_, package)| loaded.plan.bucket_of(&package.key).is_joint())
        .map(|(index, package)| (cargo.load(index).unzipped, package.title()))
        .collect();
    heaviest.sort_by(|one, other| other.cmp(one));
    let heaviest: Vec<String> =
        heaviest.into_iter().take(MOST).map(|(bytes, title)| format!("{title} {bytes}")).collect();
    vec![
        format!("Function + layers: {}{} of {} bytes, {over}.", joint.sign(), joint.bytes.grouped(), limit.grouped()),
        format!("Heaviest: {}.", heaviest.join(", ")),
    ]
}

fn layers(loaded: &Loaded) -> Vec<String> {
    let told: Vec<String> =
        assess(loaded).budgets.layers().map(|(name, budget)| format!("{name} {}", budget.unzipped)).collect();
    let count = told.len();
    let list = if told.is_empty() { String::new() } else { format!(": {}", told.join(", ")) };
    vec![format!("The plan attaches {count} of {} layers{list}.", LIMITS.layers.count)]
}
