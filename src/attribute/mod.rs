//! Floor 1: a listing becomes a bundle: facts are read, and every byte gets its owner.
//!
//! Two steps, so that a recording can stand in for the first: [`read_facts`] asks the contents once, [`attribute`]
//! needs them no more. Python distributions claim their files; what nothing claims is the user's own.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rayon::prelude::*;

use crate::model::bundle::Bundle;
use crate::model::class::Class;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::{Distribution, Facts};
use crate::model::listing::Listing;
use crate::model::problem::Problem;
use crate::model::watch::Watch;

mod bytecode;
mod class;
mod digest;
mod distribution;
mod file_list;
mod handler;
mod headers;
mod imports;
mod key;
mod leftover;
mod links;
mod lookup;
mod native;
mod owners;
mod path_file;
mod python;
mod record;
mod requirements;
mod sources;
mod stems;
mod target;
mod unit;

pub use sources::{Sources, source_folder};
pub use target::guess_target;

use lookup::Lookup;

/// Which facts are worth reading for the question at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Native files, bytecode headers and `.pth` files; distributions and handlers are always read.
    files: bool,
    /// Imports, for which every source has to be parsed.
    imports: bool,
}

impl Wanted {
    /// Who owns what, and what looks like a handler: enough for sizes and placement.
    pub const OWNERS: Wanted = Wanted { files: false, imports: false };
    /// What tells besides whether it would load there: enough for a verdict.
    pub const VERDICT: Wanted = Wanted { files: true, imports: false };
    /// All that can be known.
    pub const EVERYTHING: Wanted = Wanted { files: true, imports: true };
}

/// Reads the facts of a listing, or returns those that were recorded with it.
pub fn read_facts(listing: &Listing, contents: &dyn Contents, wanted: Wanted, watch: &dyn Watch) -> Facts {
    if let Some(recorded) = contents.recorded() {
        return recorded.clone();
    }
    let lookup = Lookup::new(listing);
    let (distributions, problems) = read_distributions(listing, &lookup, contents, watch);
    let links = links::read(listing, contents, watch);
    let mut facts = Facts { distributions, links, problems, ..Facts::default() };
    if wanted.files {
        let problems = read_files(listing, contents, &mut facts, watch);
        facts.problems.extend(problems);
    }
    let parsed = python::on_deep_stacks(|| {
        facts.handlers = handler::find(listing, contents, &facts.distributions);
        if wanted.imports {
            let problems = read_imports(listing, contents, &mut facts, watch);
            facts.problems.extend(problems);
        }
    });
    if parsed.is_none() {
        facts.problems.push(Problem::unclear("", "the system gave no threads to parse sources on"));
    }
    facts
}

/// Native files, bytecode headers and `.pth` files; what of them cannot be read is returned.
fn read_files(listing: &Listing, contents: &dyn Contents, facts: &mut Facts, watch: &dyn Watch) -> Vec<Problem> {
    let (natives, broken) =
        each(listing, watch, |entry| native::may_be(listing, entry), |entry| native::read(listing, contents, entry));
    let (bytecode, not_bytecode) = each(
        listing,
        watch,
        |entry| owners::is_bytecode(listing, entry),
        |entry| bytecode::read(listing, contents, entry).map(Some),
    );
    let (path_files, not_read) = each(
        listing,
        watch,
        |entry| path_file::is_one(listing, entry),
        |entry| path_file::read(listing, contents, entry).map(Some),
    );
    facts.natives = Some(natives);
    facts.bytecode = Some(bytecode);
    facts.path_files = Some(path_files);
    [broken, not_bytecode, not_read].concat()
}

/// What the sources import; what cannot be parsed is returned.
fn read_imports(listing: &Listing, contents: &dyn Contents, facts: &mut Facts, watch: &dyn Watch) -> Vec<Problem> {
    let classes = class::of_all(listing);
    let roots: HashSet<EntryId> = facts.distributions.iter().map(|distribution| distribution.root).collect();
    let is_source = |entry: EntryId| classes[entry.0 as usize] == Class::Code && listing.name(entry).ends_with(b".py");
    let (imports, not_parsed) = each(listing, watch, is_source, |entry| {
        imports::read(listing, contents, entry, root_of(listing, &roots, entry)).map(Some)
    });
    facts.imports = Some(imports);
    not_parsed
}

/// Reads all files of one kind in parallel.
fn each<T: Send>(
    listing: &Listing,
    watch: &dyn Watch,
    is_wanted: impl Fn(EntryId) -> bool,
    read: impl Fn(EntryId) -> Result<Option<T>, String> + Sync,
) -> (BTreeMap<EntryId, T>, Vec<Problem>) {
    let is_file = |entry: EntryId| listing.kind(entry) == EntryKind::File;
    let wanted: Vec<EntryId> = listing.entries().filter(|&entry| is_file(entry) && is_wanted(entry)).collect();
    let read: Vec<(EntryId, Result<Option<T>, String>)> =
        wanted.into_par_iter().filter(|_| !watch.is_cancelled()).map(|entry| (entry, read(entry))).collect();
    let (mut found, mut problems) = (BTreeMap::new(), Vec::new());
    for (entry, result) in read {
        match result {
            Ok(facts) => found.extend(facts.map(|facts| (entry, facts))),
            Err(why) => problems.push(Problem::unclear(listing.shown_path(entry), why)),
        }
    }
    (found, problems)
}

/// The nearest folder above an entry that an installer wrote to; the bundle's own if there is none.
fn root_of(listing: &Listing, roots: &HashSet<EntryId>, entry: EntryId) -> EntryId {
    let mut at = listing.parent(entry);
    while at != EntryId::ROOT && !roots.contains(&at) {
        at = listing.parent(at);
    }
    at
}

fn read_distributions(
    listing: &Listing,
    lookup: &Lookup<'_>,
    contents: &dyn Contents,
    watch: &dyn Watch,
) -> (Vec<Distribution>, Vec<Problem>) {
    let read: Vec<(Distribution, Vec<Problem>)> = distribution::find(listing)
        .into_par_iter()
        .filter(|_| !watch.is_cancelled())
        .map(|metadata| distribution::read(lookup, contents, metadata))
        .collect();
    distribution::without_vendored(listing, read)
}

/// Gives every byte of the listing its owner.
pub fn attribute(listing: Arc<Listing>, facts: Arc<Facts>) -> Bundle {
    let mut owned = owners::find(&listing, &facts);
    owned.problems.extend(target::disagreements(&listing, &facts));
    owned.problems.extend(requirements::problems(&listing, &facts));
    let mut classes = class::of_all(&listing);
    class::mark_scripts(&listing, &owned, &mut classes);
    let mut packages = owned.packages;
    digest::fill_in(&listing, &facts, &owned.owners, &classes, &mut packages);
    let units = unit::find(&listing, &packages, &owned.owners);
    Bundle::new(listing, facts, packages, owned.owners, classes, units, owned.problems)
}
