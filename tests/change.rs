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
    let ended = desk.run(&["check", "build", "--all"]);
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

/// The bytes that a transition's sum names: code, layers, both.
fn sums(text: &str) -> Option<[u64; 3]> {
    let (_, rest) = text.split_once(" (")?;
    let (numbers, _) = rest.split_once(')')?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u64>().ok();
    let (code, rest) = numbers.split_once(" bytes of code + ")?;
    let (layers, joint) = rest.split_once(" of layers = ")?;
    Some([digits(code)?, digits(layers)?, digits(joint)?])
}

/// What was packed says to the byte what is deployed, slimmed as it was; so does a lock, but for bytecode.
#[test]
fn packed_artifacts_and_their_lock_say_what_is_deployed() {
    let desk =
        Desk::holding(&build().with_distribution("", "scipy", "1.0", &["scipy/__init__.py", "scipy/tests/big.py"]));
    for big in ["build/scipy/tests/big.py", "build/numpy/__init__.py"] {
        std::fs::OpenOptions::new().append(true).open(desk.path(big)).unwrap().set_len(100_000_000).unwrap();
    }
    desk.write(
        "bayplan.toml",
        format!("{PLAN}layers = [\"a\"]\n[layer.a]\npackages = [\"scipy\"]\n[slim]\nrules = [\"tests\"]\n"),
    );
    desk.run(&["check", "build", "--update"]).exits(0);
    desk.run(&["pack", "build", "--out", "deployed"]).exits(0);
    std::fs::copy(desk.path("bayplan.lock"), desk.path("deployed.lock")).unwrap();
    // Now numpy goes into the layer: in between, the deployed code holds it too. scipy's tests are nowhere.
    desk.run(&["move", "build", "numpy", "a"]).exits(0);
    for old in ["deployed", "deployed.lock"] {
        let way = desk.run(&["check", "build", "--from", old, "--all"]).exits(0);
        assert!(way.out.contains("passed     transition.update"), "{old}: 200 MB in between: {}", way.out);
        let told = way.out.replace("\n    ", " ").replace("\n  ", " ");
        assert!(told.contains("the new code with the old layers lack numpy"), "{old}: {told}");
        let cure = told.split("→ to go back").nth(1).unwrap();
        let [code, layers, joint] = sums(cure).unwrap_or_else(|| panic!("{cure}"));
        assert_eq!(code + layers, joint, "the sum is one");
        assert!((200_000_000..200_020_000).contains(&joint), "numpy twice and no tests of scipy: {joint}");
    }
    // A folder of artifacts that was broken says so; it is never taken for a build.
    desk.write("deployed/manifest.json", "{}");
    desk.run(&["check", "build", "--from", "deployed"])
        .refuses(&["deployed/manifest.json is no manifest of bayplan's"]);
    desk.run(&["diff", "deployed", "build"]).refuses(&["is no manifest"]);
}

#[test]
fn artifacts_are_compared_with_artifacts() {
    let desk = Desk::holding(&build());
    desk.write("bayplan.toml", PLAN);
    desk.run(&["pack", "build", "--out", "old"]).exits(0);
    std::fs::write(desk.path("build/numpy/more.py"), vec![b'#'; 1_000]).unwrap();
    desk.run(&["pack", "build", "--out", "new"]).exits(0);
    let diff = desk.run(&["diff", "old", "new"]).exits(0);
    diff.prints("+1000 B: ").prints("numpy").prints("Compared: what was packed");
    desk.run(&["diff", "old", "build"]).refuses(&["old holds packed artifacts", "compare artifacts with artifacts"]);
}

/// 200 MB of code of which 60 are bytecode: with numpy in both it is over, for as long as the bytecode is in it.
#[test]
fn bytecode_is_left_out_for_a_while_where_that_makes_room() {
    let big = "big/__pycache__/__init__.cpython-313.pyc";
    let desk = Desk::holding(&build().with_distribution("", "big", "1.0", &["big/__init__.py", big]));
    for (file, length) in [("numpy/__init__.py", 80_000_000), ("torch/__init__.py", 60_000_000), (big, 60_000_000)] {
        let path = desk.path("build").join(file);
        std::fs::OpenOptions::new().append(true).open(path).unwrap().set_len(length).unwrap();
    }
    desk.write("bayplan.toml", format!("{PLAN}layers = [\"a\"]\n[layer.a]\npackages = [\"numpy\"]\n"));
    let way = desk.run(&["check", "build", "--from", "build"]).exits(1);
    let told = way.out.replace("\n    ", " ").replace("\n  ", " ");
    let cure = told.split("→ go in three deployments: 1. the code as it is").nth(1).unwrap_or_else(|| panic!("{told}"));
    assert!(
        cure.starts_with(", slimmed as its successor is, without bytecode for as long (it starts slower): "),
        "{cure}"
    );
    let [code, layers, joint] = sums(cure.split("2. the other layers:").nth(1).unwrap()).unwrap();
    assert_eq!(code + layers, joint);
    assert!((220_000_000..220_010_000).contains(&joint), "80 + 60 of code without bytecode, 80 of the layer: {joint}");
}

/// Two builds in one folder are two functions: the plan of one is not continued for the other.
#[test]
fn each_build_of_a_folder_has_its_own_plan() {
    let desk = Desk::new();
    for name in ["api", "worker"] {
        build().write(&desk.path("dist").join(name));
    }
    desk.run(&["move", "dist/api", "torch", "efs"]).exits(0).says("saved dist/bayplan.toml");
    let words = "dist/bayplan.toml is the plan of dist/api and not taken; one of this build's own would be saved in \
                 dist/bayplan-worker.toml";
    let report = desk.run(&["report", "dist/worker"]).exits(0);
    assert!(
        report.err.contains(words) && report.out.contains("EFS /mnt/packages         0 B"),
        "{}{}",
        report.err,
        report.out
    );
    desk.run(&["move", "dist/worker", "numpy", "efs"])
        .exits(0)
        .says("saved dist/bayplan-worker.toml and dist/bayplan-worker.lock");
    desk.run(&["report", "dist/worker"]).exits(0).says("continues dist/bayplan-worker.toml");
    desk.run(&["report", "dist/api"]).exits(0).says("continues dist/bayplan.toml");
    // Asked for by name, it is taken; and a plan of a build that is gone, or was renamed, is nobody else's.
    desk.run(&["report", "dist/worker", "--plan", "dist/bayplan.toml"]).exits(0).says("continues dist/bayplan.toml");
    std::fs::remove_file(desk.path("dist/bayplan-worker.toml")).unwrap();
    std::fs::remove_dir_all(desk.path("dist/api")).unwrap();
    desk.run(&["report", "dist/worker"]).exits(0).says("continues dist/bayplan.toml");
}

#[test]
fn what_the_command_line_says_of_the_target_is_saved_with_the_plan() {
    let desk = Desk::holding(&build());
    desk.write("bayplan.toml", "version = 1\n[function.f]\nruntime = \"python3.10\" # for now\n");
    desk.run(&["move", "build", "torch", "efs", "--runtime", "python3.13", "--arch", "arm64"]).exits(0);
    let plan = desk.read("bayplan.toml");
    assert!(plan.contains("runtime = \"python3.13\" # for now") && plan.contains("architecture = \"arm64\""), "{plan}");
    let lock = desk.read("bayplan.lock");
    assert!(lock.contains("runtime = \"python3.13\"") && lock.contains("architecture = \"arm64\""), "{lock}");
    let check = desk.run(&["check", "build", "--all"]);
    assert!(check.out.contains("passed     drift.target"), "{}", check.out);
}

/// The SDK's data is left out by naming what stays; a mistyped name would keep nothing.
#[test]
fn a_service_that_the_sdk_does_not_know_slims_nothing() {
    let data = ["botocore/__init__.py", "botocore/data/s3/2006-03-01/a.json", "botocore/data/sqs/2012-11-05/b.json"];
    let desk = Desk::holding(&build().with_distribution("", "botocore", "1.34.0", &data));
    desk.run(&["slim", "build", "--services", "s4"]).refuses(&["no service \"s4\"", "it has s3"]);
    desk.run(&["slim", "build", "--services", "s3,all"]).refuses(&["\"all\" keeps the data of every service"]);
    assert!(!desk.path("bayplan.toml").exists(), "nothing refused leaves a plan behind");
    desk.run(&["slim", "build", "--services", "s3"]).exits(0).prints("slimmed: the SDK's data but for s3\n");
    let tests = desk.run(&["slim", "build", "tests", "--keep", "**/a/**"]).exits(0);
    tests.prints("slimmed: tests; the SDK's data but for s3; whatever matches **/a/** stays\n");
    let slim = "[slim]\nservices = ";
    let (code, out) = checked(&desk, &format!("{slim}[\"s3\"]\n"));
    assert!(code == 0 && out.contains("passed     plan.services"), "{out}");
    let (code, out) = checked(&desk, &format!("{slim}[\"s4\"]\n"));
    assert!(code == 1 && out.contains("✗ error plan.services: the plan keeps the data of \"s4\""), "{out}");
    assert!(out.contains("does not know; it has s3"), "{out}");
    desk.run(&["explain", "plan.services"]).exits(0).prints("botocore/data");
    Desk::holding(&build()).run(&["slim", "build", "--services", "s3"]).refuses(&["holds no data of AWS services"]);
}

/// Namesakes in folders of their own are two functions as well; a rebuilt build and a folder of sources change nothing.
#[test]
fn namesakes_do_not_share_a_plan() {
    let desk = Desk::holding(&build());
    build().write(&desk.path("svc/build"));
    desk.run(&["slim", "build", "tests"]).exits(0).says("saved bayplan.toml");
    let other = desk.run(&["slim", "svc/build", "headers"]).exits(0);
    other.says("bayplan.toml is the plan of build and not taken").says("saved svc/bayplan.toml");
    let (one, other) = (desk.read("bayplan.toml"), desk.read("svc/bayplan.toml"));
    assert!(one.contains("rules = [\"tests\"]") && other.contains("rules = [\"headers\"]"), "{one}{other}");
    desk.run(&["report", "svc/build"]).exits(0).says("continues svc/bayplan.toml");
    desk.write("build.zip", build().zip());
    desk.run(&["report", "build.zip"]).exits(0).says("continues bayplan.toml");
    std::fs::remove_dir_all(desk.path("build")).unwrap();
    build().with("more.py", "x = 1\n").write(&desk.path("build"));
    desk.run(&["report", "build"]).exits(0).says("continues bayplan.toml");
    // Sources are often called as their function is.
    let desk = Desk::new();
    Files::default().with("requirements.txt", "numpy\n").with("app.py", "x").write(&desk.path("shop"));
    build().write(&desk.path("dist/shop"));
    desk.write("bayplan.toml", PLAN.replace("function.f", "function.shop"));
    desk.run(&["report", "dist/shop"]).exits(0).says("continues bayplan.toml");
}

/// What was packed is the plan's own work; to plan it again would be to judge something else.
#[test]
fn an_artifact_is_judged_as_it_is() {
    let desk = Desk::holding(&build());
    desk.write("bayplan.toml", PLAN);
    desk.run(&["layer", "add", "build", "a"]).exits(0);
    desk.run(&["move", "build", "torch", "a"]).exits(0);
    desk.run(&["pack", "build", "--out", "packed"]).exits(0);
    for artifact in ["packed/function.zip", "packed/layer-a.zip"] {
        let check = desk.run(&["check", artifact, "--runtime", "python3.13"]).exits(0);
        assert!(!check.err.contains("continues"), "{}", check.err);
        check.prints("Judged: the zip as it is");
    }
    desk.run(&["check", "packed/function.zip", "--plan", "bayplan.toml"]).says("continues bayplan.toml");
    // A zip beside somebody else's manifest.json is a build.
    std::fs::create_dir(desk.path("dist")).unwrap();
    desk.write("dist/manifest.json", "{\"name\": \"an extension\"}");
    desk.write("dist/function.zip", build().zip());
    desk.run(&["check", "dist/function.zip"]).says("continues bayplan.toml");
}

#[test]
fn the_demos_plan_is_continued_for_the_demo_alone() {
    let desk = Desk::new();
    desk.run(&["slim", "demo:", "tests"]).exits(0).says("saved bayplan.toml");
    desk.run(&["move", "demo:", "scipy", "efs"]).exits(0).says("continues bayplan.toml");
    desk.run(&["check", "demo:"]).prints("Judged: the plan over a bundle").says("continues bayplan.toml");
    build().write(&desk.path("build"));
    let real = desk.run(&["move", "build", "torch", "efs"]).exits(0);
    real.says("bayplan.toml is the plan of demo: and not taken").says("saved bayplan-build.toml");
    let desk = Desk::holding(&build());
    desk.run(&["move", "build", "torch", "efs"]).exits(0).says("saved bayplan.toml");
    let demo = desk.run(&["slim", "demo:", "tests"]).exits(0);
    demo.says("bayplan.toml is the plan of build and not taken").says("saved bayplan-demo.toml");
    desk.run(&["report", "demo:"]).says("continues bayplan-demo.toml");
}

/// What a change breaks is said at once, and what it mends; by the same comparison as on the screen.
#[test]
fn a_change_says_what_it_breaks_and_what_it_cures() {
    let desk = Desk::holding(&build());
    desk.write("bayplan.toml", PLAN);
    let broken = desk.run(&["move", "build", "numpy", "left-out"]).exits(0);
    broken.prints("\nNew findings\n✗ error imports.missing: ").prints("\n  → ");
    desk.run(&["check", "build"]).exits(1);
    let again = desk.run(&["move", "build", "numpy", "left-out"]).exits(0);
    again.prints("numpy 2.0.0 is in left out already\n");
    assert!(!again.out.contains("frees nothing") && !again.out.contains("findings"), "{}", again.out);
    let cured = desk.run(&["move", "build", "numpy", "function"]).exits(0);
    cured.prints("\nCured\n✗ error imports.missing: ");
    assert!(!cured.out.contains("New findings") && !cured.out.contains("→ build"), "{}", cured.out);
}

#[test]
fn layers_come_and_go_by_the_dozen_or_not_at_all() {
    let desk = Desk::holding(&build());
    let added = desk.run(&["layer", "add", "build", "a", "b", "c"]).exits(0);
    added.prints("added layer a\nadded layer b\nadded layer c\n").prints("warning layers.empty");
    assert!(!added.out.contains("frees nothing"), "nothing was to be freed: {}", added.out);
    assert!(desk.read("bayplan.toml").contains("layers = [\"a\", \"b\", \"c\"]"));
    desk.run(&["layer", "add", "build", "d", "a"]).refuses(&["there is a layer \"a\" already"]);
    desk.run(&["layer", "remove", "build", "a", "zz"]).refuses(&["no layer \"zz\""]);
    desk.run(&["layer", "remove", "build", "a", "c"]).exits(0).prints("removed layer a\nremoved layer c\n");
    assert!(desk.read("bayplan.toml").contains("layers = [\"b\"]"));
    desk.run(&["layer", "rename", "build", "b", "c", "d"]).exits(2);
}
