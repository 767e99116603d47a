//! The demo's five hints: the story in five steps. One shows at a time, and goes when it has been done, however that was
//! done.

use super::drag::Destination;
use super::key_names::KeyNames;
use super::message::Action;
use super::workspace::Workspace;
use crate::model::bucket::Bucket;
use crate::model::limits::LIMITS;
use crate::model::listing::Source;

/// One step of the story.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Move,
    Layer,
    Undo,
    Fit,
    Save,
}

const STEPS: [Step; 5] = [Step::Move, Step::Layer, Step::Undo, Step::Fit, Step::Save];

impl Step {
    fn words(self, keys: &KeyNames) -> String {
        let key = |action| keys.of(action);
        match self {
            Step::Move => {
                format!("drag scipy onto EFS, or {} and {}: see the meter", key(Action::Move), key(Action::Accept))
            }
            Step::Layer => "drag numpy onto + new layer: it frees nothing".to_owned(),
            Step::Undo => format!("press {}: it takes the last move back", key(Action::Undo)),
            Step::Fit => {
                format!("press {}, then {}: a plan that fits, without EFS", key(Action::Fit), key(Action::Accept))
            }
            Step::Save => format!("press {}: it saves the plan, for CI to hold", key(Action::Save)),
        }
    }

    /// Whether the workspace shows that it has been done.
    fn is_done(self, workspace: &Workspace) -> bool {
        let plan = workspace.plan();
        match self {
            Step::Move => !plan.placements().is_empty(),
            Step::Layer => {
                let filled = |it: &super::bucket_pane::Shelf| {
                    matches!(it.destination, Destination::Bucket(Bucket::Layer(_))) && !it.packages.is_empty()
                };
                workspace.buckets.shelves.iter().any(filled)
            }
            Step::Undo => workspace.can_redo(),
            Step::Fit => {
                let helps = !plan.slim().is_empty() || workspace.leaves_out_any();
                helps && !LIMITS.unzipped.is_reached_by(workspace.assessment.budgets.joint().bytes)
            }
            Step::Save => workspace.is_saved_anew(),
        }
    }
}

/// Which steps have been done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    done: [bool; STEPS.len()],
}

/// The hint that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// Its number, counted from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// What to do.
    pub words: String,
}

impl Hints {
    /// For the demo, unless somebody has worked on it before.
    pub(super) fn for_newcomers(workspace: &Workspace) -> Option<Hints> {
        let is_demo = workspace.bundle.listing.source == Source::Demo;
        let is_fresh = workspace.plan().placements().is_empty() && workspace.background().lock.is_none();
        (is_demo && is_fresh).then(Hints::default)
    }

    /// Takes note of what has been done. What was done once stays done.
    pub(super) fn look(&mut self, workspace: &Workspace) {
        for (done, step) in self.done.iter_mut().zip(STEPS) {
            *done = *done || step.is_done(workspace);
        }
    }

    /// The first that is still to be done.
    pub fn current(&self, keys: &KeyNames) -> Option<Hint> {
        let place = self.done.iter().position(|done| !done)?;
        Some(Hint { number: place + 1, of: STEPS.len(), words: STEPS[place].words(keys) })
    }
}
