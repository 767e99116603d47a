//! The plan's text as TOML has it: names and places, nothing judged. Unknown keys are refused here.
//!
//! The comments on fields are the descriptions in the plan's JSON Schema, which editors show.

use std::collections::BTreeMap;
use std::fmt;

use schemars::JsonSchema;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

use super::schema::{
    architecture, arn, bytecode, day, function_name, handler, layer_name, levels, mount, runtime, severity, slim_rule,
    upload, variables, version,
};
use super::size::Size;
use super::table::tables;

/// A text of the file that may turn out wrong, with its place.
pub(super) type Text = Spanned<String>;

/// Which package of a Lambda bundle lives in which bucket, what is slimmed, and for which target.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawPlan {
    /// The version of this format.
    #[schemars(required, schema_with = "version")]
    pub version: Option<Spanned<i64>>,
    /// The function, by its name. What no other bucket names stays in it.
    #[serde(default)]
    #[schemars(required, with = "BTreeMap<String, RawFunction>", extend("minProperties" = 1, "maxProperties" = 1))]
    #[schemars(extend("propertyNames" = function_name()))]
    pub function: BTreeMap<Text, RawFunction>,
    /// The layers, by their names.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawLayer>", extend("propertyNames" = layer_name()))]
    pub layer: BTreeMap<Text, RawLayer>,
    /// What lies on EFS.
    #[serde(default)]
    pub efs: RawEfs,
    /// What is not deployed, by its key, and why.
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, RawReason>")]
    pub left_out: BTreeMap<Text, Spanned<RawReason>>,
    /// What is left out of every package.
    #[serde(default)]
    pub slim: RawSlim,
    /// How it is packed.
    #[serde(default)]
    pub pack: RawPack,
    /// How it is judged.
    #[serde(default)]
    pub check: RawCheck,
}

/// The function.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Function")]
pub(super) struct RawFunction {
    /// Where its bundle lies: a build folder or a zip.
    #[serde(default)]
    #[schemars(with = "String")]
    pub source: Option<Text>,
    /// What Lambda calls, such as app.handler.
    #[serde(default)]
    #[schemars(schema_with = "handler")]
    pub handler: Option<Text>,
    /// What it runs on, such as python3.13.
    #[serde(default)]
    #[schemars(schema_with = "runtime")]
    pub runtime: Option<Text>,
    /// On which machine.
    #[serde(default)]
    #[schemars(schema_with = "architecture")]
    pub architecture: Option<Text>,
    /// How zips are uploaded: direct is judged against 50 MB.
    #[serde(default)]
    #[schemars(schema_with = "upload")]
    pub upload: Option<Text>,
    /// The layers, in the order in which Lambda merges them: the last wins.
    #[serde(default)]
    #[schemars(with = "Vec<String>", extend("maxItems" = 5, "uniqueItems" = true))]
    pub layers: Vec<Text>,
    /// Where EFS shows in the function.
    #[serde(default)]
    #[schemars(schema_with = "mount")]
    pub mount: Option<Text>,
    /// Whether SnapStart is on.
    #[serde(default)]
    pub snapstart: bool,
    /// Variables to set. A PYTHONPATH is judged; without one it is worked out.
    #[serde(default)]
    #[schemars(schema_with = "variables")]
    pub environment: BTreeMap<Text, String>,
}

/// A layer: packages of the bundle, or somebody else's by its ARN.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Layer")]
pub(super) struct RawLayer {
    /// The packages in it, by their keys.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub packages: Option<Spanned<Vec<Text>>>,
    /// Which version of somebody else's layer; the Region may be left open with ${region}.
    #[serde(default)]
    #[schemars(schema_with = "arn")]
    pub arn: Option<Text>,
    /// What somebody else's layer unpacks to.
    #[serde(default)]
    #[schemars(with = "u64")]
    pub unzipped_bytes: Option<Spanned<Size>>,
    /// The packages that somebody else's layer holds.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub provides: Option<Spanned<Vec<Text>>>,
}

/// EFS.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Efs")]
pub(super) struct RawEfs {
    /// The packages on it, by their keys.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub packages: Vec<Text>,
}

/// Why a package is left out.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
#[schemars(rename = "Reason")]
pub(super) struct RawReason {
    /// Who holds it instead: runtime, or a layer's name.
    #[serde(default)]
    #[schemars(with = "String")]
    pub provided_by: Option<Text>,
    /// Why it is not needed.
    #[serde(default)]
    #[schemars(with = "String")]
    pub because: Option<Text>,
}

/// What is left out of every package.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Slim")]
pub(super) struct RawSlim {
    /// Kinds of files.
    #[serde(default)]
    #[schemars(schema_with = "slim_rule")]
    pub rules: Vec<Text>,
    /// Patterns of files to leave out as well.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub exclude: Vec<Text>,
    /// Patterns of files that stay whatever the rules say.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub keep: Vec<Text>,
    /// The AWS services whose data the SDK keeps; without a list: all.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub services: Option<Vec<String>>,
}

/// How it is packed.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Pack")]
pub(super) struct RawPack {
    /// How compiled Python stays valid: by a hash of its source, as it is, or not at all.
    #[serde(default)]
    #[schemars(schema_with = "bytecode")]
    pub bytecode: Option<Text>,
    /// Whether packages keep their folder in the function's zip; PYTHONPATH then names it.
    #[serde(default)]
    pub keep_folders: bool,
}

/// How it is judged.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Check")]
pub(super) struct RawCheck {
    /// From which share of 250 MB on a warning is given.
    #[serde(default)]
    #[schemars(with = "u8", extend("maximum" = 100))]
    pub warn_at_percent: Option<Spanned<i64>>,
    /// How much a package may grow against the lock.
    #[serde(default)]
    #[schemars(with = "RawGrowth")]
    pub growth: Option<RawGrowth>,
    /// How bad a package is that the lock does not know.
    #[serde(default)]
    #[schemars(schema_with = "severity")]
    pub unplanned_package: Option<Text>,
    /// Packages that fit leaves where they are.
    #[serde(default)]
    #[schemars(with = "Vec<String>")]
    pub pinned: Vec<Text>,
    /// Packages that are not to be deployed.
    #[serde(default)]
    pub restricted: Vec<RawRestricted>,
    /// Findings that are accepted.
    #[serde(default)]
    pub ignore: Vec<RawIgnore>,
    /// How bad what a rule finds is, by its id or its family.
    #[serde(default)]
    #[schemars(schema_with = "levels")]
    pub rules: BTreeMap<Text, Spanned<RawLevel>>,
}

/// What a rule's id, or its family, is given: `"size.joint" = "error"`, or `size.joint = "error"`, which TOML reads as
/// a table for the family. Both are what people write.
pub(super) enum RawLevel {
    Rule(String),
    Family(BTreeMap<Text, Text>),
}

impl<'de> Deserialize<'de> for RawLevel {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<RawLevel, D::Error> {
        deserializer.deserialize_any(LevelVisitor)
    }
}

struct LevelVisitor;

impl<'de> Visitor<'de> for LevelVisitor {
    type Value = RawLevel;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"error\", \"warning\", \"note\" or \"off\"")
    }

    fn visit_str<E: serde::de::Error>(self, word: &str) -> Result<RawLevel, E> {
        Ok(RawLevel::Rule(word.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RawLevel, A::Error> {
        let mut rules = BTreeMap::new();
        while let Some((name, level)) = map.next_entry()? {
            rules.insert(name, level);
        }
        Ok(RawLevel::Family(rules))
    }
}

/// A package that is not to be deployed.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Restricted")]
pub(super) struct RawRestricted {
    /// Its key.
    #[schemars(with = "String")]
    pub package: Text,
    /// Why.
    #[schemars(with = "String")]
    pub because: Text,
    /// What to take in its place.
    #[serde(default)]
    #[schemars(with = "String")]
    pub instead: Option<Text>,
}

/// How much a package may grow.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Growth")]
pub(super) struct RawGrowth {
    /// By which share of its size.
    pub percent: u32,
    /// Below so many bytes nothing is said.
    #[serde(default)]
    #[schemars(with = "u64")]
    pub at_least_bytes: Option<Size>,
    /// How bad more is.
    #[serde(default)]
    #[schemars(schema_with = "severity")]
    pub severity: Option<Text>,
}

/// A finding that is accepted.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, remote = "Self")]
#[schemars(rename = "Ignore")]
pub(super) struct RawIgnore {
    /// The rule's id, such as platform.glibc.
    #[schemars(with = "String")]
    pub finding: Text,
    /// The package that it is accepted for; without one: all.
    #[serde(default)]
    #[schemars(with = "String")]
    pub package: Option<Text>,
    /// Why.
    #[schemars(with = "String")]
    pub because: Text,
    /// Until which day.
    #[serde(default)]
    #[schemars(schema_with = "day")]
    pub until: Option<Text>,
}

tables! { RawFunction RawLayer RawEfs RawReason RawSlim RawPack RawCheck RawRestricted RawGrowth RawIgnore }
