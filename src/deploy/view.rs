//! A deployment as templates see it: plain values under short names.

use serde::Serialize;

use super::cloudformation;
use super::logical::logical_ids;
use super::quote::shell_word;
use crate::model::bytes::counted;
use crate::model::deployment::{DeployedLayerKind, DeployedZip, Deployment, Origin};
use crate::model::manifest::MANIFEST;

/// What stands for a build that cannot be named.
pub(super) const BUILD: &str = "BUILD";
/// What templates call the function.
const FUNCTION: &str = "Function";

/// What every template may name.
#[derive(Debug, Serialize)]
pub(super) struct View {
    function: String,
    /// What the stack or service around it is called.
    service: String,
    handler: String,
    runtime: String,
    architecture: &'static str,
    environment: Vec<Variable>,
    /// Whether any of them has parts.
    joins: bool,
    /// The longest of their names, quoted.
    name_width: usize,
    snapstart: bool,
    /// Whether any zip has to go through S3.
    s3: bool,
    code: Zip,
    layers: Vec<Layer>,
    /// All zips, the function's first.
    zips: Vec<Zip>,
    efs: Option<Tree>,
    /// The plan's digest.
    plan: String,
    artifacts: String,
    manifest: String,
    /// `bayplan pack`, `check` and `export` of this plan over this build, as a shell takes them where the files lie.
    pack_command: String,
    check_command: String,
    export_command: String,
    /// `packed`, `foreseen` or `recorded`.
    origin: &'static str,
}

#[derive(Debug, Serialize)]
struct Variable {
    name: String,
    value: String,
    /// The value, split at every `${`.
    parts: Vec<String>,
    /// Whether it names the tree's folder, which each packing names anew.
    names_tree: bool,
}

#[derive(Clone, Debug, Serialize)]
struct Zip {
    /// What templates call what is made from it.
    id: String,
    file: String,
    /// The file as the written files name it.
    path: String,
    /// What is known of its length, for people.
    size: String,
    s3: bool,
}

#[derive(Debug, Serialize)]
struct Layer {
    name: String,
    /// What templates call it.
    id: String,
    /// The zip of our own.
    zip: Option<Zip>,
    /// Somebody else's, split where the Region is left open.
    arn: Option<Vec<String>>,
}

#[derive(Debug, Serialize)]
struct Tree {
    folder: String,
    /// The last part of the folder: digits of the digest.
    name: String,
    path: String,
    mount: String,
    size: String,
    /// How many files it has, in words.
    files: String,
}

impl View {
    pub(super) fn new(deployment: &Deployment) -> View {
        let environment = environment(deployment);
        let ids = logical_ids(deployment.layers.iter().map(|layer| &layer.name));
        let layers = deployment.layers.iter().zip(ids).map(|(layer, id)| {
            let (zip, arn) = match &layer.kind {
                DeployedLayerKind::Own(zip) => (Some(zip_of(deployment, &id, zip)), None),
                DeployedLayerKind::Foreign(foreign) => {
                    (None, Some(foreign.arn.as_str().split("${region}").map(str::to_owned).collect()))
                }
            };
            Layer { name: layer.name.to_string(), id, zip, arn }
        });
        let layers: Vec<Layer> = layers.collect();
        let code = zip_of(deployment, FUNCTION, &deployment.code);
        View {
            function: deployment.function.clone(),
            service: service_name(&deployment.function),
            handler: deployment.handler.as_str().to_owned(),
            runtime: deployment.runtime.to_string(),
            architecture: deployment.architecture.as_str(),
            joins: environment.iter().any(|variable| variable.parts.len() > 1),
            environment,
            name_width: deployment.environment.keys().map(|name| name.len() + 2).max().unwrap_or_default(),
            snapstart: deployment.snapstart,
            s3: deployment.needs_s3(),
            zips: std::iter::once(code.clone()).chain(layers.iter().filter_map(|layer| layer.zip.clone())).collect(),
            code,
            layers,
            efs: deployment.efs.as_ref().map(|tree| Tree {
                folder: tree.folder.clone(),
                name: tree.folder.rsplit('/').next().unwrap_or_default().to_owned(),
                path: tree.path.clone(),
                mount: tree.mount.clone(),
                size: tree.bytes.to_string(),
                files: counted(tree.entries, "file"),
            }),
            plan: deployment.plan_sha256.to_string(),
            pack_command: command(deployment, "pack", "--out"),
            check_command: format!("bayplan check {}", subject(deployment)),
            export_command: command(deployment, "export", "--artifacts"),
            artifacts: deployment.artifacts.clone(),
            manifest: format!("{}/{MANIFEST}", deployment.artifacts),
            origin: match deployment.origin {
                Origin::Packed => "packed",
                Origin::Foreseen => "foreseen",
                Origin::Recorded => "recorded",
            },
        }
    }
}

/// A command with the folder of artifacts under the name that the command has for it.
fn command(deployment: &Deployment, command: &str, artifacts: &str) -> String {
    format!("bayplan {command} {} {artifacts} {}", subject(deployment), shell_word(&deployment.artifacts))
}

/// What every command is about: the build and its plan.
fn subject(deployment: &Deployment) -> String {
    format!("{} --plan {}", build_word(deployment), shell_word(&deployment.build.plan))
}

/// The build as a word of the shell; of a recording there is none to name.
pub(super) fn build_word(deployment: &Deployment) -> String {
    match deployment.origin {
        Origin::Recorded => BUILD.to_owned(),
        Origin::Packed | Origin::Foreseen => shell_word(&deployment.build.path),
    }
}

/// Stacks and services begin with a letter, have two characters or more, and no `_`.
fn service_name(function: &str) -> String {
    let name = function.replace('_', "-");
    if name.len() > 1 && name.starts_with(|first: char| first.is_ascii_alphabetic()) {
        return name;
    }
    format!("service-{name}")
}

fn environment(deployment: &Deployment) -> Vec<Variable> {
    let tree = deployment.efs.as_ref().map(|tree| tree.path.as_str());
    let variables = deployment.environment.iter().map(|(name, value)| Variable {
        name: name.clone(),
        value: value.clone(),
        parts: value.split(cloudformation::REFERENCE_IN_SUB).map(str::to_owned).collect(),
        names_tree: tree.is_some_and(|path| value.contains(path)),
    });
    variables.collect()
}

fn zip_of(deployment: &Deployment, id: &str, zip: &DeployedZip) -> Zip {
    let size = match zip.bytes {
        Some(bytes) => format!("{bytes} zipped, {} unzipped", zip.unzipped),
        None => format!("{} unzipped", zip.unzipped),
    };
    Zip {
        id: id.to_owned(),
        file: zip.file.clone(),
        path: format!("{}/{}", deployment.artifacts, zip.file),
        size,
        s3: deployment.goes_through_s3(zip),
    }
}
