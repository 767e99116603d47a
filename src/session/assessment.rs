//! Everything that is computed from bundle and plan, kept together so that it cannot get out of step.

use std::sync::Arc;

use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::finding::{Judged, Verdict};
use crate::model::inspection::Inspection;
use crate::model::lock::Lock;
use crate::model::plan::Plan;
use crate::model::target::Target;
use crate::model::transition::State;
use crate::model::zipped::ZippedSizes;
use crate::verdict::{self, Case, Unbuilt};

/// What a verdict rests on besides bundle and plan; it stays while the plan changes.
#[derive(Clone, Debug)]
pub struct Background {
    /// What is judged.
    pub judged: Judged,
    /// What the plan was made from.
    pub lock: Option<Lock>,
    /// What is deployed so far; `None`: nobody said.
    pub deployed: Option<Arc<State>>,
    /// Today as `2026-11-23`; `None`: not known.
    pub today: Option<String>,
    /// Set where sources were opened instead of a build.
    pub unbuilt: Option<Unbuilt>,
    /// What is known of zipped sizes so far.
    pub zipped: Arc<ZippedSizes>,
    /// Packed artifacts that are judged instead of what is still to be packed.
    pub artifacts: Option<Arc<Inspection>>,
}

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
    pub fn new(bundle: &Bundle, plan: &Plan, target: &Target, background: &Background) -> Assessment {
        let cargo = Cargo::new(bundle, plan, &background.zipped);
        let mut budgets = Budgets::new(bundle, &cargo, plan);
        if let Some(artifacts) = &background.artifacts {
            artifacts.overlay(&mut budgets);
        }
        let verdict = judge(bundle, &cargo, &budgets, plan, target, background);
        Assessment { cargo, budgets, verdict }
    }
}

/// The one question that the session asks the verdict.
pub(super) fn judge(
    bundle: &Bundle,
    cargo: &Cargo,
    budgets: &Budgets,
    plan: &Plan,
    target: &Target,
    background: &Background,
) -> Verdict {
    verdict::judge(&Case {
        bundle,
        cargo,
        budgets,
        plan,
        target,
        judged: background.judged,
        lock: background.lock.as_ref(),
        deployed: background.deployed.as_deref(),
        today: background.today.as_deref(),
        unbuilt: background.unbuilt.as_ref(),
        artifacts: background.artifacts.as_deref(),
    })
}
