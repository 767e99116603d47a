//! `bayplan completions SHELL`: the script with which a shell completes commands, options and their words.

use clap::CommandFactory;
use clap_complete::aot::generate;

use super::arguments::{Arguments, CompletionsArguments};
use super::{Exit, output};

pub(super) fn run(arguments: &CompletionsArguments) -> anyhow::Result<Exit> {
    let mut script = Vec::new();
    generate(arguments.shell, &mut Arguments::command(), "bayplan", &mut script);
    output::print_plain(&String::from_utf8(script)?)?;
    Ok(Exit::Done)
}
