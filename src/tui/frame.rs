//! One frame: the layout worked out, the session told what room its panes have, everything drawn.

use ratatui::Terminal;
use ratatui::backend::Backend;
use ratatui::layout::{Position, Rect};

use super::keymap::Keymap;
use super::layout::{self, Layout};
use super::theme::Theme;
use super::view;
use crate::session::{Message, Session};

/// Draws the session and returns where everything lies. `hand` is where the pointer is while it carries something.
pub fn draw<B: Backend>(
    screen: &mut Terminal<B>,
    session: &mut Session,
    hand: Option<Position>,
    keymap: &Keymap,
    theme: &Theme,
) -> Result<Layout, B::Error> {
    let mut layout = Layout::default();
    screen.draw(|frame| {
        layout = arrange(frame.area(), session);
        layout.hand = hand;
        layout.choices = view::draw(frame, session, &layout, keymap, theme);
    })?;
    Ok(layout)
}

/// Lays everything out in the room that this one frame has: the window itself may have another size by now, and what is
/// drawn beyond a frame ends the program.
fn arrange(area: Rect, session: &mut Session) -> Layout {
    let layout = layout::arrange(area, session);
    session.update(Message::Viewport(layout.viewport()));
    // Scrolling into view may have changed which rows are seen.
    layout::arrange(area, session)
}
