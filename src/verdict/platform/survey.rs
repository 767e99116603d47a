//! All deployed native files with their flaws, and what comes of them package by package.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Case;
use super::super::deployed::{Deployed, Placed, Tree};
use super::super::ruling::counted;
use super::flaw::{self, Flaw};
use crate::model::entry::EntryId;
use crate::model::facts::NativeFacts;
use crate::model::finding::Severity;
use crate::model::listing::Listing;
use crate::model::node::{NeedKind, NodePackage};
use crate::model::package::{PackageIndex, PackageKey};

/// One deployed native file.
pub(super) struct Native<'a> {
    pub placed: Placed,
    pub name: String,
    pub facts: &'a NativeFacts,
    pub flaw: Option<Flaw>,
}

/// The native files of a case.
pub(super) struct Survey<'a> {
    pub case: Case<'a>,
    pub deployed: Deployed<'a>,
    pub natives: Vec<Native<'a>>,
}

/// What one flaw, of one severity, concerns.
pub(super) struct Affected {
    pub severity: Severity,
    pub packages: Vec<PackageKey>,
    /// Whether Python sources stand beside each module.
    pub has_sources: bool,
    count: usize,
    example: String,
}

impl Affected {
    /// What happens where it is regretted and does not fail.
    pub(super) fn instead(&self) -> &'static str {
        if self.has_sources { "; its Python sources are used instead" } else { "; it fails if it is used" }
    }

    /// `27 files, such as numpy/core/x.so`
    pub(super) fn files(&self) -> String {
        let such_as = if self.count == 1 { "" } else { "such as " };
        format!("{}, {such_as}{}", counted(self.count, "file"), self.example)
    }
}

impl<'a> Survey<'a> {
    /// `None` where native files were not read.
    pub(super) fn new(case: &Case<'a>) -> Option<Survey<'a>> {
        let read = case.bundle.facts.natives.as_ref()?;
        let deployed = Deployed::new(case);
        let native = |(&entry, facts): (&EntryId, &'a NativeFacts)| {
            let placed = deployed.place(entry)?;
            let name = String::from_utf8_lossy(case.bundle.listing.name(entry)).into_owned();
            let flaw = flaw::of(&name, facts, case.target);
            Some(Native { placed, name, facts, flaw })
        };
        // Facts of a recording may name entries that its listing lacks.
        let known = read.iter().filter(|(entry, _)| (entry.0 as usize) < case.bundle.listing.len());
        let natives = known.filter_map(native).collect();
        Some(Survey { case: *case, deployed, natives })
    }

    /// Whether any native file of the bundle, deployed or not, has such a flaw: asked first, as most bundles have none.
    /// `None` where native files were not read.
    pub(super) fn is_needed(case: &Case<'_>, is_wanted: impl Fn(&str, &NativeFacts) -> bool) -> Option<bool> {
        let listing = &case.bundle.listing;
        let mut read =
            case.bundle.facts.natives.as_ref()?.iter().filter(|(entry, _)| (entry.0 as usize) < listing.len());
        Some(read.any(|(&entry, facts)| is_wanted(&String::from_utf8_lossy(listing.name(entry)), facts)))
    }

    /// What is affected by the flaws asked for, by flaw and severity.
    pub(super) fn affected(&self, is_wanted: fn(&Flaw) -> bool) -> Vec<(Flaw, Affected)> {
        let right = self.right();
        let mut by_owner: BTreeMap<(&Flaw, PackageIndex), Vec<&Native<'a>>> = BTreeMap::new();
        for native in &self.natives {
            if let Some(flaw) = native.flaw.as_ref().filter(|flaw| is_wanted(flaw) && !right.replaces(native)) {
                by_owner.entry((flaw, native.placed.owner)).or_default().push(native);
            }
        }
        let mut grouped: BTreeMap<(&Flaw, Severity, bool), Vec<&Native<'a>>> = BTreeMap::new();
        for ((flaw, owner), natives) in by_owner {
            let (severity, has_sources) = self.severity(owner, &natives);
            grouped.entry((flaw, severity, has_sources)).or_default().extend(natives);
        }
        grouped
            .into_iter()
            .map(|((flaw, severity, has_sources), natives)| {
                let affected = self.of(&natives).expect("a group has a native");
                (flaw.clone(), Affected { severity, has_sources, ..affected })
            })
            .collect()
    }

    /// What some natives make together; `None` if there is none.
    pub(super) fn of(&self, natives: &[&Native<'a>]) -> Option<Affected> {
        let example = self.case.bundle.listing.shown_path(natives.first()?.placed.entry);
        let packages = self.deployed.keys(natives.iter().map(|native| native.placed.owner));
        Some(Affected { severity: Severity::Error, packages, has_sources: false, count: natives.len(), example })
    }

    /// Programs that nobody may call are regretted, and so is a module that has its sources beside it; everything else
    /// fails.
    fn severity(&self, owner: PackageIndex, natives: &[&Native<'a>]) -> (Severity, bool) {
        let is_yours = self.deployed.key(owner).is_file();
        let has_sources = natives.iter().all(|native| self.has_source(native));
        let are_programs = !is_yours && !natives.iter().any(|native| flaw::is_library(&native.name));
        let severity = if has_sources || are_programs { Severity::Warning } else { Severity::Error };
        (severity, has_sources)
    }

    /// `x.py` beside `x.cpython-…so`; mypyc's `…__mypyc` modules only serve others.
    fn has_source(&self, native: &Native<'a>) -> bool {
        let listing = &self.case.bundle.listing;
        let stem = stem(&native.name);
        let beside = listing.child(listing.parent(native.placed.entry), format!("{stem}.py").as_bytes());
        flaw::is_tagged(&native.name)
            && (stem.ends_with("__mypyc") || beside.and_then(|source| self.deployed.place(source)).is_some())
    }

    fn right(&self) -> Right<'_> {
        let listing = &self.case.bundle.listing;
        let mut right = Right { case: self.case, listing, owners: BTreeSet::new(), modules: BTreeSet::new() };
        for native in self.natives.iter().filter(|native| native.flaw.is_none()) {
            right.owners.insert(native.placed.owner);
            let parent = listing.parent(native.placed.entry);
            right.modules.insert((native.placed.tree, parent, stem(&native.name)));
        }
        right
    }
}

/// The part of a name before its first dot, by which a module is imported.
fn stem(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

/// What is right for the target.
struct Right<'a> {
    case: Case<'a>,
    listing: &'a Listing,
    owners: BTreeSet<PackageIndex>,
    modules: BTreeSet<(Tree, EntryId, &'a str)>,
}

impl Right<'_> {
    /// Whether a right file stands in for a wrong one: the same module for this target, or, for what no import asks
    /// for by name, any file of a package that brings several platforms.
    fn replaces(&self, native: &Native<'_>) -> bool {
        if self.has_twin(native.placed.owner) {
            return true;
        }
        if !flaw::is_tagged(&native.name) {
            return self.owners.contains(&native.placed.owner);
        }
        let parent = self.listing.parent(native.placed.entry);
        self.modules.contains(&(native.placed.tree, parent, stem(&native.name)))
    }

    /// Whether whoever asks for a Node package that is for some platforms asks for the right one as well, and gets it:
    /// `@esbuild/linux-arm64` beside `@esbuild/linux-x64`. What is loaded is chosen when it runs.
    fn has_twin(&self, owner: PackageIndex) -> bool {
        let bundle = self.case.bundle;
        let names_platform = |found: &NodePackage| !found.os.is_empty() || !found.cpu.is_empty();
        if !bundle.node_package(bundle.package(owner)).is_some_and(names_platform) {
            return false;
        }
        let graph = bundle.graph(self.case.target);
        let is_optional = |asker: PackageIndex, of: PackageIndex| {
            graph.needs(asker).iter().any(|need| need.package == Some(of) && need.kind == NeedKind::Optional)
        };
        let askers = graph.needed_by(owner).iter().filter(|&&asker| is_optional(asker, owner));
        let mut twins = askers.flat_map(|&asker| graph.needs(asker)).filter(|need| need.kind == NeedKind::Optional);
        twins.any(|need| need.package.is_some_and(|it| self.owners.contains(&it)))
    }
}
