//! What fit costs: 150 packages in seven buckets at most 10 ms, 400 at most 50 ms, hard sets at most 200 ms with the gap
//! stated. Sizes fall off as those of real packages do; in the hard sets they are nearly equal, or ten are huge.

#![allow(clippy::print_stdout, reason = "what was found stands above what it cost")]

use bayplan::fit::problem::{Item, Place, Problem, Rule, Weight};
use bayplan::fit::{Answer, STEPS, solve};

const MEGABYTE: u64 = 1 << 20;

/// Numbers that look random and are the same on every machine.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// Packages whose sizes the closure gives, each needing a few of those after it in the list.
fn problem(count: usize, mut size: impl FnMut(usize, &mut Numbers) -> u64) -> Problem {
    let mut numbers = Numbers(count as u64);
    let mut items: Vec<Item> = (0..count).map(|number| item(size(number, &mut numbers), &mut numbers)).collect();
    for number in (0..count).rev() {
        let mut needs: Vec<usize> =
            (0..2).map(|_| number + 1 + numbers.next(20) as usize).filter(|&need| need < count).collect();
        needs.extend(needs.clone().into_iter().flat_map(|need| items[need].needs.clone()));
        needs.sort_unstable();
        needs.dedup();
        needs.truncate(6);
        items[number].needs = needs;
    }
    close(&mut items);
    let limit = 250 * MEGABYTE;
    let rules = [(1, false), (1, false), (0, false), (1, false), (0, false), (1, false)];
    Problem {
        limit,
        comfort: limit / 10 * 9,
        rules: rules.into_iter().map(|(risk, on)| Rule { risk, on }).collect(),
        items,
        layers: 0,
        free_layers: 5,
        direct: None,
        zip_end: 22,
        most_risk: 3,
        ..Problem::default()
    }
}

fn item(size: u64, numbers: &mut Numbers) -> Item {
    let weight = |unzipped: u64| Weight { unzipped, in_function: unzipped / 3, in_layer: unzipped / 3 + 70 };
    let parts =
        vec![(0, weight(size * 7 / 10)), (1, weight(size / 10)), (3, weight(size / 20)), (2, weight(size / 10))];
    let out_risk = (numbers.next(12) == 0).then_some(1 + numbers.next(2) as u8);
    Item { parts, home: Some(Place::Function), may_shift: false, may_efs: true, out_risk, ..Item::default() }
}

fn close(items: &mut [Item]) {
    for number in (0..items.len()).rev() {
        let more: Vec<usize> = items[number].needs.iter().flat_map(|&need| items[need].needs.clone()).collect();
        let needs = &mut items[number].needs;
        needs.extend(more);
        needs.sort_unstable();
        needs.dedup();
    }
}

/// A few large ones and a long tail, `total` megabytes together or so.
fn falling(total: u64) -> impl FnMut(usize, &mut Numbers) -> u64 {
    move |number, numbers| total * MEGABYTE / 6 / (number as u64 + 1) + numbers.next(MEGABYTE)
}

/// The same with uploads in the request itself: function, five layers and EFS are seven buckets.
fn seven_buckets(mut problem: Problem) -> Problem {
    problem.direct = Some(52_428_701);
    problem.items.iter_mut().for_each(|item| item.may_shift = true);
    problem
}

/// No risk may be taken, so EFS has to be in.
fn without_risk(mut problem: Problem) -> Problem {
    problem.most_risk = 0;
    problem
}

fn main() {
    for (name, problem) in all() {
        let answer = solve(&problem, STEPS);
        println!("{name}: {}", told(&answer));
    }
    divan::main();
}

fn told(answer: &Answer) -> String {
    match &answer.best {
        Some((_, value)) if answer.is_proven() => format!("proven, {value:?}"),
        Some((_, value)) => format!("gap: {value:?} against a bound of {:?}", answer.bound),
        None => "nothing fits".to_owned(),
    }
}

fn all() -> Vec<(&'static str, Problem)> {
    vec![
        ("150 packages", problem(150, falling(320))),
        ("150 packages, no risk", without_risk(problem(150, falling(320)))),
        ("150 packages, seven buckets", seven_buckets(problem(150, falling(240)))),
        ("150 packages, seven buckets, no risk", seven_buckets(without_risk(problem(150, falling(320))))),
        ("400 packages", problem(400, falling(500))),
        ("400 packages, no risk", without_risk(problem(400, falling(500)))),
        (
            "hard: 150 nearly equal, no risk",
            without_risk(problem(150, |_, numbers| 3 * MEGABYTE + numbers.next(9_000))),
        ),
        ("hard: 400 equal, no risk", without_risk(problem(400, |_, _| MEGABYTE))),
        ("hard: 400 nearly equal, seven buckets", seven_buckets(problem(400, |_, n| MEGABYTE / 2 + n.next(999)))),
        ("hard: ten huge ones, no risk", without_risk(problem(160, ten_huge))),
        ("hard: ten huge ones, seven buckets", seven_buckets(without_risk(problem(160, ten_huge)))),
    ]
}

fn ten_huge(number: usize, numbers: &mut Numbers) -> u64 {
    if number.is_multiple_of(16) { 50 * MEGABYTE + numbers.next(MEGABYTE) } else { numbers.next(MEGABYTE / 2) }
}

#[divan::bench(args = 0..11)]
fn fit(bencher: divan::Bencher<'_, '_>, number: usize) {
    let (_, problem) = all().swap_remove(number);
    bencher.bench(|| solve(&problem, STEPS));
}
