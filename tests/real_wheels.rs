//! Real wheels: those for a wrong target are named with what is wrong, those for the right one raise no alarm.

#![cfg(unix)]

#[path = "support/real.rs"]
mod real;

use real::{bayplan, corpus, text};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn wheels(name: &str) -> PathBuf {
    let folder = std::env::var_os("BAYPLAN_WHEELS").expect("BAYPLAN_WHEELS names the folder of tests/wheels.sh");
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name)
}

/// The findings of a check, as severity and id. Left out are those about the handler, which a bare wheel has not, and
/// the notes that a zip over 50 MB goes through S3 and that wheels share a library, which are no alarms.
fn findings(build: &Path, runtime: &str) -> BTreeSet<String> {
    let path = build.to_str().expect("our paths are UTF-8");
    let output = bayplan(&["check", path, "--runtime", runtime, "--arch", "x86_64", "--format", "json"]);
    let json: serde_json::Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{path}: {}", text(&output.stderr)));
    let rows = json["findings"].as_array().expect("check --format json lists findings");
    let word = |row: &serde_json::Value, name: &str| row[name].as_str().unwrap_or_default().to_owned();
    let told = rows.iter().map(|row| format!("{} {}", word(row, "severity"), word(row, "id")));
    let is_no_alarm = |told: &String| told == "note upload.direct" || told == "note bundle.duplicates";
    told.filter(|told| !told.ends_with("plan.handler") && !is_no_alarm(told)).collect()
}

#[test]
fn wheels_for_wrong_targets_are_named_rightly() {
    let expected = [
        ("numpy-aarch64", "python3.13", "error platform.architecture"),
        ("numpy-musl", "python3.13", "error platform.musl"),
        ("numpy-cp39", "python3.13", "error platform.python"),
        ("numpy-macos", "python3.13", "error platform.system"),
        ("markupsafe-macos", "python3.13", "error platform.system"),
        ("markupsafe-windows", "python3.13", "error platform.system"),
        ("pydantic-core-cp312", "python3.13", "error platform.python"),
        ("orjson-aarch64-musl", "python3.13", "error platform.architecture"),
        ("cryptography-2_34", "python3.11", "error platform.glibc"),
        ("networkx-new", "python3.10", "error platform.requires-python"),
    ];
    for (name, runtime, finding) in expected {
        let found = findings(&wheels("wrong").join(name), runtime);
        let errors: Vec<&String> = found.iter().filter(|found| found.starts_with("error ")).collect();
        assert_eq!(errors, [finding], "{name} on {runtime}");
    }
}

#[test]
fn ordinary_builds_for_the_right_target_raise_no_alarm() {
    let builds = std::fs::read_dir(wheels("right")).expect("tests/wheels.sh installs them");
    let builds: Vec<PathBuf> =
        builds.map(|build| build.expect("it can be listed").path()).filter(|build| build.is_dir()).collect();
    assert!(builds.len() >= 10, "{builds:?}");
    for build in builds {
        assert_eq!(findings(&build, "python3.13"), BTreeSet::new(), "{}", build.display());
    }
}

#[test]
fn the_big_bundles_are_too_big_and_nothing_else() {
    for (name, runtime) in [("seed", "python3.10"), ("today", "python3.13")] {
        let found = findings(&corpus(name), runtime);
        let only: BTreeSet<String> = ["error size.joint".to_owned()].into();
        assert_eq!(found, only, "{name} on {runtime}");
    }
}
