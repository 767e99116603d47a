//! What of Node's packages is what, beyond what the end of a name tells.

use crate::attribute::owners::Owned;
use crate::model::class::Class;
use crate::model::entry::EntryId;
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
    for entry in listing.entries() {
        let Some(owner) = owned.owners.get(entry) else { continue };
        let package = &owned.packages[owner.0 as usize];
        let class = &mut classes[entry.0 as usize];
        match (package.ecosystem, package.facts) {
            (Ecosystem::Node, Some(at)) if at < facts.node.len() => {
                // The compiler itself reads the declarations that it brings.
                let reads_stubs = *class == Class::Stubs && facts.node[at].name == "typescript";
                *class = if reads_stubs { Class::Data } else { of(listing, entry, *class, is_foreign[at]) };
            }
            (Ecosystem::YourFiles, _) if is_note(listing, entry) => *class = Class::BuildMetadata,
            _ => {}
        }
    }
}

fn of(listing: &Listing, entry: EntryId, class: Class, is_foreign: bool) -> Class {
    let name = listing.name(entry);
    match class {
        _ if name == b"package.json" => Class::Metadata,
        _ if is_foreign => Class::Foreign,
        Class::Native | Class::Data if is_foreign_prebuild(listing, entry) => Class::Foreign,
        Class::Data | Class::Code if is_test(listing, entry) => Class::Tests,
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

/// `__tests__/x.js`, `x.test.js`, `x.spec.mjs`
fn is_test(listing: &Listing, entry: EntryId) -> bool {
    let name = listing.name(entry);
    let mut parts = name.rsplit(|&byte| byte == b'.').skip(1);
    let is_named = matches!(parts.next(), Some(b"test" | b"spec")) && parts.next().is_some();
    is_named || is_below_tests(listing, entry)
}

fn is_below_tests(listing: &Listing, entry: EntryId) -> bool {
    let mut at = listing.parent(entry);
    while at != EntryId::ROOT && listing.name(at) != b"node_modules" {
        if matches!(listing.name(at), b"__tests__" | b"__mocks__") {
            return true;
        }
        at = listing.parent(at);
    }
    false
}

fn is_note(listing: &Listing, entry: EntryId) -> bool {
    let folder = listing.name(listing.parent(entry));
    (folder == b"node_modules" || folder == b".pnpm") && NOTES.contains(&listing.name(entry))
}
