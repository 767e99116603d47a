//! Markdown for the summaries and comments of pipelines: the headline and what changed first, findings folded, and
//! short enough for a comment whatever the bundle holds.

use super::bar::bar;
use super::diff::{changes_table, signed};
use super::issue::place;
use super::rows::{retained, rows, zipped_words};
use super::words::{
    bucket_notes, bucket_title, conclusion, counts, foreign, joint, outcome_reason, outcome_word, percent, tally,
};
use super::{Report, Telling, inside};
use crate::model::bytes::counted;
use crate::model::diff::Diff;
use crate::model::escape::visible;
use crate::model::finding::{Finding, Severity};

/// How many changed packages are shown at once; the others are folded.
const FIRST_CHANGES: usize = 10;
/// How many changed packages, and how many findings of a severity, are shown at all: hosts refuse comments of more than
/// 65 536 characters.
const MOST: usize = 60;

pub(super) fn render(report: &Report<'_>, telling: Telling) -> String {
    let mut text = head(report, telling);
    text.push_str(&report.changed.map_or_else(String::new, changes));
    text.push_str(&findings(report));
    match telling {
        Telling::Report => text.push_str(&packages(report)),
        Telling::Check(_) | Telling::CheckAll(_) => text.push_str(&rules(report)),
    }
    text.push_str(&buckets(report));
    if telling == Telling::Report {
        text.push_str(&inside::markdown(report));
    }
    text
}

fn head(report: &Report<'_>, telling: Telling) -> String {
    let title = match telling.fail_on() {
        None => escaped(&report.name()),
        Some(fail_on) => {
            let conclusion = conclusion(report.verdict.conclusion(fail_on));
            format!("{conclusion}: {}", escaped(&report.name()))
        }
    };
    let used = report.budgets.joint().bytes;
    let mut text = format!("## {title}\n\n**Function + layers: {}**\n\n", joint(report));
    text.push_str(&format!("`{}` {} of 250 MB\n\n", bar(used), percent(used)));
    text.push_str(&format!("{} · {} · judged: {}\n", report.target, counts(report), report.verdict.judged));
    if telling.fail_on().is_some() {
        text.push_str(&format!("\n{}\n", tally(&report.verdict.rules)));
    }
    text
}

/// What differs from the lock, largest first.
fn changes(diff: &Diff) -> String {
    if diff.differences.is_empty() {
        return "\nNothing changed since the lock was made.\n".to_owned();
    }
    let (old, new) = diff.totals;
    let growth = signed(i128::from(new.bytes.0) - i128::from(old.bytes.0));
    let (first, more) = diff.differences.split_at(diff.differences.len().min(FIRST_CHANGES));
    let mut text = format!("\n### Since the lock was made: {growth}\n\n{}", changes_table(first));
    if !more.is_empty() {
        let shown = &more[..more.len().min(MOST)];
        text.push_str(&folded(&format!("{} more packages", more.len()), Fold::Closed, &changes_table(shown)));
        text.push_str(&beyond(more.len(), "packages"));
    }
    text
}

/// How a part that is folded is first seen.
#[derive(Clone, Copy)]
enum Fold {
    Open,
    Closed,
}

/// The summary is HTML, so it holds words of ours alone.
fn folded(summary: &str, fold: Fold, content: &str) -> String {
    let open = match fold {
        Fold::Open => " open",
        Fold::Closed => "",
    };
    format!("\n<details{open}><summary>{summary}</summary>\n\n{content}\n</details>\n")
}

fn beyond(count: usize, things: &str) -> String {
    if count <= MOST { String::new() } else { format!("\n{} more {things} are not shown here.\n", count - MOST) }
}

fn findings(report: &Report<'_>) -> String {
    if report.verdict.findings.is_empty() {
        return "\nNo findings.\n".to_owned();
    }
    let parts = [
        (Severity::Error, "error", Fold::Open),
        (Severity::Warning, "warning", Fold::Closed),
        (Severity::Note, "note", Fold::Closed),
    ];
    parts.into_iter().map(|(severity, word, fold)| findings_of(report, severity, word, fold)).collect()
}

fn findings_of(report: &Report<'_>, severity: Severity, word: &str, fold: Fold) -> String {
    let all = report.verdict.findings.iter().enumerate().filter(|(_, finding)| finding.severity == severity);
    let lines: Vec<String> = all.map(|(index, it)| finding(report, index, it)).collect();
    if lines.is_empty() {
        return String::new();
    }
    let count = lines.len();
    let summary = format!("{} {}", severity.sign(), counted(count as u64, word));
    let shown: String = lines.into_iter().take(MOST).collect();
    folded(&summary, fold, &(shown + &beyond(count, "findings")))
}

fn finding(report: &Report<'_>, index: usize, finding: &Finding) -> String {
    let (sign, severity, id) = (finding.severity.sign(), finding.severity, finding.id);
    let cure = if finding.cure.is_empty() { String::new() } else { format!("  \n  → {}", escaped(&finding.cure)) };
    let place = report.places.map(|_| place(report, index));
    let place = place.map_or_else(String::new, |place| format!(" ({}:{})", escaped(&place.path), place.line));
    format!("- {sign} **{severity}** `{id}`: {}{place}{cure}\n", escaped(&finding.message))
}

fn packages(report: &Report<'_>) -> String {
    let mut text =
        "\n| package | unzipped | of 250 MB | retained | zipped | in |\n|---|---:|---:|---:|---:|---|\n".to_owned();
    for row in rows(report) {
        let zipped = zipped_words(row.zipped);
        let (name, size) = (escaped(&row.package.title()), row.load.unzipped);
        let retained = retained(&row);
        let bucket = escaped(&row.bucket.to_string());
        text.push_str(&format!("| {name} | {size} | {} | {retained} | {zipped} | {bucket} |\n", percent(size)));
        if row.reaches_limit {
            text.push_str("| **250 MB is reached here** | | | | | |\n");
        }
    }
    let total = report.budgets.everything();
    text + &format!("| **total** | {} | {} | | | |\n", total.with_exact(), percent(total))
}

fn rules(report: &Report<'_>) -> String {
    let line = |rule: &crate::model::finding::RuleOutcome| {
        let why = outcome_reason(&rule.outcome).map_or(String::new(), |why| format!(": {}", escaped(why)));
        format!("| {} | `{}` | {}{why} |\n", outcome_word(&rule.outcome), rule.id, rule.title)
    };
    let lines: String = report.verdict.rules.iter().map(line).collect();
    folded("All rules", Fold::Closed, &format!("| | rule | |\n|---|---|---|\n{lines}"))
}

fn buckets(report: &Report<'_>) -> String {
    let line = |budget: &crate::model::budget::Budget| {
        let size = match foreign(report, &budget.bucket) {
            Some(false) => "not known".to_owned(),
            _ => budget.unzipped.to_string(),
        };
        let title = escaped(&bucket_title(report, &budget.bucket));
        format!("| {title} | {size} | {} |\n", escaped(&bucket_notes(report, budget)))
    };
    let lines: String = report.budgets.buckets.iter().map(line).collect();
    format!("\n| bucket | unzipped | |\n|---|---:|---|\n{lines}")
}

/// Text in which Markdown finds nothing to act on: no emphasis, table cell, line, HTML or formula; and the hosts no
/// person, ticket or address, for which a character without width parts the sign from the name.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in visible(text).chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' => {
                safe.push('\\');
                safe.push(letter);
            }
            '#' | '!' | '~' => {
                safe.push('\\');
                safe.push(letter);
                safe.push_str(PARTED);
            }
            '@' => {
                safe.push(letter);
                safe.push_str(PARTED);
            }
            '&' => safe.push_str("&amp;"),
            '$' => safe.push_str("&#36;"),
            _ => safe.push(letter),
        }
    }
    safe.replace("://", &format!(":{PARTED}//")).replace("www.", &format!("www{PARTED}."))
}

/// A space without width.
const PARTED: &str = "&#8203;";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_acts() {
        assert_eq!(escaped("a|b_c<i>@you"), "a\\|b\\_c\\<i>@&#8203;you");
        assert_eq!(escaped("#1\n$x$ https://a"), "\\#&#8203;1\\\\u{A}&#36;x&#36; https:&#8203;//a");
    }
}
