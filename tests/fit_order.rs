//! The best arrangement is the one that trying everything finds, by the same order; on cases too large for that no
//! single move is better, and the bound holds.

use bayplan::fit::problem::{Arrangement, Item, Place, Problem, Rule, Value, Weight};
use bayplan::fit::{STEPS, solve};
use proptest::prelude::*;

/// Every set of rules with every place for every item, by the order as it is promised. Nothing here is taken from the
/// solver: what an arrangement costs is counted anew.
fn by_trying_everything(problem: &Problem) -> Option<Value> {
    let mut best: Option<Value> = None;
    let layers = problem.layers + problem.free_layers;
    let mut all: Vec<Place> = vec![Place::Function, Place::Efs, Place::Out];
    all.extend((0..layers).map(Place::Layer));
    for rules in 0..1_u16 << problem.rules.len() {
        let mut digits = vec![0_usize; problem.items.len()];
        loop {
            let places: Vec<Place> = digits.iter().map(|&digit| all[digit]).collect();
            if let Some(value) = cost(problem, rules, &places) {
                best = Some(best.map_or(value, |best: Value| best.min(value)));
            }
            let Some(at) = digits.iter().position(|&digit| digit + 1 < all.len()) else { break };
            digits[..at].fill(0);
            digits[at] += 1;
        }
    }
    best
}

fn cost(problem: &Problem, rules: u16, places: &[Place]) -> Option<Value> {
    let mut value = Value { layers: u32::from(problem.layers), ..Value::default() };
    let mut risks: Vec<u8> = Vec::new();
    for (bit, rule) in problem.rules.iter().enumerate() {
        let on = rules >> bit & 1 == 1;
        value.moves += u32::from(on != rule.on);
        risks.extend(on.then_some(rule.risk));
    }
    let mut joint = problem.fixed;
    let mut zips = [problem.zip_end; 6];
    let mut used = [false; 5];
    for (item, &place) in problem.items.iter().zip(places) {
        let home = item.home.unwrap_or(Place::Function);
        let is_free = match place {
            _ if item.pinned => place == home,
            Place::Efs => item.may_efs,
            Place::Out => item.out_risk.is_some(),
            Place::Layer(_) => item.may_shift || place == home,
            Place::Function => item.may_shift || !matches!(home, Place::Layer(_)),
        };
        if !is_free {
            return None;
        }
        value.moves += u32::from(place != home);
        let left: Vec<&Weight> =
            item.parts.iter().filter(|(by, _)| by & rules == 0).map(|(_, weight)| weight).collect();
        let unzipped: u64 = left.iter().map(|weight| weight.unzipped).sum();
        match place {
            Place::Function => {
                joint += unzipped;
                zips[0] += left.iter().map(|weight| weight.in_function).sum::<u64>();
            }
            Place::Layer(layer) => {
                joint += unzipped;
                zips[usize::from(layer) + 1] += left.iter().map(|weight| weight.in_layer).sum::<u64>();
                used[usize::from(layer)] = true;
            }
            Place::Efs => {
                value.efs_bytes += unzipped;
                value.elsewhere = true;
                let is_beside = |need: &usize| matches!(places[*need], Place::Efs | Place::Out);
                if !item.needs.iter().all(is_beside) {
                    return None;
                }
            }
            Place::Out if !item.pinned => risks.extend(item.out_risk),
            Place::Out => {}
        }
    }
    value.layers += used[usize::from(problem.layers)..].iter().filter(|used| **used).count() as u32;
    value.highest_risk = risks.iter().copied().max().unwrap_or(0);
    value.risks = risks.iter().map(|&risk| u32::from(risk)).sum();
    if joint >= problem.limit || value.highest_risk > problem.most_risk || (value.elsewhere && value.highest_risk > 0) {
        return None;
    }
    value.cramped = joint > problem.comfort;
    value.uploads_over = problem.direct.map_or(0, |limit| zips.iter().filter(|zip| **zip >= limit).count() as u32);
    Some(value)
}

prop_compose! {
    fn weights()(unzipped in 0_u64..60, zipped in 0_u64..30, prefix in 0_u64..3) -> Weight {
        Weight { unzipped, in_function: zipped, in_layer: zipped + prefix }
    }
}

prop_compose! {
    fn items(layers: u8)(
        parts in prop::collection::vec((0_u16..8, weights()), 1..4),
        home in 0..10_u8,
        pinned in prop::bool::weighted(0.1),
        (may_shift, may_efs) in any::<(bool, bool)>(),
        out_risk in prop::option::weighted(0.4, 0_u8..4),
        needs in prop::collection::vec(any::<prop::sample::Index>(), 0..3),
    ) -> (Item, Vec<prop::sample::Index>) {
        let home = match home {
            0 => Place::Efs,
            1 => Place::Out,
            2 if layers > 0 => Place::Layer(0),
            3 if layers > 1 => Place::Layer(1),
            _ => Place::Function,
        };
        (Item { parts, home: Some(home), pinned, may_shift, may_efs, out_risk, needs: Vec::new() }, needs)
    }
}

prop_compose! {
    /// Small enough to try everything: at most 6 items in at most 5 places, at most 3 rules.
    fn problems()(layers in 0_u8..2, free_layers in 0_u8..2)(
        drawn in prop::collection::vec(items(layers), 1..6),
        rules in prop::collection::vec((0_u8..4, any::<bool>()), 0..4),
        limit in 20_u64..260,
        comfort in 50_u64..101,
        fixed in prop_oneof![3 => Just(0_u64), 1 => 0_u64..30],
        direct in prop::option::of(5_u64..80),
        most_risk in 0_u8..4,
        (layers, free_layers) in Just((layers, free_layers)),
    ) -> Problem {
        let items = drawn.into_iter().enumerate().map(|(number, (item, needs))| Item {
            // Closures are whole, as the compiler makes them: needs of needs are among them in a graph without circles.
            needs: if item.pinned { Vec::new() } else { lower(number, &needs) },
            ..item
        });
        let mut items: Vec<Item> = items.collect();
        close(&mut items);
        let rules = rules.into_iter().map(|(risk, on)| Rule { risk, on }).collect();
        Problem { limit, comfort: limit * comfort / 100, fixed, rules, items, layers, free_layers, direct, zip_end: 2, most_risk }
    }
}

/// Needs lead to items before, so that there is no circle.
fn lower(number: usize, needs: &[prop::sample::Index]) -> Vec<usize> {
    if number == 0 { Vec::new() } else { needs.iter().map(|need| need.index(number)).collect() }
}

/// Takes in the needs of needs.
fn close(items: &mut [Item]) {
    for number in 0..items.len() {
        let more: Vec<usize> = items[number].needs.iter().flat_map(|&need| items[need].needs.clone()).collect();
        let needs = &mut items[number].needs;
        needs.extend(more);
        needs.sort_unstable();
        needs.dedup();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_best_is_what_trying_everything_finds(problem in problems()) {
        let answer = solve(&problem, usize::MAX);
        let best = by_trying_everything(&problem);
        prop_assert_eq!(answer.best.as_ref().map(|(_, value)| *value), best, "{:#?}", answer);
        prop_assert!(answer.is_proven());
        if let Some((Arrangement { rules, places }, value)) = &answer.best {
            prop_assert_eq!(cost(&problem, *rules, places), Some(*value), "what it costs is counted rightly");
        }
    }

    #[test]
    fn what_is_cut_short_is_no_worse_than_it_says(problem in problems(), steps in 0_usize..20) {
        let (short, whole) = (solve(&problem, steps), solve(&problem, usize::MAX));
        match (&short.best, &whole.best) {
            (Some((_, value)), Some((_, best))) => {
                prop_assert!(short.bound <= *best && *best <= *value, "{:?} <= {best:?} <= {value:?}", short.bound);
            }
            (Some(_), None) => prop_assert!(false, "it found what is not there"),
            (None, _) => {}
        }
    }
}

prop_compose! {
    /// Too large to try everything: 40 to 90 items, of which many are nearly equal.
    fn large_problems()(
        drawn in prop::collection::vec((0_u64..4, 0_u64..50, 0_u8..12, prop::collection::vec(any::<prop::sample::Index>(), 0..2)), 40..90),
        share in 55_u64..95,
        (direct, most_risk) in (any::<bool>(), prop_oneof![Just(0_u8), Just(3)]),
    ) -> Problem {
        let mut items: Vec<Item> = drawn.into_iter().enumerate().map(|(number, (kind, more, out, needs))| {
            let unzipped = [1000, 1000, 3000, 9000][kind as usize] + more;
            let weight = Weight { unzipped, in_function: unzipped / 3, in_layer: unzipped / 3 + 1 };
            let (may_shift, may_efs, home) = (true, out != 11, Some(Place::Function));
            let needs = if kind == 0 { lower(number, &needs) } else { Vec::new() };
            Item { parts: vec![(0, weight)], home, pinned: false, may_shift, may_efs, out_risk: (out < 2).then_some(out + 1), needs }
        }).collect();
        close(&mut items);
        let all: u64 = items.iter().map(|item| item.parts[0].1.unzipped).sum();
        let limit = all * share / 100;
        Problem { limit, comfort: limit * 9 / 10, items, free_layers: 2, direct: direct.then_some(limit / 5), zip_end: 22, most_risk, ..Problem::default() }
    }
}

/// What any single move, and any swap of two places, would cost.
fn neighbours(problem: &Problem, places: &[Place]) -> Vec<Vec<Place>> {
    let all = [Place::Function, Place::Efs, Place::Out, Place::Layer(0), Place::Layer(1)];
    let mut neighbours = Vec::new();
    for one in 0..places.len() {
        for place in all {
            let mut moved = places.to_vec();
            moved[one] = place;
            neighbours.push(moved);
        }
        for other in one + 1..places.len() {
            let mut swapped = places.to_vec();
            swapped.swap(one, other);
            neighbours.push(swapped);
        }
    }
    neighbours.retain(|neighbour| neighbour != places && problem.is_closed(neighbour));
    neighbours
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn on_large_cases_no_move_and_no_swap_is_better_and_the_bound_holds(problem in large_problems(), steps in 0_usize..2000) {
        let answer = solve(&problem, steps);
        if let Some((Arrangement { rules, places }, value)) = &answer.best {
            prop_assert_eq!(cost(&problem, *rules, places), Some(*value));
            prop_assert!(answer.bound <= *value);
            for neighbour in neighbours(&problem, places) {
                let other = cost(&problem, *rules, &neighbour);
                prop_assert!(other.is_none_or(|other| other >= *value), "{neighbour:?} costs {other:?} instead of {value:?}");
                prop_assert!(other.is_none_or(|other| other >= answer.bound), "the bound {:?} does not hold", answer.bound);
            }
            let longer = solve(&problem, STEPS);
            prop_assert!(longer.best.is_some_and(|(_, longer)| answer.bound <= longer && longer <= *value));
        }
    }
}
