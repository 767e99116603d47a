//! The least risk that makes it fit without EFS. How much may leave at each risk is a row of sums, largest first, so that
//! the answer is exact without trying subsets.

use super::problem::{Place, Problem, Rules, Weight};

/// The highest risk and the sum of all, as the order compares them.
pub type Risks = (u8, u32);

/// What the rules that are on risk; `None`: more than may be taken.
pub fn of_rules(problem: &Problem, on: Rules, most: u8) -> Option<Risks> {
    let risks = problem.rules.iter().enumerate().filter(|(bit, _)| on & (1 << bit) != 0).map(|(_, rule)| rule.risk);
    let (highest, sum) = risks.fold((0, 0), |(highest, sum), risk| (risk.max(highest), sum + u32::from(risk)));
    (highest <= most).then_some((highest, sum))
}

/// The least risk with which function and layers come down to `target`, these rules being on and nothing on EFS.
pub fn least(problem: &Problem, on: Rules, weights: &[Weight], target: u64) -> Option<Risks> {
    let (highest, sum) = of_rules(problem, on, problem.most_risk)?;
    let ladders = Ladders::new(problem, weights);
    let excess = full(problem, weights).saturating_sub(target);
    (highest..=problem.most_risk).find_map(|most| {
        let more = ladders.least_sum(excess, most)?;
        Some((most, sum + more))
    })
}

/// Function and layers with all in them that may come in.
pub fn full(problem: &Problem, weights: &[Weight]) -> u64 {
    let stays = |place: Place| place.is_joint();
    let inside = problem.items.iter().zip(weights).filter(|(item, _)| !item.pinned || stays(item.home()));
    inside.fold(problem.fixed, |sum, (_, weight)| sum.saturating_add(weight.unzipped))
}

/// The least that function and layers can come down to.
pub fn floor(problem: &Problem, weights: &[Weight], may_leave: impl Fn(usize) -> bool) -> u64 {
    let leaving = (0..weights.len()).filter(|&item| !problem.items[item].pinned && may_leave(item));
    leaving.fold(full(problem, weights), |sum, item| sum.saturating_sub(weights[item].unzipped))
}

/// For each risk, what leaves with the largest item, with the two largest, and so on.
struct Ladders([Vec<u64>; 4]);

impl Ladders {
    fn new(problem: &Problem, weights: &[Weight]) -> Ladders {
        let mut sizes: [Vec<u64>; 4] = Default::default();
        for (item, weight) in problem.items.iter().zip(weights).filter(|(item, _)| !item.pinned) {
            if let Some(risk) = item.out_risk {
                sizes[usize::from(risk.min(3))].push(weight.unzipped);
            }
        }
        Ladders(sizes.map(|mut sizes| {
            sizes.sort_unstable_by(|a, b| b.cmp(a));
            let sums = sizes.iter().scan(0_u64, |sum, size| {
                *sum = sum.saturating_add(*size);
                Some(*sum)
            });
            std::iter::once(0).chain(sums).collect()
        }))
    }

    /// The least sum of risks with which `excess` leaves, no single risk above `most`.
    fn least_sum(&self, excess: u64, most: u8) -> Option<u32> {
        let excess = excess.saturating_sub(self.0[0].last().copied().unwrap_or(0));
        let at = |risk: u8| if risk <= most { &self.0[usize::from(risk)][..] } else { &[0] };
        let mut best: Option<u32> = None;
        for (high, freed_high) in (0..).zip(at(3)) {
            for (medium, freed_medium) in (0..).zip(at(2)) {
                let rest = excess.saturating_sub(freed_high.saturating_add(*freed_medium));
                let low = at(1).partition_point(|freed| *freed < rest) as u32;
                let sum = low + 2 * medium + 3 * high;
                if (low as usize) < at(1).len() && best.is_none_or(|best| sum < best) {
                    best = Some(sum);
                }
                if rest == 0 || best.is_some_and(|best| 2 * medium + 3 * high >= best) {
                    break;
                }
            }
            if *freed_high >= excess || best.is_some_and(|best| 3 * high >= best) {
                break;
            }
        }
        best
    }
}
