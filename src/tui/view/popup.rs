//! A frame over the panes, in which help, details and findings stand.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear};

use super::super::keymap::{Context, Keymap};
use super::super::layout::inside;
use super::super::text::{cut, span, width};
use super::super::theme::{Role, Theme};
use crate::session::Action;

/// Clears a place for a popup, draws its frame and returns what is inside.
pub(super) fn open(frame: &mut Frame<'_>, area: Rect, title: &str, foot: &str, theme: &Theme) -> Rect {
    let width = area.width.saturating_sub(4).min(100);
    let height = area.height.saturating_sub(4);
    sized(frame, area, (width, height), title, foot, theme)
}

/// The same in the place of a pane, as large as that.
pub(super) fn panel(frame: &mut Frame<'_>, area: Rect, title: &str, foot: &str, theme: &Theme) -> Rect {
    sized(frame, area, (area.width.min(110), area.height), title, foot, theme)
}

/// The same with a size of its own.
pub(super) fn sized(
    frame: &mut Frame<'_>,
    area: Rect,
    (width, height): (u16, u16),
    title: &str,
    foot: &str,
    theme: &Theme,
) -> Rect {
    let popup = Rect {
        x: area.x + area.width.saturating_sub(width) / 2,
        y: area.y + area.height.saturating_sub(height) / 2,
        width: width.min(area.width),
        height: height.min(area.height),
    };
    let cells = usize::from(popup.width).saturating_sub(4);
    let (title, foot) = (without_the_last(&theme.signs.text(title), cells), without_the_last_but_one(foot, cells));
    let title = cut(&title, cells, theme.signs.more);
    let block = Block::bordered()
        .border_set(theme.signs.border)
        .border_style(theme.style(Role::Focused))
        .title(Line::from(span(format!(" {title} "), theme.style(Role::Title))))
        .title_bottom(Line::from(span(format!(" {foot} "), theme.style(Role::Dim))));
    frame.render_widget(Clear, popup);
    frame.render_widget(block, popup);
    let inner = inside(popup);
    Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner }
}

/// Lines from `scroll` on; never scrolled past the last screenful.
pub(super) fn scrolled(frame: &mut Frame<'_>, area: Rect, lines: Vec<Line<'static>>, scroll: usize) {
    let most = lines.len().saturating_sub(usize::from(area.height));
    for (line, row) in lines.into_iter().skip(scroll.min(most)).zip(area.rows()) {
        frame.render_widget(line, row);
    }
}

/// A title in its room: without its last clauses.
fn without_the_last(title: &str, cells: usize) -> String {
    let mut title = title;
    while width(title) > cells {
        match [", ", " that "].iter().filter_map(|pause| title.rfind(pause)).max() {
            Some(end) => title = &title[..end],
            None => break,
        }
    }
    title.to_owned()
}

/// A foot in its room: the key that closes stands last and stays; those before it go, the least needed first.
fn without_the_last_but_one(foot: &str, cells: usize) -> String {
    let mut parts: Vec<&str> = foot.split(", ").collect();
    while parts.len() > 1 && width(&parts.join(", ")) > cells {
        parts.remove(parts.len() - 2);
    }
    parts.join(", ")
}

/// What a popup's keys do, on its lower edge: `Space marks, Esc closes`.
pub(super) fn foot(keymap: &Keymap, context: Context, keys: &[(Action, &str)]) -> String {
    let told = keys.iter().map(|(action, does)| format!("{} {does}", keymap.called(context, *action)));
    told.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_and_feet_lose_whole_parts_where_there_is_little_room() {
        assert_eq!(without_the_last("Findings: the bundle, still to be packed", 30), "Findings: the bundle");
        assert_eq!(without_the_last("Findings: the plan that is to be packed", 20), "Findings: the plan");
        assert_eq!(without_the_last_but_one("a takes, b marks, c reasons, d drops", 30), "a takes, b marks, d drops");
        assert_eq!(without_the_last_but_one("a takes, d drops", 3), "d drops");
    }
}
