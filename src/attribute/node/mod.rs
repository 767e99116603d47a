//! Node packages: what lies in folders named `node_modules`, as npm and pnpm leave it.
//!
//! A package is a folder directly in a `node_modules`, or in a scope (`@scope/`) of one, that has a `package.json`. Its
//! name is the folder's, because that is what `require` calls it. Only a `node_modules` that lies directly in a package
//! holds packages of their own; deeper ones are files of the package that brings them, as tests do.

use rayon::prelude::*;

use super::links::Texts;
use super::lookup::Lookup;
use crate::model::contents::Contents;
use crate::model::entry::EntryId;
use crate::model::node::{NodeAbsent, NodePackage};
use crate::model::problem::Problem;
use crate::model::watch::Watch;

mod claim;
mod classes;
mod handler;
mod key;
mod lock;
mod manifest;
mod names;
mod parts;
mod places;
mod resolve;
mod unit;

pub use claim::{packages, take};
pub use classes::mark;
pub use handler::find as handlers;
pub use unit::find as units;

use lock::Notes;
use places::{Place, Places};
use resolve::Resolver;

/// What was read of Node's packages.
#[derive(Default)]
pub struct Read {
    /// By the order of their folders.
    pub packages: Vec<NodePackage>,
    /// What the build asks for and has not.
    pub absent: Vec<NodeAbsent>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// What makes a folder a package.
pub const MANIFEST: &str = "package.json";

/// Whether a folder may be a package, as far as its path tells.
pub fn may_be_package(folder: &[u8]) -> bool {
    let mut above = folder.rsplit(|&byte| byte == b'/').skip(1);
    match above.next() {
        Some(scope) if scope.starts_with(b"@") => above.next() == Some(b"node_modules"),
        nearest => nearest == Some(b"node_modules"),
    }
}

/// Reads every Node package of a listing.
pub fn read(lookup: &Lookup<'_>, contents: &dyn Contents, texts: &Texts, watch: &dyn Watch) -> Read {
    let places = Places::find(lookup);
    if places.packages.is_empty() {
        return Read::default();
    }
    let roots = places.roots();
    let read_all = || {
        let places = places.packages.par_iter().filter(|_| !watch.is_cancelled());
        places.map(|place| read_one(lookup, contents, place)).collect::<Vec<(NodePackage, Vec<Problem>)>>()
    };
    let resolver = Resolver::new(lookup, texts);
    let (read, (notes, asked)) = rayon::join(read_all, || {
        (Notes::read(lookup, contents, &roots), Asked::read(lookup, contents, &resolver, &roots))
    });
    let (mut packages, problems): (Vec<NodePackage>, Vec<Vec<Problem>>) = read.into_iter().unzip();
    let mut problems = problems.concat();
    problems.extend(resolve::fill_in(&resolver, &notes, &mut packages));
    for folder in asked.found {
        if let Ok(place) = packages.binary_search_by_key(&folder, |package| package.folder) {
            packages[place].requested = true;
        }
    }
    Read { packages, absent: asked.absent, problems }
}

fn read_one(lookup: &Lookup<'_>, contents: &dyn Contents, place: &Place) -> (NodePackage, Vec<Problem>) {
    let (said, problems) = manifest::read(lookup.listing, contents, place.manifest);
    let package = NodePackage {
        folder: place.folder,
        root: place.root,
        name: place.name.clone(),
        version: said.version,
        inside: place.inside,
        store: place.store,
        links: Vec::new(),
        needs: said.needs,
        requested: false,
        is_module: said.is_module,
        os: said.os,
        cpu: said.cpu,
        libc: said.libc,
        engines: said.engines,
        integrity: None,
    };
    (package, problems)
}

/// What the user asks for, in the `package.json` beside the outermost `node_modules`. Where there is none, nobody knows.
#[derive(Default)]
struct Asked {
    /// The folders that Node finds for it, be they packages or not.
    found: Vec<EntryId>,
    /// What is not to be found.
    absent: Vec<NodeAbsent>,
}

impl Asked {
    fn read(lookup: &Lookup<'_>, contents: &dyn Contents, resolver: &Resolver<'_>, roots: &[EntryId]) -> Asked {
        let mut asked = Asked::default();
        for &root in roots {
            let Some(file) = lookup.child(root, MANIFEST) else { continue };
            // What is wrong with a file of the user's own is the user's affair: only names are asked for here.
            let (said, _) = manifest::read(lookup.listing, contents, file);
            let missing = said.needs.iter().filter(|need| !resolver.has(root, &need.name));
            let absent = missing.map(|need| NodeAbsent { manifest: file, name: need.name.clone(), kind: need.kind });
            asked.absent.extend(absent);
            asked.found.extend(said.needs.iter().filter_map(|need| resolver.find(root, &need.name)));
        }
        asked
    }
}
