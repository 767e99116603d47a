//! A better plan as a proposal: the steps from the present one, each with its reason and what it gains, to be taken whole,
//! in part or not at all.

use serde::Serialize;

use super::budget::Budgets;
use super::bundle::Bundle;
use super::bytes::{Amount, Bytes};
use super::cargo::Cargo;
use super::edit::{Edit, Refusal};
use super::package::PackageKey;
use super::plan::{Layer, Placement, Plan};
use super::risk::Risk;
use super::slim::SlimRule;
use super::zipped::ZippedSizes;

/// What one step changes.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A slimming rule, switched on or off.
    Rule(SlimRule, Switch),
    /// Packages that go somewhere; `None` is the function.
    Move(Vec<(PackageKey, Option<Placement>)>),
    /// A new layer with what goes into it.
    NewLayer(Layer, Vec<PackageKey>),
}

/// Which way a rule is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// It leaves files out from now on.
    On,
    /// It leaves nothing out any more.
    Off,
}

/// One step of a proposal.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it changes.
    pub change: Change,
    /// In a few words: `boto3, botocore and 2 more → left out`.
    pub title: String,
    /// Why, a sentence without a full stop.
    pub why: String,
    /// What it risks.
    pub risk: Risk,
    /// Function and layers once this step and all before it are taken.
    pub joint_after: Bytes,
}

/// One place of the order in which plans are compared, and what was reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Criterion {
    /// Its letter: `a` comes first.
    pub letter: char,
    /// What is to be as small as can be.
    pub what: &'static str,
    /// What was reached, in words.
    pub reached: String,
}

/// How sure it is that nothing better exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// For certain.
    Best,
    /// The search stopped before it had looked at everything; how much better a plan may exist, in words.
    Within(String),
}

/// A better plan, from the present one.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// In the order in which they are told: slimming, leaving out, coming back, layers, EFS. None: the plan is the best.
    pub steps: Vec<Step>,
    /// Function and layers as they are.
    pub before: Amount,
    /// Function and layers with all steps taken.
    pub after: Amount,
    /// The order, with what was reached.
    pub order: Vec<Criterion>,
    /// Whether a better one may exist.
    pub proof: Proof,
    /// What else is worth knowing, a sentence each: uploads, what the verdict finds.
    pub notes: Vec<String>,
}

/// Nothing fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortfall {
    /// Which limit cannot be met, and by how much, as a sentence without a full stop.
    pub message: String,
    /// By how many bytes.
    pub over_by: Bytes,
    /// What would do, the least harm first.
    pub cures: Vec<String>,
}

/// What there is to propose.
#[derive(Clone, Debug, PartialEq)]
pub enum Advice {
    /// A plan that fits; without steps it is the present one.
    Fits(Proposal),
    /// There is none.
    Nothing(Shortfall),
}

impl Proposal {
    /// The edit that takes some of the steps, those whose place in `taken` is true. A step without its place is taken.
    pub fn edit(&self, plan: &Plan, taken: &[bool]) -> Edit {
        let steps =
            self.steps.iter().enumerate().filter(|(at, _)| *taken.get(*at).unwrap_or(&true)).map(|(_, step)| step);
        edit_of(plan, steps)
    }
}

/// Steps as one edit. Rules are all part of one list, so they are put together first.
pub fn edit_of<'a>(plan: &Plan, steps: impl Iterator<Item = &'a Step>) -> Edit {
    let mut slim = plan.slim().clone();
    let mut edits = Vec::new();
    for step in steps {
        match &step.change {
            Change::Rule(rule, Switch::On) if !slim.rules.contains(rule) => slim.rules.push(*rule),
            Change::Rule(_, Switch::On) => {}
            Change::Rule(rule, Switch::Off) => slim.rules.retain(|other| other != rule),
            Change::Move(moves) => edits.push(Edit::Move(moves.clone())),
            Change::NewLayer(layer, packages) => {
                let into = Placement::Layer(layer.name.clone());
                let moves = packages.iter().map(|key| (key.clone(), Some(into.clone()))).collect();
                edits.push(Edit::AddLayer { at: usize::MAX, layer: layer.clone() });
                edits.push(Edit::Move(moves));
            }
        }
    }
    if slim != *plan.slim() {
        edits.insert(0, Edit::Slim(slim));
    }
    Edit::Batch(edits)
}

/// What taking some of the steps would come to.
pub fn foresee(
    bundle: &Bundle,
    plan: &Plan,
    zipped: &ZippedSizes,
    edit: Edit,
) -> Result<(Plan, Cargo, Budgets), Refusal> {
    let mut plan = plan.clone();
    plan.apply(edit)?;
    let cargo = Cargo::new(bundle, &plan, zipped);
    let budgets = Budgets::new(bundle, &cargo, &plan);
    Ok((plan, cargo, budgets))
}
