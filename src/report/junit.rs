//! JUnit's XML, which nearly every pipeline can show: each rule is a test case.

use quick_junit::{NonSuccessKind, TestCase, TestCaseStatus, TestSuite};

use super::issue::place;
use super::{Report, Telling};
use crate::model::escape::visible;
use crate::model::finding::{Finding, Outcome, RuleOutcome, Severity};
use crate::model::place::Place;

/// A rule that failed is a failure, one that could not be judged an error, one that does not apply is skipped; what is
/// found and fails nothing stands in the case's output.
pub(super) fn render(report: &Report<'_>, telling: Telling) -> String {
    let fail_on = telling.fail_on().unwrap_or(Severity::Error);
    let mut suite = TestSuite::new(visible(&report.name()));
    suite.add_test_cases(report.verdict.rules.iter().map(|rule| case(report, rule, fail_on)));
    let mut suites = quick_junit::Report::new("bayplan");
    suites.add_test_suite(suite);
    suites.to_string().expect("texts without control characters are always XML") + "\n"
}

fn case(report: &Report<'_>, rule: &RuleOutcome, fail_on: Severity) -> TestCase {
    let all = report.verdict.findings.iter().enumerate();
    let found: Vec<(usize, &Finding)> = all.filter(|(_, finding)| finding.id == rule.id).collect();
    let told: String = found.iter().map(|(index, finding)| lines(finding, &place(report, *index))).collect();
    let fails = found.iter().map(|(_, finding)| *finding).find(|finding| finding.severity >= fail_on);
    let mut case = TestCase::new(format!("{}: {}", rule.id, rule.title), status(rule, fails, &told));
    let family = rule.id.split('.').next().unwrap_or(rule.id);
    case.set_classname(format!("bayplan.{family}"));
    if let Some((first, _)) = found.first() {
        let place = place(report, *first);
        case.extra.insert("file".into(), (*visible(&place.path)).into());
        case.extra.insert("line".into(), (*place.line.to_string()).into());
    }
    if fails.is_none() && !told.is_empty() {
        case.set_system_out(told);
    }
    case
}

fn status(rule: &RuleOutcome, fails: Option<&Finding>, told: &str) -> TestCaseStatus {
    let bad = |kind, message: &str, word: String| {
        let mut status = TestCaseStatus::non_success(kind);
        status.set_message(visible(message)).set_type(word);
        status
    };
    match (fails, &rule.outcome) {
        (Some(finding), _) => {
            let mut status = bad(NonSuccessKind::Failure, &finding.message, finding.severity.to_string());
            status.set_description(told);
            status
        }
        (None, Outcome::Undecided(why)) => bad(NonSuccessKind::Error, why, "undecided".to_owned()),
        (None, Outcome::Skipped(why)) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(visible(why));
            status
        }
        (None, Outcome::Passed | Outcome::Found(_)) => TestCaseStatus::success(),
    }
}

/// `bayplan.toml:3: error: …` and the cure below it.
fn lines(finding: &Finding, place: &Place) -> String {
    let cure = if finding.cure.is_empty() { String::new() } else { format!("  → {}\n", visible(&finding.cure)) };
    format!("{}:{}: {}: {}\n{cure}", visible(&place.path), place.line, finding.severity, visible(&finding.message))
}
