//! Code Quality as GitLab shows it in merge requests: what is new against the target branch, told apart by fingerprints
//! that stay the same while numbers and lines move.

use std::collections::BTreeMap;

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::issue::{Issue, issues};
use super::{Report, Telling};
use crate::model::bucket::Bucket;
use crate::model::digest::Sha256Digest;
use crate::model::finding::Severity;

#[derive(Serialize)]
struct Entry<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

/// A list of all issues, for report and check alike.
pub(super) fn render(report: &Report<'_>, _: Telling) -> String {
    let issues = issues(report);
    let mut seen = BTreeMap::new();
    let entries: Vec<Entry<'_>> = issues.iter().map(|issue| entry(issue, &mut seen)).collect();
    serde_json::to_string_pretty(&entries).expect("numbers and texts are always JSON") + "\n"
}

fn entry<'a>(issue: &'a Issue<'_>, seen: &mut BTreeMap<String, u32>) -> Entry<'a> {
    let subject = subject(issue);
    let nth = seen.entry(subject.clone()).and_modify(|count| *count += 1).or_insert(0);
    Entry {
        description: issue.sentence(),
        check_name: issue.id,
        fingerprint: Sha256Digest(Sha256::digest(format!("{subject}{nth}")).into()).to_string(),
        severity: match issue.severity {
            Severity::Error => "critical",
            Severity::Warning => "minor",
            Severity::Note => "info",
        },
        location: Location { path: &issue.place.path, lines: Lines { begin: issue.place.line } },
    }
}

/// What an issue is about, whatever its numbers are today: rule, packages, buckets. Ended by line breaks, which none of
/// them holds.
fn subject(issue: &Issue<'_>) -> String {
    let packages = issue.packages.iter().map(|key| key.as_str());
    let buckets = issue.buckets.iter().map(Bucket::name);
    [issue.id].into_iter().chain(packages).chain(buckets).map(|part| format!("{part}\n")).collect()
}
