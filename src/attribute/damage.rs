//! Whether the bytes of an archive's entries are what the archive states of them: all are unpacked, none is kept.

use rayon::prelude::*;

use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::problem::{Harm, Problem};
use crate::model::watch::Watch;

/// What is damaged; `None` where nothing is stated that could be compared, as in a folder.
pub fn read(listing: &Listing, contents: &dyn Contents, watch: &dyn Watch) -> Option<Vec<Problem>> {
    if !listing.has_zipped_sizes() {
        return None;
    }
    let is_stored = |entry: &EntryId| matches!(listing.kind(*entry), EntryKind::File | EntryKind::Link);
    let entries: Vec<EntryId> = listing.entries().filter(is_stored).collect();
    let damage = |entry: EntryId| {
        let why = contents.verify(listing, entry)?.err()?;
        Some(Problem::new(listing.shown_path(entry), why.to_string(), Harm::Refused))
    };
    Some(entries.into_par_iter().filter(|_| !watch.is_cancelled()).filter_map(damage).collect())
}
