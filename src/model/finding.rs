//! One thing that AWS would refuse, that the runtime would fail on, or that the user would regret; and the verdict
//! that all findings make together.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bucket::Bucket;
use super::bytes::Bytes;
use super::package::PackageKey;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// The user may regret it.
    Warning,
    /// AWS refuses it, or it fails there.
    Error,
}

impl Severity {
    /// The sign that stands beside every colour.
    pub fn sign(self) -> char {
        match self {
            Severity::Note => '·',
            Severity::Warning => '!',
            Severity::Error => '✗',
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        })
    }
}

/// One thing found, worded once for screen, check and reports.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The rule's id, which stays stable: `size.joint`.
    pub id: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One sentence without a full stop: what is wrong, with the numbers.
    pub message: String,
    /// One sentence without a full stop: what to do about it.
    pub cure: String,
    /// The packages concerned.
    pub packages: Vec<PackageKey>,
    /// The buckets concerned.
    pub buckets: Vec<Bucket>,
    /// The bytes concerned: what is too much, or what it costs.
    pub bytes: Option<Bytes>,
    /// Who states the fact that it rests on; empty where it rests on the bundle alone.
    pub source: String,
}

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Judged, nothing found.
    Passed,
    /// Judged, and it found something; the worst severity.
    Found(Severity),
    /// Does not apply here, and why.
    Skipped(String),
    /// Applies, but could not be judged, and why: neither passed nor failed.
    Undecided(String),
}

/// A rule and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleOutcome {
    /// The rule's id.
    pub id: &'static str,
    /// What it holds, as a phrase: `function + layers are below 250 MB unzipped`.
    pub title: &'static str,
    /// What became of it.
    pub outcome: Outcome,
    /// How bad what it finds may be: as bad as can be, unless the plan says less of it.
    pub at_most: Severity,
}

impl RuleOutcome {
    /// Whether it applies and could not be judged.
    pub fn is_undecided(&self) -> bool {
        matches!(self.outcome, Outcome::Undecided(_))
    }
}

/// What was judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// A zip as it is: what would be uploaded.
    Zip,
    /// A plan over a bundle that is still to be packed.
    Plan,
    /// Artifacts that were packed from a plan over a bundle.
    Artifacts,
    /// A bundle without a plan, all of it in the function, still to be packed.
    Bundle,
}

impl fmt::Display for Judged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Judged::Zip => "the zip as it is",
            Judged::Plan => "the plan over a bundle that is still to be packed",
            Judged::Artifacts => "the artifacts as they were packed",
            Judged::Bundle => "the whole bundle as one function, still to be packed",
        })
    }
}

/// All findings and what became of every rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// What was judged.
    pub judged: Judged,
    /// Worst first.
    pub findings: Vec<Finding>,
    /// In the order in which they are shown.
    pub rules: Vec<RuleOutcome>,
}

/// What a verdict comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// Every rule that could fail was judged and none did.
    Passed,
    /// Something is wrong for certain.
    Failed,
    /// Nothing is known to be wrong, but not everything could be judged.
    Undecided,
}

impl Verdict {
    /// What it comes to, counting findings from `fail_on` upwards as failures. A proven failure wins over doubt, and a
    /// doubt counts where a failure would.
    pub fn conclusion(&self, fail_on: Severity) -> Conclusion {
        if self.findings.iter().any(|finding| finding.severity >= fail_on) {
            Conclusion::Failed
        } else if self.rules.iter().any(|rule| rule.at_most >= fail_on && rule.is_undecided()) {
            Conclusion::Undecided
        } else {
            Conclusion::Passed
        }
    }

    /// The worst finding, which stands in the one line that the screen has for it.
    pub fn worst(&self) -> Option<&Finding> {
        self.findings.first()
    }
}
