//! The demo's five hints: the story in five steps. One shows at a time, and goes when it has been done, however that was
//! done.

use super::drag::Destination;
use super::drag_line::Phrase;
use super::key_names::KeyNames;
use super::message::Action;
use super::workspace::Workspace;
use crate::model::bucket::Bucket;
use crate::model::limits::LIMITS;
use crate::model::listing::Source;
use crate::model::package::PackageKey;

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
    /// What to do, by mouse and by keys.
    fn words(self, keys: &KeyNames, workspace: &Workspace) -> Phrase {
        let key = |action| keys.of(action);
        match self {
            Step::Move => {
                let drop = key(Action::Bucket(number_of_efs(workspace)));
                let how = by_keys("scipy", workspace, key(Action::Move), drop);
                with_gain(format!("drag scipy onto EFS, or {how}"), "see the meter")
            }
            Step::Layer => {
                let how = by_keys("numpy", workspace, key(Action::Move), key(Action::NewLayer));
                with_gain(format!("drag numpy onto + new layer, or {how}"), "it frees nothing")
            }
            Step::Undo => with_gain(format!("press {}", key(Action::Undo)), "it takes the last move back"),
            Step::Fit => with_gain(
                format!("press {}, then {}", key(Action::Fit), key(Action::Accept)),
                "a plan that fits, without EFS",
            ),
            Step::Save => with_gain(format!("press {}", key(Action::Save)), "it saves the plan, for CI to hold"),
        }
    }

    /// Whether the workspace shows that it has been done.
    fn is_done(self, workspace: &Workspace) -> bool {
        let plan = workspace.plan();
        match self {
            Step::Move => workspace.puts_any_in(&Bucket::Efs),
            Step::Layer => {
                let filled = |it: &super::bucket_pane::Shelf| {
                    matches!(it.destination, Destination::Bucket(Bucket::Layer(_))) && !it.packages.is_empty()
                };
                workspace.buckets.shelves.iter().any(filled)
            }
            Step::Undo => workspace.can_redo(),
            Step::Fit => {
                let helps = !plan.slim().is_empty() || workspace.puts_any_in(&Bucket::LeftOut);
                helps && !LIMITS.unzipped.is_reached_by(workspace.assessment.budgets.joint().bytes)
            }
            Step::Save => workspace.is_saved_anew(),
        }
    }
}

/// What to do and what comes of it; in short without that.
fn with_gain(what: String, gain: &str) -> Phrase {
    Phrase { long: format!("{what}: {gain}"), short: what }
}

/// The two keys that move a package; where they would take another one, they are told for when the cursor is on it.
fn by_keys(package: &str, workspace: &Workspace, take: &str, drop: &str) -> String {
    let takes_it = workspace.chosen() == [PackageKey::new(package)];
    let on_it = if takes_it { "" } else { "on it " };
    format!("{on_it}{take}, then {drop}")
}

/// The number that its title has.
fn number_of_efs(workspace: &Workspace) -> u8 {
    let before = workspace.plan().buckets().into_iter().take_while(|bucket| *bucket != Bucket::Efs).count();
    u8::try_from(before + 1).unwrap_or(u8::MAX)
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
    /// What to do, and in full what comes of it.
    pub words: Phrase,
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
    pub(super) fn current(&self, keys: &KeyNames, workspace: &Workspace) -> Option<Hint> {
        let place = self.done.iter().position(|done| !done)?;
        Some(Hint { number: place + 1, of: STEPS.len(), words: STEPS[place].words(keys, workspace) })
    }
}
