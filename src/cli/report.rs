//! `bayplan report PATH`: what the bundle holds, in one of several formats.

use std::path::Path;

use super::arguments::{ReportArguments, TargetArguments};
use super::{Exit, output};
use crate::model::bytes::Certainty;
use crate::model::escape::printable;
use crate::model::watch::Unwatched;
use crate::report::{Format, Report, Telling, render};
use crate::session::Assessment;
use crate::workflow::{self, LoadOptions, Loaded};

pub(super) fn run(arguments: &ReportArguments) -> anyhow::Result<Exit> {
    print(&arguments.path, &arguments.target, arguments.format)
}

/// Prints the report; unable if something could not be read, so that a total is a lower bound.
pub(super) fn print(path: &Path, target: &TargetArguments, format: Format) -> anyhow::Result<Exit> {
    require_plan(target)?;
    let loaded = load(path, target)?;
    let assessment = workflow::assess(&loaded);
    let text = render(&report(&loaded, &assessment), format, Telling::Report);
    put(&text, format)?;
    let is_whole = loaded.bundle.total().certainty == Certainty::Exact;
    Ok(if is_whole { Exit::Done } else { Exit::Unable })
}

/// A plan that is named to be read has to be there; one that is named to be saved need not.
pub(super) fn require_plan(target: &TargetArguments) -> anyhow::Result<()> {
    match target.plan.as_deref().filter(|plan| !plan.exists()) {
        None => Ok(()),
        Some(plan) => {
            let plan = printable(plan.as_os_str().as_encoded_bytes());
            anyhow::bail!("there is no plan {plan}; save one from the screen or with bayplan move, or leave --plan out")
        }
    }
}

/// Prints a text in a format: colours are for people.
pub(super) fn put(text: &str, format: Format) -> anyhow::Result<()> {
    if format == Format::Text { output::print(text) } else { output::print_plain(text) }
}

/// Loads, and says on standard error where the plan came from.
pub(super) fn load(path: &Path, target: &TargetArguments) -> anyhow::Result<Loaded> {
    load_with(path, &target.options())
}

/// The same with options of a command's own.
pub(super) fn load_with(path: &Path, options: &LoadOptions) -> anyhow::Result<Loaded> {
    let loaded = workflow::load(path, options, &Unwatched)?;
    if let Some(words) = loaded.words() {
        output::say(&words);
    }
    Ok(loaded)
}

/// The report of what is loaded.
pub(super) fn report<'a>(loaded: &'a Loaded, assessment: &'a Assessment) -> Report<'a> {
    Report {
        bundle: &loaded.bundle,
        plan: &loaded.plan,
        cargo: &assessment.cargo,
        graph: &loaded.graph,
        budgets: &assessment.budgets,
        verdict: &assessment.verdict,
        target: &loaded.target,
    }
}
