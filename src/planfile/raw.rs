//! The plan's text as TOML has it: names and places, nothing judged. Unknown keys are refused here.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use toml::Spanned;

/// A text of the file that may turn out wrong, with its place.
pub(super) type Text = Spanned<String>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct RawPlan {
    pub version: Option<Spanned<i64>>,
    #[serde(default)]
    pub function: BTreeMap<Text, RawFunction>,
    #[serde(default)]
    pub layer: BTreeMap<Text, RawLayer>,
    #[serde(default)]
    pub efs: RawEfs,
    #[serde(default)]
    pub left_out: BTreeMap<Text, Spanned<RawReason>>,
    #[serde(default)]
    pub slim: RawSlim,
    #[serde(default)]
    pub pack: RawPack,
    #[serde(default)]
    pub check: RawCheck,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawFunction {
    pub source: Option<Text>,
    pub handler: Option<Text>,
    pub runtime: Option<Text>,
    pub architecture: Option<Text>,
    pub upload: Option<Text>,
    #[serde(default)]
    pub layers: Vec<Text>,
    pub mount: Option<Text>,
    #[serde(default)]
    pub snapstart: bool,
    #[serde(default)]
    pub environment: BTreeMap<Text, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawLayer {
    pub packages: Option<Spanned<Vec<Text>>>,
    pub arn: Option<Text>,
    pub unzipped_bytes: Option<Spanned<u64>>,
    pub provides: Option<Spanned<Vec<Text>>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawEfs {
    #[serde(default)]
    pub packages: Vec<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawReason {
    pub provided_by: Option<Text>,
    pub because: Option<Text>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawSlim {
    #[serde(default)]
    pub rules: Vec<Text>,
    #[serde(default)]
    pub exclude: Vec<Text>,
    #[serde(default)]
    pub keep: Vec<Text>,
    pub services: Option<Vec<String>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawPack {
    pub bytecode: Option<Text>,
    #[serde(default)]
    pub keep_folders: bool,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawCheck {
    pub warn_at_percent: Option<Spanned<i64>>,
    pub growth: Option<RawGrowth>,
    pub unplanned_package: Option<Text>,
    #[serde(default)]
    pub pinned: Vec<Text>,
    #[serde(default)]
    pub restricted: Vec<RawRestricted>,
    #[serde(default)]
    pub ignore: Vec<RawIgnore>,
    #[serde(default)]
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawRestricted {
    pub package: Text,
    pub because: Text,
    pub instead: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawGrowth {
    pub percent: u32,
    pub at_least_bytes: Option<u64>,
    pub severity: Option<Text>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RawIgnore {
    pub finding: Text,
    pub package: Option<Text>,
    pub because: Text,
    pub until: Option<Text>,
}
