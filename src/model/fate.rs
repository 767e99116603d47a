//! What packing makes of compiled Python.
//!
//! Every file gets the same date in an artifact, so a `.pyc` that knows its source by date is dead weight there. It can
//! be made to know it by a hash instead (PEP 552), but only where it is shown to be compiled from the source that is
//! packed beside it: a hash would make Python believe it whatever the source says.
//!
//! What shows it: the length of the source and its date, both of which the `.pyc` holds. A folder has the date to the
//! second. A zip has it to two seconds, and often in a time zone that it does not name, so there the dates may differ
//! by a whole number of quarters of an hour.

use super::bundle::Bundle;
use super::compiled::ANY_ZONE;
use super::entry::EntryId;
use super::facts::{BytecodeHeader, BytecodeValidity};
use super::interpreter::{bytecode_magic, hash_function_of_magic};
use super::listing::{Listing, Source};
use super::target::Target;

/// All time zones are whole quarters of an hour apart, and no two further than [`ANY_ZONE`].
const QUARTER: i64 = 15 * 60;
/// A zip rounds seconds to even ones, one way or the other.
const ROUNDING: i64 = 2;

/// What becomes of a `.pyc` that knows its source by date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is made to know its source by a hash.
    Hashed {
        /// The source.
        source: EntryId,
        /// The magic number of the Python that wrote it.
        magic: u16,
    },
    /// It is packed as it is, and why.
    Kept(Why),
}

/// Why a `.pyc` is packed as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its source is not where Python looks for it, so no date is ever compared.
    NoSource,
    /// It is of another Python than the target's, or of one that is not recorded.
    OtherPython,
    /// The source has another length: it was compiled from another state.
    OtherLength,
    /// The dates do not show that it was compiled from this state of its source.
    OtherDate,
}

impl Why {
    /// As a phrase that goes on from "kept as they are: ".
    pub fn words(self) -> &'static str {
        match self {
            Why::NoSource => "without a source that Python would compare them with",
            Why::OtherPython => "of another Python than the target's",
            Why::OtherLength => "compiled from another state of their sources",
            Why::OtherDate => "dates do not show that they were compiled from these sources",
        }
    }
}

/// The fate of every `.pyc` that knows its source by date, if they are to be hash-based; nothing where their headers
/// were not read.
pub fn fates<'a>(bundle: &'a Bundle, target: &Target) -> impl Iterator<Item = (EntryId, Fate)> + use<'a> {
    let right = target.runtime.as_ref().and_then(|runtime| bytecode_magic(runtime.python_version()?));
    let suspects = bundle.suspects().bytecode.iter();
    suspects.filter_map(move |&(entry, header, source)| Some((entry, fate(bundle, right, entry, header, source)?)))
}

fn fate(
    bundle: &Bundle,
    right: Option<u16>,
    entry: EntryId,
    header: BytecodeHeader,
    source: Option<EntryId>,
) -> Option<Fate> {
    let BytecodeValidity::Timestamp { modified, length } = header.validity else { return None };
    let listing = &*bundle.listing;
    Some(match source.filter(|&source| is_looked_for(listing, entry, source)) {
        None => Fate::Kept(Why::NoSource),
        _ if right.is_some_and(|right| right != header.magic) => Fate::Kept(Why::OtherPython),
        _ if hash_function_of_magic(header.magic).is_none() => Fate::Kept(Why::OtherPython),
        Some(source) if listing.length(source).0 as u32 != length => Fate::Kept(Why::OtherLength),
        Some(source) if !is_date(listing, source, modified) => Fate::Kept(Why::OtherDate),
        Some(source) => Fate::Hashed { source, magic: header.magic },
    })
}

/// Whether Python reads `entry` for `source`: `__pycache__/m.cpython-310.pyc` or `…opt-1.pyc` for `m.py`.
fn is_looked_for(listing: &Listing, entry: EntryId, source: EntryId) -> bool {
    let mut parts = listing.name(entry).split(|&byte| byte == b'.').skip(1);
    let is_tagged = parts.next().is_some_and(|tag| tag.starts_with(b"cpython-"));
    let rest: Vec<&[u8]> = parts.collect();
    let is_named = match rest[..] {
        [b"pyc"] => true,
        [optimised, b"pyc"] => optimised.starts_with(b"opt-"),
        _ => false,
    };
    let folder = listing.parent(entry);
    let is_beside = listing.name(folder) == b"__pycache__" && listing.parent(folder) == listing.parent(source);
    is_tagged && is_named && is_beside && listing.kind(source) == super::entry::EntryKind::File
}

fn is_date(listing: &Listing, source: EntryId, modified: u32) -> bool {
    let date = listing.modified(source);
    if !matches!(listing.source, Source::Zip(..)) {
        return date as u32 == modified;
    }
    let apart = (date - i64::from(modified)).abs();
    let beyond = apart % QUARTER;
    apart <= ANY_ZONE && beyond.min(QUARTER - beyond) <= ROUNDING
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bytes::Bytes;
    use crate::model::listing::{Attributes, ListingBuilder};

    fn source(kind: Source, modified: i64) -> (Listing, EntryId) {
        let mut builder = ListingBuilder::new(kind);
        let entry = builder.add(b"m.py", Attributes { modified, ..Attributes::file(9) }).unwrap();
        (builder.finish(), entry)
    }

    #[test]
    fn a_folders_dates_are_compared_to_the_second_and_a_zips_but_for_the_zone() {
        let folder = |modified| source(Source::Directory("b".into()), modified);
        let zip = |modified| source(Source::Zip("b.zip".into(), Bytes(1)), modified);
        let shows = |(listing, entry): (Listing, EntryId)| is_date(&listing, entry, 1_700_000_001);
        assert!(shows(folder(1_700_000_001)) && !shows(folder(1_700_000_002)));
        for zone in [0, 2 * 3600, -7 * 3600, 5 * 3600 + 45 * 60] {
            assert!(shows(zip(1_700_000_000 + zone)), "{zone}");
        }
        for other in [7, 60, 10 * 60, 40 * 3600, -1_300_000_000] {
            assert!(!shows(zip(1_700_000_000 + other)), "{other}");
        }
    }
}
