//! What the sources looked like before they were packed, to see that nobody wrote to them meanwhile.

use rayon::prelude::*;

use super::error::PackError;
use crate::model::contents::{Contents, Stamp};
use crate::model::entry::EntryId;
use crate::model::escape::printable;
use crate::model::listing::{Listing, Source};

/// The looks of some entries at one time.
#[derive(Debug, PartialEq, Eq)]
pub struct Stamps(Vec<(EntryId, Stamp)>);

impl Stamps {
    /// Looks at these entries; an error names the first that is not as it was listed.
    pub fn take(mut entries: Vec<EntryId>, listing: &Listing, contents: &dyn Contents) -> Result<Stamps, PackError> {
        if contents.is_one_file() {
            entries.truncate(1);
        }
        let look = |entry| match contents.stamp(listing, entry) {
            Ok(stamp) => Ok((entry, stamp)),
            Err(why) => Err(PackError::Unreadable { path: name(listing, contents, entry), why }),
        };
        let looks: Vec<Result<_, _>> = entries.into_par_iter().map(look).collect();
        looks.into_iter().collect::<Result<_, _>>().map(Stamps)
    }

    /// Looks at them again; an error names the first that changed.
    pub fn compare(&self, listing: &Listing, contents: &dyn Contents) -> Result<(), PackError> {
        let has_changed = |(entry, before): &&(EntryId, Stamp)| contents.stamp(listing, *entry).as_ref() != Ok(before);
        match self.0.par_iter().find_first(has_changed) {
            Some((entry, _)) => Err(PackError::Changed { path: name(listing, contents, *entry) }),
            None => Ok(()),
        }
    }
}

/// What is to be named: where all entries lie in one file, it is that file, and none of them is more to blame.
fn name(listing: &Listing, contents: &dyn Contents, entry: EntryId) -> String {
    match &listing.source {
        Source::Zip(path, _) if contents.is_one_file() => printable(path.as_os_str().as_encoded_bytes()),
        _ => listing.shown_path(entry),
    }
}
