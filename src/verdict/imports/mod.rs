//! Whether the handler can be imported where the plan puts everything: what the runtime would miss, by its name.

use std::collections::HashSet;

use super::Case;
use super::deployed::Deployed;
use super::ruling::Ruling;
use crate::model::entry::EntryId;
use crate::model::facts::Timing;
use crate::model::modules::{Asked, Modules, NameId, Step};
use crate::model::path_file;
use crate::model::standard_library::StandardLibrary;

mod base;
mod closure;
mod found;
mod handler;
mod missing;
mod pythonpath;
mod reach;
mod start;
mod walk;
mod walked;

pub(super) use closure::{metadata, versions};
pub(super) use handler::handler;
pub(super) use missing::{conditional, followed, missing};
pub(super) use pythonpath::{folders, needed, sdk};
pub(super) use reach::{runtime, standard_library};

use start::Start;
use std::sync::Arc;
use walk::Walk;
use walked::{Missing, Walked};

/// More missing modules than this are not looked for.
const MOST: usize = 24;

/// What importing the handler comes to.
pub(super) struct Imported<'a> {
    deployed: Deployed<'a>,
    start: Start,
    modules: Arc<Modules>,
    /// What the first walk met, which is what the runtime meets.
    first: Walked,
    /// What is missing, in the order in which the runtime would name it if each were put right.
    missing: Vec<Missing>,
}

/// What the rules of this family are given; `Err`: why they cannot judge.
pub(super) type Import<'a> = Result<Imported<'a>, Ruling>;

/// Imports the handler of a case.
pub(super) fn import<'a>(case: &Case<'a>) -> Import<'a> {
    let version = match &case.target.runtime {
        Some(runtime) => match runtime.python_version() {
            Some(version) => version,
            None => return Err(Ruling::skipped(format!("imports of {runtime} are not followed"))),
        },
        None => return Err(Ruling::skipped("the runtime is not known")),
    };
    let Some(handler) = module_name(case) else { return Err(Ruling::skipped("the handler is not known")) };
    if case.bundle.facts.modules.is_none() {
        return Err(Ruling::undecided("imports were not read"));
    }
    let deployed = Deployed::new(case);
    let start = Start::new(case, &deployed, version);
    let modules = case.bundle.modules(Asked { bases: bases(case, &start), handler: Some(handler.clone()) });
    let Some(name) = modules.find(&handler) else { return Err(Ruling::skipped("the handler names no module")) };
    let (first, missing) = walk_on(case, &deployed, &start, &modules, name);
    Ok(Imported { deployed, start, modules, first, missing })
}

/// Whether the handler's module is a source of Python.
fn is_python(case: &Case<'_>) -> bool {
    let path = case.plan.function.handler.as_ref().map(|handler| handler.module_path());
    path.is_some_and(|path| case.bundle.listing.find(EntryId::ROOT, format!("{path}.py").as_bytes()).is_some())
}

/// The handler's module as Python names it.
fn module_name(case: &Case<'_>) -> Option<String> {
    let handler = case.plan.function.handler.as_ref()?;
    handler.as_str().contains('.').then(|| handler.module_path().replace('/', "."))
}

/// Walks again and again, each time taking as found what stopped the walk before.
fn walk_on(
    case: &Case<'_>,
    deployed: &Deployed<'_>,
    start: &Start,
    modules: &Modules,
    handler: NameId,
) -> (Walked, Vec<Missing>) {
    let chain = modules.chain(handler);
    let step = Step { chain, taken: Vec::new(), given: Vec::new(), timing: Timing::Always, within: Vec::new() };
    let steps = [step];
    let (mut assumed, mut missing, mut first) = (HashSet::new(), Vec::new(), None);
    while missing.len() < MOST {
        let walked = Walk::new(case, deployed, modules, start, &assumed).run(&steps);
        let failure = walked.failure.clone();
        first.get_or_insert(walked);
        // Without the handler's module there is nothing to go on with.
        let Some(failure) = failure.filter(|failure| failure.importer.is_some()) else { break };
        assumed.insert(failure.id);
        missing.push(failure);
    }
    (first.unwrap_or_default(), missing)
}

/// The folders that names may count from, beside the bundle's own and those of its packages.
fn bases(case: &Case<'_>, start: &Start) -> Vec<EntryId> {
    let listing = &case.bundle.listing;
    let searched = start.bases.iter().flat_map(|base| match base {
        base::Base::Folder(folder) => folder.at.iter().map(|origin| origin.folder).collect(),
        _ => Vec::new(),
    });
    let path_files = case.bundle.facts.path_files.iter().flatten();
    let path_files = path_files.filter(|(file, _)| (file.0 as usize) < listing.len());
    let added = path_files.flat_map(|(&file, lines)| path_file::folders(listing, file, lines));
    let modules = case.bundle.facts.modules.as_ref();
    let edited = case.bundle.suspects().path_editors.iter().filter_map(|file| Some((file, modules?.get(file)?)));
    let edited = edited.flat_map(|(&file, facts)| {
        let own = format!("{}/{}", crate::model::search_path::TASK, listing.shown_path(file));
        let paths = facts.path_edits.iter().filter_map(move |edit| start.path_of(edit.folder.as_ref()?, &own));
        paths.filter_map(|path| {
            let below = path.strip_prefix(crate::model::search_path::TASK)?;
            listing.find(EntryId::ROOT, below.as_bytes())
        })
    });
    let mut all: Vec<EntryId> = searched.chain(added).chain(edited).collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// What the standard library of the case's Python is.
fn library(imported: &Imported<'_>) -> &'static StandardLibrary {
    StandardLibrary::of_version(imported.start.version)
}
