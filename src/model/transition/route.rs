//! The first way from one state to another that holds at every step, those with fewer deployments first.

use std::collections::BTreeMap;

use super::{Between, Half, State, between};
use crate::model::bytes::{Amount, Bytes};
use crate::model::package::PackageKey;
use crate::model::provided::provided_by_runtime;

/// More rounds than this nobody wants to deploy.
const MOST_ROUNDS: usize = 5;

/// A way, with what function and layers come to in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// The layers, then the code: what CloudFormation, Terraform and others do by themselves.
    LayersFirst(Between),
    /// The code, then the layers.
    CodeFirst(Between),
    /// The old code as small as the new plan makes it, then the layers, then the code.
    Shrink {
        /// What becomes of the code's bytecode meanwhile.
        bytecode: Bytecode,
        /// The small code with the old layers.
        first: Between,
        /// The small code with the new layers.
        second: Between,
    },
    /// Code that holds the packages of both, then the layers, then the code.
    BothCodes {
        /// What becomes of the code's bytecode meanwhile.
        bytecode: Bytecode,
        /// That code with the old layers.
        first: Between,
        /// That code with the new layers.
        second: Between,
    },
    /// The packages that change places, a few at a time.
    Rounds {
        /// One after the other.
        rounds: Vec<Round>,
        /// What is between the last and the new state, layers first; `None`: the last is the new state.
        rest: Option<Between>,
    },
    /// A placeholder for code, then the layers, then the code, while callers use a published version.
    Placeholder {
        /// What the old layers weigh.
        old: Amount,
        /// What the new layers weigh.
        new: Amount,
    },
}

/// What becomes of bytecode in a step in between.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bytecode {
    /// It stays.
    Kept,
    /// It is left out for a while, and the function starts slower.
    LeftOut,
}

/// Packages that change places in one deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Which.
    pub packages: Vec<PackageKey>,
    /// Whether they go to a layer, so that the layers have to be switched first; else they come from one, and the code
    /// is switched first.
    pub to_layer: bool,
    /// What function and layers come to while they are in both.
    pub between: Amount,
}

/// The way from `old` to `new`. `unit` says with whom a package moves: all of a unit have the same key there.
pub fn route(old: &State, new: &State, unit: impl Fn(&PackageKey) -> PackageKey) -> Route {
    let (layers_first, code_first) = (between(old, new), between(new, old));
    if layers_first.is_good() {
        return Route::LayersFirst(layers_first);
    }
    if code_first.is_safe() {
        return Route::CodeFirst(code_first);
    }
    shrink(old, new, Bytecode::Kept)
        .or_else(|| both_codes(old, new, Bytecode::Kept))
        .or_else(|| rounds(old, new, unit))
        .or_else(|| shrink(old, new, Bytecode::LeftOut))
        .or_else(|| both_codes(old, new, Bytecode::LeftOut))
        .unwrap_or_else(|| Route::Placeholder { old: old.layers(), new: new.layers() })
}

/// The old packages where they are, as the new plan slims them, and without what it leaves to the runtime.
fn shrink(old: &State, new: &State, bytecode: Bytecode) -> Option<Route> {
    let mut small = with(old, bytecode);
    let is_provided = |key: &PackageKey| {
        old.target.runtime.as_ref().is_some_and(|runtime| provided_by_runtime(runtime, key).is_some())
    };
    small.packages.retain(|key, part| part.half != Half::Code || new.packages.contains_key(key) || !is_provided(key));
    let smaller = with(new, bytecode);
    for (key, part) in &mut small.packages {
        let now = smaller.packages.get(key).map(|now| now.bytes).filter(|now| now.bytes < part.bytes.bytes);
        if let Some(now) = now.filter(|_| part.half == Half::Code) {
            part.bytes = now;
        }
    }
    let (first, second) = (between(&small, old), between(&small, new));
    (small != *old && first.is_safe() && second.is_safe()).then_some(Route::Shrink { bytecode, first, second })
}

/// The state with its code as it is, or without bytecode. Layers stay as they were published.
fn with(state: &State, bytecode: Bytecode) -> State {
    let mut state = state.clone();
    if bytecode == Bytecode::LeftOut {
        for part in state.packages.values_mut().filter(|part| part.half == Half::Code) {
            part.bytes.bytes = part.bytes.bytes.less(part.bytecode);
            part.bytecode = Bytes::ZERO;
        }
    }
    state
}

fn both_codes(old: &State, new: &State, bytecode: Bytecode) -> Option<Route> {
    let mut both = with(old, bytecode);
    for (key, part) in with(new, bytecode).packages {
        let there = both.packages.get(&key).filter(|there| there.half == Half::Code);
        if part.half == Half::Code && there.is_none_or(|there| there.bytes.bytes < part.bytes.bytes) {
            both.packages.insert(key, part);
        }
    }
    let (first, second) = (between(&both, old), between(&both, new));
    let holds = first.is_safe() && second.is_safe() && between(new, new).is_safe();
    holds.then_some(Route::BothCodes { bytecode, first, second })
}

/// As many units at a time as fit beside what is there twice, the largest first.
fn rounds(old: &State, new: &State, unit: impl Fn(&PackageKey) -> PackageKey) -> Option<Route> {
    let mut state = old.clone();
    let mut rounds = Vec::new();
    for (from, to) in [(Half::Code, Half::Layers), (Half::Layers, Half::Code)] {
        let mut waiting = moving(old, new, from, to, &unit);
        while !waiting.is_empty() {
            let (round, later) = one_round(&state, waiting)?;
            waiting = later;
            for key in &round.packages {
                if let Some(part) = state.packages.get_mut(key) {
                    part.half = to;
                }
            }
            rounds.push(round);
            if rounds.len() > MOST_ROUNDS {
                return None;
            }
        }
    }
    if rounds.is_empty() {
        return None;
    }
    let rest = between(&state, new);
    match state == *new {
        true => Some(Route::Rounds { rounds, rest: None }),
        false => rest.is_safe().then_some(Route::Rounds { rounds, rest: Some(rest) }),
    }
}

/// Units that change places: their packages, what they weigh, and whether they go to a layer. The largest first.
fn moving(
    old: &State,
    new: &State,
    from: Half,
    to: Half,
    unit: impl Fn(&PackageKey) -> PackageKey,
) -> Vec<(Vec<PackageKey>, Amount, bool)> {
    let mut units: BTreeMap<PackageKey, (Vec<PackageKey>, Amount, bool)> = BTreeMap::new();
    for (key, part) in &old.packages {
        if part.half == from && new.has(key, |half| half == to) {
            let entry = units.entry(unit(key)).or_insert_with(|| (Vec::new(), Amount::default(), to == Half::Layers));
            entry.0.push(key.clone());
            entry.1 = entry.1 + part.bytes;
        }
    }
    let mut units: Vec<_> = units.into_values().collect();
    units.sort_by_key(|(_, weight, _)| std::cmp::Reverse(weight.bytes));
    units
}

/// What fits into one round, and what waits for later; `None`: not even one unit fits.
fn one_round(
    state: &State,
    waiting: Vec<(Vec<PackageKey>, Amount, bool)>,
) -> Option<(Round, Vec<(Vec<PackageKey>, Amount, bool)>)> {
    let whole = between(state, state);
    let to_layer = waiting.first().is_some_and(|(_, _, to_layer)| *to_layer);
    let mut round = Round { packages: Vec::new(), to_layer, between: whole.joint() };
    let mut later = Vec::new();
    for (packages, weight, to_layer) in waiting {
        let twice = round.between + weight;
        let doubt: Bytes = whole.unsure + if weight.sign().is_empty() { Bytes::ZERO } else { weight.bytes };
        let fits = !crate::model::limits::LIMITS.unzipped.is_reached_by(twice.bytes + doubt);
        if fits {
            round.packages.extend(packages);
            round.between = twice;
        } else {
            later.push((packages, weight, to_layer));
        }
    }
    (!round.packages.is_empty()).then_some((round, later))
}
