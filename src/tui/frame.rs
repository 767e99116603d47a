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
    screen.autoresize()?;
    let size = screen.size()?;
    let area = Rect::new(0, 0, size.width, size.height);
    let mut layout = layout::arrange(area, session);
    session.update(Message::Viewport(layout.viewport()));
    // Scrolling into view may have changed which rows are seen.
    layout = layout::arrange(area, session);
    layout.hand = hand;
    let mut choices = Vec::new();
    screen.draw(|frame| choices = view::draw(frame, session, &layout, keymap, theme))?;
    layout.choices = choices;
    Ok(layout)
}
