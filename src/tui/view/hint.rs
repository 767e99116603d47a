//! The demo's hint: what to try next.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::keymap::{Context, Keymap};
use super::super::text::{ends, span, width};
use super::super::theme::{Role, Theme};
use crate::session::{Action, Session};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, session: &Session, keymap: &Keymap, theme: &Theme) {
    let Some(hint) = session.hint().filter(|_| area.height > 0) else { return };
    let number = format!(" {} of {} ", hint.number, hint.of);
    let fits = |words: &str| width(&number) + 1 + width(words) <= usize::from(area.width);
    let words = if fits(&hint.words.long) { hint.words.long } else { hint.words.short };
    let left = vec![span(number, theme.style(Role::Hint)), span(format!(" {words}"), theme.style(Role::Title))];
    let right = match area.width {
        100.. => format!("{}: no hints ", keymap.called(Context::Panes, Action::Escape)),
        _ => String::new(),
    };
    let line = ends(left, vec![span(right, theme.style(Role::Dim))], usize::from(area.width), theme.signs.more);
    frame.render_widget(line, area);
}
