//! What both panes show of the workspace: sizes, and how far they are scrolled.

use super::super::tree::{Scope, View};
use super::Workspace;
use crate::model::bytes::{Amount, Bytes};
use crate::model::graph::Sizes;

impl Workspace {
    /// The three sizes of each package, as the plan's slimming leaves them.
    pub fn sizes(&self) -> Vec<Sizes> {
        self.graph.sizes(&self.own_sizes())
    }

    fn own_sizes(&self) -> Vec<Bytes> {
        self.bundle.indexed().map(|(index, _)| self.assessment.cargo.load(index).unzipped).collect()
    }

    /// The sizes that the tree shows; those that take work only where they are asked for.
    pub(in crate::session) fn weights(&self) -> Vec<Amount> {
        let scope = if self.tree.view == View::Why { Scope::Retained } else { self.tree.scope };
        match scope {
            Scope::Own => self.own_sizes().into_iter().map(Amount::exact).collect(),
            Scope::Retained => self.sizes().into_iter().map(|sizes| Amount::exact(sizes.retained)).collect(),
            Scope::WithNeeds => self.sizes().into_iter().map(|sizes| sizes.with_needs).collect(),
        }
    }

    /// Scrolls both panes so that their cursors are seen.
    pub fn reveal(&mut self) {
        self.tree.deal_tiles(self.viewport.map);
        self.tree.reveal(self.viewport.tree);
        self.buckets.reveal(&self.viewport.buckets);
    }
}
