//! Floor 1: findings and budgets become text, a file per format.
//!
//! Formatters return text and one place writes it. A report tells what the bundle holds; a check tells what became of
//! every rule, and its last line is the conclusion.

mod bar;
mod diff;
mod github;
mod gitlab;
mod inside;
mod issue;
mod json;
mod junit;
mod markdown;
mod rows;
mod text;
mod words;

use std::str::FromStr;

use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::diff::Diff;
use crate::model::escape::printable;
use crate::model::finding::{Severity, Verdict};
use crate::model::graph::Graph;
use crate::model::listing::Source;
use crate::model::place::Places;
use crate::model::plan::Plan;
use crate::model::target::Target;

pub use diff::{DiffFormat, DiffReport, render_diff};
pub use github::defused;
pub use json::report_schema;
pub use text::{WIDTH, buckets_text, finding_text, verdict_line};
pub use words::{hanging, wrapped};

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
    /// Where findings are to be mended; `None`: nobody asked.
    pub places: Option<&'a Places>,
    /// What changed against the lock; `None`: there is no lock.
    pub changed: Option<&'a Diff>,
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
    /// Annotations, as GitHub Actions reads them off the log.
    Github,
    /// Code Quality, as GitLab shows it in a merge request.
    Gitlab,
    /// Rules as test cases, as most pipelines read them.
    Junit,
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Telling {
    /// Packages, budgets and findings.
    Report,
    /// The findings, what could not be judged, and a conclusion that counts findings from this severity upwards as
    /// failures. Formats for programs name every rule.
    Check(Severity),
    /// The same, with every rule in the text for people too.
    CheckAll(Severity),
}

impl Telling {
    /// From which severity on findings are failures; `None`: there is no conclusion.
    fn fail_on(self) -> Option<Severity> {
        match self {
            Telling::Report => None,
            Telling::Check(fail_on) | Telling::CheckAll(fail_on) => Some(fail_on),
        }
    }
}

/// A name that is no format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{}\" is not a format; write one of {}", printable(.0.as_bytes()), Format::names())]
pub struct NotAFormat(String);

/// How formats are called.
const NAMES: [(&str, Format); 6] = [
    ("text", Format::Text),
    ("json", Format::Json),
    ("markdown", Format::Markdown),
    ("github", Format::Github),
    ("gitlab", Format::Gitlab),
    ("junit", Format::Junit),
];

impl Format {
    fn names() -> String {
        NAMES.map(|(name, _)| name).join(", ")
    }
}

impl FromStr for Format {
    type Err = NotAFormat;

    fn from_str(text: &str) -> Result<Format, NotAFormat> {
        let named = NAMES.iter().find(|(name, _)| *name == text);
        named.map(|(_, format)| *format).ok_or_else(|| NotAFormat(text.to_owned()))
    }
}

/// Renders a report in any format. The text ends with a line break.
pub fn render(report: &Report<'_>, format: Format, telling: Telling) -> String {
    match format {
        Format::Text => text::render(report, telling),
        Format::Json => json::render(report, telling),
        Format::Markdown => markdown::render(report, telling),
        Format::Github => github::render(report, telling),
        Format::Gitlab => gitlab::render(report, telling),
        Format::Junit => junit::render(report, telling),
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
