//! Markdown for the summaries and comments of pipelines.

use super::rows::{retained, rows, zipped_words};
use super::words::{
    bucket_notes, bucket_title, conclusion, counts, foreign, joint, outcome_reason, outcome_word, percent, tally,
};
use super::{Report, Telling, inside};
use crate::model::finding::Finding;

pub(super) fn render(report: &Report<'_>, telling: Telling) -> String {
    let mut text = head(report, telling);
    text.push_str(&findings(report));
    match telling {
        Telling::Report => text.push_str(&packages(report)),
        Telling::Check(_) => text.push_str(&rules(report)),
    }
    text.push_str(&buckets(report));
    if telling == Telling::Report {
        text.push_str(&inside::markdown(report));
    }
    text
}

fn head(report: &Report<'_>, telling: Telling) -> String {
    let title = match telling {
        Telling::Report => escaped(&report.name()),
        Telling::Check(fail_on) => {
            let conclusion = conclusion(report.verdict.conclusion(fail_on));
            format!("{conclusion}: {}", escaped(&report.name()))
        }
    };
    let mut text = format!("## {title}\n\n**Function + layers: {}**\n\n", joint(report));
    text.push_str(&format!("{} · {} · judged: {}\n", report.target, counts(report), report.verdict.judged));
    if matches!(telling, Telling::Check(_)) {
        text.push_str(&format!("\n{}\n", tally(&report.verdict.rules)));
    }
    text
}

fn packages(report: &Report<'_>) -> String {
    let mut text =
        "\n| package | unzipped | of 250 MB | retained | zipped | in |\n|---|---:|---:|---:|---:|---|\n".to_owned();
    for row in rows(report) {
        let zipped = zipped_words(row.zipped);
        let (name, size) = (escaped(&row.package.title()), row.load.unzipped);
        let retained = retained(&row);
        text.push_str(&format!("| {name} | {size} | {} | {retained} | {zipped} | {} |\n", percent(size), row.bucket));
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
    format!("\n<details><summary>All rules</summary>\n\n| | rule | |\n|---|---|---|\n{lines}\n</details>\n")
}

fn buckets(report: &Report<'_>) -> String {
    let line = |budget: &crate::model::budget::Budget| {
        let size = match foreign(report, &budget.bucket) {
            Some(false) => "not known".to_owned(),
            _ => budget.unzipped.to_string(),
        };
        let title = escaped(&bucket_title(report, &budget.bucket));
        format!("| {title} | {size} | {} |\n", bucket_notes(report, budget))
    };
    let lines: String = report.budgets.buckets.iter().map(line).collect();
    format!("\n| bucket | unzipped | |\n|---|---:|---|\n{lines}")
}

fn findings(report: &Report<'_>) -> String {
    if report.verdict.findings.is_empty() {
        return "\nNo findings.\n".to_owned();
    }
    report.verdict.findings.iter().fold("\n".to_owned(), |text, it| text + &finding(it))
}

fn finding(finding: &Finding) -> String {
    let (sign, severity, id) = (finding.severity.sign(), finding.severity, finding.id);
    let cure = if finding.cure.is_empty() { String::new() } else { format!("  \n  → {}", escaped(&finding.cure)) };
    format!("- {sign} **{severity}** `{id}`: {}{cure}\n", escaped(&finding.message))
}

/// Text in which Markdown finds nothing to act on: no emphasis, link, table cell, HTML or mention of a person.
pub(super) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '|' | '~' | '#' | '!' => {
                safe.push('\\');
                safe.push(letter);
            }
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            _ => safe.push(letter),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_name_acts() {
        assert_eq!(escaped("a|b_c<i>@you"), "a\\|b\\_c\\<i>&#64;you");
    }
}
