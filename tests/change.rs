//! What changes over time, through the real binary: rules as the plan sets them, packages that nobody may bring in, and
//! the way from what is deployed.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/desk.rs"]
mod desk;

use bundles::Files;
use desk::Desk;

const PLAN: &str =
    "version = 1\n[function.f]\nruntime = \"python3.13\"\narchitecture = \"x86_64\"\nhandler = \"app.handler\"\n";

fn build() -> Files {
    Files::default()
        .with("app.py", "import numpy\n\ndef handler(event, context):\n    return 1\n")
        .with_distribution("", "numpy", "2.0.0", &["numpy/__init__.py"])
        .with_distribution("", "torch", "2.4.0", &["torch/__init__.py"])
}

/// A plan's text and what a check with it comes to: exit code and all that was printed, in one line.
fn checked(desk: &Desk, plan: &str) -> (i32, String) {
    desk.write("bayplan.toml", format!("{PLAN}{plan}"));
    let ended = desk.run(&["check", "build"]);
    (ended.code, ended.out.replace("\n  ", " "))
}

#[test]
fn a_rule_is_as_bad_as_the_plan_says_in_check_and_pack_alike() {
    let desk = Desk::holding(&build());
    let layer = |rules: &str| format!("layers = [\"a\"]\n[layer.a]\npackages = []\n{rules}");
    let (code, out) = checked(&desk, &layer(""));
    assert!(code == 0 && out.contains("warning    layers.empty"), "a warning of its own: {out}");
    let (code, out) = checked(&desk, &layer("[check.rules]\nlayers.empty = \"error\""));
    assert!(code == 1 && out.contains("✗ error layers.empty:"), "{out}");
    let pack = desk.run(&["pack", "build", "--out", "out"]);
    assert_eq!(pack.code, 1, "pack asks the same verdict: {}", pack.err);
    let (code, out) = checked(&desk, &layer("[check]\nrules = { \"layers.empty\" = \"off\" }"));
    assert!(code == 0 && out.contains("skipped    layers.empty"), "{out}");
    assert!(out.contains("off in the plan ([check.rules])"), "a rule that is off never looks passed: {out}");
}

#[test]
fn what_could_not_be_judged_counts_only_where_a_failure_would() {
    // Somebody else's layer of a size that nobody declared: the sum is a lower bound.
    let desk = Desk::holding(&build());
    let foreign = "layers = [\"x\"]\n[layer.x]\narn = \"arn:aws:lambda:eu-west-1:123456789012:layer:x:1\"\n";
    let (code, out) = checked(&desk, foreign);
    assert_eq!(code, 2, "{out}");
    let undecided: Vec<&str> = out.lines().filter_map(|line| line.strip_prefix("undecided  ")).collect();
    assert!(!undecided.is_empty(), "{out}");
    let ids = undecided.iter().map(|line| line.split(' ').next().unwrap());
    let notes: String = ids.map(|id| format!("{id} = \"note\"\n")).collect();
    let (code, out) = checked(&desk, &format!("{foreign}[check.rules]\n{notes}"));
    assert_eq!(code, 0, "{out}");
}

#[test]
fn a_restricted_package_is_an_error_with_its_reason_and_what_to_take_instead() {
    let desk = Desk::holding(&build());
    let restricted = "[check]\nrestricted = [{ package = \"torch\", because = \"never fits a zip\", instead = \"onnxruntime\" }, \
                      { package = \"tensorflow*\", because = \"neither\" }]\n";
    let (code, out) = checked(&desk, restricted);
    assert!(
        code == 1 && out.contains("✗ error plan.restricted: torch is restricted by the plan: never fits a zip"),
        "{out}"
    );
    assert!(out.contains("→ take onnxruntime instead") && !out.contains("tensorflow"), "{out}");
    let (code, out) = checked(&desk, &format!("{restricted}rules.plan.restricted = \"warning\"\n"));
    assert!(code == 0 && out.contains("! warning plan.restricted:"), "{out}");
    let (code, out) =
        checked(&desk, &format!("[left-out]\ntorch = {{ because = \"built by mistake\" }}\n{restricted}"));
    assert!(code == 0 && out.contains("passed     plan.restricted"), "what is left out is not deployed: {out}");
    let accepted = "ignore = [{ finding = \"plan.restricted\", package = \"torch\", because = \"until May\" }]\n";
    let (code, out) = checked(&desk, &format!("{restricted}{accepted}"));
    assert!(code == 0 && out.contains("accepted: torch is restricted"), "{out}");
}

#[test]
fn a_package_may_be_named_as_it_is_imported() {
    let desk = Desk::holding(
        &build()
            .with_distribution("", "scikit-learn", "1.5.0", &["sklearn/__init__.py"])
            .with_distribution("", "google-auth", "2.0", &["google/auth/__init__.py"])
            .with_distribution("", "google-api", "2.0", &["google/api/__init__.py"]),
    );
    let moved = desk.run(&["move", "build", "sklearn", "efs"]).exits(0);
    moved.prints("scikit-learn 1.5.0");
    assert!(desk.read("bayplan.toml").contains("packages = [\"scikit-learn\"]"));
    desk.run(&["move", "build", "google", "efs"])
        .refuses(&["google is part of several packages: google-a", "name those"]);
    let long = "x".repeat(5_000);
    let refused = desk.run(&["move", "build", &long, "efs"]).exits(2);
    assert!(refused.err.len() < 300, "a name is no page: {}", refused.err.len());
}
