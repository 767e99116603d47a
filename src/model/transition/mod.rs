//! The way from what is deployed to what is planned. Code and configuration are switched by two calls, one after the
//! other, so for a while the code of one state runs with the layers of the other. That has to fit, and hold together.

mod between;
mod route;

use std::collections::{BTreeMap, BTreeSet};

use super::bucket::Bucket;
use super::bundle::Bundle;
use super::bytes::{Amount, Bytes, Certainty};
use super::cargo::{Cargo, bytes_kept, slimming};
use super::class::Class;
use super::lock::Lock;
use super::manifest::Manifest;
use super::package::PackageKey;
use super::plan::{Layer, Plan};
use super::slim::SlimRule;
use super::target::Target;

pub use between::{Between, between};
pub use route::{Bytecode, Round, Route, route};

/// With which call a package is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// `UpdateFunctionCode`: the function's own zip.
    Code,
    /// `UpdateFunctionConfiguration`: the layers.
    Layers,
    /// The same call: it sets where EFS is looked for; its bytes count nowhere.
    Efs,
}

/// A package that is deployed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    half: Half,
    bytes: Amount,
    /// How many of them are bytecode, as far as is known: what could be left out for a while.
    bytecode: Bytes,
}

/// What is deployed at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    packages: BTreeMap<PackageKey, Part>,
    /// Somebody else's layers, by what is declared of them.
    foreign: Amount,
    /// What somebody else's layers are said to hold.
    provides: BTreeSet<PackageKey>,
    /// What it runs on; the runtime is switched with the layers.
    target: Target,
}

impl State {
    /// What a plan over a bundle deploys.
    pub fn of_plan(bundle: &Bundle, plan: &Plan, cargo: &Cargo, target: &Target) -> State {
        let bytecode = bytes_kept(bundle, plan, is_bytecode);
        let packages = bundle.indexed().filter_map(|(index, package)| {
            let half = half(&plan.bucket_of(&package.key))?;
            let bytes = Amount::exact(cargo.load(index).unzipped).at_most(bundle.listing.certainty());
            Some((package.key.clone(), Part { half, bytes, bytecode: bytecode[index.0 as usize] }))
        });
        let foreign = || plan.layers().iter().filter_map(Layer::foreign);
        State {
            packages: packages.collect(),
            foreign: foreign().map(|layer| declared(layer.unzipped)).sum(),
            provides: foreign().flat_map(|layer| &layer.provides).map(|name| PackageKey::new(name)).collect(),
            target: target.clone(),
        }
    }

    /// A build or zip that is deployed as it is, without layers.
    pub fn of_code(bundle: &Bundle, target: Target) -> State {
        let packages = bundle.packages().iter().map(|package| {
            let bytes = Amount::exact(package.load().unzipped).at_most(bundle.listing.certainty());
            let bytecode = package.classes.iter().filter(|(class, _)| is_bytecode(*class));
            let bytecode = bytecode.map(|(_, load)| load.unzipped).sum();
            (package.key.clone(), Part { half: Half::Code, bytes, bytecode })
        });
        State { packages: packages.collect(), foreign: Amount::default(), provides: BTreeSet::new(), target }
    }

    /// What was packed, to the byte. Of somebody else's layers a manifest knows the ARN alone, so `plan` is asked what it
    /// declares of the same one.
    pub fn of_manifest(manifest: &Manifest, plan: &Plan) -> State {
        let zips = manifest.artifacts.iter().map(|zip| (half(&zip.bucket()), &zip.packages));
        let trees = manifest.efs.iter().map(|tree| (Some(Half::Efs), &tree.packages));
        let packages = zips.chain(trees).flat_map(|(half, packages)| {
            let part = move |bytes| Some(Part { half: half?, bytes: Amount::exact(bytes), bytecode: Bytes::ZERO });
            packages.iter().filter_map(move |package| Some((package.key.clone(), part(package.bytes)?)))
        });
        let planned = |arn: &str| plan.layers().iter().filter_map(Layer::foreign).find(|it| it.arn.as_str() == arn);
        let foreign = || manifest.layers.iter().filter_map(|layer| layer.arn.as_deref()).map(planned);
        State {
            packages: packages.collect(),
            foreign: foreign().map(|layer| declared(layer.and_then(|layer| layer.unzipped))).sum(),
            provides: foreign().flatten().flat_map(|it| &it.provides).map(|name| PackageKey::new(name)).collect(),
            target: Target { runtime: manifest.runtime.clone(), architecture: manifest.architecture },
        }
    }

    /// What a lock tells. It leaves out what depends on where the build ran, so its sizes are lower bounds, but for
    /// packages that `bundle`, the new build, holds unchanged and that `plan`, the new one, slims alike.
    pub fn of_lock(lock: &Lock, bundle: &Bundle, plan: &Plan, cargo: &Cargo) -> State {
        let drops_bytecode = slimming(plan).rules.contains(&SlimRule::Bytecode);
        let kept = bytes_kept(bundle, plan, Class::is_stable);
        let bytecode = bytes_kept(bundle, plan, is_bytecode);
        let packages = lock.packages.iter().filter_map(|(key, package)| {
            let half = match package.bucket.as_str() {
                "function" => Half::Code,
                "efs" => Half::Efs,
                layer if layer.starts_with("layer:") => Half::Layers,
                _ => return None,
            };
            let same = bundle.find(key).filter(|&index| {
                let now = bundle.package(index);
                now.version == package.version
                    && now.stable_bytes() == package.bytes
                    && kept[index.0 as usize] == package.kept
                    && drops_bytecode == lock.drops_bytecode
            });
            let (bytes, bytecode) = match same {
                Some(index) => (Amount::exact(cargo.load(index).unzipped), bytecode[index.0 as usize]),
                None => (Amount { bytes: package.kept, certainty: Certainty::AtLeast }, Bytes::ZERO),
            };
            Some((key.clone(), Part { half, bytes, bytecode }))
        });
        State {
            packages: packages.collect(),
            foreign: lock.foreign.values().map(|layer| declared(layer.bytes)).sum(),
            provides: lock.foreign.values().flat_map(|it| &it.provides).map(|name| PackageKey::new(name)).collect(),
            target: lock.target.clone(),
        }
    }

    /// What it runs on.
    pub fn target(&self) -> &Target {
        &self.target
    }

    fn sum(&self, half: Half) -> Amount {
        self.packages.values().filter(|part| part.half == half).map(|part| part.bytes).sum()
    }

    /// What the function's own code weighs.
    pub fn code(&self) -> Amount {
        self.sum(Half::Code)
    }

    /// What the layers weigh, somebody else's included.
    pub fn layers(&self) -> Amount {
        self.sum(Half::Layers) + self.foreign
    }

    /// The bytes of packages whose size is only a lower bound.
    fn unsure(&self, half: Half) -> Bytes {
        let unsure = |part: &&Part| part.half == half && part.bytes.certainty != Certainty::Exact;
        self.packages.values().filter(unsure).map(|part| part.bytes.bytes).sum()
    }

    fn has(&self, key: &PackageKey, wanted: impl Fn(Half) -> bool) -> bool {
        self.packages.get(key).is_some_and(|part| wanted(part.half))
    }
}

fn is_bytecode(class: Class) -> bool {
    matches!(class, Class::Bytecode | Class::TestBytecode)
}

fn declared(bytes: Option<Bytes>) -> Amount {
    match bytes {
        Some(bytes) => Amount::exact(bytes),
        None => Amount { bytes: Bytes::ZERO, certainty: Certainty::AtLeast },
    }
}

fn half(bucket: &Bucket) -> Option<Half> {
    match bucket {
        Bucket::Function => Some(Half::Code),
        Bucket::Layer(_) => Some(Half::Layers),
        Bucket::Efs => Some(Half::Efs),
        Bucket::LeftOut => None,
    }
}
