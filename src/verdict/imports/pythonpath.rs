//! The PYTHONPATH that a plan needs, and what one that the user gives does besides.

use std::collections::BTreeSet;

use super::super::Case;
use super::super::deployed::{Deployed, Tree};
use super::super::ruling::{Ruling, named, note, warning};
use super::base::{self, Folder};
use crate::model::escape::printable;
use crate::model::finding::Finding;
use crate::model::provided::provided_by_runtime;
use crate::model::pythonpath::PYTHONPATH;
use crate::model::search_path::{SOURCE, SearchPath, Searched, TASK};

fn version(case: &Case<'_>) -> Result<(u8, u8), Ruling> {
    let version = case.target.runtime.as_ref().and_then(|runtime| runtime.python_version());
    version.ok_or_else(|| Ruling::skipped("the runtime is not known to be Python"))
}

/// The PYTHONPATH that has to be set, or the one that need not be.
pub(in super::super) fn needed(case: &Case<'_>) -> Ruling {
    if let Err(ruling) = version(case) {
        return ruling;
    }
    let needed = base::needed(case);
    match (needed.pythonpath(), case.plan.function.environment.get(PYTHONPATH)) {
        (None, None) => Ruling::passed(),
        (Some(_), Some(_)) => Ruling::skipped("the plan sets a PYTHONPATH"),
        (Some(path), None) => {
            let message = format!("the function needs PYTHONPATH={path}");
            let cure = match needed.efs {
                None => "set it in the function's environment; bayplan reckons with it",
                Some(_) => {
                    "set it in the function's environment; where the packages lie in a folder below the mount, as \
                     bayplan pack makes it, take the value from its manifest.json"
                }
            };
            Finding { source: SOURCE.to_owned(), ..note(message, cure) }.into()
        }
        (None, Some(set)) => {
            let set = printable(set.as_bytes());
            let message = format!("PYTHONPATH is {set}, and this plan needs none");
            let cure = "take it out of the plan, so that layers are searched and their .pth files read";
            Finding { source: SOURCE.to_owned(), ..note(message, cure) }.into()
        }
    }
}

/// Parts of a PYTHONPATH that lead to nothing of the plan.
pub(in super::super) fn folders(case: &Case<'_>) -> Ruling {
    let Some(set) = case.plan.function.environment.get(PYTHONPATH) else {
        return Ruling::skipped("the plan sets no PYTHONPATH");
    };
    let deployed = Deployed::new(case);
    let parts = set.split(':').map(|part| part.trim_end_matches('/')).filter(|part| !part.is_empty());
    let leads_nowhere = |folder: &Folder| {
        let may_be_there = folder.is_opt || folder.path == TASK || folder.path.starts_with("/var/runtime");
        folder.at.is_empty() && !may_be_there
    };
    let lost: Vec<String> = parts
        .map(|part| base::folder(case, &deployed, part))
        .filter(leads_nowhere)
        .map(|folder| printable(folder.path.as_bytes()))
        .collect();
    if lost.is_empty() {
        return Ruling::passed();
    }
    let message = format!("PYTHONPATH names {}, where nothing of this plan lies", named(&lost));
    let keeps = case.plan.pack.keep_folders || !set.contains(TASK);
    let cure = if keeps {
        "correct it, or take it out"
    } else {
        "take it out: bayplan packs packages at the zip's root unless [pack] keep_folders = true"
    };
    Finding { source: SOURCE.to_owned(), ..warning(message, cure) }.into()
}

/// Packages that the runtime's own SDK hides, because it is searched before a PYTHONPATH.
pub(in super::super) fn sdk(case: &Case<'_>) -> Ruling {
    let version = match version(case) {
        Ok(version) => version,
        Err(ruling) => return ruling,
    };
    let deployed = Deployed::new(case);
    let path: SearchPath = base::search_path(case, version);
    let after: BTreeSet<Tree> = path
        .places
        .iter()
        .skip_while(|place| **place != Searched::Sdk)
        .filter_map(|place| match place {
            Searched::Folder(folder) => base::folder(case, &deployed, folder).tree,
            _ => None,
        })
        .filter(|tree| *tree != Tree::Function)
        .collect();
    let runtime = case.target.runtime.as_ref();
    let is_hidden = |(index, package): &(crate::model::package::PackageIndex, &crate::model::package::Package)| {
        let held = runtime.is_some_and(|runtime| provided_by_runtime(runtime, &package.key).is_some());
        held && Tree::of(deployed.bucket(*index)).is_some_and(|tree| after.contains(&tree))
    };
    let hidden: Vec<_> = case.bundle.indexed().filter(is_hidden).map(|(index, _)| index).collect();
    if hidden.is_empty() {
        return Ruling::passed();
    }
    let packages = deployed.keys(hidden);
    let message = format!(
        "{} behind PYTHONPATH {} never imported: this runtime searches its own before",
        named(&packages),
        if packages.len() == 1 { "is" } else { "are" }
    );
    let cure = "put them into the function, leave them to the runtime, or take python3.11 or later";
    let source = "reports by users of aws-lambda-base-images".to_owned();
    Finding { packages, source, ..warning(message, cure) }.into()
}
