//! The pane of buckets: what lies in each, the cursor in it, and how far each list is scrolled.

use crate::model::bucket::Bucket;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;
use crate::model::plan::Plan;

use super::drag::Destination;

/// One bucket as the pane shows it, or the place where a new layer is made.
#[derive(Clone, Debug, PartialEq)]
pub struct Shelf {
    /// What dropping here does.
    pub destination: Destination,
    /// What lies here, largest first; then what the plan puts here and the bundle lacks.
    pub packages: Vec<PackageKey>,
    /// Rows scrolled past.
    pub offset: usize,
}

/// A shelf, or a package on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketCursor {
    /// Which shelf.
    pub destination: Destination,
    /// Which package on it; `None` is the shelf itself.
    pub package: Option<PackageKey>,
}

/// The pane.
#[derive(Clone, Debug)]
pub struct BucketPane {
    /// Function, layers, "+ new layer", EFS, left out.
    pub shelves: Vec<Shelf>,
    /// Where the cursor is.
    pub cursor: BucketCursor,
}

impl Default for BucketPane {
    fn default() -> BucketPane {
        let cursor = BucketCursor { destination: Destination::Bucket(Bucket::Function), package: None };
        BucketPane { shelves: Vec::new(), cursor }
    }
}

impl BucketPane {
    /// Fills the shelves anew and keeps cursor and scrolling where that is possible.
    pub fn rebuild(&mut self, bundle: &Bundle, cargo: &Cargo, plan: &Plan) {
        let before = std::mem::take(&mut self.shelves);
        self.shelves = destinations(plan)
            .into_iter()
            .map(|destination| {
                let packages = contents(bundle, cargo, plan, &destination);
                let old = before.iter().find(|shelf| shelf.destination == destination);
                let offset = old.map_or(0, |shelf| shelf.offset).min(packages.len().saturating_sub(1));
                Shelf { destination, packages, offset }
            })
            .collect();
        self.settle_cursor();
    }

    fn settle_cursor(&mut self) {
        let Some(shelf) = self.shelf(&self.cursor.destination) else {
            self.cursor = BucketPane::default().cursor;
            return;
        };
        if self.cursor.package.as_ref().is_some_and(|key| !shelf.packages.contains(key)) {
            self.cursor.package = None;
        }
    }

    /// The shelf of a destination.
    pub fn shelf(&self, destination: &Destination) -> Option<&Shelf> {
        self.shelves.iter().find(|shelf| shelf.destination == *destination)
    }

    /// The shelf under the cursor, by its place.
    pub fn at(&self) -> usize {
        self.shelves.iter().position(|shelf| shelf.destination == self.cursor.destination).unwrap_or_default()
    }

    /// Every stop of the cursor, from top to bottom.
    fn stops(&self) -> Vec<BucketCursor> {
        let mut stops = Vec::new();
        for shelf in &self.shelves {
            let stop = |package| BucketCursor { destination: shelf.destination.clone(), package };
            stops.push(stop(None));
            stops.extend(shelf.packages.iter().map(|key| stop(Some(key.clone()))));
        }
        stops
    }

    /// Moves the cursor by stops, not past the ends.
    pub fn step(&mut self, by: isize) {
        let mut stops = self.stops();
        let at = stops.iter().position(|stop| *stop == self.cursor).unwrap_or_default();
        let to = at.saturating_add_signed(by).min(stops.len().saturating_sub(1));
        if to < stops.len() {
            self.cursor = stops.swap_remove(to);
        }
    }

    /// Puts the cursor on the n-th bucket, counted from 1 and without the place for a new layer.
    pub fn focus_bucket(&mut self, number: usize) -> bool {
        let Some(destination) = self.numbered(number) else { return false };
        self.cursor = BucketCursor { destination, package: None };
        true
    }

    /// The n-th bucket, counted from 1 and without the place for a new layer.
    pub fn numbered(&self, number: usize) -> Option<Destination> {
        let mut buckets = self.shelves.iter().filter(|shelf| shelf.destination != Destination::NewLayer);
        buckets.nth(number.checked_sub(1)?).map(|shelf| shelf.destination.clone())
    }

    /// Scrolls so that the cursor is seen; `heights` are the rows that each shelf shows.
    pub fn reveal(&mut self, heights: &[usize]) {
        let at = self.at();
        let (Some(shelf), Some(&height)) = (self.shelves.get_mut(at), heights.get(at)) else { return };
        let row = self.cursor.package.as_ref().and_then(|key| shelf.packages.iter().position(|other| other == key));
        if let Some(row) = row {
            shelf.offset = shelf.offset.min(row).max((row + 1).saturating_sub(height.max(1)));
        }
    }

    /// Scrolls one shelf without moving the cursor.
    pub fn scroll(&mut self, destination: &Destination, rows: isize, heights: &[usize]) {
        let Some(at) = self.shelves.iter().position(|shelf| shelf.destination == *destination) else { return };
        let shelf = &mut self.shelves[at];
        let most = shelf.packages.len().saturating_sub(heights.get(at).copied().unwrap_or(1).max(1));
        shelf.offset = shelf.offset.saturating_add_signed(rows).min(most);
    }
}

/// Everything that can be dropped on, in the order in which it is shown.
fn destinations(plan: &Plan) -> Vec<Destination> {
    let mut all: Vec<Destination> = plan.buckets().into_iter().map(Destination::Bucket).collect();
    all.insert(1 + plan.layers().len(), Destination::NewLayer);
    all
}

fn contents(bundle: &Bundle, cargo: &Cargo, plan: &Plan, destination: &Destination) -> Vec<PackageKey> {
    let Destination::Bucket(bucket) = destination else { return Vec::new() };
    let mut here: Vec<_> = bundle.indexed().filter(|(_, package)| plan.bucket_of(&package.key) == *bucket).collect();
    here.sort_by(|(a, first), (b, second)| {
        cargo.load(*b).unzipped.cmp(&cargo.load(*a).unzipped).then_with(|| first.key.cmp(&second.key))
    });
    let known = here.into_iter().map(|(_, package)| package.key.clone());
    let lacking = plan
        .placements()
        .iter()
        .filter(|(key, placement)| placement.bucket() == *bucket && bundle.find(key).is_none())
        .map(|(key, _)| key.clone());
    known.chain(lacking).collect()
}

impl Destination {
    /// Whether packages can be sent here one bucket at a time: an own bucket that is there.
    pub(super) fn takes(&self, plan: &Plan) -> bool {
        match self {
            Destination::NewLayer => plan.layers().len() < LIMITS.layers.count,
            Destination::Bucket(Bucket::Layer(name)) => plan.layer(name).is_some_and(|layer| layer.foreign().is_none()),
            Destination::Bucket(_) => true,
        }
    }
}
