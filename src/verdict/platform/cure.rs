//! What gets the right native files: the command of whoever installed the packages, on whatever machine it runs.

use super::super::{Case, build_command};
use crate::model::package::{Ecosystem, PackageKey};
use crate::model::target::Architecture;

/// Who installed the packages; your own files go with the runtime, and with Python where that is not known.
fn installer(case: &Case<'_>, packages: &[PackageKey]) -> Ecosystem {
    let whose = packages.iter().filter_map(|key| case.bundle.get(key)).map(|package| package.ecosystem);
    match whose.min_by_key(|whose| *whose == Ecosystem::YourFiles) {
        Some(Ecosystem::YourFiles) | None => match case.target.runtime.as_ref().map(|runtime| runtime.family()) {
            Some("python") | None => Ecosystem::Python,
            Some(_) => Ecosystem::YourFiles,
        },
        Some(installed) => installed,
    }
}

/// For files of another system, machine or C library.
pub(super) fn for_the_target(case: &Case<'_>, packages: &[PackageKey]) -> String {
    let machine = if case.target.architecture == Some(Architecture::Arm64) { "aarch64" } else { "x86_64" };
    let command = match installer(case, packages) {
        Ecosystem::Python => {
            build_command("requirements.txt", case.target).map(|it| format!("wheels for {}: {it}", case.target))
        }
        Ecosystem::Node => {
            build_command("package.json", case.target).map(|it| format!("packages for {}: {it}", case.target))
        }
        Ecosystem::Ruby => {
            Some(format!("the gems for Linux: bundle lock --add-platform {machine}-linux, then bundle install there"))
        }
        Ecosystem::Java | Ecosystem::YourFiles => None,
    };
    command.map_or_else(|| format!("build it for {}", case.target), |what| format!("install {what}"))
}

/// For files that want a newer glibc than the runtime has.
pub(super) fn for_glibc(case: &Case<'_>, packages: &[PackageKey], has: &str) -> String {
    match installer(case, packages) {
        Ecosystem::Python => format!("install wheels that ask for glibc {has} at most (manylinux2014 does)"),
        _ => format!("build it where glibc is {has} or older, or link it statically"),
    }
}
