//! Packages as tiles: what is shown at each depth of the zoom, and which cells each tile has.
//!
//! The tiles are rows like those of the other views, largest first, so that cursor, marks and moves are the same. What
//! would have no room for a word shares one tile, which can be zoomed into as well.

use std::ops::Range;

use super::squarify::{Room, squarify};
use super::{Filter, Measure, Row, RowId, Tree, Weighing, rows};
use crate::model::bytes::Bytes;

/// A tile smaller than this has no room for a sign and a word.
const SMALLEST: u64 = 10;
/// More tiles than this are no help to anybody.
const MOST: usize = 120;

/// One depth of the zoom.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zoom {
    /// The package or folder that is looked into; `None`: the bundle.
    pub within: Option<RowId>,
    /// So many of the largest are passed over, because they have tiles one depth above.
    pub skip: usize,
}

/// A tile: one row, or all rows from one on that share it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The rows that it stands for.
    pub rows: Range<usize>,
    /// Its cells, counted from the corner of the pane.
    pub room: Room,
}

impl Tile {
    /// Whether several rows share it.
    pub fn is_rest(&self) -> bool {
        self.rows.len() > 1
    }
}

/// Which way to the next tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Up.
    Up,
    /// Down.
    Down,
    /// To the left.
    Left,
    /// To the right.
    Right,
}

/// The tiles as they are seen.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// The tiles, largest first.
    pub tiles: Vec<Tile>,
    /// How deep it is zoomed, the outermost first; empty shows the bundle.
    pub zoom: Vec<Zoom>,
}

impl Map {
    /// The tile of a row.
    pub fn tile_of(&self, row: usize) -> Option<usize> {
        self.tiles.iter().position(|tile| tile.rows.contains(&row))
    }

    /// Deals the pane's cells out to the rows.
    pub(super) fn deal(&mut self, rows: &[Row], measure: Measure, (width, height): (u16, u16)) {
        let weights: Vec<u64> = rows.iter().map(|row| size(row, measure).0).collect();
        let mut own = own_tiles(&weights, u64::from(width) * u64::from(height));
        loop {
            self.tiles = tiles(&weights, own, (width, height));
            // Where rounding left a tile without a cell, one more shares the last.
            if own == 0 || self.tiles.iter().all(|tile| tile.room.cells() > 0) {
                return;
            }
            own -= 1;
        }
    }

    /// The tile beside another; `None` at the edge.
    pub fn beside(&self, tile: usize, way: Way) -> Option<usize> {
        let from = self.tiles.get(tile)?.room;
        let span = |room: Room| match way {
            Way::Up | Way::Down => (room.x, room.x + room.width),
            Way::Left | Way::Right => (room.y, room.y + room.height),
        };
        let touches = |room: Room| match way {
            Way::Up => room.y + room.height == from.y,
            Way::Down => from.y + from.height == room.y,
            Way::Left => room.x + room.width == from.x,
            Way::Right => from.x + from.width == room.x,
        };
        let (start, end) = span(from);
        let middle = (start + end.saturating_sub(1)) / 2;
        let distance = |room: Room| {
            let (start, end) = span(room);
            if middle < start { start - middle } else { middle.saturating_sub(end.saturating_sub(1)) }
        };
        let beside = self.tiles.iter().enumerate().filter(|(_, other)| touches(other.room));
        beside.min_by_key(|(_, other)| distance(other.room)).map(|(place, _)| place)
    }
}

fn size(row: &Row, measure: Measure) -> Bytes {
    match measure {
        Measure::Unzipped => row.unzipped,
        Measure::Zipped => row.zipped.unwrap_or_default().bytes,
    }
}

/// How many rows get a tile of their own; one alone never shares.
fn own_tiles(weights: &[u64], cells: u64) -> usize {
    let all: u128 = weights.iter().map(|&weight| u128::from(weight)).sum();
    let is_large = |weight: &&u64| u128::from(**weight) * u128::from(cells) >= u128::from(SMALLEST) * all.max(1);
    let own = weights.iter().take(MOST).take_while(is_large).count();
    if own + 1 >= weights.len() { weights.len() } else { own }
}

fn tiles(weights: &[u64], own: usize, (width, height): (u16, u16)) -> Vec<Tile> {
    let mut shares: Vec<u64> = weights[..own].to_vec();
    if own < weights.len() {
        // Enough of the area that a word fits, however little it is.
        let all: u64 = weights.iter().fold(0, |sum, weight| sum.saturating_add(*weight));
        let cells = (u64::from(width) * u64::from(height)).max(1);
        let rest = weights[own..].iter().fold(0_u64, |sum, weight| sum.saturating_add(*weight));
        shares.push(rest.max((all / cells).saturating_mul(2 * SMALLEST)).max(1));
    }
    let last = shares.len().saturating_sub(1);
    let rooms = squarify(&shares, Room { width, height, ..Room::default() });
    let tile = |(place, room)| {
        let end = if place == last { weights.len() } else { place + 1 };
        Tile { rows: place..end, room }
    };
    rooms.into_iter().enumerate().map(tile).collect()
}

/// The rows of the innermost zoom, largest first.
pub(super) fn visible(tree: &Tree, weighing: &Weighing<'_>) -> Vec<Row> {
    let zoom = tree.map.zoom.last().cloned().unwrap_or_default();
    let mut rows = match &zoom.within {
        None => packages(tree, weighing),
        Some(id) => rows::below(tree, weighing, id),
    };
    rows.sort_by_key(|row| std::cmp::Reverse(size(row, tree.measure)));
    rows.drain(..zoom.skip.min(rows.len()));
    rows
}

fn packages(tree: &Tree, weighing: &Weighing<'_>) -> Vec<Row> {
    let mut filter = Filter::new(&tree.filter);
    let bundle = weighing.bundle;
    let lets_through = |title: String, filter: &mut Filter| tree.filter.is_empty() || filter.lets_through(&title);
    let shown: Vec<_> = bundle
        .indexed()
        .filter(|(_, package)| lets_through(package.title(), &mut filter))
        .map(|(index, _)| rows::package(tree, weighing, index))
        .collect();
    shown
}

impl Tree {
    /// Looks into the tile under the cursor: a package, a folder, or those that share a tile. Says whether it could.
    pub fn zoom_in(&mut self, bundle: &crate::model::bundle::Bundle) -> bool {
        let Some(tile) = self.map.tile_of(self.cursor).map(|tile| self.map.tiles[tile].clone()) else { return false };
        let now = self.map.zoom.last().cloned().unwrap_or_default();
        if tile.is_rest() && tile.rows.start > 0 {
            self.map.zoom.push(Zoom { skip: now.skip + tile.rows.start, ..now });
            return true;
        }
        let Some(id) = self.row_id(self.cursor, bundle).filter(|_| self.rows[self.cursor].open.is_some()) else {
            return false;
        };
        self.map.zoom.push(Zoom { within: Some(id), skip: 0 });
        self.cursor = 0;
        true
    }

    /// Looks from one step further away. What is put under the cursor is what was looked into; `None`: it is the whole
    /// already.
    pub fn zoom_out(&mut self) -> Option<Option<RowId>> {
        self.map.zoom.pop().map(|zoom| zoom.within.filter(|_| zoom.skip == 0))
    }

    /// What the map shows, outermost first, for its title.
    pub fn zoomed_into(&self) -> impl Iterator<Item = &Zoom> {
        self.map.zoom.iter()
    }
}
