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
    packages: BTreeMap<PackageKey, (Half, Bytes)>,
    /// Somebody else's layers, by what the plan declares of them.
    foreign: Amount,
    certainty: Certainty,
}

impl State {
    /// What a plan over a bundle deploys.
    pub fn of_plan(bundle: &Bundle, plan: &Plan, cargo: &Cargo) -> State {
        let packages = bundle.indexed().filter_map(|(index, package)| {
            let half = half(&plan.bucket_of(&package.key))?;
            Some((package.key.clone(), (half, cargo.load(index).unzipped)))
        });
        let foreign = plan.layers().iter().filter_map(Layer::foreign);
        let foreign = foreign.map(|layer| match layer.unzipped {
            Some(bytes) => Amount::exact(bytes),
            None => Amount { bytes: Bytes::ZERO, certainty: Certainty::AtLeast },
        });
        State { packages: packages.collect(), foreign: foreign.sum(), certainty: bundle.listing.certainty() }
    }

    /// A build or zip that is deployed as it is, without layers.
    pub fn of_code(bundle: &Bundle) -> State {
        let packages = bundle.packages().iter();
        let packages = packages.map(|package| (package.key.clone(), (Half::Code, package.load().unzipped)));
        let certainty = bundle.listing.certainty();
        State { packages: packages.collect(), foreign: Amount::exact(Bytes::ZERO), certainty }
    }

    /// What a lock tells. It leaves out what depends on where the build ran, so its sums are lower bounds; it does not
    /// know of somebody else's layers.
    pub fn of_lock(lock: &Lock) -> State {
        let packages = lock.packages.iter().filter_map(|(key, package)| {
            let half = match package.bucket.as_str() {
                "function" => Half::Code,
                "efs" => Half::Efs,
                layer if layer.starts_with("layer:") => Half::Layers,
                _ => return None,
            };
            Some((key.clone(), (half, package.bytes)))
        });
        State {
            packages: packages.collect(),
            foreign: Amount::exact(Bytes::ZERO),
            certainty: if lock.packages.is_empty() { Certainty::Exact } else { Certainty::AtLeast },
        }
    }

    fn sum(&self, half: Half) -> Amount {
        let bytes = self.packages.values().filter(|(of, _)| *of == half).map(|(_, bytes)| *bytes).sum();
        Amount { bytes, certainty: self.certainty }
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
        missing: code.packages.keys().filter(|key| !is_there(key)).cloned().collect(),
    }
}

/// A step in between that holds the code of both: what function and layers come to with the layers of each state.
pub fn with_both_codes(old: &State, new: &State) -> [Amount; 2] {
    let mut both = old.clone();
    both.packages.retain(|_, (half, _)| *half == Half::Code);
    for (key, (half, bytes)) in &new.packages {
        if *half == Half::Code {
            let there = both.packages.get(key).map_or(Bytes::ZERO, |(_, bytes)| *bytes);
            both.packages.insert(key.clone(), (Half::Code, there.max(*bytes)));
        }
    }
    [old, new].map(|state| both.sum(Half::Code) + state.layers())
}
