//! What letting go would change about the verdict.
//!
//! Judging a plan may take longer than a frame, so a hover only asks for it. An [`Outlook`] owns all that the judging
//! takes: it can be judged elsewhere, and what it says comes back as a message.

use std::sync::Arc;

use super::assessment::{Background, judge};
use super::message::Message;
use super::preview::Preview;
use super::workspace::Workspace;
use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::finding::{Finding, Verdict};
use crate::model::plan::Plan;
use crate::model::target::Target;

/// The findings that letting go would add to the verdict or take from it, worst first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Foresight {
    /// What would be wrong that is not wrong now.
    pub raised: Vec<Finding>,
    /// What is wrong now and would be no longer.
    pub cleared: Vec<Finding>,
}

impl Foresight {
    /// What tells one verdict from another. A finding whose numbers alone have changed is the same finding.
    pub fn between(before: &Verdict, after: &Verdict) -> Foresight {
        Foresight {
            raised: without(&after.findings, &before.findings),
            cleared: without(&before.findings, &after.findings),
        }
    }
}

fn without(these: &[Finding], those: &[Finding]) -> Vec<Finding> {
    let is_new = |finding: &&Finding| !those.iter().any(|other| is_same(finding, other));
    these.iter().filter(is_new).cloned().collect()
}

fn is_same(a: &Finding, b: &Finding) -> bool {
    (a.id, a.severity) == (b.id, b.severity) && (a.packages == b.packages || words(a).eq(words(b)))
}

/// What a finding says, apart from its numbers.
fn words(finding: &Finding) -> impl Iterator<Item = char> {
    let is_number = |letter: &char| letter.is_ascii_digit() || matches!(letter, '.' | ' ' | ',');
    finding.message.chars().filter(move |letter| !is_number(letter))
}

/// A drop that has not happened, with all that it takes to judge it.
#[derive(Clone, Debug)]
pub struct Outlook {
    bundle: Arc<Bundle>,
    cargo: Cargo,
    budgets: Budgets,
    plan: Plan,
    target: Target,
    background: Background,
}

impl Outlook {
    /// What would follow from letting go now; `None`: nothing would move.
    pub fn of(workspace: &Workspace) -> Option<Outlook> {
        let Some(Preview::Moves(landing)) = &workspace.drag.as_ref()?.preview else { return None };
        let judged = workspace.judged(&landing.plan);
        Some(Outlook {
            bundle: workspace.bundle.clone(),
            cargo: workspace.assessment.cargo.clone(),
            budgets: landing.budgets.clone(),
            plan: landing.plan.clone(),
            target: workspace.target.clone(),
            background: Background { judged, ..workspace.background().clone() },
        })
    }

    /// The verdict on it, as a message.
    pub fn judge(self) -> Message {
        let Outlook { bundle, cargo, budgets, plan, target, background } = self;
        let verdict = judge(&bundle, &cargo, &budgets, &plan, &target, &background);
        Message::Foreseen { plan: Box::new(plan), verdict: Box::new(verdict) }
    }
}
