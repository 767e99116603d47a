//! Whose bytes are whose: bayplan's sizes of packages against what CPython's own importlib.metadata reads from RECORD.

#![cfg(unix)]

#[path = "support/real.rs"]
mod real;

use real::{corpus, python, report, tool};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// The bytes of each distribution by its normalised name, counted by CPython.
fn counted_by_python(bundle: &Path) -> BTreeMap<String, u64> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sizes_by_record.py");
    let json = tool(Command::new(python()).arg(script).arg(bundle));
    serde_json::from_str(&json).expect("the script writes JSON")
}

fn sizes_agree(name: &str) {
    let bundle = corpus(name);
    let counted = counted_by_python(&bundle);
    assert!(counted.len() > 15, "importlib.metadata finds the distributions of {name}: {counted:?}");
    let report = report(&bundle, 0);
    let shown: BTreeMap<String, u64> = report
        .packages
        .iter()
        .filter(|(key, _)| !key.starts_with("file:"))
        .map(|(key, bytes)| (key.clone(), *bytes))
        .collect();
    assert_eq!(shown, counted, "each distribution of {name} owns what its RECORD says, and the bytecode of it");
    let users: u64 = report.packages.iter().filter(|(key, _)| key.starts_with("file:")).map(|(_, bytes)| bytes).sum();
    assert_eq!(users + counted.values().sum::<u64>(), report.bytes, "what no RECORD claims is the user's files");
}

#[test]
fn packages_of_the_storys_bundle_are_what_record_says() {
    sizes_agree("seed");
}

#[test]
fn packages_of_todays_bundle_are_what_record_says() {
    sizes_agree("today");
}
