//! The versions of glibc that are needed: by the symbols that files ask for, not by the names of their wheels.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Case;
use super::super::ruling::{Ruling, finding, named};
use super::survey::{Native, Survey};
use super::{NOT_READ, cure, flaw};
use crate::model::facts::NativeFacts;
use crate::model::finding::{Finding, Severity};
use crate::model::target::Runtime;

const SOURCE: &str = "the table of runtimes and their glibc in AWS's aws-lambda-builders";

/// Symbols of a glibc that the runtime does not have yet.
pub(in super::super) fn glibc(case: &Case<'_>) -> Ruling {
    let Some(runtime) = &case.target.runtime else { return Ruling::skipped("the runtime is not known") };
    let Some((has, had)) =
        runtime.facts().and_then(|facts| facts.glibc.as_deref()).and_then(|text| Some((text, version(text)?)))
    else {
        return Ruling::skipped(format!("the glibc of {runtime} is not known"));
    };
    let newer = |facts: &NativeFacts| newest(facts).filter(|newest| *newest > had);
    if Survey::is_needed(case, |_, facts| newer(facts).is_some()) == Some(false) {
        return Ruling::passed();
    }
    let Some(survey) = Survey::new(case) else { return Ruling::undecided(NOT_READ) };
    let loaded = loaded(&survey);
    let mut groups: BTreeMap<Severity, Vec<(&Native<'_>, Vec<u32>)>> = BTreeMap::new();
    for native in survey.natives.iter().filter(|native| native.flaw.is_none()) {
        if let Some(newest) = newer(native.facts) {
            let is_loaded = loaded.contains(&native.placed.entry.0);
            let severity = if is_loaded { Severity::Error } else { Severity::Warning };
            groups.entry(severity).or_default().push((native, newest));
        }
    }
    Ruling::of(
        groups.into_iter().rev().filter_map(|(severity, natives)| too_new(&survey, runtime, has, severity, natives)),
    )
}

fn too_new(
    survey: &Survey<'_>,
    runtime: &Runtime,
    has: &str,
    severity: Severity,
    mut natives: Vec<(&Native<'_>, Vec<u32>)>,
) -> Option<Finding> {
    natives.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.placed.entry.cmp(&b.0.placed.entry)));
    let newest = natives.first()?.1.clone();
    let only: Vec<&Native<'_>> = natives.into_iter().map(|(native, _)| native).collect();
    let affected = survey.of(&only)?;
    let need = if affected.packages.len() == 1 { "needs" } else { "need" };
    let doubt = if severity == Severity::Error { "" } else { "; it may never be loaded" };
    let message = format!(
        "{} ({}) {need} symbols of glibc {}, and {runtime} has {has}{doubt}",
        named(&affected.packages),
        affected.files(),
        shown(&newest)
    );
    let other = Runtime::known().find(|name| is_alike(name, runtime) && has_glibc(name, &newest));
    let other = other.map_or(String::new(), |name| format!(", or take a runtime with a newer glibc, such as {name}"));
    let cure = cure::for_glibc(&survey.case, &affected.packages, has) + &other;
    Some(Finding { packages: affected.packages, source: SOURCE.to_owned(), ..finding(severity, message, cure) })
}

fn is_alike(name: &str, runtime: &Runtime) -> bool {
    name.parse::<Runtime>().is_ok_and(|other| other.family() == runtime.family())
}

fn has_glibc(runtime: &str, wanted: &[u32]) -> bool {
    let facts = runtime.parse::<Runtime>().ok().and_then(|runtime| runtime.facts());
    facts.and_then(|facts| version(facts.glibc.as_deref()?)).is_some_and(|has| has.as_slice() >= wanted)
}

/// What an import would load: modules, and the libraries that they and their libraries ask for by name.
fn loaded(survey: &Survey<'_>) -> BTreeSet<u32> {
    let mut by_name: BTreeMap<&str, Vec<&Native<'_>>> = BTreeMap::new();
    for native in &survey.natives {
        for name in [Some(native.name.as_str()), native.facts.soname.as_deref()].into_iter().flatten() {
            by_name.entry(name).or_default().push(native);
        }
    }
    let mut waiting: Vec<&Native<'_>> = survey.natives.iter().filter(|native| is_module(&native.name)).collect();
    let mut loaded = BTreeSet::new();
    while let Some(native) = waiting.pop() {
        if loaded.insert(native.placed.entry.0) {
            let needed = native.facts.needed.iter().filter_map(|name| by_name.get(name.as_str()));
            waiting.extend(needed.flatten());
        }
    }
    loaded
}

/// What is imported or started by its name, and not a library that only others ask for.
fn is_module(name: &str) -> bool {
    flaw::is_tagged(name)
        || name == "bootstrap"
        || name.ends_with(".node")
        || (name.ends_with(".so") && !name.starts_with("lib"))
}

fn newest(facts: &NativeFacts) -> Option<Vec<u32>> {
    facts.glibc.iter().filter_map(|text| version(text)).max()
}

fn version(text: &str) -> Option<Vec<u32>> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

fn shown(version: &[u32]) -> String {
    version.iter().map(u32::to_string).collect::<Vec<_>>().join(".")
}
