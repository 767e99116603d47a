//! What of Node's packages is what, beyond what the end of a name tells.

use rayon::prelude::*;

use crate::attribute::AT_ONCE;
use crate::attribute::owners::Owned;
use crate::model::class::Class;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::Facts;
use crate::model::listing::Listing;
use crate::model::node::NodePackage;
use crate::model::package::Ecosystem;

/// What an installer notes beside the packages; it differs with how the installation came about.
const NOTES: [&[u8]; 6] = [
    b".package-lock.json",
    b".modules.yaml",
    b".yarn-integrity",
    b".yarn-state.yml",
    b"lock.yaml",
    b".pnpm-workspace-state.json",
];

/// Marks `package.json` files, which Node itself reads, tests and declarations by their own names, and files for systems
/// that Lambda never is.
pub fn mark(listing: &Listing, facts: &Facts, owned: &Owned, classes: &mut [Class]) {
    if facts.node.is_empty() {
        return;
    }
    let is_foreign: Vec<bool> = facts.node.iter().map(is_foreign).collect();
    let are_tests = folders_of_tests(listing);
    let mark = |(index, class): (usize, &mut Class)| {
        let entry = EntryId(index as u32);
        let Some(owner) = owned.owners.get(entry) else { return };
        let package = &owned.packages[owner.0 as usize];
        match (package.ecosystem, package.facts) {
            (Ecosystem::Node, Some(at)) if at < facts.node.len() => {
                // The compiler itself reads the declarations that it brings.
                let reads_stubs = *class == Class::Stubs && facts.node[at].name == "typescript";
                let is_below_tests = are_tests[listing.parent(entry).index()];
                let of = || of(listing, entry, *class, is_foreign[at], is_below_tests);
                *class = if reads_stubs { Class::Data } else { of() };
            }
            (Ecosystem::YourFiles, _) if is_note(listing, entry) => *class = Class::BuildMetadata,
            _ => {}
        }
    };
    classes.par_iter_mut().enumerate().with_min_len(AT_ONCE).for_each(mark);
}

fn of(listing: &Listing, entry: EntryId, class: Class, is_foreign: bool, is_below_tests: bool) -> Class {
    let name = listing.name(entry);
    match class {
        _ if name == super::MANIFEST.as_bytes() => Class::Metadata,
        _ if is_foreign => Class::Foreign,
        Class::Native | Class::Data if is_foreign_prebuild(listing, entry) => Class::Foreign,
        Class::Data | Class::Code if is_below_tests || is_named_a_test(name) => Class::Tests,
        Class::Data if name.ends_with(b".flow") => Class::Stubs,
        other => other,
    }
}

/// A package that says of itself that it is for other systems alone: `@esbuild/darwin-arm64`, `@img/sharp-linuxmusl-x64`.
fn is_foreign(package: &NodePackage) -> bool {
    !package.is_for(&["x64", "arm64"])
}

/// `prebuilds/darwin-x64+arm64/…`, `prebuilds/linux-x64/node.napi.musl.node`
fn is_foreign_prebuild(listing: &Listing, entry: EntryId) -> bool {
    let folder = listing.parent(entry);
    if listing.name(listing.parent(folder)) != b"prebuilds" {
        return false;
    }
    let platform = String::from_utf8_lossy(listing.name(folder)).into_owned();
    let Some((system, machines)) = platform.split_once('-') else { return false };
    let is_ours = system == "linux" && machines.split('+').any(|machine| matches!(machine, "x64" | "arm64"));
    !is_ours || listing.name(entry).windows(6).any(|part| part == b".musl.")
}

/// `x.test.js`, `x.spec.mjs`
fn is_named_a_test(name: &[u8]) -> bool {
    let mut parts = name.rsplit(|&byte| byte == b'.').skip(1);
    matches!(parts.next(), Some(b"test" | b"spec")) && parts.next().is_some()
}

/// Which folders are, or lie somewhere in, a `__tests__` of the same package. A package nested there is none of that.
fn folders_of_tests(listing: &Listing) -> Vec<bool> {
    let mut are_tests = vec![false; listing.len()];
    for folder in listing.entries().skip(1).filter(|&entry| listing.kind(entry) == EntryKind::Directory) {
        are_tests[folder.index()] = match listing.name(folder) {
            b"node_modules" => false,
            b"__tests__" | b"__mocks__" => true,
            _ => are_tests[listing.parent(folder).index()],
        };
    }
    are_tests
}

fn is_note(listing: &Listing, entry: EntryId) -> bool {
    let folder = listing.name(listing.parent(entry));
    (folder == b"node_modules" || folder == b".pnpm") && NOTES.contains(&listing.name(entry))
}
