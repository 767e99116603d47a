//! `bayplan [PATH]` and `bayplan demo`: the screen, or the report where there is no screen.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};

use super::arguments::{OpenArguments, ScreenArguments, TellingArguments};
use super::{Exit, output, report};
use crate::model::escape::shown_path;
use crate::planfile::render_plan;
use crate::report::{Format, Report, Telling, render};
use crate::session::Session;
use crate::tui::{self, Outcome, Settings, keys_file};

pub(super) fn run(arguments: &OpenArguments) -> anyhow::Result<Exit> {
    if let Some(why) = no_screen() {
        output::say(&format!("{why}: printing the report instead of opening the screen"));
        return report::print(&arguments.path, &arguments.target, &TellingArguments::default());
    }
    let ScreenArguments { no_mouse, ascii, theme, keys, log } = &arguments.screen;
    let settings = Settings {
        mouse: !no_mouse,
        keymap: keys_file::load(keys.as_deref())?,
        looks: output::looks((*theme).into(), *ascii),
        log: log.as_deref().map(|log| outside(log, &arguments.path)).transpose()?,
    };
    match tui::run(&arguments.path, &arguments.target.options(), &settings)? {
        Outcome::Quit => {}
        Outcome::Print(session) => print_session(&session)?,
    }
    Ok(Exit::Done)
}

/// The log's file, if it does not lie in the build: that is never written to.
fn outside(log: &Path, build: &Path) -> anyhow::Result<PathBuf> {
    let folder = log.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let is_inside = match (folder.canonicalize(), build.canonicalize()) {
        (Ok(folder), Ok(build)) => {
            build.is_dir() && folder.starts_with(&build) || folder.join(log.file_name().unwrap_or_default()) == build
        }
        _ => false,
    };
    if is_inside {
        let log = shown_path(log);
        anyhow::bail!("{log}: lies in the build, which is never written to; name a file elsewhere with --log");
    }
    Ok(log.to_owned())
}

/// Why the screen is not opened, if it is not.
fn no_screen() -> Option<&'static str> {
    if std::env::var_os("CI").is_some_and(|value| !value.is_empty()) {
        Some("CI is set")
    } else if !std::io::stdin().is_terminal() || !std::io::stdout().is_terminal() {
        Some("there is no terminal")
    } else {
        None
    }
}

/// The plan and what it comes to, for the scrollback.
fn print_session(session: &Session) -> anyhow::Result<()> {
    let Some(workspace) = session.workspace() else { return Ok(()) };
    let report = Report {
        bundle: &workspace.bundle,
        plan: workspace.plan(),
        cargo: &workspace.assessment.cargo,
        graph: &workspace.graph,
        budgets: &workspace.assessment.budgets,
        verdict: &workspace.assessment.verdict,
        target: &workspace.target,
        places: None,
        changed: None,
    };
    output::print(&render(&report, Format::Text, Telling::Report))?;
    output::print(&format!("\n{}", render_plan(workspace.plan(), None)))
}
