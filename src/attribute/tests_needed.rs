//! Files in folders of tests that something outside of tests imports, and what those need in turn: left out, they would
//! be missed. numpy 2.2 is such a package: `numpy.testing` takes a name from `numpy._core.tests`.
//!
//! Few sources mention tests at all, so only those that hold the word are parsed.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use super::class;
use super::imports;
use super::python::LONGEST_SOURCE;
use crate::model::class::Class;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::{Import, ModuleFacts, Timing};
use crate::model::listing::Listing;
use crate::model::watch::Watch;

/// Of more sources nobody asks: a bundle that Lambda takes has fewer, and each of them would have to be read.
const MOST_SOURCES: usize = 50_000;

/// The names that a folder of tests has.
const FOLDERS: [&[u8]; 2] = [b"tests", b"test"];

/// Reads who imports tests; what is `known` of sources already is not read again. `None`: there are too many sources to
/// look into. To be called on deep stacks.
pub fn read(
    listing: &Listing,
    contents: &dyn Contents,
    roots: &HashSet<EntryId>,
    known: &BTreeMap<EntryId, ModuleFacts>,
    watch: &dyn Watch,
) -> Option<BTreeSet<EntryId>> {
    let resolver = Resolver { listing, roots };
    let all_sources = listing.ending_with(b".py").filter(|&entry| is_source(listing, entry));
    let sources: Vec<EntryId> = all_sources.take(MOST_SOURCES + 1).collect();
    if sources.len() > MOST_SOURCES {
        return None;
    }
    let read = |entry: EntryId| {
        imports::read(listing, contents, entry, super::reading::root_of(listing, roots, entry)).unwrap_or_default()
    };
    let tests = |&entry: &EntryId| match known.get(&entry) {
        Some(module) => resolver.tests(module),
        None if !watch.is_cancelled() && mentions_tests(listing, contents, entry) => resolver.tests(&read(entry)),
        None => Vec::new(),
    };
    let mut needed = BTreeSet::new();
    let mut waiting: Vec<EntryId> = sources.par_iter().flat_map_iter(tests).collect();
    while let Some(test) = waiting.pop() {
        if needed.insert(test) {
            waiting.extend(known.get(&test).map_or_else(|| resolver.tests(&read(test)), |it| resolver.tests(it)));
        }
    }
    Some(needed)
}

/// What a recording of imports tells; what those tests need in turn is not in it.
pub fn recorded(
    listing: &Listing,
    modules: &BTreeMap<EntryId, ModuleFacts>,
    roots: &HashSet<EntryId>,
) -> BTreeSet<EntryId> {
    let resolver = Resolver { listing, roots };
    let is_there = |entry: EntryId| (entry.0 as usize) < listing.len();
    let outside = modules.iter().filter(|(entry, _)| is_there(**entry) && is_source(listing, **entry));
    outside.flat_map(|(_, module)| resolver.tests(module)).collect()
}

/// A source outside of tests. `conftest.py` is read by pytest alone.
fn is_source(listing: &Listing, entry: EntryId) -> bool {
    let name = listing.name(entry);
    name.ends_with(b".py")
        && name != b"conftest.py"
        && listing.kind(entry) == EntryKind::File
        && class::of_one(listing, entry) == Class::Code
}

fn mentions_tests(listing: &Listing, contents: &dyn Contents, entry: EntryId) -> bool {
    contents.read(listing, entry, LONGEST_SOURCE).is_ok_and(|content| holds_word(&content.bytes))
}

/// Whether `test` or `tests` stands there as a word of its own.
fn holds_word(text: &[u8]) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    memchr::memmem::find_iter(text, b"test").any(|at| {
        let after = if text.get(at + 4) == Some(&b's') { at + 5 } else { at + 4 };
        !is_word(at.checked_sub(1).and_then(|before| text.get(before))) && !is_word(text.get(after))
    })
}

/// Compiled forms of a source, in the folder beside it.
pub fn compiled(listing: &Listing, source: EntryId) -> Vec<EntryId> {
    let Some(stem) = listing.name(source).strip_suffix(b".py") else { return Vec::new() };
    let Some(cache) = listing.find(listing.parent(source), b"__pycache__") else { return Vec::new() };
    listing.children(cache).filter(|&entry| is_form_of(listing.name(entry), stem)).collect()
}

fn is_form_of(name: &[u8], stem: &[u8]) -> bool {
    name.strip_prefix(stem).is_some_and(|rest| rest.starts_with(b"."))
}

/// Finds the files of modules.
struct Resolver<'a> {
    listing: &'a Listing,
    roots: &'a HashSet<EntryId>,
}

impl Resolver<'_> {
    /// The files in folders of tests that a module's imports lead to.
    fn tests(&self, module: &ModuleFacts) -> Vec<EntryId> {
        let run = module.imports.iter().filter(|import| import.timing != Timing::Never);
        run.flat_map(|import| self.modules(import)).collect()
    }

    fn modules(&self, import: &Import) -> Vec<EntryId> {
        let parts: Vec<&[u8]> = import.module.split('.').map(str::as_bytes).collect();
        let is_folder = |part: &[u8]| FOLDERS.contains(&part);
        let names = import.names.iter().map(String::as_bytes);
        if !parts.iter().any(|part| is_folder(part)) && !names.clone().any(is_folder) {
            return Vec::new();
        }
        let mut found = self.along(&parts);
        for name in names {
            let longer: Vec<&[u8]> = parts.iter().copied().chain([name]).collect();
            found.extend(self.along(&longer));
        }
        found
    }

    /// Everything that importing a module runs, as far as it lies in tests: the packages on the way and the module.
    fn along(&self, parts: &[&[u8]]) -> Vec<EntryId> {
        let mut found = Vec::new();
        for &root in self.roots.iter().chain([&EntryId::ROOT]) {
            let mut folder = Some(root);
            for part in parts {
                let Some(at) = folder else { break };
                let forms = self.listing.children(at).filter(|&entry| is_form_of(self.listing.name(entry), part));
                found.extend(forms.filter(|&entry| self.listing.kind(entry) != EntryKind::Directory));
                folder = self.listing.find(at, part);
                found.extend(folder.and_then(|folder| self.listing.find(folder, b"__init__.py")));
            }
        }
        found.retain(|entry| matches!(class::of_one(self.listing, *entry), Class::Tests | Class::TestBytecode));
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_its_own_counts() {
        for (text, holds) in [
            ("from .tests import a", true),
            ("import numpy.test", true),
            ("from numpy._pytesttester import x", false),
            ("the latest", false),
            ("test", true),
            ("unittest_tests2", false),
        ] {
            assert_eq!(holds_word(text.as_bytes()), holds, "{text}");
        }
    }
}
