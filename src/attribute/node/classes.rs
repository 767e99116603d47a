//! What of Node's packages is what, beyond what the end of a name tells.

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

/// Folders of tests.
const TESTS: [&[u8]; 2] = [b"__tests__", b"__mocks__"];

/// Marks `package.json` files, which Node itself reads, tests and declarations by their own names, and files for systems
/// that Lambda never is.
pub fn mark(listing: &Listing, facts: &Facts, owned: &Owned, classes: &mut [Class]) {
    if facts.node.is_empty() {
        return;
    }
    let marker = Marker { listing, facts, owned, classes };
    // Each is found by what was told so far; of one that is found twice the later counts.
    let marks = [
        (marker.flow(), Class::Stubs),
        (marker.tests(), Class::Tests),
        (marker.prebuilds(), Class::Foreign),
        (marker.foreign(), Class::Foreign),
        (marker.manifests(), Class::Metadata),
        (marker.compilers(), Class::Data),
        (marker.notes(), Class::BuildMetadata),
    ];
    for (found, class) in marks {
        found.into_iter().for_each(|entry| classes[entry.index()] = class);
    }
}

/// Finds what is to be marked, by names and folders: of a hundred thousand files these are few.
struct Marker<'a> {
    listing: &'a Listing,
    facts: &'a Facts,
    owned: &'a Owned,
    classes: &'a [Class],
}

impl Marker<'_> {
    /// The place of the Node package that owns an entry.
    fn package(&self, entry: EntryId) -> Option<usize> {
        let package = &self.owned.packages[self.owned.owners.get(entry)?.0 as usize];
        package.facts.filter(|&at| package.ecosystem == Ecosystem::Node && at < self.facts.node.len())
    }

    /// Those of one of these classes that a Node package owns.
    fn owned(&self, entries: impl Iterator<Item = EntryId>, classes: &[Class]) -> Vec<EntryId> {
        let is_wanted = |entry: &EntryId| classes.contains(&self.classes[entry.index()]);
        entries.filter(is_wanted).filter(|&entry| self.package(entry).is_some()).collect()
    }

    fn flow(&self) -> Vec<EntryId> {
        self.owned(self.listing.ending_with(b".flow"), &[Class::Data])
    }

    fn tests(&self) -> Vec<EntryId> {
        let listing = self.listing;
        let is_test = |entry: &EntryId| is_named_a_test(listing.name(*entry));
        let named = listing.holding(b".test.").chain(listing.holding(b".spec.")).filter(is_test);
        let folders = TESTS.iter().flat_map(|name| self.folders(name));
        self.owned(named.chain(folders.flat_map(|folder| below_tests(listing, folder))), &[Class::Data, Class::Code])
    }

    fn prebuilds(&self) -> Vec<EntryId> {
        let listing = self.listing;
        let systems = self.folders(b"prebuilds").flat_map(|folder| listing.children(folder));
        let below = systems.flat_map(|system| listing.children(system));
        self.owned(below.filter(|&entry| is_foreign_prebuild(listing, entry)), &[Class::Native, Class::Data])
    }

    fn folders<'s>(&'s self, name: &'s [u8]) -> impl Iterator<Item = EntryId> + 's {
        let (listing, named) = (self.listing, self.listing.ending_with(name));
        named.filter(move |&entry| listing.name(entry) == name && listing.kind(entry) == EntryKind::Directory)
    }

    /// All of packages that are for other systems.
    fn foreign(&self) -> Vec<EntryId> {
        self.all_of(is_foreign).collect()
    }

    /// What packages own that are such: each what lies in its folder and is no other's, and links that lead there.
    fn all_of(&self, is_such: fn(&NodePackage) -> bool) -> impl Iterator<Item = EntryId> {
        let listing = self.listing;
        let such = self.facts.node.iter().enumerate().filter(move |(_, package)| is_such(package));
        such.flat_map(move |(place, package)| {
            let known = |entry: &EntryId| entry.index() < listing.len();
            let folder = Some(package.folder).filter(known);
            let all =
                folder.into_iter().flat_map(|folder| listing.subtree(folder)).chain(package.links.iter().copied());
            all.filter(move |entry| self.package(*entry) == Some(place))
        })
    }

    fn manifests(&self) -> Vec<EntryId> {
        let name = super::MANIFEST.as_bytes();
        let named = self.listing.ending_with(name).filter(|&entry| self.listing.name(entry) == name);
        named.filter(|&entry| self.package(entry).is_some()).collect()
    }

    /// The compiler itself reads the declarations that it brings.
    fn compilers(&self) -> Vec<EntryId> {
        let of_compilers = self.all_of(|package| package.name == "typescript");
        of_compilers.filter(|entry| self.classes[entry.index()] == Class::Stubs).collect()
    }

    fn notes(&self) -> Vec<EntryId> {
        let is_yours = |entry: &EntryId| {
            let owner = self.owned.owners.get(*entry);
            owner.is_some_and(|owner| self.owned.packages[owner.0 as usize].ecosystem == Ecosystem::YourFiles)
        };
        let named = NOTES.iter().flat_map(|note| self.listing.ending_with(note));
        named.filter(|&entry| is_note(self.listing, entry)).filter(is_yours).collect()
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

fn is_apart(name: &[u8]) -> bool {
    name == b"node_modules" || TESTS.contains(&name)
}

/// What lies in a folder of tests. A package nested there is none of that, and folders of tests are asked themselves.
fn below_tests(listing: &Listing, folder: EntryId) -> Vec<EntryId> {
    let mut below = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for entry in listing.children(folder) {
            match listing.kind(entry) {
                EntryKind::Directory if is_apart(listing.name(entry)) => {}
                EntryKind::Directory => folders.push(entry),
                _ => below.push(entry),
            }
        }
    }
    below
}

fn is_note(listing: &Listing, entry: EntryId) -> bool {
    let folder = listing.name(listing.parent(entry));
    (folder == b"node_modules" || folder == b".pnpm") && NOTES.contains(&listing.name(entry))
}
