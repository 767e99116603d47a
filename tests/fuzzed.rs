//! The fuzz targets without a fuzzer: the committed corpora, and the same alterations of each every time. What fuzzing
//! found once is among the corpora, so it is tried everywhere from then on. `tests/fuzz.sh` runs the same targets with
//! libFuzzer, for as long as one likes.
//!
//! `BAYPLAN_MONKEY=100000 cargo test --test fuzzed` makes more alterations of each target's, `BAYPLAN_MONKEY_SEED` others.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(clippy::print_stdout, reason = "the counts are shown where the tests are run")]

#[path = "support/chance.rs"]
mod chance;
#[path = "fuzz/src/lib.rs"]
mod fuzz;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chance::{Chance, events};
use fuzz::TARGETS;

/// How many alterations are tried of a target's inputs, unless more are asked for.
const ALTERED: u64 = 300;
/// What is promised of any input. These are small ones, so a tenth of it would do; a slow machine must not fail this.
const LONGEST: Duration = Duration::from_secs(10);

fn corpus(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(target);
    let found = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut files: Vec<PathBuf> = found.map(|found| found.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Runs a target, and names the input where something does not hold; an altered one is kept for a look.
fn tried(target: &fuzz::Target, bytes: &[u8], name: &str) {
    let began = Instant::now();
    if catch_unwind(AssertUnwindSafe(|| (target.run)(bytes))).is_err() {
        let kept = std::env::temp_dir().join(format!("bayplan-fuzzed-{}", target.name));
        std::fs::write(&kept, bytes).unwrap();
        panic!("{}: {name} does not hold; the input is kept in {}", target.name, kept.display());
    }
    assert!(began.elapsed() < LONGEST, "{}: {name} took {:?}", target.name, began.elapsed());
}

/// Changes a few bytes: one is flipped, some are overwritten, doubled, taken out or brought from another input.
fn altered(bytes: &[u8], other: &[u8], chance: &mut Chance) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..=chance.below(3) {
        let place = chance.below(bytes.len() as u32 + 1) as usize;
        let end = (place + 1 + chance.below(16) as usize).min(bytes.len());
        match chance.below(6) {
            0 | 1 if place < bytes.len() => bytes[place] ^= 1 << chance.below(8),
            2 => bytes[place..end].fill(*chance.pick(&[0, 0xFF, b' ', b'\n', b'"', b'[', 0x1b])),
            3 => drop(bytes.drain(place..end)),
            4 => drop(bytes.splice(place..place, bytes[place..end].to_vec())),
            _ => {
                let from = chance.below(other.len() as u32 + 1) as usize;
                let to = (from + 1 + chance.below(40) as usize).min(other.len());
                drop(bytes.splice(place..place, other[from..to].iter().copied()));
            }
        }
    }
    bytes
}

fn run(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let inputs = corpus(name);
    assert!(!inputs.is_empty(), "{name} has no corpus");
    let (mut chance, altered_ones) = (Chance::seeded(), events(ALTERED));
    for (path, bytes) in &inputs {
        tried(target, bytes, &path.display().to_string());
    }
    for number in 0..altered_ones {
        let (path, bytes) = &inputs[number as usize % inputs.len()];
        let (_, other) = chance.pick(&inputs);
        let bytes = altered(bytes, other, &mut chance);
        tried(target, &bytes, &format!("alteration {number}, of {}", path.display()));
    }
    println!("{name}: {} inputs and {altered_ones} alterations", inputs.len());
}

macro_rules! targets {
    ($($test:ident $name:literal)*) => {
        $(#[test] fn $test() { run($name) })*

        #[test]
        fn every_target_is_tried() {
            assert_eq!(TARGETS.iter().map(|target| target.name).collect::<Vec<_>>(), [$($name),*]);
        }
    };
}

targets! {
    zips "zip"
    metadata "metadata"
    records "record"
    package_jsons "package-json"
    requirements "requirement"
    plans "plan"
    locks "lock"
    messages "messages"
    terminals "terminal"
    keys "keys"
}
