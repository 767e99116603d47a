//! The modules that a bundle's sources import, by name: where they may be found, and what importing each one imports.
//!
//! Made once for a bundle. Names are numbered, so that whether a placement lets everything be imported is answered
//! without looking at a text again.

use std::collections::{HashMap, HashSet};

mod build;
mod directory;

pub use directory::{Directories, Form, ModuleFile};

use super::entry::EntryId;
use super::facts::{Branch, PathEdit, Submodules, Timing};
use super::package::PackageIndex;
use build::Builder;

use super::bundle::Bundle;

/// A module's name, as a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameId(u32);

impl NameId {
    /// The number, for lists with an item for each name.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// What is known of one name.
#[derive(Clone, Debug)]
pub struct Name {
    /// The whole name: `google.cloud.storage`.
    pub text: String,
    /// `google.cloud`; `None` for a name without dots.
    pub parent: Option<NameId>,
    /// Where something of that name lies.
    pub places: Vec<Place>,
}

/// What lies under a module's name below one folder that names count from.
#[derive(Clone, Debug)]
pub struct Place {
    /// The folder.
    pub base: EntryId,
    /// The folder of that name.
    pub directory: Option<EntryId>,
    /// The modules in it that make it a regular package, in Python's order.
    pub init: Vec<ModuleFile>,
    /// Who owns what is in it; told where nothing makes it a regular package.
    pub holders: Vec<PackageIndex>,
    /// Modules of that name, in Python's order.
    pub files: Vec<ModuleFile>,
}

/// One import statement, with the names in the order in which they are loaded.
#[derive(Clone, Debug)]
pub struct Step {
    /// The module, outermost package first.
    pub chain: Vec<NameId>,
    /// What is taken from it and may be a module of its own.
    pub taken: Vec<NameId>,
    /// What is imported because its module gives a name only when it is asked for.
    pub given: Vec<NameId>,
    /// When it runs.
    pub timing: Timing,
    /// What it stands in.
    pub within: Vec<Branch>,
}

/// What importing a source does, if its own name counts from a certain folder.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its imports.
    pub steps: Vec<Step>,
    /// What it changes of the search path.
    pub path_edits: Vec<PathEdit>,
    /// Where the modules below it are looked for.
    pub submodules: Submodules,
    /// Whether it imports what it computes.
    pub computes_names: bool,
    /// Whether it is no Python, so that importing it fails.
    pub is_broken: bool,
}

/// The modules of a bundle.
#[derive(Clone, Debug)]
pub struct Modules {
    names: Vec<Name>,
    by_text: HashMap<String, NameId>,
    /// By the source, and by the folder that its own name counts from.
    scripts: HashMap<(EntryId, EntryId), Script>,
}

/// What [`Modules`] are asked for beside what sources import.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Folders that names may count from; the bundle's own and those of its packages always do.
    pub bases: Vec<EntryId>,
    /// A name that no source imports: the handler's module.
    pub handler: Option<String>,
}

impl Modules {
    /// Numbers all names that a bundle's sources import, and looks for them.
    pub fn new(bundle: &Bundle, asked: &Asked) -> Modules {
        let packages = bundle.packages().iter().map(|package| package.root);
        let all = [EntryId::ROOT].into_iter().chain(packages).chain(asked.bases.iter().copied());
        let mut seen = HashSet::new();
        let bases: Vec<EntryId> = all.filter(|&base| seen.insert(base)).collect();
        let mut builder = Builder::new(bundle, bases);
        if let Some(handler) = &asked.handler {
            builder.name(handler);
        }
        for (&entry, facts) in bundle.facts.modules.iter().flatten() {
            builder.read(entry, facts);
        }
        builder.finish()
    }

    /// How many names there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether nothing imports anything.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// What is known of a name.
    pub fn name(&self, name: NameId) -> &Name {
        &self.names[name.index()]
    }

    /// The number of a name, if it is imported or was asked for.
    pub fn find(&self, text: &str) -> Option<NameId> {
        self.by_text.get(text).copied()
    }

    /// A name with all its parents, outermost first.
    pub fn chain(&self, name: NameId) -> Vec<NameId> {
        let mut chain: Vec<NameId> = std::iter::successors(Some(name), |&at| self.name(at).parent).collect();
        chain.reverse();
        chain
    }

    /// What importing a source does, if its own name counts from `base`; `None`: not read.
    pub fn script(&self, source: EntryId, base: EntryId) -> Option<&Script> {
        self.scripts.get(&(source, base))
    }
}
