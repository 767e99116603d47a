//! What is remembered of a tree while its bundle is scanned again.

use super::{RowId, Tree, View};
use crate::model::bundle::Bundle;
use crate::model::entry::EntryId;
use crate::model::package::PackageKey;

/// What is open and where the cursor is, told by path: entries of a listing mean nothing in the next one.
#[derive(Clone, Debug)]
pub struct Memory {
    open: Vec<(View, Remembered)>,
    cursor: Option<Remembered>,
}

/// A row by its package and, below it, its path from the bundle's root.
type Remembered = (Option<PackageKey>, Option<Vec<u8>>);

impl Tree {
    /// What has to be known to find everything again in another listing.
    pub fn remember(&self, bundle: &Bundle) -> Memory {
        let by_path = |id: &RowId| (id.package.clone(), id.entry.map(|entry| bundle.listing.path(entry)));
        let cursor = self.row_id(self.cursor, bundle);
        let open = View::ALL.into_iter().flat_map(|view| self.open[view.place()].iter().map(move |id| (view, id)));
        let open = open.map(|(view, id)| (view, by_path(id))).collect();
        Memory { open, cursor: cursor.as_ref().map(by_path) }
    }

    /// Opens again what was open, as far as it is still there. Rows have to be made anew afterwards. Returns what the
    /// cursor was on, in the new listing.
    pub fn recall(&mut self, memory: Memory, bundle: &Bundle) -> Option<RowId> {
        let found = |(package, path): Remembered| match path {
            None => Some(RowId { package, entry: None, part: None }),
            Some(path) => {
                let entry = bundle.listing.find(EntryId::ROOT, &path)?;
                Some(RowId::of_entry(package, entry))
            }
        };
        self.clear_rows();
        self.marks.retain(|key| bundle.find(key).is_some());
        self.sought = None;
        self.map.zoom.clear();
        self.parked = None;
        self.open = Default::default();
        for (view, row) in memory.open {
            self.open[view.place()].extend(found(row));
        }
        memory.cursor.and_then(found)
    }
}
