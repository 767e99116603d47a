//! What fit slims still imports and fits a model, in AWS's own runtime client: the story's bundle on CPython 3.10, the same
//! names of today on 3.13, and numpy 2.2 with scikit-learn, which needs some of numpy's tests.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/real.rs"]
mod real;
#[path = "support/runtime.rs"]
mod runtime;

use std::path::{Path, PathBuf};

use bayplan::attribute::{Wanted, attribute, read_facts};
use bayplan::model::bucket::Bucket;
use bayplan::model::bundle::Bundle;
use bayplan::model::cargo::{leaves_out, slimming};
use bayplan::model::plan::Plan;
use bayplan::model::watch::Unwatched;
use bayplan::planfile::parse_plan;
use bayplan::scan;
use runtime::{Outcome, Start};

/// Imports all that the story's handler does, and fits and asks a model.
const FITS: &str = "\
import numpy as np, sklearn
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.ensemble import RandomForestClassifier
import scipy.stats, scipy.sparse, scipy.optimize
try:
    import boto3, pandas as pd
    table = pd.DataFrame({'a': [1, 2, 2], 'b': [3.0, 4.0, 5.0]}).groupby('a').mean()
    rows, sdk = len(table), boto3.session.Session().client is not None
except ModuleNotFoundError as missing:
    if missing.name not in ('boto3', 'pandas'):
        raise
    rows, sdk = 2, True
def handler(event, context):
    x = np.arange(20).reshape(-1, 1)
    line = LinearRegression().fit(x, 2 * x.ravel() + 1)
    forest = RandomForestClassifier(n_estimators=3).fit(x, x.ravel() > 9)
    logistic = LogisticRegression().fit(x, x.ravel() > 9)
    return [round(float(line.coef_[0]), 6), bool(forest.predict([[15]])[0]), bool(logistic.predict([[1]])[0]), rows, sdk]
";

fn bundle(folder: &Path) -> Bundle {
    let scanned = scan::open(folder, &Unwatched).unwrap();
    let facts = read_facts(&scanned.listing, &*scanned.contents, Wanted::VERDICT, &Unwatched);
    attribute(scanned.listing, std::sync::Arc::new(facts))
}

/// Asks fit for a plan of what lies in a folder.
fn fitted(folder: &Path, to: &Path) -> Plan {
    let file = to.join("plan.toml");
    let arguments = ["fit", folder.to_str().unwrap(), "--out", file.to_str().unwrap()];
    let ended = real::bayplan(&arguments);
    assert_eq!(ended.status.code(), Some(0), "{}{}", real::text(&ended.stdout), real::text(&ended.stderr));
    parse_plan(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// Copies what the plan leaves in the function, as packing would lay it out; says how many bytes that are.
fn lay_out(source: &Path, plan: &Plan, task: &Path) -> u64 {
    let bundle = bundle(source);
    let slim = slimming(plan);
    let mut bytes = 0;
    for entry in bundle.listing.entries() {
        let Some(owner) = bundle.owner(entry).filter(|_| !leaves_out(&bundle, &slim, entry)) else { continue };
        let package = bundle.package(owner);
        if plan.bucket_of(&package.key) == Bucket::Function {
            let path = |bytes: Vec<u8>| PathBuf::from(String::from_utf8(bytes).unwrap());
            let to = task.join(path(bundle.listing.path_below(entry, package.root)));
            std::fs::create_dir_all(to.parent().unwrap()).unwrap();
            bytes += std::fs::copy(source.join(path(bundle.listing.path(entry))), to).unwrap();
        }
    }
    std::fs::write(task.join("fits.py"), FITS).unwrap();
    bytes
}

fn start(python: &'static str, task: &Path) -> Outcome {
    let handler = "fits.handler".to_owned();
    Start { python, task: task.to_owned(), opt: None, efs: None, environment: Vec::new(), handler }.run()
}

fn good() -> Outcome {
    Outcome::Answered(serde_json::json!([2.0, true, false, 2, true]))
}

#[track_caller]
fn fits_and_runs(corpus: &str, python: &'static str, gone: &[&str]) {
    let desk = tempfile::tempdir().unwrap();
    let source = real::corpus(corpus);
    let plan = fitted(&source, desk.path());
    let task = desk.path().join("task");
    let bytes = lay_out(&source, &plan, &task);
    assert!(bytes < 262_144_000, "{bytes}");
    for path in gone {
        assert!(source.join(path).exists() && !task.join(path).exists(), "{path} does not leave");
    }
    assert_eq!(start(python, &task), good());
}

#[test]
fn the_storys_bundle_fits_and_fits_a_model_on_3_10() {
    fits_and_runs("seed", "3.10", &["boto3", "scipy/linalg/tests/test_basic.py"]);
}

#[test]
fn todays_packages_fit_and_fit_a_model_on_3_13() {
    // Without the SDK the headroom would be used up, so bytecode leaves instead.
    fits_and_runs("today", "3.13", &["numpy/__pycache__", "scipy/linalg/tests/test_basic.py"]);
}

#[test]
fn numpy_2_2_keeps_the_tests_that_scikit_learn_needs() {
    let wheels = std::env::var_os("BAYPLAN_WHEELS").expect("BAYPLAN_WHEELS names the folder of tests/wheels.sh");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join(wheels).join("fit/numpy-2.2");
    let desk = tempfile::tempdir().unwrap();
    let text = "version = 1\n[function.f]\nruntime = \"python3.13\"\n[slim]\nrules = [\"tests\"]\n";
    let plan = parse_plan(text).unwrap();
    let task = desk.path().join("task");
    lay_out(&source, &plan, &task);
    assert!(!task.join("numpy/_core/tests/test_numeric.py").exists(), "the rest of the tests is gone");
    assert_eq!(start("3.13", &task), good());
    // Without what the rule keeps, the client says what was foreseen: the test can fail.
    std::fs::remove_dir_all(task.join("numpy/_core/tests")).unwrap();
    let Outcome::Failed { message, .. } = start("3.13", &task) else { panic!("numpy 2.2 needs its tests") };
    assert!(message.contains("No module named 'numpy._core.tests'"), "{message}");
}
