//! How bad the findings of a rule are where the plan says so: `[check.rules]`. It is settled once, where the verdict is
//! made, so that screen, check, pack and reports agree.

use crate::model::finding::{Finding, Severity};
use crate::model::plan::Plan;

/// Why a rule was not judged that the plan switches off. It stands among the rules, so that nobody takes it for passed.
pub(super) const OFF: &str = "off in the plan ([check.rules])";

/// What a plan says of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Nothing: its findings are as bad as it says itself.
    ItsOwn,
    /// All that it finds is this bad.
    Set(Severity),
    /// It is not asked.
    Off,
}

impl Level {
    /// What the plan says of the rule with that id.
    pub(super) fn of(id: &str, plan: &Plan) -> Level {
        match plan.check.rules.get(id) {
            None => Level::ItsOwn,
            Some(Some(severity)) => Level::Set(*severity),
            Some(None) => Level::Off,
        }
    }

    /// Makes a finding as bad as the plan says.
    pub(super) fn settle(self, finding: &mut Finding) {
        if let Level::Set(severity) = self {
            finding.severity = severity;
        }
    }

    /// How bad what the rule finds may be.
    pub(super) fn at_most(self) -> Severity {
        match self {
            Level::ItsOwn => Severity::Error,
            Level::Set(severity) => severity,
            Level::Off => Severity::Note,
        }
    }
}
