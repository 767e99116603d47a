//! Floor 1: a listing becomes a bundle: facts are read, and every byte gets its owner.
//!
//! Two steps, so that a recording can stand in for the first: [`read_facts`] asks the contents once, [`attribute`]
//! needs them no more. Python distributions claim their files; what nothing claims is the user's own.

use std::sync::Arc;

use rayon::prelude::*;

use crate::model::bundle::Bundle;
use crate::model::contents::Contents;
use crate::model::facts::{Distribution, Facts};
use crate::model::listing::Listing;
use crate::model::problem::Problem;
use crate::model::watch::Watch;

mod class;
mod digest;
mod distribution;
mod file_list;
mod handler;
mod headers;
mod key;
mod leftover;
mod lookup;
mod owners;
mod python;
mod record;
mod sources;
mod target;
mod unit;

pub use sources::{Sources, source_folder};
pub use target::guess_target;

use lookup::Lookup;

/// Which facts are worth reading for the question at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Native files, bytecode headers and imports; distributions and handlers are always read.
    files: bool,
}

impl Wanted {
    /// Who owns what, and what looks like a handler: enough for sizes and placement.
    pub const OWNERS: Wanted = Wanted { files: false };
    /// All that can be known.
    pub const EVERYTHING: Wanted = Wanted { files: true };
}

/// Reads the facts of a listing, or returns those that were recorded with it.
pub fn read_facts(listing: &Listing, contents: &dyn Contents, wanted: Wanted, watch: &dyn Watch) -> Facts {
    if let Some(recorded) = contents.recorded() {
        return recorded.clone();
    }
    let lookup = Lookup::new(listing);
    let (distributions, problems) = read_distributions(listing, &lookup, contents, watch);
    let mut facts = Facts { distributions, problems, ..Facts::default() };
    facts.handlers = handler::find(listing, contents, &facts.distributions);
    let _ = wanted;
    facts
}

fn read_distributions(
    listing: &Listing,
    lookup: &Lookup<'_>,
    contents: &dyn Contents,
    watch: &dyn Watch,
) -> (Vec<Distribution>, Vec<Problem>) {
    let read: Vec<(Distribution, Vec<Problem>)> = distribution::find(listing)
        .into_par_iter()
        .filter(|_| !watch.is_cancelled())
        .map(|metadata| distribution::read(lookup, contents, metadata))
        .collect();
    distribution::without_vendored(listing, read)
}

/// Gives every byte of the listing its owner.
pub fn attribute(listing: Arc<Listing>, facts: Arc<Facts>) -> Bundle {
    let mut owned = owners::find(&listing, &facts);
    owned.problems.extend(target::disagreements(&listing, &facts));
    let mut classes = class::of_all(&listing);
    class::mark_scripts(&listing, &owned, &mut classes);
    let mut packages = owned.packages;
    digest::fill_in(&listing, &facts, &owned.owners, &classes, &mut packages);
    let units = unit::find(&listing, &packages, &owned.owners);
    Bundle::new(listing, facts, packages, owned.owners, classes, units, owned.problems)
}
