//! The help: every key, filtered by what is typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keymap::KEYMAP;
use super::super::text::{left, span, wrap};
use super::super::theme::{Role, Theme};
use super::popup;

const MOUSE: [(&str, &str); 4] = [
    ("drag", "packages from the tree or a bucket to another bucket"),
    ("click", "select; never changes the plan"),
    ("double click", "open or close"),
    ("wheel", "scroll what is under the pointer"),
];

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, filter: &str, scroll: usize, theme: &Theme) {
    let title = if filter.is_empty() { "Help".to_owned() } else { format!("Help: {filter}") };
    let popup = popup::open(frame, area, &title, "type to filter, Esc closes", theme);
    let keys = KEYMAP.shown().map(|entry| (entry.keys.join("  "), entry.does.clone().unwrap_or_default()));
    let mouse = MOUSE.iter().map(|(gesture, does)| ((*gesture).to_owned(), (*does).to_owned()));
    let wanted = filter.to_lowercase();
    let cells = usize::from(popup.width);
    let lines: Vec<Line<'static>> = keys
        .chain(mouse)
        .filter(|(keys, does)| does.to_lowercase().contains(&wanted) || keys.contains(filter))
        .flat_map(|(keys, does)| entry_lines(&keys, &does, cells, theme))
        .collect();
    if lines.is_empty() {
        frame.render_widget(span("no key does that", theme.style(Role::Dim)), popup);
    }
    popup::scrolled(frame, popup, lines, scroll);
}

/// A key and what it does, on as many lines as that takes.
fn entry_lines(keys: &str, does: &str, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let column = if cells < 70 { 16 } else { 20 };
    let keys = wrap(keys, column - 1);
    let does = wrap(&theme.signs.text(does), cells.saturating_sub(column));
    let line = |number: usize| {
        let part = |parts: &[String]| parts.get(number).cloned().unwrap_or_default();
        let keys = left(&part(&keys), column, theme.signs.more);
        Line::from(vec![span(keys, theme.style(Role::Brand)), span(part(&does), theme.style(Role::Text))])
    };
    (0..keys.len().max(does.len())).map(line).collect()
}
