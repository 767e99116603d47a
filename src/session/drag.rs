//! Packages in the hand: what is carried, and where it would land.

use super::preview::Preview;
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::edit::Edit;
use crate::model::package::PackageKey;
use crate::model::plan::{Layer, Placement, Plan, Reason};
use crate::model::provided::provided_by_runtime;
use crate::model::target::Target;

/// Where packages can be dropped.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// A bucket that is there.
    Bucket(Bucket),
    /// A layer that the drop makes.
    NewLayer,
}

/// What carries the packages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hand {
    /// The mouse: where it is lets go.
    Mouse,
    /// The keys: an arrow chooses, Enter lets go.
    Keys,
}

/// Packages on their way. Holds keys, never rows: the rows may change under it.
#[derive(Clone, Debug)]
pub struct Drag {
    /// What is carried, whole units.
    pub packages: Vec<PackageKey>,
    /// What of it was taken along because it cannot be parted from the rest.
    pub taken_along: Vec<PackageKey>,
    /// Their bytes.
    pub bytes: Bytes,
    /// Where they would land.
    pub over: Option<Destination>,
    /// Mouse or keys.
    pub hand: Hand,
    /// What letting go would do.
    pub preview: Option<Preview>,
}

impl Destination {
    /// The edit that puts packages here. Nothing to do is `None`.
    pub fn edit(&self, plan: &Plan, target: &Target, packages: &[PackageKey]) -> Option<Edit> {
        let place_in = |placement: &dyn Fn(&PackageKey) -> Option<Placement>| {
            Edit::Move(packages.iter().map(|key| (key.clone(), placement(key))).collect())
        };
        match self {
            Destination::NewLayer => {
                let layer = Layer::own(plan.free_layer_name());
                let name = layer.name.clone();
                let fill = place_in(&|_| Some(Placement::Layer(name.clone())));
                Some(Edit::Batch(vec![Edit::AddLayer { at: plan.layers().len(), layer }, fill]))
            }
            Destination::Bucket(bucket) if packages.iter().all(|key| plan.bucket_of(key) == *bucket) => None,
            Destination::Bucket(Bucket::Function) => Some(place_in(&|_| None)),
            Destination::Bucket(Bucket::Layer(name)) => Some(place_in(&|_| Some(Placement::Layer(name.clone())))),
            Destination::Bucket(Bucket::Efs) => Some(place_in(&|_| Some(Placement::Efs))),
            Destination::Bucket(Bucket::LeftOut) => {
                Some(place_in(&|key| Some(Placement::LeftOut(reason_for(target, key)))))
            }
        }
    }

    /// For people: `layer scientific`, `a new layer`.
    pub fn words(&self) -> String {
        match self {
            Destination::Bucket(bucket) => bucket.to_string(),
            Destination::NewLayer => "a new layer".to_owned(),
        }
    }
}

/// Why somebody may have left a package out who gave no reason.
fn reason_for(target: &Target, key: &PackageKey) -> Reason {
    let provided = target.runtime.as_ref().and_then(|runtime| provided_by_runtime(runtime, key));
    match provided {
        Some(_) => Reason::ProvidedBy("runtime".to_owned()),
        None => Reason::Because("no reason given".to_owned()),
    }
}
