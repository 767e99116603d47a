//! `bayplan help`: what the program and its commands take, and the page about plain lines.

use clap::CommandFactory;

use super::arguments::{Arguments, HelpArguments};
use super::{Exit, output};

/// The journey without a screen.
const PLAIN: &str = include_str!("../../assets/plain.txt");

pub(super) fn run(arguments: &HelpArguments) -> anyhow::Result<Exit> {
    if let Some((plain, more)) = arguments.topic.split_first().filter(|(first, _)| *first == "plain") {
        anyhow::ensure!(more.is_empty(), "{plain} is one page; bayplan help {plain} prints it");
        output::print(PLAIN)?;
        return Ok(Exit::Done);
    }
    let mut command = Arguments::command();
    command.build();
    for topic in &arguments.topic {
        let known: Vec<String> = command.get_subcommands().map(|inner| inner.get_name().to_owned()).collect();
        let Some(inner) = command.find_subcommand(topic).cloned() else {
            let topic = crate::model::escape::printable(topic.as_bytes());
            anyhow::ensure!(!known.is_empty(), "no help about \"{topic}\"; {} takes no such word", command.get_name());
            let plain = if command.get_name() == "bayplan" { "plain, " } else { "" };
            anyhow::bail!("no help about \"{topic}\"; there is help about {plain}{}", known.join(", "));
        };
        command = inner;
    }
    output::print(&command.render_long_help().to_string())?;
    Ok(Exit::Done)
}
