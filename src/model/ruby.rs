//! What gems say of themselves in their specifications. Texts went through `printable` on their way in.

use serde::{Deserialize, Serialize};

use super::entry::{EntryId, EntrySet};

/// One installed gem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gem {
    /// Its `NAME-VERSION.gemspec`, or its folder where it has none.
    pub specification: EntryId,
    /// The folder that RubyGems installed into, called after the ABI: `vendor/bundle/ruby/3.3.0`.
    pub root: EntryId,
    /// That folder's name: `3.3.0`.
    pub abi: String,
    /// `nokogiri`
    pub name: String,
    /// Its version; `None` if nothing names it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What it was built for: `x86_64-linux`; `None` for Ruby alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The gems that it asks for at run time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<GemNeed>,
    /// Whether the bundle's `Gemfile.lock` says that the user asked for it by name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requested: bool,
    /// Everything that is its own.
    pub files: EntrySet,
    /// The folder that holds its code; `None`: it is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<EntryId>,
}

/// One thing that a gem asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GemNeed {
    /// By name.
    pub name: String,
    /// In which versions, as it is written: `~> 1.4, >= 1.4.2`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub versions: String,
}
