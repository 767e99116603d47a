//! What one rule says, and the small words that all rules share.

use std::fmt::Display;

use crate::model::bundle::Bundle;
use crate::model::entry::EntryId;
use crate::model::escape::shortened;
use crate::model::finding::{Finding, Outcome, Severity};
use crate::model::package::Ecosystem;

/// What one rule found in a case.
#[derive(Clone, Debug, Default)]
pub(super) struct Ruling {
    /// What it found.
    pub findings: Vec<Finding>,
    /// Why it could not judge everything.
    pub undecided: Option<String>,
    /// Why it does not apply.
    pub skipped: Option<String>,
}

impl Ruling {
    /// Judged, nothing found.
    pub fn passed() -> Ruling {
        Ruling::default()
    }

    /// Does not apply here.
    pub fn skipped(why: impl Into<String>) -> Ruling {
        Ruling { skipped: Some(why.into()), ..Ruling::default() }
    }

    /// Applies, but could not be judged.
    pub fn undecided(why: impl Into<String>) -> Ruling {
        Ruling { undecided: Some(why.into()), ..Ruling::default() }
    }

    /// Judged, with this many findings.
    pub fn of(findings: impl IntoIterator<Item = Finding>) -> Ruling {
        Ruling { findings: findings.into_iter().collect(), ..Ruling::default() }
    }
}

impl From<Finding> for Ruling {
    fn from(finding: Finding) -> Ruling {
        Ruling::of([finding])
    }
}

/// What becomes of a rule. A proven error wins over doubt, doubt over everything else that was found.
pub(super) fn outcome(findings: &[Finding], undecided: Option<String>, skipped: Option<String>) -> Outcome {
    let worst = findings.iter().map(|finding| finding.severity).max();
    match (worst, undecided, skipped) {
        (Some(Severity::Error), _, _) => Outcome::Found(Severity::Error),
        (_, Some(why), _) => Outcome::Undecided(why),
        (Some(severity), None, _) => Outcome::Found(severity),
        (None, None, Some(why)) => Outcome::Skipped(why),
        (None, None, None) => Outcome::Passed,
    }
}

/// A finding of any severity. Its id is put in by whoever runs the rules.
pub(super) fn finding(severity: Severity, message: impl Into<String>, cure: impl Into<String>) -> Finding {
    Finding {
        id: "",
        severity,
        message: message.into(),
        cure: cure.into(),
        packages: Vec::new(),
        buckets: Vec::new(),
        bytes: None,
        source: String::new(),
    }
}

pub(super) fn error(message: impl Into<String>, cure: impl Into<String>) -> Finding {
    finding(Severity::Error, message, cure)
}

pub(super) fn warning(message: impl Into<String>, cure: impl Into<String>) -> Finding {
    finding(Severity::Warning, message, cure)
}

pub(super) fn note(message: impl Into<String>, cure: impl Into<String>) -> Finding {
    finding(Severity::Note, message, cure)
}

/// How many names a sentence holds before it says how many more there are.
const MOST_NAMES: usize = 4;

/// `numpy`, `numpy and scipy`, `a, b, c, d and 7 more`.
pub(super) fn named<T: Display>(names: &[T]) -> String {
    let shown: Vec<String> = names.iter().take(MOST_NAMES).map(|name| shortened(&name.to_string())).collect();
    match (names.len().saturating_sub(MOST_NAMES), shown.split_last()) {
        (0, None) => String::new(),
        (0, Some((last, []))) => last.clone(),
        (0, Some((last, rest))) => format!("{} and {last}", rest.join(", ")),
        (more, _) => format!("{} and {more} more", shown.join(", ")),
    }
}

/// `1 link`, `2 links`.
pub(super) fn counted(count: usize, thing: &str) -> String {
    crate::model::bytes::counted(count as u64, thing)
}

/// A runtime for a cure to name, of the language that the bundle is written in as far as that is known.
pub(super) fn example_runtime(bundle: &Bundle) -> &'static str {
    match bundle.main_ecosystem() {
        Some(Ecosystem::Node) => "nodejs22.x",
        Some(Ecosystem::Ruby) => "ruby3.4",
        Some(Ecosystem::Java) => "java21",
        None if bundle.listing.child(EntryId::ROOT, b"bootstrap").is_some() => "provided.al2023",
        _ => "python3.13",
    }
}

/// `is` for one, `are` for more.
pub(super) fn is_or_are(count: usize) -> &'static str {
    if count == 1 { "is" } else { "are" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_a_few_and_counts_the_rest() {
        assert_eq!(named(&["a"]), "a");
        assert_eq!(named(&["a", "b"]), "a and b");
        assert_eq!(named(&["a", "b", "c", "d", "e", "f"]), "a, b, c, d and 2 more");
        assert_eq!(named::<&str>(&[]), "");
        assert!(named(&["x".repeat(4_000), "y".repeat(4_000)]).chars().count() < 330, "a name is no sentence");
    }

    #[test]
    fn a_proven_error_wins_over_doubt_and_doubt_over_a_warning() {
        let doubt = || Some("not read".to_owned());
        assert_eq!(outcome(&[error("a", "b")], doubt(), None), Outcome::Found(Severity::Error));
        assert_eq!(outcome(&[warning("a", "b")], doubt(), None), Outcome::Undecided("not read".to_owned()));
        assert_eq!(outcome(&[], None, None), Outcome::Passed);
    }
}
