//! Commands that tell: reports, verdicts, comparisons, explanations; and where what they tell goes.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args;

use super::target::TargetArguments;
use crate::model::finding::Severity;
use crate::report::{DiffFormat, Format};

#[derive(Debug, Args)]
pub(in crate::cli) struct ReportArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub telling: TellingArguments,
}

/// In which formats it is told, and where each goes.
#[derive(Clone, Debug, Default, Args)]
pub(in crate::cli) struct TellingArguments {
    /// text, json, markdown, github, gitlab or junit, to standard output or to a file; may be given several times
    #[arg(long, value_name = "KIND[=FILE]")]
    pub format: Vec<Destination>,
    /// Add the markdown to the summary of the GitHub step that this runs in
    #[arg(long)]
    pub step_summary: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct DiffArguments {
    /// A build folder, a zip, a bayplan.lock, or demo:
    pub old: PathBuf,
    /// The same, later
    pub new: PathBuf,
    /// text, json or markdown
    #[arg(long, value_name = "KIND", default_value = "text", value_parser = diff_format)]
    pub format: DiffFormat,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct CheckArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub telling: TellingArguments,
    /// From which severity on a finding fails the check
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = fail_on)]
    pub fail_on: Severity,
    /// Name every rule in the text, also those that passed or do not apply
    #[arg(long)]
    pub all: bool,
    /// Judge what bayplan pack put into this folder: artifacts against manifest, plan and limits
    #[arg(long, value_name = "DIR")]
    pub artifacts: Option<PathBuf>,
    /// Write the lock anew from this bundle
    #[arg(long)]
    pub update: bool,
    /// What is deployed so far: its lock, zip or folder; then the way from it and back is judged too
    #[arg(long, value_name = "OLD")]
    pub from: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainArguments {
    /// The text of an error as you found it, in quotes, or - to read it; or the id of a rule, such as size.joint
    ///
    /// Without one: all rules and all errors that are known.
    #[arg(value_name = "ERROR")]
    pub asked: Option<String>,
    /// A build folder, a zip, or demo: in which the error's packages are looked for
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
}

/// A format and where it goes; without a file to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Destination {
    pub format: Format,
    pub file: Option<PathBuf>,
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Destination, String> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file's name is missing behind the =".to_owned()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = format.parse().map_err(|error: crate::report::NotAFormat| error.to_string())?;
        Ok(Destination { format, file })
    }
}

fn fail_on(text: &str) -> Result<Severity, String> {
    match text {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        _ => Err("write error or warning".to_owned()),
    }
}

fn diff_format(text: &str) -> Result<DiffFormat, String> {
    match text {
        "text" => Ok(DiffFormat::Text),
        "json" => Ok(DiffFormat::Json),
        "markdown" => Ok(DiffFormat::Markdown),
        _ => Err("write text, json or markdown".to_owned()),
    }
}

pub(super) fn text_or_json(text: &str) -> Result<Format, String> {
    match text.parse() {
        Ok(format @ (Format::Text | Format::Json)) => Ok(format),
        _ => Err("write text or json".to_owned()),
    }
}
