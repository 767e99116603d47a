//! The way from what is deployed to what is planned. Code and configuration are switched by two calls, one after the
//! other, so for a while the code of one state runs with the layers of the other. That has to fit, and hold together.

use std::collections::BTreeMap;

use super::bucket::Bucket;
use super::bundle::Bundle;
use super::bytes::{Amount, Bytes, Certainty};
use super::cargo::Cargo;
use super::lock::Lock;
use super::package::PackageKey;
use super::plan::{Layer, Plan};

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

/// What is deployed at one time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    packages: BTreeMap<PackageKey, (Half, Amount)>,
    /// Somebody else's layers, by what the plan declares of them.
    foreign: Amount,
}

impl State {
    /// What a plan over a bundle deploys.
    pub fn of_plan(bundle: &Bundle, plan: &Plan, cargo: &Cargo) -> State {
        let packages = bundle.indexed().filter_map(|(index, package)| {
            let half = half(&plan.bucket_of(&package.key))?;
            let bytes = Amount::exact(cargo.load(index).unzipped).at_most(bundle.listing.certainty());
            Some((package.key.clone(), (half, bytes)))
        });
        let foreign = plan.layers().iter().filter_map(Layer::foreign);
        let foreign = foreign.map(|layer| match layer.unzipped {
            Some(bytes) => Amount::exact(bytes),
            None => Amount { bytes: Bytes::ZERO, certainty: Certainty::AtLeast },
        });
        State { packages: packages.collect(), foreign: foreign.sum() }
    }

    /// A build or zip that is deployed as it is, without layers.
    pub fn of_code(bundle: &Bundle) -> State {
        let packages = bundle.packages().iter().map(|package| {
            let bytes = Amount::exact(package.load().unzipped).at_most(bundle.listing.certainty());
            (package.key.clone(), (Half::Code, bytes))
        });
        State { packages: packages.collect(), foreign: Amount::exact(Bytes::ZERO) }
    }

    /// What a lock tells. It leaves out what depends on where the build ran, so its sizes are lower bounds, but for
    /// packages that `bundle`, the new build, holds unchanged. It does not know of somebody else's layers.
    pub fn of_lock(lock: &Lock, bundle: &Bundle) -> State {
        let packages = lock.packages.iter().filter_map(|(key, package)| {
            let half = match package.bucket.as_str() {
                "function" => Half::Code,
                "efs" => Half::Efs,
                layer if layer.starts_with("layer:") => Half::Layers,
                _ => return None,
            };
            let same =
                bundle.get(key).filter(|now| now.version == package.version && now.stable_bytes() == package.bytes);
            let bytes = match same {
                Some(now) => Amount::exact(now.load().unzipped),
                None => Amount { bytes: package.bytes, certainty: Certainty::AtLeast },
            };
            Some((key.clone(), (half, bytes)))
        });
        State { packages: packages.collect(), foreign: Amount::exact(Bytes::ZERO) }
    }

    fn sum(&self, half: Half) -> Amount {
        self.packages.values().filter(|(of, _)| *of == half).map(|(_, bytes)| *bytes).sum()
    }

    /// The bytes of packages whose size is only a lower bound.
    fn unsure(&self, half: Half) -> Bytes {
        let of = self.packages.values().filter(|(of, bytes)| *of == half && bytes.certainty != Certainty::Exact);
        of.map(|(_, bytes)| bytes.bytes).sum()
    }

    fn layers(&self) -> Amount {
        self.sum(Half::Layers) + self.foreign
    }

    fn has(&self, key: &PackageKey, wanted: impl Fn(Half) -> bool) -> bool {
        self.packages.get(key).is_some_and(|(half, _)| wanted(*half))
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

/// The code of one state with the layers of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Between {
    /// What function and layers come to.
    pub joint: Amount,
    /// How many of these bytes are of packages whose size is only a lower bound.
    pub unsure: Bytes,
    /// What the code had in its own state and has not here.
    pub missing: Vec<PackageKey>,
}

/// What it comes to when `code` runs with the layers of `configuration`.
pub fn between(code: &State, configuration: &State) -> Between {
    let is_there = |key: &PackageKey| {
        code.has(key, |half| half == Half::Code) || configuration.has(key, |half| half != Half::Code)
    };
    Between {
        joint: code.sum(Half::Code) + configuration.layers(),
        unsure: code.unsure(Half::Code) + configuration.unsure(Half::Layers),
        missing: code.packages.keys().filter(|key| !is_there(key)).cloned().collect(),
    }
}

/// A step in between that holds the code of both: what function and layers come to with the layers of each state.
pub fn with_both_codes(old: &State, new: &State) -> [Amount; 2] {
    let mut both = old.clone();
    both.packages.retain(|_, (half, _)| *half == Half::Code);
    for (key, (half, bytes)) in &new.packages {
        if *half == Half::Code {
            let there = both.packages.get(key).map(|(_, bytes)| *bytes);
            let larger = there.filter(|there| there.bytes > bytes.bytes).unwrap_or(*bytes);
            both.packages.insert(key.clone(), (Half::Code, larger));
        }
    }
    [old, new].map(|state| both.sum(Half::Code) + state.layers())
}
