//! In which formats a report is told, and where each goes. Whatever cannot be written is said, and all else is written.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use super::arguments::{Destination, TellingArguments};
use super::report::put;
use super::{Exit, output};
use crate::model::escape::shown_path as shown;
use crate::report::{Format, Report, Telling, render};
use crate::workflow::{Guarded, append_report, write_report};

/// Where GitHub's runner collects the markdown of a step.
const STEP_SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// Where everything goes, looked at before the work is done.
#[derive(Debug)]
pub(super) struct Destinations {
    all: Vec<Destination>,
    step_summary: Option<PathBuf>,
}

impl Destinations {
    /// Refuses what would mix two reports in one place. Text for people and annotations may share standard output: both
    /// are lines of a log.
    pub(super) fn new(arguments: &TellingArguments) -> anyhow::Result<Destinations> {
        let mut all = arguments.format.clone();
        let files: Vec<&PathBuf> = all.iter().filter_map(|destination| destination.file.as_ref()).collect();
        let mut taken = BTreeSet::new();
        if let Some(twice) = files.into_iter().find(|file| !taken.insert(*file)) {
            anyhow::bail!("two formats would go to {}; give each a file of its own", shown(twice));
        }
        let printed: Vec<Format> = all.iter().filter(|it| it.file.is_none()).map(|it| it.format).collect();
        let is_log = matches!(printed[..], [Format::Text, Format::Github] | [Format::Github, Format::Text]);
        anyhow::ensure!(
            printed.len() < 2 || is_log,
            "only one --format can go to standard output; give the others a file, as json=FILE"
        );
        if printed.is_empty() {
            all.push(Destination { format: Format::Text, file: None });
        }
        let step_summary = if arguments.step_summary { Some(summary_file()?) } else { None };
        Ok(Destinations { all, step_summary })
    }

    /// Whether any of it says where findings are to be mended: all formats do but the text for people.
    pub(super) fn name_places(&self) -> bool {
        self.step_summary.is_some() || self.all.iter().any(|destination| destination.format != Format::Text)
    }

    /// Tells it everywhere; unable where something could not be written.
    pub(super) fn tell(&self, report: &Report<'_>, telling: Telling, guarded: &Guarded) -> Exit {
        let mut exit = Exit::Done;
        let mut took = |written: anyhow::Result<()>| {
            if let Err(error) = written {
                output::say(&format!("error: {error:#}"));
                exit = Exit::Unable;
            }
        };
        for Destination { format, file } in &self.all {
            let text = render(report, *format, telling);
            took(match file {
                Some(file) => write_report(file, &text, guarded).map_err(anyhow::Error::from),
                None => put(&text, *format),
            });
        }
        if let Some(file) = &self.step_summary {
            let text = render(report, Format::Markdown, telling);
            took(append_report(file, &text, guarded).map_err(anyhow::Error::from));
        }
        exit
    }
}

fn summary_file() -> anyhow::Result<PathBuf> {
    let file = std::env::var_os(STEP_SUMMARY).filter(|value: &OsString| !value.is_empty());
    file.map(PathBuf::from).ok_or_else(|| {
        anyhow::anyhow!(
            "--step-summary is for steps of GitHub Actions, and {STEP_SUMMARY} is not set; write --format markdown=FILE"
        )
    })
}
