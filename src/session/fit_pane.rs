//! A proposal on the screen: steps that are taken or not, and what those that are taken would come to.

use crate::model::budget::Budgets;
use crate::model::bytes::Amount;
use crate::model::edit::Edit;
use crate::model::plan::Plan;
use crate::model::proposal::{Advice, Proposal};

/// Which words stand below the steps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Telling {
    /// A line for each step.
    #[default]
    Steps,
    /// Each step with its reason.
    Reasons,
}

/// What fit said, on the screen.
#[derive(Clone, Debug)]
pub struct FitPane {
    /// What it said.
    pub advice: Advice,
    /// The step under the cursor.
    pub cursor: usize,
    /// Which steps would be taken.
    pub taken: Vec<bool>,
    /// Function and layers with those.
    pub after: Amount,
    /// All budgets with those, once they are weighed.
    pub budgets: Option<Budgets>,
    /// Whether reasons are shown.
    pub telling: Telling,
    /// Rows scrolled past by hand; none: as far as it takes to see the cursor.
    pub scroll: usize,
}

impl FitPane {
    /// All steps are taken at first.
    pub fn new(advice: Advice) -> FitPane {
        let (taken, after) = match &advice {
            Advice::Fits(proposal) => (vec![true; proposal.steps.len()], proposal.after),
            Advice::Nothing(_) => (Vec::new(), Amount::default()),
        };
        FitPane { advice, cursor: 0, taken, after, budgets: None, telling: Telling::default(), scroll: 0 }
    }

    /// What is proposed, if anything fits.
    pub fn proposal(&self) -> Option<&Proposal> {
        match &self.advice {
            Advice::Fits(proposal) => Some(proposal),
            Advice::Nothing(_) => None,
        }
    }

    /// The edit that takes what is to be taken; `None`: nothing is.
    pub fn edit(&self, plan: &Plan) -> Option<Edit> {
        let proposal = self.proposal().filter(|_| self.taken.contains(&true))?;
        Some(proposal.edit(plan, &self.taken))
    }

    /// The cursor some steps on, where it is seen.
    pub(super) fn step(&mut self, by: isize) {
        self.scroll = 0;
        self.cursor = self.cursor.saturating_add_signed(by).min(self.taken.len().saturating_sub(1));
    }

    /// The step under the cursor is taken, or is not any more.
    pub(super) fn turn(&mut self) {
        if let Some(taken) = self.taken.get_mut(self.cursor) {
            *taken = !*taken;
        }
    }
}
