//! What npm notes of an installation in `node_modules/.package-lock.json`: compared with what is there, never believed
//! instead of it, as folders are copied and pruned after npm has gone.

use std::collections::BTreeMap;

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

/// Compares the packages of each root with its note, and takes over the digests that npm states.
pub fn compare(lookup: &Lookup<'_>, contents: &dyn Contents, packages: &mut [NodePackage]) -> Vec<Problem> {
    let mut roots: Vec<EntryId> = packages.iter().map(|package| package.root).collect();
    roots.sort_unstable();
    roots.dedup();
    let mut problems = Vec::new();
    for root in roots {
        let Some(modules) = lookup.child(root, "node_modules") else { continue };
        let Some(file) = lookup.child(modules, NAME) else { continue };
        match read(lookup, contents, file) {
            Ok(lock) => problems.extend(compare_one(lookup, root, file, &lock, packages)),
            Err(why) => problems.push(Problem::unclear(lookup.listing.shown_path(file), why)),
        }
    }
    problems
}

fn read(lookup: &Lookup<'_>, contents: &dyn Contents, file: EntryId) -> Result<Lock, String> {
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
    let mut problems = Vec::new();
    let mut seen = 0;
    for package in packages.iter_mut().filter(|package| package.root == root) {
        let path = lookup.listing.path_below(package.folder, root);
        let Some(noted) = std::str::from_utf8(&path).ok().and_then(|path| lock.packages.get(path)) else { continue };
        seen += 1;
        let version = noted.version.as_deref().map(|version| printable(version.as_bytes()));
        if version.is_some() && package.version.is_some() && package.version != version {
            let (here, there) = (package.version.as_deref().unwrap_or_default(), version.unwrap_or_default());
            let what = format!("is {here} by its package.json and {there} by npm's {NAME}");
            problems.push(Problem::unclear(lookup.listing.shown_path(package.folder), what));
        } else {
            package.integrity = noted.integrity.as_deref().map(|digest| printable(digest.as_bytes()));
        }
    }
    let noted = lock.packages.values().filter(|noted| !noted.link).count();
    if noted > seen {
        let (count, are) = (noted - seen, if noted - seen == 1 { "that is" } else { "that are" });
        let what = format!("names {count} of {noted} packages {are} not there any more");
        problems.push(Problem::unclear(lookup.listing.shown_path(file), what));
    }
    problems
}
