//! Findings that the plan accepts: they stay in sight, as notes that say why.

use super::Case;
use crate::model::finding::{Finding, Severity};
use crate::model::plan::Ignore;

/// How the message of an accepted finding begins.
pub const ACCEPTED: &str = "accepted";

/// Whether the acceptance has ended.
pub(super) fn has_ended(ignore: &Ignore, case: &Case<'_>) -> bool {
    match (ignore.until.as_deref(), case.today) {
        // Days are written so that they compare as text.
        (Some(until), Some(today)) => until < today,
        _ => false,
    }
}

/// Makes an accepted finding a note. A finding about several packages is accepted only if all of them are.
pub(super) fn accept(finding: &mut Finding, case: &Case<'_>) {
    let ignores = || case.plan.check.ignore.iter().filter(|it| it.finding == finding.id && !has_ended(it, case));
    let for_all = ignores().find(|ignore| ignore.package.is_none());
    let for_each = || {
        let is_named = |package| ignores().any(|ignore| ignore.package.as_ref() == Some(package));
        (!finding.packages.is_empty() && finding.packages.iter().all(is_named)).then(|| ignores().next()).flatten()
    };
    if let Some(because) = for_all.or_else(for_each).map(|ignore| &ignore.because) {
        let because = crate::model::escape::printable(because.as_bytes());
        finding.message = format!("{ACCEPTED}: {} (because: {because})", finding.message);
        finding.severity = Severity::Note;
    }
}
