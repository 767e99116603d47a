//! What AWS allows, read from `assets/limits.toml`, where each number stands with its source.

use std::sync::LazyLock;

use serde::Deserialize;

use super::bytes::Bytes;

/// A limit in bytes.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ByteLimit {
    /// The number; reaching it counts as over.
    pub bytes: Bytes,
    /// Who says so.
    pub source: String,
}

impl ByteLimit {
    /// Whether a size is too much: AWS wants sizes *smaller than* its limits, so equality is over.
    pub fn is_reached_by(&self, size: Bytes) -> bool {
        size >= self.bytes
    }

    /// By how much a size is too much: taking this many bytes away makes it fit.
    pub fn excess(&self, size: Bytes) -> Bytes {
        if self.is_reached_by(size) { size.less(self.bytes) } else { Bytes::ZERO }
    }
}

/// A limit in pieces.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountLimit {
    /// The number; reaching it is allowed.
    pub count: usize,
    /// Who says so.
    pub source: String,
}

/// The shape of a name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShapeLimit {
    /// The shape, as the API documents it, for messages.
    pub pattern: String,
    /// The most characters.
    pub longest: usize,
    /// Who says so.
    pub source: String,
}

/// A call of the API that may carry a zip in its own body.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectCall {
    /// The operation's name.
    pub name: String,
    /// What the zip is of.
    pub carries: Carried,
    /// The body around the zip, with no zip in it.
    pub frame: String,
}

/// What a call publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Carried {
    /// A function's code.
    Function,
    /// A layer's content.
    Layer,
}

/// Everything in `assets/limits.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Function and layers together, unzipped.
    pub unzipped: ByteLimit,
    /// One layer alone, unzipped.
    pub layer: ByteLimit,
    /// A zip uploaded without S3.
    pub direct_upload: ByteLimit,
    /// The largest such zip that is safe under every known form of the request.
    pub direct_upload_safe: ByteLimit,
    /// The body of a request that carries a zip.
    pub request: ByteLimit,
    /// What that limit was until November 2023.
    pub request_before: ByteLimit,
    /// The calls that may carry one; the first for each kind is the shortest.
    #[serde(rename = "call")]
    pub calls: Vec<DirectCall>,
    /// Layers of one function.
    pub layers: CountLimit,
    /// Environment variables together.
    pub environment: ByteLimit,
    /// A container image.
    pub image: ByteLimit,
    /// Where EFS may be mounted.
    pub mount_path: ShapeLimit,
    /// A layer's name.
    pub layer_name: ShapeLimit,
    /// A layer version's ARN.
    pub layer_arn: ShapeLimit,
    /// A handler.
    pub handler: ShapeLimit,
}

/// The limits of AWS Lambda.
pub static LIMITS: LazyLock<Limits> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/limits.toml")).expect("assets/limits.toml is compiled in and tested")
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equality_is_over() {
        let limit = &LIMITS.unzipped;
        assert_eq!(limit.bytes, Bytes(262_144_000));
        assert!(!limit.is_reached_by(Bytes(262_143_999)));
        assert!(limit.is_reached_by(Bytes(262_144_000)));
        assert_eq!(limit.excess(Bytes(370_064_218)), Bytes(107_920_218));
    }
}
