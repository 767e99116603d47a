//! The sizes, versions and digests that a plan was made from, for growth, drift and transitions.
//!
//! A lock is the same from a laptop and from a runner: what depends on where the build ran is not in it.

use std::collections::BTreeMap;

use super::bucket::Bucket;
use super::bundle::Bundle;
use super::bytes::Bytes;
use super::package::PackageKey;
use super::plan::Plan;
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
    /// The digest of its content, where it is recorded.
    pub digest: Option<String>,
}

impl Lock {
    /// The lock of a plan over a bundle.
    pub fn new(bundle: &Bundle, plan: &Plan, target: &Target) -> Lock {
        let packages = bundle.packages().iter().map(|package| {
            let locked = LockedPackage {
                version: package.version.clone(),
                bucket: bucket_name(&plan.bucket_of(&package.key)),
                bytes: package.stable_bytes(),
                digest: package.digest.clone(),
            };
            (package.key.clone(), locked)
        });
        Lock { function: plan.function.name.clone(), target: target.clone(), packages: packages.collect() }
    }
}

/// A layer's name could be anything, so it is set apart from the names of the other buckets.
fn bucket_name(bucket: &Bucket) -> String {
    match bucket {
        Bucket::Layer(name) => format!("layer:{name}"),
        other => other.name().to_owned(),
    }
}
