//! Floor 2: a bundle becomes the best plan, and the proof that no better one exists.
//!
//! # What is best
//!
//! Plans are compared by this order, the first difference deciding ([`Value`]):
//!
//! | | the less the better |
//! |---|---|
//! | a | errors: limits that are broken. What is too long for a direct upload is counted below, as S3 takes it |
//! | b | whether EFS is needed at all |
//! | c | whether the headroom that the plan wants is used up |
//! | d | the highest risk taken, then the sum of all risks |
//! | e | zips too long for a direct upload, where the plan uploads directly |
//! | f | moves away from the present plan |
//! | g | layers to publish |
//! | h | bytes on EFS, where packages lie with all that they need |
//!
//! Once EFS is in, no risk above none is taken. Your files stay where they are. A package is left out only where the
//! runtime or a layer holds it, or nothing asks for it.
//!
//! # How it is found
//!
//! `compile` turns bundle, plan and wishes into a [`problem`] of numbers; [`solve()`] answers that, says how far from
//! the best it may be, and knows no bundle; `propose` puts the answer into steps with their reasons. The verdict has the
//! last word: what it finds an error in that the present plan has not is not proposed.

mod advise;
mod bound;
mod compile;
mod groups;
mod polish;
pub mod problem;
mod propose;
mod risks;
mod search;
mod solve;
mod tally;
mod weigh;

pub use advise::advise;
pub use problem::Value;
pub use solve::{Answer, STEPS, solve};

use crate::model::bundle::Bundle;
use crate::model::graph::Graph;
use crate::model::lock::Lock;
use crate::model::plan::Plan;
use crate::model::risk::Risk;
use crate::model::target::Target;
use crate::model::transition::State;
use crate::model::zipped::ZippedSizes;
use crate::verdict::Unbuilt;

/// What may be used to make it fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// Whether EFS may be used.
    pub efs: bool,
    /// Whether packages may be left out.
    pub leave_out: bool,
    /// The most layers, somebody else's included; `None`: as many as a function takes.
    pub layers: Option<usize>,
    /// The highest risk that may be taken.
    pub risk: Risk,
}

impl Default for Wishes {
    /// Everything may be used; the order keeps harm small.
    fn default() -> Wishes {
        Wishes { efs: true, leave_out: true, layers: None, risk: Risk::High }
    }
}

/// What is to be made to fit.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// What the build made.
    pub bundle: &'a Bundle,
    /// The present plan.
    pub plan: &'a Plan,
    /// What it runs on.
    pub target: &'a Target,
    /// Who needs whom.
    pub graph: &'a Graph,
    /// What is known of zipped sizes.
    pub zipped: &'a ZippedSizes,
    /// What the present plan was made from.
    pub lock: Option<&'a Lock>,
    /// Today, for acceptances that end.
    pub today: Option<&'a str>,
    /// Set where sources were opened instead of a build.
    pub unbuilt: Option<&'a Unbuilt>,
    /// What is deployed so far; `None`: nobody said.
    pub deployed: Option<&'a State>,
    /// What may be used.
    pub wishes: &'a Wishes,
}
