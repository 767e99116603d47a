//! The text for people, at 80 columns.

use rayon::prelude::*;
use unicode_width::UnicodeWidthStr;

use super::rows::{Row, retained, rows, slimmed_away, zipped_words};
use super::words::{
    bucket_notes, bucket_title, conclusion, counts, cut, foreign, joint, outcome_reason, outcome_word, padded, percent,
    tally, wrapped,
};
use super::{Report, Telling, inside};
use crate::model::bytes::{Amount, Bytes, Certainty};
use crate::model::finding::{Finding, Outcome, RuleOutcome, Severity};

/// How many columns a text has for people.
pub const WIDTH: usize = 80;
const WIDEST_NAME: usize = 34;
/// So many lines of the table are written by one thread at once.
const AT_ONCE: usize = 256;
/// Where the rules are that have nothing to say.
const OTHERS: &str = "bayplan check --all names every rule, also those that passed or were skipped\n";
const LIMIT_LINE: &str = " 250 MB is reached here ";

pub(super) fn render(report: &Report<'_>, telling: Telling) -> String {
    let mut text = head(report);
    match telling {
        Telling::Report => {
            text.push_str(&packages(report));
            text.push_str(&inside::text(report));
            text.push_str("\nBuckets\n");
            text.push_str(&buckets_text(report));
            text.push_str(&findings(report));
        }
        Telling::Check(fail_on) => {
            text.push_str(findings(report).trim_start());
            text.push_str(&undecided(report));
            text.push_str(&format!("\n{OTHERS}{}\n", verdict_line(report, fail_on)));
        }
        Telling::CheckAll(fail_on) => {
            text.push_str(&rules(report, |_| true));
            text.push_str(&findings(report));
            text.push_str(&format!("\n{}\n", verdict_line(report, fail_on)));
        }
    }
    text
}

fn head(report: &Report<'_>) -> String {
    let name = report.name();
    let line = format!("{name}    {}    {}", report.target, counts(report));
    format!("{line}\nFunction + layers  {}\nJudged: {}\n\n", joint(report), report.verdict.judged)
}

/// The last line of a check: `FAIL  6 passed, 1 failed, 1 warning, 2 skipped`.
pub fn verdict_line(report: &Report<'_>, fail_on: Severity) -> String {
    format!("{}  {}", conclusion(report.verdict.conclusion(fail_on)), tally(&report.verdict.rules))
}

fn packages(report: &Report<'_>) -> String {
    let rows = rows(report);
    let titles: Vec<String> = rows.iter().map(|row| row.package.title()).collect();
    let name_width = titles.iter().map(|title| title.width()).max().unwrap_or(0).clamp("Packages".len(), WIDEST_NAME);
    let columns = Columns { name: name_width, zipped: report.cargo.zipped().is_some() };
    let mut text = String::new();
    columns.line(&mut text, "Packages", ["unzipped", "of 250 MB", "retained"], "zipped", "in");
    let lines = rows.par_chunks(AT_ONCE).zip(titles.par_chunks(AT_ONCE));
    text.extend(lines.map(|(rows, titles)| columns.lines(rows, titles)).collect::<Vec<String>>());
    let total = report.budgets.everything();
    let zipped = zipped_words(rows.iter().filter_map(|row| row.zipped).reduce(std::ops::Add::add));
    let shown = Amount::exact(total).at_most(report.cargo.certainty);
    columns.line(&mut text, "total", [&shown.to_string(), &percent(total), ""], &zipped, "");
    text.push_str(&format!("{}{} bytes\n", shown.sign(), total.grouped()));
    text + &slimmed(report) + zipped_note(report)
}

/// The columns of the table of packages.
struct Columns {
    /// How wide that of the names is.
    name: usize,
    /// Whether there is one of zipped sizes.
    zipped: bool,
}

impl Columns {
    /// A line for each row, and where the limit is reached another.
    fn lines(&self, rows: &[Row<'_>], titles: &[String]) -> String {
        let mut text = String::new();
        for (row, title) in rows.iter().zip(titles) {
            let (Row { load, zipped, bucket, reaches_limit, .. }, retained) = (row, retained(row));
            let size = load.unzipped.to_string();
            let zipped = if self.zipped { zipped_words(*zipped) } else { String::new() };
            let sizes = [&*size, &percent(load.unzipped), &retained];
            self.line(&mut text, title, sizes, &zipped, &bucket.to_string());
            if *reaches_limit {
                text.push_str(&limit_line());
            }
        }
        text
    }

    /// Adds a line. A bundle may have thousands, so each is written where it will stand.
    fn line(&self, text: &mut String, name: &str, sizes: [&str; 3], zipped: &str, place: &str) {
        let start = text.len();
        let name = cut(name, self.name);
        text.push_str(&name);
        text.extend(std::iter::repeat_n(' ', self.name.saturating_sub(name.width())));
        let sizes = sizes.into_iter().zip([10; 3]).chain(self.zipped.then_some((zipped, 11)));
        for (size, width) in sizes {
            text.extend(std::iter::repeat_n(' ', width_left(size, width)));
            text.push_str(size);
        }
        text.push_str("  ");
        text.push_str(place);
        text.truncate(start + text[start..].trim_end().len());
        text.push('\n');
    }
}

fn width_left(text: &str, width: usize) -> usize {
    width.saturating_sub(text.chars().count())
}

fn limit_line() -> String {
    let rest = WIDTH - LIMIT_LINE.width();
    format!("{}{LIMIT_LINE}{}\n", "─".repeat(rest / 2), "─".repeat(rest - rest / 2))
}

fn slimmed(report: &Report<'_>) -> String {
    let away = slimmed_away(report);
    if away == Bytes::ZERO {
        return String::new();
    }
    let whole = report.bundle.total();
    format!("slimmed away: {} of {}{}\n", away.with_exact(), whole.sign(), whole.bytes.with_exact())
}

fn zipped_note(report: &Report<'_>) -> &'static str {
    match report.cargo.zipped() {
        None => "zipped sizes: not known\n",
        Some(Certainty::Estimate) => "zipped sizes: estimated by name and length; --zipped exact measures them\n",
        Some(Certainty::AtLeast) => "zipped sizes: some files could not be measured\n",
        Some(Certainty::Exact) => "",
    }
}

/// The buckets with what they hold, a line each.
pub fn buckets_text(report: &Report<'_>) -> String {
    let titles: Vec<String> =
        report.budgets.buckets.iter().map(|budget| bucket_title(report, &budget.bucket)).collect();
    let width = titles.iter().map(|title| title.width()).max().unwrap_or(0).min(WIDEST_NAME);
    let lines = report.budgets.buckets.iter().zip(&titles).map(|(budget, title)| {
        let size = match foreign(report, &budget.bucket) {
            Some(false) => "not known".to_owned(),
            _ => budget.unzipped.to_string(),
        };
        format!("{}{size:>12}  {}\n", padded(&cut(title, width), width), bucket_notes(report, budget))
    });
    lines.collect::<String>() + &format!("function + layers: {}\n", joint(report))
}

/// What could not be judged, and why: beside the findings the one thing that may stand in the way.
fn undecided(report: &Report<'_>) -> String {
    let lines = rules(report, RuleOutcome::is_undecided);
    if lines.is_empty() { lines } else { format!("\nNot judged\n{lines}") }
}

/// The rules that are wanted, a line each, with what became of them.
fn rules(report: &Report<'_>, is_wanted: impl Fn(&RuleOutcome) -> bool) -> String {
    let width = report.verdict.rules.iter().map(|rule| rule.id.len()).max().unwrap_or(0);
    let line = |rule: &RuleOutcome| {
        // Where a rule was not judged, the reason says more than what it would hold.
        let what = match &rule.outcome {
            Outcome::Found(_) => format!("not so: {}", rule.title),
            outcome => outcome_reason(outcome).unwrap_or(rule.title).to_owned(),
        };
        let what = wrapped(&what, WIDTH.saturating_sub(width + 13));
        let indent = format!("\n{}", " ".repeat(width + 13));
        format!("{:<9}  {:<width$}  {}\n", outcome_word(&rule.outcome), rule.id, what.join(&indent))
    };
    report.verdict.rules.iter().filter(|rule| is_wanted(rule)).map(line).collect()
}

fn findings(report: &Report<'_>) -> String {
    if report.verdict.findings.is_empty() {
        return "\nNo findings\n".to_owned();
    }
    report.verdict.findings.iter().fold("\nFindings\n".to_owned(), |text, it| text + &finding_text(it))
}

/// A finding with its cure, as a few lines.
pub fn finding_text(finding: &Finding) -> String {
    let message = wrapped(&format!("{} {}: {}", finding.severity, finding.id, finding.message), WIDTH - 2);
    let mut text = format!("{} {}\n", finding.severity.sign(), message.join("\n  "));
    if !finding.cure.is_empty() {
        text.push_str(&format!("  → {}\n", wrapped(&finding.cure, WIDTH - 4).join("\n    ")));
    }
    text
}
