//! What every command that changes the plan does: load, apply, save, print the budgets after.

use std::path::Path;

use super::arguments::TargetArguments;
use super::report::{load, report};
use super::{Exit, output};
use crate::model::edit::Edit;
use crate::report::buckets_text;
use crate::workflow::{self, Loaded};

/// An edit, and the lines that say what it did.
pub(super) struct Change {
    pub edit: Edit,
    pub lines: Vec<String>,
}

/// Loads, makes a change of what is there, applies it, saves, and prints what it did and the budgets after.
pub(super) fn make(
    path: &Path,
    target: &TargetArguments,
    plan_it: impl FnOnce(&Loaded) -> anyhow::Result<Change>,
) -> anyhow::Result<Exit> {
    let mut loaded = load(path, target)?;
    let before = workflow::assess(&loaded).budgets.joint();
    let Change { edit, lines } = plan_it(&loaded)?;
    loaded.plan.apply(edit)?;
    let Loaded { plan_file, plan, target, bundle, .. } = &mut loaded;
    let saved = workflow::save_plan(plan_file, plan, target, bundle, false)?;
    let assessment = workflow::assess(&loaded);
    let after = assessment.budgets.joint();
    let freed = if after.bytes == before.bytes {
        "frees nothing of the 250 MB that function and layers share".to_owned()
    } else {
        format!("function + layers: {} MB → {} MB", before.bytes.in_megabytes(), after.bytes.in_megabytes())
    };
    let text: String = lines.into_iter().chain([freed]).map(|line| line + "\n").collect();
    output::print(&format!("{text}\n{}", buckets_text(&report(&loaded, &assessment))))?;
    output::say(&saved.to_string());
    Ok(Exit::Done)
}
