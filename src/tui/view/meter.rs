//! The headline: what function and layers use together of the 250 MB they share.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use super::super::text::{span, width};
use super::super::theme::{Role, Theme};
use crate::model::budget::Budgets;
use crate::model::bytes::{Amount, Bytes};
use crate::model::limits::LIMITS;
use crate::session::Workspace;

use super::bucket_look;

/// Within this distance of the limit the exact number of bytes is shown.
const NEAR: Bytes = Bytes(1_048_576);

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, workspace: &Workspace, budgets: &Budgets, theme: &Theme) {
    let joint = budgets.joint();
    let limit = &LIMITS.unzipped;
    let is_over = limit.is_reached_by(joint.bytes);
    let label = " Function + layers ";
    let is_build = workspace.background().unbuilt.is_none();
    let mut words = theme.signs.text(&numbers(joint));
    if area.width < 72 {
        // The line below says by how much; the bar needs the room.
        let until = words.rfind("  ").unwrap_or(words.len());
        words.replace_range(until.., if is_over { "  over" } else { "  fits" });
    }
    let is_empty = workspace.bundle.packages().is_empty();
    match (is_build, is_empty) {
        (false, _) => words = "  sources, not a build".to_owned(),
        (true, true) => words = "  no files, nothing to judge".to_owned(),
        (true, false) => {}
    }
    let style = theme.style(match (is_build && !is_empty, is_over) {
        (true, false) => Role::Good,
        (true, true) => Role::Error,
        (false, _) => Role::Warning,
    });
    let room = usize::from(area.width).saturating_sub(width(label) + width(&words) + 1);
    let mut spans = vec![span(label, theme.style(Role::Title))];
    spans.extend(bar(workspace, budgets, room, theme));
    spans.push(span(words, style));
    frame.render_widget(Line::from(spans), area);
}

/// `  352.9 of 250.0 MB  over by 102.9 MB`.
fn numbers(joint: Amount) -> String {
    let limit = &LIMITS.unzipped;
    let used = format!("  {}{} of {}", joint.sign(), joint.bytes.in_megabytes(), limit.bytes);
    let free = limit.bytes.less(joint.bytes);
    if limit.is_reached_by(joint.bytes) {
        let excess = limit.excess(joint.bytes);
        if excess < NEAR {
            format!("{used}  over: {} bytes too many", (excess + Bytes(1)).grouped())
        } else {
            format!("{used}  over by {excess}")
        }
    } else if free < NEAR {
        format!("{used}  fits, {} bytes free", free.less(Bytes(1)).grouped())
    } else {
        format!("{used}  fits, {free} free")
    }
}

/// A bar whose whole length is the larger of limit and use: a stretch for each bucket in its colour, then what is free;
/// or the limit, and what is over it.
fn bar(workspace: &Workspace, budgets: &Budgets, cells: usize, theme: &Theme) -> Vec<Span<'static>> {
    let (used, limit) = (budgets.joint().bytes, LIMITS.unzipped.bytes);
    let whole = used.max(limit);
    let cells_of = |bytes: Bytes| (bytes.0 as f64 / whole.0.max(1) as f64 * cells as f64).round() as usize;
    let signs = theme.signs;
    let is_over = LIMITS.unzipped.is_reached_by(used);
    let fits = if is_over { cells_of(limit).min(cells.saturating_sub(1)) } else { cells };
    let mut spans = Vec::new();
    let (mut sum, mut drawn) = (Bytes::ZERO, 0);
    for budget in budgets.buckets.iter().filter(|budget| budget.bucket.is_joint()) {
        sum += budget.unzipped.bytes;
        let end = cells_of(sum).min(fits);
        let style = bucket_look::ink(workspace, &budget.bucket, theme);
        spans.push(span(signs.full.repeat(end.saturating_sub(drawn)), style));
        drawn = drawn.max(end);
    }
    let rest = cells.saturating_sub(drawn);
    if is_over {
        spans.push(span(signs.limit, theme.style(Role::Error)));
        spans.push(span(signs.over.repeat(rest.saturating_sub(1)), theme.style(Role::Error)));
    } else {
        spans.push(span(signs.free.repeat(rest), theme.style(Role::Border)));
    }
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_exact_where_the_limit_is_near() {
        assert_eq!(numbers(Amount::exact(Bytes(370_064_218))), "  352.9 of 250.0 MB  over by 102.9 MB");
        assert_eq!(numbers(Amount::exact(Bytes(262_144_000))), "  250.0 of 250.0 MB  over: 1 bytes too many");
        assert_eq!(numbers(Amount::exact(Bytes(262_143_999))), "  250.0 of 250.0 MB  fits, 0 bytes free");
        assert_eq!(numbers(Amount::exact(Bytes(0))), "  0.0 of 250.0 MB  fits, 250.0 MB free");
    }
}
