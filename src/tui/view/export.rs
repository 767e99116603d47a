//! What each tool would be given: the tools on the left, on the right the files of the one under the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keymap::{Context, Keymap};
use super::super::text::{beyond, cut, left, span, wrap};
use super::super::theme::{Role, Theme};
use super::choices::{Choices, Spots};
use super::popup;
use crate::deploy::{Shape, Tool};
use crate::session::{Action, ExportPane, SheetLine};

/// Cells that the list takes: the longest name or sign, and a gap.
const LIST: u16 = 15;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, pane: &ExportPane, keymap: &Keymap, theme: &Theme) -> Spots {
    let shape = if pane.shape == Shape::Fragment { ", a fragment" } else { "" };
    let title = format!("Export: {}{shape}", pane.tool().title());
    let keys = [
        (Action::Down, "tool"),
        (Action::Open, "right"),
        (Action::PageDown, "down"),
        (Action::Mark, "fragment"),
        (Action::Accept, "writes"),
    ];
    let foot = popup::foot(keymap, Context::Exporting, &keys);
    let inner = popup::sized(frame, area, (area.width, area.height), &title, &foot, theme);
    let list = Rect { width: LIST.min(inner.width), ..inner };
    let text = Rect { x: list.right(), width: inner.width.saturating_sub(list.width), ..inner };
    for (line, row) in lines(pane, text, theme).into_iter().zip(text.rows()) {
        frame.render_widget(line, row);
    }
    tools(pane, usize::from(list.height), theme).revealed(frame, list, pane.cursor)
}

/// The tools, and below them whether a fragment is wanted, after a line of room where there is one.
fn tools(pane: &ExportPane, height: usize, theme: &Theme) -> Choices {
    let mut list = Choices::default();
    for (number, tool) in Tool::ALL.iter().enumerate() {
        let role = if number == pane.cursor { Role::Cursor } else { Role::Text };
        let name = left(&format!(" {}", tool.name()), usize::from(LIST - 1), theme.signs.more);
        list.lines.push(Line::from(span(name, theme.style(role))));
        list.end_choice(number);
    }
    if height > Tool::ALL.len() + 1 {
        list.lines.push(Line::default());
    }
    let sign = if pane.shape == Shape::Fragment { "[x]" } else { "[ ]" };
    let start = list.lines.len();
    list.lines.push(Line::from(span(format!("{sign} fragment"), theme.style(Role::Text))));
    list.end_choice(start);
    list
}

/// The rows that can be seen.
fn lines(pane: &ExportPane, area: Rect, theme: &Theme) -> Vec<Line<'static>> {
    let cells = usize::from(area.width);
    let say = |text: &str, role: Role| -> Vec<Line<'static>> {
        let lines = wrap(&theme.signs.text(text), cells);
        lines.into_iter().map(|line| Line::from(span(line, theme.style(role)))).collect()
    };
    match pane.sheet().map(|sheet| &sheet.outcome) {
        None => say("working out what would be written …", Role::Dim),
        Some(Err(why)) => say(why, Role::Error),
        Some(Ok(lines)) => {
            let seen = lines.iter().skip(pane.scroll).take(usize::from(area.height));
            seen.map(|line| row(line, pane.sideways, cells, theme)).collect()
        }
    }
}

fn row(line: &SheetLine, sideways: usize, cells: usize, theme: &Theme) -> Line<'static> {
    let (text, role) = match line {
        SheetLine::Name(name) => (name, Role::Title),
        SheetLine::Text(text) => (text, Role::Text),
    };
    let text = cut(&beyond(&theme.signs.text(text), sideways), cells, theme.signs.more);
    Line::from(span(text, theme.style(role)))
}
