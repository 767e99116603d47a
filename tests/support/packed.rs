//! A build opened for packing: what its zips are foretold to be, and what they become.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use bayplan::attribute::{Wanted, attribute, read_facts};
use bayplan::model::bucket::{Bucket, LayerName};
use bayplan::model::budget::Budgets;
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::{Amount, Bytes, Certainty};
use bayplan::model::cargo::Cargo;
use bayplan::model::contents::Contents;
use bayplan::model::edit::Edit;
use bayplan::model::package::PackageKey;
use bayplan::model::plan::{Layer, Placement, Plan};
use bayplan::model::watch::Unwatched;
use bayplan::model::zipped::{Generation, ZippedSizes};
use bayplan::pack::{Artifact, Effort, PackError, Room, Writing, Written, measure, write_zip};
use bayplan::scan::{self, Scanned};

/// A build with the way to read it.
pub struct Build {
    /// Who owns what.
    pub bundle: Bundle,
    /// What is in the files.
    pub contents: Box<dyn Contents>,
}

impl Build {
    /// Opens a folder or a zip.
    pub fn open(path: &Path) -> Build {
        let Scanned { listing, contents } = scan::open(path, &Unwatched).unwrap();
        let facts = read_facts(&listing, contents.as_ref(), Wanted::EVERYTHING, &Unwatched);
        Build { bundle: attribute(listing, Arc::new(facts)), contents }
    }

    /// Exact sizes of every file.
    pub fn measured(&self) -> ZippedSizes {
        let listing = &self.bundle.listing;
        let mut sizes = ZippedSizes::awaited(Generation(1), listing);
        let deliver = |batch| assert!(sizes.merge(&batch), "batches carry their generation");
        measure(listing, self.contents.as_ref(), listing.entries(), Generation(1), &Unwatched, deliver).unwrap();
        sizes
    }

    /// What the budgets say of each bucket's zip.
    pub fn foretold(&self, plan: &Plan, sizes: &ZippedSizes) -> Vec<(Bucket, Bytes)> {
        let cargo = Cargo::new(&self.bundle, plan, sizes);
        let budgets = Budgets::new(&self.bundle, &cargo, plan);
        let zip = |zip: Amount| {
            assert_eq!(zip.certainty, Certainty::Exact, "every size is measured");
            zip.bytes
        };
        budgets.buckets.iter().filter_map(|budget| Some((budget.bucket.clone(), zip(budget.zip?)))).collect()
    }

    /// Packs one bucket in memory.
    pub fn packed(&self, plan: &Plan, bucket: &Bucket) -> Result<(Written, Vec<u8>), PackError> {
        let artifact = Artifact::of_bucket(&self.bundle, plan, bucket)?;
        let mut zip = Cursor::new(Vec::new());
        let written = write_zip(
            &artifact,
            &self.bundle.listing,
            self.contents.as_ref(),
            &mut zip,
            Writing { effort: Effort::Usual, room: &Room::default(), watch: &Unwatched },
        )?;
        Ok((written, zip.into_inner()))
    }

    /// Fails unless every zip of the plan has the foretold length; returns the zips.
    pub fn assert_foretold_is_packed(&self, plan: &Plan, sizes: &ZippedSizes) -> Vec<Vec<u8>> {
        let pack = |(bucket, foretold): (Bucket, Bytes)| {
            let (written, zip) = self.packed(plan, &bucket).unwrap();
            assert_eq!(written.length, foretold, "{bucket}: what is written is what was foretold");
            assert_eq!(zip.len() as u64, foretold.0, "{bucket}: and as long as it says");
            zip
        };
        self.foretold(plan, sizes).into_iter().map(pack).collect()
    }
}

/// A plan with two layers, and the packages of the bundle dealt out: the n-th goes where the n-th number says.
pub fn dealt(bundle: &Bundle, numbers: &[u8]) -> Plan {
    let mut plan = Plan::new("function");
    let layers: Vec<LayerName> = ["first", "second"].iter().map(|name| name.parse().unwrap()).collect();
    for (at, name) in layers.iter().enumerate() {
        plan.apply(Edit::AddLayer { at, layer: Layer::own(name.clone()) }).unwrap();
    }
    let place = |number: u8| match number % 4 {
        0 => None,
        1 => Some(Placement::Efs),
        layer => Some(Placement::Layer(layers[usize::from(layer - 2)].clone())),
    };
    let keys = bundle.packages().iter().map(|package| package.key.clone());
    let moves: Vec<(PackageKey, Option<Placement>)> =
        keys.zip(numbers.iter().cycle()).map(|(key, &number)| (key, place(number))).collect();
    plan.apply(Edit::Move(moves)).unwrap();
    plan
}
