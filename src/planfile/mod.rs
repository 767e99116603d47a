//! Floor 1: plan and lock become text and text becomes plan and lock.
//!
//! A plan is written by hand and by bayplan alike. Reading refuses what it does not know, with the line and a caret;
//! writing changes only what changed, so that a person's comments, order and layout stay. A lock is written by bayplan
//! alone, one line a package, so that its diffs can be read in a review.

mod canon;
mod check;
mod error;
mod lock;
mod merge;
mod places;
mod raw;
mod read;
mod schema;
mod size;
mod table;
mod write;

pub use error::PlanError;
pub use lock::{parse_lock, render_lock};
pub use places::PlanLines;
pub use read::parse_plan;
pub use schema::{lock_schema, plan_schema};
pub use write::render_plan;

/// The version of both formats that this bayplan reads and writes.
const VERSION: u32 = 1;
/// The name of an environment variable, as the Lambda API takes it.
const SHORTEST_VARIABLE: usize = 2;
/// The longest name of a function that the Lambda API takes.
const LONGEST_FUNCTION: usize = 64;
