//! What each tool would be given: the tools on the left, on the right the files of the one under the cursor.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::export_areas::ExportAreas;
use super::super::text::{beyond, cut, left, span, wrap};
use super::super::theme::{Role, Theme};
use super::popup;
use crate::deploy::{Shape, Tool};
use crate::session::{ExportPane, SheetLine};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, pane: &ExportPane, theme: &Theme) {
    let shape = if pane.shape == Shape::Fragment { ", a fragment" } else { "" };
    let title = format!("Export: {}{shape}", pane.tool().title());
    let foot = "j k tool, Space fragment, PgDn ← → read, Enter writes";
    popup::sized(frame, area, (area.width, area.height), &title, &theme.signs.text(foot), theme);
    let areas = ExportAreas::new(area);
    for (number, (tool, row)) in Tool::ALL.iter().zip(areas.tools.rows()).enumerate() {
        let cells = usize::from(row.width.saturating_sub(1));
        let role = if number == pane.cursor { Role::Cursor } else { Role::Text };
        let name = left(&format!(" {}", tool.name()), cells, theme.signs.more);
        frame.render_widget(span(name, theme.style(role)), row);
    }
    let sign = if pane.shape == Shape::Fragment { "[x]" } else { "[ ]" };
    frame.render_widget(span(format!("{sign} fragment"), theme.style(Role::Text)), areas.fragment);
    for (line, row) in lines(pane, areas.text, theme).into_iter().zip(areas.text.rows()) {
        frame.render_widget(line, row);
    }
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
