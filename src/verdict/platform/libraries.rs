//! Shared libraries that are neither in the bundle nor known to be in Lambda. Never an error: nobody lists what is there.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::super::Case;
use super::super::ruling::{Ruling, named, note};
use super::NOT_READ;
use super::survey::Survey;
use crate::model::bucket::Bucket;
use crate::model::finding::Finding;
use crate::model::interpreter::{Expected, expected};
use crate::model::package::PackageIndex;

/// Libraries that nobody brings.
pub(in super::super) fn libraries(case: &Case<'_>) -> Ruling {
    let Some(is_needed) = any_missing(case) else { return Ruling::undecided(NOT_READ) };
    if !is_needed {
        return Ruling::passed();
    }
    let Some(survey) = Survey::new(case) else { return Ruling::undecided(NOT_READ) };
    let right = || survey.natives.iter().filter(|native| native.flaw.is_none());
    let brought: BTreeSet<&str> =
        right().flat_map(|native| [Some(native.name.as_str()), native.facts.soname.as_deref()]).flatten().collect();
    let mut missing: BTreeMap<&str, BTreeSet<PackageIndex>> = BTreeMap::new();
    for native in right() {
        for library in &native.facts.needed {
            if !brought.contains(library.as_str()) && expected(library) != Expected::Base {
                missing.entry(library).or_default().insert(native.placed.owner);
            }
        }
    }
    if missing.is_empty() {
        return Ruling::passed();
    }
    let packages = survey.deployed.keys(missing.values().flatten().copied());
    let libraries: Vec<&str> = missing.keys().copied().collect();
    let (need, are) = (verb(packages.len(), "needs", "need"), verb(libraries.len(), "is", "are"));
    let message = format!(
        "{} {need} {}, which {are} not in the bundle and not known to be in Lambda",
        named(&packages),
        named(&libraries)
    );
    let cure = "see whether it loads there; if not, bring the library in the function's lib/, or take a build of the \
                package that does without it";
    let source = "the libraries that a manylinux wheel may expect, in auditwheel's policy".to_owned();
    Finding { packages, source, ..note(message, cure) }.into()
}

/// Whether the plan can matter at all: something is needed that the system is not known to have and that no place of the
/// bundle has under its name, or something is left out.
fn any_missing(case: &Case<'_>) -> Option<bool> {
    let natives = case.bundle.facts.natives.as_ref()?;
    let all_deployed =
        case.plan.slim().exclude.is_empty() && case.plan.placements().values().all(|it| it.bucket() != Bucket::LeftOut);
    let listing = &case.bundle.listing;
    let known = natives.keys().filter(|entry| (entry.0 as usize) < listing.len());
    let names: HashSet<&[u8]> = known.map(|&entry| listing.name(entry)).collect();
    let is_missing = |library: &String| !names.contains(library.as_bytes()) && expected(library) != Expected::Base;
    Some(!all_deployed || natives.values().any(|facts| facts.needed.iter().any(is_missing)))
}

fn verb(count: usize, one: &'static str, more: &'static str) -> &'static str {
    if count == 1 { one } else { more }
}
