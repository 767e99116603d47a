//! Where a search had to stop early: single moves and swaps are tried until none of them is better.

use super::problem::{Arrangement, Place, Problem, Value};
use super::risks;
use super::tally::{Tally, weights};

/// The same or better: no single move and no swap of two places improves what comes out.
pub fn polish(problem: &Problem, needed_by: &[Vec<usize>], arrangement: Arrangement) -> Arrangement {
    let (Some(value), Some(of_rules)) =
        (problem.value(&arrangement), risks::of_rules(problem, arrangement.rules, problem.most_risk))
    else {
        return arrangement;
    };
    let Arrangement { rules, places } = arrangement;
    let turned = (rules ^ problem.present().rules).count_ones();
    let tally = Tally::new(problem, weights(problem, rules), places, needed_by);
    let mut polisher = Polisher { problem, needed_by, tally, value, of_rules, turned };
    while polisher.improves_by_moves() || polisher.improves_by_swaps() {}
    Arrangement { rules, places: polisher.tally.places }
}

struct Polisher<'p> {
    problem: &'p Problem,
    needed_by: &'p [Vec<usize>],
    tally: Tally<'p>,
    /// What it costs by now.
    value: Value,
    of_rules: risks::Risks,
    turned: u32,
}

impl Polisher<'_> {
    /// Whether some item lies better elsewhere; it lies there then.
    fn improves_by_moves(&mut self) -> bool {
        let mut improved = false;
        for item in 0..self.tally.places.len() {
            for place in self.places(item) {
                improved |= self.takes(&[(item, place)]);
            }
        }
        improved
    }

    /// Whether two items lie better in each other's places.
    fn improves_by_swaps(&mut self) -> bool {
        let mut improved = false;
        for one in 0..self.tally.places.len() {
            for other in one + 1..self.tally.places.len() {
                let (here, there) = (self.tally.places[one], self.tally.places[other]);
                let items = &self.problem.items;
                if here != there && items[one].may(there) && items[other].may(here) {
                    improved |= self.takes(&[(one, there), (other, here)]);
                }
            }
        }
        improved
    }

    fn places(&self, item: usize) -> Vec<Place> {
        let layers = (0..self.problem.layers + self.problem.free_layers).map(Place::Layer);
        let all = [Place::Function, Place::Efs, Place::Out].into_iter().chain(layers);
        all.filter(|place| self.problem.items[item].may(*place)).collect()
    }

    /// Puts items elsewhere if that is better, else leaves them.
    fn takes(&mut self, moves: &[(usize, Place)]) -> bool {
        let before: Vec<(usize, Place)> =
            moves.iter().map(|&(item, place)| (item, self.tally.put(item, place, self.needed_by))).collect();
        match self.now().filter(|value| *value < self.value) {
            Some(better) => {
                self.value = better;
                true
            }
            None => {
                for (item, place) in before {
                    self.tally.put(item, place, self.needed_by);
                }
                false
            }
        }
    }

    /// What it costs as it stands; `None`: it may not be.
    fn now(&self) -> Option<Value> {
        let (tally, problem) = (&self.tally, self.problem);
        let elsewhere = tally.efs_items > 0;
        // Most swaps lose at once; the risks of all items are asked for only where it may be worth it.
        if tally.open > 0 || (tally.joint >= problem.limit && self.value.errors == 0) {
            return None;
        }
        let of_items = problem.items.iter().zip(&tally.places).map(|(item, place)| item.risk(*place)).max();
        let highest_risk = of_items.unwrap_or(0).max(self.of_rules.0);
        if highest_risk > problem.most_risk || (elsewhere && highest_risk > 0) {
            return None;
        }
        Some(Value {
            errors: u32::from(tally.joint >= problem.limit),
            elsewhere,
            cramped: tally.joint > problem.comfort,
            highest_risk,
            risks: self.of_rules.1 + tally.risks,
            uploads_over: tally.uploads_over(),
            moves: self.turned + tally.moves,
            layers: u32::from(problem.layers) + tally.new_layers()?,
            efs_bytes: tally.efs_bytes,
        })
    }
}
