//! What a verdict comes to where it is not what was asked for: packing, exporting and fitting end with it all the same.

use super::{Exit, output};
use crate::model::finding::{Conclusion, Outcome, Severity, Verdict};

/// The exit code of a verdict. What could not be told is said: nothing else of the command tells why it ends with 2.
pub(super) fn conclude(verdict: &Verdict) -> Exit {
    match verdict.conclusion(Severity::Error) {
        Conclusion::Passed => Exit::Done,
        Conclusion::Failed => Exit::Fails,
        Conclusion::Undecided => {
            for rule in verdict.rules.iter().filter(|rule| rule.at_most >= Severity::Error) {
                if let Outcome::Undecided(why) = &rule.outcome {
                    output::say(&format!("undecided {}: {why}", rule.id));
                }
            }
            Exit::Unable
        }
    }
}
