//! The lock as text: one line a package, in the order of their keys.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use super::raw::Text;
use super::read::fit_to_print;
use super::schema::version;
use super::size::Size;
use super::table::tables;
use super::{PlanError, VERSION};
use crate::model::bucket::{LayerName, NotALayerName};
use crate::model::bytes::Bytes;
use crate::model::lock::{Lock, LockedLayer, LockedPackage};
use crate::model::package::PackageKey;
use crate::model::target::{Architecture, Runtime, Target};

/// A lock of a hundred thousand packages has about 15 MB.
const LARGEST_LOCK: usize = 64 * 1024 * 1024;

const FIRST_LINE: &str =
    "# Written by bayplan: the sizes that bayplan.toml was made from. Commit it, do not edit it.\n";

/// The sizes, versions and digests that a plan was made from. Written by bayplan alone.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLock {
    /// The version of this format.
    #[schemars(required, schema_with = "version")]
    version: Option<Spanned<i64>>,
    /// The name of the plan's function.
    #[schemars(with = "String")]
    function: Text,
    /// What the bundle was built for, such as python3.13.
    #[serde(default)]
    #[schemars(with = "Runtime")]
    runtime: Option<Spanned<Runtime>>,
    /// For which machine.
    #[serde(default)]
    #[schemars(with = "Architecture")]
    architecture: Option<Architecture>,
    /// Whether the plan packs no compiled Python.
    #[serde(default)]
    drops_bytecode: bool,
    /// The layers of others that the plan attaches, by their names.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawLayer>")]
    layers: BTreeMap<Text, RawLayer>,
    /// Every package of the bundle, by its key.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawPackage>")]
    packages: BTreeMap<Text, RawPackage>,
}

/// Somebody else's layer.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Layer")]
struct RawLayer {
    /// Which version of it.
    #[schemars(with = "String")]
    arn: Text,
    /// What it unpacks to; without: not known.
    #[serde(default)]
    #[schemars(with = "u64")]
    bytes: Option<Size>,
    /// The packages that it holds.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    provides: Vec<Text>,
}

/// One package.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Package")]
struct RawPackage {
    /// Its version, where it has one.
    #[serde(default)]
    #[schemars(with = "String")]
    version: Option<Text>,
    /// Where the plan put it: function, efs, left-out or layer:NAME.
    #[schemars(with = "String")]
    bucket: Text,
    /// Its bytes, without those that depend on where the build ran.
    #[schemars(with = "u64")]
    bytes: Size,
    /// What of them slimming keeps.
    #[serde(default)]
    #[schemars(with = "u64")]
    kept_bytes: Option<Size>,
    /// The digest of its content, where it is recorded.
    #[serde(default)]
    #[schemars(with = "String")]
    digest: Option<Text>,
}

tables! { RawLayer RawPackage }

/// Reads a lock.
pub fn parse_lock(text: &str) -> Result<Lock, PlanError> {
    if text.len() > LARGEST_LOCK {
        return Err(PlanError::whole(format!("{} of text is no lock of bayplan's", Bytes(text.len() as u64))));
    }
    let raw: RawLock = toml::from_str(text).map_err(|error| PlanError::from_toml(text, &error))?;
    match raw.version {
        Some(version) if *version.get_ref() == i64::from(VERSION) => {}
        Some(version) => {
            let message = format!("version {} is not known; this bayplan reads version {VERSION}", version.get_ref());
            return Err(PlanError::at(text, version.span(), message));
        }
        None => return Err(PlanError::at(text, 0..0, "the lock's version is missing")),
    }
    let packages = raw.packages.into_iter().map(|(key, package)| {
        let key = PackageKey::new(fit_to_print(text, &key)?);
        Ok((key, locked(text, &package)?))
    });
    Ok(Lock {
        function: fit_to_print(text, &raw.function)?.to_owned(),
        target: Target { runtime: raw.runtime.map(Spanned::into_inner), architecture: raw.architecture },
        packages: packages.collect::<Result<_, PlanError>>()?,
        drops_bytecode: raw.drops_bytecode,
        foreign: raw.layers.into_iter().map(|(name, layer)| foreign(text, &name, &layer)).collect::<Result<_, _>>()?,
    })
}

fn foreign(text: &str, name: &Text, raw: &RawLayer) -> Result<(LayerName, LockedLayer), PlanError> {
    let layer =
        name.get_ref().parse().map_err(|error: NotALayerName| PlanError::at(text, name.span(), error.to_string()))?;
    let provides = raw.provides.iter().map(|name| fit_to_print(text, name).map(str::to_owned));
    let locked = LockedLayer {
        arn: fit_to_print(text, &raw.arn)?.to_owned(),
        bytes: raw.bytes.map(Bytes::from),
        provides: provides.collect::<Result<_, _>>()?,
    };
    Ok((layer, locked))
}

fn locked(text: &str, raw: &RawPackage) -> Result<LockedPackage, PlanError> {
    let shown =
        |field: &Option<Text>| field.as_ref().map(|field| fit_to_print(text, field).map(str::to_owned)).transpose();
    Ok(LockedPackage {
        version: shown(&raw.version)?,
        bucket: fit_to_print(text, &raw.bucket)?.to_owned(),
        bytes: raw.bytes.into(),
        kept: raw.kept_bytes.unwrap_or(raw.bytes).into(),
        digest: shown(&raw.digest)?,
    })
}

/// The lock as text.
pub fn render_lock(lock: &Lock) -> String {
    let mut document = DocumentMut::new();
    let mut put = |key: &str, value: Value| document.insert(key, Item::Value(value));
    put("version", i64::from(VERSION).into());
    put("function", lock.function.as_str().into());
    if let Some(runtime) = &lock.target.runtime {
        put("runtime", runtime.as_str().into());
    }
    if let Some(architecture) = lock.target.architecture {
        put("architecture", architecture.as_str().into());
    }
    if lock.drops_bytecode {
        put("drops_bytecode", true.into());
    }
    if !lock.foreign.is_empty() {
        let layers = lock.foreign.iter().map(|(name, layer)| (name.as_str(), Item::Value(attached(layer).into())));
        document.insert("layers", Item::Table(layers.collect()));
    }
    let mut packages = Table::new();
    for (key, package) in &lock.packages {
        packages.insert(key.as_str(), Item::Value(line(package).into()));
    }
    document.insert("packages", Item::Table(packages));
    format!("{FIRST_LINE}{document}")
}

fn attached(layer: &LockedLayer) -> InlineTable {
    let mut line = InlineTable::from_iter([("arn", layer.arn.as_str())]);
    if let Some(bytes) = layer.bytes {
        line.insert("bytes", integer(bytes));
    }
    if !layer.provides.is_empty() {
        line.insert("provides", layer.provides.iter().map(String::as_str).collect::<Array>().into());
    }
    line
}

/// TOML's integers have 63 bits; no build needs more.
fn integer(bytes: Bytes) -> Value {
    i64::try_from(bytes.0).unwrap_or(i64::MAX).into()
}

fn line(package: &LockedPackage) -> InlineTable {
    let mut line = InlineTable::new();
    if let Some(version) = &package.version {
        line.insert("version", version.as_str().into());
    }
    line.insert("bucket", package.bucket.as_str().into());
    line.insert("bytes", integer(package.bytes));
    if package.kept != package.bytes {
        line.insert("kept_bytes", integer(package.kept));
    }
    if let Some(digest) = &package.digest {
        line.insert("digest", digest.as_str().into());
    }
    line
}
