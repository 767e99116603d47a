//! What owns bytes: packages, the keys that name them, and the units that move.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bytes::Bytes;
use super::class::{Class, PerClass};
use super::entry::EntryId;
use super::target::Runtime;

/// A package's name in plans, messages and drags: `numpy`, `npm:@aws-sdk/client-s3`, `file:models/`, `numpy@vendor`.
///
/// A key survives rescans and rebuilds, so that a plan still fits a build with newer versions. It is always fit to
/// print, and cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct PackageKey(Arc<str>);

impl PackageKey {
    /// A key from its text. Foreign text must have gone through [`printable`](super::escape::printable).
    pub fn new(text: &str) -> PackageKey {
        PackageKey(Arc::from(text))
    }

    /// The key of one of the user's own top-level files or folders (with its closing `/`).
    pub fn file(path: &str) -> PackageKey {
        PackageKey(Arc::from(format!("file:{path}")))
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part that several packages of a bundle may share: `numpy` of `numpy@vendor`, `npm:@scope/name` of
    /// `npm:@scope/name@other/node_modules`.
    pub fn name(&self) -> &str {
        let start = self.0.find(':').map_or(0, |colon| colon + 1);
        let scope = usize::from(self.0[start..].starts_with('@'));
        let end = self.0[start + scope..].find('@').map_or(self.0.len(), |at| start + scope + at);
        if self.is_file() { &self.0 } else { &self.0[..end] }
    }

    /// Whether it names something of the user's own, which no package manager claims.
    pub fn is_file(&self) -> bool {
        self.0.starts_with("file:")
    }

    /// For people: `app.py` instead of `file:app.py`, all else as it is.
    pub fn shown(&self) -> &str {
        self.0.strip_prefix("file:").unwrap_or(&self.0)
    }
}

impl fmt::Display for PackageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl fmt::Debug for PackageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

/// The place of a package in its bundle's list. Valid for that bundle only; across rescans the key counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageIndex(pub u32);

/// Who vouches for a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ecosystem {
    /// A Python distribution.
    Python,
    /// A package in a `node_modules`.
    Node,
    /// A gem.
    Ruby,
    /// A jar.
    Java,
    /// Nobody: the user's own file or folder.
    YourFiles,
}

impl Ecosystem {
    /// Whether a runtime is one that its packages are made for; what cannot be told is not denied.
    pub fn runs_on(self, runtime: &Runtime) -> bool {
        let own = match self {
            Ecosystem::Python => "python",
            Ecosystem::Node => "nodejs",
            Ecosystem::Ruby => "ruby",
            Ecosystem::Java => "java",
            Ecosystem::YourFiles => return true,
        };
        runtime.family() == own || runtime.family() == "provided"
    }

    /// The folder of a layer in which its runtimes look for packages, as the start of each path in the layer's zip.
    /// Your own files lie beside the packages that a bundle is mostly made of: see [`Package::layer_folder`].
    pub fn layer_folder(self) -> &'static str {
        match self {
            Ecosystem::Python | Ecosystem::YourFiles => "python/",
            Ecosystem::Node => "nodejs/",
            // Below it comes the ABI, which is the gem's own: see [`Package::layer_folder`].
            Ecosystem::Ruby => "ruby/gems/",
            Ecosystem::Java => "java/lib/",
        }
    }

    /// Whether its packages stay in the function where they were built. Python finds packages at the zip's root, so
    /// that is where they go; Node finds them in a folder named `node_modules` above whoever asks, Ruby in
    /// `vendor/bundle`, Java in `lib`.
    pub fn stays_in_place(self) -> bool {
        match self {
            Ecosystem::Python | Ecosystem::YourFiles => false,
            Ecosystem::Node | Ecosystem::Ruby | Ecosystem::Java => true,
        }
    }
}

/// One owner of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// Its name in plans.
    pub key: PackageKey,
    /// Who vouches for it.
    pub ecosystem: Ecosystem,
    /// Its version, where it has one; fit to print.
    pub version: Option<String>,
    /// The directory its paths are relative to: what becomes the artifact's root, or the folder of a layer.
    pub root: EntryId,
    /// The folder of a layer that its root becomes, with its closing `/`: `python/`, `nodejs/`.
    pub layer_folder: Cow<'static, str>,
    /// Where its facts stand in the list that [`Facts`](super::facts::Facts) has for its ecosystem; `None`: nothing
    /// was read of it.
    pub facts: Option<usize>,
    /// The topmost entries it owns, whole or in part, for showing it as a tree.
    pub tops: Vec<EntryId>,
    /// The digest of its content as far as it is recorded, the same wherever it was built.
    pub digest: Option<String>,
    /// Files, links and bytes, class by class. They stay where they are while packages are put in order.
    pub classes: Box<PerClass<Load>>,
}

impl Package {
    /// Everything it owns.
    pub fn load(&self) -> Load {
        self.classes.iter().map(|(_, load)| *load).sum()
    }

    /// What it owns of one class.
    pub fn of_class(&self, class: Class) -> Load {
        self.classes[class]
    }

    /// Bytes that do not depend on where the build ran.
    pub fn stable_bytes(&self) -> Bytes {
        self.classes.iter().filter(|(class, _)| class.is_stable()).map(|(_, load)| load.unzipped).sum()
    }

    /// Name and version as people write them: `scipy 1.10.1`, `app.py`.
    pub fn title(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.key.shown()),
            None => self.key.shown().to_owned(),
        }
    }
}

/// What a number of files weighs: enough to know the size of any artifact they end up in without looking at them again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// Files and links.
    pub files: u64,
    /// The sum of their lengths.
    pub unzipped: Bytes,
    /// The sum of their lengths inside an archive; meaningful if the listing has zipped sizes.
    pub zipped: Bytes,
    /// The sum of the lengths of their paths below the package's root.
    pub path_bytes: u64,
}

impl std::ops::Add for Load {
    type Output = Load;
    fn add(self, other: Load) -> Load {
        Load {
            files: self.files + other.files,
            unzipped: self.unzipped + other.unzipped,
            zipped: self.zipped + other.zipped,
            path_bytes: self.path_bytes + other.path_bytes,
        }
    }
}

impl std::ops::AddAssign for Load {
    fn add_assign(&mut self, other: Load) {
        *self = *self + other;
    }
}

impl std::iter::Sum for Load {
    fn sum<I: Iterator<Item = Load>>(loads: I) -> Load {
        loads.fold(Load::default(), std::ops::Add::add)
    }
}

impl Load {
    /// The same files below a folder whose name adds so many bytes to each path.
    pub fn below(self, folder_bytes: u64) -> Load {
        Load { path_bytes: self.path_bytes + self.files * folder_bytes, ..self }
    }
}

/// Packages that move together, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The packages, at least two, in the bundle's order.
    pub members: Vec<PackageIndex>,
    /// As a phrase: `share the regular package "jaraco"`.
    pub because: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_tells_its_name_apart_from_its_place() {
        let name = |key: &str| PackageKey::new(key).name().to_owned();
        assert_eq!((name("numpy"), name("numpy@vendor@1.2")), ("numpy".to_owned(), "numpy".to_owned()));
        assert_eq!(name("npm:@aws-sdk/client-s3"), "npm:@aws-sdk/client-s3");
        assert_eq!(name("npm:@babel/core@a/node_modules"), "npm:@babel/core");
        assert_eq!(name("npm:semver@npm:@babel/core"), "npm:semver");
        assert_eq!(name("file:a@b.py"), "file:a@b.py", "a file of the user has no other name");
    }
}
