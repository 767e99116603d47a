//! Where a package may live.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::limits::LIMITS;

/// The name of a layer, in the shape that the Lambda API takes: `[a-zA-Z0-9-_]+`, at most 140 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct LayerName(Arc<str>);

/// A text that cannot name a layer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{}\" cannot name a layer; use at most {} letters, digits, - and _", super::escape::printable(.0.as_bytes()), LIMITS.layer_name.longest)]
pub struct NotALayerName(String);

/// Names that the command line and the plan use for other buckets; a layer with such a name could not be named there.
const TAKEN: [&str; 5] = ["function", "efs", "left-out", "left_out", "new-layer"];

impl LayerName {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for LayerName {
    type Err = NotALayerName;

    fn from_str(text: &str) -> Result<LayerName, NotALayerName> {
        let fits = !text.is_empty()
            && text.len() <= LIMITS.layer_name.longest
            && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_')
            && !TAKEN.iter().any(|taken| taken.eq_ignore_ascii_case(text));
        if fits { Ok(LayerName(Arc::from(text))) } else { Err(NotALayerName(text.to_owned())) }
    }
}

impl TryFrom<String> for LayerName {
    type Error = NotALayerName;
    fn try_from(text: String) -> Result<LayerName, NotALayerName> {
        text.parse()
    }
}

impl From<LayerName> for String {
    fn from(name: LayerName) -> String {
        name.0.to_string()
    }
}

impl fmt::Display for LayerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Where a package lives, or would live if it were dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Bucket {
    /// The function's own zip.
    Function,
    /// One of its layers.
    Layer(LayerName),
    /// The file system that the function mounts.
    Efs,
    /// Nowhere: not deployed.
    LeftOut,
}

impl Bucket {
    /// Whether the bucket counts against the 250 MB that function and layers share.
    pub fn is_joint(&self) -> bool {
        matches!(self, Bucket::Function | Bucket::Layer(_))
    }

    /// The name that plans and command lines use.
    pub fn name(&self) -> &str {
        match self {
            Bucket::Function => "function",
            Bucket::Layer(name) => name.as_str(),
            Bucket::Efs => "efs",
            Bucket::LeftOut => "left-out",
        }
    }
}

impl fmt::Display for Bucket {
    /// For people: `function`, `layer scientific`, `EFS`, `left out`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Bucket::Function => f.pad("function"),
            Bucket::Layer(name) => f.pad(&format!("layer {name}")),
            Bucket::Efs => f.pad("EFS"),
            Bucket::LeftOut => f.pad("left out"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layer_names_have_the_shape_of_the_api() {
        assert!("scientific-py_310".parse::<LayerName>().is_ok());
        for bad in ["", "a b", "größe", "efs", &"x".repeat(141)] {
            assert!(bad.parse::<LayerName>().is_err(), "{bad}");
        }
    }
}
