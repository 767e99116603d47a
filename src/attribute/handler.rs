//! Functions of the user's own modules that look like handlers.

use std::collections::HashSet;

use ruff_python_ast::{Stmt, StmtFunctionDef};

use super::python::{self, LONGEST_SOURCE};
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::facts::Distribution;
use crate::model::listing::Listing;

/// More modules than this are nobody's entry point.
const MOST_MODULES: usize = 200;

/// `app.handler` for each likely function at the top and one folder down, in the order of the listing.
pub fn find(listing: &Listing, contents: &dyn Contents, distributions: &[Distribution]) -> Vec<String> {
    let claimed: HashSet<EntryId> = distributions.iter().flat_map(|distribution| distribution.files.iter()).collect();
    let yours = modules(listing).filter(|module| !claimed.contains(module)).take(MOST_MODULES);
    yours.flat_map(|module| handlers(listing, contents, module)).collect()
}

fn modules(listing: &Listing) -> impl Iterator<Item = EntryId> {
    let tops = listing.children(EntryId::ROOT);
    let candidates = tops.flat_map(move |top| {
        let below = (listing.kind(top) == EntryKind::Directory).then(|| listing.children(top));
        std::iter::once(top).chain(below.into_iter().flatten())
    });
    candidates.filter(move |&entry| listing.kind(entry) == EntryKind::File && listing.name(entry).ends_with(b".py"))
}

fn handlers(listing: &Listing, contents: &dyn Contents, module: EntryId) -> Vec<String> {
    let path = listing.path(module);
    let Some(stem) = path.strip_suffix(b".py") else { return Vec::new() };
    let Ok(content) = contents.read(listing, module, LONGEST_SOURCE) else { return Vec::new() };
    let source = String::from_utf8_lossy(&content.bytes);
    let named = |body: &[Stmt]| body.iter().filter_map(handler_name).map(|name| printable(name.as_bytes())).collect();
    let names: Vec<String> = python::with_module(&source, named).unwrap_or_default();
    names.into_iter().map(|name| format!("{}.{name}", printable(stem))).collect()
}

fn handler_name(statement: &Stmt) -> Option<&str> {
    match statement {
        Stmt::FunctionDef(function) if !function.is_async && is_handler(function) => Some(function.name.as_str()),
        _ => None,
    }
}

/// Two parameters that can be given by place, and a name or parameter names that say what they are.
fn is_handler(function: &StmtFunctionDef) -> bool {
    let parameters = &function.parameters;
    let names: Vec<&str> =
        parameters.posonlyargs.iter().chain(&parameters.args).map(|given| given.parameter.name.as_str()).collect();
    let is_named_so = matches!(function.name.as_str(), "handler" | "lambda_handler");
    let [first, second] = names.as_slice() else { return false };
    is_named_so || (matches!(*first, "event" | "_event") && matches!(*second, "context" | "_context"))
}
