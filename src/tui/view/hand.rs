//! What the mouse carries, drawn beside the pointer, so that the row follows in the hand.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Clear;

use super::super::layout::{Layout, inside};
use super::super::text::{cut, span, width};
use super::super::theme::{Role, Theme};
use crate::session::{Drag, Workspace};

/// The most cells that it takes.
const WIDEST: u16 = 40;

pub(super) fn render(frame: &mut Frame<'_>, pointer: Position, layout: &Layout, workspace: &Workspace, theme: &Theme) {
    let Some(drag) = &workspace.drag else { return };
    let pane = pane_of(pointer, layout);
    let cells = usize::from(WIDEST.min(pane.width));
    let labels = labels(workspace, drag).map(|label| format!(" {} {} ", theme.signs.mark, theme.signs.text(&label)));
    let words = labels.iter().find(|words| width(words) <= cells).unwrap_or(&labels[1]);
    let words = cut(words, cells, theme.signs.more);
    let place = beside(pointer, width(&words) as u16, pane, |row| can_be_covered(row, pane, layout));
    clear_what_is_cut(frame.buffer_mut(), place, pane);
    frame.render_widget(Clear, place);
    frame.render_widget(span(words, theme.style(Role::Carried)), place);
}

/// What is carried and how much that is; where there is little room, a package without its version.
fn labels(workspace: &Workspace, drag: &Drag) -> [String; 2] {
    let names = match &drag.packages[..] {
        [only] => [workspace.titles(&drag.packages), only.shown().to_owned()],
        several => [format!("{} packages", several.len()), format!("{} packages", several.len())],
    };
    names.map(|name| format!("{name} {}", drag.bytes))
}

/// The pane that the pointer is in, without its border, which the label leaves whole; elsewhere the screen.
fn pane_of(pointer: Position, layout: &Layout) -> Rect {
    let panes = [layout.tree, layout.buckets];
    panes.into_iter().find(|pane| pane.contains(pointer)).map_or(layout.screen, inside)
}

/// Whether a row may be hidden: the titles of the buckets, which say where one can let go, may not.
fn can_be_covered(row: u16, pane: Rect, layout: &Layout) -> bool {
    let is_title = |shelf: &Rect| pane.intersects(*shelf) && shelf.y == row;
    (pane.top()..pane.bottom()).contains(&row) && !layout.shelves.iter().any(is_title)
}

/// To the right of the pointer as far as the pane reaches. On the row below, so that what lies under the pointer can be
/// read, or on the one above; if neither may be hidden, on the pointer's own.
fn beside(pointer: Position, cells: u16, pane: Rect, can_be_covered: impl Fn(u16) -> bool) -> Rect {
    let x = pointer.x.saturating_add(2).min(pane.right().saturating_sub(cells)).max(pane.x);
    let (below, above) = (pointer.y.saturating_add(1), pointer.y.saturating_sub(1));
    let y = [below, above, pointer.y].into_iter().find(|row| can_be_covered(*row)).unwrap_or(below);
    let y = y.min(pane.bottom().saturating_sub(1));
    Rect { x, y, width: cells, height: 1 }.intersection(pane)
}

/// What the label would cut in two goes as a whole, up to a line or to the gap between two columns.
fn clear_what_is_cut(buffer: &mut Buffer, place: Rect, pane: Rect) {
    if place.is_empty() {
        return;
    }
    clear_outwards(buffer, place.y, place.x, (pane.x..place.x).rev());
    clear_outwards(buffer, place.y, place.right() - 1, place.right()..pane.right());
}

fn clear_outwards(buffer: &mut Buffer, row: u16, edge: u16, columns: impl Iterator<Item = u16>) {
    let is_blank = |cell: Option<&ratatui::buffer::Cell>| cell.is_none_or(|cell| cell.symbol().trim().is_empty());
    let mut blanks = usize::from(is_blank(buffer.cell((edge, row))));
    for column in columns {
        blanks = if is_blank(buffer.cell((column, row))) { blanks + 1 } else { 0 };
        match buffer.cell_mut((column, row)) {
            Some(cell) if blanks < 2 && !is_line(cell.symbol()) => cell.set_symbol(" "),
            _ => return,
        };
    }
}

/// Whether a cell is part of a line or of an area, and of no word.
fn is_line(symbol: &str) -> bool {
    symbol == "|" || symbol.starts_with(|letter| ('\u{2500}'..='\u{259f}').contains(&letter))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_in_its_pane_and_off_the_pointer_where_a_neighbouring_row_may_be_covered() {
        let pane = Rect::new(10, 2, 60, 20);
        for (x, y) in [(10, 2), (69, 2), (10, 21), (69, 21), (40, 12)] {
            let pointer = Position { x, y };
            let place = beside(pointer, 20, pane, |row| (pane.top()..pane.bottom()).contains(&row));
            assert_eq!((place.intersection(pane), place.width), (place, 20), "at {x}, {y}");
            assert!(!place.contains(pointer), "at {x}, {y}");
            assert_eq!(beside(pointer, 20, pane, |row| row == y).y, y, "where both neighbours are titles");
        }
        for (x, y) in [(200, 200), (u16::MAX, u16::MAX), (0, 0)] {
            let place = beside(Position { x, y }, 200, pane, |_| false);
            assert_eq!(place.intersection(pane), place, "at {x}, {y}");
        }
    }

    #[test]
    fn what_it_cuts_goes_as_a_whole() {
        let mut buffer = Buffer::with_lines(["│drop what fits  nowhere│54.3 MB  12 %"]);
        let (place, pane) = (Rect::new(8, 0, 4, 1), Rect::new(1, 0, 23, 1));
        clear_what_is_cut(&mut buffer, place, pane);
        assert_eq!(buffer, Buffer::with_lines(["│       at f     nowhere│54.3 MB  12 %"]));
    }
}
