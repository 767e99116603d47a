//! The sizes, versions and digests that a plan was made from, for growth, drift and transitions.
//!
//! A lock is the same from a laptop and from a runner: what depends on where the build ran is not in it.

use std::collections::BTreeMap;

use super::bucket::{Bucket, LayerName};
use super::bundle::Bundle;
use super::bytes::Bytes;
use super::cargo::{bytes_kept, slimming};
use super::class::Class;
use super::package::PackageKey;
use super::plan::{ForeignLayer, Plan};
use super::slim::SlimRule;
use super::target::Target;

/// What a plan was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// The name of the plan's function.
    pub function: String,
    /// What the bundle was built for.
    pub target: Target,
    /// Every package of the bundle.
    pub packages: BTreeMap<PackageKey, LockedPackage>,
    /// Whether the plan's slimming left bytecode out, of which a lock says nothing else.
    pub drops_bytecode: bool,
    /// Somebody else's layers that the plan attached.
    pub foreign: BTreeMap<LayerName, LockedLayer>,
}

/// Somebody else's layer, as the plan attached it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedLayer {
    /// Which version of it.
    pub arn: String,
    /// What it weighs unzipped, as far as the plan declared it.
    pub bytes: Option<Bytes>,
    /// The distributions that it was said to hold.
    pub provides: Vec<String>,
}

/// One package, as the plan was made from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedPackage {
    /// Its version, where it has one.
    pub version: Option<String>,
    /// Where the plan put it: the name of the bucket.
    pub bucket: String,
    /// Its bytes, without those that depend on where the build ran.
    pub bytes: Bytes,
    /// What the plan's slimming kept of them.
    pub kept: Bytes,
    /// The digest of its content, where it is recorded.
    pub digest: Option<String>,
}

impl Lock {
    /// The lock of a plan over a bundle.
    pub fn new(bundle: &Bundle, plan: &Plan, target: &Target) -> Lock {
        let kept = bytes_kept(bundle, plan, Class::is_stable);
        let packages = bundle.packages().iter().zip(kept).map(|(package, kept)| {
            let locked = LockedPackage {
                version: package.version.clone(),
                bucket: bucket_name(&plan.bucket_of(&package.key)),
                bytes: package.stable_bytes(),
                kept,
                digest: package.digest.clone(),
            };
            (package.key.clone(), locked)
        });
        let foreign = plan.layers().iter().filter_map(|layer| {
            let ForeignLayer { arn, unzipped, provides } = layer.foreign()?;
            let locked = LockedLayer { arn: arn.to_string(), bytes: *unzipped, provides: provides.clone() };
            Some((layer.name.clone(), locked))
        });
        Lock {
            function: plan.function.name.clone(),
            target: target.clone(),
            packages: packages.collect(),
            drops_bytecode: slimming(plan).rules.contains(&SlimRule::Bytecode),
            foreign: foreign.collect(),
        }
    }
}

/// A layer's name could be anything, so it is set apart from the names of the other buckets.
pub(super) fn bucket_name(bucket: &Bucket) -> String {
    match bucket {
        Bucket::Layer(name) => format!("layer:{name}"),
        other => other.name().to_owned(),
    }
}
