//! The findings: the worst ones in the lines below the panes, all of them in a list.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::text::{ends, span, wrap};
use super::super::theme::{Role, Theme};
use super::popup;
use crate::model::bytes::Bytes;
use crate::model::finding::{Finding, Outcome, Severity};
use crate::model::limits::LIMITS;
use crate::session::Workspace;

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, workspace: &Workspace, theme: &Theme) {
    let findings = &workspace.assessment.verdict.findings;
    let cells = usize::from(area.width);
    let is_well = findings.iter().all(|finding| finding.severity == Severity::Note);
    if is_well && area.height == 1 {
        frame.render_widget(all_well(workspace, findings.len(), cells, theme), area);
        return;
    }
    let hidden = findings.len().saturating_sub(usize::from(area.height));
    let hint =
        if hidden > 0 { format!(" ! shows the cures and {hidden} more ") } else { " ! shows the cures ".to_owned() };
    let shown = findings.iter().zip(area.rows());
    for (place, (finding, row)) in shown.enumerate() {
        let is_last = place + 1 == usize::from(area.height);
        frame.render_widget(
            finding_line(finding, if is_last || place + 1 == findings.len() { &hint } else { "" }, cells, theme),
            row,
        );
    }
    if findings.is_empty() {
        frame.render_widget(all_well(workspace, 0, cells, theme), area);
    }
}

fn all_well(workspace: &Workspace, notes: usize, cells: usize, theme: &Theme) -> Line<'static> {
    let joint = workspace.assessment.budgets.joint();
    let free = LIMITS.unzipped.bytes.less(joint.bytes + Bytes(1));
    let words = format!(" fits: {free} to spare of the 250 MB that function and layers share");
    let right = if notes > 0 {
        vec![span(format!("! shows {notes} {} ", if notes == 1 { "note" } else { "notes" }), theme.style(Role::Dim))]
    } else {
        Vec::new()
    };
    ends(vec![span(words, theme.style(Role::Good))], right, cells, theme.signs.more)
}

fn finding_line(finding: &Finding, hint: &str, cells: usize, theme: &Theme) -> Line<'static> {
    let style = theme.severity(finding.severity);
    let words = theme.signs.text(&finding.message);
    let left = vec![
        span(format!(" {} ", theme.signs.severity(finding.severity)), style),
        span(words, style),
        span(format!("  {}", theme.signs.text(&finding.cure)), theme.style(Role::Dim)),
    ];
    let right = vec![span(hint.to_owned(), theme.style(Role::Dim))];
    ends(left, right, cells, theme.signs.more)
}

/// All findings, their cures and the rules that passed or could not be judged.
pub(super) fn render_all(frame: &mut Frame<'_>, area: Rect, workspace: &Workspace, scroll: usize, theme: &Theme) {
    let verdict = &workspace.assessment.verdict;
    let popup = popup::open(frame, area, &format!("Findings: {}", verdict.judged), "j k scroll, Esc closes", theme);
    let cells = usize::from(popup.width);
    let mut lines: Vec<Line<'static>> = Vec::new();
    for finding in &verdict.findings {
        push_finding(&mut lines, finding, cells, theme);
    }
    if verdict.findings.is_empty() {
        lines.push(Line::from(span("Nothing was found to be wrong.", theme.style(Role::Good))));
    }
    lines.push(Line::default());
    for rule in &verdict.rules {
        let (word, role) = match &rule.outcome {
            Outcome::Passed => ("passed".to_owned(), Role::Good),
            Outcome::Found(severity) => (severity.to_string(), Role::Text),
            Outcome::Skipped(why) => (format!("skipped: {why}"), Role::Dim),
            Outcome::Undecided(why) => (format!("not judged: {why}"), Role::Warning),
        };
        let left = vec![span(theme.signs.text(rule.title), theme.style(Role::Text))];
        lines.push(ends(left, vec![span(theme.signs.text(&word), theme.style(role))], cells, theme.signs.more));
    }
    popup::scrolled(frame, popup, lines, scroll);
}

fn push_finding(lines: &mut Vec<Line<'static>>, finding: &Finding, cells: usize, theme: &Theme) {
    let style = theme.severity(finding.severity);
    let sign = theme.signs.severity(finding.severity);
    let message = format!("{sign} {} ({})", finding.message, finding.id);
    lines.extend(wrap(&theme.signs.text(&message), cells).into_iter().map(|line| Line::from(span(line, style))));
    for line in wrap(&theme.signs.text(&finding.cure), cells.saturating_sub(2)) {
        lines.push(Line::from(span(format!("  {line}"), theme.style(Role::Text))));
    }
    if !finding.source.is_empty() {
        for line in wrap(&finding.source, cells.saturating_sub(2)) {
            lines.push(Line::from(span(format!("  {line}"), theme.style(Role::Dim))));
        }
    }
    lines.push(Line::default());
}
