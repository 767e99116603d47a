//! `bayplan report PATH`: what the bundle holds, in one of several formats.

use std::path::Path;

use super::arguments::{ReportArguments, TargetArguments, TellingArguments};
use super::telling::Destinations;
use super::{Exit, output};
use crate::model::bytes::Certainty;
use crate::model::diff::Diff;
use crate::model::escape::shown_path;
use crate::model::place::Places;
use crate::model::watch::Unwatched;
use crate::report::{Format, Report, Telling};
use crate::session::Assessment;
use crate::workflow::{self, Guarded, LoadOptions, Loaded};

pub(super) fn run(arguments: &ReportArguments) -> anyhow::Result<Exit> {
    print(&arguments.path, &arguments.target, &arguments.telling)
}

/// Prints the report; unable if something could not be read, so that a total is a lower bound.
pub(super) fn print(path: &Path, target: &TargetArguments, telling: &TellingArguments) -> anyhow::Result<Exit> {
    let destinations = Destinations::new(telling)?;
    require_plan(target)?;
    let loaded = load(path, target)?;
    let assessment = workflow::assess(&loaded);
    let links = Links::new(&loaded, &assessment, &destinations);
    let told = destinations.tell(&links.report(&loaded, &assessment), Telling::Report, &Guarded::new(&loaded));
    let is_whole = loaded.bundle.total().certainty == Certainty::Exact;
    // The program ends here, and the system takes everything back at once: freeing a large bundle piece by piece would
    // only keep the user waiting.
    std::mem::forget((loaded, assessment));
    Ok(if is_whole { told } else { Exit::Unable })
}

/// A plan that is named to be read has to be there; one that is named to be saved need not.
pub(super) fn require_plan(target: &TargetArguments) -> anyhow::Result<()> {
    match target.plan.as_deref().filter(|plan| !plan.exists()) {
        None => Ok(()),
        Some(plan) => {
            let plan = shown_path(plan);
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
        places: None,
        changed: None,
    }
}

/// What a report says beyond the verdict: where to mend it, and what changed since the lock was made.
pub(super) struct Links {
    /// `None`: nothing that is told names them.
    places: Option<Places>,
    changed: Option<Diff>,
}

impl Links {
    /// Of what is loaded, as far as it is told anywhere.
    pub(super) fn new(loaded: &Loaded, assessment: &Assessment, destinations: &Destinations) -> Links {
        let places = destinations.name_places().then(|| workflow::places(loaded, &assessment.verdict));
        Links { places, changed: workflow::changed(loaded) }
    }

    /// The report with all of it.
    pub(super) fn report<'a>(&'a self, loaded: &'a Loaded, assessment: &'a Assessment) -> Report<'a> {
        Report { places: self.places.as_ref(), changed: self.changed.as_ref(), ..report(loaded, assessment) }
    }
}
