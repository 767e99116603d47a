//! Branch and bound over the places of all items, the rules and the risk being settled: first the fewest uploads that
//! are too long, then the fewest moves, then layers, then bytes on EFS.
//!
//! Items stand in the order of their weight. What is not decided yet lies where it costs least, and the bound asks how
//! many of the heaviest would have to leave at the very least. That is a relaxation, so nothing better is ever cut off.

use super::problem::{MOST_LAYERS, Place, Problem, Rules};
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
    /// The best places, with what they cost.
    pub best: Option<(Rest, Vec<Place>)>,
    /// Nothing costs less than this.
    pub bound: Rest,
    /// Whether everything was looked at.
    pub whole: bool,
}

/// The search for one set of rules.
pub struct Search<'p> {
    problem: &'p Problem,
    needed_by: &'p [Vec<usize>],
    terms: Terms,
    tally: Tally<'p>,
    /// Items by unzipped bytes, the largest first; the order of the decisions.
    by_size: Vec<usize>,
    /// Items by what they take of the function's zip, the largest first.
    by_zip: Vec<usize>,
    decided: Vec<bool>,
    trail: Vec<(usize, Place)>,
    /// Whether an item can go to EFS with its whole closure.
    can_efs: Vec<bool>,
    /// What is decided to be left out risks so much.
    risk: u32,
    /// Uploads that are too long whatever is done.
    least_over: u32,
    /// Whether something can be left out at no risk.
    has_free_outs: bool,
    /// Whether something cannot stay where it is, so that its move is counted already.
    has_moved: bool,
}

impl<'p> Search<'p> {
    pub fn new(problem: &'p Problem, needed_by: &'p [Vec<usize>], on: Rules, terms: Terms) -> Search<'p> {
        let weights = super::tally::weights(problem, on);
        let mut by_size: Vec<usize> = (0..problem.items.len()).collect();
        by_size.sort_by_key(|&item| std::cmp::Reverse(weights[item].unzipped));
        let mut by_zip = by_size.clone();
        by_zip.sort_by_key(|&item| std::cmp::Reverse(weights[item].in_function));
        if problem.direct.is_some() && !terms.elsewhere {
            by_size.clone_from(&by_zip);
        }
        let starts = (0..problem.items.len()).map(|item| start(problem, &terms, item)).collect();
        let tally = Tally::new(problem, weights, starts, needed_by);
        let decided = problem.items.iter().map(|item| item.pinned).collect();
        let can_efs = (0..problem.items.len()).map(|item| can_efs(problem, &terms, item)).collect();
        let mut search = Search {
            problem,
            needed_by,
            terms,
            tally,
            by_size,
            by_zip,
            decided,
            trail: Vec::new(),
            can_efs,
            risk: 0,
            least_over: 0,
            has_free_outs: problem.items.iter().any(|item| item.out_risk == Some(0)),
            has_moved: false,
        };
        search.least_over = search.least_over();
        search.has_moved = search.tally.moves > 0;
        search
    }

    /// Looks for something that costs less than `best`, at most `steps` decisions long.
    pub fn run(mut self, mut best: Option<(Rest, Vec<Place>)>, steps: &mut usize) -> Found {
        let bound = self.bound();
        let mut branches = Vec::new();
        if self.is_promising(best.as_ref()) {
            self.descend(0, &mut branches, &mut best);
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
            if self.decide(item, place) && self.is_promising(best.as_ref()) {
                self.descend(depth + 1, &mut branches, &mut best);
            }
        }
        self.undo(0);
        Found { best, bound: bound.unwrap_or((u32::MAX, u32::MAX, u32::MAX, u64::MAX)), whole }
    }

    /// Whether what is decided may still lead to something that costs less than what is known.
    fn is_promising(&self, best: Option<&(Rest, Vec<Place>)>) -> bool {
        self.bound().is_some_and(|bound| best.is_none_or(|(value, _)| bound < *value))
    }

    /// Opens the next decision; where there is none left, the arrangement is whole.
    fn descend(&mut self, from: usize, branches: &mut Vec<Branch>, best: &mut Option<(Rest, Vec<Place>)>) {
        match (from..self.by_size.len()).find(|&depth| !self.decided[self.by_size[depth]]) {
            Some(depth) => {
                let item = self.by_size[depth];
                branches.push(Branch { depth, item, choices: self.choices(item), mark: self.trail.len() });
            }
            None => {
                let better = |value: &Rest| best.as_ref().is_none_or(|(known, _)| value < known);
                if let Some(value) = self.value().filter(better) {
                    *best = Some((value, self.tally.places.clone()));
                }
            }
        }
    }

    /// The places to try; the last is tried first.
    fn choices(&self, item: usize) -> Vec<Place> {
        let (it, start) = (&self.problem.items[item], self.tally.places[item]);
        let mut choices = Vec::new();
        let may_leave = |place: Place| it.may(place) && place != start;
        if may_leave(Place::Function) && (self.problem.direct.is_some() || !start.is_joint()) {
            choices.push(Place::Function);
        }
        if self.problem.direct.is_some() && it.may_shift {
            choices.extend(self.layers(item).into_iter().filter(|place| *place != start));
        }
        if self.can_efs[item] && start != Place::Efs {
            choices.push(Place::Efs);
        }
        if may_leave(Place::Out) && it.out_risk.is_some_and(|risk| risk <= self.terms.highest_risk) {
            choices.push(Place::Out);
        }
        // While something has to leave, leaving is tried first, so that something that fits is found soon.
        let is_tight = self.excess() > 0 || self.zip_excess() > 0;
        choices.insert(if is_tight { 0 } else { choices.len() }, start);
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
        self.fix(item, place);
        if place == Place::Efs {
            for at in 0..self.problem.items[item].needs.len() {
                let need = self.problem.items[item].needs[at];
                let it = &self.problem.items[need];
                match (self.decided[need], self.tally.places[need].is_joint()) {
                    (true, true) => return false,
                    // It may yet be left out; that it does not stay is seen to when it is decided.
                    (false, true) if it.out_risk.is_some_and(|risk| risk <= self.terms.highest_risk) => {}
                    (false, true) if !it.may_efs => return false,
                    (false, true) => self.fix(need, Place::Efs),
                    (_, false) => {}
                }
            }
        }
        let is_missed = |other: &usize| self.decided[*other] && self.tally.places[*other] == Place::Efs;
        !(place.is_joint() && self.needed_by[item].iter().any(is_missed)) && self.risk <= self.terms.risks
    }

    fn fix(&mut self, item: usize, place: Place) {
        let before = self.tally.put(item, place, self.needed_by);
        self.decided[item] = true;
        self.risk += u32::from(self.problem.items[item].risk(place));
        self.trail.push((item, before));
    }

    fn undo(&mut self, mark: usize) {
        for (item, before) in self.trail.drain(mark..).rev() {
            self.risk -= u32::from(self.problem.items[item].risk(self.tally.places[item]));
            self.tally.put(item, before, self.needed_by);
            self.decided[item] = false;
        }
    }

    /// By how much function and layers are too large as things lie.
    fn excess(&self) -> u64 {
        self.tally.joint.saturating_sub(self.terms.target)
    }

    /// By how much the function's zip is too long as things lie.
    fn zip_excess(&self) -> u64 {
        match self.problem.direct {
            Some(limit) if self.least_over == 0 => (self.tally.zips[0] + 1).saturating_sub(limit),
            _ => 0,
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

    /// Nothing that can still be made of it costs less; `None`: nothing can.
    fn bound(&self) -> Option<Rest> {
        let tally = &self.tally;
        let to_leave = self.fewest(
            self.excess(),
            &self.by_size,
            |item| tally.weights[item].unzipped,
            |item| self.can_leave(item),
        )?;
        let over = self.least_over.max(self.surely_over());
        let to_shift = if over > 0 {
            0
        } else {
            let in_function = |item: usize| tally.places[item] == Place::Function && self.can_shift(item);
            self.fewest(self.zip_excess(), &self.by_zip, |item| tally.weights[item].in_function, in_function)
                .unwrap_or(0)
        };
        let moves = self.terms.turned + tally.moves + to_leave.max(to_shift);
        let layers = u32::from(self.problem.layers) + self.layers_at_least(over);
        let efs = tally.efs_bytes - self.undecided_on_efs();
        let efs = if self.terms.elsewhere && !self.has_free_outs { efs + self.excess() } else { efs };
        Some((over, moves, layers, efs))
    }

    /// The fewest undecided items that weigh as much as has to leave. Those that have moved anyway cost no move more.
    fn fewest(
        &self,
        excess: u64,
        order: &[usize],
        weight: impl Fn(usize) -> u64,
        can: impl Fn(usize) -> bool,
    ) -> Option<u32> {
        if excess == 0 {
            return Some(0);
        }
        let moved = |item: usize| self.tally.places[item] != self.problem.items[item].home();
        let open = |item: &usize| !self.decided[*item] && can(*item);
        let free = if !self.has_moved {
            0
        } else {
            order.iter().copied().filter(open).filter(|&item| moved(item)).map(&weight).sum()
        };
        let mut rest = excess.saturating_sub(free);
        let mut count = 0;
        for item in order.iter().copied().filter(open).filter(|&item| !moved(item)) {
            if rest == 0 {
                break;
            }
            rest = rest.saturating_sub(weight(item));
            count += 1;
        }
        (rest == 0).then_some(count)
    }

    /// Whether an item in function or layers can leave both.
    fn can_leave(&self, item: usize) -> bool {
        let is_free_to_go = self.problem.items[item]
            .out_risk
            .is_some_and(|risk| risk <= self.terms.highest_risk && self.risk + u32::from(risk) <= self.terms.risks);
        self.tally.places[item].is_joint() && (self.can_efs[item] || is_free_to_go)
    }

    fn can_shift(&self, item: usize) -> bool {
        self.problem.items[item].may_shift || self.can_leave(item)
    }

    /// Bytes on EFS that may still come back.
    fn undecided_on_efs(&self) -> u64 {
        if self.tally.efs_items == 0 {
            return 0;
        }
        let open = (0..self.decided.len()).filter(|&item| !self.decided[item] && self.tally.places[item] == Place::Efs);
        open.map(|item| self.tally.weights[item].unzipped).sum()
    }

    /// Zips that are too long by what is decided alone.
    fn surely_over(&self) -> u32 {
        let Some(limit) = self.problem.direct else { return 0 };
        let mut zips = self.tally.zips;
        for (item, place) in self.tally.places.iter().enumerate().filter(|(item, _)| !self.decided[*item]) {
            if let Some(zip) = super::problem::zip_of(*place) {
                zips[zip] = zips[zip].saturating_sub(self.tally.weights[item].zipped(*place));
            }
        }
        zips.iter().filter(|zip| **zip >= limit).count() as u32
    }

    /// The fewest layers that have to be made: what the function's zip is too long by goes nowhere else, if nothing may
    /// leave.
    fn layers_at_least(&self, over: u32) -> u32 {
        let made = self.tally.new_layers().unwrap_or(0);
        let excess = self.zip_excess();
        let may_leave = self.terms.elsewhere || self.has_free_outs || self.terms.risks > self.risk;
        if excess == 0 || over > 0 || may_leave {
            return made;
        }
        let limit = self.problem.direct.unwrap_or(u64::MAX);
        let there = usize::from(self.problem.layers) + made as usize;
        let room = |zip: &u64| (limit - 1).saturating_sub(*zip);
        let movable = (0..self.decided.len())
            .any(|item| !self.decided[item] && matches!(self.tally.places[item], Place::Layer(_)));
        let free: u64 = self.tally.zips[1..=there].iter().map(room).sum();
        let empty = (limit - 1).saturating_sub(self.problem.zip_end).max(1);
        let more = if movable { 0 } else { excess.saturating_sub(free).div_ceil(empty) as u32 };
        made + more
    }

    /// Uploads that are too long however everything is dealt out: an item that is too long alone, or more than all zips
    /// hold together.
    fn least_over(&self) -> u32 {
        let Some(limit) = self.problem.direct else { return 0 };
        let stays = |item: &usize| {
            let it = &self.problem.items[*item];
            let may_leave = it.out_risk.is_some() || (self.terms.elsewhere && self.can_efs[*item]);
            if it.pinned { it.home().is_joint() } else { !may_leave }
        };
        let staying: Vec<u64> =
            (0..self.decided.len()).filter(stays).map(|item| self.tally.weights[item].in_function).collect();
        let room = (limit - 1).saturating_sub(self.problem.zip_end);
        let zips = 1 + u64::from(self.problem.layers) + u64::from(self.problem.free_layers);
        let is_over =
            staying.iter().any(|&item| item > room) || staying.iter().sum::<u64>() > room.saturating_mul(zips);
        u32::from(is_over)
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
