//! What can be typed. Raw arguments are given their meaning here and nowhere else.

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::aot::Shell;

use crate::model::bucket::LayerName;
use crate::model::finding::Severity;
use crate::model::risk::Risk;
use crate::model::shape::{Handler, LayerArn};
use crate::model::slim::SlimRule;
use crate::model::target::{Architecture, Runtime};
use crate::report::{DiffFormat, Format};
use crate::tui::colour::Palette;
use crate::workflow::{self, LoadOptions, ZippedWish};

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

/// What is opened, and as what.
#[derive(Clone, Debug, Args)]
pub(super) struct TargetArguments {
    /// The plan's file [default: the bayplan.toml beside PATH]
    #[arg(long, value_name = "FILE")]
    pub plan: Option<PathBuf>,
    /// The runtime, such as python3.13, whatever plan and bundle say
    #[arg(long, value_name = "RUNTIME")]
    pub runtime: Option<Runtime>,
    /// The architecture: x86_64 or arm64
    #[arg(long, value_name = "ARCHITECTURE")]
    pub arch: Option<Architecture>,
    /// The handler, such as app.handler, whatever the plan says
    #[arg(long, value_name = "HANDLER", value_parser = handler)]
    pub handler: Option<Handler>,
    /// Zipped sizes: auto is exact where the verdict hangs on them
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Zipped::Auto)]
    pub zipped: Zipped,
    /// Measure zipped sizes anew and keep none for the next run
    #[arg(long)]
    pub no_cache: bool,
}

/// How well zipped sizes are to be known, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Zipped {
    Auto,
    Exact,
    Estimate,
    None,
}

impl From<Zipped> for ZippedWish {
    fn from(zipped: Zipped) -> ZippedWish {
        match zipped {
            Zipped::Auto => ZippedWish::Auto,
            Zipped::Exact => ZippedWish::Exact,
            Zipped::Estimate => ZippedWish::Estimate,
            Zipped::None => ZippedWish::None,
        }
    }
}

impl TargetArguments {
    pub(super) fn options(&self) -> LoadOptions {
        LoadOptions {
            plan: self.plan.clone(),
            runtime: self.runtime.clone(),
            architecture: self.arch,
            handler: self.handler.clone(),
            zipped: self.zipped.into(),
            cache: if self.no_cache { None } else { workflow::cache_folder() },
            ..LoadOptions::default()
        }
    }
}

/// How the screen looks.
#[derive(Clone, Debug, Args)]
pub(super) struct ScreenArguments {
    /// Leave the mouse to the terminal
    #[arg(long)]
    pub no_mouse: bool,
    /// Draw with ASCII characters only
    #[arg(long)]
    pub ascii: bool,
    /// The colours: auto asks the terminal for its background
    #[arg(long, value_name = "THEME", value_enum, default_value_t = ThemeName::Auto)]
    pub theme: ThemeName,
    /// A file of keys laid over the usual ones [default: bayplan/keys.toml in the configuration folder]
    #[arg(long, value_name = "FILE")]
    pub keys: Option<PathBuf>,
    /// Write down what happens on the screen, for a report of a bug; lines are added to the file
    #[arg(long, value_name = "FILE")]
    pub log: Option<PathBuf>,
}

/// A theme, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ThemeName {
    /// As the terminal's background is
    Auto,
    /// For a dark background
    Dark,
    /// For a light background
    Light,
    /// The terminal's own sixteen colours
    Terminal,
    /// No colours
    Plain,
}

impl From<ThemeName> for Option<Palette> {
    fn from(name: ThemeName) -> Option<Palette> {
        match name {
            ThemeName::Auto => None,
            ThemeName::Dark => Some(Palette::Dark),
            ThemeName::Light => Some(Palette::Light),
            ThemeName::Terminal => Some(Palette::Terminal),
            ThemeName::Plain => Some(Palette::Plain),
        }
    }
}

#[derive(Clone, Debug, Args)]
pub(super) struct OpenArguments {
    /// A build folder, a zip, or demo:
    #[arg(default_value = ".")]
    pub path: PathBuf,
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub screen: ScreenArguments,
}

#[derive(Clone, Debug, Args)]
pub(super) struct DemoArguments {
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub screen: ScreenArguments,
}

impl From<DemoArguments> for OpenArguments {
    fn from(demo: DemoArguments) -> OpenArguments {
        OpenArguments { path: PathBuf::from("demo:"), target: demo.target, screen: demo.screen }
    }
}

#[derive(Debug, Args)]
pub(super) struct ReportArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub telling: TellingArguments,
}

/// In which formats it is told, and where each goes.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct TellingArguments {
    /// text, json, markdown, github, gitlab or junit, to standard output or to a file; may be given several times
    #[arg(long, value_name = "KIND[=FILE]")]
    pub format: Vec<Destination>,
    /// Add the markdown to the summary of the GitHub step that this runs in
    #[arg(long)]
    pub step_summary: bool,
}

#[derive(Debug, Args)]
pub(super) struct DiffArguments {
    /// A build folder, a zip, a bayplan.lock, or demo:
    pub old: PathBuf,
    /// The same, later
    pub new: PathBuf,
    /// text, json or markdown
    #[arg(long, value_name = "KIND", default_value = "text", value_parser = diff_format)]
    pub format: DiffFormat,
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    #[command(flatten)]
    pub target: TargetArguments,
    #[command(flatten)]
    pub telling: TellingArguments,
    /// From which severity on a finding fails the check
    #[arg(long, value_name = "SEVERITY", default_value = "error", value_parser = fail_on)]
    pub fail_on: Severity,
    /// Judge what bayplan pack put into this folder: artifacts against manifest, plan and limits
    #[arg(long, value_name = "DIR")]
    pub artifacts: Option<PathBuf>,
    /// Write the lock anew from this bundle
    #[arg(long)]
    pub update: bool,
    /// What is deployed so far: its lock, zip or folder; then the way from it and back is judged too
    #[arg(long, value_name = "OLD")]
    pub from: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct PackArguments {
    /// A build folder or a zip
    pub path: PathBuf,
    #[command(flatten)]
    pub target: TargetArguments,
    /// The folder for the artifacts: an empty one, or one that bayplan packed before [default: artifacts beside the plan]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Deflate anew what a zip holds, so that it comes to the same bytes as its folder would
    #[arg(long)]
    pub recompress: bool,
    /// Inflate everything that was packed and compare it with its checksums
    #[arg(long)]
    pub verify: bool,
    /// Spend several times the time on smaller zips, and say what it gained
    #[arg(long)]
    pub smallest: bool,
    /// Pack even if the verdict has an error; the exit code stays 1
    #[arg(long)]
    pub force: bool,
}

#[derive(Debug, Args)]
pub(super) struct ExportArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    #[command(flatten)]
    pub target: TargetArguments,
    /// What is to deploy it
    #[arg(long, value_enum)]
    pub to: Deployer,
    /// The folder to write to; without one: standard output
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Write what goes into a template that is there already, instead of a complete one
    #[arg(long)]
    pub fragment: bool,
    /// The folder of artifacts that pack fills [default: artifacts beside the plan]
    #[arg(long, value_name = "DIR")]
    pub artifacts: Option<PathBuf>,
    /// Write over files that are there, and also what the verdict has errors about
    #[arg(long)]
    pub force: bool,
}

/// What deploys a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Deployer {
    /// An AWS SAM template
    Sam,
    /// A Terraform configuration
    Terraform,
    /// A service of the Serverless Framework
    Serverless,
    /// A stack of the AWS CDK, in TypeScript
    Cdk,
    /// A POSIX shell script that calls the AWS CLI
    Script,
    /// A container image from AWS's base image of the runtime
    Dockerfile,
    /// A GitLab pipeline that builds, packs, checks and deploys
    Gitlab,
    /// A GitHub workflow that builds, packs, checks and deploys
    Github,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// The text of an error as you found it, in quotes, or - to read it; or the id of a rule, such as size.joint
    ///
    /// Without one: all rules and all errors that are known.
    #[arg(value_name = "ERROR")]
    pub asked: Option<String>,
    /// A build folder, a zip, or demo: in which the error's packages are looked for
    #[arg(value_name = "PATH")]
    pub path: Option<PathBuf>,
}

/// A format and where it goes; without a file to standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    pub format: Format,
    pub file: Option<PathBuf>,
}

impl FromStr for Destination {
    type Err = String;

    fn from_str(text: &str) -> Result<Destination, String> {
        let (format, file) = match text.split_once('=') {
            Some((_, "")) => return Err("a file's name is missing behind the =".to_owned()),
            Some((format, file)) => (format, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let format = format.parse().map_err(|error: crate::report::NotAFormat| error.to_string())?;
        Ok(Destination { format, file })
    }
}

#[derive(Debug, Args)]
pub(super) struct MoveArguments {
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
pub(super) struct SlimArguments {
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
pub(super) struct FitArguments {
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
    #[arg(long, value_name = "NUMBER")]
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
pub(super) enum LayerCommand {
    /// Add an empty layer of your own
    Add(LayerArguments<1>),
    /// Remove an empty layer
    Remove(LayerArguments<1>),
    /// Give a layer another name: OLD NEW
    Rename(LayerArguments<2>),
    /// Put all layers into this order; the last wins
    Order(OrderArguments),
    /// Attach somebody else's layer
    Attach(AttachArguments),
}

#[derive(Debug, Args)]
pub(super) struct LayerArguments<const NAMES: usize> {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// The layer's name
    #[arg(value_name = "NAME", num_args = NAMES, required = true)]
    pub names: Vec<LayerName>,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub(super) struct OrderArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// All layers, in the order in which Lambda is to merge them
    #[arg(value_name = "NAME", required = true)]
    pub names: Vec<LayerName>,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub(super) struct AttachArguments {
    /// A build folder, a zip, or demo:
    pub path: PathBuf,
    /// The layer's name in the plan
    pub name: LayerName,
    /// The ARN of the layer's version; ${region} may stand for the Region
    #[arg(value_parser = layer_arn)]
    pub arn: LayerArn,
    /// What it weighs unzipped; without it, totals are lower bounds
    #[arg(long, value_name = "BYTES")]
    pub unzipped_bytes: Option<u64>,
    /// The packages that it holds
    #[arg(long, value_name = "PACKAGE", value_delimiter = ',')]
    pub provides: Vec<String>,
    #[command(flatten)]
    pub target: TargetArguments,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// Of what
    #[arg(value_enum, value_name = "FORMAT")]
    pub of: SchemaOf,
}

/// What there is a schema of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaOf {
    /// bayplan.toml, as JSON
    Plan,
    /// bayplan.lock, as JSON
    Lock,
    /// What report and check write as JSON
    Report,
    /// manifest.json in a folder of artifacts
    Manifest,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// For which shell
    #[arg(value_enum, value_name = "SHELL")]
    pub shell: Shell,
}

#[derive(Debug, Args)]
pub(super) struct ManArguments {
    /// The folder to write to, such as ~/.local/share/man/man1; without one: all pages to standard output
    #[arg(value_name = "DIR")]
    pub out: Option<PathBuf>,
}

fn handler(text: &str) -> Result<Handler, String> {
    Handler::try_from(text.to_owned()).map_err(|error| error.to_string())
}

fn layer_arn(text: &str) -> Result<LayerArn, String> {
    LayerArn::try_from(text.to_owned()).map_err(|error| error.to_string())
}

fn fail_on(text: &str) -> Result<Severity, String> {
    match text {
        "error" => Ok(Severity::Error),
        "warning" => Ok(Severity::Warning),
        _ => Err("write error or warning".to_owned()),
    }
}

fn risk(text: &str) -> Result<Risk, String> {
    let known = || Risk::ALL.map(Risk::name).join(", ");
    Risk::ALL.into_iter().find(|risk| risk.name() == text).ok_or_else(|| format!("the risks are {}", known()))
}

fn diff_format(text: &str) -> Result<DiffFormat, String> {
    match text {
        "text" => Ok(DiffFormat::Text),
        "json" => Ok(DiffFormat::Json),
        "markdown" => Ok(DiffFormat::Markdown),
        _ => Err("write text, json or markdown".to_owned()),
    }
}

fn text_or_json(text: &str) -> Result<Format, String> {
    match text.parse() {
        Ok(format @ (Format::Text | Format::Json)) => Ok(format),
        _ => Err("write text or json".to_owned()),
    }
}

fn slim_rule(text: &str) -> Result<SlimRule, String> {
    let known = || SlimRule::ALL.map(SlimRule::name).join(", ");
    SlimRule::ALL.into_iter().find(|rule| rule.name() == text).ok_or_else(|| format!("the rules are {}", known()))
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
