//! A question with yes and no.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keymap::{Context, Keymap};
use super::super::text::{span, wrap};
use super::super::theme::{Role, Theme};
use super::popup;
use crate::session::{Action, Hindrance, Question};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, question: &Question, keymap: &Keymap, theme: &Theme) {
    let key = |action| keymap.called(Context::Question, action);
    let (title, words, keys) = match question {
        Question::QuitUnsaved => {
            let keys = format!(
                "{} save and quit   {} quit without saving   {} stay (default)",
                key(Action::Save),
                key(Action::Yes),
                key(Action::No)
            );
            ("Quit?", "The plan is not saved.".to_owned(), keys)
        }
        Question::Export { hindrance, words, .. } => {
            let (yes, no) = (key(Action::Yes), key(Action::No));
            let (title, keys) = match hindrance {
                Hindrance::Unsaved => (
                    "Export?",
                    format!("{} save and export   {yes} export as it is   {no} do not (default)", key(Action::Save)),
                ),
                Hindrance::Errors => ("Export it all the same?", format!("{yes} export it   {no} do not (default)")),
                Hindrance::Existing => ("Write over it?", format!("{yes} write over it   {no} leave it (default)")),
            };
            (title, words.clone(), keys)
        }
        Question::Overwrite(words) => {
            let keys = format!("{} write over it   {} leave it (default)", key(Action::Yes), key(Action::No));
            ("Write over it?", words.clone(), keys)
        }
    };
    let width = area.width.saturating_sub(4).min(64);
    let lines = wrap(&words, usize::from(width.saturating_sub(4)));
    let height = lines.len() as u16 + 4;
    let inner = popup::sized(frame, area, (width, height), title, &format!("{} stays", key(Action::No)), theme);
    let mut lines: Vec<Line<'static>> =
        lines.into_iter().map(|line| Line::from(span(line, theme.style(Role::Text)))).collect();
    lines.push(Line::default());
    lines.push(Line::from(span(keys, theme.style(Role::Title))));
    popup::scrolled(frame, inner, lines, 0);
}
