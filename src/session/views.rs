//! Another view, the same selection: what the cursor is on is found again in whatever is shown.

use super::tree::{Folders, RowId, RowKind, View, Way, Whose};
use super::workspace::{Focus, Workspace};
use crate::model::cargo::slimming;
use crate::model::entry::EntryId;
use crate::model::package::{PackageIndex, PackageKey};

impl Workspace {
    /// Shows another view and keeps the selection.
    pub fn show_view(&mut self, view: View) {
        if self.tree.view == view {
            return;
        }
        let wanted = self.tree.selection(&self.bundle);
        self.tree.view = view;
        self.tree.anchor = None;
        self.rebuild();
        self.clear_unless_there();
        if let Some(id) = &wanted {
            self.select(id);
        }
        self.tree.park(wanted, &self.bundle);
        self.reveal();
    }

    /// Puts the cursor on something: on itself, or on what stands for it in this view. What hides it is opened.
    pub fn select(&mut self, id: &RowId) {
        let found = match self.tree.view {
            View::Packages => self.select_among_packages(id),
            View::Folders => self.select_among_folders(id),
            View::Why => self.select_among_reasons(id),
            View::Treemap => self.select_among_tiles(id),
        };
        if let Some(id) = found {
            self.put_cursor_on(id);
        }
    }

    /// The package that an id is about; of a folder of several, the one that owns most of it.
    fn package_of(&self, id: &RowId) -> Option<PackageKey> {
        id.package.clone().or_else(|| {
            let largest = self.owners_of(id.entry?).into_iter().next()?;
            Some(self.bundle.package(largest).key.clone())
        })
    }

    /// Whose the files in and below an entry are, the owner of most bytes first.
    pub fn owners_of(&self, entry: EntryId) -> Vec<PackageIndex> {
        let listing = &self.bundle.listing;
        let mut bytes = std::collections::BTreeMap::new();
        for inner in listing.subtree(entry) {
            if let Some(owner) = self.bundle.owner(inner) {
                *bytes.entry(owner).or_insert(0_u64) += listing.length(inner).0;
            }
        }
        let mut owners: Vec<(PackageIndex, u64)> = bytes.into_iter().collect();
        owners.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        owners.into_iter().map(|(owner, _)| owner).collect()
    }

    /// What is to be said where a command about packages finds a folder of several, or a part of a file.
    pub(super) fn why_nothing_is_chosen(&self) -> Option<String> {
        if self.focus != Focus::Tree || !self.tree.marks.is_empty() {
            return None;
        }
        match self.tree.rows.get(self.tree.cursor)?.kind {
            RowKind::Folder(entry) => {
                let folder = self.bundle.listing.shown_path(entry);
                let count = self.owners_of(entry).len();
                Some(format!("{folder}/ holds files of {count} packages: open it and choose one"))
            }
            _ => self.why_a_part_stays(),
        }
    }

    /// What is to be said where the cursor is on a part of a file.
    pub(super) fn why_a_part_stays(&self) -> Option<String> {
        let RowKind::Part(_, file, _) = self.tree.rows.get(self.tree.cursor)?.kind else { return None };
        let file = self.bundle.listing.shown_path(file);
        let words = format!("this is a part of {file}, which moves as one file: move that, or build without this");
        (self.focus == Focus::Tree).then_some(words)
    }

    /// Whether there is a row of this, or may be one among those that are on their way.
    fn may_show(&self, id: &RowId) -> bool {
        self.awaits_rows() || self.tree.position(id, &self.bundle).is_some()
    }

    fn select_among_packages(&mut self, id: &RowId) -> Option<RowId> {
        if self.may_show(id) { Some(id.clone()) } else { Some(RowId::of_package(&self.package_of(id)?)) }
    }

    fn select_among_folders(&mut self, id: &RowId) -> Option<RowId> {
        let package = id.package.as_ref().and_then(|key| self.bundle.find(key));
        let entry = id.entry.or_else(|| package.and_then(|it| self.largest_own(it)))?;
        let mut above = self.bundle.listing.parent(entry);
        let mut has_opened = false;
        while above != EntryId::ROOT {
            let id = self.folder_id(above);
            has_opened |= !self.tree.is_open(&id);
            self.tree.set_open(id, true);
            above = self.bundle.listing.parent(above);
        }
        if has_opened {
            self.rebuild();
        }
        Some(self.folder_id(entry))
    }

    /// The largest file or folder that is all of one package, as far up as it goes.
    fn largest_own(&self, package: PackageIndex) -> Option<EntryId> {
        let is_own = |entry: EntryId| self.folders().is_some_and(|it| it.whose(entry) == Whose::One(package));
        let listing = &self.bundle.listing;
        let size = |entry: EntryId| listing.subtree(entry).map(|inner| listing.length(inner).0).sum::<u64>();
        let mut candidates = Vec::new();
        for &top in &self.bundle.package(package).tops {
            if is_own(top) {
                candidates.push(top);
            } else {
                // A folder that it shares, `bin` or `__pycache__`: what is its own stands inside.
                candidates.extend(listing.subtree(top).filter(|&inner| self.bundle.owner(inner) == Some(package)));
            }
        }
        candidates.into_iter().max_by_key(|&entry| (size(entry), std::cmp::Reverse(entry)))
    }

    pub(super) fn folder_id(&self, entry: EntryId) -> RowId {
        let whose = self.folders().map_or(Whose::Nobodys, |folders| folders.whose(entry));
        let package = match whose {
            Whose::One(owner) => Some(self.bundle.package(owner).key.clone()),
            _ => None,
        };
        RowId::of_entry(package, entry)
    }

    fn select_among_reasons(&mut self, id: &RowId) -> Option<RowId> {
        let key = self.package_of(id)?;
        let mut above = self.bundle.find(&key).and_then(|index| self.graph.holder(index));
        while let Some(holder) = above {
            self.tree.set_open(RowId::of_package(&self.bundle.package(holder).key), true);
            above = self.graph.holder(holder);
        }
        self.rebuild();
        Some(RowId::of_package(&key))
    }

    fn select_among_tiles(&mut self, id: &RowId) -> Option<RowId> {
        if self.may_show(id) {
            return Some(id.clone());
        }
        let id = RowId::of_package(&self.package_of(id)?);
        if !self.may_show(&id) {
            self.tree.map.zoom.clear();
            self.rebuild();
        }
        Some(id)
    }

    /// Goes to the tile beside the one under the cursor.
    pub(super) fn step_tile(&mut self, way: Way) {
        let map = &self.tree.map;
        let beside = map.tile_of(self.tree.cursor).and_then(|tile| map.beside(tile, way));
        if let Some(tile) = beside {
            self.tree.cursor = self.tree.map.tiles[tile].rows.start;
        }
    }

    /// Looks into the tile under the cursor.
    pub(super) fn zoom_in(&mut self) {
        if self.tree.zoom_in(&self.bundle) {
            self.rebuild();
            self.clear_unless_there();
        }
    }

    /// Looks from one step further away. Says whether it could.
    pub(super) fn zoom_out(&mut self) -> bool {
        let Some(into) = self.tree.zoom_out() else { return false };
        self.rebuild();
        self.clear_unless_there();
        if let Some(id) = into {
            self.put_cursor_on(id);
        }
        true
    }

    /// The sums over folders, made where a view needs them and kept until files change. Of a large bundle they are made
    /// when it is opened, which happens beside the drawing.
    pub(super) fn sum_folders(&mut self) {
        let slim = slimming(self.plan());
        let is_needed = self.is_large() || self.tree.view == View::Folders;
        if is_needed && self.folders().is_none_or(|folders| *folders.slim() != slim) {
            let folders = Folders::new(&self.bundle, slim, &self.background().zipped);
            self.keep_folders(folders);
        }
    }
}
