//! `Requires-Python` of each distribution against the runtime.

use std::str::FromStr;

use pep440_rs::{Version, VersionSpecifiers};

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, error, note, warning};
use crate::model::escape::printable;
use crate::model::finding::Finding;

const SOURCE: &str = "Requires-Python in the package's metadata";
/// Patch releases with which a minor version is tried; a specifier that no such release meets excludes it.
const PATCHES: u64 = 40;

/// Packages that say that they do not run on the runtime's Python.
pub(in super::super) fn requires_python(case: &Case<'_>) -> Ruling {
    let Some(runtime) = &case.target.runtime else { return Ruling::skipped("the runtime is not known") };
    let Some((major, minor)) = runtime.python_version() else {
        return Ruling::skipped(format!("{runtime} does not run Python"));
    };
    let deployed = Deployed::new(case);
    let mut findings = Vec::new();
    for (index, package) in case.bundle.indexed().filter(|&(index, _)| Tree::of(deployed.bucket(index)).is_some()) {
        let Some(asked) = case.bundle.distribution(package).and_then(|found| found.requires_python.as_deref()) else {
            continue;
        };
        let shown = printable(asked.as_bytes());
        let found = match VersionSpecifiers::from_str(asked) {
            Err(_) => note(
                format!("{} asks for a Python in words that cannot be read: {shown}", package.title()),
                "nothing needs to be done if it works; its authors may like to know",
            ),
            Ok(specifiers) if meets(&specifiers, major, minor) => continue,
            Ok(specifiers) => {
                refuses(&package.title(), &shown, case, (0..minor).any(|older| meets(&specifiers, major, older)))
            }
        };
        let packages = vec![deployed.key(index).clone()];
        findings.push(Finding { packages, source: SOURCE.to_owned(), ..found });
    }
    Ruling::of(findings)
}

/// A package that stops before this Python often runs all the same; one that begins after it was written for another.
fn refuses(title: &str, asked: &str, case: &Case<'_>, is_met_by_older: bool) -> Finding {
    let runtime = case.target.runtime.as_ref().map(ToString::to_string).unwrap_or_default();
    let message = format!("{title} is for Python {asked}, and the runtime is {runtime}");
    let cure = format!("install a version of it that is for the Python of {runtime}, or take a runtime that it is for");
    if is_met_by_older { warning(message, cure) } else { error(message, cure) }
}

fn meets(specifiers: &VersionSpecifiers, major: u8, minor: u8) -> bool {
    (0..PATCHES).any(|patch| specifiers.contains(&Version::new([u64::from(major), u64::from(minor), patch])))
}
