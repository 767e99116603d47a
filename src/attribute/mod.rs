//! Floor 1: a listing becomes a bundle: facts are read, and every byte gets its owner.
//!
//! Two steps, so that a recording can stand in for the first: [`read_facts`] asks the contents once, [`attribute`]
//! needs them no more. Python distributions claim their files; what nothing claims is the user's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::bundle::Bundle;
use crate::model::class::Class;
use crate::model::contents::Contents;
use crate::model::entry::EntryId;
use crate::model::facts::Facts;
use crate::model::listing::Listing;
use crate::model::package::Unit;
use crate::model::shape::Handler;
use crate::model::watch::Watch;

mod bytecode;
mod class;
mod damage;
mod digest;
mod distribution;
mod file_list;
mod handler;
mod hashing;
mod headers;
mod imports;
mod inside;
mod java;
mod key;
mod leftover;
mod links;
mod lookup;
mod manifest_lines;
mod native;
mod node;
mod noticing;
mod owners;
mod path_file;
mod python;
mod reach;
mod reading;
mod record;
mod requirements;
mod ruby;
mod sources;
mod stems;
mod target;
mod tests_needed;
mod unit;

pub use manifest_lines::manifest_lines;
pub use sources::{SourceFolder, source_folder};
pub use target::guess_target;

use lookup::Lookup;

/// Fewer entries than this are not worth another thread's attention.
const AT_ONCE: usize = 4096;

/// Which facts are worth reading for the question at hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Native files, bytecode headers and `.pth` files; distributions and handlers are always read.
    files: bool,
    /// What sources import.
    modules: Sources,
    /// The handler's module, which may lie where nothing of your own leads: `datadog_lambda.handler`.
    handler: Option<String>,
    /// Whether the bytes of an archive's entries are compared with what it states of them.
    bodies: bool,
    /// Whether the hashes of an archive's sources are noted, for packing.
    hashes: bool,
}

/// Which sources are parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sources {
    None,
    /// Your own, and those that they lead to.
    Reached,
    All,
}

impl Wanted {
    /// Who owns what, and what looks like a handler: enough for sizes and placement.
    pub const OWNERS: Wanted =
        Wanted { files: false, modules: Sources::None, handler: None, bodies: false, hashes: false };
    /// What tells besides whether it would load there: enough for a verdict.
    pub const VERDICT: Wanted =
        Wanted { files: true, modules: Sources::Reached, handler: None, bodies: false, hashes: false };
    /// All that can be known.
    pub const EVERYTHING: Wanted =
        Wanted { files: true, modules: Sources::All, handler: None, bodies: true, hashes: false };

    /// The same, and every entry of an archive is unpacked to see whether it is whole.
    pub fn with_bodies(self) -> Wanted {
        Wanted { bodies: true, ..self }
    }

    /// The same, and what is read on the way and packing would have to read again is noted.
    pub fn to_be_packed(self) -> Wanted {
        Wanted { hashes: true, ..self }
    }

    /// The same, for a handler.
    pub fn started_by(self, handler: Option<&Handler>) -> Wanted {
        Wanted { handler: handler.map(|handler| handler.module_path().replace('/', ".")), ..self }
    }
}

/// The names of files in a folder that facts are read from in any case, of one of many such folders.
pub fn read_of_each(folder: &[u8]) -> &'static [&'static str] {
    if node::may_be_package(folder) { &[node::MANIFEST] } else { &[] }
}

/// Reads the facts of a listing and gives every byte of it its owner: [`read_facts`] and [`attribute`] in one, which
/// look things up in one place. `None`: it was cancelled.
pub fn read(listing: Arc<Listing>, contents: &dyn Contents, wanted: Wanted, watch: &dyn Watch) -> Option<Bundle> {
    let look_up_and_read = || {
        let lookup = Lookup::new(&listing);
        let facts = Arc::new(reading::facts(&lookup, contents, wanted, watch));
        (lookup, facts)
    };
    let ((lookup, facts), classes) = rayon::join(look_up_and_read, || class::of_all(&listing));
    if watch.is_cancelled() {
        return None;
    }
    let attributed = Attributed::new(&lookup, &facts, classes);
    Some(attributed.into_bundle(listing, facts))
}

/// Reads the facts of a listing, or returns those that were recorded with it.
pub fn read_facts(listing: &Listing, contents: &dyn Contents, wanted: Wanted, watch: &dyn Watch) -> Facts {
    reading::facts(&Lookup::new(listing), contents, wanted, watch)
}

/// Gives every byte of the listing its owner.
pub fn attribute(listing: Arc<Listing>, facts: Arc<Facts>) -> Bundle {
    Attributed::new(&Lookup::new(&listing), &facts, class::of_all(&listing)).into_bundle(listing, facts)
}

/// What a bundle is made of besides listing and facts.
struct Attributed {
    owned: owners::Owned,
    classes: Vec<Class>,
    units: Vec<Unit>,
}

impl Attributed {
    /// `classes` as names alone tell them.
    fn new(lookup: &Lookup<'_>, facts: &Facts, mut classes: Vec<Class>) -> Attributed {
        let listing = lookup.listing;
        let (mut owned, disagreements) =
            rayon::join(|| owners::find(lookup, facts), || target::disagreements(listing, facts));
        owned.problems.extend(disagreements);
        owned.problems.extend(requirements::problems(listing, facts));
        class::mark_foreign(facts, &mut classes);
        class::mark_imported_tests(listing, &imported_tests(listing, facts), &mut classes);
        class::mark_gems(listing, facts, &owned, &mut classes);
        class::mark_scripts(listing, &owned, &mut classes);
        let (mut units, ()) = rayon::join(
            || unit::find(listing, &owned.packages, &owned.owners),
            || node::mark(listing, facts, &owned, &mut classes),
        );
        units.extend(node::units(listing, facts, &owned.packages));
        digest::fill_in(listing, facts, &owned.owners, &classes, &mut owned.packages);
        Attributed { owned, classes, units }
    }

    fn into_bundle(self, listing: Arc<Listing>, facts: Arc<Facts>) -> Bundle {
        let Attributed { owned, classes, units } = self;
        Bundle::new(listing, facts, owned.packages, owned.owners, classes, units, owned.problems)
    }
}

/// Files of tests that are needed outside of tests, as far as that is known.
fn imported_tests(listing: &Listing, facts: &Facts) -> BTreeSet<EntryId> {
    match (&facts.imported_tests, &facts.modules) {
        (Some(needed), _) => needed.iter().filter(|entry| (entry.0 as usize) < listing.len()).collect(),
        (None, Some(modules)) => tests_needed::recorded(listing, modules, &reading::roots(facts)),
        (None, None) => BTreeSet::new(),
    }
}
