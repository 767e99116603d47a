//! Seams that were found when files were measured, for whoever packs the files: to find one takes as long as to inflate.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::seam::Seam;
use crate::model::entry::EntryId;

/// So many parts are kept of all seams together, about 24 MB. A usual seam has five; hostile ones have thousands.
const MOST_PARTS: usize = 1 << 20;

/// The seams of an archive's entries. A stream stays as it is listed, and so does its seam.
#[derive(Debug, Default)]
pub struct KnownSeams(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    seams: HashMap<EntryId, Arc<Seam>>,
    parts: usize,
}

impl KnownSeams {
    /// An entry's, if it was found.
    pub fn get(&self, entry: EntryId) -> Option<Arc<Seam>> {
        self.known().seams.get(&entry).cloned()
    }

    /// Keeps an entry's, as long as there is room.
    pub fn keep(&self, entry: EntryId, seam: Arc<Seam>) {
        let mut known = self.known();
        if known.parts + seam.parts() <= MOST_PARTS {
            known.parts += seam.parts();
            known.seams.insert(entry, seam);
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::seam::{HEADER, Part};
    use super::*;

    #[test]
    fn what_hostile_streams_have_too_much_of_is_not_kept() {
        let known = KnownSeams::default();
        let seam = |parts: usize| {
            let parts = (0..parts).map(|_| Part::New(0, 1)).collect();
            Arc::new(Seam::new([0; HEADER], parts))
        };
        known.keep(EntryId(1), seam(MOST_PARTS));
        known.keep(EntryId(2), seam(1));
        assert!(known.get(EntryId(1)).is_some() && known.get(EntryId(2)).is_none());
    }
}
