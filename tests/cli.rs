//! Journeys through the real binary without a terminal: what is printed, what is written, and the exit code.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/desk.rs"]
mod desk;

use std::path::Path;
use std::process::{Command as Process, Stdio};

use assert_cmd::Command;
use bundles::{Files, Zip};
use desk::{Desk, Ended};
use serde_json::Value;

fn build() -> Files {
    Files::default()
        .with("app.py", "import numpy\n\ndef handler(event, context):\n    return 1\n")
        .with_distribution("", "numpy", "1.24.3", &["numpy/__init__.py", "numpy/core.py"])
        .with_distribution("", "requests", "2.31.0", &["requests/__init__.py"])
}

/// With a build of two distributions and a handler.
fn with_build() -> Desk {
    Desk::holding(&build())
}

/// A plan over 250 MB without a file of 250 MB: somebody else's layer declares it.
const OVER: &str = "version = 1\n[function.f]\nruntime = \"python3.10\"\narchitecture = \"x86_64\"\n\
                    handler = \"app.handler\"\nlayers = [\"big\"]\n[layer.big]\n\
                    arn = \"arn:aws:lambda:eu-west-1:123456789012:layer:big:1\"\nunzipped_bytes = 262_144_000\n";

#[test]
fn the_demo_without_a_terminal_is_the_storys_report() {
    let ended = Desk::new().run(&["demo"]).exits(0);
    ended.says("there is no terminal: printing the report instead");
    ended.prints("demo:    python3.10 x86_64    21 packages · 11 288 files");
    ended.prints("Function + layers  352.9 of 250.0 MB  over by 102.9 MB (107 920 218 bytes)");
    ended.prints("370 064 218 bytes").prints("250 MB is reached here").prints("frees nothing");
    assert!(ended.out.lines().all(|line| line.chars().count() <= 80), "it fits 80 columns:\n{}", ended.out);
}

#[test]
fn zipped_sizes_of_a_folder_are_as_well_known_as_they_are_wanted() {
    let desk = with_build();
    let certainties = |how: &str| -> Vec<Value> {
        let report = desk.run(&["report", "build", "--format", "json", "--zipped", how]).exits(0).json();
        report["packages"].as_array().unwrap().iter().map(|package| package["zipped_certainty"].clone()).collect()
    };
    assert!(certainties("exact").iter().all(|certainty| certainty == "exact"));
    assert!(certainties("estimate").iter().all(|certainty| certainty == "estimate"));
    assert!(certainties("none").iter().all(Value::is_null), "what is not known is null, never 0");
}

#[test]
fn ci_prints_the_report_even_with_a_terminal_about() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
    let output = command.env("CI", "1").arg("demo:").output().unwrap();
    assert!(output.status.success() && String::from_utf8_lossy(&output.stderr).starts_with("CI is set"));
}

#[test]
fn rows_of_a_report_add_up_to_the_build_in_folder_and_zip_alike() {
    let desk = with_build();
    desk.write("build.zip", build().zip());
    let sums = ["build", "build.zip"].map(|path| {
        let report = desk.run(&["report", path, "--format", "json"]).exits(0).json();
        let packages = report["packages"].as_array().unwrap().clone();
        let sum: u64 = packages.iter().map(|package| package["bytes"].as_u64().unwrap()).sum();
        assert_eq!(sum, report["bytes"].as_u64().unwrap(), "{path}");
        let certainty = if path == "build.zip" { "exact" } else { "estimate" };
        assert!(packages.iter().all(|package| package["zipped_certainty"] == certainty), "{path}: {packages:?}");
        assert!(report["findings"].is_array());
        (sum, packages.iter().map(|package| package["key"].clone()).collect::<Vec<_>>())
    });
    assert_eq!(sums[0], sums[1], "the same packages and the same sum");
    assert_eq!(sums[0].0, build().total().0);
}

#[test]
fn check_exits_0_1_and_2() {
    let desk = with_build();
    desk.run(&["check", "build"]).exits(2).prints("\nUNDECIDED  ").prints("the runtime is not known, so");
    desk.run(&["check", "build", "--runtime", "python3.12"]).exits(0).prints("\nPASS  ");
    desk.write("bayplan.toml", OVER);
    let over = desk.run(&["check", "build"]).exits(1);
    over.prints("\nFAIL  ").prints("error size.joint").says("continues bayplan.toml");
    desk.write("bayplan.toml", OVER.replace("unzipped_bytes = 262_144_000\n", ""));
    let unsure = desk.run(&["check", "build"]).exits(2);
    unsure.prints("\nUNDECIDED  ").prints("warning layers.declared");
    desk.run(&["check", "build", "--fail-on", "warning"]).exits(1);
    desk.write("bayplan.toml", OVER.replace("262_144_000", "5"));
    desk.run(&["check", "build"]).exits(0);
}

#[test]
fn a_check_is_told_in_several_formats_at_once() {
    let desk = with_build();
    desk.write("bayplan.toml", OVER);
    let formats = ["check", "build", "--format", "json=check.json", "--format", "markdown=check.md"];
    desk.run(&formats).exits(1).prints("\nFAIL  ");
    let json: Value = serde_json::from_str(&desk.read("check.json")).unwrap();
    assert_eq!((&json["conclusion"], &json["findings"][0]["id"]), (&"fail".into(), &"size.joint".into()));
    assert_eq!(json["findings"][0]["severity"], "error");
    assert!(desk.read("check.md").starts_with("## FAIL: build/\n"));
    desk.run(&["check", "build", "--format", "json", "--format", "text"]).refuses(&["only one --format"]);
    desk.run(&["check", "build", "--format", "yaml"]).exits(2).says("write one of text, json, markdown");
    desk.run(&["check", "build", "--format", "json=no/such/folder"]).exits(1).says("cannot be written");
}

#[test]
fn from_a_move_to_a_plan_that_check_holds() {
    let desk = with_build();
    let moved = desk.run(&["move", "build", "numpy", "efs"]).exits(0);
    moved.prints("numpy 1.24.3").prints("function → EFS").prints("EFS /mnt/packages").says("saved bayplan.toml");
    desk.run(&["move", "build", "requests", "new-layer"]).exits(0).prints("frees nothing of the 250 MB");
    desk.run(&["layer", "rename", "build", "layer-1", "web"]).exits(0);
    let plan = desk.read("bayplan.toml");
    assert!(plan.contains("[function.build]") && plan.contains("handler = \"app.handler\""), "{plan}");
    assert!(plan.contains("[layer.web]\npackages = [\"requests\"]"), "{plan}");
    assert!(plan.contains("[efs]\npackages = [\"numpy\"]"), "{plan}");
    let checked = desk.run(&["check", "build", "--runtime", "python3.12"]).exits(0);
    checked.prints("note efs.vpc").prints("Judged: the plan over a bundle");
    assert!(!desk.path("build/bayplan.toml").exists(), "the build is never written to");
    desk.run(&["move", "build", "numpy", "requests", "function"]).exits(0);
    desk.run(&["layer", "remove", "build", "web"]).exits(0);
    assert!(!desk.read("bayplan.toml").contains("efs"), "{}", desk.read("bayplan.toml"));
}

#[test]
fn moving_keeps_a_persons_comments_and_the_file_mode() {
    let desk = with_build();
    desk.write(
        "bayplan.toml",
        "# ours\nversion = 1\n[function.f] # the only one\n\n[efs]\npackages = [\"numpy\"] # big\n",
    );
    desk.run(&["move", "build", "requests", "left-out", "--because", "not needed"]).exits(0);
    let expected = "# ours\nversion = 1\n[function.f] # the only one\n\n[efs]\npackages = [\"numpy\"] # big\n\n[left-out]\n\
                    requests = { because = \"not needed\" }\n";
    assert_eq!(desk.read("bayplan.toml"), expected);
}

#[cfg(unix)]
#[test]
fn a_saved_plan_can_be_read_by_others_and_a_link_stays_a_link() {
    use std::os::unix::fs::PermissionsExt;
    let desk = with_build();
    std::fs::create_dir(desk.path("plans")).unwrap();
    std::os::unix::fs::symlink("plans/real.toml", desk.path("bayplan.toml")).unwrap();
    desk.run(&["move", "build", "numpy", "efs"]).refuses(&["link that leads nowhere"]);
    desk.write("plans/real.toml", "version = 1\n[function.f]\n");
    desk.run(&["move", "build", "numpy", "efs"]).exits(0);
    assert!(desk.path("bayplan.toml").is_symlink());
    assert!(desk.read("plans/real.toml").contains("numpy"));
    let mode = |name: &str| std::fs::metadata(desk.path(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("bayplan.lock"), 0o644, "temporary files are 0600, a plan is no secret");
}

#[test]
fn slimming_shows_its_offers_and_its_saving() {
    let desk = Desk::new();
    let files =
        build().with("tests/test_app.py", "x = 1\n").with_distribution("", "alone", "1.0", &["alone/tests/a.py"]);
    files.with("alone/tests/a.py", "x".repeat(1000)).write(&desk.path("build"));
    desk.run(&["slim", "build"]).exits(0).prints("tests                 1000 B");
    desk.run(&["slim", "build", "tests"]).exits(0).prints("slimmed: tests");
    let report = desk.run(&["report", "build"]).exits(0);
    report.prints("slimmed away: 1000 B (1 000 bytes)");
    desk.run(&["slim", "build", "--off", "tests"]).exits(0).prints("slimmed: nothing");
    desk.run(&["slim", "build", "everything"]).exits(2).says("the rules are bytecode, tests");
}

#[test]
fn layers_are_ordered_and_attached() {
    let desk = with_build();
    desk.run(&["layer", "add", "build", "a"]).exits(0);
    let arn = "arn:aws:lambda:eu-west-1:123456789012:layer:x:1";
    let attach = ["layer", "attach", "build", "b", arn, "--unzipped-bytes", "5", "--provides", "six,pytz"];
    desk.run(&attach).exits(0).prints("somebody else's, as declared");
    desk.run(&["layer", "order", "build", "b", "a"]).exits(0);
    assert!(desk.read("bayplan.toml").contains("layers = [\"b\", \"a\"]"), "{}", desk.read("bayplan.toml"));
    desk.run(&["layer", "order", "build", "b"]).refuses(&["name every layer of the plan once"]);
    desk.run(&["move", "build", "numpy", "b"]).refuses(&["somebody else's and cannot be filled"]);
    desk.run(&["layer", "add", "build", "a"]).refuses(&["there is a layer \"a\" already"]);
    for name in ["c", "d", "e"] {
        desk.run(&["layer", "add", "build", name]).exits(0);
    }
    desk.run(&["layer", "add", "build", "f"]).refuses(&["takes 5 layers"]);
}

#[test]
fn names_are_found_or_near_ones_named() {
    let desk = with_build();
    desk.run(&["move", "build", "numpyy", "efs"]).refuses(&["no package \"numpyy\"", "the bundle has \"numpy\""]);
    desk.run(&["move", "build", "zzz\u{1b}[31m", "efs"]).refuses(&["no package \"zzz\\u{1B}[31m\""]);
    desk.run(&["move", "build", "numpy", "science"]).refuses(&["no layer \"science\""]);
    desk.run(&["move", "build", "numpy", "a b"]).refuses(&["no bucket of that name"]);
    desk.run(&["move", "build", "app.py", "efs"]).refuses(&["holds the handler and stays in the function"]);
    desk.run(&["move", "build", "numpy", "efs", "--because", "x"]).refuses(&["say why something is left out"]);
    assert!(!desk.path("bayplan.toml").exists(), "nothing refused leaves a plan behind");
}

#[test]
fn a_broken_plan_shows_line_and_caret() {
    let desk = with_build();
    desk.write("bayplan.toml", "version = 1\n[function.f]\nhandlr = \"app.handler\"\n");
    for command in ["check", "report"] {
        let caret = "bayplan.toml:3:1: unknown field `handlr`";
        desk.run(&[command, "build"]).refuses(&[caret, "\n  handlr = \"app.handler\"\n  ^^^^^^"]);
    }
    desk.write("bayplan.toml", b"version = 1\n\xff\n");
    desk.run(&["check", "build"]).refuses(&["bayplan.toml:2: not UTF-8"]);
    desk.write("bayplan.toml", "version = 1\n[function.f]\n");
    desk.write("bayplan.lock", "<<<<<<< HEAD\n");
    desk.run(&["check", "build"]).refuses(&["bayplan.lock:1:", "--update writes it anew"]);
    desk.run(&["check", "build", "--update"]).exits(0).says("wrote bayplan.lock");
    desk.run(&["check", "build"]).exits(0);
    desk.run(&["check", "build", "--plan", "other.toml"]).refuses(&["there is no plan other.toml"]);
}

#[test]
fn drift_from_the_lock_is_found_until_it_is_updated() {
    let desk = with_build();
    desk.write("bayplan.toml", "version = 1\n[function.f]\n[check]\nunplanned_package = \"error\"\n");
    desk.run(&["check", "build", "--update"]).exits(0);
    build().with_distribution("", "scipy", "1.0", &["scipy/__init__.py"]).write(&desk.path("build"));
    desk.run(&["check", "build"]).exits(1).prints("error drift.unplanned: scipy is new");
    desk.run(&["check", "build", "--update"]).exits(0);
    desk.run(&["check", "build"]).exits(0);
}

#[test]
fn the_lock_is_the_same_from_laptop_and_runner() {
    let locks = ["build", "elsewhere"].map(|folder| {
        let desk = Desk::new();
        build().write(&desk.path(folder));
        desk.write("bayplan.toml", "version = 1\n[function.f]\n");
        if folder == "elsewhere" {
            desk.write("elsewhere/numpy/core.pyc", "only here");
        }
        desk.run(&["check", folder, "--update"]).exits(0);
        desk.read("bayplan.lock")
    });
    assert_eq!(locks[0], locks[1]);
}

#[test]
fn a_plan_inside_the_build_is_read_and_not_written() {
    let desk = with_build();
    desk.write("build/bayplan.toml", "version = 1\n[function.f]\n");
    desk.run(&["move", "build", "numpy", "efs"]).refuses(&["lies in the build", "--plan"]);
    desk.run(&["move", "build", "numpy", "efs", "--plan", "build/new.toml"]).refuses(&["lies in the build"]);
    desk.run(&["move", "build", "numpy", "efs", "--plan", "ours.toml"]).exits(0);
    assert!(desk.path("ours.toml").exists() && desk.path("ours.lock").exists());
    assert_eq!(desk.read("build/bayplan.toml"), "version = 1\n[function.f]\n");
}

#[test]
fn what_cannot_be_opened_is_said_in_a_line_with_its_cure() {
    let desk = with_build();
    desk.run(&["report", "no\u{1b}where"])
        .refuses(&["\"no\\u{1B}where\" does not exist", "name the folder or the zip"]);
    let whole = build().zip();
    desk.write("cut.zip", &whole[..whole.len() / 2]);
    desk.run(&["check", "cut.zip"]).refuses(&["cut.zip", "build it again"]);
    desk.write("text.zip", "this is no zip");
    desk.run(&["report", "text.zip"]).refuses(&["text.zip", "is not a zip"]);
    desk.run(&["move", "cut.zip", "numpy", "efs"]).refuses(&["cut.zip"]);
    desk.run(&["report"]).exits(2);
    desk.run(&["check", "build", "--runtime", "Python 3"]).exits(2).says("is not the name of a runtime");
}

#[test]
fn hostile_names_never_leave_anything_raw() {
    let mut zip = Zip::default();
    zip.add(b"app.py", b"def handler(event, context): pass\n", 0o100_644);
    zip.add(b"\x1b]0;owned\x07/a|b`c.py", b"1", 0o100_644);
    zip.add("gpj.\u{202e}exe".as_bytes(), b"1", 0o100_644);
    zip.add(b"caf\xe9.py", b"1", 0o100_644);
    let desk = Desk::new();
    desk.write("hostile.zip", zip.finish());
    for format in ["text", "json", "markdown"] {
        // That nothing raw is printed is asserted for every run.
        let report = desk.run(&["report", "hostile.zip", "--format", format]).exits(0);
        assert!(!report.out.contains('\u{202e}'), "{}", report.out);
        desk.run(&["check", "hostile.zip", "--format", format, "--runtime", "python3.12"]).exits(0);
    }
    desk.run(&["move", "hostile.zip", "\\u{1B}]0;owned\\u{7}", "caf\\xE9.py", "efs"]).exits(0);
    let report = desk.run(&["report", "hostile.zip"]).exits(0);
    report.prints("caf\\xE9.py").says("continues bayplan.toml");
    assert_eq!(report.out.matches("  EFS").count(), 2, "the plan's keys are the bundle's again:\n{}", report.out);
}

#[test]
fn sources_are_never_green() {
    let desk = Desk::new();
    let sources =
        Files::default().with("app.py", "def handler(event, context): pass\n").with("requirements.txt", "numpy");
    sources.write(&desk.path("project"));
    build().write(&desk.path("project/.aws-sam/build/Function"));
    let project = desk.path("project");
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        Ended::new(arguments, &command.env_remove("CI").current_dir(&project).args(arguments).output().unwrap())
    };
    let check = run(&["check", ".", "--runtime", "python3.12"]).exits(1);
    check
        .prints("error bundle.built")
        .prints("pip install -r requirements.txt -t build")
        .prints("--python-version 3.12");
    check.prints(".aws-sam/build/Function").says("these are sources");
    let built = ["check", ".aws-sam/build/Function", "--runtime", "python3.12"];
    run(&built).exits(0);
    desk.write("project/bayplan.toml", "version = 1\n[function.f]\n[efs]\npackages = [\"numpy\"]\n");
    run(&built).exits(0).says("continues bayplan.toml");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in [&["report", "demo:"][..], &["check", "demo:", "--format", "json"], &["--help"]] {
        let mut process = Process::new(env!("CARGO_BIN_EXE_bayplan"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        drop(process.stdout.take());
        let output = process.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code().is_some() && !words.contains("panicked"), "{arguments:?}: {words}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_for_a_plan_is_not_waited_for() {
    let desk = with_build();
    let made = Process::new("mkfifo").arg(desk.path("bayplan.toml")).status();
    if made.is_ok_and(|status| status.success()) {
        desk.run(&["check", "build"]).refuses(&["is not a file"]);
    }
}

#[test]
fn help_names_every_command() {
    let help = Desk::new().run(&["--help"]).exits(0);
    for command in ["demo", "report", "check", "move", "slim", "layer"] {
        help.prints(&format!("  {command}"));
    }
}

#[test]
fn the_demos_way_out_is_found_by_hand() {
    let desk = Desk::new();
    let sdk = ["boto3", "botocore", "s3transfer", "jmespath"];
    let leave = [&["move", "demo:"], &sdk[..], &["left-out", "--provided-by", "runtime"]].concat();
    desk.run(&leave).exits(0).prints("function + layers: 352.9 MB → 277.5 MB");
    let plan = Path::new("bayplan.toml").to_str().unwrap();
    desk.run(&["check", "demo:", "--plan", plan]).exits(1);
    desk.run(&["slim", "demo:", "tests", "--plan", plan]).exits(0);
    let checked = desk.run(&["check", "demo:", "--plan", plan]).exits(0);
    checked.prints("(29 387 858 bytes) left");
}

#[test]
fn diff_says_first_what_pushed_it_over() {
    let desk = Desk::new();
    let small = Files::default().with_distribution("", "six", "1.15.0", &["six.py"]).with("app.py", "x");
    small.write(&desk.path("old"));
    Files::default().with_distribution("", "six", "1.16.0", &["six.py"]).with("app.py", "x").write(&desk.path("new"));
    let huge = std::fs::File::create(desk.path("new/model.bin")).unwrap();
    huge.set_len(262_144_000).unwrap();
    let diff = desk.run(&["diff", "old", "new"]);
    assert_eq!(diff.code, 0, "{}", diff.err);
    let lines: Vec<&str> = diff.out.lines().collect();
    assert!(lines[0].starts_with("pushed over 250 MB by model.bin (+250.0 MB): now "), "{}", diff.out);
    assert!(lines.iter().any(|line| line.starts_with("added") && line.contains("model.bin")), "{}", diff.out);
    assert!(diff.out.contains("1.15.0 → 1.16.0"), "{}", diff.out);
    assert!(diff.out.contains("1 package is the same"), "{}", diff.out);
    let json: Value = serde_json::from_str(&desk.run(&["diff", "new", "old", "--format", "json"]).out).unwrap();
    assert_eq!(json["packages"][0]["change"], "gone", "the largest change stands first, whichever way");
    assert_eq!(json["crosses_limit"], false);
    assert!(desk.run(&["diff", "old", "new", "--format", "markdown"]).out.starts_with("**pushed over"));
}

#[test]
fn diff_measures_a_build_beside_a_lock_as_the_lock_does() {
    let desk = with_build();
    desk.run(&["move", "build", "numpy", "efs"]);
    assert_eq!(desk.run(&["check", "build", "--update", "--runtime", "python3.12"]).code, 0);
    let diff = desk.run(&["diff", "bayplan.lock", "build"]);
    assert_eq!(diff.code, 0, "{}", diff.err);
    assert!(diff.out.starts_with("nothing differs"), "{}", diff.out);
    assert_eq!(desk.run(&["diff", "nowhere.lock", "build"]).code, 2);
    std::fs::copy(desk.path("bayplan.lock"), desk.path("old.lock")).unwrap();
    desk.run(&["move", "build", "numpy", "function"]);
    desk.run(&["check", "build", "--update"]);
    let plans = desk.run(&["diff", "old.lock", "bayplan.toml"]);
    assert!(plans.out.contains("moved    numpy") && plans.out.contains("  efs → function"), "{}", plans.out);
    desk.write("alone.toml", "version = 1\n");
    let alone = desk.run(&["diff", "alone.toml", "build"]);
    assert!(alone.code == 2 && alone.err.contains("has no lock beside it"), "{}", alone.err);
    desk.write("broken.lock", "version = 9\n");
    let broken = desk.run(&["diff", "broken.lock", "build"]);
    assert!(broken.code == 2 && broken.err.contains("broken.lock"), "{}", broken.err);
}

#[test]
fn the_report_says_what_goes_with_a_package() {
    let report = Desk::new().run(&["report", "demo:", "--format", "json"]);
    let json: Value = serde_json::from_str(&report.out).unwrap();
    let package =
        |key: &str| json["packages"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap().clone();
    assert_eq!(package("scipy")["needed_by"], serde_json::json!(["scikit-learn"]));
    assert_eq!(package("scikit-learn")["retained_bytes"], 160_859_529);
    assert_eq!(package("scikit-learn")["bytes_with_needs"], 228_955_939);
    let classes = package("numpy")["classes"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>();
    assert_eq!(Some(classes), package("numpy")["bytes_before_slimming"].as_u64(), "each file is in one class");
    assert_eq!(
        package("numpy")["bytecode"],
        serde_json::json!({
            "valid": 7_399_877, "stale": 0, "foreign": 0, "not_known": 0
        })
    );
    let told = Desk::new().run(&["report", "demo:", "--format", "markdown"]).out;
    assert!(told.contains("| scikit-learn 1.2.2 | 37.7 MB | 15.1 % | 153.4 MB |"), "what would go with it: {told}");
}

/// numpy goes from the function's zip into a layer, in a build that was deployed as a zip.
#[test]
fn the_way_from_what_is_deployed_is_checked() {
    let desk = with_build();
    let numpy = std::fs::OpenOptions::new().append(true).open(desk.path("build/numpy/__init__.py")).unwrap();
    numpy.set_len(140_000_000).unwrap();
    desk.run(&["layer", "add", "build", "scientific"]);
    desk.run(&["move", "build", "numpy", "scientific"]);
    let alone = desk.run(&["check", "build", "--all"]);
    assert!(alone.out.contains("skipped    transition.update"), "{}", alone.out);
    // The old state is all in the function: beside the new layer, numpy is there twice, 280 MB in all.
    let way = desk.run(&["check", "build", "--from", "build", "--all"]);
    assert_eq!(way.code, 1, "{}", way.err);
    assert!(way.out.contains("error      transition.update         not so: the way from"), "{}", way.out);
    assert!(way.out.replace("\n  ", " ").contains("the old code with the new layers hold 267.0 MB"), "{}", way.out);
    // From a lock that says where things lay, nothing moves.
    desk.run(&["check", "build", "--update"]);
    let same = desk.run(&["check", "build", "--from", "bayplan.lock", "--all"]);
    assert!(same.out.contains("passed     transition.update"), "{}", same.out);
    let nothing = desk.run(&["check", "build", "--from", "nowhere.zip"]);
    assert!(nothing.code == 2 && nothing.err.contains("nowhere.zip"), "{}", nothing.err);
}

#[test]
fn options_may_stand_before_their_command() {
    let desk = with_build();
    desk.run(&["--no-cache", "report", "build"]).exits(0).prints("build/");
    desk.run(&["--runtime", "python3.13", "report", "build"]).exits(0).prints("python3.13");
    desk.run(&["--plan", "ours.toml", "layer", "add", "build", "a"]).exits(0).says("saved ours.toml");
    desk.run(&["--ascii", "demo"]).exits(0).prints("demo:");
    desk.run(&["--ascii", "build"]).exits(0).prints("build/");
    desk.run(&["--ascii", "report", "build"]).exits(2).says("'--ascii'");
    desk.run(&["--version"]).exits(0).prints("bayplan ");
}

#[test]
fn a_mistyped_command_is_answered_with_the_one_that_was_meant() {
    let desk = with_build();
    desk.run(&["chek", "build"]).refuses(&["there is no command \"chek\"; did you mean check?"]);
    desk.run(&["repor", "demo:"]).refuses(&["did you mean report?"]);
    desk.run(&["chek"]).refuses(&["did you mean check?"]);
    desk.run(&["--no-cache", "chek", "build"]).refuses(&["did you mean check?"]);
    desk.run(&["nonsense", "build"]).refuses(&["there is no command \"nonsense\"; bayplan --help lists them"]);
    desk.run(&["build", "other"]).refuses(&["one build is opened at a time", "bayplan diff"]);
    desk.run(&["layer", "build"]).refuses(&["layer cannot \"build\"; say first", "add, remove, rename"]);
    desk.run(&["layer", "atach", "build"]).refuses(&["say first what it is to do: attach"]);
    desk.run(&["fit", "build", "--layers", "-1"]).exits(2).says("write how many there may be");
    desk.run(&["help", "plain", "x"]).refuses(&["plain is one page"]);
    desk.run(&["help", "check", "x"]).refuses(&["no help about \"x\"; check takes no such word"]);
    // A path that is there is opened, however near its name is to a command's.
    build().write(&desk.path("chek"));
    desk.run(&["chek"]).exits(0).prints("chek/");
}

#[test]
fn a_plan_is_refused_in_words_of_people_who_write_plans() {
    let desk = with_build();
    let refused = |plan: &str, words: &str| {
        desk.write("bayplan.toml", format!("version = 1\n{plan}"));
        desk.run(&["check", "build"]).refuses(&[words]);
    };
    refused("[fuction.f]\n", "unknown field `fuction`; did you mean `function`?");
    refused("[function.f]\nlayers = \"a\"\n", "expected a list such as [");
    refused("[function.f]\n[check]\nwarn_at_percent = \"x\"\n", "expected a whole number");
    refused("[function.f]\nsnapstart = 1\n", "expected true or false");
    std::fs::remove_file(desk.path("bayplan.toml")).unwrap();
    let no_folder = desk.run(&["fit", "build", "--out", "no/x.toml"]).exits(2);
    no_folder.says("error: no cannot be written to: there is no such folder; make it");
    let found = desk.run(&["fit", "build", "--runtime", "python3.13"]).exits(0);
    found.says("nothing was written; bayplan fit build --out FILE keeps this plan");
    desk.run(&["--keys", "nope", "build"]).exits(0);
    std::fs::write(desk.path("file"), "").unwrap();
    let no_manual = desk.run(&["man", "file/m"]).exits(2);
    assert!(!no_manual.err.contains("os error") && no_manual.err.contains("name another folder"), "{}", no_manual.err);
}

/// What has to be mended is seen at once; what passed is asked for.
#[test]
fn a_check_shows_findings_first_and_every_rule_on_demand() {
    let desk = with_build();
    desk.write("bayplan.toml", OVER);
    let brief = desk.run(&["check", "build"]).exits(1);
    let lines: Vec<&str> = brief.out.lines().collect();
    let findings = lines.iter().position(|line| *line == "Findings").unwrap();
    assert!(findings < 5 && lines[findings + 1].starts_with("✗ error size.joint: "), "{}", brief.out);
    assert!(!brief.out.contains("passed     ") && !brief.out.contains("skipped    "), "{}", brief.out);
    assert!(lines[lines.len() - 2].contains("--all") && lines[lines.len() - 1].starts_with("FAIL  "), "{}", brief.out);
    let all = desk.run(&["check", "build", "--all"]).exits(1);
    let folder = "skipped    archive.surplus           not a zip\n";
    all.prints("error      size.joint                not so: function + layers are below").prints(folder);
    assert!(all.out.lines().count() > bayplan::verdict::rules().count());
    desk.write("bayplan.toml", OVER.replace("unzipped_bytes = 262_144_000\n", ""));
    desk.run(&["check", "build"]).exits(2).prints("\nNot judged\nundecided  size.joint");
}
