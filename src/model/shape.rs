//! The shapes that the Lambda API demands of texts a user types: mount paths, layer ARNs, handlers.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::escape::printable;
use super::limits::LIMITS;

/// A text that does not have the shape AWS demands.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} \"{}\" {wrong}", printable(.text.as_bytes()))]
pub struct BadShape {
    what: &'static str,
    text: String,
    wrong: String,
}

/// Where EFS shows in a function: one part below `/mnt`, at most 160 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MountPath(String);

impl MountPath {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for MountPath {
    fn default() -> MountPath {
        MountPath("/mnt/packages".to_owned())
    }
}

impl TryFrom<String> for MountPath {
    type Error = BadShape;

    fn try_from(text: String) -> Result<MountPath, BadShape> {
        let part = text.strip_prefix("/mnt/").unwrap_or_default();
        // A part of dots alone leads elsewhere: "/mnt/.." is the root.
        let fits = !part.is_empty()
            && part.chars().any(|letter| letter != '.')
            && text.len() <= LIMITS.mount_path.longest
            && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_.".contains(letter));
        if fits {
            return Ok(MountPath(text));
        }
        let wrong = "is not a mount path of Lambda: exactly one part below /mnt, such as /mnt/packages".to_owned();
        Err(BadShape { what: "mount", text, wrong })
    }
}

impl From<MountPath> for String {
    fn from(path: MountPath) -> String {
        path.0
    }
}

impl fmt::Display for MountPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The ARN of a layer version. The Region may be left open with `${region}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct LayerArn(String);

impl LayerArn {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The ARN without its version: two versions of one layer may not be attached together.
    pub fn without_version(&self) -> &str {
        self.0.rsplit_once(':').map_or(&self.0, |(layer, _)| layer)
    }
}

impl TryFrom<String> for LayerArn {
    type Error = BadShape;

    fn try_from(text: String) -> Result<LayerArn, BadShape> {
        if text.len() <= LIMITS.layer_arn.longest && is_layer_arn(&text) {
            return Ok(LayerArn(text));
        }
        let wrong = "is not the ARN of a layer version; it looks like \
                     arn:aws:lambda:eu-west-1:123456789012:layer:name:1"
            .to_owned();
        Err(BadShape { what: "arn", text, wrong })
    }
}

fn is_layer_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.split(':').collect();
    let is_name = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_".contains(letter))
    };
    let is_number = |part: &str| !part.is_empty() && part.chars().all(|letter| letter.is_ascii_digit());
    match parts[..] {
        ["arn", partition, "lambda", region, account, "layer", name, version] => {
            is_name(partition)
                && (is_name(region) || region == "${region}")
                && (account.len() == 12 && is_number(account))
                && is_name(name)
                && is_number(version)
        }
        _ => false,
    }
}

impl From<LayerArn> for String {
    fn from(arn: LayerArn) -> String {
        arn.0
    }
}

impl fmt::Display for LayerArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The function that Lambda calls: `app.handler`, `src/app.handler`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Handler(String);

impl Handler {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The module's path without its extension, with `/` between the parts: `src/app`.
    pub fn module_path(&self) -> String {
        let module = self.0.rsplit_once('.').map_or(self.0.as_str(), |(module, _)| module);
        module.trim_matches('/').replace('.', "/")
    }
}

impl TryFrom<String> for Handler {
    type Error = BadShape;

    fn try_from(text: String) -> Result<Handler, BadShape> {
        let fits = !text.is_empty()
            && text.len() <= LIMITS.handler.longest
            && !text.chars().any(|letter| letter.is_whitespace() || letter.is_control());
        if fits {
            return Ok(Handler(text));
        }
        let wrong = "is not a handler: at most 128 characters without spaces, such as app.handler".to_owned();
        Err(BadShape { what: "handler", text, wrong })
    }
}

impl From<Handler> for String {
    fn from(handler: Handler) -> String {
        handler.0
    }
}

impl fmt::Display for Handler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&printable(self.0.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_path_has_exactly_one_part_below_mnt() {
        assert!(MountPath::try_from("/mnt/python_modules".to_owned()).is_ok());
        for bad in ["/mnt", "/mnt/", "/mnt/a/b", "/efs", "mnt/a", "/mnt/a b"] {
            assert!(MountPath::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_layer_arn_names_a_version() {
        let arn = |text: &str| LayerArn::try_from(text.to_owned());
        let good =
            arn("arn:aws:lambda:${region}:017000801446:layer:AWSLambdaPowertoolsPythonV3-python310-x86_64:27").unwrap();
        assert!(good.without_version().ends_with("x86_64"));
        assert!(arn("arn:aws-cn:lambda:cn-north-1:123456789012:layer:x:1").is_ok());
        assert!(arn("arn:aws:lambda:eu-west-1:123456789012:layer:x").is_err(), "no version");
        assert!(arn("arn:aws:s3:eu-west-1:123456789012:layer:x:1").is_err());
    }

    #[test]
    fn a_handler_names_its_module() {
        let path = |text: &str| Handler::try_from(text.to_owned()).unwrap().module_path();
        assert_eq!([path("app.handler"), path("src/app.handler"), path("a.b.handler")], ["app", "src/app", "a/b"]);
        assert!(Handler::try_from("app handler".to_owned()).is_err());
    }
}
