//! What every command that changes the plan does: load, apply, save, print the budgets after and what it breaks or cures.

use std::path::Path;

use super::arguments::TargetArguments;
use super::report::{load, report};
use super::{Exit, output};
use crate::model::budget::Budgets;
use crate::model::edit::Edit;
use crate::model::finding::{Finding, Judged, Severity};
use crate::report::{buckets_text, finding_text};
use crate::session::Foresight;
use crate::workflow::{self, Loaded};

/// An edit, and the lines that say what it did.
pub(super) struct Change {
    pub edit: Edit,
    pub lines: Vec<String>,
}

/// Loads, makes a change of what is there, applies it, saves, and prints what it did, the budgets after, and which
/// findings come and go.
pub(super) fn make(
    path: &Path,
    target: &TargetArguments,
    plan_it: impl FnOnce(&Loaded) -> anyhow::Result<Change>,
) -> anyhow::Result<Exit> {
    let mut loaded = load(path, target)?;
    let before = workflow::assess(&loaded);
    let Change { edit, lines } = plan_it(&loaded)?;
    let planned = loaded.plan.clone();
    let is_to_free = is_to_free(&edit);
    loaded.plan.apply(edit)?;
    loaded.background.judged = Judged::Plan;
    let Loaded { plan_file, plan, target, bundle, .. } = &mut loaded;
    let saved = workflow::save_plan(plan_file, plan, target, bundle, false)?;
    let after = workflow::assess(&loaded);
    let weighed = weighed(&before.budgets, &after.budgets, is_to_free && loaded.plan != planned);
    let text: String = lines.into_iter().chain(weighed).map(|line| line + "\n").collect();
    let foresight = Foresight::between(&before.verdict, &after.verdict);
    output::print(&format!("{text}\n{}{}", buckets_text(&report(&loaded, &after)), told(&foresight)))?;
    output::say(&saved.to_string());
    Ok(Exit::Done)
}

/// Whether an edit is made so that something weighs less where it was.
fn is_to_free(edit: &Edit) -> bool {
    match edit {
        Edit::Move(_) | Edit::Slim(_) => true,
        Edit::Batch(edits) => edits.iter().any(is_to_free),
        _ => false,
    }
}

/// What it does to the budget that function and layers share; that it does nothing, where it was to do something.
fn weighed(before: &Budgets, after: &Budgets, is_to_free: bool) -> Option<String> {
    let (before, after) = (before.joint().bytes, after.joint().bytes);
    if before != after {
        return Some(format!("function + layers: {} MB → {} MB", before.in_megabytes(), after.in_megabytes()));
    }
    is_to_free.then(|| "frees nothing of the 250 MB that function and layers share".to_owned())
}

/// The findings that come and go with it: what it breaks in full, what it cures by its sentence.
fn told(Foresight { raised, cleared }: &Foresight) -> String {
    let weighty = |findings: &[Finding]| -> Vec<String> {
        findings.iter().filter(|it| it.severity >= Severity::Warning).map(finding_text).collect()
    };
    let section = |head: &str, findings: Vec<String>| match findings.is_empty() {
        true => String::new(),
        false => format!("\n{head}\n{}", findings.concat()),
    };
    let cured = cleared.iter().map(|it| Finding { cure: String::new(), ..it.clone() }).collect::<Vec<_>>();
    section("New findings", weighty(raised)) + &section("Cured", weighty(&cured))
}
