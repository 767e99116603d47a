//! The story's bundle as a folder and as the zip that Info-ZIP makes of it: the same packages, the same sum, and both
//! what `find` adds up to.

#![cfg(unix)]

#[path = "support/real.rs"]
mod real;

use real::{bayplan, corpus, report, tool};
use std::path::Path;
use std::process::Command;

/// What the lengths of all files below a folder add up to, counted by findutils.
fn counted_by_find(folder: &Path) -> u64 {
    let lengths = tool(Command::new("find").arg(folder).args(["-type", "f", "-printf", "%s\\n"]));
    lengths.lines().map(|line| line.parse::<u64>().expect("find prints lengths")).sum()
}

#[test]
fn folder_zip_and_find_agree_to_the_byte() {
    let seed = corpus("seed");
    let scratch = tempfile::tempdir().unwrap();
    let zip = scratch.path().join("seed.zip");
    tool(Command::new("zip").args(["-q", "-r"]).arg(&zip).arg(".").current_dir(&seed));

    let (folder, archive) = (report(&seed, 0), report(&zip, 0));
    let sum = counted_by_find(&seed);
    assert_eq!(sum, 370_064_218, "the corpus is the story's bundle");
    assert_eq!(folder.bytes, sum, "the report of the folder says what find adds up to");
    assert_eq!(folder.packages.values().sum::<u64>(), sum, "the rows add up to the bundle");
    assert_eq!(folder.packages, archive.packages, "the zip holds the packages of the folder, byte for byte");
    assert_eq!(archive.bytes, sum, "the report of the zip says the same sum");
}

#[test]
fn the_storys_bundle_is_over_the_limit() {
    let seed = corpus("seed");
    let output = bayplan(&["check", seed.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1), "check of 370 MB says that AWS would refuse it");
}
