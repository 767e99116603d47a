//! The demo's hint: what to try next.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::keymap::{Context, Keymap};
use super::super::text::{ends, span};
use super::super::theme::{Role, Theme};
use crate::session::{Action, Session};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, session: &Session, keymap: &Keymap, theme: &Theme) {
    let Some(hint) = session.hint().filter(|_| area.height > 0) else { return };
    let left = vec![
        span(format!(" {} of {} ", hint.number, hint.of), theme.style(Role::Hint)),
        span(format!(" {}", hint.words), theme.style(Role::Title)),
    ];
    let right = match area.width {
        100.. => format!("{}: no hints ", keymap.called(Context::Panes, Action::Escape)),
        _ => String::new(),
    };
    let line = ends(left, vec![span(right, theme.style(Role::Dim))], usize::from(area.width), theme.signs.more);
    frame.render_widget(line, area);
}
