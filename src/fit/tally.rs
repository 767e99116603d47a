//! What an arrangement comes to, kept up while items are put from place to place one by one.

use super::problem::{MOST_LAYERS, Place, Problem, Rules, Weight, zip_of};

/// The sums of an arrangement with some rules on.
#[derive(Clone, Debug)]
pub struct Tally<'p> {
    problem: &'p Problem,
    /// What each item weighs with the rules that are on.
    pub weights: Vec<Weight>,
    /// Where each item lies.
    pub places: Vec<Place>,
    /// Function and layers together.
    pub joint: u64,
    /// The function's zip and those of our layers.
    pub zips: [u64; MOST_LAYERS + 1],
    /// How many items lie in each layer.
    in_layer: [u32; MOST_LAYERS],
    /// Items that moved.
    pub moves: u32,
    /// The risk of what is left out.
    pub risks: u32,
    /// Bytes on EFS.
    pub efs_bytes: u64,
    /// Items on EFS.
    pub efs_items: u32,
    /// For each item, those of its needs that lie in function and layers.
    apart: Vec<u32>,
    /// Items on EFS that lack something beside them.
    pub open: u32,
}

impl<'p> Tally<'p> {
    /// The sums with all items at these places.
    pub fn new(problem: &'p Problem, weights: Vec<Weight>, places: Vec<Place>, needed_by: &[Vec<usize>]) -> Tally<'p> {
        let count = problem.items.len();
        let mut tally = Tally {
            problem,
            weights,
            places: vec![Place::Out; count],
            joint: problem.fixed,
            zips: [problem.zip_end; MOST_LAYERS + 1],
            in_layer: [0; MOST_LAYERS],
            moves: 0,
            risks: 0,
            efs_bytes: 0,
            efs_items: 0,
            apart: vec![0; count],
            open: 0,
        };
        for (item, place) in places.into_iter().enumerate() {
            tally.enter(item, place, needed_by);
        }
        tally
    }

    /// Puts an item elsewhere; says where it was.
    pub fn put(&mut self, item: usize, place: Place, needed_by: &[Vec<usize>]) -> Place {
        let before = self.places[item];
        if before != place {
            self.leave(item, needed_by);
            self.enter(item, place, needed_by);
        }
        before
    }

    fn enter(&mut self, item: usize, place: Place, needed_by: &[Vec<usize>]) {
        let (weight, it) = (self.weights[item], &self.problem.items[item]);
        self.places[item] = place;
        self.moves += u32::from(place != it.home());
        self.risks += u32::from(it.risk(place));
        if place.is_joint() {
            self.joint = self.joint.saturating_add(weight.unzipped);
            self.came_apart(item, needed_by);
        }
        if let Some(zip) = zip_of(place) {
            self.zips[zip] = self.zips[zip].saturating_add(weight.zipped(place));
        }
        match place {
            Place::Layer(layer) => self.in_layer[usize::from(layer)] += 1,
            Place::Efs => {
                self.efs_bytes = self.efs_bytes.saturating_add(weight.unzipped);
                self.efs_items += 1;
                self.open += u32::from(self.apart[item] > 0);
            }
            Place::Function | Place::Out => {}
        }
    }

    fn leave(&mut self, item: usize, needed_by: &[Vec<usize>]) {
        let (weight, it, place) = (self.weights[item], &self.problem.items[item], self.places[item]);
        self.moves -= u32::from(place != it.home());
        self.risks -= u32::from(it.risk(place));
        if place.is_joint() {
            self.joint = self.joint.saturating_sub(weight.unzipped);
            self.came_together(item, needed_by);
        }
        if let Some(zip) = zip_of(place) {
            self.zips[zip] = self.zips[zip].saturating_sub(weight.zipped(place));
        }
        match place {
            Place::Layer(layer) => self.in_layer[usize::from(layer)] -= 1,
            Place::Efs => {
                self.efs_bytes = self.efs_bytes.saturating_sub(weight.unzipped);
                self.efs_items -= 1;
                self.open -= u32::from(self.apart[item] > 0);
            }
            Place::Function | Place::Out => {}
        }
        self.places[item] = Place::Out;
    }

    /// An item came into function or layers: whoever needs it lacks it beside itself.
    fn came_apart(&mut self, item: usize, needed_by: &[Vec<usize>]) {
        for &other in &needed_by[item] {
            self.apart[other] += 1;
            self.open += u32::from(self.apart[other] == 1 && self.places[other] == Place::Efs);
        }
    }

    fn came_together(&mut self, item: usize, needed_by: &[Vec<usize>]) {
        for &other in &needed_by[item] {
            self.apart[other] -= 1;
            self.open -= u32::from(self.apart[other] == 0 && self.places[other] == Place::Efs);
        }
    }

    /// How many zips are too long to be sent directly, `from` the function's on.
    pub fn uploads_over(&self) -> u32 {
        self.problem.direct.map_or(0, |limit| self.zips.iter().filter(|zip| **zip >= limit).count() as u32)
    }

    /// How many layers are made, if they are used without a gap.
    pub fn new_layers(&self) -> Option<u32> {
        let new = &self.in_layer[usize::from(self.problem.layers)..];
        let used = new.iter().filter(|items| **items > 0).count();
        new[..used].iter().all(|items| *items > 0).then_some(used as u32)
    }
}

/// Who needs each item.
pub fn needed_by(problem: &Problem) -> Vec<Vec<usize>> {
    let mut needed_by = vec![Vec::new(); problem.items.len()];
    for (item, needs) in problem.items.iter().map(|item| &item.needs).enumerate() {
        for &need in needs {
            needed_by[need].push(item);
        }
    }
    needed_by
}

/// The weights of all items with some rules on.
pub fn weights(problem: &Problem, on: Rules) -> Vec<Weight> {
    problem.items.iter().map(|item| item.weight(on)).collect()
}
