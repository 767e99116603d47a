//! The first line: what is open, for which target, how much it is, and whether the plan is saved.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::text::{ends, span};
use super::super::theme::{Role, Theme};
use crate::model::bytes::group_digits;
use crate::session::{Session, Stage};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, session: &Session, theme: &Theme) {
    let mut left = vec![span(format!(" {}", session.title), theme.style(Role::Title))];
    let mut right = Vec::new();
    match &session.stage {
        Stage::Scanning(progress) => {
            left.push(span(format!("   {} …", progress.doing), theme.style(Role::Dim)));
        }
        Stage::Open(workspace) => {
            let bundle = &workspace.bundle;
            let facts = format!(
                "   {}   {} packages · {} files",
                workspace.target,
                group_digits(bundle.packages().len() as u64),
                group_digits(bundle.listing.file_count())
            );
            left.push(span(theme.signs.text(&facts), theme.style(Role::Text)));
            if workspace.is_dirty() {
                right.push(span(format!("{} not saved  ", theme.signs.mark), theme.style(Role::Warning)));
            }
        }
    }
    right.push(span("bayplan ", theme.style(Role::Brand)));
    frame.render_widget(ends(left, right, usize::from(area.width), theme.signs.more), area);
}
