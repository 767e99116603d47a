//! What a pipeline's host is told of, one thing at a time, each with its place: the findings, and the rules that could
//! not be judged, since an undecided check is no green one.

use std::borrow::Cow;

use super::Report;
use crate::model::bucket::Bucket;
use crate::model::escape::visible;
use crate::model::finding::{Finding, Outcome, RuleOutcome, Severity};
use crate::model::package::PackageKey;
use crate::model::place::Place;

/// One thing to be told.
pub(super) struct Issue<'a> {
    /// The rule's id.
    pub id: &'a str,
    pub severity: Severity,
    /// What is wrong, in one line that is fit to print.
    pub message: String,
    /// What helps, likewise; empty where nothing is to be said.
    pub cure: String,
    pub packages: &'a [PackageKey],
    pub buckets: &'a [Bucket],
    pub place: Cow<'a, Place>,
}

/// Everything to be told, worst first, what could not be judged last.
pub(super) fn issues<'a>(report: &Report<'a>) -> Vec<Issue<'a>> {
    let findings = report.verdict.findings.iter().enumerate();
    let found = findings.map(|(index, finding)| found(finding, place(report, index)));
    let undecided = report.verdict.rules.iter().filter_map(|rule| undecided(report, rule));
    found.chain(undecided).collect()
}

fn found<'a>(finding: &'a Finding, place: Cow<'a, Place>) -> Issue<'a> {
    Issue {
        id: finding.id,
        severity: finding.severity,
        message: visible(&finding.message),
        cure: visible(&finding.cure),
        packages: &finding.packages,
        buckets: &finding.buckets,
        place,
    }
}

fn undecided<'a>(report: &Report<'a>, rule: &'a RuleOutcome) -> Option<Issue<'a>> {
    let Outcome::Undecided(why) = &rule.outcome else { return None };
    Some(Issue {
        id: rule.id,
        severity: Severity::Warning,
        message: visible(&format!("could not be judged whether {}: {why}", rule.title)),
        cure: String::new(),
        packages: &[],
        buckets: &[],
        place: whole(report),
    })
}

/// Where the finding of that index is to be mended.
pub(super) fn place<'a>(report: &Report<'a>, index: usize) -> Cow<'a, Place> {
    let known = report.places.and_then(|places| places.findings.get(index));
    known.map_or_else(|| whole(report), Cow::Borrowed)
}

fn whole<'a>(report: &Report<'a>) -> Cow<'a, Place> {
    report.places.map_or_else(|| Cow::Owned(Place::top(report.name())), |places| Cow::Borrowed(&places.whole))
}

impl Issue<'_> {
    /// What is wrong and what helps, in one line.
    pub fn sentence(&self) -> String {
        if self.cure.is_empty() { self.message.clone() } else { format!("{} → {}", self.message, self.cure) }
    }
}
