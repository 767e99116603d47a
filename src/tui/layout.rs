//! Where everything lies, worked out once for each frame: drawing fills it in, the mouse asks it.
//!
//! ```text
//! header      recommender   python3.10 x86_64   20 packages · 11 288 files        bayplan
//! meter       Function + layers ████████████│▒▒▒▒  352.9 of 250.0 MB  over by 102.9 MB
//! body        ┌ Packages ────────────────┐┌ 1 Function ───────────────┐
//!             │ rows of the tree         ││ a list for each bucket    │
//!             └ packages ─ folders ─ map ┘└───────────────────────────┘
//! hint        what the demo shows next, while it does
//! findings    where things stand and what to press; the worst findings where there is room
//! status      what letting go would do, what happened last, or the most useful keys
//! ```

use ratatui::layout::{Constraint, Layout as Split, Position, Rect};

use crate::session::{
    BucketCursor, Destination, Focus, Hand, Place, RowId, Session, Shelf, Stage, Tile, View, Viewport, Workspace,
};

/// Smaller than this, the screen says so and draws nothing else.
pub const SMALLEST: (u16, u16) = (60, 16);

/// The rectangles of one frame.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// All of the screen.
    pub screen: Rect,
    /// One line.
    pub header: Rect,
    /// One line.
    pub meter: Rect,
    /// The tree with its border.
    pub tree: Rect,
    /// The buckets with their borders.
    pub buckets: Rect,
    /// Each bucket with its title line, in the order of the shelves.
    pub shelves: Vec<Rect>,
    /// One line, or none.
    pub hint: Rect,
    /// Where things stand, and lines of findings.
    pub findings: Rect,
    /// The last line.
    pub status: Rect,
    /// What lies on top, with its border.
    pub overlay: Option<Rect>,
    /// Where the pointer is while it carries something.
    pub hand: Option<Position>,
    /// What can be chosen of what lies on top; only what drew it knows.
    pub choices: Vec<(Rect, Place)>,
    /// What can be pointed at, the topmost last.
    spots: Vec<(Rect, Place)>,
}

/// Works out the frame.
pub fn arrange(area: Rect, session: &Session) -> Layout {
    let findings_height = if area.height >= 40 {
        4
    } else if area.height >= 30 {
        2
    } else {
        1
    };
    let [header, meter, body, hint, findings, status] = Split::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Fill(1),
        Constraint::Length(u16::from(session.hint().is_some())),
        Constraint::Length(findings_height),
        Constraint::Length(1),
    ])
    .areas(area);
    let width = tree_width(area.width, session);
    let [tree, buckets] = Split::horizontal([Constraint::Length(width), Constraint::Fill(1)]).areas(body);
    let mut layout = Layout { screen: area, header, meter, tree, buckets, hint, findings, status, ..Layout::default() };
    if let Stage::Open(workspace) = &session.stage {
        layout.shelves = stack(buckets, &workspace.buckets.shelves);
        layout.spots = spots(&layout, workspace);
    }
    if !session.overlays.is_empty() {
        layout.overlay = Some(area);
    }
    layout
}

/// How wide the left pane is. In a narrow window the pane without the keys folds; while the mouse carries something
/// nothing moves under it.
fn tree_width(width: u16, session: &Session) -> u16 {
    let focus = session.workspace().map_or(Focus::Tree, |workspace| workspace.focus);
    let is_in_buckets = focus == Focus::Buckets || session.workspace().is_some_and(is_moving_by_keys);
    match (width, is_in_buckets) {
        (180.., _) => width - 90,
        (100.., _) => width * 60 / 100,
        (_, false) => (width * 60 / 100).max(36),
        (_, true) => (width * 45 / 100).max(26),
    }
}

fn is_moving_by_keys(workspace: &Workspace) -> bool {
    workspace.drag.as_ref().is_some_and(|drag| drag.hand == Hand::Keys)
}

impl Layout {
    /// Where a proposal, the slimming rules and the findings stand: in the left pane if it is wide enough, so that the
    /// buckets can be seen beside them, else over both panes.
    pub fn panel(&self) -> Rect {
        if self.tree.width >= 80 { self.tree } else { self.body() }
    }

    /// Both panes together.
    pub fn body(&self) -> Rect {
        self.tree.union(self.buckets)
    }

    /// The rows of the tree, inside its border.
    pub fn tree_rows(&self) -> Rect {
        inside(self.tree)
    }

    /// The cells of a tile of the treemap.
    pub fn tile(&self, tile: &Tile) -> Rect {
        let (origin, room) = (self.tree_rows(), tile.room);
        let area = Rect { x: origin.x + room.x, y: origin.y + room.y, width: room.width, height: room.height };
        area.intersection(origin)
    }

    /// The names of the views on the lower border of the left pane, as far as they fit.
    pub fn tabs(&self) -> Vec<(View, Rect)> {
        let Some(border) = self.tree.rows().next_back() else { return Vec::new() };
        let mut x = border.x + 2;
        let tab = |view: View| {
            let width = view.title().len() as u16 + 2;
            let area = Rect { x, width, ..border };
            x += width + 1;
            (area.right() < border.right()).then_some((view, area))
        };
        View::ALL.into_iter().map_while(tab).collect()
    }

    /// The rows of one bucket's list, below its title line.
    pub fn shelf_rows(&self, shelf: usize) -> Rect {
        let area = self.shelves.get(shelf).copied().unwrap_or_default();
        Rect {
            x: area.x + 1,
            y: area.y + 1,
            width: area.width.saturating_sub(2),
            height: area.height.saturating_sub(1),
        }
    }

    /// What can be pointed at in a cell.
    pub fn at<'a>(&'a self, column: u16, row: u16) -> Option<&'a Place> {
        let cell = Position { x: column, y: row };
        let find = |spots: &'a [(Rect, Place)]| spots.iter().rev().find(|(area, _)| area.contains(cell));
        match self.overlay {
            Some(_) => Some(find(&self.choices).map_or(&Place::Overlay, |(_, place)| place)),
            None => find(&self.spots).map(|(_, place)| place),
        }
    }

    /// Where a drop in a cell would go.
    pub fn destination_at(&self, column: u16, row: u16) -> Option<Destination> {
        match self.at(column, row)? {
            Place::Bucket(cursor) => Some(cursor.destination.clone()),
            _ => None,
        }
    }

    /// The room that the panes have.
    pub fn viewport(&self) -> Viewport {
        Viewport {
            tree: usize::from(self.tree_rows().height),
            map: (self.tree_rows().width, self.tree_rows().height),
            buckets: (0..self.shelves.len()).map(|shelf| usize::from(self.shelf_rows(shelf).height)).collect(),
            overlay: usize::from(self.overlay.map_or(0, |_| self.panel().height.saturating_sub(2))),
        }
    }
}

/// An area without its border.
pub fn inside(area: Rect) -> Rect {
    Rect { x: area.x + 1, y: area.y + 1, width: area.width.saturating_sub(2), height: area.height.saturating_sub(2) }
}

/// Stacks the buckets: a title line each, then rows as far as they are wanted and there is room, dealt out in turn so
/// that a long list takes none from a short one. The last line is the border at the bottom.
fn stack(area: Rect, shelves: &[Shelf]) -> Vec<Rect> {
    let wants: Vec<u16> = shelves.iter().map(wanted_rows).collect();
    let mut rows = vec![0_u16; shelves.len()];
    let mut free = area.height.saturating_sub(1).saturating_sub(shelves.len() as u16);
    while free > 0 {
        let before = free;
        for (has, &wants) in rows.iter_mut().zip(&wants) {
            if *has < wants && free > 0 {
                *has += 1;
                free -= 1;
            }
        }
        if free == before {
            break;
        }
    }
    give_rest(&mut rows, shelves, free);
    let mut y = area.y;
    rows.iter()
        .map(|&height| {
            let shelf = Rect { x: area.x, y, width: area.width, height: height + 1 };
            y += height + 1;
            shelf.intersection(area)
        })
        .collect()
}

fn wanted_rows(shelf: &Shelf) -> u16 {
    match shelf.destination {
        Destination::NewLayer => 0,
        Destination::Bucket(_) => shelf.packages.len().clamp(1, usize::from(u16::MAX)) as u16,
    }
}

/// Room that nobody wants goes to EFS, so that drop zones reach down to the border.
fn give_rest(rows: &mut [u16], shelves: &[Shelf], free: u16) {
    let efs =
        shelves.iter().position(|shelf| shelf.destination == Destination::Bucket(crate::model::bucket::Bucket::Efs));
    if let Some(height) = efs.and_then(|efs| rows.get_mut(efs)) {
        *height += free;
    }
}

fn spots(layout: &Layout, workspace: &Workspace) -> Vec<(Rect, Place)> {
    let mut spots = vec![(layout.tree, Place::Tree), (layout.findings, Place::Findings)];
    spots.extend(match workspace.tree.view {
        View::Treemap => tile_spots(layout, workspace),
        _ => tree_spots(layout, workspace),
    });
    spots.extend(layout.tabs().into_iter().map(|(view, area)| (area, Place::View(view))));
    for (index, (shelf, &area)) in workspace.buckets.shelves.iter().zip(&layout.shelves).enumerate() {
        let place = |package| Place::Bucket(BucketCursor { destination: shelf.destination.clone(), package });
        spots.push((area, place(None)));
        let rows = layout.shelf_rows(index);
        let shown = shelf.packages.iter().skip(shelf.offset).take(usize::from(rows.height));
        spots.extend(shown.zip(rows.rows()).map(|(key, row)| (row, place(Some(key.clone())))));
    }
    spots
}

fn tile_spots(layout: &Layout, workspace: &Workspace) -> Vec<(Rect, Place)> {
    let tree = &workspace.tree;
    let place = |tile: &Tile| match tile.is_rest() {
        true => Some(Place::Rest),
        false => tree.row_id(tile.rows.start, &workspace.bundle).map(Place::Row),
    };
    tree.map.tiles.iter().filter_map(|tile| Some((layout.tile(tile), place(tile)?))).collect()
}

fn tree_spots(layout: &Layout, workspace: &Workspace) -> Vec<(Rect, Place)> {
    let tree = &workspace.tree;
    let numbers = tree.offset..tree.rows.len();
    let ids = numbers.map(|number| -> Option<RowId> { tree.row_id(number, &workspace.bundle) });
    layout.tree_rows().rows().zip(ids).filter_map(|(row, id)| Some((row, Place::Row(id?)))).collect()
}
