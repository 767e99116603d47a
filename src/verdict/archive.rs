//! The zip as such: whether every program unpacks the same files from it.
//!
//! A zip says most things twice, in front of each entry and in its directory, and programs differ in which they follow.
//! Which of them AWS is like is not known, so a zip that can be read in two ways is an error.

use super::Case;
use super::bundle::{in_a_few_words, with_harm};
use super::ruling::{Ruling, counted, error, is_or_are, named, note, warning};
use crate::model::bytes::group_digits;
use crate::model::problem::Harm;

/// Why nothing is said of a zip.
const NO_ZIP: &str = "not a zip";

fn is_zip(case: &Case<'_>) -> bool {
    case.bundle.listing.has_zipped_sizes()
}

/// What holds for every zip is not true of a folder, nor untrue.
fn nothing_found(case: &Case<'_>) -> Ruling {
    if is_zip(case) { Ruling::passed() } else { Ruling::skipped(NO_ZIP) }
}

/// What no unpacking would put where it was meant to go.
pub(super) fn unpackable(case: &Case<'_>) -> Ruling {
    let refused = with_harm(case, Harm::Refused);
    if refused.is_empty() {
        return nothing_found(case);
    }
    let message = format!("{} cannot be unpacked as it is: {}", counted(refused.len(), "file"), named(&refused));
    error(message, "pack the zip again: deflated, without a password, with paths below its root").into()
}

/// Whether every entry is what the zip states of it. To know, all of them have to be unpacked.
pub(super) fn damaged(case: &Case<'_>) -> Ruling {
    if !is_zip(case) {
        return Ruling::skipped(NO_ZIP);
    }
    let Some(damaged) = &case.bundle.facts.damaged else {
        return Ruling::skipped("the bytes were not read; bayplan check reads them");
    };
    let damaged: Vec<String> = damaged.iter().map(in_a_few_words).collect();
    if damaged.is_empty() {
        return Ruling::passed();
    }
    let entries = if damaged.len() == 1 { "entry" } else { "entries" };
    let message = format!(
        "{} {entries} of the zip {} damaged: {}",
        group_digits(damaged.len() as u64),
        is_or_are(damaged.len()),
        named(&damaged)
    );
    error(message, "build the zip again, or copy it again").into()
}

/// What two programs would unpack differently: nobody knows which of them AWS is.
pub(super) fn ambiguous(case: &Case<'_>) -> Ruling {
    let found = with_harm(case, Harm::Ambiguous);
    if found.is_empty() {
        return nothing_found(case);
    }
    let message = format!("the zip can be read in two ways: {}", named(&found));
    error(message, "pack it anew from its folder: bayplan pack, or zip -r into a new file").into()
}

/// Bytes of an archive that belong to no entry. Readers that go by the directory never see them.
pub(super) fn surplus(case: &Case<'_>) -> Ruling {
    let found = with_harm(case, Harm::Surplus);
    if found.is_empty() {
        return nothing_found(case);
    }
    let message = format!("the zip holds bytes that belong to no file: {}", named(&found));
    warning(message, "pack it anew from its folder, unless something else is meant to read them").into()
}

/// Files of which a system that ignores case or accents keeps one.
pub(super) fn alike(case: &Case<'_>) -> Ruling {
    let found = with_harm(case, Harm::Alike);
    if found.is_empty() {
        return nothing_found(case);
    }
    let message = format!("{}; Linux, and so Lambda, keeps them apart, macOS and Windows do not", named(&found));
    note(message, "rename one of them, or unpack this zip on Linux alone").into()
}
