//! The pane of views: packages, folders, reasons and tiles; order, filter, what is open, the cursor and the marks.
//!
//! What is seen is a flat list of rows, made anew when something changes, never while drawing. Rows are remembered by
//! what they show, not by their number.

mod arrangement;
mod effort;
mod filter;
mod folders;
mod memory;
mod parts;
mod row;
mod row_list;
mod rows;
mod squarify;
mod treemap;
mod view;
mod why;

use std::collections::BTreeSet;

use crate::model::bundle::Bundle;
use crate::model::bytes::Amount;
use crate::model::cargo::Cargo;
use crate::model::graph::Graph;
use crate::model::package::{PackageIndex, PackageKey};
use crate::model::plan::Plan;
use crate::model::slim::Slim;
use crate::model::zipped::ZippedSizes;

pub use arrangement::{Measure, Order, Scope};
pub use effort::Effort;
use filter::Filter;
pub use folders::{Folders, Whose};
pub use row::{Row, RowId, RowKind};
pub use row_list::RowList;
pub use squarify::{Room, squarify};
pub use treemap::{Map, Tile, Way, Zoom};
pub use view::View;

/// What rows are made from.
#[derive(Clone, Copy)]
pub struct Weighing<'a> {
    /// The bundle.
    pub bundle: &'a Bundle,
    /// What each package weighs once slimmed.
    pub cargo: &'a Cargo,
    /// What is known of zipped sizes.
    pub zipped: &'a ZippedSizes,
    /// Where everything goes.
    pub plan: &'a Plan,
    /// Who needs whom.
    pub graph: &'a Graph,
    /// What the plan leaves out of packages.
    pub slim: &'a Slim,
    /// The packages' sizes in the tree's scope, in the bundle's order.
    pub weights: &'a [Amount],
    /// The sums over folders, where the view needs them.
    pub folders: Option<&'a Folders>,
}

/// The tree as it is seen.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    /// What it shows.
    pub view: View,
    /// The visible rows.
    pub rows: RowList,
    /// The row under the cursor.
    pub cursor: usize,
    /// Rows scrolled past.
    pub offset: usize,
    /// The order of packages.
    pub order: Order,
    /// Whether it is turned round.
    pub reversed: bool,
    /// Which size counts.
    pub measure: Measure,
    /// Which bytes a package's size counts.
    pub scope: Scope,
    /// What the filter says; empty shows everything.
    pub filter: String,
    /// Marked packages.
    pub marks: BTreeSet<PackageKey>,
    /// Where a range of marks began.
    pub anchor: Option<PackageKey>,
    /// The tiles of the treemap.
    pub map: Map,
    /// What is open, view by view.
    open: [BTreeSet<RowId>; View::ALL.len()],
    /// What the cursor was put on when the view changed, and what it was on before.
    parked: Option<(RowId, RowId)>,
    /// What the cursor is to be on as soon as there are rows.
    sought: Option<RowId>,
    /// Many rows that are shown no more.
    leftover: Option<RowList>,
}

impl Tree {
    /// Makes the rows, if the effort is enough for them.
    pub(super) fn make_rows(&self, weighing: &Weighing<'_>, effort: &Effort<'_>) -> Option<RowList> {
        let rows = match self.view {
            View::Packages => rows::visible(self, weighing, effort),
            View::Folders => folders::visible(self, weighing, effort),
            View::Why => why::visible(self, weighing, effort),
            View::Treemap => treemap::visible(self, weighing, effort),
        };
        Some(RowList::new(rows?, self.measure))
    }

    /// What the cursor is to be on in the rows that come next.
    pub(super) fn goal(&self, bundle: &Bundle) -> Option<RowId> {
        self.sought.clone().or_else(|| self.row_id(self.cursor, bundle))
    }

    /// Puts the cursor on something as soon as there are rows.
    pub(super) fn seek(&mut self, id: RowId) {
        self.sought = Some(id);
    }

    /// Shows other rows. The cursor goes to the row that was found for it already, else it is looked for what it was
    /// on, or for what stands for that.
    pub(super) fn show(&mut self, rows: RowList, found: Option<usize>, bundle: &Bundle) {
        let goal = self.goal(bundle);
        let is_sought = self.sought.take().is_some();
        self.replace(rows);
        let place = |id: &RowId| self.position(id, bundle);
        let package = |id: &RowId| id.package.as_ref().filter(|_| is_sought).map(RowId::of_package);
        let found = found.or_else(|| {
            let goal = goal.as_ref()?;
            place(goal).or_else(|| place(&package(goal)?))
        });
        self.cursor = found.unwrap_or(self.cursor.min(self.rows.len().saturating_sub(1)));
        self.step_off_limit();
        self.offset = self.offset.min(self.rows.len().saturating_sub(1));
        if is_sought {
            self.park(goal, bundle);
        }
    }

    fn replace(&mut self, rows: RowList) {
        let old = std::mem::replace(&mut self.rows, rows);
        if old.are_many() {
            self.leftover = Some(old);
        }
    }

    /// Rows that are shown no more, and so many that freeing them would hold up a frame.
    pub(super) fn take_leftover(&mut self) -> Option<RowList> {
        self.leftover.take()
    }

    /// Shows no rows for now.
    pub(super) fn clear_rows(&mut self) {
        self.replace(RowList::default());
        (self.cursor, self.offset) = (0, 0);
    }

    /// The tree as far as rows are made from it, for making them elsewhere.
    pub(super) fn without_rows(&self) -> Tree {
        Tree {
            view: self.view,
            order: self.order,
            reversed: self.reversed,
            measure: self.measure,
            scope: self.scope,
            filter: self.filter.clone(),
            map: Map { zoom: self.map.zoom.clone(), ..Map::default() },
            open: self.open.clone(),
            ..Tree::default()
        }
    }

    /// What a row shows; `None` for the line of the limit and past the end.
    pub fn row_id(&self, row: usize, bundle: &Bundle) -> Option<RowId> {
        RowId::of_kind(&self.rows.get(row)?.kind, bundle)
    }

    /// Where something is shown now.
    pub fn position(&self, id: &RowId, bundle: &Bundle) -> Option<usize> {
        self.rows.position(&id.kind(bundle)?)
    }

    /// The row that a row is indented below.
    pub fn parent(&self, row: usize) -> Option<usize> {
        let depth = self.rows.get(row)?.depth;
        (0..row).rev().find(|&above| self.rows[above].depth < depth && self.rows[above].kind != RowKind::Limit)
    }

    /// The package of the row under the cursor.
    pub fn package(&self) -> Option<PackageIndex> {
        match self.rows.get(self.cursor)?.kind {
            RowKind::Package(index) | RowKind::Entry(index, _) | RowKind::Part(index, ..) => Some(index),
            RowKind::Folder(_) | RowKind::Limit => None,
        }
    }

    /// What is selected: what the cursor is on, or what it was on before the view changed if it was not moved since.
    pub fn selection(&self, bundle: &Bundle) -> Option<RowId> {
        let here = self.row_id(self.cursor, bundle);
        match (&self.sought, &self.parked) {
            (Some(sought), _) => Some(sought.clone()),
            (None, Some((shown, wanted))) if here.as_ref() == Some(shown) => Some(wanted.clone()),
            _ => here,
        }
    }

    /// Remembers what the cursor was on, where the view can show only what stands for it.
    pub(super) fn park(&mut self, wanted: Option<RowId>, bundle: &Bundle) {
        self.parked = self.row_id(self.cursor, bundle).zip(wanted);
    }

    /// Deals the pane's cells out to the tiles.
    pub(super) fn deal_tiles(&mut self, cells: (u16, u16)) {
        if self.view == View::Treemap {
            self.map.deal(&self.rows, self.measure, cells);
        }
    }

    /// Whether a row of the view is open.
    pub fn is_open(&self, id: &RowId) -> bool {
        self.is_open_in(self.view, id)
    }

    /// Whether a row of some view is open.
    pub(super) fn is_open_in(&self, view: View, id: &RowId) -> bool {
        self.open[view.place()].contains(id)
    }

    /// Opens or closes a row of the view.
    pub fn set_open(&mut self, id: RowId, open: bool) {
        let rows = &mut self.open[self.view.place()];
        if open {
            rows.insert(id);
        } else {
            rows.remove(&id);
        }
    }

    /// Opens or closes what a row shows; its sign tells at once, though what lies below it may take longer to come.
    pub(super) fn fold(&mut self, row: usize, id: RowId, open: bool) {
        self.rows.fold(row, open);
        self.set_open(id, open);
    }

    /// Closes everything in the view.
    pub fn close_all(&mut self) {
        self.open[self.view.place()].clear();
    }

    /// Whoever moves the cursor no longer wants it to go elsewhere, unless there was no row to move it to.
    fn let_go(&mut self) {
        if !self.rows.is_empty() {
            self.sought = None;
        }
    }

    /// Moves the cursor by rows, stopping at the ends.
    pub fn step(&mut self, rows: isize) {
        self.let_go();
        let last = self.rows.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(rows).min(last);
        if matches!(self.rows.get(self.cursor), Some(row) if row.kind == RowKind::Limit) {
            let onwards = if rows < 0 { self.cursor.checked_sub(1) } else { Some(self.cursor + 1) };
            self.cursor = onwards.filter(|&row| row <= last).unwrap_or(self.cursor);
            self.step_off_limit();
        }
    }

    /// Moves the cursor to the next or previous package row; the ends meet.
    pub fn step_package(&mut self, forth: bool) {
        self.let_go();
        let here = self.cursor;
        let heads = || self.rows.heads();
        let found = if forth {
            heads().find(|&row| row > here).or_else(|| heads().next())
        } else {
            heads().rev().find(|&row| row < here).or_else(|| heads().next_back())
        };
        self.cursor = found.unwrap_or(here);
    }

    /// The cursor never rests on the line of the limit.
    fn step_off_limit(&mut self) {
        let on_limit = |row: usize| matches!(self.rows.get(row), Some(row) if row.kind == RowKind::Limit);
        if on_limit(self.cursor) {
            self.cursor =
                if self.cursor + 1 < self.rows.len() { self.cursor + 1 } else { self.cursor.saturating_sub(1) };
        }
    }

    /// Whether the cursor is seen in `height` rows.
    pub(super) fn is_in_sight(&self, height: usize) -> bool {
        (self.offset..self.offset + height.max(1)).contains(&self.cursor)
    }

    /// Scrolls so that the cursor is seen in `height` rows.
    pub fn reveal(&mut self, height: usize) {
        let height = height.max(1);
        self.offset = self.offset.min(self.cursor).max((self.cursor + 1).saturating_sub(height));
    }

    /// Scrolls without moving the cursor.
    pub fn scroll(&mut self, rows: isize, height: usize) {
        let most = self.rows.len().saturating_sub(height);
        self.offset = self.offset.saturating_add_signed(rows).min(most);
    }

    /// Sorts by size; if it did already, turns the order round.
    pub fn sort_by_size(&mut self) {
        self.reversed = self.order == Order::Size && !self.reversed;
        self.order = Order::Size;
    }

    /// The next order, the usual way round.
    pub fn next_order(&mut self) {
        self.order = self.order.next();
        self.reversed = false;
    }

    /// Marks or unmarks a package.
    pub fn toggle_mark(&mut self, key: PackageKey) {
        if !self.marks.remove(&key) {
            self.marks.insert(key);
        }
    }

    /// Marks every package from one row to another.
    pub fn mark_between(&mut self, bundle: &Bundle, from: &PackageKey, to: &PackageKey) {
        let place = |key: &PackageKey| self.position(&RowId::of_package(key), bundle);
        let (Some(a), Some(b)) = (place(from), place(to)) else { return };
        let keys: Vec<PackageKey> = (a.min(b)..=a.max(b))
            .filter_map(|row| match self.rows[row].kind {
                RowKind::Package(index) => Some(bundle.package(index).key.clone()),
                _ => None,
            })
            .collect();
        self.marks.extend(keys);
    }

    /// The packages that have a row, in order.
    pub fn shown_packages(&self) -> impl Iterator<Item = PackageIndex> + '_ {
        self.rows.heads().filter_map(|row| match self.rows[row].kind {
            RowKind::Package(index) => Some(index),
            _ => None,
        })
    }
}
