//! What each bucket uses of what AWS allows.

use super::bucket::{Bucket, LayerName};
use super::bundle::Bundle;
use super::bytes::{Amount, Bytes, Certainty};
use super::cargo::Cargo;
use super::container::zip_length;
use super::folders::folder_in;
use super::limits::LIMITS;
use super::package::Load;
use super::plan::{LayerKind, Plan};
use super::zipped::Known;

/// What one bucket holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Budget {
    /// Which bucket.
    pub bucket: Bucket,
    /// How many packages of the bundle lie in it.
    pub packages: usize,
    /// What they weigh together.
    pub load: Load,
    /// Unzipped bytes; for somebody else's layer what the plan declares.
    pub unzipped: Amount,
    /// The length of the artifact; `None`: not known, or the bucket is not packed.
    pub zip: Option<Amount>,
}

/// What all buckets hold. Made anew for each plan; costs as much as there are packages.
#[derive(Clone, Debug, PartialEq)]
pub struct Budgets {
    /// Function, layers, EFS, left out, in the order of [`Plan::buckets`].
    pub buckets: Vec<Budget>,
}

impl Budgets {
    /// Weighs a plan over a bundle.
    pub fn new(bundle: &Bundle, cargo: &Cargo, plan: &Plan) -> Budgets {
        let names = plan.buckets();
        let mut sums = vec![Sum::default(); names.len()];
        for (index, package) in bundle.indexed() {
            let bucket = plan.bucket_of(&package.key);
            // A placement whose layer is gone cannot be made by an edit; the function is where such bytes would land.
            let place = names.iter().position(|name| *name == bucket).unwrap_or(0);
            let folder = folder_in(bundle, plan, package, &names[place]);
            sums[place].add(cargo.load(index).below(folder.len() as u64), cargo.known(index));
        }
        let buckets = names.into_iter().zip(sums).map(|(bucket, sum)| budget(plan, cargo, bucket, sum)).collect();
        Budgets { buckets }
    }

    /// One bucket's.
    pub fn of(&self, bucket: &Bucket) -> Option<&Budget> {
        self.buckets.iter().find(|budget| budget.bucket == *bucket)
    }

    /// The function's.
    pub fn function(&self) -> &Budget {
        &self.buckets[0]
    }

    /// The layers', in order.
    pub fn layers(&self) -> impl Iterator<Item = (&LayerName, &Budget)> {
        self.buckets.iter().filter_map(|budget| match &budget.bucket {
            Bucket::Layer(name) => Some((name, budget)),
            _ => None,
        })
    }

    /// Function and layers together: the budget that they share.
    pub fn joint(&self) -> Amount {
        self.buckets.iter().filter(|budget| budget.bucket.is_joint()).map(|budget| budget.unzipped).sum()
    }

    /// All layers together.
    pub fn layers_total(&self) -> Amount {
        self.layers().map(|(_, budget)| budget.unzipped).sum()
    }

    /// What the layers leave for the function: the number that AWS quotes when a function is too big.
    pub fn left_for_function(&self) -> Bytes {
        LIMITS.unzipped.bytes.less(self.layers_total().bytes)
    }

    /// Everything, wherever it lies. Moves do not change it.
    pub fn everything(&self) -> Bytes {
        self.buckets.iter().map(|budget| budget.load.unzipped).sum()
    }
}

/// What the packages of one bucket come to.
#[derive(Clone, Copy, Default)]
struct Sum {
    packages: usize,
    load: Load,
    known: Known,
}

impl Sum {
    /// Adds a package, whose paths count from the artifact's root.
    fn add(&mut self, load: Load, known: Known) {
        self.packages += 1;
        self.load += load;
        self.known += known;
    }
}

fn budget(plan: &Plan, cargo: &Cargo, bucket: Bucket, sum: Sum) -> Budget {
    let measured = Amount::exact(sum.load.unzipped).at_most(cargo.certainty);
    let (unzipped, zip) = match &bucket {
        Bucket::Function => (measured, zip(cargo, sum)),
        Bucket::Layer(name) => match plan.layer(name).map(|layer| &layer.kind) {
            Some(LayerKind::Foreign(foreign)) => (declared(foreign.unzipped), None),
            _ => (measured, zip(cargo, sum)),
        },
        Bucket::Efs | Bucket::LeftOut => (measured, None),
    };
    Budget { bucket, packages: sum.packages, load: sum.load, unzipped, zip }
}

/// The length of a bucket's zip. Where nothing of the bundle is known, neither is the length of an empty bucket's.
fn zip(cargo: &Cargo, sum: Sum) -> Option<Amount> {
    cargo.zipped()?;
    let certainty = match sum.known.certainty() {
        Some(Certainty::Estimate) => Certainty::Estimate,
        Some(certainty) => certainty.max(cargo.certainty),
        None => Certainty::AtLeast,
    };
    Some(Amount { bytes: zip_length(sum.load), certainty })
}

/// A size that somebody wrote down: exact as far as it goes; nothing written is a lower bound of nothing.
fn declared(unzipped: Option<Bytes>) -> Amount {
    match unzipped {
        Some(bytes) => Amount::exact(bytes),
        None => Amount { bytes: Bytes::ZERO, certainty: Certainty::AtLeast },
    }
}
