//! What letting go would do, in numbers.

use super::drag::Destination;
use super::foresight::Foresight;
use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::package::PackageKey;
use crate::model::plan::Plan;
use crate::model::target::Target;

/// What letting go would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Preview {
    /// Nothing: the packages are there already.
    Nothing,
    /// It would be refused, and why.
    Refused(String),
    /// The plan as it would be, and what it would come to.
    Moves(Box<Landing>),
}

/// The plan after a drop, weighed; judged as soon as that is done.
#[derive(Clone, Debug, PartialEq)]
pub struct Landing {
    /// The plan.
    pub plan: Plan,
    /// What each bucket would use.
    pub budgets: Budgets,
    /// What the verdict would gain and lose; `None`: not known yet.
    pub foresight: Option<Foresight>,
    /// Whether the verdict has been asked for.
    pub(super) is_asked: bool,
}

impl Preview {
    /// Weighs a drop without doing it.
    pub fn new(
        bundle: &Bundle,
        cargo: &Cargo,
        plan: &Plan,
        target: &Target,
        packages: &[PackageKey],
        to: &Destination,
    ) -> Preview {
        let Some(edit) = to.edit(plan, target, packages) else { return Preview::Nothing };
        let mut moved = plan.clone();
        match moved.apply(edit) {
            Err(refusal) => Preview::Refused(refusal.to_string()),
            Ok(_) => {
                let budgets = Budgets::new(bundle, cargo, &moved);
                Preview::Moves(Box::new(Landing { plan: moved, budgets, foresight: None, is_asked: false }))
            }
        }
    }
}
