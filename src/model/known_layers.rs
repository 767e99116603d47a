//! What is known of layers that others publish, from `assets/layers.toml`. Shown, never applied by itself.

use std::sync::LazyLock;

use serde::Deserialize;

use super::bytes::Bytes;
use super::package::PackageKey;
use super::shape::LayerArn;

/// A layer that others publish.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownLayer {
    /// How its name begins.
    pub name: String,
    /// Its size, as far as anybody said.
    pub reported: Option<Reported>,
    /// The distributions that it is published for.
    pub provides: Vec<PackageKey>,
    /// How it is known.
    pub source: String,
}

/// A size that users reported.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reported {
    /// Unzipped.
    pub bytes: Bytes,
    /// Of which version.
    pub about: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Layers {
    layer: Vec<KnownLayer>,
}

static LAYERS: LazyLock<Layers> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/layers.toml")).expect("assets/layers.toml is compiled in and tested")
});

/// What is known of the layer with that ARN; `None`: nothing.
pub fn known_layer(arn: &LayerArn) -> Option<&'static KnownLayer> {
    let arn = arn.to_string();
    let (_, name) = arn.split_once(":layer:")?;
    LAYERS.layer.iter().find(|layer| name.starts_with(&layer.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_known_by_how_their_names_begin() {
        let known = |text: &str| known_layer(&LayerArn::try_from(text.to_owned()).unwrap());
        let pandas = known("arn:aws:lambda:eu-west-1:336392948345:layer:AWSSDKPandas-Python313-Arm64:11").unwrap();
        assert_eq!(pandas.reported.as_ref().unwrap().bytes, Bytes(204 << 20));
        assert!(known("arn:aws:lambda:eu-west-1:336392948345:layer:mine:1").is_none());
    }
}
