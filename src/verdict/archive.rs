//! The zip as such: whether every program unpacks the same files from it.
//!
//! A zip says most things twice, in front of each entry and in its directory, and programs differ in which they follow.
//! Which of them AWS is like is not known, so a zip that can be read in two ways is an error.

use super::Case;
use super::bundle::with_harm;
use super::ruling::{Ruling, counted, error, named, note, warning};
use crate::model::problem::Harm;

/// What no unpacking would put where it was meant to go.
pub(super) fn unpackable(case: &Case<'_>) -> Ruling {
    let refused = with_harm(case, Harm::Refused);
    if refused.is_empty() {
        return Ruling::passed();
    }
    let message = format!("{} cannot be unpacked as it is: {}", counted(refused.len(), "file"), named(&refused));
    error(message, "pack the zip again without a password and with paths below its root").into()
}

/// What two programs would unpack differently: nobody knows which of them AWS is.
pub(super) fn ambiguous(case: &Case<'_>) -> Ruling {
    let found = with_harm(case, Harm::Ambiguous);
    if found.is_empty() {
        return Ruling::passed();
    }
    let message = format!("the zip can be read in two ways: {}", named(&found));
    error(message, "pack it anew from its folder: bayplan pack, or zip -r into a new file").into()
}

/// Bytes of an archive that belong to no entry. Readers that go by the directory never see them.
pub(super) fn surplus(case: &Case<'_>) -> Ruling {
    let found = with_harm(case, Harm::Surplus);
    if found.is_empty() {
        return Ruling::passed();
    }
    let message = format!("the zip holds bytes that belong to no file: {}", named(&found));
    warning(message, "pack it anew from its folder, unless something else is meant to read them").into()
}

/// Files of which a system that ignores case or accents keeps one.
pub(super) fn alike(case: &Case<'_>) -> Ruling {
    let found = with_harm(case, Harm::Alike);
    if found.is_empty() {
        return Ruling::passed();
    }
    let message = format!("{}; Linux, and so Lambda, keeps them apart, macOS and Windows do not", named(&found));
    note(message, "rename one of them, or unpack this zip on Linux alone").into()
}
