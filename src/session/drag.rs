//! Packages in the hand: what is carried, and where it would land.

use super::foresight::Foresight;
use super::preview::Preview;
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::edit::Edit;
use crate::model::package::PackageKey;
use crate::model::plan::{Layer, Placement, Plan};
use crate::model::provided::likely_reason;
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

/// How much is carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// What was taken, and what cannot be parted from it.
    #[default]
    Alone,
    /// That, and what only it needs.
    WithNeeds,
}

impl Reach {
    /// The other one.
    pub fn turned(self) -> Reach {
        match self {
            Reach::Alone => Reach::WithNeeds,
            Reach::WithNeeds => Reach::Alone,
        }
    }
}

/// What is needed by nobody but what was taken, and lies where that lies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Company {
    /// The packages, whole units.
    pub packages: Vec<PackageKey>,
    /// Their bytes.
    pub bytes: Bytes,
}

/// Packages on their way. Holds keys, never rows: the rows may change under it.
#[derive(Clone, Debug)]
pub struct Drag {
    /// What was taken, whole units.
    pub chosen: Vec<PackageKey>,
    /// What is carried: what was taken and, where that is wanted, its company.
    pub packages: Vec<PackageKey>,
    /// What of it was taken along because it cannot be parted from the rest.
    pub taken_along: Vec<PackageKey>,
    /// What could come along, or does.
    pub company: Company,
    /// Whether it does.
    pub reach: Reach,
    /// The bytes of what is carried.
    pub bytes: Bytes,
    /// Where they would land.
    pub over: Option<Destination>,
    /// Mouse or keys.
    pub hand: Hand,
    /// What letting go would do.
    pub preview: Option<Preview>,
    /// What was found out so far about letting go.
    pub(super) foreseen: Vec<(Destination, Reach, Foresight)>,
}

impl Drag {
    /// What was found out about letting go over a destination with what is in the hand.
    pub(super) fn foresight(&self, to: &Destination) -> Option<Foresight> {
        let known = |(over, reach, _): &&(Destination, Reach, Foresight)| over == to && *reach == self.reach;
        self.foreseen.iter().find(known).map(|(_, _, foresight)| foresight.clone())
    }
}

impl Destination {
    /// The edit that puts packages here. Nothing to do is `None`.
    pub fn edit(&self, plan: &Plan, target: &Target, packages: &[PackageKey]) -> Option<Edit> {
        let place_in = |placement: &dyn Fn(&PackageKey) -> Option<Placement>| {
            // What lies there already keeps its placement, and with it the reason that somebody gave.
            let moving = packages.iter().filter(|key| !self.is_bucket(&plan.bucket_of(key)));
            Edit::Move(moving.map(|key| (key.clone(), placement(key))).collect())
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
                Some(place_in(&|key| Some(Placement::LeftOut(likely_reason(target, key)))))
            }
        }
    }

    fn is_bucket(&self, bucket: &Bucket) -> bool {
        matches!(self, Destination::Bucket(here) if here == bucket)
    }

    /// For people: `layer scientific`, `a new layer`.
    pub fn words(&self) -> String {
        match self {
            Destination::Bucket(bucket) => bucket.to_string(),
            Destination::NewLayer => "a new layer".to_owned(),
        }
    }
}
