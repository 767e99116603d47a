//! Reads the facts of a listing: what installers noted, and what is in the files themselves.

use std::collections::{BTreeMap, HashSet};

use rayon::prelude::*;

use super::lookup::Lookup;
use super::noticing::Noticing;
use super::{
    Sources, Wanted, bytecode, class, damage, distribution, handler, imports, inside, java, links, native, node,
    path_file, python, reach, ruby, tests_needed,
};
use crate::model::class::Class;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::{Distribution, Facts, ModuleFacts};
use crate::model::listing::Listing;
use crate::model::problem::{Harm, Problem};
use crate::model::watch::Watch;

/// The facts of a listing, or those that were recorded with it.
pub fn facts(lookup: &Lookup<'_>, contents: &dyn Contents, wanted: Wanted, watch: &dyn Watch) -> Facts {
    if let Some(recorded) = contents.recorded() {
        return recorded.clone();
    }
    let listing = lookup.listing;
    let mut noticing = Noticing::new(contents);
    let mut facts = read_each(lookup, &noticing, wanted, watch);
    facts.source_hashes = noticing.take_hashes();
    facts.problems = noticing.with_refused(listing, facts.problems);
    facts
}

fn read_each(lookup: &Lookup<'_>, contents: &Noticing<'_>, wanted: Wanted, watch: &dyn Watch) -> Facts {
    let listing = lookup.listing;
    let (distributions, problems) = read_distributions(listing, lookup, contents, watch);
    let texts = links::Texts::read(listing, contents, watch);
    let begun = Facts { distributions, links: texts.targets(listing), ..Facts::default() };
    let (node, others) = rayon::join(
        || node::read(lookup, contents, &texts, watch),
        || read_others(lookup, contents, begun, wanted, watch),
    );
    let problems = [problems, node.problems, others.problems].concat();
    Facts { node: node.packages, node_absent: node.absent, problems, ..others }
}

/// All that does not ask for Node's packages, which take the longest: Python's distributions are read already.
fn read_others(
    lookup: &Lookup<'_>,
    contents: &Noticing<'_>,
    mut facts: Facts,
    wanted: Wanted,
    watch: &dyn Watch,
) -> Facts {
    let listing = lookup.listing;
    ruby::read(lookup, contents, &mut facts, watch);
    java::read(listing, contents, &mut facts, watch);
    if wanted.bodies {
        facts.damaged = damage::read(listing, contents, watch);
    }
    if wanted.files {
        let problems = read_files(listing, contents, &mut facts, watch);
        facts.problems.extend(problems);
    }
    if wanted.hashes {
        contents.hash_sources(listing, &facts);
    }
    let parsed = on_stacks_for(listing, || {
        facts.handlers = handler::find(listing, contents, &facts.distributions);
        facts.handlers.extend(node_handlers(listing, contents, &facts));
        let (modules, problems) = match wanted.modules {
            Sources::None => reach::Read::default(),
            Sources::Reached => reach::read(listing, contents, &facts, wanted.handler.as_deref(), watch),
            Sources::All => read_sources(listing, contents, &facts, watch),
        };
        if wanted.files {
            let needed = tests_needed::read(listing, contents, &roots(&facts), &modules, watch);
            facts.imported_tests = needed.map(|needed| needed.into_iter().collect());
        }
        facts.modules = (wanted.modules != Sources::None).then_some(modules);
        facts.problems.extend(problems);
    });
    if parsed.is_none() {
        facts.problems.push(Problem::unclear("", "the system gave no threads to parse sources on"));
    }
    facts
}

/// Runs what parses sources: on deep stacks, where there is any source.
fn on_stacks_for<T: Send>(listing: &Listing, work: impl FnOnce() -> T + Send) -> Option<T> {
    match listing.ending_with(b".py").next() {
        Some(_) => python::on_deep_stacks(work),
        None => Some(work()),
    }
}

/// Native files, bytecode headers, `.pth` files and bundled files; what of them cannot be read is returned.
fn read_files(listing: &Listing, contents: &dyn Contents, facts: &mut Facts, watch: &dyn Watch) -> Vec<Problem> {
    let (natives, broken) =
        each(listing, watch, native::candidates(listing), |entry| native::read(listing, contents, entry));
    let files = |ending| listing.ending_with(ending).filter(|&entry| listing.kind(entry) == EntryKind::File).collect();
    let (bytecode, not_bytecode) =
        each(listing, watch, files(b".pyc"), |entry| bytecode::read(listing, contents, entry).map(Some));
    let (path_files, not_read) =
        each(listing, watch, files(b".pth"), |entry| path_file::read(listing, contents, entry).map(Some));
    facts.natives = Some(natives);
    facts.bytecode = Some(bytecode);
    facts.path_files = Some(path_files);
    let (inside, not_opened) = inside::read(listing, contents, &facts.distributions, watch);
    facts.inside.get_or_insert_default().extend(inside);
    // Whoever imports or links to one of these fails, or not: that is not known.
    let broken = broken.into_iter().map(|problem| Problem { harm: Harm::Unknown, ..problem }).collect();
    [broken, not_bytecode, not_read, not_opened].concat()
}

/// What all sources import, and those that the handler leads to among what is no code of a package.
fn read_sources(listing: &Listing, contents: &dyn Contents, facts: &Facts, watch: &dyn Watch) -> reach::Read {
    let classes = class::of_all(listing);
    let claimed = reach::claimed(&facts.distributions);
    let roots = roots(facts);
    let is_source =
        |entry: &EntryId| classes[entry.0 as usize] == Class::Code && listing.kind(*entry) == EntryKind::File;
    let sources = listing.ending_with(b".py").filter(is_source).collect();
    let (mut modules, mut problems) = each(listing, watch, sources, |entry| {
        let module = imports::read(listing, contents, entry, root_of(listing, &roots, entry))?;
        let binds = module.binds.filter(|_| !claimed.contains(&entry));
        Ok(Some(ModuleFacts { binds, ..module }))
    });
    let (reached, more) = reach::read(listing, contents, facts, None, watch);
    problems.extend(more.into_iter().filter(|problem| !problems.contains(problem)).collect::<Vec<_>>());
    modules.extend(reached);
    (modules, problems)
}

/// Reads files in parallel.
fn each<T: Send>(
    listing: &Listing,
    watch: &dyn Watch,
    wanted: Vec<EntryId>,
    read: impl Fn(EntryId) -> Result<Option<T>, String> + Sync,
) -> (BTreeMap<EntryId, T>, Vec<Problem>) {
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

/// The folders that installers wrote to.
pub fn roots(facts: &Facts) -> HashSet<EntryId> {
    facts.distributions.iter().map(|distribution| distribution.root).collect()
}

/// The nearest folder above an entry that an installer wrote to; the bundle's own if there is none.
pub fn root_of(listing: &Listing, roots: &HashSet<EntryId>, entry: EntryId) -> EntryId {
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

/// Modules of Node that nobody installed and that look like handlers. Where Python's are found, nobody looks on.
fn node_handlers(listing: &Listing, contents: &dyn Contents, facts: &Facts) -> Vec<String> {
    if !facts.handlers.is_empty() {
        return Vec::new();
    }
    let claimed = reach::claimed(&facts.distributions);
    node::handlers(listing, contents, |entry| claimed.contains(&entry))
}
