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
struct Note {
    root: EntryId,
    file: EntryId,
    lock: Result<Lock, String>,
}

/// The notes of all roots that have one, by their roots.
pub struct Notes(Vec<Note>);

/// A package that is noted: in which of the notes, and what they say otherwise of it.
pub type Compared = (usize, Option<Problem>);

impl Notes {
    /// Reads them; roots come ascending, each once.
    pub fn read(lookup: &Lookup<'_>, contents: &dyn Contents, roots: &[EntryId]) -> Notes {
        let note = |&root: &EntryId| {
            let file = lookup.child(lookup.child(root, "node_modules")?, NAME)?;
            Some(Note { root, file, lock: read_one(lookup, contents, file) })
        };
        Notes(roots.par_iter().filter_map(note).collect())
    }

    /// Compares a package with its root's note, and takes over the digest that npm states. `None`: it is not noted.
    pub fn compare(&self, lookup: &Lookup<'_>, package: &mut NodePackage) -> Option<Compared> {
        let place = self.0.binary_search_by_key(&package.root, |note| note.root).ok()?;
        let lock = self.0[place].lock.as_ref().ok()?;
        let path = lookup.listing.path_below(package.folder, package.root);
        let noted = std::str::from_utf8(&path).ok().and_then(|path| lock.packages.get(path))?;
        Some((place, take_over(lookup, noted, package)))
    }

    /// What is wrong with each note, and with the packages that were compared with it, in their order.
    pub fn problems(&self, lookup: &Lookup<'_>, compared: Vec<Compared>) -> Vec<Problem> {
        let mut of_notes: Vec<(usize, Vec<Problem>)> = self.0.iter().map(|_| (0, Vec::new())).collect();
        for (place, problem) in compared {
            let (seen, problems) = &mut of_notes[place];
            *seen += 1;
            problems.extend(problem);
        }
        let all = self.0.iter().zip(of_notes).flat_map(|(note, (seen, mut problems))| {
            let what = match &note.lock {
                Ok(lock) => gone(lock, seen),
                Err(why) => Some(why.clone()),
            };
            problems.extend(what.map(|what| Problem::unclear(lookup.listing.shown_path(note.file), what)));
            problems
        });
        all.collect()
    }
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

/// What is noted and was not seen.
fn gone(lock: &Lock, seen: usize) -> Option<String> {
    let noted = lock.packages.values().filter(|noted| !noted.link).count();
    (noted > seen).then(|| {
        let (count, are) = (noted - seen, if noted - seen == 1 { "that is" } else { "that are" });
        format!("names {count} of {noted} packages {are} not there any more")
    })
}
