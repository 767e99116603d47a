//! Imports a handler as Python would, statement by statement, and notes what is not found.
//!
//! Nothing runs: the statements are those that were read from the sources, in their order. A name is found as Python's
//! path finder finds it: the folders in their order; in each a package before a module, a module before a namespace.
//! What fails within a `try` that catches it goes on with what the `try` says instead; what fails otherwise ends the
//! import of its module, and of those that import it, up to the handler. The walk keeps its own stack, so no chain of
//! imports, however long, deepens that of bayplan.

use std::collections::{HashMap, HashSet};

use super::super::Case;
use super::super::deployed::Deployed;
use super::base::{Base, Folder};
use super::found::{Found, Kind, Source};
use super::start::Start;
use super::walked::{Missing, Walked};
use crate::model::entry::EntryId;
use crate::model::facts::{Branch, PathEdit, PathEnd, Submodules, Timing};
use crate::model::modules::{Form, ModuleFile, Modules, NameId, Place, Step};
use crate::model::standard_library::StandardLibrary;

struct Frame<'a> {
    /// `None`: the start itself.
    name: Option<NameId>,
    source: Option<Source>,
    steps: &'a [Step],
    at: usize,
    /// How many names of the step have been loaded.
    loaded: usize,
    /// The changes of the search path that are still to be made.
    edits: &'a [PathEdit],
    failed: Vec<u32>,
}

impl<'a> Frame<'a> {
    fn new(name: Option<NameId>, steps: &'a [Step]) -> Frame<'a> {
        Frame { name, source: None, steps, at: 0, loaded: 0, edits: &[], failed: Vec::new() }
    }

    /// Whether its statement runs in any case and nothing catches it if it fails.
    fn is_sure(&self) -> bool {
        self.steps.get(self.at).is_none_or(|step| {
            step.timing == Timing::Always && !step.within.iter().any(|branch| matches!(branch, Branch::Try(_)))
        })
    }

    fn next(&mut self) {
        self.at += 1;
        self.loaded = 0;
    }
}

/// A walk over one case.
pub(super) struct Walk<'a> {
    case: &'a Case<'a>,
    deployed: &'a Deployed<'a>,
    modules: &'a Modules,
    start: &'a Start,
    library: &'static StandardLibrary,
    bases: Vec<Base>,
    /// The order in which they are searched.
    order: Vec<usize>,
    states: Vec<Option<Kind>>,
    namespaces: Vec<Vec<usize>>,
    /// Names that are taken as found.
    assumed: &'a HashSet<NameId>,
    pinned: HashMap<NameId, usize>,
    /// The sources that were entered.
    sources: HashMap<NameId, EntryId>,
    /// Whether what was found last is the runtime's.
    is_from_runtime: bool,
    walked: Walked,
}

impl<'a> Walk<'a> {
    /// Ready to start.
    pub(super) fn new(
        case: &'a Case<'a>,
        deployed: &'a Deployed<'a>,
        modules: &'a Modules,
        start: &'a Start,
        assumed: &'a HashSet<NameId>,
    ) -> Walk<'a> {
        let mut walk = Walk {
            case,
            deployed,
            modules,
            start,
            library: StandardLibrary::of_version(start.version),
            bases: start.bases.clone(),
            order: (0..start.bases.len()).collect(),
            states: vec![None; modules.len()],
            namespaces: Vec::new(),
            assumed,
            pinned: HashMap::new(),
            sources: HashMap::new(),
            is_from_runtime: false,
            walked: Walked::default(),
        };
        for (name, bases) in &start.pinned {
            if let Some(id) = modules.find(name) {
                walk.pinned.insert(id, walk.namespaces.len());
                walk.namespaces.push(bases.clone());
            }
        }
        walk
    }

    /// Imports the handler's module.
    pub(super) fn run(mut self, handler: &'a [Step]) -> Walked {
        let mut stack = vec![Frame::new(None, handler)];
        while let Some(frame) = stack.last_mut() {
            self.edit_path(frame);
            let Some(step) = frame.steps.get(frame.at) else {
                stack.pop();
                continue;
            };
            let next = step.chain.iter().chain(&step.taken).chain(&step.given).nth(frame.loaded).copied();
            let (true, Some(name)) = (frame.loaded > 0 || self.runs(step, &frame.failed), next) else {
                frame.next();
                continue;
            };
            let rest = frame.loaded.checked_sub(step.chain.len());
            let is_taken = rest.is_some_and(|rest| rest < step.taken.len());
            frame.loaded += 1;
            if self.states[name.index()].is_some() || (rest.is_some() && !self.is_package(step)) {
                continue;
            }
            match self.find(name) {
                Some(found) => {
                    self.note_runtime(&stack, name);
                    self.enter(&mut stack, name, found);
                }
                None => {
                    let missing = self.missing(&stack, name, is_taken);
                    if !self.caught(&mut stack, &missing) {
                        self.walked.failure = Some(missing);
                    }
                }
            }
        }
        let handler = handler.first().and_then(|step| step.chain.last());
        self.walked.handler = handler.and_then(|name| self.sources.get(name).copied());
        self.look_into_functions();
        self.walked
    }

    /// Whether a statement runs here when its module is imported.
    fn runs(&self, step: &Step, failed: &[u32]) -> bool {
        let holds = |branch: &Branch| match *branch {
            Branch::Try(number) | Branch::Else(number) => !failed.contains(&number),
            Branch::Except(number) => failed.contains(&number),
            Branch::Since(major, minor) => self.start.version >= (major, minor),
            Branch::Before(major, minor) => self.start.version < (major, minor),
        };
        matches!(step.timing, Timing::Always | Timing::Conditional) && step.within.iter().all(holds)
    }

    /// Whether what a statement takes from its module may be modules.
    fn is_package(&self, step: &Step) -> bool {
        let kind = step.chain.last().and_then(|name| self.states[name.index()]);
        matches!(kind, Some(Kind::Package { .. } | Kind::Namespace(_)))
    }

    fn enter(&mut self, stack: &mut Vec<Frame<'a>>, name: NameId, found: Found<'a>) {
        self.states[name.index()] = Some(found.kind);
        self.walked.reached.extend(found.file.and_then(|file| self.case.bundle.owner(file)));
        let Some(source) = found.source else { return };
        self.sources.insert(name, source.file);
        let Some(script) = found.script else {
            self.walked.unread.get_or_insert(source.file);
            return;
        };
        if script.computes_names {
            self.walked.computed.get_or_insert(source.file);
        }
        if script.is_broken && stack.iter().all(Frame::is_sure) {
            self.walked.broken.get_or_insert(source.file);
        }
        let edits = &script.path_edits[..];
        stack.push(Frame { source: Some(source), edits, ..Frame::new(Some(name), &script.steps) });
    }

    fn note_runtime(&mut self, stack: &[Frame<'_>], name: NameId) {
        let importer = stack.last().and_then(|frame| frame.source).map(|source| source.file);
        if let (true, Some(importer)) = (std::mem::take(&mut self.is_from_runtime), importer) {
            self.walked.from_runtime.entry(self.modules.name(name).text.clone()).or_insert(importer);
        }
    }

    /// Something is not found: a statement that catches it goes on, everything else fails with it.
    fn caught(&mut self, stack: &mut Vec<Frame<'a>>, missing: &Missing) -> bool {
        while let Some(frame) = stack.last_mut() {
            let step = frame.steps.get(frame.at);
            let attempt = step.and_then(|step| {
                step.within.iter().rev().find_map(|branch| match branch {
                    Branch::Try(number) => Some(*number),
                    _ => None,
                })
            });
            if attempt.is_some() || step.is_some_and(|step| step.timing == Timing::Conditional) {
                frame.failed.extend(attempt.filter(|_| step.is_some_and(|step| step.timing == Timing::Always)));
                frame.next();
                self.walked.caught.push(missing.clone());
                return true;
            }
            if let Some(name) = frame.name {
                self.states[name.index()] = None;
            }
            stack.pop();
        }
        false
    }

    fn missing(&self, stack: &[Frame<'_>], id: NameId, is_taken: bool) -> Missing {
        let name = self.modules.name(id);
        let parent = name.parent.map(|parent| self.modules.name(parent).text.as_str()).unwrap_or_default();
        let stem = name.text.rsplit('.').next().unwrap_or_default();
        let is_module = name.parent.is_some_and(|it| matches!(self.states[it.index()], Some(Kind::Module { .. })));
        let words = if is_taken {
            format!("cannot import name '{stem}' from '{parent}'")
        } else if is_module {
            format!("No module named '{}'; '{parent}' is not a package", name.text)
        } else {
            format!("No module named '{}'", name.text)
        };
        let chain = stack.iter().filter_map(|frame| frame.name).map(|name| self.modules.name(name).text.clone());
        let importer = stack.last().and_then(|frame| frame.source).map(|source| source.file);
        Missing { name: name.text.clone(), words, chain: chain.collect(), importer, id }
    }

    fn find(&mut self, id: NameId) -> Option<Found<'a>> {
        let name = self.modules.name(id);
        let Some(parent) = name.parent else {
            let is_there = self.assumed.contains(&id) || self.library.is_builtin(&name.text);
            if let Some(&namespace) = self.pinned.get(&id) {
                return Some(Found::namespace(namespace));
            }
            return if is_there { Some(Found::outside()) } else { self.search_all(id).or_else(|| self.made(id)) };
        };
        if self.assumed.contains(&id) {
            return Some(Found::outside());
        }
        if let Some(&namespace) = self.pinned.get(&id) {
            return Some(Found::namespace(namespace));
        }
        let (found, submodules) = match self.states[parent.index()]? {
            Kind::Outside => return Some(Found::outside()),
            Kind::Library => return self.library.may_have(&name.text).then(Found::library),
            Kind::Module { submodules } => (None, submodules),
            Kind::Namespace(number) => (self.search(id, &self.namespaces[number].clone()), Submodules::OwnFolder),
            Kind::Package { submodules: Submodules::EveryFolder, .. } => (self.search_all(id), Submodules::OwnFolder),
            Kind::Package { base, submodules } => (self.search(id, &[base]), submodules),
        };
        // What no folder of the bundle has may have been made by its parent's code.
        let is_made = submodules == Submodules::Made && name.places.is_empty();
        found.or_else(|| is_made.then(Found::outside))
    }

    fn search_all(&mut self, id: NameId) -> Option<Found<'a>> {
        self.search(id, &self.order.clone())
    }

    /// As Python's path finder: the first place with a package or a module; else all places with a folder of that name.
    fn search(&mut self, id: NameId, bases: &[usize]) -> Option<Found<'a>> {
        let name = self.modules.name(id);
        let is_top = name.parent.is_none();
        let mut portions = Vec::new();
        for &base in bases {
            match &self.bases[base] {
                Base::StandardLibrary if is_top && self.library.has(&name.text) => {
                    return Some(Found::library());
                }
                Base::Sdk if is_top && crate::model::provided::package_with(&name.text).is_some() => {
                    self.is_from_runtime = true;
                    return Some(Found::outside());
                }
                Base::StandardLibrary | Base::Sdk => {}
                Base::Folder(folder) => {
                    if let Some(found) = self.in_folder(&name.places, folder, base) {
                        return Some(found);
                    }
                    if is_top && folder.is_opt && self.start.foreign.contains(&name.text.to_ascii_lowercase()) {
                        return Some(Found::outside());
                    }
                    if self.is_portion(&name.places, folder) {
                        portions.push(base);
                    }
                }
            }
        }
        (!portions.is_empty()).then(|| {
            self.namespaces.push(portions);
            Found::namespace(self.namespaces.len() - 1)
        })
    }

    fn in_folder(&self, places: &'a [Place], folder: &Folder, base: usize) -> Option<Found<'a>> {
        let here = |place: &&Place| folder.at.iter().any(|origin| origin.folder == place.base);
        let init =
            places.iter().filter(here).find_map(|place| Some((place, self.present(&place.init, place, folder)?)));
        let (is_package, (place, file)) = match init {
            Some(found) => (true, found),
            None => {
                let file = |place: &'a Place| Some((place, self.present(&place.files, place, folder)?));
                (false, places.iter().filter(here).find_map(file)?)
            }
        };
        let from = place.base;
        let source = (file.form == Form::Source).then_some(Source { file: file.entry, from, base });
        let script = source.and_then(|source| self.modules.script(source.file, source.from));
        // A library may make any module below itself; so may what was not read.
        let submodules = script.map_or(Submodules::Made, |script| script.submodules);
        let kind = if is_package { Kind::Package { base, submodules } } else { Kind::Module { submodules } };
        Some(Found { kind, file: Some(file.entry), source, script })
    }

    /// The first of several files that is deployed there and that this Python takes.
    fn present<'f>(&self, files: &'f [ModuleFile], place: &Place, folder: &Folder) -> Option<&'f ModuleFile> {
        files.iter().find(|file| {
            let is_taken = match &file.form {
                Form::Extension(Some(tag)) => self.start.tags.contains(tag),
                _ => true,
            };
            is_taken && self.is_deployed(file.entry, place, folder)
        })
    }

    fn is_deployed(&self, entry: EntryId, place: &Place, folder: &Folder) -> bool {
        self.deployed.place(entry).is_some_and(|placed| {
            let root = self.deployed.root(placed.owner);
            Some(placed.tree) == folder.tree
                && folder.at.iter().any(|origin| origin.folder == place.base && origin.root == root)
        })
    }

    /// Whether a folder of that name is there: packing makes folders only for files.
    fn is_portion(&self, places: &[Place], folder: &Folder) -> bool {
        let listing = &self.case.bundle.listing;
        places.iter().any(|place| {
            let within = place.directory.filter(|_| folder.at.iter().any(|origin| origin.folder == place.base));
            within.is_some_and(|it| listing.subtree(it).any(|entry| self.is_deployed(entry, place, folder)))
        })
    }

    /// `distutils`, which setuptools brings back once its `_distutils_hack` has run.
    fn made(&self, id: NameId) -> Option<Found<'a>> {
        let is_loaded =
            |name: &str| self.modules.find(name).is_some_and(|override_| self.states[override_.index()].is_some());
        let is_back = self.start.has_distutils || is_loaded("_distutils_hack.override");
        let is_distutils = self.modules.name(id).text == "distutils";
        (is_distutils && is_back).then(Found::outside)
    }

    /// Makes the changes of `sys.path` that stand before the next import.
    fn edit_path(&mut self, frame: &mut Frame<'a>) {
        let Some(source) = frame.source else { return };
        while let Some((edit, rest)) = frame.edits.split_first().filter(|(edit, _)| edit.after <= frame.at) {
            frame.edits = rest;
            let path = edit.folder.as_ref().and_then(|folder| self.start.path_of(folder, &self.place_of(source)));
            let Some(path) = path else {
                self.walked.unknown_path.get_or_insert(source.file);
                continue;
            };
            self.bases.push(Base::Folder(super::base::folder(self.case, self.deployed, &path)));
            let place = self.bases.len() - 1;
            match edit.end {
                PathEnd::Last => self.order.push(place),
                PathEnd::First => self.order.insert(0, place),
            }
        }
    }

    /// The path of a source as Python sees it.
    fn place_of(&self, source: Source) -> String {
        let below = self.case.bundle.listing.path_below(source.file, source.from);
        let below = crate::model::escape::printable(&below);
        match &self.bases[source.base] {
            Base::Folder(folder) => format!("{}/{below}", folder.path),
            _ => below,
        }
    }

    /// What functions of your own import runs later, and can be missing then.
    fn look_into_functions(&mut self) {
        let yours: Vec<(EntryId, &'a [Step])> = self.your_sources();
        for (source, steps) in yours {
            for step in steps.iter().filter(|step| step.timing == Timing::InFunction) {
                let is_caught = step.within.iter().any(|branch| matches!(branch, Branch::Try(_) | Branch::Except(_)));
                let Some(&top) = step.chain.first().filter(|_| !is_caught) else { continue };
                let is_there = self.states[top.index()].is_some() || self.find(top).is_some();
                if !is_there && self.walked.later.iter().all(|missing| missing.id != top) {
                    let name = self.modules.name(top).text.clone();
                    let words = format!("No module named '{name}'");
                    let missing = Missing { name, words, chain: Vec::new(), importer: Some(source), id: top };
                    self.walked.later.push(missing);
                }
            }
        }
    }

    fn your_sources(&self) -> Vec<(EntryId, &'a [Step])> {
        let bundle = self.case.bundle;
        let yours = self.walked.reached.iter().filter(|&&index| bundle.package(index).key.is_file());
        let files = yours.flat_map(|&index| bundle.package(index).tops.iter());
        let sources = files.flat_map(|&top| bundle.listing.subtree(top));
        sources.filter_map(|source| Some((source, &self.modules.script(source, EntryId::ROOT)?.steps[..]))).collect()
    }
}
