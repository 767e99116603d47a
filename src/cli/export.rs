//! `bayplan export PATH --to TOOL`: what deploys the plan, as files.

use super::arguments::{Deployer, ExportArguments};
use super::conclude::conclude;
use super::pack::say_error;
use super::report::{load, require_plan};
use super::{Exit, output};
use crate::deploy::{NamedFile, Shape, Tool};
use crate::model::escape::printable;
use crate::model::finding::{Finding, Severity};
use crate::model::limits::LIMITS;
use crate::model::watch::Unwatched;
use crate::workflow::{self, Existing, ExportOptions, Loaded};

/// Writes the files. What does not fit is not exported, unless that is wanted.
pub(super) fn run(arguments: &ExportArguments) -> anyhow::Result<Exit> {
    require_plan(&arguments.target)?;
    let loaded = load(&arguments.path, &arguments.target)?;
    let assessment = workflow::assess(&loaded);
    let options = options(arguments);
    let exit = match options.tool {
        Tool::Dockerfile => judge_image(&loaded),
        _ => judge(&assessment.verdict),
    };
    if exit == Exit::Fails && !arguments.force {
        output::say("nothing was exported; cure it, or export all the same with --force");
        return Ok(exit);
    }
    let files = workflow::export(&loaded, &assessment, &options, &Unwatched)?;
    match &arguments.out {
        None => print(&files)?,
        Some(folder) => {
            let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
            let written = workflow::write_files(&loaded, folder, &files, existing)?;
            for path in written.files {
                output::say(&format!("wrote {}", printable(path.as_os_str().as_encoded_bytes())));
            }
        }
    }
    Ok(exit)
}

fn options(arguments: &ExportArguments) -> ExportOptions {
    ExportOptions {
        tool: match arguments.to {
            Deployer::Sam => Tool::Sam,
            Deployer::Terraform => Tool::Terraform,
            Deployer::Serverless => Tool::Serverless,
            Deployer::Cdk => Tool::Cdk,
            Deployer::Script => Tool::Script,
            Deployer::Dockerfile => Tool::Dockerfile,
            Deployer::Gitlab => Tool::Gitlab,
            Deployer::Github => Tool::Github,
        },
        shape: if arguments.fragment { Shape::Fragment } else { Shape::Complete },
        out: arguments.out.clone(),
        artifacts: arguments.artifacts.clone(),
    }
}

/// The same verdict as of `check` and `pack`.
fn judge(verdict: &crate::model::finding::Verdict) -> Exit {
    let errors: Vec<&Finding> = verdict.findings.iter().filter(|it| it.severity == Severity::Error).collect();
    errors.iter().for_each(|finding| say_error(finding));
    conclude(verdict)
}

/// An image holds the whole build and knows neither layers nor 250 MB; it has a limit of its own.
fn judge_image(loaded: &Loaded) -> Exit {
    let total = loaded.bundle.total().bytes;
    if !LIMITS.image.is_reached_by(total) {
        return Exit::Done;
    }
    output::say(&format!("error: the build has {}; an image may have 10 GB", total.with_exact()));
    Exit::Fails
}

/// One file can be read from standard output; of several nobody could tell which is which.
fn print(files: &[NamedFile]) -> anyhow::Result<()> {
    match files {
        [file] => output::print_plain(&file.text),
        files => {
            let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
            anyhow::bail!("these are {} files ({}); name a folder for them with --out", files.len(), names.join(", "))
        }
    }
}
