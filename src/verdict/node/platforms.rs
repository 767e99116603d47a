//! Packages that are for other platforms alone: bytes that are never loaded.

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, is_or_are, named, note};
use super::{NONE, has_packages};
use crate::model::bytes::Bytes;
use crate::model::finding::Finding;
use crate::model::package::PackageIndex;
use crate::model::target::Architecture;

/// What npm would not have installed for the target: `@esbuild/darwin-arm64`, `@img/sharp-linux-arm64` for x86_64.
pub(in super::super) fn platforms(case: &Case<'_>) -> Ruling {
    if !has_packages(case) {
        return Ruling::skipped(NONE);
    }
    let processors: &[&str] = match case.target.architecture {
        Some(Architecture::X86_64) => &["x64"],
        Some(Architecture::Arm64) => &["arm64"],
        None => &["x64", "arm64"],
    };
    let deployed = Deployed::new(case);
    let is_other = |index: PackageIndex| {
        let found = case.bundle.node_package(case.bundle.package(index));
        found.is_some_and(|found| !found.is_for(processors)) && Tree::of(deployed.bucket(index)).is_some()
    };
    let others: Vec<PackageIndex> = case.bundle.indexed().map(|(index, _)| index).filter(|&it| is_other(it)).collect();
    if others.is_empty() {
        return Ruling::passed();
    }
    let bytes: Bytes = others.iter().map(|&index| case.cargo.load(index).unzipped).sum();
    let packages = deployed.keys(others);
    let message = format!(
        "{} {} for other platforms than {}: {bytes} that are never loaded",
        named(&packages),
        is_or_are(packages.len()),
        case.target
    );
    let cure = "leave them out; npm install --os=linux --cpu=… --libc=glibc brings the right ones alone";
    let source = "os, cpu and libc in the packages' package.json".to_owned();
    Finding { packages, bytes: Some(bytes), source, ..note(message, cure) }.into()
}
