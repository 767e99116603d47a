//! What npm notes of an installation in `node_modules/.package-lock.json`: compared with what is there, never believed
//! instead of it, as folders are copied and pruned after npm has gone.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Deserialize;

use crate::attribute::lookup::Lookup;
use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::EntryId;
use crate::model::escape::printable;
use crate::model::node::NodePackage;
use crate::model::problem::Problem;

/// Where it lies in a `node_modules`.
const NAME: &str = ".package-lock.json";
/// Longer than that of any installation that could be deployed.
const LONGEST: Bytes = Bytes(32 << 20);

#[derive(Deserialize)]
struct Lock {
    #[serde(default)]
    packages: BTreeMap<String, Noted>,
}

#[derive(Deserialize)]
struct Noted {
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    integrity: Option<String>,
    #[serde(default)]
    link: bool,
}

/// The note of one root.
pub struct Note {
    root: EntryId,
    file: EntryId,
    lock: Result<Lock, String>,
}

/// Reads the notes of all roots that have one.
pub fn read(lookup: &Lookup<'_>, contents: &dyn Contents, roots: &[EntryId]) -> Vec<Note> {
    let note = |&root: &EntryId| {
        let file = lookup.child(lookup.child(root, "node_modules")?, NAME)?;
        Some(Note { root, file, lock: read_one(lookup, contents, file) })
    };
    roots.par_iter().filter_map(note).collect()
}

/// Compares the packages of each root with its note, and takes over the digests that npm states.
pub fn compare(lookup: &Lookup<'_>, notes: &[Note], packages: &mut [NodePackage]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for Note { root, file, lock } in notes {
        match lock {
            Ok(lock) => problems.extend(compare_one(lookup, *root, *file, lock, packages)),
            Err(why) => problems.push(Problem::unclear(lookup.listing.shown_path(*file), why.clone())),
        }
    }
    problems
}

fn read_one(lookup: &Lookup<'_>, contents: &dyn Contents, file: EntryId) -> Result<Lock, String> {
    let content = contents.read(lookup.listing, file, LONGEST).map_err(|why| why.to_string())?;
    if !content.whole {
        return Err("is longer than 32 MB, so it was not compared with what is installed".to_owned());
    }
    let told = |error: serde_json::Error| {
        let why = printable(error.to_string().as_bytes());
        format!("cannot be read, so it was not compared with what is installed: {why}")
    };
    serde_json::from_slice(&content.bytes).map_err(told)
}

fn compare_one(
    lookup: &Lookup<'_>,
    root: EntryId,
    file: EntryId,
    lock: &Lock,
    packages: &mut [NodePackage],
) -> Vec<Problem> {
    let noted_of = |package: &NodePackage| {
        let path = lookup.listing.path_below(package.folder, root);
        std::str::from_utf8(&path).ok().and_then(|path| lock.packages.get(path))
    };
    let of_root = packages.par_iter_mut().filter(|package| package.root == root);
    let told: Vec<Option<Problem>> =
        of_root.filter_map(|package| Some(take_over(lookup, noted_of(package)?, package))).collect();
    let seen = told.len();
    let mut problems: Vec<Problem> = told.into_iter().flatten().collect();
    let noted = lock.packages.values().filter(|noted| !noted.link).count();
    if noted > seen {
        let (count, are) = (noted - seen, if noted - seen == 1 { "that is" } else { "that are" });
        let what = format!("names {count} of {noted} packages {are} not there any more");
        problems.push(Problem::unclear(lookup.listing.shown_path(file), what));
    }
    problems
}

/// Takes over what is noted of a package, unless it is noted of another version.
fn take_over(lookup: &Lookup<'_>, noted: &Noted, package: &mut NodePackage) -> Option<Problem> {
    let version = noted.version.as_deref().map(|version| printable(version.as_bytes()));
    if version.is_some() && package.version.is_some() && package.version != version {
        let (here, there) = (package.version.as_deref().unwrap_or_default(), version.unwrap_or_default());
        let what = format!("is {here} by its package.json and {there} by npm's {NAME}");
        return Some(Problem::unclear(lookup.listing.shown_path(package.folder), what));
    }
    package.integrity = noted.integrity.as_deref().map(|digest| printable(digest.as_bytes()));
    None
}
