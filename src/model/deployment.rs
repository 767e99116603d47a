//! What is to be deployed, as the tools that deploy it need to know it: made once from plan and manifest, or from plan
//! and bundle where nothing is packed yet, and written down by every tool in its own words.
//!
//! Texts in it are as the user wrote them; whoever writes them into a file quotes them by that file's rules.

use std::collections::BTreeMap;

use super::bucket::LayerName;
use super::bytes::{Amount, Bytes, Certainty};
use super::digest::Sha256Digest;
use super::limits::LIMITS;
use super::plan::{ForeignLayer, Upload};
use super::shape::Handler;
use super::target::{Architecture, Runtime};

/// A function with all that belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// The function's name in the plan; letters, digits, `-` and `_`.
    pub function: String,
    /// What Lambda calls.
    pub handler: Handler,
    /// What it runs on.
    pub runtime: Runtime,
    /// On which machine.
    pub architecture: Architecture,
    /// All variables to set, PYTHONPATH among them where one is needed.
    pub environment: BTreeMap<String, String>,
    /// Whether SnapStart is on.
    pub snapstart: bool,
    /// How artifacts get to Lambda.
    pub upload: Upload,
    /// The function's own zip.
    pub code: DeployedZip,
    /// Its layers, in the order in which Lambda merges them: the last wins.
    pub layers: Vec<DeployedLayer>,
    /// What lies on EFS; `None`: the function needs no file system.
    pub efs: Option<DeployedTree>,
    /// SHA-256 of the plan.
    pub plan_sha256: Sha256Digest,
    /// The folder of artifacts as the written files name it, from where they lie; its parts are divided by `/`.
    pub artifacts: String,
    /// Where sizes and digests come from.
    pub origin: Origin,
    /// The build itself, for what deploys it whole.
    pub build: Build,
}

/// Where the sizes and digests of a deployment come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Artifacts of this plan were packed, and their manifest says so.
    Packed,
    /// Nothing was packed yet; this is what pack would write.
    Foreseen,
    /// There are no contents that could be packed: the name of the tree's folder is not known.
    Recorded,
}

/// A zip that is uploaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedZip {
    /// Its name in the folder of artifacts.
    pub file: String,
    /// Its length; `None`: not known before it is packed.
    pub bytes: Option<Amount>,
    /// What it unpacks to.
    pub unzipped: Amount,
}

/// A layer that is attached.
#[derive(Clone, Debug, PartialEq)]
pub struct DeployedLayer {
    /// Its name in the plan.
    pub name: LayerName,
    /// Whose it is.
    pub kind: DeployedLayerKind,
}

/// Whose layer it is.
#[derive(Clone, Debug, PartialEq)]
pub enum DeployedLayerKind {
    /// Published from this zip.
    Own(DeployedZip),
    /// Published by somebody else.
    Foreign(ForeignLayer),
}

/// The tree of files that lies on EFS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedTree {
    /// Its folder in that of artifacts: `efs/` and digits of its digest.
    pub folder: String,
    /// Where the function finds it: below the mount.
    pub path: String,
    /// Where the file system is mounted in the function.
    pub mount: String,
    /// The lengths of its files.
    pub bytes: Bytes,
    /// How many there are.
    pub entries: u64,
}

/// The build that a deployment is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Build {
    /// Whether it is a zip, which has to be unpacked first.
    pub is_zip: bool,
    /// The folders in it, besides its own, that hold packages of Python; as bytes of their paths.
    pub roots: Vec<Vec<u8>>,
    /// The variables that the plan itself sets.
    pub planned_environment: BTreeMap<String, String>,
    /// Where it lies, as the written files name it.
    pub path: String,
    /// The plan's file, as the written files name it.
    pub plan: String,
    /// The manifest that asks for its packages, and the command that installs them into `path` for the runtime and the
    /// architecture; `None`: nothing is known of how it is built.
    pub install: Option<Install>,
    /// The user's own files and folders at its top.
    pub own: Vec<Vec<u8>>,
}

/// How a build's packages are installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Install {
    /// `requirements.txt` or `package.json`, as the written files name it.
    pub manifest: String,
    /// The command of a POSIX shell.
    pub command: String,
}

/// Something that has to be known of every deployment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} is not known; write {example} into the plan, or give {option}")]
pub struct NotKnown {
    what: &'static str,
    example: &'static str,
    option: &'static str,
}

impl NotKnown {
    /// What Lambda calls is missing.
    pub const HANDLER: NotKnown =
        NotKnown { what: "the handler", example: "handler = \"app.handler\"", option: "--handler" };
    /// What it runs on is missing.
    pub const RUNTIME: NotKnown =
        NotKnown { what: "the runtime", example: "runtime = \"python3.13\"", option: "--runtime" };
    /// On which machine is missing.
    pub const ARCHITECTURE: NotKnown =
        NotKnown { what: "the architecture", example: "architecture = \"x86_64\"", option: "--arch" };
}

impl Deployment {
    /// The layers of our own, with their zips.
    pub fn own_layers(&self) -> impl Iterator<Item = (&LayerName, &DeployedZip)> {
        self.layers.iter().filter_map(|layer| match &layer.kind {
            DeployedLayerKind::Own(zip) => Some((&layer.name, zip)),
            DeployedLayerKind::Foreign(_) => None,
        })
    }

    /// What layers of others unzip to together; `None`: not known.
    pub fn foreign_bytes(&self) -> Option<Bytes> {
        let foreign = self.layers.iter().filter_map(|layer| match &layer.kind {
            DeployedLayerKind::Own(_) => None,
            DeployedLayerKind::Foreign(foreign) => Some(foreign.unzipped),
        });
        foreign.sum()
    }

    /// Whether a zip has to go through a bucket of S3: as the plan says, and always from 50 MB on.
    pub fn goes_through_s3(&self, zip: &DeployedZip) -> bool {
        let is_large = |bytes: Amount| {
            bytes.certainty != Certainty::Estimate && bytes.bytes > LIMITS.direct_upload_safe.bytes
                || LIMITS.direct_upload.is_reached_by(bytes.bytes)
        };
        self.upload == Upload::S3 || zip.bytes.is_some_and(is_large)
    }

    /// Whether any zip goes through S3.
    pub fn needs_s3(&self) -> bool {
        let layers = self.own_layers().map(|(_, zip)| zip);
        std::iter::once(&self.code).chain(layers).any(|zip| self.goes_through_s3(zip))
    }
}
