//! Keys that change what is seen and nothing else: cursors, opening, order, marks.

use super::super::message::Action;
use super::super::tree::{Measure, RowId, RowKind, Scope, View};
use super::super::workspace::{Focus, Workspace};
use super::tiles;
use crate::model::entry::EntryId;

/// Does what a key means to the pane that has the keys.
pub(super) fn act(workspace: &mut Workspace, action: Action) {
    match action {
        Action::NextPane | Action::PreviousPane => switch_pane(workspace),
        Action::Bucket(number) => focus_bucket(workspace, usize::from(number)),
        Action::Escape => escape(workspace),
        _ => match workspace.focus {
            Focus::Tree => act_on_tree(workspace, action),
            Focus::Buckets => act_on_buckets(workspace, action),
        },
    }
}

fn switch_pane(workspace: &mut Workspace) {
    workspace.focus = match workspace.focus {
        Focus::Tree => Focus::Buckets,
        Focus::Buckets => Focus::Tree,
    };
}

fn focus_bucket(workspace: &mut Workspace, number: usize) {
    if workspace.buckets.focus_bucket(number) {
        workspace.focus = Focus::Buckets;
    }
}

impl Workspace {
    /// Whether Esc has something to close in the panes.
    pub(in crate::session) fn has_something_to_close(&self) -> bool {
        let tree = &self.tree;
        let is_zoomed = tree.view == View::Treemap && !tree.map.zoom.is_empty();
        tree.anchor.is_some() || !tree.marks.is_empty() || is_zoomed || !tree.filter.is_empty()
    }
}

/// Closes the innermost thing: the range, the marks, the zoom, the filter.
fn escape(workspace: &mut Workspace) {
    let tree = &mut workspace.tree;
    if tree.anchor.take().is_some() || !tree.marks.is_empty() {
        tree.marks.clear();
        return;
    }
    let was_zoomed = tree.view == View::Treemap && workspace.zoom_out();
    let tree = &mut workspace.tree;
    if !was_zoomed && !tree.filter.is_empty() {
        tree.filter.clear();
        workspace.rebuild();
    }
}

fn act_on_buckets(workspace: &mut Workspace, action: Action) {
    let page = workspace.viewport.tree.max(2) as isize;
    let pane = &mut workspace.buckets;
    match action {
        Action::Up => pane.step(-1),
        Action::Down => pane.step(1),
        Action::First => pane.step(isize::MIN / 2),
        Action::Last => pane.step(isize::MAX / 2),
        Action::HalfPageUp | Action::PageUp => pane.step(-page / 2),
        Action::HalfPageDown | Action::PageDown => pane.step(page / 2),
        Action::Open | Action::Accept => show_in_tree(workspace),
        Action::Close => workspace.focus = Focus::Tree,
        _ => {}
    }
}

/// From a package in a bucket to its row in the tree.
fn show_in_tree(workspace: &mut Workspace) {
    let Some(package) = workspace.buckets.cursor.package.clone() else { return };
    workspace.select(&RowId::of_package(&package));
    workspace.focus = Focus::Tree;
}

fn act_on_tree(workspace: &mut Workspace, action: Action) {
    if workspace.tree.view == View::Treemap && tiles::act(workspace, action) {
        return;
    }
    let page = workspace.viewport.tree.max(2) as isize;
    match action {
        Action::Up => step(workspace, -1),
        Action::Down => step(workspace, 1),
        Action::First => step(workspace, isize::MIN / 2),
        Action::Last => step(workspace, isize::MAX / 2),
        Action::HalfPageUp => step(workspace, -page / 2),
        Action::HalfPageDown => step(workspace, page / 2),
        Action::PageUp => step(workspace, -page),
        Action::PageDown => step(workspace, page),
        Action::NextMatch => workspace.tree.step_package(true),
        Action::PreviousMatch => workspace.tree.step_package(false),
        Action::Open | Action::Accept => open(workspace),
        Action::Close => close(workspace),
        Action::Mark => mark_and_step(workspace),
        Action::Range => range(workspace),
        Action::RangeDown => stretch(workspace, 1),
        Action::RangeUp => stretch(workspace, -1),
        Action::MarkAll => mark_all(workspace),
        _ => arrange(workspace, action),
    }
}

/// Keys that change which rows there are, and in what order.
fn arrange(workspace: &mut Workspace, action: Action) {
    let tree = &mut workspace.tree;
    match action {
        Action::SortBySize => tree.sort_by_size(),
        Action::NextOrder => tree.next_order(),
        Action::ToggleZipped => {
            tree.measure = match tree.measure {
                Measure::Unzipped => Measure::Zipped,
                Measure::Zipped => Measure::Unzipped,
            };
            // Nobody knows what a package and what it needs come to when zipped: only its own size is.
            tree.scope = Scope::Own;
        }
        Action::CycleSizes => {
            tree.scope = tree.scope.next();
            tree.measure = Measure::Unzipped;
        }
        Action::CloseAll => tree.close_all(),
        Action::OpenAll => {
            let packages: Vec<_> = tree.shown_packages().collect();
            for index in packages {
                tree.set_open(RowId::of_package(&workspace.bundle.package(index).key), true);
            }
        }
        _ => return,
    }
    workspace.rebuild();
}

fn step(workspace: &mut Workspace, rows: isize) {
    workspace.tree.step(rows);
    extend_range(workspace);
}

/// Opens or closes a row; looks into a tile.
pub(super) fn toggle_row(workspace: &mut Workspace, id: RowId) {
    if workspace.tree.view == View::Treemap {
        workspace.select(&id);
        workspace.zoom_in();
        return;
    }
    let open = !workspace.tree.is_open(&id);
    match workspace.tree.position(&id, &workspace.bundle) {
        Some(row) => workspace.tree.fold(row, id, open),
        None => workspace.tree.set_open(id, open),
    }
    workspace.rebuild();
}

fn open(workspace: &mut Workspace) {
    let tree = &mut workspace.tree;
    let Some(id) = tree.row_id(tree.cursor, &workspace.bundle) else { return };
    match tree.rows[tree.cursor].open {
        Some(is_open) => tree.fold(tree.cursor, id, !is_open),
        None => return,
    }
    workspace.rebuild();
}

/// Closes an open row; goes to the parent of a closed one.
fn close(workspace: &mut Workspace) {
    let tree = &mut workspace.tree;
    let Some(id) = tree.row_id(tree.cursor, &workspace.bundle) else { return };
    if tree.rows[tree.cursor].open == Some(true) {
        tree.fold(tree.cursor, id, false);
        workspace.rebuild();
    } else if let Some(row) = parent_row(workspace, &id) {
        workspace.tree.cursor = row;
    }
}

fn parent_row(workspace: &Workspace, id: &RowId) -> Option<usize> {
    let (View::Packages | View::Folders, Some(entry), None) = (workspace.tree.view, id.entry, id.part) else {
        return workspace.tree.parent(workspace.tree.cursor);
    };
    if workspace.tree.view == View::Folders {
        let folder = workspace.folder_id(workspace.bundle.listing.parent(entry));
        return workspace.tree.position(&folder, &workspace.bundle);
    }
    let parent = |entry: Option<EntryId>| RowId { package: id.package.clone(), entry, part: None };
    let above = workspace.bundle.listing.parent(entry);
    let tree = &workspace.tree;
    tree.position(&parent(Some(above)), &workspace.bundle).or_else(|| tree.position(&parent(None), &workspace.bundle))
}

fn mark_and_step(workspace: &mut Workspace) {
    if let Some(key) = workspace.current().filter(|_| workspace.why_nothing_is_chosen().is_none()) {
        workspace.tree.toggle_mark(key);
        workspace.tree.step_package(true);
    }
}

fn mark_all(workspace: &mut Workspace) {
    let shown: Vec<_> =
        workspace.tree.shown_packages().map(|index| workspace.bundle.package(index).key.clone()).collect();
    let marks = &mut workspace.tree.marks;
    if shown.iter().all(|key| marks.contains(key)) {
        marks.clear();
    } else {
        marks.extend(shown);
    }
}

/// Begins a range at the cursor, or ends the one that was begun.
fn range(workspace: &mut Workspace) {
    if workspace.tree.anchor.take().is_none() {
        workspace.tree.anchor = workspace.current();
        extend_range(workspace);
    }
}

/// Steps with the range following, beginning one if there is none.
fn stretch(workspace: &mut Workspace, rows: isize) {
    if workspace.tree.anchor.is_none() {
        range(workspace);
    }
    step(workspace, rows);
}

fn extend_range(workspace: &mut Workspace) {
    let on_row = matches!(workspace.tree.rows.get(workspace.tree.cursor), Some(row) if row.kind != RowKind::Limit);
    if let (Some(from), Some(to), true) = (workspace.tree.anchor.clone(), workspace.current(), on_row) {
        workspace.tree.mark_between(&workspace.bundle, &from, &to);
    }
}
