//! Floor 1: findings and budgets become text, a file per format.
//!
//! Formatters return text and one place writes it. A report tells what the bundle holds; a check tells what became of
//! every rule, and its last line is the conclusion.

mod diff;
mod inside;
mod json;
mod markdown;
mod rows;
mod text;
mod words;

use std::str::FromStr;

use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::escape::printable;
use crate::model::finding::{Severity, Verdict};
use crate::model::graph::Graph;
use crate::model::listing::Source;
use crate::model::plan::Plan;
use crate::model::target::Target;

pub use diff::{DiffReport, render_diff};
pub use text::{WIDTH, buckets_text, verdict_line};
pub use words::wrapped;

/// Everything that a report tells of.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// What the build made.
    pub bundle: &'a Bundle,
    /// Where everything goes.
    pub plan: &'a Plan,
    /// The bundle under the plan's slimming.
    pub cargo: &'a Cargo,
    /// Who needs whom.
    pub graph: &'a Graph,
    /// What each bucket holds.
    pub budgets: &'a Budgets,
    /// What is to be said of it.
    pub verdict: &'a Verdict,
    /// What it runs on.
    pub target: &'a Target,
}

/// A format of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people, at 80 columns.
    Text,
    /// For programs.
    Json,
    /// For comments and summaries of pipelines.
    Markdown,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Packages, budgets and findings.
    Report,
    /// Every rule, the findings, and a conclusion that counts findings from this severity upwards as failures.
    Check(Severity),
}

/// A name that is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{}\" is not a format; write one of text, json, markdown", printable(.0.as_bytes()))]
pub struct NotAFormat(String);

impl FromStr for Format {
    type Err = NotAFormat;

    fn from_str(text: &str) -> Result<Format, NotAFormat> {
        match text {
            "text" => Ok(Format::Text),
            "json" => Ok(Format::Json),
            "markdown" => Ok(Format::Markdown),
            _ => Err(NotAFormat(text.to_owned())),
        }
    }
}

/// Renders a report in any format. The text ends with a line break.
pub fn render(report: &Report<'_>, format: Format, telling: Telling) -> String {
    match format {
        Format::Text => text::render(report, telling),
        Format::Json => json::render(report, telling),
        Format::Markdown => markdown::render(report, telling),
    }
}

impl Report<'_> {
    /// How the bundle is called: the last part of its path, with a `/` behind a folder.
    pub fn name(&self) -> String {
        source_name(&self.bundle.listing.source)
    }
}

/// The last part of a source's path, fit to print; `demo:` for the recording.
pub fn source_name(source: &Source) -> String {
    let last = |path: &std::path::Path| {
        let absolute = std::path::absolute(path).ok();
        let name = absolute.as_deref().and_then(std::path::Path::file_name).unwrap_or(path.as_os_str());
        printable(name.as_encoded_bytes())
    };
    match source {
        Source::Directory(path) => format!("{}/", last(path)),
        Source::Zip(path, _) => last(path),
        Source::Demo => "demo:".to_owned(),
    }
}
