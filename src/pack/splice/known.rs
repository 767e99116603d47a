//! Seams that were found when files were measured, for whoever packs the files: to find one takes as long as to inflate.
//! A zip that was written to meanwhile is not packed, as its stamp says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::seam::Seam;
use crate::model::entry::EntryId;

/// So many parts are kept of all seams together, about 24 MB. A usual seam has five; hostile ones have thousands.
const MOST_PARTS: usize = 1 << 20;
/// What a seam takes besides its parts, in parts.
const SEAM: usize = 6;

/// The seams of an archive's entries.
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
        let parts = known.parts + SEAM + seam.parts();
        if parts <= MOST_PARTS && known.seams.insert(entry, seam).is_none() {
            known.parts = parts;
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
        for _ in 0..3 {
            known.keep(EntryId(1), seam(MOST_PARTS / 3));
        }
        known.keep(EntryId(2), seam(MOST_PARTS / 2));
        known.keep(EntryId(3), seam(MOST_PARTS / 2));
        known.keep(EntryId(4), seam(5));
        let is_kept = [1, 2, 3, 4].map(|entry| known.get(EntryId(entry)).is_some());
        assert_eq!(is_kept, [true, true, false, true], "each counts once, and the third would be too much");
    }
}
