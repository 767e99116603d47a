//! What a user has to fetch and compile for bayplan, watched: crates and the length of the program.
//!
//! The bounds leave room; who goes beyond one looks first at what came in (`cargo tree --edges normal`, and
//! `cargo build --release --timings` for what it costs), and then raises it here.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Crates on any system, those of the tests left out.
const MOST_CRATES: usize = 285;
/// With tables of line numbers, as tests have it; a release has a quarter of it.
const MOST_MEGABYTES: u64 = 96;
const MOST_MEGABYTES_OF_A_RELEASE: u64 = 24;

fn read(name: &str) -> toml::Table {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap();
    text.parse().unwrap()
}

/// Every crate that the program is compiled from, by the lock file.
fn crates() -> BTreeSet<String> {
    let lock = read("Cargo.lock");
    let mut needs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in lock["package"].as_array().unwrap() {
        let all = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
        // "name" or "name version", where several versions are in.
        let names = all.map(|need| need.as_str().unwrap().split(' ').next().unwrap());
        needs.entry(package["name"].as_str().unwrap()).or_default().extend(names);
    }
    let manifest = read("Cargo.toml");
    let mut open: Vec<&str> = manifest["dependencies"].as_table().unwrap().keys().map(String::as_str).collect();
    let mut found = BTreeSet::new();
    while let Some(name) = open.pop() {
        if found.insert(name.to_owned()) {
            open.extend(&needs[name]);
        }
    }
    found
}

#[test]
fn there_are_no_more_crates_than_can_be_answered_for() {
    let crates = crates();
    assert!(
        crates.len() <= MOST_CRATES,
        "{} crates, and {MOST_CRATES} are the bound; `cargo tree --edges normal` shows where they come from",
        crates.len()
    );
    assert!(crates.contains("ratatui") && !crates.contains("proptest"), "{crates:?}");
}

#[test]
fn the_program_is_no_longer_than_it_has_to_be() {
    let megabytes = std::fs::metadata(env!("CARGO_BIN_EXE_bayplan")).unwrap().len() >> 20;
    let most = if cfg!(debug_assertions) { MOST_MEGABYTES } else { MOST_MEGABYTES_OF_A_RELEASE };
    assert!(
        megabytes <= most,
        "the program has {megabytes} MB, and {most} are the bound; `cargo build --release --timings` shows what is new"
    );
}
