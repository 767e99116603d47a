//! Rows that take longer than a frame, made elsewhere.
//!
//! A folder may hold a million files. Rows are begun at once; where there are too many, the session asks for them, goes
//! on with those that it has, and takes the others in when they come. An [`Arranging`] owns all that making them takes.

use std::sync::Arc;

use super::message::Message;
use super::tree::{Effort, Folders, RowId, RowList, Tree, Weighing};
use super::workspace::Workspace;
use crate::model::bundle::Bundle;
use crate::model::bytes::Amount;
use crate::model::cargo::Cargo;
use crate::model::graph::Graph;
use crate::model::plan::Plan;
use crate::model::slim::Slim;
use crate::model::watch::Watch;
use crate::model::zipped::ZippedSizes;

/// Counts the wishes for rows, so that what was made for an earlier one is not shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wish(u64);

impl Wish {
    /// The one after it.
    pub(super) fn next(self) -> Wish {
        Wish(self.0 + 1)
    }
}

/// Rows that are to be made, with all that it takes to make them.
#[derive(Clone, Debug)]
pub struct Arranging {
    wish: Wish,
    tree: Tree,
    goal: Option<RowId>,
    bundle: Arc<Bundle>,
    cargo: Cargo,
    zipped: Arc<ZippedSizes>,
    plan: Plan,
    graph: Arc<Graph>,
    slim: Slim,
    weights: Vec<Amount>,
    folders: Option<Arc<Folders>>,
}

/// Rows that were made.
#[derive(Clone, Debug)]
pub struct Arranged {
    /// Which wish it answers.
    pub(super) wish: Wish,
    /// The rows.
    pub(super) rows: RowList,
    /// The row of what the cursor was to be on.
    pub(super) goal: Option<(usize, RowId)>,
}

impl Arranging {
    /// The rows that the workspace waits for.
    pub fn of(workspace: &Workspace) -> Arranging {
        Arranging {
            wish: workspace.wish(),
            tree: workspace.tree.without_rows(),
            goal: workspace.tree.goal(&workspace.bundle),
            bundle: workspace.bundle.clone(),
            cargo: workspace.assessment.cargo.clone(),
            zipped: workspace.background().zipped.clone(),
            plan: workspace.plan().clone(),
            graph: workspace.graph.clone(),
            slim: workspace.slimmed().clone(),
            weights: workspace.weights(),
            folders: workspace.folders().cloned(),
        }
    }

    /// Makes them, as a message; `None`: they are no longer wanted.
    pub fn arrange(self, watch: &dyn Watch) -> Option<Message> {
        let weighing = Weighing {
            bundle: &self.bundle,
            cargo: &self.cargo,
            zipped: &self.zipped,
            plan: &self.plan,
            graph: &self.graph,
            slim: &self.slim,
            weights: &self.weights,
            folders: self.folders.as_deref(),
        };
        let rows = self.tree.make_rows(&weighing, &Effort::while_wanted(watch))?;
        let goal = self.goal.and_then(|id| Some((rows.position(&id.kind(&self.bundle)?)?, id)));
        Some(Message::Arranged(Box::new(Arranged { wish: self.wish, rows, goal })))
    }
}
