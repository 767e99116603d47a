//! The plan's text as TOML has it: names and places, nothing judged. Unknown keys are refused here.

use std::collections::BTreeMap;

use serde::Deserialize;
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
    pub ignore: Vec<RawIgnore>,
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
