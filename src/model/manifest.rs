//! What was packed, as `manifest.json` beside the artifacts says it: made by pack, read by whatever deploys or checks.
//!
//! A manifest names no date, no machine and no path outside its folder, so that the same source gives the same one.
//! What it says of foreign names went through [`printable`](super::escape::printable).

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bucket::{Bucket, LayerName};
use super::bytes::Bytes;
use super::digest::Sha256Digest;
use super::package::PackageKey;
use super::schema::{Side, schema_text};
use super::target::{Architecture, Runtime};

/// The name of the file.
pub const MANIFEST: &str = "manifest.json";
/// The version of the format; it grows when a field changes its meaning.
pub const MANIFEST_VERSION: u32 = 1;
/// The folder that holds the tree for EFS.
pub const EFS_FOLDER: &str = "efs";
/// How many hexadecimal digits of a tree's digest name its folder.
pub const EFS_DIGITS: usize = 16;

/// Everything that lies in a folder of artifacts, and how it is to be deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The version of this format.
    #[schemars(extend("const" = MANIFEST_VERSION))]
    pub version: u32,
    /// What deflated it.
    pub encoder: String,
    /// The name of the plan's function.
    pub function: String,
    /// What it runs on; `null`: not known.
    pub runtime: Option<Runtime>,
    /// On which machine; `null`: not known.
    pub architecture: Option<Architecture>,
    /// What Lambda calls; `null`: not known.
    pub handler: Option<String>,
    /// SHA-256 of the plan as bayplan writes it, without comments.
    pub plan_sha256: Sha256Digest,
    /// The environment variables to set, PYTHONPATH among them where it is needed.
    pub environment: BTreeMap<String, String>,
    /// Function and layers of our own, unzipped: what counts against 250 MB together with the layers of others.
    pub joint_bytes: Bytes,
    /// The zips: the function's first, then layers in their order.
    pub artifacts: Vec<PackedZip>,
    /// All layers to attach, in this order; the last wins.
    pub layers: Vec<AttachedLayer>,
    /// What is to lie on EFS.
    pub efs: Option<PackedTree>,
    /// Packages that are nowhere in it.
    pub left_out: Vec<LeftOut>,
    /// Files that slimming left out of packages that are in it.
    pub slimmed: Vec<Slimmed>,
    /// What became of `.pyc` files that knew their sources by date.
    pub bytecode: PackedBytecode,
}

/// A zip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackedZip {
    /// Its name in the folder: `function.zip`, `layer-NAME.zip`.
    pub file: String,
    /// Which layer it is; `null`: the function.
    pub layer: Option<LayerName>,
    /// Its length: Lambda's CodeSize.
    pub bytes: Bytes,
    /// What it unpacks to.
    pub unzipped_bytes: Bytes,
    /// Files and links in it.
    pub entries: u64,
    /// Its SHA-256.
    pub sha256: Sha256Digest,
    /// The same in base64: Lambda's CodeSha256.
    pub code_sha256: String,
    /// The packages in it.
    pub packages: Vec<PackedPackage>,
}

/// A layer that is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachedLayer {
    /// Its name in the plan.
    pub name: LayerName,
    /// The zip to publish; `null`: somebody else's.
    pub file: Option<String>,
    /// Which version of somebody else's; `null`: our own.
    pub arn: Option<String>,
}

/// A tree of files for EFS.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackedTree {
    /// Its folder, below the manifest's: `efs/` and digits of its digest.
    pub folder: String,
    /// Where the function has to find it: below the mount path.
    pub path: String,
    /// Where EFS is mounted.
    pub mount: String,
    /// The lengths of all files and links.
    pub bytes: Bytes,
    /// Files and links in it.
    pub entries: u64,
    /// SHA-256 over the tree: for each file and link, by the bytes of its path, a line of mode, length, SHA-256 of the
    /// content and path, ended by a zero byte.
    pub sha256: Sha256Digest,
    /// The packages in it.
    pub packages: Vec<PackedPackage>,
}

/// A package in an artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackedPackage {
    /// Its key in the plan.
    pub key: PackageKey,
    /// Its version, where it has one.
    pub version: Option<String>,
    /// Its files, slimmed.
    pub files: u64,
    /// Their lengths.
    pub bytes: Bytes,
}

/// A package that is not deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LeftOut {
    /// Its key in the plan.
    pub key: PackageKey,
    /// Its version, where it has one.
    pub version: Option<String>,
    /// What it would have weighed.
    pub bytes: Bytes,
    /// Who holds it instead: `runtime`, or a layer's name.
    pub provided_by: Option<String>,
    /// Why, in the user's words.
    pub because: Option<String>,
}

/// Files left out of packages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slimmed {
    /// The rule's name, or `exclude` for the plan's own patterns.
    pub rule: String,
    /// How many.
    pub files: u64,
    /// Their lengths.
    pub bytes: Bytes,
}

/// What became of dated bytecode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PackedBytecode {
    /// `hash-based`, `keep` or `drop`, as the plan says.
    pub mode: String,
    /// How many `.pyc` files were made to know their sources by an unchecked hash.
    pub hash_based: u64,
    /// How many were packed as they are, by reason.
    pub kept: BTreeMap<String, u64>,
}

/// The name of a bucket's zip; `None`: it is packed as none.
pub fn zip_name(bucket: &Bucket) -> Option<String> {
    match bucket {
        Bucket::Function => Some("function.zip".to_owned()),
        Bucket::Layer(name) => Some(format!("layer-{name}.zip")),
        Bucket::Efs | Bucket::LeftOut => None,
    }
}

/// The schema of `manifest.json`.
pub fn manifest_schema() -> String {
    schema_text::<Manifest>("manifest.json of bayplan's artifacts", Side::Written)
}

impl PackedZip {
    /// Which bucket it is.
    pub fn bucket(&self) -> Bucket {
        self.layer.clone().map_or(Bucket::Function, Bucket::Layer)
    }
}

impl Manifest {
    /// As the text of the file.
    pub fn to_text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }
}
