//! The rows of both panes: made at once where a frame has room for that, else asked for and taken in when they come.
//!
//! Until then the rows stay that are there, and can be worked with. Only the last wish counts.

use super::super::arranging::{Arranged, Wish};
use super::super::message::Effect;
use super::super::tree::{Effort, RowId, View, Weighing};
use super::Workspace;
use crate::model::entry::EntryId;
use crate::model::watch::Unwatched;

/// Where the rows are that were wished for last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Making {
    /// On the screen.
    #[default]
    Done,
    /// To be asked for.
    Unasked,
    /// Asked for.
    Asked,
    /// On the screen, and what was asked for before is no longer wanted.
    Abandoned,
}

impl Workspace {
    /// Makes the rows of both panes anew.
    pub fn rebuild(&mut self) {
        self.rebuild_within(&Effort::of_a_frame());
    }

    /// Makes all rows, however long it takes: nobody looks at them yet.
    pub(super) fn build(&mut self) {
        self.rebuild_within(&Effort::while_wanted(&Unwatched));
    }

    fn rebuild_within(&mut self, effort: &Effort<'_>) {
        self.sum_folders();
        let weights = self.weights();
        let rows = self.tree.make_rows(
            &Weighing {
                bundle: &self.bundle,
                cargo: &self.assessment.cargo,
                zipped: &self.background.zipped,
                plan: &self.plan,
                graph: &self.graph,
                slim: &self.slimmed,
                weights: &weights,
                folders: self.folders.as_deref(),
            },
            effort,
        );
        match rows {
            Some(rows) => {
                self.tree.show(rows, None, &self.bundle);
                self.tree.deal_tiles(self.viewport.map);
                let was_asked = matches!(self.making, Making::Asked | Making::Abandoned);
                self.making = if was_asked { Making::Abandoned } else { Making::Done };
            }
            None => {
                self.wish = self.wish.next();
                self.making = Making::Unasked;
            }
        }
        self.buckets.rebuild(&self.bundle, &self.assessment.cargo, &self.plan);
    }

    /// Which rows are wished for.
    pub(in crate::session) fn wish(&self) -> Wish {
        self.wish
    }

    /// Whether the rows that are shown are those of before; those that were wished for are on their way.
    pub fn awaits_rows(&self) -> bool {
        matches!(self.making, Making::Unasked | Making::Asked)
    }

    /// What is to be done about rows outside.
    pub(in crate::session) fn wants_rows(&mut self) -> Option<Effect> {
        let (making, effect) = match self.making {
            Making::Unasked => (Making::Asked, Effect::Arrange),
            Making::Abandoned => (Making::Done, Effect::EndArranging),
            Making::Done | Making::Asked => return None,
        };
        self.making = making;
        Some(effect)
    }

    /// Takes in rows, if they are still those that are wished for. The cursor stays on what it is on by now, and in
    /// sight if it was.
    pub(in crate::session) fn arranged(&mut self, arranged: Arranged) {
        if self.making != Making::Asked || arranged.wish != self.wish {
            return;
        }
        self.making = Making::Done;
        let goal = self.tree.goal(&self.bundle);
        let found = arranged.goal.filter(|(_, id)| goal.as_ref() == Some(id)).map(|(row, _)| row);
        let was_in_sight = self.tree.is_in_sight(self.viewport.tree);
        self.tree.show(arranged.rows, found, &self.bundle);
        self.tree.deal_tiles(self.viewport.map);
        if was_in_sight {
            self.reveal();
        }
    }

    /// Something else is to be shown than before: until its rows are there, there are none.
    pub(in crate::session) fn clear_unless_there(&mut self) {
        if self.awaits_rows() {
            self.tree.clear_rows();
            self.tree.deal_tiles(self.viewport.map);
        }
    }

    /// Puts the cursor on a row, or lets it go there as soon as there is one. Until then it is on what holds that, so that
    /// a key that comes before the rows is about the same package.
    pub(in crate::session) fn put_cursor_on(&mut self, id: RowId) {
        match self.tree.position(&id, &self.bundle) {
            Some(row) => self.tree.cursor = row,
            None if self.awaits_rows() => {
                self.tree.cursor = self.row_above(&id).unwrap_or(self.tree.cursor);
                self.tree.seek(id);
            }
            None => {}
        }
    }

    /// The row that is there of the nearest folder above something, or of its package.
    fn row_above(&self, id: &RowId) -> Option<usize> {
        let listing = &self.bundle.listing;
        let up = |&entry: &EntryId| Some(listing.parent(entry)).filter(|&above| above != EntryId::ROOT);
        let folders = std::iter::successors(id.entry.as_ref().and_then(up), up);
        let shown = |above| match self.tree.view {
            View::Folders => self.folder_id(above),
            View::Packages | View::Why | View::Treemap => RowId::of_entry(id.package.clone(), above),
        };
        let package = id.package.as_ref().map(RowId::of_package);
        folders.map(shown).chain(package).find_map(|id| self.tree.position(&id, &self.bundle))
    }
}
