//! Whether a handler can be imported where a plan puts everything: each rule with a case that it finds and one that it
//! has nothing to say about. What AWS's own client says of real packages is `tests/real_start.rs`.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/judging.rs"]
mod judging;

use bayplan::model::bundle::Bundle;
use bayplan::model::finding::{Finding, Judged, Outcome, Severity, Verdict};
use bayplan::planfile::parse_plan;
use bundles::Files;
use judging::{found, judged_as, outcome, plan, plan_on, shows, verdict};

const HANDLER: &str = "handler = \"app.handler\"\n";
const FUNCTION: &str = "\ndef handler(event, context):\n    return 1\n";

fn app(imports: &str) -> Files {
    Files::default().with("app.py", format!("{imports}{FUNCTION}"))
}

fn judge(files: &Files, body: &str) -> Verdict {
    verdict(&files.clone().bundle(), &plan(&format!("{HANDLER}{body}")))
}

/// The messages of all that is missing, in their order.
fn missing(verdict: &Verdict) -> Vec<&str> {
    let found = verdict.findings.iter().filter(|finding| finding.id == "imports.missing");
    found.map(|finding| finding.message.as_str()).collect()
}

/// Imports that lead through two packages to two that nobody has.
fn chained() -> Files {
    app("import outer")
        .with_distribution("", "outer", "1.0", &["outer/__init__.py"])
        .with("outer/__init__.py", "from inner import thing\nimport second\n")
        .with_distribution("", "inner", "1.0", &["inner/__init__.py", "inner/deep.py"])
        .with("inner/__init__.py", "from .deep import thing\n")
        .with("inner/deep.py", "import absent.part\n")
}

#[test]
fn the_first_missing_module_is_the_runtimes_and_the_others_follow_with_their_chains() {
    let verdict = judge(&chained(), "");
    let told = missing(&verdict);
    assert!(
        told[0].starts_with("Unable to import module 'app': No module named 'absent' (app → outer → inner → absent)")
    );
    assert!(told[1].starts_with("No module named 'second' would be next (app → outer → second)"), "{told:?}");
    assert_eq!(told.len(), 2);
    assert_eq!(outcome(&verdict, "imports.missing"), Outcome::Found(Severity::Error));
    let whole = chained().with("absent/part.py", "").with("second.py", "");
    assert_eq!(outcome(&judge(&whole, ""), "imports.missing"), Outcome::Passed);
}

#[test]
fn what_is_missing_is_told_with_where_it_is_instead() {
    let files = chained().with("absent/part.py", "").with("second.py", "");
    let cause = |body: &str, words: &str, cure: &str| {
        let finding = found(&judge(&files, body), "imports.missing").unwrap();
        assert!(finding.message.contains(words) && finding.cure.contains(cure), "{finding:?}");
    };
    cause(
        "[left-out]\ninner = { because = \"x\" }",
        "inner is left out",
        "put inner back into the function or a layer",
    );
    let dropped = "environment = { PYTHONPATH = \"/x\" }\nlayers = [\"l\"]\n[layer.l]\npackages = [\"outer\"]";
    cause(dropped, "outer lies in the layers, which PYTHONPATH does not name", "take PYTHONPATH out");
    let unnamed = "environment = { PYTHONPATH = \"/x\" }\n[efs]\npackages = [\"outer\"]";
    cause(unnamed, "outer lies in EFS", "set PYTHONPATH=/mnt/packages");
    cause("[slim]\nexclude = [\"inner/deep.py\"]", "slimming leaves it out of inner", "inner/deep/**");
}

#[test]
fn a_zip_as_it_is_searches_its_root_alone() {
    let vendored = app("import x").with_distribution("vendor/", "x", "1.0", &["x/__init__.py"]);
    let bundle = vendored.bundle();
    let plan = plan(HANDLER);
    shows(
        "imports.missing",
        Severity::Error,
        "x lies in vendor/, which is not searched",
        &judged_as(Judged::Zip, &bundle, &plan),
        &judged_as(Judged::Plan, &bundle, &plan),
    );
}

#[test]
fn what_lies_in_a_folder_of_your_own_is_told_with_the_folder() {
    let told = |files: Files| found(&judge(&files, ""), "imports.missing").unwrap().message.clone();
    for place in ["vendor/absent/__init__.py", "lib/python/absent.py"] {
        let folder = place.split("/absent").next().unwrap();
        let message = told(app("import absent").with(place, ""));
        assert!(message.ends_with(&format!("absent lies in {folder}/, which is not searched")), "{message}");
    }
    let message = told(app("import absent").with("vendor/other.py", "").with("data/absent.txt", ""));
    assert!(message.ends_with("nothing in the function, its layers, EFS or the runtime has it"), "{message}");
}

/// The folder was zipped instead of what is in it, or the runtime is one of another language.
#[test]
fn a_handler_that_is_not_found_is_looked_for_where_it_may_be() {
    let cure = |build: &Bundle, body: &str| found(&verdict(build, &plan(body)), "plan.handler").unwrap().cure;
    let within = Files::default().with("build/app.py", "def run(event, context): pass\n").bundle();
    let words = cure(&within, "handler = \"app.run\"");
    assert!(words.contains("app lies in build/") && words.contains("\"build/app.run\""), "{words}");
    let note = found(&verdict(&within, &plan("handler = \"build/app.run\"")), "plan.handler").unwrap();
    assert!(note.severity == Severity::Note && note.cure.contains("if it is told app.run"), "{note:?}");
    let beside = Files::default().with("src/app.py", "def run(event, context): pass\n").with("data.txt", "").bundle();
    let verdict = verdict(&beside, &plan("handler = \"src/app.run\""));
    assert_eq!(outcome(&verdict, "plan.handler"), Outcome::Passed);
}

/// Something may be missing, and nobody looked.
#[test]
fn without_a_runtime_imports_are_undecided() {
    let of = |files: Files, body: &str| {
        let plan = parse_plan(&format!("version = 1\n[function.f]\n{body}")).unwrap();
        outcome(&verdict(&files.bundle(), &plan), "imports.missing")
    };
    let undecided = of(app("import absent"), HANDLER);
    assert!(matches!(&undecided, Outcome::Undecided(why) if why.contains("--runtime")), "{undecided:?}");
    assert!(matches!(of(app("import absent"), ""), Outcome::Skipped(_)), "nor is it known what would be imported");
    assert!(matches!(of(Files::default().with("app.js", ""), HANDLER), Outcome::Skipped(_)), "no Python");
}

#[test]
fn a_pythonpath_is_worked_out_where_one_is_needed_and_only_there() {
    let files = chained().with("absent/part.py", "").with("second.py", "");
    let said = |body: &str| found(&judge(&files, body), "pythonpath.needed").map(|finding| finding.message);
    let needs = |path: &str| Some(format!("the function needs PYTHONPATH={path}"));
    assert_eq!(said("layers = [\"l\"]\n[layer.l]\npackages = [\"outer\"]"), None, "layers are searched without one");
    assert_eq!(said("[efs]\npackages = [\"outer\"]"), needs("/mnt/packages"));
    let both = "layers = [\"l\"]\n[layer.l]\npackages = [\"inner\"]\n[efs]\npackages = [\"outer\"]";
    assert_eq!(said(both), needs("/opt/python:/mnt/packages"));
    assert_eq!(outcome(&judge(&files, both), "imports.missing"), Outcome::Passed, "and it is reckoned with");
    let set = said("environment = { PYTHONPATH = \"/var/task\" }").unwrap();
    assert!(set.contains("this plan needs none"), "{set}");
    let kept = app("import x").with_distribution("vendor/", "x", "1.0", &["x/__init__.py"]);
    let kept = judge(&kept, "[pack]\nkeep_folders = true");
    assert_eq!(found(&kept, "pythonpath.needed").map(|it| it.message), needs("/var/task/vendor"));
    assert_eq!(outcome(&kept, "imports.missing"), Outcome::Passed);
}

#[test]
fn a_pythonpath_that_leads_nowhere_is_told() {
    let files = chained();
    let wrong = judge(&files, "environment = { PYTHONPATH = \"/var/task/vendro:/opt/python\" }");
    let right = judge(&files, "environment = { PYTHONPATH = \"/var/task:/opt/python\" }");
    shows("pythonpath.folders", Severity::Warning, "/var/task/vendro", &wrong, &right);
}

#[test]
fn up_to_python_3_10_the_runtimes_sdk_comes_before_a_pythonpath() {
    let files = app("import boto3").with_distribution("", "boto3", "1.0", &["boto3/__init__.py"]);
    let on = |runtime: &str| {
        verdict(&files.clone().bundle(), &plan_on(runtime, &format!("{HANDLER}[efs]\npackages = [\"boto3\"]")))
    };
    shows("pythonpath.sdk", Severity::Warning, "boto3", &on("python3.10"), &on("python3.11"));
}

#[test]
fn what_the_runtime_gives_is_a_note() {
    let (from_runtime, own) = (app("import boto3, dateutil.tz"), app("import boto3"));
    let own = own.with_distribution("", "boto3", "1.0", &["boto3/__init__.py"]);
    let words = "boto3 and python-dateutil come from the runtime";
    shows("imports.runtime", Severity::Note, words, &judge(&from_runtime, ""), &judge(&own, ""));
    assert_eq!(outcome(&judge(&from_runtime, ""), "imports.missing"), Outcome::Passed);
}

#[test]
fn conditions_are_no_errors_and_functions_of_your_own_are_told() {
    let caught = app("try:\n    import absent\nexcept ImportError:\n    absent = None\n");
    let there = caught.clone().with("absent.py", "");
    shows(
        "imports.conditional",
        Severity::Note,
        "absent is imported under a condition",
        &judge(&caught, ""),
        &judge(&there, ""),
    );
    assert_eq!(outcome(&judge(&caught, ""), "imports.missing"), Outcome::Passed);
    let later = app("def later():\n    import absent\n");
    let there = later.clone().with("absent.py", "");
    shows(
        "imports.conditional",
        Severity::Warning,
        "app.py imports absent in a function",
        &judge(&later, ""),
        &judge(&there, ""),
    );
}

#[test]
fn a_changed_search_path_is_followed_or_makes_what_is_missing_unknown() {
    let beside = |edit: &str| app(&format!("import os, sys\n{edit}\nimport x\n")).with("lib/x.py", "");
    let followed = [
        "sys.path.append('lib')",
        "sys.path.insert(0, '/var/task/lib')",
        "HERE = os.path.dirname(os.path.realpath(__file__))\nsys.path.append(os.path.join(HERE, 'lib'))",
        "sys.path += [os.environ['LAMBDA_TASK_ROOT'] + '/lib']",
        "import pathlib\nsys.path.append(str(pathlib.Path(__file__).parent / 'lib'))",
    ];
    for edit in followed {
        assert_eq!(outcome(&judge(&beside(edit), ""), "imports.missing"), Outcome::Passed, "{edit}");
    }
    let computed = judge(&beside("sys.path.append(open('where').read())"), "");
    assert!(matches!(outcome(&computed, "imports.missing"), Outcome::Undecided(_)), "neither there nor missing");
    assert_eq!(found(&computed, "imports.missing").unwrap().severity, Severity::Warning);
    let followed = judge(&beside("sys.path.append('lib')"), "");
    shows("imports.followed", Severity::Note, "app.py changes sys.path", &computed, &followed);
    let plain = judge(&beside("sys.path.append('elsewhere')"), "");
    assert_eq!(outcome(&plain, "imports.missing"), Outcome::Found(Severity::Error), "it is known to lead elsewhere");
}

#[test]
fn names_that_are_computed_are_told_once() {
    let computed = app("import importlib, os\nimportlib.import_module(os.environ['PLUGIN'])\nimport one");
    let computed = computed.with("one.py", "__import__(input())\n");
    let verdict = judge(&computed, "");
    let told: Vec<&Finding> = verdict.findings.iter().filter(|it| it.id == "imports.followed").collect();
    assert_eq!(told.len(), 1, "{told:?}");
    shows(
        "imports.followed",
        Severity::Note,
        "app.py imports modules by names that it computes",
        &verdict,
        &judge(&app(""), ""),
    );
}

#[test]
fn the_handlers_function_is_looked_for() {
    let files = app("import json").with("src/app.py", FUNCTION).with("star.py", "from app import *\n");
    let of = |handler: &str| verdict(&files.clone().bundle(), &plan(&format!("handler = \"{handler}\"\n")));
    let good = of("app.handler");
    shows("plan.handler", Severity::Error, "Handler 'main' missing on module 'app'", &of("app.main"), &good);
    shows(
        "plan.handler",
        Severity::Error,
        "Cannot use built-in module time",
        &{
            let files = files.clone().with("time.py", FUNCTION);
            verdict(&files.bundle(), &plan("handler = \"time.handler\"\n"))
        },
        &good,
    );
    for there in ["src/app.handler", "src.app.handler", "star.anything", "app.json"] {
        assert_eq!(outcome(&of(there), "plan.handler"), Outcome::Passed, "{there}");
    }
}

fn asking(requires: &str) -> Files {
    let files = app("import x").with_distribution("", "x", "1.0", &["x/__init__.py"]);
    let metadata = format!("Metadata-Version: 2.1\nName: x\nVersion: 1.0\nRequires-Dist: {requires}\n\n");
    files.with("x-1.0.dist-info/METADATA", metadata)
}

#[test]
fn what_only_metadata_asks_for_is_a_warning() {
    let (bad, good) = (judge(&asking("y"), ""), judge(&asking("y; python_version < '3'"), ""));
    shows("imports.metadata", Severity::Warning, "y is asked for by the metadata of x", &bad, &good);
    let held = judge(&asking("urllib3"), "");
    assert_eq!(found(&held, "imports.metadata"), None, "the runtime has it");
    let imported = asking("y").with("x/__init__.py", "import y\n");
    let verdict = judge(&imported, "");
    assert_eq!(found(&verdict, "imports.metadata"), None, "told once, as what it is");
    assert_eq!(missing(&verdict).len(), 1);
    assert!(found(&verdict, "imports.missing").unwrap().cure.contains("add y to what the build installs"));
}

#[test]
fn versions_that_do_not_fit_are_a_warning() {
    let with = |requires: &str| asking(requires).with_distribution("", "y", "2.0", &["y/__init__.py"]);
    let (bad, good) = (judge(&with("y<2"), ""), judge(&with("y>=2"), ""));
    shows("imports.versions", Severity::Warning, "x 1.0 asks for y<2, and y 2.0 is there", &bad, &good);
}

#[test]
fn what_hides_the_standard_library_is_told() {
    let (bad, good) = (app("").with("secrets.py", ""), app("").with("my_secrets.py", "").with("test/__init__.py", ""));
    shows(
        "imports.standard-library",
        Severity::Warning,
        "secrets in /var/task is found instead",
        &judge(&bad, ""),
        &judge(&good, ""),
    );
}

#[test]
fn somebody_elses_layer_makes_it_a_doubt() {
    let arn = "arn:aws:lambda:eu-west-1:123456789012:layer:theirs:1";
    let layer = |provides: &str| {
        format!("layers = [\"l\"]\n[layer.l]\narn = \"{arn}\"\nunzipped_bytes = 1\nprovides = [{provides}]")
    };
    let doubted = judge(&app("import theirs"), &layer(""));
    let finding = found(&doubted, "imports.missing").unwrap();
    assert_eq!((finding.severity, finding.message.contains("layer l may have it")), (Severity::Warning, true));
    assert_eq!(outcome(&judge(&app("import theirs"), &layer("\"Theirs\"")), "imports.missing"), Outcome::Passed);
}

#[test]
fn chains_and_circles_of_any_length_are_walked() {
    let length = 4_000;
    let link = |number: usize| format!("import m{}\nimport m{}\n", number + 1, number / 2);
    let chain = (0..length).fold(app("import m0"), |files, number| files.with(&format!("m{number}.py"), link(number)));
    let told = judge(&chain, "");
    assert!(missing(&told)[0].contains(&format!("No module named 'm{length}'")), "{:?}", missing(&told));
}

#[test]
fn without_imports_read_nothing_is_stated() {
    let bundle: Bundle = app("import absent").bundle();
    let facts = bayplan::model::facts::Facts { modules: None, ..(*bundle.facts).clone() };
    let bundle = bayplan::attribute::attribute(bundle.listing.clone(), std::sync::Arc::new(facts));
    let judged = verdict(&bundle, &plan(HANDLER));
    assert!(matches!(outcome(&judged, "imports.missing"), Outcome::Undecided(_)));
    let other = verdict(&bundle, &plan_on("nodejs22.x", HANDLER));
    assert!(matches!(outcome(&other, "imports.missing"), Outcome::Skipped(_)), "not a Python");
}
