//! The help: the keys of what is open, those that would do something now first; filtered by what is typed.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::input::open_context;
use super::super::keymap::{Context, Entry, Keymap};
use super::super::text::{left, span, wrap};
use super::super::theme::{Role, Theme};
use super::popup;
use crate::session::{Action, Session};

const MOUSE: [(&str, &str); 6] = [
    ("drag", "packages from the tree or a bucket to another bucket"),
    ("ctrl + drag", "with what only they need"),
    ("click", "select; never changes the plan"),
    ("double click", "open or close"),
    ("wheel", "scroll what is under the pointer"),
    ("other button", "cancel the drag"),
];

/// A line of the help.
struct Row {
    keys: String,
    does: String,
    /// Why it would do nothing now.
    why_not: Option<&'static str>,
}

pub(super) fn render(
    frame: &mut Frame<'_>,
    area: Rect,
    session: &Session,
    filter: &str,
    scroll: usize,
    keymap: &Keymap,
    theme: &Theme,
) {
    let (what, rows) = rows(session, keymap);
    let title = if filter.is_empty() { format!("Help: {what}") } else { format!("Help: {what}, {filter}") };
    let foot = popup::foot(keymap, Context::Typing, &[(Action::Escape, "closes")]);
    let foot = format!("type to filter, {foot}");
    let popup = popup::open(frame, area, &title, &foot, theme);
    let wanted = filter.to_lowercase();
    let cells = usize::from(popup.width);
    let matches = |row: &&Row| row.does.to_lowercase().contains(&wanted) || row.keys.contains(filter);
    let lines: Vec<Line<'static>> = rows.iter().filter(matches).flat_map(|row| lines_of(row, cells, theme)).collect();
    if lines.is_empty() {
        frame.render_widget(span("no key does that", theme.style(Role::Dim)), popup);
    }
    popup::scrolled(frame, popup, lines, scroll);
}

/// What the help is about, and its lines.
fn rows(session: &Session, keymap: &Keymap) -> (&'static str, Vec<Row>) {
    let is_moving = session.workspace().is_some_and(|workspace| workspace.drag.is_some());
    match open_context(session) {
        Context::Panes if is_moving => ("keys while moving", moving(keymap)),
        Context::Panes => ("what applies now comes first", panes(session, keymap)),
        Context::Choosing => ("keys of a proposal and of the rules", told(keymap, Context::Choosing)),
        Context::Exporting => ("keys of an export", told(keymap, Context::Exporting)),
        _ => ("keys while reading", told(keymap, Context::Reading)),
    }
}

fn panes(session: &Session, keymap: &Keymap) -> Vec<Row> {
    let why_not = |entry: &Entry| entry.meaning().and_then(|action| session.why_not(action));
    let keys = keymap.shown().map(|entry| Row { why_not: why_not(entry), ..row(entry, entry.does.as_deref()) });
    let mut rows: Vec<Row> = keys.collect();
    let why_no_mouse = if session.mouse { None } else { Some("the mouse is off") };
    rows.extend(MOUSE.map(|(gesture, does)| Row {
        keys: gesture.to_owned(),
        does: does.to_owned(),
        why_not: why_no_mouse,
    }));
    rows.sort_by_key(|row| row.why_not.is_some());
    rows
}

fn moving(keymap: &Keymap) -> Vec<Row> {
    keymap.shown_while_moving().map(|entry| row(entry, entry.moving.as_deref())).collect()
}

fn told(keymap: &Keymap, context: Context) -> Vec<Row> {
    keymap.shown_in(context).map(|entry| row(entry, entry.does.as_deref())).collect()
}

fn row(entry: &Entry, does: Option<&str>) -> Row {
    let keys = match &entry.keys[..] {
        // Only of digits does anybody know what stands between.
        [first, .., last] if entry.keys.iter().all(|key| key.parse::<u8>().is_ok()) => format!("{first}…{last}"),
        all => all.join("  "),
    };
    Row { keys, does: does.unwrap_or_default().to_owned(), why_not: None }
}

/// A key and what it does, on as many lines as that takes.
fn lines_of(row: &Row, cells: usize, theme: &Theme) -> Vec<Line<'static>> {
    let column = if cells < 70 { 16 } else { 20 };
    let does = match row.why_not {
        None => row.does.clone(),
        Some(why) => format!("{} · not now: {why}", row.does),
    };
    let keys = wrap(&theme.signs.text(&row.keys), column - 1);
    let does = wrap(&theme.signs.text(&does), cells.saturating_sub(column));
    let role = |role: Role| theme.style(if row.why_not.is_some() { Role::Dim } else { role });
    let line = |number: usize| {
        let part = |parts: &[String]| parts.get(number).cloned().unwrap_or_default();
        let keys = left(&part(&keys), column, theme.signs.more);
        Line::from(vec![span(keys, role(Role::Brand)), span(part(&does), role(Role::Text))])
    };
    (0..keys.len().max(does.len())).map(line).collect()
}
