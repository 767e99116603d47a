//! What can be typed. Raw arguments are given their meaning here and nowhere else.

mod making;
mod planning;
mod reference;
mod screen;
mod target;
mod telling;
mod typed;

use clap::{Args, Parser, Subcommand};

pub(super) use making::{Deployer, ExportArguments, PackArguments};
pub(super) use planning::{
    AttachArguments, FitArguments, LayerArguments, LayerCommand, MoveArguments, OrderArguments, RenameArguments,
    SlimArguments,
};
pub(super) use reference::{CompletionsArguments, ManArguments, SchemaArguments, SchemaOf};
pub(super) use screen::{DemoArguments, OpenArguments, ScreenArguments};
pub(super) use target::TargetArguments;
pub(super) use telling::{
    CheckArguments, Destination, DiffArguments, ExplainArguments, ReportArguments, TellingArguments,
};

pub(super) use typed::{Misread, read};

/// See whose bytes push a Lambda bundle over 250 MB, and plan what goes where
#[derive(Debug, Parser)]
#[command(name = "bayplan", version, args_conflicts_with_subcommands = true, max_term_width = 100)]
#[command(
    disable_help_subcommand = true,
    after_help = "bayplan help plain: the whole job in plain lines, for scripts and screen readers"
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub open: OpenArguments,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Open the screen on the built-in bundle
    Demo(DemoArguments),
    /// Print packages, budgets and findings
    Report(ReportArguments),
    /// Judge a zip as it is, or a plan over a bundle; exit 1 if it does not fit
    Check(CheckArguments),
    /// Pack the artifacts of a plan, with a manifest; exit 1 if the plan does not fit
    Pack(PackArguments),
    /// Write what deploys the plan: for SAM, Terraform, Serverless, the CDK, as a script, or as a Dockerfile
    Export(ExportArguments),
    /// Compare two builds, zips or locks, package by package
    Diff(DiffArguments),
    /// Say what an AWS or runtime error means, or what a rule holds, and the way out
    Explain(ExplainArguments),
    /// Move packages to another bucket and save the plan
    Move(MoveArguments),
    /// Choose what is left out of every package, or see what could be
    Slim(SlimArguments),
    /// Find the plan that fits with the least harm, with the proof; exit 1 if nothing fits
    Fit(FitArguments),
    /// Add, remove, rename, order or attach layers
    #[command(subcommand)]
    Layer(LayerCommand),
    /// Print the JSON Schema of a format
    Schema(SchemaArguments),
    /// Print the script with which a shell completes what is typed
    Completions(CompletionsArguments),
    /// Write the manual, a page per command
    Man(ManArguments),
    /// Say what a command takes, or with "plain" how the whole job is done without the screen
    Help(HelpArguments),
}

#[derive(Debug, Args)]
pub(super) struct HelpArguments {
    /// A command, or plain
    #[arg(value_name = "TOPIC")]
    pub topic: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }
}
