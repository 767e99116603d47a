//! What bytecode is worth to a runtime: valid, of another state of its source, of another Python.

use super::bundle::Bundle;
use super::bytes::Bytes;
use super::class::Class;
use super::entry::EntryId;
use super::facts::{BytecodeHeader, BytecodeValidity};
use super::interpreter::bytecode_magic;
use super::listing::{Listing, Source};
use super::package::PackageIndex;
use super::target::Target;

/// A zip's dates name no time zone; dates further apart than any two zones are apart for certain.
pub const ANY_ZONE: i64 = 26 * 3600 + 2;

/// The bytes of a package's bytecode by what they are worth.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Worth {
    /// The runtime uses it as it lies in the build.
    pub valid: Bytes,
    /// It was compiled from another state of its source.
    pub stale: Bytes,
    /// Another Python compiled it.
    pub foreign: Bytes,
    /// Its header was not read, or the runtime's magic number is not known.
    pub not_known: Bytes,
}

/// What the bytecode of each package is worth, in the bundle's order, from one pass over its headers.
pub fn of_packages(bundle: &Bundle, target: &Target) -> Vec<Worth> {
    let magic = target.runtime.as_ref().and_then(|runtime| bytecode_magic(runtime.python_version()?));
    let mut worths = vec![Worth::default(); bundle.packages().len()];
    for &(entry, header, source) in &bundle.suspects().bytecode {
        let Some(PackageIndex(owner)) = bundle.owner(entry) else { continue };
        let worth = &mut worths[owner as usize];
        *match magic {
            None => continue,
            Some(magic) if magic != header.magic => &mut worth.foreign,
            Some(_) if is_stale(&bundle.listing, header, source) => &mut worth.stale,
            Some(_) => &mut worth.valid,
        } += bundle.listing.length(entry);
    }
    for (worth, package) in worths.iter_mut().zip(bundle.packages()) {
        let classes = [Class::Bytecode, Class::TestBytecode];
        let all: Bytes = classes.iter().map(|&class| package.of_class(class).unzipped).sum();
        worth.not_known = all.less(worth.valid + worth.stale + worth.foreign);
    }
    worths
}

/// Whether Python would compile the source anew: it has another length or another date than the bytecode says.
fn is_stale(listing: &Listing, header: BytecodeHeader, source: Option<EntryId>) -> bool {
    let (BytecodeValidity::Timestamp { modified, length }, Some(source)) = (header.validity, source) else {
        return false;
    };
    let apart = (listing.modified(source) - i64::from(modified)).abs();
    let allowed = if matches!(listing.source, Source::Zip(..)) { ANY_ZONE } else { 0 };
    listing.length(source).0 as u32 != length || apart > allowed
}
