//! The best arrangement, with the proof. What stands first in the order is settled first, exactly: whether it fits, with
//! or without EFS, with or without headroom, and at which risk. What is left is searched for each set of rules.

use super::polish::polish;
use super::problem::{Arrangement, Problem, Rules, Value};
use super::risks;
use super::search::{Rest, Search, Terms};
use super::tally::{needed_by, weights};

/// How many decisions a search may take before it has to say how far it may be from the best.
pub const STEPS: usize = 60_000;

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The best arrangement known, with what it costs; `None`: nothing fits.
    pub best: Option<(Arrangement, Value)>,
    /// Nothing costs less than this. The same as the best's value: it is proven to be the best.
    pub bound: Value,
    /// The least that function and layers can come down to with all that may be done.
    pub floor: u64,
}

impl Answer {
    /// Whether nothing better exists for certain; where nothing fits, whether that is certain.
    pub fn is_proven(&self) -> bool {
        self.best.as_ref().map_or(NOTHING, |(_, value)| *value) == self.bound
    }
}

/// What stands for the cost of a plan that there is not.
const NOTHING: Value = Value {
    errors: u32::MAX,
    elsewhere: true,
    cramped: true,
    highest_risk: u8::MAX,
    risks: u32::MAX,
    uploads_over: u32::MAX,
    moves: u32::MAX,
    layers: u32::MAX,
    efs_bytes: u64::MAX,
};

/// Solves a problem within a number of decisions.
pub fn solve(problem: &Problem, steps: usize) -> Answer {
    let needed_by = needed_by(problem);
    let mut solver = Solver { problem, needed_by: &needed_by, given_up: None };
    let floor = solver.floor();
    let targets =
        [(false, problem.comfort), (false, problem.limit - 1), (true, problem.comfort), (true, problem.limit - 1)];
    let found = targets.into_iter().find_map(|(elsewhere, target)| {
        let target = target.min(problem.limit - 1);
        solver.at(elsewhere, target, steps)
    });
    match found {
        Some((arrangement, value, bound)) => {
            let bound = solver.given_up.map_or(bound, |given_up| given_up.min(bound));
            Answer { best: Some((arrangement, value)), bound, floor }
        }
        None => Answer { best: None, bound: solver.given_up.unwrap_or(NOTHING), floor },
    }
}

struct Solver<'p> {
    problem: &'p Problem,
    needed_by: &'p [Vec<usize>],
    /// What the first search that found nothing in its time might have found.
    given_up: Option<Value>,
}

impl Solver<'_> {
    fn all_rules(&self) -> impl Iterator<Item = Rules> {
        0..1 << self.problem.rules.len()
    }

    /// Everything that may go has gone, with EFS or without.
    fn floor(&self) -> u64 {
        let items = &self.problem.items;
        let within = |elsewhere: bool| {
            let most = if elsewhere { 0 } else { self.problem.most_risk };
            let leaves = |item: usize| {
                let is_out = items[item].out_risk.is_some_and(|risk| risk <= most);
                is_out || (elsewhere && items[item].may_efs)
            };
            let all = self.all_rules().filter(|on| risks::of_rules(self.problem, *on, most).is_some());
            let on = all.fold(0, |together, on| together | on);
            risks::floor(self.problem, &weights(self.problem, on), leaves)
        };
        within(false).min(within(true))
    }

    /// The best with EFS or without, function and layers no larger than `target`.
    fn at(&mut self, elsewhere: bool, target: u64, steps: usize) -> Option<(Arrangement, Value, Value)> {
        let is_pinned_there = |item: &super::problem::Item| item.pinned && item.home() == super::problem::Place::Efs;
        let has_efs = self.problem.items.iter().any(is_pinned_there);
        if !elsewhere && has_efs {
            return None;
        }
        let mut candidates = self.candidates(elsewhere, target);
        let least = candidates.iter().map(|candidate| candidate.risks).min()?;
        candidates.retain(|candidate| candidate.risks == least);
        let present = self.problem.present().rules;
        candidates.sort_by_key(|candidate| (candidate.on ^ present).count_ones());
        self.search(&candidates, elsewhere, target, steps)
    }

    /// The sets of rules with which it can be done, each with the least risk that it takes.
    fn candidates(&self, elsewhere: bool, target: u64) -> Vec<Candidate> {
        let candidate = |on: Rules| {
            let weights = weights(self.problem, on);
            let risks = if elsewhere {
                let leaves = |item: usize| {
                    let it = &self.problem.items[item];
                    it.may_efs || it.out_risk == Some(0)
                };
                let fits = risks::floor(self.problem, &weights, leaves) <= target;
                risks::of_rules(self.problem, on, 0).filter(|_| fits)?
            } else {
                risks::least(self.problem, on, &weights, target)?
            };
            Some(Candidate { on, risks })
        };
        self.all_rules().filter_map(candidate).collect()
    }

    fn search(
        &mut self,
        candidates: &[Candidate],
        elsewhere: bool,
        target: u64,
        steps: usize,
    ) -> Option<(Arrangement, Value, Value)> {
        let present = self.problem.present().rules;
        let (mut left, mut best, mut better, mut bound) = (steps, None, Vec::new(), None::<Rest>);
        for candidate in candidates {
            let (highest_risk, sum) = candidate.risks;
            let (_, of_rules) = risks::of_rules(self.problem, candidate.on, highest_risk)?;
            let turned = (candidate.on ^ present).count_ones();
            let terms = Terms { target, elsewhere, highest_risk, risks: sum - of_rules, turned };
            let found = Search::new(self.problem, self.needed_by, candidate.on, terms).run(best, &mut left);
            best = found.better.last().map(|(rest, _)| *rest).or(best);
            better.extend(found.better.into_iter().map(|(_, places)| Arrangement { rules: candidate.on, places }));
            if !found.whole {
                bound = Some(bound.map_or(found.bound, |bound| bound.min(found.bound)));
            }
        }
        let Some(last) = better.pop() else {
            if bound.is_some() {
                let might = Value { elsewhere, cramped: target > self.problem.comfort, ..Value::default() };
                self.given_up.get_or_insert(might);
            }
            return None;
        };
        let arrangement = if bound.is_some() { self.polished(better, last) } else { last };
        let value = self.problem.value(&arrangement)?;
        let at_least = bound.map_or(value, |(uploads_over, moves, layers, efs_bytes)| {
            Value { uploads_over, moves, layers, efs_bytes, ..value }.min(value)
        });
        Some((arrangement, value, at_least))
    }

    /// The best of all that a search came by on its way, each polished: what is polished from a worse one can be better,
    /// and so more time never makes a worse answer.
    fn polished(&self, better: Vec<Arrangement>, last: Arrangement) -> Arrangement {
        let all = [last.clone()].into_iter().chain(better);
        let polished = all.map(|one| polish(self.problem, self.needed_by, one));
        polished.min_by_key(|one| self.problem.value(one).unwrap_or(NOTHING)).unwrap_or(last)
    }
}

/// A set of rules and the least risk with it.
struct Candidate {
    on: Rules,
    risks: risks::Risks,
}
