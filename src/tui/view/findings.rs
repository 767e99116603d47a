//! Where things stand and what to press next, in a sentence; below it the worst findings; and all of them in a list.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keymap::{Context, Keymap};
use super::super::text::{cut, ends, span, width, wrap};
use super::super::theme::{Role, Theme};
use super::choices::{Choices, Spots};
use super::popup;
use crate::model::finding::{Finding, Outcome, RuleOutcome, Severity};
use crate::session::{Action, NextStep, Workspace};

pub(super) fn render(frame: &mut Frame<'_>, area: Rect, workspace: &Workspace, keymap: &Keymap, theme: &Theme) {
    let step = workspace.next_step();
    let cells = usize::from(area.width);
    let mut rows = area.rows();
    if let Some(row) = rows.next() {
        frame.render_widget(headline(workspace, &step, cells, keymap, theme), row);
    }
    // What the sentence speaks of already, the limit or an error, needs no second line.
    let told = |finding: &&Finding| {
        let is_headline = finding.id == "size.joint" || finding.message.starts_with(&step.stands);
        !(is_headline && finding.severity == Severity::Error)
    };
    for (finding, row) in workspace.assessment.verdict.findings.iter().filter(told).zip(rows) {
        frame.render_widget(finding_line(finding, cells, theme), row);
    }
}

/// `✗ 102.9 MB too much for function + layers: press f, it finds a plan that fits      ! 2 findings`.
fn headline(workspace: &Workspace, step: &NextStep, cells: usize, keymap: &Keymap, theme: &Theme) -> Line<'static> {
    let key_of = |action| keymap.called(Context::Panes, action);
    let (sign, style) = match step.severity {
        Some(severity) => (theme.signs.severity(severity), theme.severity(severity)),
        None => (theme.signs.good, theme.style(Role::Good)),
    };
    let counts = match workspace.assessment.verdict.findings.len() {
        0 => Vec::new(),
        1 => told_count("1 finding", key_of(Action::Findings)),
        more => told_count(&format!("{more} findings"), key_of(Action::Findings)),
    };
    let stands = theme.signs.text(&step.stands);
    let key = key_of(step.key);
    let long = format!("press {key}, it {}", step.does);
    // Advice is never cut: it is worded shorter first, and the count goes, before what stands is shortened.
    let fits = |advice: &str, count: &str| width(&stands) + width(advice) + width(count) + 6 <= cells;
    let advice = if fits(&long, "") { long } else { format!("press {key}") };
    let count = counts.into_iter().find(|count| fits(&advice, count)).unwrap_or_default();
    let room = cells.saturating_sub(width(&advice) + width(&count) + 6);
    let left = vec![
        span(format!(" {sign} {}", shortened(&stands, room, theme.signs.more)), style),
        span(": ", theme.style(Role::Text)),
        span(advice, theme.style(Role::Title)),
    ];
    ends(left, vec![span(count, theme.style(Role::Dim))], cells, theme.signs.more)
}

/// How many findings there are and the key that shows them, which is never taken for the sign of a warning.
fn told_count(count: &str, key: String) -> Vec<String> {
    vec![format!("{count}: press {key} "), format!("{count}: {key} ")]
}

/// A sentence in the room that there is: first without the bytes in brackets, which the list of findings has, then its
/// first clause alone, at last cut.
fn shortened(sentence: &str, cells: usize, more: &str) -> String {
    if width(sentence) <= cells {
        return sentence.to_owned();
    }
    let mut plain = String::new();
    for (number, part) in sentence.split(" (").enumerate() {
        match part.split_once(')').filter(|(inside, _)| number > 0 && inside.ends_with(" bytes")) {
            Some((_, after)) => plain.push_str(after),
            None if number == 0 => plain.push_str(part),
            None => plain.push_str(&format!(" ({part}")),
        }
    }
    if width(&plain) <= cells {
        return plain;
    }
    cut(plain.split(';').next().unwrap_or_default(), cells, more)
}

fn finding_line(finding: &Finding, cells: usize, theme: &Theme) -> Line<'static> {
    let style = theme.severity(finding.severity);
    let sign = span(format!(" {} ", theme.signs.severity(finding.severity)), style);
    let message = shortened(&theme.signs.text(&finding.message), cells.saturating_sub(3), theme.signs.more);
    ends(vec![sign, span(message, style)], Vec::new(), cells, theme.signs.more)
}

/// All findings, and the rules that passed or could not be judged. The one under the cursor shows its cure.
pub(super) fn render_all(
    frame: &mut Frame<'_>,
    area: Rect,
    workspace: &Workspace,
    cursor: usize,
    keymap: &Keymap,
    theme: &Theme,
) -> Spots {
    let verdict = &workspace.assessment.verdict;
    let keys = [(Action::Down, "chooses"), (Action::Accept, "goes to the package"), (Action::Escape, "closes")];
    let foot = popup::foot(keymap, Context::Choosing, &keys);
    let popup = popup::panel(frame, area, &format!("Findings: {}", verdict.judged), &foot, theme);
    let cells = usize::from(popup.width);
    let mut list = Choices::default();
    if verdict.findings.is_empty() {
        list.lines.push(Line::from(span(
            "Nothing was found to be wrong. These rules were looked at:",
            theme.style(Role::Good),
        )));
    }
    for (number, finding) in verdict.findings.iter().enumerate() {
        let start = list.lines.len();
        push_finding(&mut list.lines, finding, number == cursor, cells, theme);
        list.end_choice(start);
    }
    list.lines.push(Line::default());
    for (number, rule) in (verdict.findings.len()..).zip(&verdict.rules) {
        let (start, line) = (list.lines.len(), rule_line(rule, cells, theme));
        list.lines.push(if number == cursor { line.style(theme.style(Role::Cursor)) } else { line });
        list.end_choice(start);
    }
    list.revealed(frame, popup, cursor)
}

fn rule_line(rule: &RuleOutcome, cells: usize, theme: &Theme) -> Line<'static> {
    let (word, role) = match &rule.outcome {
        Outcome::Passed => ("passed".to_owned(), Role::Good),
        Outcome::Found(severity) => (severity.to_string(), Role::Text),
        Outcome::Skipped(why) => (format!("skipped: {why}"), Role::Dim),
        Outcome::Undecided(why) => (format!("not judged: {why}"), Role::Warning),
    };
    let word = cut(&theme.signs.text(&word), (cells / 2).max(10), theme.signs.more);
    let left = vec![span(format!("  {}", theme.signs.text(rule.title)), theme.style(Role::Text))];
    ends(left, vec![span(word, theme.style(role))], cells, theme.signs.more)
}

fn push_finding(lines: &mut Vec<Line<'static>>, finding: &Finding, is_here: bool, cells: usize, theme: &Theme) {
    let style = theme.severity(finding.severity);
    let sign = theme.signs.severity(finding.severity);
    for (number, line) in wrap(&theme.signs.text(&finding.message), cells.saturating_sub(2)).into_iter().enumerate() {
        let sign = if number == 0 { sign } else { ' ' };
        let line = Line::from(span(format!("{sign} {line}"), style));
        lines.push(if is_here { line.style(theme.style(Role::Resting)) } else { line });
    }
    if !is_here {
        return;
    }
    let about = match &finding.packages[..] {
        [] => String::new(),
        packages => packages.iter().map(|key| key.shown()).collect::<Vec<_>>().join(", "),
    };
    for (text, role) in [(&finding.cure, Role::Text), (&about, Role::Folder), (&finding.source, Role::Dim)] {
        let told = wrap(&theme.signs.text(text), cells.saturating_sub(2)).into_iter().filter(|line| !line.is_empty());
        lines.extend(told.map(|line| Line::from(span(format!("  {line}"), theme.style(role)))));
    }
    lines.push(Line::from(span(format!("  {}", finding.id), theme.style(Role::Dim))));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_shortened_where_it_can_spare_most() {
        let sentence = "the zip has 101.9 MB (106 891 756 bytes); over 50 MB it goes through S3";
        assert_eq!(shortened(sentence, 80, "…"), sentence);
        assert_eq!(shortened(sentence, 60, "…"), "the zip has 101.9 MB; over 50 MB it goes through S3");
        assert_eq!(shortened(sentence, 30, "…"), "the zip has 101.9 MB");
        assert_eq!(shortened("a (b) c", 6, "…"), "a (b)…", "other brackets stay");
    }
}
