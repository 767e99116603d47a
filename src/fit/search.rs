//! Branch and bound over the places of all items, the rules and the risk being settled: first the fewest uploads that
//! are too long, then the fewest moves, then layers, then bytes on EFS.
//!
//! First it is decided for each item whether it leaves function and layers, then for each that stays, where uploads are
//! direct, in which zip it goes: so that what is needed on EFS is not tried anew for every way to deal out layers. Items
//! stand in the order of their weight. What is not decided yet lies where it costs least, and the bound asks how
//! many of the heaviest would have to leave at the very least. That is a relaxation, so nothing better is ever cut off.

use super::problem::{Item, MOST_LAYERS, Place, Problem, Rules};
use super::tally::Tally;

/// What is compared once rules and risk are settled: uploads too long, moves, layers, bytes on EFS.
pub type Rest = (u32, u32, u32, u64);

/// What the search is to hold.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The largest joint size.
    pub target: u64,
    /// Whether EFS is in.
    pub elsewhere: bool,
    /// The highest risk that one item may take.
    pub highest_risk: u8,
    /// The sum of risks that items may take.
    pub risks: u32,
    /// Rules that differ from the present plan: moves already made.
    pub turned: u32,
}

/// Decisions that may be taken until anything that fits is found.
const GRACE: usize = 1_000_000;

/// How far the decision about an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    /// Nothing is decided.
    Open,
    /// It stays in function and layers, but not in which of them.
    Stays,
    /// Its place is decided.
    Placed,
}

/// One decision: an item, and the places that are still to be tried.
struct Branch {
    depth: usize,
    item: usize,
    choices: Vec<Place>,
    /// How much was decided before it.
    mark: usize,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Found {
    /// Everything that cost less than all that was known before, with what it costs; the last is the best.
    pub better: Vec<(Rest, Vec<Place>)>,
    /// Nothing costs less than this.
    pub bound: Rest,
    /// Whether everything was looked at.
    pub whole: bool,
}

/// The search for one set of rules.
pub struct Search<'p> {
    pub(super) problem: &'p Problem,
    pub(super) needed_by: &'p [Vec<usize>],
    pub(super) terms: Terms,
    pub(super) tally: Tally<'p>,
    /// Items by unzipped bytes, the largest first; the order of the decisions.
    pub(super) by_size: Vec<usize>,
    /// Items by what they take of the function's zip, the largest first.
    pub(super) by_zip: Vec<usize>,
    pub(super) stages: Vec<Stage>,
    trail: Vec<(usize, Place, Stage)>,
    /// Whether an item can go to EFS with its whole closure.
    pub(super) can_efs: Vec<bool>,
    /// What is decided to be left out risks so much.
    pub(super) risk: u32,
    /// Uploads that are too long whatever is done.
    pub(super) least_over: u32,
    /// Whether something can be left out at no risk.
    pub(super) has_free_outs: bool,
    /// Whether something cannot stay where it is, so that its move is counted already.
    pub(super) has_moved: bool,
}

impl<'p> Search<'p> {
    pub fn new(problem: &'p Problem, needed_by: &'p [Vec<usize>], on: Rules, terms: Terms) -> Search<'p> {
        let weights = super::tally::weights(problem, on);
        let mut by_size: Vec<usize> = (0..problem.items.len()).collect();
        by_size.sort_by_key(|&item| std::cmp::Reverse(weights[item].unzipped));
        let mut by_zip = by_size.clone();
        by_zip.sort_by_key(|&item| std::cmp::Reverse(weights[item].in_function));
        let starts = (0..problem.items.len()).map(|item| start(problem, &terms, item)).collect();
        let tally = Tally::new(problem, weights, starts, needed_by);
        let stage = |pinned: bool| if pinned { Stage::Placed } else { Stage::Open };
        let stages = problem.items.iter().map(|item| stage(item.pinned)).collect();
        let can_efs = (0..problem.items.len()).map(|item| can_efs(problem, &terms, item)).collect();
        let mut search = Search {
            problem,
            needed_by,
            terms,
            tally,
            by_size,
            by_zip,
            stages,
            trail: Vec::new(),
            can_efs,
            risk: 0,
            least_over: 0,
            has_free_outs: problem.items.iter().any(|item| item.out_risk == Some(0)),
            has_moved: false,
        };
        search.least_over = search.least_over();
        let may_return = |item: &Item| !item.pinned && !item.home().is_joint();
        let returns = problem.direct.is_some() && problem.items.iter().any(may_return);
        search.has_moved = returns || search.tally.moves > 0;
        search
    }

    /// Looks for something that costs less than `known`, at most `steps` decisions long.
    pub fn run(mut self, known: Option<Rest>, steps: &mut usize) -> Found {
        let bound = self.bound();
        let (mut branches, mut better, mut best) = (Vec::new(), Vec::new(), known);
        if self.is_promising(best) {
            self.descend(0, &mut branches, &mut better, best);
            best = better.last().map(|(rest, _)| *rest).or(known);
        }
        let (mut whole, mut grace) = (true, GRACE.max(*steps));
        while let Some(branch) = branches.last_mut() {
            let mark = branch.mark;
            let (item, depth, choice) = (branch.item, branch.depth, branch.choices.pop());
            self.undo(mark);
            let Some(place) = choice else {
                branches.pop();
                continue;
            };
            // Where nothing is known yet, something that fits is worth more than an answer in time.
            let room = if best.is_some() { &mut *steps } else { &mut grace };
            if *room == 0 {
                whole = false;
                break;
            }
            *room -= 1;
            if self.decide(item, place) && self.is_promising(best) {
                self.descend(depth + 1, &mut branches, &mut better, best);
                best = better.last().map(|(rest, _)| *rest).or(known);
            }
        }
        self.undo(0);
        Found { better, bound: bound.unwrap_or((u32::MAX, u32::MAX, u32::MAX, u64::MAX)), whole }
    }

    /// Whether what is decided may still lead to something that costs less than what is known.
    fn is_promising(&self, best: Option<Rest>) -> bool {
        self.bound().is_some_and(|bound| best.is_none_or(|value| bound < value))
    }

    /// Opens the next decision; where there is none left, the arrangement is whole.
    fn descend(
        &mut self,
        from: usize,
        branches: &mut Vec<Branch>,
        better: &mut Vec<(Rest, Vec<Place>)>,
        best: Option<Rest>,
    ) {
        match (from..2 * self.by_size.len()).find(|&depth| self.stages[self.item_at(depth)] == self.stage_at(depth)) {
            Some(depth) => {
                let item = self.item_at(depth);
                let choices = match self.stage_at(depth) {
                    Stage::Open => self.ways_out(item),
                    Stage::Stays | Stage::Placed => self.zips(item),
                };
                branches.push(Branch { depth, item, choices, mark: self.trail.len() });
            }
            None => {
                let is_better = |value: &Rest| best.is_none_or(|known| *value < known);
                if let Some(value) = self.value().filter(is_better) {
                    better.push((value, self.tally.places.clone()));
                }
            }
        }
    }

    /// All items are asked twice: whether they leave, the largest first, and then which zip they go in.
    fn item_at(&self, depth: usize) -> usize {
        let count = self.by_size.len();
        if depth < count { self.by_size[depth] } else { self.by_zip[depth - count] }
    }

    fn stage_at(&self, depth: usize) -> Stage {
        if depth < self.by_size.len() { Stage::Open } else { Stage::Stays }
    }

    /// Whether an item leaves, and where to; the last is tried first.
    fn ways_out(&self, item: usize) -> Vec<Place> {
        let (it, start) = (&self.problem.items[item], self.tally.places[item]);
        let mut choices = Vec::new();
        if !start.is_joint() && it.may(Place::Function) {
            choices.push(Place::Function);
        }
        if self.can_efs[item] && start != Place::Efs {
            choices.push(Place::Efs);
        }
        let may_out = it.out_risk.is_some_and(|risk| risk <= self.terms.highest_risk);
        if start != Place::Out && it.may(Place::Out) && may_out {
            choices.push(Place::Out);
        }
        // While something has to leave, leaving is tried first, so that something that fits is found soon.
        choices.insert(if self.excess() > 0 { 0 } else { choices.len() }, start);
        choices
    }

    /// The zips that an item may go in that stays; the last is tried first.
    fn zips(&self, item: usize) -> Vec<Place> {
        let start = self.tally.places[item];
        let mut choices = Vec::new();
        if start != Place::Function {
            choices.push(Place::Function);
        }
        choices.extend(self.layers(item).into_iter().filter(|place| *place != start));
        choices.insert(if self.zip_excess() > 0 { 0 } else { choices.len() }, start);
        choices
    }

    /// Our layers, those that would be too full first and the fullest that still takes the item last; of those that are
    /// not made yet the first alone, as one is like the other.
    fn layers(&self, item: usize) -> Vec<Place> {
        let limit = self.problem.direct.unwrap_or(u64::MAX);
        let made = self.problem.layers + self.tally.new_layers().unwrap_or(0) as u8;
        let count = (made + 1).min(self.problem.layers + self.problem.free_layers).min(MOST_LAYERS as u8);
        let length =
            |layer: u8| self.tally.zips[usize::from(layer) + 1].saturating_add(self.tally.weights[item].in_layer);
        let mut layers: Vec<u8> = (0..count).collect();
        layers.sort_by_key(|&layer| (length(layer) < limit, length(layer), std::cmp::Reverse(layer)));
        layers.into_iter().map(Place::Layer).collect()
    }

    /// Puts an item somewhere, and what it needs with it; says whether that can be.
    fn decide(&mut self, item: usize, place: Place) -> bool {
        let may_shift = self.problem.direct.is_some() && self.problem.items[item].may_shift;
        let goes_on = self.stages[item] == Stage::Open && place.is_joint() && may_shift;
        self.fix(item, place, if goes_on { Stage::Stays } else { Stage::Placed });
        if place == Place::Efs {
            for at in 0..self.problem.items[item].needs.len() {
                let need = self.problem.items[item].needs[at];
                let it = &self.problem.items[need];
                match (self.stages[need] > Stage::Open, self.tally.places[need].is_joint()) {
                    (true, true) => return false,
                    // It may yet be left out; that it does not stay is seen to when it is decided.
                    (false, true) if it.out_risk.is_some_and(|risk| risk <= self.terms.highest_risk) => {}
                    (false, true) if !it.may_efs => return false,
                    (false, true) => self.fix(need, Place::Efs, Stage::Placed),
                    (_, false) => {}
                }
            }
        }
        let is_missed = |other: &usize| self.stages[*other] > Stage::Open && self.tally.places[*other] == Place::Efs;
        !(place.is_joint() && self.needed_by[item].iter().any(is_missed)) && self.risk <= self.terms.risks
    }

    fn fix(&mut self, item: usize, place: Place, stage: Stage) {
        let before = self.tally.put(item, place, self.needed_by);
        self.risk += u32::from(self.problem.items[item].risk(place));
        self.trail.push((item, before, self.stages[item]));
        self.stages[item] = stage;
    }

    fn undo(&mut self, mark: usize) {
        for (item, before, stage) in self.trail.drain(mark..).rev() {
            self.risk -= u32::from(self.problem.items[item].risk(self.tally.places[item]));
            self.tally.put(item, before, self.needed_by);
            self.stages[item] = stage;
        }
    }

    /// What a whole arrangement costs, if it holds.
    fn value(&self) -> Option<Rest> {
        let tally = &self.tally;
        let holds = tally.open == 0 && self.excess() == 0 && tally.risks <= self.terms.risks;
        let layers = u32::from(self.problem.layers) + tally.new_layers()?;
        let moves = self.terms.turned + tally.moves;
        holds.then_some((tally.uploads_over(), moves, layers, tally.efs_bytes))
    }
}

/// Where an undecided item lies: at home, or in the function if it may not stay where it is.
fn start(problem: &Problem, terms: &Terms, item: usize) -> Place {
    let it = &problem.items[item];
    let may_stay = match it.home() {
        Place::Efs => terms.elsewhere && it.may_efs,
        Place::Out => it.out_risk.is_some_and(|risk| risk <= terms.highest_risk),
        Place::Function | Place::Layer(_) => true,
    };
    if it.pinned || may_stay { it.home() } else { Place::Function }
}

/// Whether an item can go to EFS: EFS is in, and all that it needs can go, or is not in function and layers.
fn can_efs(problem: &Problem, terms: &Terms, item: usize) -> bool {
    let it = &problem.items[item];
    let follows = |need: &usize| {
        let need = &problem.items[*need];
        if need.pinned { !need.home().is_joint() } else { need.may_efs || need.out_risk.is_some() }
    };
    terms.elsewhere && !it.pinned && it.may_efs && it.needs.iter().all(follows)
}
