//! `bayplan check PATH`: the verdict, and the exit code that pipelines go by.

use std::path::Path;

use super::arguments::CheckArguments;
use super::report::{Links, load_with, require_plan};
use super::telling::Destinations;
use super::{Exit, output};
use crate::model::escape::shown_path;
use crate::model::finding::Conclusion;
use crate::model::lock::Lock;
use crate::model::watch::Unwatched;
use crate::report::Telling;
use crate::workflow::{self, Guarded, LoadOptions, Loaded};

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let destinations = Destinations::new(&arguments.telling)?;
    require_plan(&arguments.target)?;
    let options = LoadOptions { from: arguments.from.clone(), bodies: true, ..arguments.target.options() };
    let mut loaded =
        if arguments.update { updated(&arguments.path, &options)? } else { load_with(&arguments.path, &options)? };
    if let Some(folder) = &arguments.artifacts {
        let inspection = workflow::inspect(folder, &loaded)?;
        loaded.judge_artifacts(inspection);
    }
    let assessment = workflow::assess(&loaded);
    let links = Links::new(&loaded, &assessment, &destinations);
    let report = links.report(&loaded, &assessment);
    let telling = if arguments.all { Telling::CheckAll } else { Telling::Check };
    let told = destinations.tell(&report, telling(arguments.fail_on), &guarded(arguments, &loaded));
    Ok(match assessment.verdict.conclusion(arguments.fail_on) {
        // A proven failure stays one, even if it could not be written down everywhere.
        Conclusion::Failed => Exit::Fails,
        Conclusion::Undecided => Exit::Unable,
        Conclusion::Passed => told,
    })
}

/// Everything that was judged, or judged by.
fn guarded(arguments: &CheckArguments, loaded: &Loaded) -> Guarded {
    let mut guarded = Guarded::new(loaded);
    if let Some(folder) = &arguments.artifacts {
        guarded.add(folder, "the folder of artifacts");
    }
    if let Some(old) = &arguments.from {
        guarded.add(old, "what is deployed so far");
    }
    guarded
}

/// Loads without the old lock, and writes a new one to compare with.
fn updated(path: &Path, options: &LoadOptions) -> anyhow::Result<Loaded> {
    let mut loaded = workflow::load_without_lock(path, options, &Unwatched)?;
    anyhow::ensure!(loaded.plan_file.text.is_some(), "there is no plan whose lock could be written; save a plan first");
    let lock = Lock::new(&loaded.bundle, &loaded.plan, &loaded.target);
    let path = workflow::save_lock(&loaded.plan_file, &lock)?;
    output::say(&format!("wrote {}", shown_path(&path)));
    loaded.background.lock = Some(lock);
    Ok(loaded)
}
