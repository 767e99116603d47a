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
//! [`problem`] is the question as numbers, [`solve()`] answers it and says how far from the best it may be, and knows no
//! bundle.

pub mod problem;

mod polish;
mod risks;
mod search;
mod solve;
mod tally;

pub use problem::Value;
pub use solve::{Answer, STEPS, solve};
