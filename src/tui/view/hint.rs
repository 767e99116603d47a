//! The demo's hint: what to try next.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::text::{ends, span};
use super::super::theme::{Role, Theme};
use crate::session::Session;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, session: &Session, theme: &Theme) {
    let Some(hint) = session.hint().filter(|_| area.height > 0) else { return };
    let left = vec![
        span(format!(" {} of {} ", hint.number, hint.of), theme.style(Role::Hint)),
        span(format!(" {}", hint.words), theme.style(Role::Title)),
    ];
    let right = if area.width >= 100 { "Esc: no hints " } else { "" };
    let line = ends(left, vec![span(right, theme.style(Role::Dim))], usize::from(area.width), theme.signs.more);
    frame.render_widget(line, area);
}
