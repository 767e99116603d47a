//! Floor 5: arguments, exit codes, a file per subcommand.
//!
//! Exit codes: 0 done, fits; 1 the verdict has an error; 2 could not do it or could not tell.

mod arguments;
mod change;
mod check;
mod completions;
mod conclude;
mod diff;
mod explain;
mod explain_error;
mod export;
mod fit;
mod help;
mod layer;
mod limits;
mod man;
mod names;
mod open;
mod output;
mod pack;
mod progress;
mod relocate;
mod report;
mod schema;
mod slim;
mod telling;

use std::ffi::OsString;
use std::process::ExitCode;

use arguments::{Arguments, Command, Misread};

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// Done, and it fits.
    Done,
    /// The verdict has an error.
    Fails,
    /// It could not be done, or not be told.
    Unable,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        match exit {
            Exit::Done => ExitCode::SUCCESS,
            Exit::Fails => ExitCode::from(1),
            Exit::Unable => ExitCode::from(2),
        }
    }
}

/// Runs the program on its arguments, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match arguments::read(arguments) {
        Ok(arguments) => {
            limits::prepare();
            finish(carry_out(arguments))
        }
        Err(Misread::Words(words)) => finish(Err(anyhow::anyhow!(words))),
        Err(Misread::Usage(usage)) => {
            // Help and version are results; everything else is a wrong usage. A closed pipe changes neither.
            let _ = usage.print();
            if usage.use_stderr() { Exit::Unable.into() } else { Exit::Done.into() }
        }
    }
}

fn finish(outcome: anyhow::Result<Exit>) -> ExitCode {
    let exit = outcome.unwrap_or_else(|error| {
        output::say(&format!("error: {error:#}"));
        Exit::Unable
    });
    exit.into()
}

fn carry_out(arguments: Arguments) -> anyhow::Result<Exit> {
    match arguments.command {
        None => open::run(&arguments.open),
        Some(Command::Demo(demo)) => open::run(&demo.into()),
        // On one of the threads that share the work, so that none has to wait for another wherever there is little of it.
        Some(Command::Report(report)) => rayon::scope(|_| report::run(&report)),
        Some(Command::Check(check)) => rayon::scope(|_| check::run(&check)),
        Some(Command::Diff(diff)) => diff::run(&diff),
        Some(Command::Explain(explain)) => explain::run(&explain),
        Some(Command::Pack(pack)) => pack::run(&pack),
        Some(Command::Export(export)) => export::run(&export),
        Some(Command::Move(relocate)) => relocate::run(relocate),
        Some(Command::Slim(slim)) => slim::run(&slim),
        Some(Command::Fit(fit)) => fit::run(fit),
        Some(Command::Layer(layer)) => layer::run(layer),
        Some(Command::Schema(schema)) => schema::run(&schema),
        Some(Command::Completions(completions)) => completions::run(&completions),
        Some(Command::Man(man)) => man::run(&man),
        Some(Command::Help(help)) => help::run(&help),
    }
}
