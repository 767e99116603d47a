//! `bayplan diff OLD NEW`: two builds, zips or locks, package by package.

use std::path::Path;

use super::arguments::DiffArguments;
use super::{Exit, output};
use crate::model::bytes::Certainty;
use crate::model::escape::shown_path;
use crate::model::watch::Unwatched;
use crate::report::{DiffFormat, DiffReport, render_diff};
use crate::workflow;

/// Prints the comparison; unable if something could not be read, so that a total is a lower bound.
pub(super) fn run(arguments: &DiffArguments) -> anyhow::Result<Exit> {
    let diff = workflow::compare(&arguments.old, &arguments.new, &Unwatched)?;
    let (old, new) = (name(&arguments.old), name(&arguments.new));
    let text = render_diff(&DiffReport { old: &old, new: &new, diff: &diff }, arguments.format);
    match arguments.format {
        DiffFormat::Text => output::print(&text)?,
        DiffFormat::Json | DiffFormat::Markdown => output::print_plain(&text)?,
    }
    let is_whole = [diff.totals.0, diff.totals.1].iter().all(|total| total.certainty == Certainty::Exact);
    Ok(if is_whole { Exit::Done } else { Exit::Unable })
}

/// As the user gave it, since both may end alike.
fn name(path: &Path) -> String {
    shown_path(path)
}
