//! The pane of views: packages, folders, reasons and tiles; order, filter, what is open, the cursor and the marks.
//!
//! What is seen is a flat list of rows, made anew when something changes, never while drawing. Rows are remembered by
//! what they show, not by their number.

mod folders;
mod parts;
mod rows;
mod squarify;
mod treemap;
mod view;
mod why;

use std::collections::BTreeSet;

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

use crate::model::bundle::Bundle;
use crate::model::bytes::{Amount, Bytes};
use crate::model::cargo::Cargo;
use crate::model::entry::EntryId;
use crate::model::graph::Graph;
use crate::model::package::{PackageIndex, PackageKey};
use crate::model::plan::Plan;
use crate::model::slim::Slim;
use crate::model::zipped::ZippedSizes;

pub use folders::{Folders, Whose};
pub use squarify::{Room, squarify};
pub use treemap::{Map, Tile, Way, Zoom};
pub use view::View;

/// What a row shows, so that it is found again after rows have moved.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RowId {
    /// The package; `None`: a folder in which files of several lie.
    pub package: Option<PackageKey>,
    /// The entry below it; `None` is the package itself.
    pub entry: Option<EntryId>,
    /// The part of that file, counted as its breakdown does; `None` is the whole entry.
    pub part: Option<usize>,
}

impl RowId {
    /// The row of a package.
    pub fn of_package(key: &PackageKey) -> RowId {
        RowId { package: Some(key.clone()), entry: None, part: None }
    }

    /// The row of an entry of a package, or of a folder of several.
    pub fn of_entry(package: Option<PackageKey>, entry: EntryId) -> RowId {
        RowId { package, entry: Some(entry), part: None }
    }
}

/// One visible row.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// What it shows.
    pub kind: RowKind,
    /// How far it is indented.
    pub depth: usize,
    /// What its package owns of it, unzipped.
    pub unzipped: Bytes,
    /// The size that is shown for it: that of the tree's scope for a package, what it owns for all else.
    pub weight: Amount,
    /// What it owns inside the archive, where that is known.
    pub zipped: Option<Amount>,
    /// Files and links.
    pub files: u64,
    /// Open, closed, or neither.
    pub open: Option<bool>,
}

/// What a row shows.
#[derive(Clone, Debug, PartialEq)]
pub enum RowKind {
    /// A package.
    Package(PackageIndex),
    /// An entry of a package.
    Entry(PackageIndex, EntryId),
    /// A part of a file that was made of many.
    Part(PackageIndex, EntryId, usize),
    /// A folder in which files of several packages lie.
    Folder(EntryId),
    /// The line at which the packages above it reach 250 MB.
    Limit,
}

/// The order of packages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Largest first, by the size that is shown.
    #[default]
    Size,
    /// By name.
    Name,
    /// Most files first.
    Files,
    /// Largest zipped size first.
    Zipped,
    /// By bucket, then size.
    Bucket,
}

impl Order {
    /// The one after it.
    fn next(self) -> Order {
        match self {
            Order::Size => Order::Name,
            Order::Name => Order::Files,
            Order::Files => Order::Zipped,
            Order::Zipped => Order::Bucket,
            Order::Bucket => Order::Size,
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Order::Size => "size",
            Order::Name => "name",
            Order::Files => "files",
            Order::Zipped => "zipped",
            Order::Bucket => "bucket",
        }
    }
}

/// Which size counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Measure {
    /// As it lies on disk, which is what the 250 MB are about.
    #[default]
    Unzipped,
    /// As it lies in the archive, which is what the 50 MB are about.
    Zipped,
}

/// Which bytes a package's size counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scope {
    /// What it owns.
    #[default]
    Own,
    /// What would go if it went.
    Retained,
    /// It and all that it needs, each once.
    WithNeeds,
}

impl Scope {
    /// The one after it.
    pub fn next(self) -> Scope {
        match self {
            Scope::Own => Scope::Retained,
            Scope::Retained => Scope::WithNeeds,
            Scope::WithNeeds => Scope::Own,
        }
    }

    /// The head of its column, at most nine letters.
    pub fn column(self) -> &'static str {
        match self {
            Scope::Own => "unzipped",
            Scope::Retained => "retained",
            Scope::WithNeeds => "+ needs",
        }
    }

    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Scope::Own => "sizes are what each package owns",
            Scope::Retained => "sizes are what would go if the package went",
            Scope::WithNeeds => "sizes are the package and all that it needs, each once",
        }
    }
}

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
    pub rows: Vec<Row>,
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
}

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
        self.rows.clear();
        self.map.zoom.clear();
        self.parked = None;
        self.open = Default::default();
        for (view, row) in memory.open {
            self.open[view.place()].extend(found(row));
        }
        memory.cursor.and_then(found)
    }

    /// Makes the rows anew and keeps the cursor on what it was on.
    pub fn rebuild(&mut self, weighing: &Weighing<'_>) {
        let bundle = weighing.bundle;
        let at = self.row_id(self.cursor, bundle);
        self.marks.retain(|key| bundle.find(key).is_some());
        self.rows = match self.view {
            View::Packages => rows::visible(self, weighing),
            View::Folders => folders::visible(self, weighing),
            View::Why => why::visible(self, weighing),
            View::Treemap => treemap::visible(self, weighing),
        };
        let found = at.and_then(|id| self.position(&id, bundle));
        self.cursor = found.unwrap_or(self.cursor.min(self.rows.len().saturating_sub(1)));
        self.step_off_limit();
        self.offset = self.offset.min(self.rows.len().saturating_sub(1));
    }

    /// What a row shows; `None` for the line of the limit and past the end.
    pub fn row_id(&self, row: usize, bundle: &Bundle) -> Option<RowId> {
        let key = |index: PackageIndex| Some(bundle.package(index).key.clone());
        match self.rows.get(row)?.kind {
            RowKind::Package(index) => Some(RowId { package: key(index), entry: None, part: None }),
            RowKind::Entry(index, entry) => Some(RowId::of_entry(key(index), entry)),
            RowKind::Part(index, file, part) => {
                Some(RowId { package: key(index), entry: Some(file), part: Some(part) })
            }
            RowKind::Folder(entry) => Some(RowId::of_entry(None, entry)),
            RowKind::Limit => None,
        }
    }

    /// Where something is shown now.
    pub fn position(&self, id: &RowId, bundle: &Bundle) -> Option<usize> {
        let kind = match (&id.package, id.entry, id.part) {
            (Some(package), None, _) => RowKind::Package(bundle.find(package)?),
            (Some(package), Some(entry), None) => RowKind::Entry(bundle.find(package)?, entry),
            (Some(package), Some(file), Some(part)) => RowKind::Part(bundle.find(package)?, file, part),
            (None, Some(entry), _) => RowKind::Folder(entry),
            (None, None, _) => return None,
        };
        self.rows.iter().position(|row| row.kind == kind)
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
        match &self.parked {
            Some((shown, wanted)) if here.as_ref() == Some(shown) => Some(wanted.clone()),
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

    /// Closes everything in the view.
    pub fn close_all(&mut self) {
        self.open[self.view.place()].clear();
    }

    /// Moves the cursor by rows, stopping at the ends.
    pub fn step(&mut self, rows: isize) {
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
        let count = self.rows.len();
        let is_package = |row: &usize| matches!(self.rows[*row].kind, RowKind::Package(_));
        let found = if forth {
            (self.cursor + 1..count).chain(0..self.cursor.min(count)).find(is_package)
        } else {
            (0..self.cursor.min(count)).rev().chain((self.cursor.min(count)..count).rev()).find(is_package)
        };
        self.cursor = found.unwrap_or(self.cursor);
    }

    /// The cursor never rests on the line of the limit.
    fn step_off_limit(&mut self) {
        let on_limit = |row: usize| matches!(self.rows.get(row), Some(row) if row.kind == RowKind::Limit);
        if on_limit(self.cursor) {
            self.cursor =
                if self.cursor + 1 < self.rows.len() { self.cursor + 1 } else { self.cursor.saturating_sub(1) };
        }
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
        self.rows.iter().filter_map(|row| match row.kind {
            RowKind::Package(index) => Some(index),
            _ => None,
        })
    }
}

/// Tells which titles a filter lets through: fuzzy, its words in any order, small letters matching both.
pub(super) struct Filter {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Filter {
    pub(super) fn new(text: &str) -> Filter {
        let pattern = Pattern::parse(text, CaseMatching::Smart, Normalization::Smart);
        Filter { pattern, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    pub(super) fn lets_through(&mut self, title: &str) -> bool {
        let haystack = Utf32Str::new(title, &mut self.buffer);
        self.pattern.score(haystack, &mut self.matcher).is_some()
    }
}
