//! The first line: what is open, for which target, how much it is, and whether the plan is saved.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::text::{ends, span, width};
use super::super::theme::{Role, Theme};
use crate::model::bytes::counted;
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
            let packages = bundle.packages().len() as u64;
            let facts = [
                format!("   {}", workspace.target),
                format!("   {}", counted(packages, "package")),
                format!(" · {}", counted(bundle.listing.file_count(), "file")),
            ];
            // As many facts as there is room for, each whole.
            let mut room = usize::from(area.width).saturating_sub(width(&session.title) + 26);
            for fact in facts.iter().map(|fact| theme.signs.text(fact)) {
                if width(&fact) > room {
                    break;
                }
                room -= width(&fact);
                left.push(span(fact, theme.style(Role::Text)));
            }
            if workspace.is_dirty() {
                right.push(span(format!("{} not saved  ", theme.signs.mark), theme.style(Role::Warning)));
            }
        }
    }
    right.push(span("bayplan ", theme.style(Role::Brand)));
    frame.render_widget(ends(left, right, usize::from(area.width), theme.signs.more), area);
}
