//! Fit over bundles: the story's answers with their figures, what may never be taken, what the verdict refuses, and the
//! proposal on the screen.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/pty.rs"]
mod pty;

use std::path::Path;

use assert_cmd::Command;
use bayplan::fit::{Request, Wishes, advise};
use bayplan::model::bucket::Bucket;
use bayplan::model::bundle::Bundle;
use bayplan::model::cargo::Cargo;
use bayplan::model::graph::Graph;
use bayplan::model::package::PackageKey;
use bayplan::model::plan::Plan;
use bayplan::model::proposal::{Advice, Proof, Proposal};
use bayplan::model::risk::Risk;
use bayplan::model::slim::SlimRule;
use bayplan::model::zipped::ZippedSizes;
use bayplan::planfile::parse_plan;
use bundles::Files;
use pty::{Key, Terminal};
use serde_json::Value;

fn fit(folder: &Path, arguments: &[&str], code: i32) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
    let ended = command.current_dir(folder).args([&["fit"], arguments].concat()).assert().code(code);
    String::from_utf8(ended.get_output().stdout.clone()).unwrap()
}

fn json(arguments: &[&str], code: i32) -> Value {
    let folder = tempfile::tempdir().unwrap();
    serde_json::from_str(&fit(folder.path(), &[arguments, &["--format", "json"]].concat(), code)).unwrap()
}

fn titles(answer: &Value) -> Vec<String> {
    answer["steps"].as_array().unwrap().iter().map(|step| step["title"].as_str().unwrap().to_owned()).collect()
}

/// What is reached of one place of the order.
fn reached<'a>(answer: &'a Value, letter: &str) -> &'a str {
    let all = answer["order"].as_array().unwrap();
    all.iter().find(|row| row["letter"] == letter).unwrap()["reached"].as_str().unwrap()
}

#[test]
fn the_storys_first_answer_is_to_leave_out_tests_and_the_sdk_and_to_keep_all_other_bytecode() {
    let answer = json(&["demo:"], 0);
    assert_eq!(answer["bytes_before"], 370_064_218);
    assert_eq!(answer["bytes_after"], 232_756_142);
    assert_eq!(
        titles(&answer),
        ["slim tests: folders named tests or test", "leave out botocore, boto3, s3transfer, jmespath"]
    );
    assert_eq!(answer["proven"], true);
    assert_eq!(
        (reached(&answer, "b"), reached(&answer, "c"), reached(&answer, "d")),
        ("not needed", "kept", "highest low, sum 2")
    );
    assert!(answer["notes"][0].as_str().unwrap().contains("through S3"), "{}", answer["notes"]);
}

#[test]
fn without_any_risk_the_answer_is_efs_and_without_that_an_image() {
    let answer = json(&["demo:", "--risk", "none"], 0);
    assert_eq!(titles(&answer), ["numpy 1.24.3 → EFS", "scipy 1.10.1 → EFS"], "scipy with all that it needs");
    assert_eq!((reached(&answer, "b"), reached(&answer, "h")), ("needed", "187 848 203"));
    let nothing = json(&["demo:", "--risk", "none", "--no-efs"], 1);
    assert_eq!(nothing["fits"], false);
    assert_eq!(nothing["over_by"], 106_580_314_u64);
    let cures: Vec<&str> = nothing["cures"].as_array().unwrap().iter().map(|cure| cure.as_str().unwrap()).collect();
    assert_eq!(cures[0], "allow risk up to low (--risk low)", "what would do is asked of the solver itself");
    assert!(cures.last().unwrap().starts_with("build a container image"), "{cures:?}");
}

#[test]
fn the_readme_tells_the_same_figures() {
    let readme = include_str!("../README.md");
    for figure in ["232 756 142", "187 848 203", "370 064 218"] {
        assert!(readme.contains(figure), "README.md does not say {figure}; what fit says is in the tests above");
    }
}

#[test]
fn what_is_written_is_a_plan_that_passes() {
    let folder = tempfile::tempdir().unwrap();
    fit(folder.path(), &["demo:", "--out", "plan.toml"], 0);
    let check = |code: i32| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        command.current_dir(folder.path()).args(["check", "demo:", "--plan", "plan.toml"]).assert().code(code);
    };
    check(0);
    let again = fit(folder.path(), &["demo:", "--plan", "plan.toml"], 0);
    assert!(again.contains("The plan is the best already"), "{again}");
}

/// A plan that leaves room for so many bytes: somebody else's layer takes the rest.
fn room(bytes: u64, body: &str) -> Plan {
    let taken = 262_144_000 - bytes;
    let text = format!(
        "version = 1\n[function.f]\nhandler = \"app.handler\"\nruntime = \"python3.12\"\narchitecture = \"x86_64\"\n\
         layers = [\"big\"]\n{body}\n[layer.big]\narn = \"arn:aws:lambda:eu-west-1:123456789012:layer:big:1\"\n\
         unzipped_bytes = {taken}\n[check]\nwarn_at_percent = 100\n"
    );
    parse_plan(&text).unwrap_or_else(|error| panic!("{error}"))
}

fn ask(bundle: &Bundle, plan: &Plan, wishes: &Wishes) -> Advice {
    let target = plan.function.target.clone();
    let graph = Graph::new(bundle, &target);
    let zipped = ZippedSizes::unknown();
    let request = Request {
        bundle,
        plan,
        target: &target,
        graph: &graph,
        zipped: &zipped,
        lock: None,
        today: None,
        unbuilt: None,
        deployed: None,
        wishes,
    };
    advise(&request)
}

#[track_caller]
fn proposed(bundle: &Bundle, plan: &Plan) -> (Proposal, Plan) {
    match ask(bundle, plan, &Wishes::default()) {
        Advice::Fits(proposal) => {
            let mut after = plan.clone();
            after.apply(proposal.edit(plan, &[])).unwrap();
            (proposal, after)
        }
        Advice::Nothing(shortfall) => panic!("{shortfall:?}"),
    }
}

fn key(name: &str) -> PackageKey {
    PackageKey::new(name)
}

fn handler() -> Files {
    Files::default().with("app.py", "def handler(event, context):\n    return 1\n")
}

const NUMPY: [&str; 8] = [
    "numpy/__init__.py",
    "numpy/testing/__init__.py",
    "numpy/_core/__init__.py",
    "numpy/_core/tests/__init__.py",
    "numpy/_core/tests/_natype.py",
    "numpy/_core/tests/helper.py",
    "numpy/_core/tests/test_numeric.py",
    "numpy/conftest.py",
];

#[test]
fn tests_that_are_imported_from_outside_of_tests_stay() {
    // What numpy 2.2 does: numpy.testing takes a name from numpy._core.tests, which leans on another test in turn.
    let files = handler()
        .with_distribution("", "numpy", "2.2.6", &NUMPY)
        .with("numpy/testing/__init__.py", "from numpy._core.tests._natype import pd_NA\n")
        .with("numpy/_core/__init__.py", "")
        .with("numpy/_core/tests/__init__.py", "")
        .with("numpy/_core/tests/_natype.py", "from .helper import x\npd_NA = x\n")
        .with("numpy/_core/tests/__pycache__/_natype.cpython-312.pyc", "0123456789abcdef")
        .with("numpy/_core/tests/helper.py", "x = 1\n")
        .with("numpy/_core/tests/test_numeric.py", "y".repeat(5000))
        .with("numpy/conftest.py", "import numpy._core.tests.test_numeric\n");
    let bundle = files.bundle();
    let mut plan = Plan::new("f");
    plan.apply(bayplan::model::edit::Edit::Slim(bayplan::model::slim::Slim {
        rules: vec![SlimRule::Tests],
        ..Default::default()
    }))
    .unwrap();
    let slim = bayplan::model::cargo::slimming(&plan);
    let gone: Vec<String> = bundle
        .listing
        .entries()
        .filter(|&entry| bayplan::model::cargo::leaves_out(&bundle, &slim, entry))
        .map(|entry| bundle.listing.shown_path(entry))
        .collect();
    assert_eq!(gone, ["numpy/_core/tests/test_numeric.py"], "conftest.py is read by pytest alone");
}

#[test]
fn your_own_files_and_what_describes_a_package_are_never_taken() {
    let files = handler()
        .with("tests/test_app.py", "x".repeat(3000))
        .with("prompts/first.md", "y".repeat(3000))
        .with_distribution("", "alone", "1.0", &["alone/__init__.py", "alone/docs/index.md"])
        .with("alone/docs/index.md", "z".repeat(2000));
    let bundle = files.bundle();
    let total = bundle.total().bytes.0;
    let (proposal, after) = proposed(&bundle, &room(total - 1500, ""));
    assert_eq!(proposal.proof, Proof::Best);
    assert!(after.slim().rules == [SlimRule::Docs] || after.bucket_of(&key("alone")) == Bucket::Efs, "{proposal:?}");
    let cargo = Cargo::new(&bundle, &after, &ZippedSizes::unknown());
    for (index, package) in bundle.indexed().filter(|(_, package)| package.key.is_file()) {
        assert_eq!(cargo.load(index), package.load(), "{} is whole", package.key);
        assert_eq!(after.bucket_of(&package.key), Bucket::Function);
    }
    let nothing = ask(&bundle, &room(5000, ""), &Wishes::default());
    assert!(matches!(nothing, Advice::Nothing(short) if short.over_by.0 > 0), "your own 6 kB cannot go anywhere");
}

/// Three packages of 10 kB: `top` needs `middle`, `middle` needs `low`.
fn chain() -> Files {
    let metadata = |name: &str, needs: &str| format!("Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{needs}\n");
    ["top", "middle", "low"].into_iter().zip(["Requires-Dist: middle", "Requires-Dist: low", ""]).fold(
        handler(),
        |files, (name, needs)| {
            files
                .with_distribution("", name, "1.0", &[&format!("{name}/__init__.py"), &format!("{name}/data.bin")])
                .with(&format!("{name}/data.bin"), "x".repeat(10_000))
                .with(&format!("{name}-1.0.dist-info/METADATA"), metadata(name, needs))
        },
    )
}

#[test]
fn what_goes_to_efs_takes_all_that_it_needs_along() {
    let bundle = chain().bundle();
    let total = bundle.total().bytes.0;
    let (proposal, after) = proposed(&bundle, &room(total - 15_000, ""));
    let on_efs: Vec<&str> =
        ["top", "middle", "low"].into_iter().filter(|name| after.bucket_of(&key(name)) == Bucket::Efs).collect();
    assert_eq!(on_efs, ["middle", "low"], "two of them do, and only these two are closed: {proposal:?}");
    assert!(proposal.steps.iter().any(|step| step.why.contains("lies beside it: low")), "{proposal:?}");
}

#[test]
fn what_is_pinned_stays_and_what_is_pinned_is_found_where_it_is() {
    let bundle = chain().bundle();
    let total = bundle.total().bytes.0;
    let mut plan = room(total - 5000, "");
    plan.check.pinned = vec![key("low")];
    let (_, after) = proposed(&bundle, &plan);
    assert_eq!(after.bucket_of(&key("low")), Bucket::Function);
    assert_eq!(after.bucket_of(&key("middle")), Bucket::Efs, "it finds low in the function");
    plan.check.pinned = vec![key("low"), key("middle"), key("top")];
    let nothing = ask(&bundle, &plan, &Wishes::default());
    let Advice::Nothing(shortfall) = nothing else { panic!("{nothing:?}") };
    assert!(shortfall.cures.iter().any(|cure| cure.contains("pinned in [check]")), "{shortfall:?}");
}

#[test]
fn snapstart_and_path_files_keep_packages_off_efs() {
    let bundle = chain().bundle();
    let total = bundle.total().bytes.0;
    let nothing = ask(&bundle, &room(total - 5000, "snapstart = true"), &Wishes::default());
    assert!(matches!(nothing, Advice::Nothing(_)), "{nothing:?}");
    let low = ["low/__init__.py", "low/data.bin", "low.pth"];
    let files = chain().with_distribution("", "low", "1.0", &low).with("low.pth", "low\n");
    let bundle = files.with("low/data.bin", "x".repeat(10_000)).bundle();
    let advice = ask(&bundle, &room(bundle.total().bytes.0 - 5000, ""), &Wishes::default());
    let Advice::Nothing(shortfall) = advice else {
        panic!("everything needs low, whose .pth is never read there: {advice:?}")
    };
    assert!(shortfall.message.contains("cannot leave without what it needs"), "{shortfall:?}");
}

#[test]
fn a_layer_is_made_where_uploads_are_direct_and_for_nothing_else() {
    let files = chain();
    let folder = tempfile::tempdir().unwrap();
    files.write(folder.path());
    let plan = |upload: &str| format!("version = 1\n[function.f]\nhandler = \"app.handler\"\nupload = \"{upload}\"\n");
    let bundle = files.bundle();
    for upload in ["s3", "direct"] {
        let plan = parse_plan(&plan(upload)).unwrap();
        let advice = ask(&bundle, &plan, &Wishes::default());
        assert!(matches!(&advice, Advice::Fits(proposal) if proposal.steps.is_empty()), "{advice:?}");
    }
    // The demo with direct uploads: its zip has 102 MB, so that function and layers share it out.
    let desk = tempfile::tempdir().unwrap();
    let text = "version = 1\n[function.f]\nhandler = \"app.handler\"\nruntime = \"python3.10\"\n\
                architecture = \"x86_64\"\nupload = \"direct\"\n";
    std::fs::write(desk.path().join("direct.toml"), text).unwrap();
    let told = fit(desk.path(), &["demo:", "--plan", "direct.toml", "--out", "direct.toml"], 0);
    assert!(told.contains("a new layer layer-1") && told.contains("a layer frees nothing"), "{told}");
    let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
    command.current_dir(desk.path()).args(["check", "demo:", "--plan", "direct.toml"]).assert().code(0);
    std::fs::write(desk.path().join("alone.toml"), text).unwrap();
    let told = fit(desk.path(), &["demo:", "--plan", "alone.toml", "--layers", "0"], 1);
    assert!(told.contains("error stays"), "{told}");
}

#[test]
fn no_wish_is_gone_against() {
    for (flags, words) in
        [(&["--no-leave-out"][..], "leave out"), (&["--no-efs"], "EFS"), (&["--risk", "none"], "slim tests")]
    {
        let answer = json(&[&["demo:"], flags].concat(), 0);
        assert!(titles(&answer).iter().all(|title| !title.contains(words)), "{flags:?}: {:?}", titles(&answer));
    }
    assert_eq!(json(&["demo:", "--risk", "low"], 0)["bytes_after"], 232_756_142, "no more than low is needed");
    assert_eq!(Wishes::default().risk, Risk::High, "the order keeps harm small, not the default");
}

#[test]
fn on_the_screen_a_proposal_is_taken_whole_in_part_or_dropped_and_undone_in_one_step() {
    let terminal = Terminal::open(30, 100).run(&["demo:"]);
    terminal.wait_for("press f");
    terminal.keys("f");
    terminal.wait_for("352.9 → 222.0 of 250.0 MB: fits, 28.0 MB free");
    terminal.wait_for("Proven: by this order there is no better plan");
    terminal.wait_for("nothing outside of tests imports what leaves");
    terminal.keys("i");
    terminal.wait_for("the runtime's own release is used");
    terminal.keys("j ");
    terminal.wait_for("still 47.4 MB over");
    terminal.key(Key::Enter);
    terminal.wait_for("fit, 1 of 2 steps");
    terminal.wait_for("over by 47.4 MB");
    terminal.keys("z");
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("f");
    terminal.wait_for("Fit: the plan with the least harm");
    terminal.key(Key::Esc);
    terminal.wait_for("dropped: the plan is as it was");
    terminal.keys("f");
    terminal.wait_for("Enter takes the marked steps");
    terminal.key(Key::Enter);
    terminal.wait_for("fits, 28.0 MB free");
    terminal.keys("f");
    terminal.wait_for("the plan is the best already");
    terminal.keys("z");
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("q");
    terminal.wait_exit().assert_clean(0);
}

#[test]
fn the_slimming_pane_shows_what_each_rule_frees_and_switches_it() {
    let terminal = Terminal::open(30, 100).run(&["demo:"]);
    terminal.wait_for("press f");
    terminal.keys("S");
    terminal.wait_for("[ ] tests                   55.5 MB");
    terminal.keys("j ");
    terminal.wait_for("[x] tests");
    terminal.wait_for("tests left out: freed 55.5 MB of the 250 MB");
    terminal.keys("z");
    terminal.wait_for("[ ] tests");
    terminal.keys("G ");
    terminal.wait_for("name the services that stay");
    terminal.key(Key::Esc);
    terminal.wait_for_gone("Slimming");
    terminal.keys("q");
    terminal.wait_exit().assert_clean(0);
}
