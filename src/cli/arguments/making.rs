//! Commands that write what is deployed, and what deploys it.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::target::TargetArguments;

#[derive(Debug, Args)]
pub(in crate::cli) struct PackArguments {
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
pub(in crate::cli) struct ExportArguments {
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
pub(in crate::cli) enum Deployer {
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
