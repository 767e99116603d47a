//! Java: the jars of a function's `lib/` and of a layer's `java/lib/`, each a package, and what fat ones brought along.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::key;
use super::owners::Claims;
use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::facts::Facts;
use crate::model::inside::{Breakdown, Inside, Named, ToldBy, Whose};
use crate::model::java::Jar;
use crate::model::listing::Listing;
use crate::model::package::{Ecosystem, Package, PackageIndex};
use crate::model::problem::Problem;
use crate::model::watch::Watch;

mod coordinates;
mod jar;

/// Longer jars are named by their names alone: more than a bundle may weigh.
const LONGEST_JAR: Bytes = Bytes(262_144_000);
/// The folders whose jars the runtime loads, in a function and in a layer.
const FOLDERS: [&[u8]; 2] = [b"lib", b"java/lib"];

/// What one jar is, with what it holds and what could not be read of it.
type Read = (Jar, Option<Inside>, Vec<Problem>);

/// Reads all jars that the runtime would load into the facts; what they brought along is told as what is inside them.
pub fn read(listing: &Listing, contents: &dyn Contents, facts: &mut Facts, watch: &dyn Watch) {
    let jars: Vec<EntryId> = jars(listing).collect();
    let read = |&entry: &EntryId| (!watch.is_cancelled()).then(|| jar(listing, contents, entry));
    let read: Vec<Read> = jars.par_iter().filter_map(read).collect();
    let mut inside: BTreeMap<EntryId, Inside> = BTreeMap::new();
    for (jar, held, problems) in read {
        inside.extend(held.map(|held| (jar.file, held)));
        facts.jars.push(jar);
        facts.problems.extend(problems);
    }
    if !inside.is_empty() {
        facts.inside.get_or_insert_default().extend(inside);
    }
}

/// Makes a package of each jar. They are numbered from `first` on.
pub fn packages(claims: &mut Claims<'_>, jars: &[Jar], first: u32) -> Vec<Package> {
    let listing = claims.lookup.listing;
    let named = jars.iter().map(|jar| (jar.package.key.clone(), jar.root, jar.package.version.as_deref()));
    let keys = key::of_named(listing, &named.collect::<Vec<_>>());
    let mut packages = Vec::new();
    for ((at, jar), key) in jars.iter().enumerate().zip(keys) {
        claims.take(&[jar.file].into_iter().collect(), PackageIndex(first + at as u32));
        packages.push(Package {
            key,
            ecosystem: Ecosystem::Java,
            version: jar.package.version.clone(),
            root: jar.root,
            layer_folder: Ecosystem::Java.layer_folder().into(),
            facts: Some(at),
            tops: Vec::new(),
            digest: None,
            classes: Box::default(),
        });
    }
    packages
}

fn jars(listing: &Listing) -> impl Iterator<Item = EntryId> {
    let folders = FOLDERS.into_iter().filter_map(|path| listing.find(EntryId::ROOT, path));
    let is_jar = |&entry: &EntryId| listing.kind(entry) == EntryKind::File && listing.name(entry).ends_with(b".jar");
    folders.flat_map(|folder| listing.children(folder)).filter(is_jar)
}

fn jar(listing: &Listing, contents: &dyn Contents, entry: EntryId) -> Read {
    let file = printable(listing.name(entry));
    let jar = |package: Named| Jar { file: entry, root: listing.parent(entry), package };
    let tell = |what: &str| Problem::unclear(listing.shown_path(entry), what);
    let read = match listing.length(entry) > LONGEST_JAR {
        true => Err("is too long to be read".to_owned()),
        false => contents
            .pieces(listing, entry, LONGEST_JAR)
            .map_err(|why| format!("cannot be read: {why}"))
            .and_then(|pieces| jar::read(pieces, &file)),
    };
    match read {
        Err(why) => (jar(coordinates::by_name(&file)), None, vec![tell(&why)]),
        Ok(read) => {
            let mut problems: Vec<Problem> = read.unclear.iter().map(|what| tell(what)).collect();
            let package = read.own.as_ref().map_or_else(|| coordinates::by_name(&file), |own| own.named());
            let held = held(&read, listing.length(entry)).unwrap_or_else(|| {
                problems.push(tell("holds entries that claim more bytes than it has"));
                None
            });
            (jar(package), held, problems)
        }
    }
}

/// What a fat jar holds; `None` within for a jar that brought nothing along, `None` for one that lies.
fn held(read: &jar::Jar, length: Bytes) -> Option<Option<Inside>> {
    if read.held.is_empty() && read.mingled.is_empty() {
        return Some(None);
    }
    let claims = read.held.iter().map(|held| {
        let whose = Whose::Package { package: held.package.clone(), from: held.path.clone() };
        (whose, held.bytes)
    });
    let mut told = Breakdown::of(ToldBy::Directory, length, claims)?;
    told.mingled = read.mingled.iter().map(coordinates::Coordinates::named).collect();
    Some(Some(Inside::Told(told)))
}
