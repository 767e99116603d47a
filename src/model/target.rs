//! What a bundle is to run on: runtime and architecture. Runtimes are data, in `assets/runtimes.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A Lambda runtime by its API name: `python3.13`. Any name is allowed; what is known of it is another question.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "String", into = "String")]
pub struct Runtime(String);

/// What is recorded of a runtime.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeFacts {
    /// The version of its C library, where a source states it.
    #[serde(default)]
    pub glibc: Option<String>,
    /// The sources, by the short names that `assets/runtimes.toml` explains.
    pub source: String,
}

static RUNTIMES: LazyLock<BTreeMap<String, BTreeMap<String, RuntimeFacts>>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/runtimes.toml")).expect("assets/runtimes.toml is compiled in and tested")
});

/// A text that cannot name a runtime.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{}\" is not the name of a runtime; write one such as python3.13 or nodejs22.x", super::escape::printable(.0.as_bytes()))]
pub struct NotARuntime(String);

impl Runtime {
    /// The runtime of a Python version: `python3.10` for (3, 10).
    pub fn python(major: u8, minor: u8) -> Runtime {
        Runtime(format!("python{major}.{minor}"))
    }

    /// Its API name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The Python version it runs, if it is a Python runtime.
    pub fn python_version(&self) -> Option<(u8, u8)> {
        let (major, minor) = self.0.strip_prefix("python")?.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }

    /// The runtime of a Ruby version: `ruby3.3` for (3, 3).
    pub fn ruby(major: u8, minor: u8) -> Runtime {
        Runtime(format!("ruby{major}.{minor}"))
    }

    /// The Ruby version it runs, if it is a Ruby runtime.
    pub fn ruby_version(&self) -> Option<(u8, u8)> {
        let (major, minor) = self.0.strip_prefix("ruby")?.split_once('.')?;
        Some((major.parse().ok()?, minor.parse().ok()?))
    }

    /// The language or kind that it runs: `python`, `java`, `provided`.
    pub fn family(&self) -> &str {
        let end = self.0.find(|letter: char| !letter.is_ascii_lowercase()).unwrap_or(self.0.len());
        &self.0[..end]
    }

    /// The major version of Node it runs, if it is a Node runtime.
    pub fn node_version(&self) -> Option<u16> {
        self.0.strip_prefix("nodejs")?.strip_suffix(".x")?.parse().ok()
    }

    /// What is recorded of it; `None`: not a runtime that bayplan knows.
    pub fn facts(&self) -> Option<&'static RuntimeFacts> {
        RUNTIMES.values().find_map(|family| family.get(&self.0))
    }

    /// The names of all known runtimes.
    pub fn known() -> impl Iterator<Item = &'static str> {
        RUNTIMES.values().flat_map(|family| family.keys().map(String::as_str))
    }
}

impl FromStr for Runtime {
    type Err = NotARuntime;

    fn from_str(text: &str) -> Result<Runtime, NotARuntime> {
        let plausible = text.starts_with(|first: char| first.is_ascii_lowercase())
            && text.len() <= 40
            && text.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '.');
        if plausible { Ok(Runtime(text.to_owned())) } else { Err(NotARuntime(text.to_owned())) }
    }
}

impl TryFrom<String> for Runtime {
    type Error = NotARuntime;
    fn try_from(text: String) -> Result<Runtime, NotARuntime> {
        text.parse()
    }
}

impl From<Runtime> for String {
    fn from(runtime: Runtime) -> String {
        runtime.0
    }
}

impl fmt::Display for Runtime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// An instruction set that Lambda offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Architecture {
    /// 64-bit Intel and AMD.
    #[serde(rename = "x86_64")]
    X86_64,
    /// 64-bit ARM (Graviton); Linux and wheels call it `aarch64`.
    #[serde(rename = "arm64")]
    Arm64,
}

/// A text that names no architecture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{}\" is not an architecture of Lambda; write x86_64 or arm64", super::escape::printable(.0.as_bytes()))]
pub struct NotAnArchitecture(String);

impl Architecture {
    /// As Lambda's API writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Architecture::X86_64 => "x86_64",
            Architecture::Arm64 => "arm64",
        }
    }
}

impl FromStr for Architecture {
    type Err = NotAnArchitecture;

    /// Takes the names of Lambda, Linux and Docker.
    fn from_str(text: &str) -> Result<Architecture, NotAnArchitecture> {
        match text {
            "x86_64" | "x86-64" | "amd64" => Ok(Architecture::X86_64),
            "arm64" | "aarch64" => Ok(Architecture::Arm64),
            _ => Err(NotAnArchitecture(text.to_owned())),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a bundle is to run on, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Target {
    /// `None`: not known.
    pub runtime: Option<Runtime>,
    /// `None`: not known.
    pub architecture: Option<Architecture>,
}

impl Target {
    /// This target where it says something, `other` where it does not.
    pub fn or(self, other: Target) -> Target {
        Target { runtime: self.runtime.or(other.runtime), architecture: self.architecture.or(other.architecture) }
    }
}

impl fmt::Display for Target {
    /// `python3.10 x86_64`; what is not known reads "runtime not known".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.runtime {
            Some(runtime) => write!(f, "{runtime} ")?,
            None => write!(f, "runtime not known ")?,
        }
        match self.architecture {
            Some(architecture) => write!(f, "{architecture}"),
            None => write!(f, "architecture not known"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_are_known_by_their_api_names() {
        let runtime: Runtime = "python3.10".parse().unwrap();
        assert_eq!(runtime.python_version(), Some((3, 10)));
        assert_eq!(runtime.facts().and_then(|facts| facts.glibc.as_deref()), Some("2.26"));
        assert!("python3.15".parse::<Runtime>().unwrap().facts().unwrap().glibc.is_none(), "not known is not none");
        assert!("Python 3".parse::<Runtime>().is_err());
        let node: Runtime = "nodejs22.x".parse().unwrap();
        assert_eq!((node.node_version(), node.python_version(), runtime.node_version()), (Some(22), None, None));
    }
}
