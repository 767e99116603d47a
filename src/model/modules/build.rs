//! Reads imports into numbered names.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::directory::Directories;
use super::{Modules, Name, NameId, Place, Script, Step};
use crate::model::bundle::Bundle;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::{Import, ModuleFacts};
use crate::model::package::PackageIndex;

/// More parts than any module's name has.
const MOST_PARTS: usize = 40;

/// Puts [`Modules`] together.
pub(super) struct Builder<'a> {
    bundle: &'a Bundle,
    bases: Vec<EntryId>,
    /// The folders that sources' names were counted from when they were read.
    roots: HashSet<EntryId>,
    directories: Directories<'a>,
    made: Modules,
}

impl<'a> Builder<'a> {
    pub(super) fn new(bundle: &'a Bundle, bases: Vec<EntryId>) -> Builder<'a> {
        let roots = bundle.facts.distributions.iter().map(|distribution| distribution.root).collect();
        let made = Modules { names: Vec::new(), by_text: HashMap::new(), scripts: HashMap::new() };
        Builder { bundle, bases, roots, directories: Directories::new(&bundle.listing), made }
    }

    pub(super) fn finish(self) -> Modules {
        self.made
    }

    /// Reads what a source imports, once for each folder that its name may count from.
    pub(super) fn read(&mut self, source: EntryId, facts: &ModuleFacts) {
        let listing = &self.bundle.listing;
        if source.0 as usize >= listing.len() {
            return;
        }
        let root = root_of(self.bundle, &self.roots, source);
        let bases: Vec<EntryId> = self.bases.iter().copied().filter(|&base| listing.is_within(source, base)).collect();
        for base in bases {
            let steps = facts.imports.iter().filter_map(|import| self.step(import, root, base)).collect();
            let (path_edits, submodules) = (facts.path_edits.clone(), facts.submodules);
            let (computes_names, is_broken) = (facts.computes_names, facts.broken.is_some());
            let script = Script { steps, path_edits, submodules, computes_names, is_broken };
            self.made.scripts.insert((source, base), script);
        }
    }

    fn step(&mut self, import: &Import, root: EntryId, base: EntryId) -> Option<Step> {
        let module = if import.relative { self.renamed(&import.module, root, base)? } else { import.module.clone() };
        let name = self.name(&module)?;
        let taken = import.names.iter().filter_map(|taken| self.taken(name, taken)).collect();
        let given = import.names.iter().flat_map(|taken| self.given(name, taken)).collect();
        let chain = self.made.chain(name);
        Some(Step { chain, taken, given, timing: import.timing, within: import.within.clone() })
    }

    /// A name that was counted from `root`, counted from `base` instead.
    fn renamed(&self, module: &str, root: EntryId, base: EntryId) -> Option<String> {
        let listing = &self.bundle.listing;
        let dotted = |path: Vec<u8>| crate::model::escape::printable(&path).replace('/', ".");
        if root == base {
            (!module.starts_with('.')).then(|| module.to_owned())
        } else if listing.is_within(root, base) {
            let above = dotted(listing.path_below(root, base));
            let below = module.trim_start_matches('.');
            Some(if below.is_empty() { above } else { format!("{above}.{below}") })
        } else {
            let above = dotted(listing.path_below(base, root));
            module.strip_prefix(&above)?.strip_prefix('.').map(str::to_owned)
        }
    }

    /// What is taken from a module, if it may be a module itself. What is taken from a namespace always is one.
    fn taken(&mut self, from: NameId, taken: &str) -> Option<NameId> {
        let module = self.made.name(from);
        let text = format!("{}.{taken}", module.text);
        let is_namespace =
            !module.places.is_empty() && module.places.iter().all(|it| it.init.is_empty() && it.files.is_empty());
        let folders: Vec<EntryId> = module.places.iter().filter_map(|place| place.directory).collect();
        let is_there = folders.into_iter().any(|folder| {
            let found = self.directories.look(folder, taken);
            found.is_some_and(|found| !found.files.is_empty() || found.directory.is_some())
        });
        (taken != "*" && (is_there || is_namespace)).then(|| self.name(&text))?
    }

    /// What a module imports to give a name, outermost package first.
    fn given(&mut self, from: NameId, taken: &str) -> Vec<NameId> {
        let module = self.made.name(from);
        let sources = module.places.iter().flat_map(|place| place.init.iter().chain(&place.files));
        let facts = self.bundle.facts.modules.as_ref();
        let given = sources.filter_map(|file| facts?.get(&file.entry)?.gives.get(taken)).next();
        let Some(given) = given else { return Vec::new() };
        let below = format!("{}.{}", module.text, given.trim_start_matches('.'));
        let absolute = (!given.starts_with('.')).then(|| given.clone());
        for text in [Some(below), absolute].into_iter().flatten() {
            let name = self.name(&text).filter(|name| !self.made.name(*name).places.is_empty());
            if let Some(name) = name {
                return self.made.chain(name);
            }
        }
        Vec::new()
    }

    /// The number of a name and of all above it.
    pub(super) fn name(&mut self, text: &str) -> Option<NameId> {
        if let Some(&known) = self.made.by_text.get(text) {
            return Some(known);
        }
        if text.split('.').any(str::is_empty) || text.split('.').count() > MOST_PARTS {
            return None;
        }
        let mut parent = None;
        let ends = text.match_indices('.').map(|(dot, _)| dot).chain([text.len()]);
        for end in ends {
            let part = &text[..end];
            let known = self.made.by_text.get(part).copied();
            parent = Some(known.unwrap_or_else(|| self.add(part, parent)));
        }
        parent
    }

    fn add(&mut self, text: &str, parent: Option<NameId>) -> NameId {
        let stem = text.rsplit('.').next().unwrap_or(text);
        let within: Vec<(EntryId, EntryId)> = match parent {
            None => self.bases.iter().map(|&base| (base, base)).collect(),
            Some(parent) => {
                let places = self.made.name(parent).places.iter();
                places.filter_map(|place| Some((place.base, place.directory?))).collect()
            }
        };
        let places = within.into_iter().filter_map(|(base, folder)| self.place(base, folder, stem)).collect();
        let name = NameId(self.made.names.len() as u32);
        self.made.names.push(Name { text: text.to_owned(), parent, places });
        self.made.by_text.insert(text.to_owned(), name);
        name
    }

    fn place(&mut self, base: EntryId, folder: EntryId, stem: &str) -> Option<Place> {
        let found = self.directories.look(folder, stem)?.clone();
        let init = found.directory.map(|directory| self.directories.init(directory)).unwrap_or_default();
        let holders = found.directory.filter(|_| init.is_empty()).map(|it| self.holders(it)).unwrap_or_default();
        let directory = found.directory.filter(|_| !init.is_empty() || !holders.is_empty());
        let place = Place { base, directory, init, holders, files: found.files };
        (place.directory.is_some() || !place.files.is_empty()).then_some(place)
    }

    fn holders(&self, directory: EntryId) -> Vec<PackageIndex> {
        let listing = &self.bundle.listing;
        let files = listing.subtree(directory).filter(|&entry| listing.kind(entry) != EntryKind::Directory);
        files.filter_map(|file| self.bundle.owner(file)).collect::<BTreeSet<PackageIndex>>().into_iter().collect()
    }
}

/// The nearest folder above an entry that an installer wrote to, as when its imports were read.
fn root_of(bundle: &Bundle, roots: &HashSet<EntryId>, entry: EntryId) -> EntryId {
    let mut at = bundle.listing.parent(entry);
    while at != EntryId::ROOT && !roots.contains(&at) {
        at = bundle.listing.parent(at);
    }
    at
}
