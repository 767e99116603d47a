//! The handler of a Python function: its module, and the function in it.

use super::super::Case;
use super::super::plan;
use super::super::ruling::{Ruling, error};
use super::{Import, library};
use crate::model::escape::printable;
use crate::model::finding::Finding;
use crate::model::standard_library::StandardLibrary;

const CLIENT: &str = "AWS's Python runtime client";

/// Whether Lambda finds what it calls.
pub(in super::super) fn handler(case: &Case<'_>, import: &Import<'_>) -> Ruling {
    let general = plan::handler(case);
    if !general.findings.is_empty() || general.skipped.is_some() {
        return general;
    }
    if let Some(finding) = builtin(case) {
        return finding.into();
    }
    let Ok(imported) = import else { return general };
    if let Some(failure) = imported.first.failure.as_ref().filter(|failure| failure.importer.is_none()) {
        let message = format!(
            "Unable to import module '{}': {}; it is not searched for where it lies",
            shown(case),
            failure.words
        );
        let cure = "let PYTHONPATH name its folder, or put it at the root of the function";
        return Finding { source: CLIENT.to_owned(), ..error(message, cure) }.into();
    }
    missing_function(case, imported).map_or(general, Ruling::from)
}

fn shown(case: &Case<'_>) -> String {
    let handler = case.plan.function.handler.as_ref().map(|handler| handler.as_str()).unwrap_or_default();
    printable(handler.rsplit_once('.').map_or(handler, |(module, _)| module).as_bytes())
}

/// Modules that are compiled into Python are refused by name, wherever one's own may lie.
fn builtin(case: &Case<'_>) -> Option<Finding> {
    let version = case.target.runtime.as_ref()?.python_version()?;
    let module = case.plan.function.handler.as_ref()?.module_path().replace('/', ".");
    let top = module.split('.').next().unwrap_or_default();
    StandardLibrary::of_version(version).is_builtin(top).then(|| {
        let message = format!("Cannot use built-in module {} as a handler module", printable(module.as_bytes()));
        Finding { source: CLIENT.to_owned(), ..error(message, "give the handler's module another name") }
    })
}

/// The module is there and does not have the function.
fn missing_function(case: &Case<'_>, imported: &super::Imported<'_>) -> Option<Finding> {
    let handler = case.plan.function.handler.as_ref()?.as_str();
    let (_, function) = handler.rsplit_once('.')?;
    let source = imported.first.handler?;
    let binds = case.bundle.facts.modules.as_ref()?.get(&source)?.binds.as_ref()?;
    let is_recorded = library(imported).is_recorded || !binds.is_empty();
    (is_recorded && !binds.iter().any(|name| name == function)).then(|| {
        let function = printable(function.as_bytes());
        let message = format!("Handler '{function}' missing on module '{}'", shown(case));
        let cure = format!("define {function} in {}, or correct the handler", case.bundle.listing.shown_path(source));
        Finding { source: CLIENT.to_owned(), ..error(message, cure) }
    })
}
