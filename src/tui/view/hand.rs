//! What the mouse carries, drawn beside the pointer, so that the row follows in the hand.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::widgets::Clear;

use super::super::text::{cut, span, width};
use super::super::theme::{Role, Theme};
use crate::session::{Drag, Workspace};

/// The most cells that it takes.
const WIDEST: u16 = 40;

pub(super) fn render(frame: &mut Frame<'_>, pointer: Position, workspace: &Workspace, theme: &Theme) {
    let Some(drag) = &workspace.drag else { return };
    let area = frame.area();
    let words = format!(" {} {} ", theme.signs.mark, theme.signs.text(&label(workspace, drag)));
    let words = cut(&words, usize::from(WIDEST.min(area.width)), theme.signs.more);
    let place = beside(pointer, width(&words) as u16, area);
    frame.render_widget(Clear, place);
    frame.render_widget(span(words, theme.style(Role::Carried)), place);
}

fn label(workspace: &Workspace, drag: &Drag) -> String {
    match drag.packages.len() {
        1 => format!("{} {}", workspace.titles(&drag.packages), drag.bytes),
        count => format!("{count} packages {}", drag.bytes),
    }
}

/// To the right of the pointer, or to its left where the screen ends; on the row below, so that what lies under the
/// pointer can be read; on the row above at the bottom.
fn beside(pointer: Position, cells: u16, area: Rect) -> Rect {
    let x = if pointer.x.saturating_add(2 + cells) <= area.right() {
        pointer.x + 2
    } else {
        pointer.x.saturating_sub(cells + 1)
    };
    let below = pointer.y.saturating_add(1);
    let y = if below < area.bottom() { below } else { pointer.y.saturating_sub(1) };
    Rect { x, y, width: cells, height: 1 }.intersection(area)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stays_on_the_screen_and_off_the_pointer() {
        let area = Rect::new(0, 0, 80, 24);
        for (x, y) in [(0, 0), (79, 0), (0, 23), (79, 23), (40, 12), (200, 200), (u16::MAX, u16::MAX)] {
            let place = beside(Position { x, y }, 20, area);
            assert_eq!(place.intersection(area), place, "at {x}, {y}");
            assert!(!place.contains(Position { x, y }), "at {x}, {y}");
        }
    }
}
