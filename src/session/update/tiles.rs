//! The views turned through, and what keys and clicks mean to the tiles of the treemap.

use super::super::Session;
use super::super::message::{Action, Effect};
use super::super::tree::{View, Way};
use super::super::workspace::{Focus, Workspace};

impl Session {
    /// Shows the view so many places on.
    pub(super) fn turn_view(&mut self, by: usize) -> Vec<Effect> {
        let Some(workspace) = self.workspace_mut() else { return Vec::new() };
        workspace.focus = Focus::Tree;
        workspace.show_view(workspace.tree.view.turned(by));
        Vec::new()
    }
}

/// Does what a key means to the tiles; says whether it means anything there. The arrows go to the tile beside.
pub(super) fn act(workspace: &mut Workspace, action: Action) -> bool {
    match action {
        Action::Up => workspace.step_tile(Way::Up),
        Action::Down => workspace.step_tile(Way::Down),
        Action::Close => workspace.step_tile(Way::Left),
        Action::Open => workspace.step_tile(Way::Right),
        Action::Accept | Action::OpenAll => workspace.zoom_in(),
        Action::CloseAll => {
            workspace.zoom_out();
        }
        _ => return false,
    }
    true
}

/// A click on a view's name, or on the tile that many share.
pub(super) fn select(workspace: &mut Workspace, view: Option<View>) {
    workspace.focus = Focus::Tree;
    match view {
        Some(view) => workspace.show_view(view),
        None => {
            let rest = workspace.tree.map.tiles.iter().find(|tile| tile.is_rest()).map(|tile| tile.rows.start);
            workspace.tree.cursor = rest.unwrap_or(workspace.tree.cursor);
        }
    }
}

/// The wheel over the tiles: upwards looks into the one under the pointer, downwards from further away.
pub(super) fn wheel(workspace: &mut Workspace, rows: isize) {
    if rows < 0 {
        workspace.zoom_in();
    } else {
        workspace.zoom_out();
    }
}
