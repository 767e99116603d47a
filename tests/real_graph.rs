//! Who needs whom in real bundles: bayplan's graph and sizes against packaging and CPython's importlib.metadata, the
//! retained sizes by taking each package away and walking again.

#![cfg(unix)]

#[path = "support/real.rs"]
mod real;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use real::{corpus, python, text};
use serde_json::{Map, Value, json};

/// What the script says of a folder for a target.
fn worked_out(folder: &Path, python_version: &str, machine: &str, sizes: &Value) -> Map<String, Value> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/graph_by_packaging.py");
    let mut command = Command::new(python());
    command.arg(script).arg(folder).args([python_version, machine]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the Python of BAYPLAN_PYTHON can be started");
    let mut input = child.stdin.take().expect("a pipe");
    input.write_all(sizes.to_string().as_bytes()).expect("the script reads");
    drop(input);
    let output = child.wait_with_output().expect("the script ends");
    assert!(output.status.success(), "{command:?} failed");
    serde_json::from_slice(&output.stdout).expect("the script writes JSON")
}

/// What bayplan says: the packages of its JSON.
fn reported(folder: &Path, runtime: &str, architecture: &str) -> Vec<Value> {
    let folder = folder.to_str().expect("our paths are UTF-8");
    let output = real::bayplan(&["report", folder, "--format", "json", "--runtime", runtime, "--arch", architecture]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("report --format json writes JSON");
    let rows = report["packages"].as_array().expect("packages").clone();
    rows.into_iter().filter(|row| !row["key"].as_str().is_some_and(|key| key.starts_with("file:"))).collect()
}

/// In the words of the script.
fn in_its_words(row: &Value) -> Value {
    let mut needs: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for need in row["needs"].as_array().expect("needs") {
        needs.entry(need["name"].as_str().expect("a name")).or_default().push(&need["fits"]);
    }
    json!({
        "needs": needs, "root": row["root"], "retained": row["retained_bytes"], "with_needs": row["bytes_with_needs"],
    })
}

fn graphs_agree(name: &str, python_version: &str, architecture: &str, machine: &str) {
    let folder = corpus(name);
    let rows = reported(&folder, &format!("python{python_version}"), architecture);
    let sizes: Map<String, Value> =
        rows.iter().map(|row| (row["key"].as_str().expect("a key").to_owned(), row["bytes"].clone())).collect();
    let expected = worked_out(&folder, python_version, machine, &Value::Object(sizes));
    assert!(expected.len() > 15, "importlib.metadata finds the distributions of {name}");
    let found: Map<String, Value> =
        rows.iter().map(|row| (row["key"].as_str().expect("a key").to_owned(), in_its_words(row))).collect();
    assert_eq!(found, expected, "{name} for Python {python_version} on {machine}");
}

#[test]
fn the_graph_of_the_storys_bundle_is_what_packaging_says() {
    graphs_agree("seed", "3.10", "x86_64", "x86_64");
}

#[test]
fn the_graph_of_todays_bundle_is_what_packaging_says() {
    graphs_agree("today", "3.13", "x86_64", "x86_64");
}

#[test]
fn other_targets_than_the_bundles_own_are_judged_alike() {
    graphs_agree("seed", "3.8", "arm64", "aarch64");
    graphs_agree("seed", "3.13", "arm64", "aarch64");
    graphs_agree("today", "3.10", "arm64", "aarch64");
    graphs_agree("today", "3.9", "x86_64", "x86_64");
}
