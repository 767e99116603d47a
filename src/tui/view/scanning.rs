//! The first frames: rows that grow while the bundle is scanned.

use ratatui::Frame;
use ratatui::text::Line;
use ratatui::widgets::Block;

use super::super::layout::{Layout, inside};
use super::super::text::{ends, span};
use super::super::theme::{Role, Theme};
use crate::model::bytes::counted;
use crate::session::Progress;

pub(super) fn render(frame: &mut Frame<'_>, layout: &Layout, progress: &Progress, theme: &Theme) {
    let meter = format!(
        " Found so far: {} in {}; dragging starts when owners are known",
        progress.bytes(),
        counted(progress.files(), "file")
    );
    frame.render_widget(Line::from(span(meter, theme.style(Role::Text))), layout.meter);
    let block = || Block::bordered().border_set(theme.signs.border).border_style(theme.style(Role::Border));
    frame.render_widget(block().title(" Top of the bundle "), layout.tree);
    frame.render_widget(block().title(" Buckets "), layout.buckets);
    for ((name, _, bytes), row) in progress.largest().into_iter().zip(layout.tree_rows().rows()) {
        let line = ends(
            vec![span(format!("  {name}"), theme.style(Role::Text))],
            vec![span(bytes.to_string(), theme.style(Role::Text))],
            usize::from(row.width),
            theme.signs.more,
        );
        frame.render_widget(line, row);
    }
    let words = span("the function, its layers, EFS", theme.style(Role::Dim));
    frame.render_widget(words, inside(layout.buckets));
}
