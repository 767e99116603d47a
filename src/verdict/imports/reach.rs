//! What is found, but not where one might think: in the runtime, or instead of the standard library.

use std::collections::BTreeSet;

use super::super::Case;
use super::super::ruling::{Ruling, is_or_are, named, note, warning};
use super::base::{Base, Folder};
use super::{Import, Imported, library};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::Finding;
use crate::model::package::PackageIndex;
use crate::model::provided::package_with;

/// What is imported from the runtime, in the runtime's version.
pub(in super::super) fn runtime(_: &Case<'_>, import: &Import<'_>) -> Ruling {
    let imported = match import {
        Ok(imported) => imported,
        Err(ruling) => return ruling.clone(),
    };
    let packages: BTreeSet<&str> =
        imported.first.from_runtime.keys().filter_map(|name| package_with(name)).map(|key| key.shown()).collect();
    if packages.is_empty() {
        return Ruling::passed();
    }
    let packages: Vec<&str> = packages.into_iter().collect();
    let come = if packages.len() == 1 { "comes" } else { "come" };
    let message = format!("{} {come} from the runtime, in the version that AWS has there", named(&packages));
    let cure = "if a certain version is needed, install it into the build";
    let source = "Lambda Developer Guide: the runtime includes the SDK and its dependencies".to_owned();
    Finding { source, ..note(message, cure) }.into()
}

/// Modules of the bundle that are found instead of those of the standard library.
pub(in super::super) fn standard_library(case: &Case<'_>, import: &Import<'_>) -> Ruling {
    let imported = match import {
        Ok(imported) => imported,
        Err(ruling) => return ruling.clone(),
    };
    let before = imported.start.bases.iter().take_while(|base| !matches!(base, Base::StandardLibrary));
    let folders = before.filter_map(|base| match base {
        Base::Folder(folder) => Some(folder),
        _ => None,
    });
    Ruling::of(folders.filter_map(|folder| in_folder(case, imported, folder)))
}

fn in_folder(case: &Case<'_>, imported: &Imported<'_>, folder: &Folder) -> Option<Finding> {
    let listing = &case.bundle.listing;
    let children = folder.at.iter().flat_map(|origin| listing.children(origin.folder));
    let mut found: Vec<(String, PackageIndex)> = children
        .filter_map(|child| {
            let (name, file) = module(case, child)?;
            // A folder of tests is called as CPython's own, which nothing imports.
            let is_shadow = name != "test" && library(imported).has(&name) && !library(imported).is_builtin(&name);
            let placed = imported.deployed.place(file).filter(|_| is_shadow)?;
            let is_here = Some(placed.tree) == folder.tree
                && folder.at.iter().any(|origin| origin.root == imported.deployed.root(placed.owner));
            is_here.then_some((name, placed.owner))
        })
        .collect();
    found.dedup();
    if found.is_empty() {
        return None;
    }
    let names: Vec<&String> = found.iter().map(|(name, _)| name).collect();
    let are = is_or_are(names.len());
    let message = format!("{} in {} {are} found instead of the standard library's", named(&names), folder.path);
    let cure = "give it another name, or leave it out if it is a backport that this Python does not need";
    let packages = imported.deployed.keys(found.iter().map(|(_, owner)| *owner));
    let source = "the order of sys.path in the Python runtime's bootstrap.py".to_owned();
    Some(Finding { packages, source, ..warning(message, cure) })
}

/// The name of a module, and the file that makes it one.
fn module(case: &Case<'_>, child: EntryId) -> Option<(String, EntryId)> {
    let listing = &case.bundle.listing;
    let name = String::from_utf8_lossy(listing.name(child)).into_owned();
    match listing.kind(child) {
        EntryKind::Directory => Some((name, listing.child(child, b"__init__.py")?)),
        _ => Some((name.strip_suffix(".py")?.to_owned(), child)),
    }
}
