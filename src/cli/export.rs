//! `bayplan export PATH --to TOOL`: what deploys the plan, as files.

use super::arguments::{Deployer, ExportArguments};
use super::conclude::conclude;
use super::pack::say_error;
use super::report::{load, require_plan};
use super::{Exit, output};
use crate::deploy::{NamedFile, Shape, Tool};
use crate::model::escape::shown_path;
use crate::model::finding::{Finding, Severity};
use crate::model::watch::Unwatched;
use crate::workflow::{self, Draft, Existing, ExportFailure, Loaded};

/// Writes the files. What does not fit is not exported, unless that is wanted.
pub(super) fn run(arguments: &ExportArguments) -> anyhow::Result<Exit> {
    require_plan(&arguments.target)?;
    let loaded = load(&arguments.path, &arguments.target)?;
    let assessment = workflow::assess(&loaded);
    let tool = tool(arguments.to);
    let exit = match tool {
        Tool::Dockerfile => judge_image(&loaded),
        _ => judge(&assessment.verdict),
    };
    if exit == Exit::Fails && !arguments.force {
        output::say("nothing was exported; cure it, or export all the same with --force");
        return Ok(exit);
    }
    let packed = arguments.artifacts.as_deref();
    let draft = Draft::new(&loaded.packing(), &loaded.plan_file, &assessment, packed, &Unwatched)
        .map_err(ExportFailure::from)?;
    let shape = if arguments.fragment { Shape::Fragment } else { Shape::Complete };
    let files = draft.files(tool, shape, arguments.out.as_deref())?;
    match &arguments.out {
        None => print(&files)?,
        Some(folder) => {
            let existing = if arguments.force { Existing::Replace } else { Existing::Refuse };
            let written = workflow::write_files(&loaded.bundle.listing.source, folder, &files, existing)?;
            for path in written.files {
                output::say(&format!("wrote {}", shown_path(&path)));
            }
            output::say(&format!("next: {}", draft.next(tool, shape)));
        }
    }
    Ok(exit)
}

fn tool(wanted: Deployer) -> Tool {
    match wanted {
        Deployer::Sam => Tool::Sam,
        Deployer::Terraform => Tool::Terraform,
        Deployer::Serverless => Tool::Serverless,
        Deployer::Cdk => Tool::Cdk,
        Deployer::Script => Tool::Script,
        Deployer::Dockerfile => Tool::Dockerfile,
        Deployer::Gitlab => Tool::Gitlab,
        Deployer::Github => Tool::Github,
    }
}

/// The same verdict as of `check` and `pack`.
fn judge(verdict: &crate::model::finding::Verdict) -> Exit {
    let errors: Vec<&Finding> = verdict.findings.iter().filter(|it| it.severity == Severity::Error).collect();
    errors.iter().for_each(|finding| say_error(finding));
    conclude(verdict)
}

/// An image holds the whole build, whatever the plan says.
fn judge_image(loaded: &Loaded) -> Exit {
    match workflow::image_objection(loaded.bundle.total().bytes) {
        None => Exit::Done,
        Some(words) => {
            output::say(&format!("error: {words}"));
            Exit::Fails
        }
    }
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
