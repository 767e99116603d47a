//! The primary class of every file, from its path alone.

use std::borrow::Cow;
use std::collections::BTreeSet;

use rayon::prelude::*;

use super::AT_ONCE;
use super::owners::Owned;
use crate::model::class::Class;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::{Facts, NativeFacts};
use crate::model::listing::Listing;
use crate::model::package::Ecosystem;
use crate::model::ruby::Gem;

/// What the folders above a file say about it.
#[derive(Clone, Copy, Default)]
struct Surroundings {
    tests: bool,
    docs: bool,
    metadata: bool,
}

/// The class of every entry; that of a directory means nothing.
pub fn of_all(listing: &Listing) -> Vec<Class> {
    let is_folder = |entry: EntryId| listing.kind(entry) == EntryKind::Directory;
    let above = |folders: &[Surroundings], entry| folders[listing.parent(entry).0 as usize];
    let mut folders: Vec<Surroundings> = vec![Surroundings::default(); listing.len()];
    for folder in listing.entries().skip(1).filter(|&entry| is_folder(entry)) {
        folders[folder.0 as usize] = inside(above(&folders, folder), listing.name(folder));
    }
    let of_one = |index| match EntryId(index) {
        entry if is_folder(entry) => Class::Data,
        entry => class(above(&folders, entry), listing.name(entry)),
    };
    (0..listing.len() as u32).into_par_iter().with_min_len(AT_ONCE).map(of_one).collect()
}

/// The class of one entry, for who asks for few.
pub fn of_one(listing: &Listing, entry: EntryId) -> Class {
    of_path(&listing.path(entry))
}

fn of_path(path: &[u8]) -> Class {
    let mut folders: Vec<&[u8]> = path.split(|&byte| byte == b'/').collect();
    let name = folders.pop().unwrap_or_default();
    class(folders.into_iter().fold(Surroundings::default(), inside), name)
}

fn inside(above: Surroundings, name: &[u8]) -> Surroundings {
    Surroundings {
        tests: above.tests || matches!(name, b"tests" | b"test"),
        docs: above.docs || matches!(name, b"docs" | b"doc"),
        metadata: above.metadata || is_metadata(name),
    }
}

fn is_metadata(name: &[u8]) -> bool {
    name.ends_with(b".dist-info") || name.ends_with(b".egg-info")
}

fn class(above: Surroundings, name: &[u8]) -> Class {
    if let (Surroundings { tests: false, docs: false, metadata: false }, Some(class)) = (above, by_common_end(name)) {
        return class;
    }
    let lower = lower(name);
    let is_bytecode = lower.ends_with(b".pyc");
    match above {
        Surroundings { tests: true, .. } if is_bytecode => Class::TestBytecode,
        Surroundings { tests: true, .. } => Class::Tests,
        _ if is_bytecode => Class::Bytecode,
        Surroundings { metadata: true, .. } => metadata(name),
        _ if is_metadata(name) => Class::Metadata,
        _ => by_name(&lower).unwrap_or(if above.docs { Class::Docs } else { Class::Data }),
    }
}

/// The same as what follows tells of them, for the ends that most names have, told at once.
fn by_common_end(name: &[u8]) -> Option<Class> {
    let dot = name.iter().rposition(|&byte| byte == b'.')?;
    match &name[dot..] {
        b".js" | b".mjs" | b".cjs" | b".py" => Some(Class::Code),
        b".json" => Some(Class::Data),
        b".map" => Some(Class::Maps),
        b".md" => Some(Class::Docs),
        b".ts" if name.ends_with(b".d.ts") => Some(Class::Stubs),
        b".pyc" => Some(Class::Bytecode),
        _ => None,
    }
}

/// A name in small letters, as most are from the start.
fn lower(name: &[u8]) -> Cow<'_, [u8]> {
    match name.iter().any(u8::is_ascii_uppercase) {
        true => Cow::Owned(name.to_ascii_lowercase()),
        false => Cow::Borrowed(name),
    }
}

/// What differs between two builds of the same distribution is told apart from what describes it.
fn metadata(name: &[u8]) -> Class {
    match name {
        b"RECORD" | b"INSTALLER" | b"REQUESTED" | b"direct_url.json" | b"installed-files.txt" => Class::BuildMetadata,
        _ => Class::Metadata,
    }
}

/// By the end of the name. Code counts as code also in a folder for documentation: botocore keeps modules in one.
fn by_name(lower: &[u8]) -> Option<Class> {
    if lower.ends_with(b".d.ts") || lower.ends_with(b".d.mts") || lower.ends_with(b".d.cts") {
        return Some(Class::Stubs);
    }
    let mut parts = lower.rsplit(|&byte| byte == b'.');
    let extension = parts.next().filter(|extension| extension.len() < lower.len())?;
    match extension {
        b"pyi" => Some(Class::Stubs),
        b"so" | b"node" => Some(Class::Native),
        b"dylib" | b"pyd" | b"dll" | b"exe" => Some(Class::Foreign),
        b"h" | b"hpp" | b"hh" | b"c" | b"cpp" | b"cc" | b"cxx" | b"pxd" | b"pyx" | b"pxi" | b"f" | b"f90" => {
            Some(Class::Headers)
        }
        b"a" | b"lib" => Some(Class::StaticLibraries),
        b"map" => Some(Class::Maps),
        b"md" | b"rst" => Some(Class::Docs),
        b"py" | b"js" | b"mjs" | b"cjs" | b"rb" | b"jar" | b"class" => Some(Class::Code),
        _ => is_versioned_library(lower).then_some(Class::Native),
    }
}

/// `libgomp-a34b3233.so.1.0.0`
fn is_versioned_library(lower: &[u8]) -> bool {
    if !lower.last().is_some_and(|&last| last.is_ascii_digit() || last == b'.') {
        return false;
    }
    let Some(at) = memchr::memmem::rfind(lower, b".so.") else { return false };
    let version = &lower[at + 4..];
    !version.is_empty() && version.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.')
}

/// What a file's own header says wins over its name: a `.so` or `.node` may be for macOS.
pub fn mark_foreign(facts: &Facts, classes: &mut [Class]) {
    let is_foreign = |native: &NativeFacts| matches!(native.format.as_str(), "mach-o" | "pe");
    for (entry, _) in facts.natives.iter().flatten().filter(|(_, native)| is_foreign(native)) {
        if let Some(class @ Class::Native) = classes.get_mut(entry.0 as usize) {
            *class = Class::Foreign;
        }
    }
}

/// Files in folders of tests that something outside of tests imports are what they would be elsewhere: they stay when
/// tests are left out.
pub fn mark_imported_tests(listing: &Listing, imported: &BTreeSet<EntryId>, classes: &mut [Class]) {
    for &entry in imported {
        classes[entry.0 as usize] = class(Surroundings::default(), listing.name(entry));
        for compiled in super::tests_needed::compiled(listing, entry) {
            classes[compiled.0 as usize] = Class::Bytecode;
        }
    }
}

/// What gems hold, told by where it lies in the gem. Folders of tests stand at a gem's top alone: `lib/rack/test/` is
/// code that others load.
pub fn mark_gems(listing: &Listing, facts: &Facts, owned: &Owned, classes: &mut [Class]) {
    if facts.gems.is_empty() {
        return;
    }
    for entry in listing.entries() {
        let Some(owner) = owned.owners.get(entry) else { continue };
        let package = &owned.packages[owner.0 as usize];
        let gem = package.facts.filter(|_| package.ecosystem == Ecosystem::Ruby).and_then(|at| facts.gems.get(at));
        if let Some(gem) = gem {
            classes[entry.0 as usize] = of_gem(listing, gem, entry);
        }
    }
}

fn of_gem(listing: &Listing, gem: &Gem, entry: EntryId) -> Class {
    let name = listing.name(entry);
    let lower = lower(name);
    let by_its_name = || by_name(&lower);
    if lower.ends_with(b".gemspec") {
        return Class::Metadata;
    }
    if lower.ends_with(b".gem") {
        return Class::Archives;
    }
    let folder = gem.folder.filter(|&folder| listing.is_within(entry, folder)).unwrap_or(gem.root);
    let path = listing.path_below(entry, folder);
    let top = path.iter().position(|&byte| byte == b'/').map_or(&b""[..], |end| &path[..end]);
    match top {
        b"test" | b"tests" | b"spec" | b"features" => Class::Tests,
        b"sig" | b"rbi" => Class::Stubs,
        b"doc" | b"docs" => by_its_name().unwrap_or(Class::Docs),
        b"build_info" => Class::BuildMetadata,
        _ => by_its_name().unwrap_or(Class::Data),
    }
}

/// Scripts that an installer wrote to `bin/` name the interpreter of the machine that built.
pub fn mark_scripts(listing: &Listing, owned: &Owned, classes: &mut [Class]) {
    if !owned.packages.iter().any(|package| package.ecosystem == Ecosystem::Python) {
        return;
    }
    for entry in listing.entries() {
        let Some(owner) = owned.owners.get(entry) else { continue };
        let package = &owned.packages[owner.0 as usize];
        let is_script = package.ecosystem == Ecosystem::Python && is_in_bin(listing, entry, package.root);
        let class = &mut classes[entry.0 as usize];
        if is_script && !matches!(class, Class::Bytecode | Class::TestBytecode | Class::Tests) {
            *class = Class::BuildMetadata;
        }
    }
}

fn is_in_bin(listing: &Listing, entry: EntryId, root: EntryId) -> bool {
    let folder = listing.parent(entry);
    folder != root && listing.parent(folder) == root && listing.name(folder) == b"bin"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(path: &str) -> Class {
        of_path(path.as_bytes())
    }

    #[test]
    fn what_is_told_at_once_is_what_would_be_told_else() {
        for name in ["a.js", "a.mjs", "a.cjs", "a.py", "a.json", "a.js.map", "a.md", "a.d.ts", "a.pyc", ".js", "a..js"]
        {
            let (at_once, else_told) = (by_common_end(name.as_bytes()), by_name(name.as_bytes()));
            let told = if name.ends_with(".pyc") { Class::Bytecode } else { else_told.unwrap_or(Class::Data) };
            assert_eq!(at_once, Some(told), "{name}");
            assert_eq!(of(&name.to_ascii_uppercase()), told, "{name} in capitals");
        }
        assert_eq!((by_common_end(b"a.ts"), by_common_end(b"js")), (None, None));
    }

    #[test]
    fn every_kind_of_file_has_its_class() {
        let expected = [
            ("numpy/a.py", Class::Code),
            ("numpy/__pycache__/a.cpython-310.pyc", Class::Bytecode),
            ("numpy/tests/a.py", Class::Tests),
            ("numpy/test/__pycache__/a.cpython-310.pyc", Class::TestBytecode),
            ("numpy/a.pyi", Class::Stubs),
            ("node_modules/a/index.d.ts", Class::Stubs),
            ("numpy/core/a.cpython-310-x86_64-linux-gnu.so", Class::Native),
            ("setuptools/cli.exe", Class::Foreign),
            ("numpy/.dylibs/libopenblas.dylib", Class::Foreign),
            ("scipy.libs/libgfortran.so.5.0.0", Class::Native),
            ("numpy/core/include/a.h", Class::Headers),
            ("numpy/core/lib/libnpymath.a", Class::StaticLibraries),
            ("a/index.js.map", Class::Maps),
            ("a/README.md", Class::Docs),
            ("a/docs/index.html", Class::Docs),
            ("botocore/docs/client.py", Class::Code),
            ("a-1.dist-info/METADATA", Class::Metadata),
            ("a-1.dist-info/licenses/LICENSE.md", Class::Metadata),
            ("a-1.dist-info/RECORD", Class::BuildMetadata),
            ("a.egg-info", Class::Metadata),
            ("models/model.bin", Class::Data),
            ("py", Class::Data),
            ("a.so.txt", Class::Data),
        ];
        for (path, class) in expected {
            assert_eq!(of(path), class, "{path}");
        }
    }
}
