//! Asking fit about what is open, on whatever thread has the time.

use std::sync::Arc;

use super::load::Loaded;
use crate::fit::{self, Request, Wishes};
use crate::model::bundle::Bundle;
use crate::model::graph::Graph;
use crate::model::plan::Plan;
use crate::model::proposal::Advice;
use crate::model::target::Target;
use crate::session::{Background, Workspace};

/// Everything that fit is asked about, so that the question can go to another thread while the screen goes on.
#[derive(Clone, Debug)]
pub struct Question {
    bundle: Arc<Bundle>,
    /// The plan that a proposal starts from.
    pub plan: Plan,
    target: Target,
    graph: Arc<Graph>,
    background: Background,
}

impl Question {
    /// What is loaded.
    pub fn of_loaded(loaded: &Loaded) -> Question {
        Question {
            bundle: loaded.bundle.clone(),
            plan: loaded.plan.clone(),
            target: loaded.target.clone(),
            graph: loaded.graph.clone(),
            background: loaded.background.clone(),
        }
    }

    /// What is on the screen.
    pub fn of_workspace(workspace: &Workspace) -> Question {
        Question {
            bundle: workspace.bundle.clone(),
            plan: workspace.plan().clone(),
            target: workspace.target.clone(),
            graph: workspace.graph.clone(),
            background: workspace.background().clone(),
        }
    }
}

/// The best plan, or what stands in the way of any.
pub fn advise(question: &Question, wishes: &Wishes) -> Advice {
    let Question { bundle, plan, target, graph, background } = question;
    fit::advise(&Request {
        bundle,
        plan,
        target,
        graph,
        zipped: &background.zipped,
        lock: background.lock.as_ref(),
        today: background.today.as_deref(),
        unbuilt: background.unbuilt.as_ref(),
        deployed: background.deployed.as_deref(),
        wishes,
    })
}
