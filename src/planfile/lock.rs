//! The lock as text: one line a package, in the order of their keys.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use toml::Spanned;
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

use super::raw::Text;
use super::read::fit_to_print;
use super::schema::version;
use super::{PlanError, VERSION};
use crate::model::bytes::Bytes;
use crate::model::lock::{Lock, LockedPackage};
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
    /// Every package of the bundle, by its key.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawPackage>")]
    packages: BTreeMap<Text, RawPackage>,
}

/// One package.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
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
    bytes: u64,
    /// The digest of its content, where it is recorded.
    #[serde(default)]
    #[schemars(with = "String")]
    digest: Option<Text>,
}

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
    })
}

fn locked(text: &str, raw: &RawPackage) -> Result<LockedPackage, PlanError> {
    let shown =
        |field: &Option<Text>| field.as_ref().map(|field| fit_to_print(text, field).map(str::to_owned)).transpose();
    Ok(LockedPackage {
        version: shown(&raw.version)?,
        bucket: fit_to_print(text, &raw.bucket)?.to_owned(),
        bytes: Bytes(raw.bytes),
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
    let mut packages = Table::new();
    for (key, package) in &lock.packages {
        packages.insert(key.as_str(), Item::Value(line(package).into()));
    }
    document.insert("packages", Item::Table(packages));
    format!("{FIRST_LINE}{document}")
}

fn line(package: &LockedPackage) -> InlineTable {
    let mut line = InlineTable::new();
    if let Some(version) = &package.version {
        line.insert("version", version.as_str().into());
    }
    line.insert("bucket", package.bucket.as_str().into());
    line.insert("bytes", i64::try_from(package.bytes.0).unwrap_or(i64::MAX).into());
    if let Some(digest) = &package.digest {
        line.insert("digest", digest.as_str().into());
    }
    line
}
