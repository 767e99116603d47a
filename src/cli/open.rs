//! `bayplan [PATH]` and `bayplan demo`: the screen, or the report where there is no screen.

use std::io::IsTerminal;

use super::arguments::{OpenArguments, ScreenArguments, TellingArguments};
use super::{Exit, output, report};
use crate::planfile::render_plan;
use crate::report::{Format, Report, Telling, render};
use crate::session::Session;
use crate::tui::{self, Outcome, Settings};

pub(super) fn run(arguments: &OpenArguments) -> anyhow::Result<Exit> {
    if let Some(why) = no_screen() {
        output::say(&format!("{why}: printing the report instead of opening the screen"));
        return report::print(&arguments.path, &arguments.target, &TellingArguments::default());
    }
    let ScreenArguments { no_mouse, ascii } = arguments.screen;
    let settings = Settings { mouse: !no_mouse, theme: output::theme(ascii) };
    match tui::run(&arguments.path, &arguments.target.options(), &settings)? {
        Outcome::Quit => {}
        Outcome::Print(session) => print_session(&session)?,
    }
    Ok(Exit::Done)
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
