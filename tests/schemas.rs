//! The published JSON Schemas are those of the binary, and what it writes and reads is what they say.
//!
//! `BAYPLAN_REFRESH=1 cargo test --test schemas` writes the copies in `assets/schemas` anew.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;

use std::path::{Path, PathBuf};

use assert_cmd::Command;
use bayplan::planfile::{parse_lock, parse_plan};
use bundles::Files;
use serde_json::{Value, json};

const REFRESH: &str = "BAYPLAN_REFRESH=1 cargo test --test schemas";
const ARN: &str = "arn:aws:lambda:${region}:123456789012:layer:big:1";

fn bayplan(arguments: &[&str], folder: &Path) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_bayplan")).current_dir(folder).args(arguments).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn schema(kind: &str) -> Value {
    serde_json::from_str(&bayplan(&["schema", kind], Path::new("."))).unwrap()
}

/// The schema with nothing allowed but what it names: what the binary writes is all described.
fn closed(mut schema: Value) -> Value {
    close(&mut schema);
    schema
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if members.contains_key("properties") && !members.contains_key("additionalProperties") {
                members.insert("additionalProperties".to_owned(), json!(false));
            }
            members.values_mut().for_each(close);
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[track_caller]
fn assert_valid(schema: &Value, document: &Value) {
    let validator = jsonschema::validator_for(schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{}", errors.join("\n"));
}

fn is_valid(schema: &Value, document: &Value) -> bool {
    jsonschema::validator_for(schema).unwrap().is_valid(document)
}

fn from_toml(text: &str) -> Value {
    serde_json::to_value(toml::from_str::<toml::Table>(text).unwrap()).unwrap()
}

#[test]
fn the_committed_schemas_are_the_binarys() {
    for kind in ["plan", "lock", "report", "manifest"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("assets/schemas/{kind}.schema.json"));
        let text = bayplan(&["schema", kind], Path::new("."));
        if std::env::var_os("BAYPLAN_REFRESH").is_some() {
            std::fs::write(&path, &text).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(kept == text, "{} is not what the binary writes\n{REFRESH}   writes it anew", path.display());
        jsonschema::draft7::meta::validate(&schema(kind)).unwrap();
    }
}

fn desk() -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    Files::default()
        .with("app.py", "import numpy\n\ndef handler(event, context):\n    return 1\n")
        .with_distribution("", "numpy", "1.24.3", &["numpy/__init__.py", "numpy/core.py"])
        .with_distribution("", "requests", "2.31.0", &["requests/__init__.py"])
        .with("docs/a.txt", "x")
        .write(&desk.path().join("build"));
    std::fs::write(desk.path().join("bayplan.toml"), PLAN.replace("ARN", ARN)).unwrap();
    desk
}

/// Everything that a plan can say.
const PLAN: &str = r#"
version = 1
[function.f]
source = "build"
handler = "app.handler"
runtime = "python3.12"
architecture = "arm64"
upload = "direct"
layers = ["own", "big"]
mount = "/mnt/modules"
snapstart = false
environment = { LOG_LEVEL = "info" }
[layer.own]
packages = ["requests"]
[layer.big]
arn = "ARN"
unzipped_bytes = 5
provides = ["six"]
[efs]
packages = ["numpy"]
[left-out]
"file:docs/" = { because = "not needed" }
boto3 = { provided_by = "runtime" }
[slim]
rules = ["tests"]
exclude = ["**/*.h"]
keep = ["numpy/**"]
services = ["s3"]
[pack]
bytecode = "keep"
keep_folders = false
[check]
warn_at_percent = 80
growth = { percent = 10, at_least_bytes = 5, severity = "note" }
unplanned_package = "off"
pinned = ["numpy"]
restricted = [{ package = "pandas", because = "too large", instead = "polars" }]
rules = { "bytecode.foreign" = "off", layout.metadata = "note" }
ignore = [{ finding = "efs.vpc", package = "numpy", because = "x", until = "2099-01-31" }]
"#;

#[test]
fn what_the_binary_writes_is_what_the_schemas_say() {
    let desk = desk();
    let run = |arguments: &[&str]| bayplan(arguments, desk.path());
    run(&["check", "build", "--update"]);
    assert_valid(&schema("lock"), &from_toml(&std::fs::read_to_string(desk.path().join("bayplan.lock")).unwrap()));
    std::fs::write(desk.path().join("build/numpy/more.py"), "1").unwrap();
    let report = closed(schema("report"));
    for arguments in [
        &["report", "build", "--format", "json"][..],
        &["check", "build", "--format", "json", "--from", "bayplan.lock"],
        &["report", "demo:", "--format", "json"],
        &["check", "demo:", "--format", "json", "--runtime", "nodejs22.x"],
    ] {
        assert_valid(&report, &serde_json::from_str(&run(arguments)).unwrap());
    }
    run(&["pack", "build", "--out", "artifacts", "--force"]);
    let manifest = std::fs::read_to_string(desk.path().join("artifacts/manifest.json")).unwrap();
    assert_valid(&closed(schema("manifest")), &serde_json::from_str(&manifest).unwrap());
}

#[test]
fn a_schema_refuses_what_is_not_so() {
    let told: Value = serde_json::from_str(&bayplan(&["report", "demo:", "--format", "json"], Path::new("."))).unwrap();
    let report = schema("report");
    for (pointer, wrong) in [
        ("/version", json!(2)),
        ("/findings", json!({})),
        ("/findings/0/severity", json!("fatal")),
        ("/packages/0/bytes", json!(-1)),
        ("/rules/0/outcome", json!("maybe")),
        ("/joint/certainty", json!(null)),
    ] {
        let mut broken = told.clone();
        *broken.pointer_mut(pointer).unwrap() = wrong;
        assert!(!is_valid(&report, &broken), "{pointer}");
    }
}

#[test]
fn schema_and_reader_agree_on_plans() {
    let (whole, plan_schema) = (PLAN.replace("ARN", ARN), schema("plan"));
    parse_plan(&whole).unwrap();
    assert_valid(&plan_schema, &from_toml(&whole));
    for (from, to) in [
        ("version = 1", "version = 2"),
        ("version = 1", "versions = 1"),
        ("[function.f]", "[functions.f]"),
        ("[function.f]", "[function.\"f g\"]"),
        ("upload = \"direct\"", "upload = \"Direct\""),
        ("handler = \"app.handler\"", "handler = \"app handler\""),
        ("runtime = \"python3.12\"", "runtime = \"Python 3.12\""),
        ("architecture = \"arm64\"", "architecture = \"ARM\""),
        ("mount = \"/mnt/modules\"", "mount = \"/opt/modules\""),
        ("LOG_LEVEL", "9LOG"),
        ("[\"own\", \"big\"]", "[\"own\", \"own\"]"),
        ("layer:big:1", "layer:big"),
        ("unzipped_bytes = 5", "unzipped_bytes = -5"),
        ("because = \"not needed\"", "because = \"x\", provided_by = \"runtime\""),
        ("{ because = \"not needed\" }", "{ }"),
        ("rules = [\"tests\"]", "rules = [\"test\"]"),
        ("bytecode = \"keep\"", "bytecode = \"kept\""),
        ("warn_at_percent = 80", "warn_at_percent = 180"),
        ("severity = \"note\"", "severity = \"bad\""),
        ("until = \"2099-01-31\"", "until = \"tomorrow\""),
        ("finding = \"efs.vpc\", ", ""),
        ("pinned = ", "pin = "),
        ("because = \"too large\", ", ""),
        ("layout.metadata = \"note\"", "layout.metadata = \"bad\""),
    ] {
        let broken = whole.replacen(from, to, 1);
        assert_ne!(broken, whole, "{from}");
        assert!(parse_plan(&broken).is_err(), "the reader takes {to}");
        assert!(!is_valid(&plan_schema, &from_toml(&broken)), "the schema takes {to}");
    }
    for (from, to) in [("arm64", "aarch64"), ("\"error\"", "\"error\""), ("LOG_LEVEL", "L1")] {
        let other = whole.replacen(from, to, 1);
        parse_plan(&other).unwrap();
        assert_valid(&plan_schema, &from_toml(&other));
    }
}

#[test]
fn schema_and_reader_agree_on_locks() {
    let whole = "version = 1\nfunction = \"f\"\nruntime = \"python3.12\"\n[packages]\n\
                 numpy = { version = \"1\", bucket = \"function\", bytes = 5, digest = \"x\" }\n";
    let lock_schema = schema("lock");
    parse_lock(whole).unwrap();
    assert_valid(&lock_schema, &from_toml(whole));
    for (from, to) in
        [("version = 1\n", ""), ("bytes = 5", "bytes = -5"), ("bucket = \"function\", ", ""), ("digest", "md5")]
    {
        let broken = whole.replacen(from, to, 1);
        assert!(parse_lock(&broken).is_err() && !is_valid(&lock_schema, &from_toml(&broken)), "{to}");
    }
}
