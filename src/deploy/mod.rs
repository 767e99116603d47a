//! Floor 1: a deployment becomes what deploys it, a file per tool. Files are returned as text; who asked writes them.
//!
//! What a tool's files look like is data, in `assets/templates/`: a folder per tool. Each file of a tool is filled in
//! from one [`Deployment`], and `template` sees to it that every value is quoted by the rules of the file that it goes
//! into, whatever a template does.
//!
//! A tool is a function from deployment and shape to files, and a row in [`Tool`].

mod cdk;
mod cloudformation;
mod dockerfile;
mod github;
mod gitlab;
mod logical;
mod pipeline;
mod quote;
mod sam;
mod script;
mod serverless;
mod template;
mod terraform;
mod view;

pub use quote::shell_word;

use crate::model::deployment::Deployment;
use template::fill;
use view::View;

/// What deploys a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tool {
    /// AWS SAM, and with it CloudFormation.
    Sam,
    /// Terraform or OpenTofu.
    Terraform,
    /// The Serverless Framework.
    Serverless,
    /// The AWS CDK, in TypeScript.
    Cdk,
    /// A POSIX shell script that calls the AWS CLI.
    Script,
    /// A container image.
    Dockerfile,
    /// A pipeline of GitLab CI/CD.
    Gitlab,
    /// A workflow of GitHub Actions.
    Github,
}

/// How much a tool's files say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    /// Everything that is needed to deploy, with comments.
    #[default]
    Complete,
    /// What is put into a template that somebody has already. It reads the manifest where the tool can.
    Fragment,
}

/// A file to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFile {
    /// Its name in the folder that is exported to.
    pub name: String,
    /// What it says.
    pub text: String,
    /// Whether it is a program.
    pub mode: Mode,
}

/// Whether a file can be started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It is read.
    #[default]
    Plain,
    /// It is started.
    Program,
}

/// Why a tool cannot be given a deployment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CannotExport {
    /// The image would have to be made from another one.
    #[error("no base image of AWS is known here for {0}")]
    NoBase(String),
    /// The file has no way to write it.
    #[error("the folder \"{0}\" holds packages and cannot be named in a Dockerfile; rename it in the build")]
    OddFolder(String),
    /// The tool would read something into it.
    #[error(
        "the variable {variable} holds \"{held}\", which {tool} replaces and cannot be told not to; give it another value, or set it where the function is deployed"
    )]
    Replaced {
        /// The variable's name.
        variable: String,
        /// What in its value is not taken as it is.
        held: String,
        /// By whom.
        tool: &'static str,
    },
    /// The tool would read something into it.
    #[error(
        "the folder of artifacts, \"{0}\", has letters that {1} would read as its own; pack into another with --out and name that with --artifacts"
    )]
    OddArtifacts(String, &'static str),
    /// A runner has the repository and nothing else, and the tool would read something into odd letters.
    #[error(
        "{tool} cannot be told of the {what} \"{path}\"; it has to lie below the folder that is exported to (--out), under a name without signs such as $ and *"
    )]
    OddPath {
        /// What lies there.
        what: &'static str,
        /// Its path, fit to print.
        path: String,
        /// Who cannot be told.
        tool: &'static str,
    },
    /// A pipeline has to begin somewhere.
    #[error("how to build for {0} is not known here; pipelines are written for Python and Node")]
    NoBuild(String),
    /// What is built is a folder, which is packed afterwards.
    #[error("the bundle is a zip, and {0} builds a folder; open the folder that it was made from, or take --fragment")]
    ZippedBuild(&'static str),
    /// There is nothing to put it into.
    #[error("{0} is exported whole; leave --fragment out")]
    NoFragment(&'static str),
    /// A template is wrong, which is bayplan's fault.
    #[error("the template {0} cannot be filled in: {1}")]
    Template(String, String),
}

impl Tool {
    /// All of them.
    pub const ALL: [Tool; 8] = [
        Tool::Sam,
        Tool::Terraform,
        Tool::Serverless,
        Tool::Cdk,
        Tool::Script,
        Tool::Dockerfile,
        Tool::Gitlab,
        Tool::Github,
    ];

    /// As it is typed.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Sam => "sam",
            Tool::Terraform => "terraform",
            Tool::Serverless => "serverless",
            Tool::Cdk => "cdk",
            Tool::Script => "script",
            Tool::Dockerfile => "dockerfile",
            Tool::Gitlab => "gitlab",
            Tool::Github => "github",
        }
    }

    /// As people call what is written.
    pub fn title(self) -> &'static str {
        match self {
            Tool::Sam => "AWS SAM template",
            Tool::Terraform => "Terraform configuration",
            Tool::Serverless => "Serverless Framework service",
            Tool::Cdk => "AWS CDK stack in TypeScript",
            Tool::Script => "shell script with the AWS CLI",
            Tool::Dockerfile => "Dockerfile of a container image",
            Tool::Gitlab => "GitLab CI/CD pipeline",
            Tool::Github => "GitHub Actions workflow",
        }
    }

    /// The folder beside the plan that its files are put into if nothing else is said; `None`: beside the plan itself,
    /// where pipelines have to lie and images are built from.
    pub fn folder(self) -> Option<&'static str> {
        match self {
            Tool::Sam => Some("sam"),
            Tool::Terraform => Some("terraform"),
            Tool::Serverless => Some("serverless"),
            Tool::Cdk => Some("cdk"),
            Tool::Script => Some(pipeline::DEPLOY),
            Tool::Dockerfile | Tool::Gitlab | Tool::Github => None,
        }
    }

    /// Whether its files name artifacts that have to be packed first. Pipelines pack them, and images hold the build.
    pub fn wants_artifacts(self) -> bool {
        !matches!(self, Tool::Dockerfile | Tool::Gitlab | Tool::Github)
    }

    /// What comes after its files are written, as one goes on in a sentence.
    pub fn next(self, shape: Shape) -> &'static str {
        match (self, shape) {
            (Tool::Sam, Shape::Complete) => "sam deploy",
            (Tool::Terraform, Shape::Complete) => "terraform init and apply",
            (Tool::Serverless, Shape::Complete) => "serverless deploy",
            (Tool::Cdk, Shape::Complete) => "npm install and cdk deploy",
            (Tool::Script, Shape::Complete) => "run deploy.sh",
            (Tool::Dockerfile, _) => "docker build",
            (Tool::Gitlab | Tool::Github, Shape::Complete) => "commit it with the plan and its lock",
            (Tool::Sam, Shape::Fragment) => "put it into your template",
            (Tool::Terraform, Shape::Fragment) => "put it beside your configuration",
            (Tool::Serverless, Shape::Fragment) => "name it in your serverless.yml",
            (Tool::Cdk, Shape::Fragment) => "use it in your app",
            (Tool::Script, Shape::Fragment) => "run bayplan-update.sh",
            (Tool::Gitlab, Shape::Fragment) => "put it into your pipeline",
            (Tool::Github, Shape::Fragment) => "put its steps into your workflow",
        }
    }

    /// What it deploys a deployment from.
    pub fn files(self, deployment: &Deployment, shape: Shape) -> Result<Vec<NamedFile>, CannotExport> {
        match self {
            Tool::Sam => sam::files(deployment, shape),
            Tool::Terraform => terraform::files(deployment, shape),
            Tool::Serverless => serverless::files(deployment, shape),
            Tool::Cdk => cdk::files(deployment, shape),
            Tool::Script => script::files(deployment, shape),
            Tool::Dockerfile => dockerfile::files(deployment, shape),
            Tool::Gitlab => gitlab::files(deployment, shape),
            Tool::Github => github::files(deployment, shape),
        }
    }
}

/// The script that puts the tree on the file system, for deployments that have one; the same for every tool.
fn put_on_efs(deployment: &Deployment, view: &View) -> Result<Option<NamedFile>, CannotExport> {
    deployment.efs.as_ref().map(|_| fill("efs/put-on-efs.sh", "put-on-efs.sh", view)).transpose()
}
