//! Packages as tiles: what is shown at each depth of the zoom, and which cells each tile has.
//!
//! The tiles are rows like those of the other views, largest first, so that cursor, marks and moves are the same. What
//! would have no room for a word shares one tile, which can be zoomed into as well.

use std::ops::Range;

use super::squarify::{Room, squarify};
use super::{Effort, Filter, Measure, Row, RowId, RowList, Tree, Weighing, rows};
use crate::model::bytes::Amount;

/// A tile smaller than this has no room for a sign and a word.
const SMALLEST: u64 = 10;
/// More tiles than this are no help to anybody.
const MOST: usize = 120;
/// So many rows decide which tiles there are. All behind them share one.
pub(super) const HEAD: usize = MOST + 1;

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
    /// What they come to.
    pub amount: Amount,
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
    pub(super) fn deal(&mut self, rows: &RowList, measure: Measure, (width, height): (u16, u16)) {
        let shares = Shares::new(rows, measure);
        let mut own = shares.own_tiles(u64::from(width) * u64::from(height));
        loop {
            self.tiles = shares.tiles(own, (width, height));
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

/// What a row comes to.
pub(super) fn amount(row: &Row, measure: Measure) -> Amount {
    match measure {
        Measure::Unzipped => Amount::exact(row.unzipped),
        Measure::Zipped => row.zipped.unwrap_or_default(),
    }
}

/// What the tiles are dealt out by: what each of the first rows comes to, and all behind them.
struct Shares {
    head: Vec<Amount>,
    tail: Amount,
    rows: usize,
}

impl Shares {
    fn new(rows: &RowList, measure: Measure) -> Shares {
        let head = rows.iter().take(HEAD).map(|row| amount(row, measure)).collect();
        Shares { head, tail: rows.tail(), rows: rows.len() }
    }

    /// What all rows from one of the first on come to.
    fn from(&self, row: usize) -> Amount {
        self.head[row..].iter().copied().sum::<Amount>() + self.tail
    }

    /// How many rows get a tile of their own; one alone never shares.
    fn own_tiles(&self, cells: u64) -> usize {
        let all = u128::from(self.from(0).bytes.0).max(1);
        let is_large = |it: &&Amount| u128::from(it.bytes.0) * u128::from(cells) >= u128::from(SMALLEST) * all;
        let own = self.head.iter().take(MOST).take_while(is_large).count();
        if own + 1 >= self.rows { self.rows } else { own }
    }

    fn tiles(&self, own: usize, (width, height): (u16, u16)) -> Vec<Tile> {
        let mut amounts: Vec<Amount> = self.head[..own].to_vec();
        let mut shares: Vec<u64> = amounts.iter().map(|amount| amount.bytes.0).collect();
        if own < self.rows {
            // Enough of the area that a word fits, however little it is.
            let cells = (u64::from(width) * u64::from(height)).max(1);
            let least = (self.from(0).bytes.0 / cells).saturating_mul(2 * SMALLEST).max(1);
            amounts.push(self.from(own));
            shares.push(self.from(own).bytes.0.max(least));
        }
        let last = shares.len().saturating_sub(1);
        let rooms = squarify(&shares, Room { width, height, ..Room::default() });
        let tile = |((place, room), amount)| {
            let end = if place == last { self.rows } else { place + 1 };
            Tile { rows: place..end, amount, room }
        };
        rooms.into_iter().enumerate().zip(amounts).map(tile).collect()
    }
}

/// The rows of the innermost zoom, largest first.
pub(super) fn visible(tree: &Tree, weighing: &Weighing<'_>, effort: &Effort<'_>) -> Option<Vec<Row>> {
    let zoom = tree.map.zoom.last().cloned().unwrap_or_default();
    let mut rows = match &zoom.within {
        None => packages(tree, weighing, effort)?,
        Some(id) => rows::below(tree, weighing, id, effort)?,
    };
    rows.sort_by_key(|row| std::cmp::Reverse(amount(row, tree.measure).bytes));
    rows.drain(..zoom.skip.min(rows.len()));
    Some(rows)
}

fn packages(tree: &Tree, weighing: &Weighing<'_>, effort: &Effort<'_>) -> Option<Vec<Row>> {
    let mut filter = Filter::new(&tree.filter);
    let bundle = weighing.bundle;
    let mut shown = Vec::new();
    for (index, package) in bundle.indexed() {
        effort.rows(1)?;
        if tree.filter.is_empty() || filter.lets_through(&package.title()) {
            shown.push(rows::package(tree, weighing, index));
        }
    }
    Some(shown)
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
