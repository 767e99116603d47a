//! A question with yes and no.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::text::{span, wrap};
use super::super::theme::{Role, Theme};
use super::popup;
use crate::session::{Hindrance, Question};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, question: &Question, theme: &Theme) {
    let (title, words, keys) = match question {
        Question::QuitUnsaved => {
            ("Quit?", "The plan is not saved.".to_owned(), "w save and quit   y quit without saving   n stay (default)")
        }
        Question::Export { hindrance, words, .. } => {
            let (title, keys) = match hindrance {
                Hindrance::Unsaved => ("Export?", "w save and export   y export as it is   n do not (default)"),
                Hindrance::Errors => ("Export it all the same?", "y export it   n do not (default)"),
                Hindrance::Existing => ("Write over it?", "y write over it   n leave it (default)"),
            };
            (title, words.clone(), keys)
        }
        Question::Overwrite(words) => ("Write over it?", words.clone(), "y write over it   n leave it (default)"),
    };
    let width = area.width.saturating_sub(4).min(64);
    let lines = wrap(&words, usize::from(width.saturating_sub(4)));
    let height = lines.len() as u16 + 4;
    let inner = popup::sized(frame, area, (width, height), title, "Esc stays", theme);
    let mut lines: Vec<Line<'static>> =
        lines.into_iter().map(|line| Line::from(span(line, theme.style(Role::Text)))).collect();
    lines.push(Line::default());
    lines.push(Line::from(span(keys, theme.style(Role::Title))));
    popup::scrolled(frame, inner, lines, 0);
}
