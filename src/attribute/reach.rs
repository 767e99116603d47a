//! Reads the sources that a bundle's own sources lead to, and no others: of a build with 10 000 sources a function may
//! import 200.
//!
//! What leads where is asked more generously than Python does: a name is looked for below every folder that a search
//! path could name, and all that is found is read. So whatever a plan makes of the bundle, what it reaches was read.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::imports;
use super::reading::root_of;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::{Distribution, Facts, Import, ModuleFacts, Timing};
use crate::model::listing::Listing;
use crate::model::modules::{Directories, Form, ModuleFile};
use crate::model::path_file;
use crate::model::problem::Problem;
use crate::model::watch::Watch;

/// More sources of one's own than this are not looked at one by one; those that others lead to are.
const MOST_YOURS: usize = 5_000;

/// The sources that are read, with what could not be.
pub type Read = (BTreeMap<EntryId, ModuleFacts>, Vec<Problem>);

/// Reads your own sources, the handler's module, and what they lead to.
pub fn read(
    listing: &Listing,
    contents: &dyn Contents,
    facts: &Facts,
    handler: Option<&str>,
    watch: &dyn Watch,
) -> Read {
    let roots: HashSet<EntryId> = facts.distributions.iter().map(|distribution| distribution.root).collect();
    let claimed = claimed(&facts.distributions);
    let mut reach = Reach::new(listing, facts, &roots);
    let mut next: Vec<EntryId> = yours(listing, &claimed).collect();
    next.extend(handler.map(|name| reach.led_to(name, &[])).unwrap_or_default());
    let (mut modules, mut problems) = (BTreeMap::new(), Vec::new());
    while !next.is_empty() && !watch.is_cancelled() {
        next.retain(|entry| reach.seen.insert(*entry));
        let read = |&entry: &EntryId| (entry, imports::read(listing, contents, entry, root_of(listing, &roots, entry)));
        let read: Vec<(EntryId, Result<ModuleFacts, String>)> = next.par_iter().map(read).collect();
        next = Vec::new();
        for (entry, result) in read {
            match result {
                Ok(mut module) => {
                    module.imports.iter().for_each(|import| next.extend(reach.follow(import)));
                    for given in module.gives.values() {
                        next.extend(reach.given(listing, entry, root_of(listing, &roots, entry), given));
                    }
                    if claimed.contains(&entry) {
                        module.binds = None;
                    }
                    modules.insert(entry, module);
                }
                Err(why) => problems.push(Problem::unclear(listing.shown_path(entry), why)),
            }
        }
    }
    (modules, problems)
}

/// The files of all distributions.
pub fn claimed(distributions: &[Distribution]) -> HashSet<EntryId> {
    distributions.iter().flat_map(|distribution| distribution.files.iter()).collect()
}

fn yours<'a>(listing: &'a Listing, claimed: &'a HashSet<EntryId>) -> impl Iterator<Item = EntryId> + 'a {
    let is_yours = |entry: &EntryId| listing.kind(*entry) == EntryKind::File && !claimed.contains(entry);
    listing.ending_with(b".py").filter(is_yours).take(MOST_YOURS)
}

struct Reach<'a> {
    directories: Directories<'a>,
    bases: Vec<EntryId>,
    asked: HashSet<String>,
    seen: HashSet<EntryId>,
}

impl<'a> Reach<'a> {
    fn new(listing: &'a Listing, facts: &Facts, roots: &HashSet<EntryId>) -> Reach<'a> {
        let path_files = facts.path_files.iter().flatten();
        let added = path_files.flat_map(|(&file, lines)| path_file::folders(listing, file, lines));
        let mut bases: Vec<EntryId> = [EntryId::ROOT].into_iter().chain(roots.iter().copied()).chain(added).collect();
        bases.sort_unstable();
        bases.dedup();
        Reach { directories: Directories::new(listing), bases, asked: HashSet::new(), seen: HashSet::new() }
    }

    /// The sources that one import statement may load when its module is imported.
    fn follow(&mut self, import: &Import) -> Vec<EntryId> {
        match import.timing {
            Timing::Always | Timing::Conditional => self.led_to(&import.module, &import.names),
            Timing::InFunction | Timing::Never => Vec::new(),
        }
    }

    /// A module that a name comes from which is given when it is asked for: below the source's package, or absolute.
    fn given(&mut self, listing: &Listing, source: EntryId, root: EntryId, given: &str) -> Vec<EntryId> {
        let path = crate::model::escape::printable(&listing.path_below(source, root));
        let package = path.strip_suffix("/__init__.py").unwrap_or_default().replace('/', ".");
        let mut found = self.led_to(&format!("{package}.{}", given.trim_start_matches('.')), &[]);
        found.extend(self.led_to(given, &[]));
        found
    }

    fn led_to(&mut self, module: &str, names: &[String]) -> Vec<EntryId> {
        let is_known = !self.asked.insert(module.to_owned());
        let names: Vec<&String> = names.iter().filter(|name| self.asked.insert(format!("{module}.{name}"))).collect();
        if is_known && names.is_empty() {
            return Vec::new();
        }
        let mut found = Vec::new();
        for base in self.bases.clone() {
            let mut parts = module.split('.').filter(|part| !part.is_empty());
            let folder = parts.try_fold(base, |at, part| self.enter(at, part, &mut found));
            for name in folder.iter().flat_map(|_| &names) {
                self.enter(folder.unwrap_or(base), name, &mut found);
            }
        }
        found
    }

    /// Goes into the folder of that name; what may be loaded on the way is noted.
    fn enter(&mut self, at: EntryId, part: &str, loaded: &mut Vec<EntryId>) -> Option<EntryId> {
        let found = self.directories.look(at, part)?.clone();
        let init = found.directory.map(|directory| self.directories.init(directory)).unwrap_or_default();
        let is_source = |file: &&ModuleFile| file.form == Form::Source;
        loaded.extend(found.files.iter().chain(&init).filter(is_source).map(|file| file.entry));
        found.directory
    }
}
