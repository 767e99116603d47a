//! Commands that change the plan.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::target::TargetArguments;
use super::telling::text_or_json;
use crate::model::bucket::LayerName;
use crate::model::risk::Risk;
use crate::model::shape::LayerArn;
use crate::model::slim::SlimRule;
use crate::report::Format;

#[derive(Debug, Args)]
pub(in crate::cli) struct MoveArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// Packages by their keys, and last the bucket: function, efs, left-out, new-layer or a layer's name
    #[arg(value_name = "PACKAGE… BUCKET", num_args = 2.., required = true)]
    pub names: Vec<String>,
    /// Why they are left out
    #[arg(long, value_name = "WORDS")]
    pub because: Option<String>,
    /// Who provides what is left out: runtime, or a layer's name
    #[arg(long, value_name = "HOLDER", conflicts_with = "because")]
    pub provided_by: Option<String>,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct SlimArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// Rules to add: bytecode, tests, type-stubs, headers, static-libraries, docs, source-maps, foreign-binaries, gem-cache. With
    /// nothing to do: says what each would save, and its risk
    #[arg(value_name = "RULE", value_parser = slim_rule)]
    pub rules: Vec<SlimRule>,
    /// Rules to take away
    #[arg(long, value_name = "RULE", value_parser = slim_rule)]
    pub off: Vec<SlimRule>,
    /// Patterns of files to leave out as well, such as **/*.h
    #[arg(long, value_name = "PATTERN")]
    pub exclude: Vec<String>,
    /// Patterns of files that stay whatever the rules say
    #[arg(long, value_name = "PATTERN")]
    pub keep: Vec<String>,
    /// The AWS services whose data the SDK keeps, such as s3,dynamodb; "all" keeps all again
    #[arg(long, value_name = "SERVICE", value_delimiter = ',')]
    pub services: Vec<String>,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct FitArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// Write the plan that was found to this file, and its lock beside it
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Put nothing on EFS
    #[arg(long)]
    pub no_efs: bool,
    /// Leave no package out
    #[arg(long)]
    pub no_leave_out: bool,
    /// The most layers, somebody else's included
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = number_of_layers)]
    pub layers: Option<usize>,
    /// The highest risk that may be taken: none, low, medium, high
    #[arg(long, value_name = "RISK", default_value = "high", value_parser = risk)]
    pub risk: Risk,
    /// text or json
    #[arg(long, value_name = "KIND", default_value = "text", value_parser = text_or_json)]
    pub format: Format,
    #[command(flatten)]
    pub target: TargetArguments,
}

/// What can be done with layers.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum LayerCommand {
    /// Add empty layers of your own
    Add(LayerArguments),
    /// Remove empty layers
    Remove(LayerArguments),
    /// Give a layer another name: OLD NEW
    Rename(RenameArguments),
    /// Put all layers into this order; the last wins
    Order(OrderArguments),
    /// Attach somebody else's layer
    Attach(AttachArguments),
}

#[derive(Debug, Args)]
pub(in crate::cli) struct LayerArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// The layers' names
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<LayerName>,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RenameArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// The layer's name
    pub old: LayerName,
    /// How it is to be called
    pub new: LayerName,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct OrderArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// All layers, in the order in which Lambda is to merge them
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<LayerName>,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct AttachArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// The layer's name in the plan
    pub name: LayerName,
    /// The ARN of the layer's version; ${region} may stand for the Region
    #[arg(value_parser = layer_arn)]
    pub arn: LayerArn,
    /// What it weighs unzipped; without it, totals are lower bounds
    #[arg(long, value_name = "BYTES", allow_negative_numbers = true)]
    pub unzipped_bytes: Option<u64>,
    /// The packages that it holds
    #[arg(long, value_name = "PACKAGE", value_delimiter = ',')]
    pub provides: Vec<String>,
    #[command(flatten)]
    pub target: TargetArguments,
}

fn layer_arn(text: &str) -> Result<LayerArn, String> {
    LayerArn::try_from(text.to_owned()).map_err(|error| error.to_string())
}

fn number_of_layers(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "write how many there may be, such as 2, or 0 for none".to_owned())
}

fn risk(text: &str) -> Result<Risk, String> {
    let known = || Risk::ALL.map(Risk::name).join(", ");
    Risk::ALL.into_iter().find(|risk| risk.name() == text).ok_or_else(|| format!("the risks are {}", known()))
}

fn slim_rule(text: &str) -> Result<SlimRule, String> {
    let known = || SlimRule::ALL.map(SlimRule::name).join(", ");
    SlimRule::ALL.into_iter().find(|rule| rule.name() == text).ok_or_else(|| format!("the rules are {}", known()))
}
