//! What is wrong, or that nothing is, and the one key that leads on: the sentence that a new user reads first.

use super::message::Action;
use super::workspace::Workspace;
use crate::model::bytes::Bytes;
use crate::model::finding::Severity;
use crate::model::limits::LIMITS;

/// Where things stand, and what to press next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextStep {
    /// How bad it is; `None`: nothing is wrong.
    pub severity: Option<Severity>,
    /// Where things stand, without a full stop.
    pub stands: String,
    /// What to press.
    pub key: Action,
    /// What that does: `finds a plan that fits`.
    pub does: &'static str,
}

impl Workspace {
    /// Where things stand, and what to press next.
    pub fn next_step(&self) -> NextStep {
        self.about_sources()
            .or_else(|| self.about_an_empty_bundle())
            .or_else(|| self.about_the_limit())
            .or_else(|| self.about_an_error())
            .unwrap_or_else(|| self.about_a_plan_that_fits())
    }

    /// Sources weigh nothing that counts.
    fn about_sources(&self) -> Option<NextStep> {
        self.background().unbuilt.as_ref()?;
        let stands = "these are sources, not a build: nothing is installed here".to_owned();
        Some(NextStep {
            severity: Some(Severity::Error),
            stands,
            key: Action::Findings,
            does: "says how to build them",
        })
    }

    /// Where nothing is, nothing fits.
    fn about_an_empty_bundle(&self) -> Option<NextStep> {
        self.bundle.packages().is_empty().then(|| NextStep {
            severity: Some(Severity::Warning),
            stands: "this bundle holds no files".to_owned(),
            key: Action::Rescan,
            does: "looks again",
        })
    }

    fn about_the_limit(&self) -> Option<NextStep> {
        let joint = self.assessment.budgets.joint().bytes;
        if !LIMITS.unzipped.is_reached_by(joint) {
            return None;
        }
        let excess = LIMITS.unzipped.excess(joint) + Bytes(1);
        let excess = if excess.0 < 1024 * 1024 {
            format!("{} bytes", excess.grouped())
        } else {
            LIMITS.unzipped.excess(joint).to_string()
        };
        let stands = format!("{excess} too much for function + layers");
        Some(NextStep { severity: Some(Severity::Error), stands, key: Action::Fit, does: "finds a plan that fits" })
    }

    fn about_an_error(&self) -> Option<NextStep> {
        let worst = self.assessment.verdict.worst().filter(|worst| worst.severity == Severity::Error)?;
        let stands = worst.message.split(';').next().unwrap_or_default().to_owned();
        Some(NextStep { severity: Some(Severity::Error), stands, key: Action::Findings, does: "shows the cure" })
    }

    fn about_a_plan_that_fits(&self) -> NextStep {
        let free = LIMITS.unzipped.bytes.less(self.assessment.budgets.joint().bytes + Bytes(1));
        let warnings = self.assessment.verdict.findings.iter().filter(|it| it.severity == Severity::Warning).count();
        let severity = (warnings > 0).then_some(Severity::Warning);
        let but = match warnings {
            0 => String::new(),
            1 => ", with a warning".to_owned(),
            more => format!(", with {more} warnings"),
        };
        let stands = format!("it fits, {free} free{but}");
        let (key, does) = match (self.is_dirty(), warnings) {
            (true, _) => (Action::Save, "saves the plan"),
            (false, 1..) => (Action::Findings, "shows the cures"),
            (false, 0) => (Action::Pack, "packs it"),
        };
        NextStep { severity, stands, key, does }
    }
}
