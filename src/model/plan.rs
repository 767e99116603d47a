//! Which package lives in which bucket, what is slimmed, and for which target.
//!
//! A plan is keyed by package keys, so it outlives rebuilds, and it keeps keys that the bundle at hand lacks. It is
//! changed by [`Edit`](super::edit::Edit)s alone.

use std::collections::BTreeMap;

use super::bucket::{Bucket, LayerName};
use super::bytes::Bytes;
use super::package::PackageKey;
use super::shape::{Handler, LayerArn, MountPath};
use super::slim::Slim;
use super::target::Target;

pub use super::check::{CheckOptions, Growth, Ignore, Restricted};

/// Where everything goes. What no bucket names stays in the function.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The function and its settings.
    pub function: Function,
    /// Its layers, in the order in which Lambda merges them: the last wins.
    pub(super) layers: Vec<Layer>,
    /// Packages that do not stay in the function.
    pub(super) placements: BTreeMap<PackageKey, Placement>,
    /// What is slimmed.
    pub(super) slim: Slim,
    /// How artifacts are packed.
    pub pack: PackOptions,
    /// What `check` is to hold.
    pub check: CheckOptions,
}

/// The function of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// Where its bundle lies, as written; relative to the plan's file.
    pub source: Option<String>,
    /// What Lambda calls.
    pub handler: Option<Handler>,
    /// What it runs on, as far as the plan says; the rest is read from the bundle.
    pub target: Target,
    /// How its artifacts are uploaded.
    pub upload: Upload,
    /// Where EFS shows in it.
    pub mount: MountPath,
    /// Whether SnapStart is on; it cannot be combined with EFS.
    pub snapstart: bool,
    /// Its environment variables.
    pub environment: BTreeMap<String, String>,
}

impl Default for Function {
    fn default() -> Function {
        Function {
            name: "function".to_owned(),
            source: None,
            handler: None,
            target: Target::default(),
            upload: Upload::default(),
            mount: MountPath::default(),
            snapstart: false,
            environment: BTreeMap::new(),
        }
    }
}

/// How artifacts get to Lambda.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Upload {
    /// Through a bucket of S3; zips may be as large as they like.
    #[default]
    S3,
    /// In the request itself; each zip is judged against 50 MB.
    Direct,
}

/// One layer of the function.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    /// Its name in the plan.
    pub name: LayerName,
    /// Ours to fill, or somebody else's.
    pub kind: LayerKind,
}

/// Whose layer it is.
#[derive(Clone, Debug, PartialEq)]
pub enum LayerKind {
    /// Packed from this bundle.
    Own,
    /// Published by somebody else: takes a slot and its bytes, and provides.
    Foreign(ForeignLayer),
}

/// What the plan declares of somebody else's layer.
#[derive(Clone, Debug, PartialEq)]
pub struct ForeignLayer {
    /// Which version of it.
    pub arn: LayerArn,
    /// Its unzipped size as declared; `None`: not known, so that totals are lower bounds.
    pub unzipped: Option<Bytes>,
    /// The distributions it holds.
    pub provides: Vec<String>,
}

impl Layer {
    /// An empty layer of our own.
    pub fn own(name: LayerName) -> Layer {
        Layer { name, kind: LayerKind::Own }
    }

    /// What is declared of it, if it is somebody else's.
    pub fn foreign(&self) -> Option<&ForeignLayer> {
        match &self.kind {
            LayerKind::Own => None,
            LayerKind::Foreign(foreign) => Some(foreign),
        }
    }
}

/// Where a package lives that does not stay in the function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Placement {
    /// In a layer.
    Layer(LayerName),
    /// On EFS.
    Efs,
    /// Nowhere, and why.
    LeftOut(Reason),
}

impl Placement {
    /// The bucket, without the reason.
    pub fn bucket(&self) -> Bucket {
        match self {
            Placement::Layer(name) => Bucket::Layer(name.clone()),
            Placement::Efs => Bucket::Efs,
            Placement::LeftOut(_) => Bucket::LeftOut,
        }
    }
}

/// Why a package is left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The runtime or a layer holds it already: `runtime`, or a layer's name.
    ProvidedBy(String),
    /// In the user's words.
    Because(String),
}

/// How artifacts are packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackOptions {
    /// What becomes of `.pyc` files.
    pub bytecode: BytecodeMode,
    /// Whether the function's packages keep their folders instead of lying at the zip's root.
    pub keep_folders: bool,
}

/// What becomes of `.pyc` files, whose dates the packing makes meaningless.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BytecodeMode {
    /// Made to name its source by hash, so that it stays valid.
    #[default]
    HashBased,
    /// As it is.
    Keep,
    /// Left out.
    Drop,
}

impl BytecodeMode {
    /// All of them, as plans and manifests name them.
    pub const NAMES: [(&'static str, BytecodeMode); 3] =
        [("hash-based", BytecodeMode::HashBased), ("keep", BytecodeMode::Keep), ("drop", BytecodeMode::Drop)];

    /// Its name.
    pub fn name(self) -> &'static str {
        BytecodeMode::NAMES.iter().find(|(_, mode)| *mode == self).map_or("", |(name, _)| name)
    }

    /// The one of that name.
    pub fn named(name: &str) -> Option<BytecodeMode> {
        BytecodeMode::NAMES.iter().find(|(known, _)| *known == name).map(|(_, mode)| *mode)
    }
}

impl Plan {
    /// A plan in which everything stays in one function.
    pub fn new(name: &str) -> Plan {
        Plan { function: Function { name: name.to_owned(), ..Function::default() }, ..Plan::default() }
    }

    /// The layers in their order.
    pub fn layers(&self) -> &[Layer] {
        &self.layers
    }

    /// The layer of that name.
    pub fn layer(&self, name: &LayerName) -> Option<&Layer> {
        self.layers.iter().find(|layer| layer.name == *name)
    }

    /// The packages that do not stay in the function, by key.
    pub fn placements(&self) -> &BTreeMap<PackageKey, Placement> {
        &self.placements
    }

    /// What is slimmed.
    pub fn slim(&self) -> &Slim {
        &self.slim
    }

    /// Where a package lives.
    pub fn bucket_of(&self, key: &PackageKey) -> Bucket {
        self.placements.get(key).map_or(Bucket::Function, Placement::bucket)
    }

    /// All buckets in the order in which they are shown: function, layers, EFS, left out.
    pub fn buckets(&self) -> Vec<Bucket> {
        let layers = self.layers.iter().map(|layer| Bucket::Layer(layer.name.clone()));
        std::iter::once(Bucket::Function).chain(layers).chain([Bucket::Efs, Bucket::LeftOut]).collect()
    }

    /// Whether the plan uses a bucket of that name.
    pub fn has_bucket(&self, bucket: &Bucket) -> bool {
        match bucket {
            Bucket::Layer(name) => self.layer(name).is_some(),
            _ => true,
        }
    }

    /// Whether the package is, or holds, the module that the handler names.
    pub fn holds_handler(&self, key: &PackageKey) -> bool {
        let (Some(handler), Some(path)) = (&self.function.handler, key.as_str().strip_prefix("file:")) else {
            return false;
        };
        let module = handler.module_path();
        match path.strip_suffix('/') {
            Some(folder) => module == folder || module.starts_with(path),
            None => path.rsplit_once('.').is_some_and(|(stem, _)| stem == module),
        }
    }

    /// A name for a new layer that none has yet: `layer-1`, `layer-2` …
    pub fn free_layer_name(&self) -> LayerName {
        (1..)
            .map(|number| format!("layer-{number}").parse::<LayerName>())
            .find_map(|name| name.ok().filter(|name| self.layer(name).is_none()))
            .expect("there are more numbers than layers")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_handlers_module_is_recognised_as_file_and_as_folder() {
        let mut plan = Plan::new("f");
        plan.function.handler = Handler::try_from("src/app.handler".to_owned()).ok();
        assert!(plan.holds_handler(&PackageKey::file("src/")));
        assert!(plan.holds_handler(&PackageKey::file("src/app.py")));
        assert!(!plan.holds_handler(&PackageKey::file("src/application.py")));
        assert!(!plan.holds_handler(&PackageKey::new("src")));
    }
}
