//! `bayplan check PATH`: the verdict, and the exit code that pipelines go by.

use std::path::Path;

use super::arguments::{CheckArguments, Destination};
use super::report::{load_with, put, report, require_plan};
use super::{Exit, output};
use crate::model::escape::printable;
use crate::model::finding::Conclusion;
use crate::model::lock::Lock;
use crate::model::watch::Unwatched;
use crate::report::{Format, Report, Telling, render};
use crate::workflow::{self, LoadOptions, Loaded};

pub(super) fn run(arguments: &CheckArguments) -> anyhow::Result<Exit> {
    let to_stdout = arguments.format.iter().filter(|destination| destination.file.is_none()).count();
    anyhow::ensure!(to_stdout < 2, "only one --format can go to standard output; give the others a file, as json=FILE");
    require_plan(&arguments.target)?;
    let options = LoadOptions { from: arguments.from.clone(), bodies: true, ..arguments.target.options() };
    let mut loaded =
        if arguments.update { updated(&arguments.path, &options)? } else { load_with(&arguments.path, &options)? };
    if let Some(folder) = &arguments.artifacts {
        let inspection = workflow::inspect(folder, &loaded)?;
        loaded.judge_artifacts(inspection);
    }
    let assessment = workflow::assess(&loaded);
    let written = tell(arguments, &report(&loaded, &assessment));
    let exit = match assessment.verdict.conclusion(arguments.fail_on) {
        Conclusion::Failed => Exit::Fails,
        Conclusion::Undecided => Exit::Unable,
        Conclusion::Passed => Exit::Done,
    };
    match written {
        // A proven failure stays one, even if it could not be written down everywhere.
        Err(error) if exit == Exit::Fails => {
            output::say(&format!("error: {error:#}"));
            Ok(exit)
        }
        Err(error) => Err(error),
        Ok(()) => Ok(exit),
    }
}

/// Loads without the old lock, and writes a new one to compare with.
fn updated(path: &Path, options: &LoadOptions) -> anyhow::Result<Loaded> {
    let mut loaded = workflow::load_without_lock(path, options, &Unwatched)?;
    anyhow::ensure!(loaded.plan_file.text.is_some(), "there is no plan whose lock could be written; save a plan first");
    let lock = Lock::new(&loaded.bundle, &loaded.plan, &loaded.target);
    let path = workflow::save_lock(&loaded.plan_file, &lock)?;
    output::say(&format!("wrote {}", printable(path.as_os_str().as_encoded_bytes())));
    loaded.background.lock = Some(lock);
    Ok(loaded)
}

/// Tells it in every format asked for, and as text on standard output if nothing else goes there.
fn tell(arguments: &CheckArguments, report: &Report<'_>) -> anyhow::Result<()> {
    let telling = Telling::Check(arguments.fail_on);
    for destination in &arguments.format {
        let Destination { format, file } = destination;
        let text = render(report, *format, telling);
        match file {
            Some(file) => write(file, &text)?,
            None => put(&text, *format)?,
        }
    }
    if arguments.format.iter().all(|destination| destination.file.is_some()) {
        put(&render(report, Format::Text, telling), Format::Text)?;
    }
    Ok(())
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(file, text).map_err(|error| {
        let file = printable(file.as_os_str().as_encoded_bytes());
        anyhow::anyhow!("{file} cannot be written: {error}")
    })
}
