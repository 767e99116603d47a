//! A small build that does not fit, for whatever is done to plans and on the screen: a scientific stack with tests,
//! bytecode, files of one's own, and two distributions that cannot be parted.

use std::sync::{Arc, LazyLock};

use bayplan::attribute::{Wanted, attribute, read_facts};
use bayplan::model::bundle::Bundle;
use bayplan::model::plan::Plan;
use bayplan::model::shape::Handler;
use bayplan::model::target::Target;
use bayplan::model::watch::Unwatched;
use bayplan::session::Opened;

use super::build::{Build, File};
use super::holds::{background, target};

/// Paths with their bytes; what is read of them lies in the metadata alone.
const FILES: &[(&str, u64)] = &[
    ("app.py", 900),
    ("bin/ffmpeg", 30_000_000),
    ("google/auth/__init__.py", 400_000),
    ("google/cloud/__init__.py", 700_000),
    ("models/large.bin", 20_000_001),
    ("models/small.bin", 17),
    ("numpy/__init__.py", 8_000),
    ("numpy/__pycache__/__init__.cpython-313.pyc", 9_000),
    ("numpy/core/all.so", 60_000_000),
    ("numpy/tests/__pycache__/test_all.cpython-313.pyc", 3_000),
    ("numpy/tests/test_all.py", 5_000_000),
    ("numpy.libs/libblas.so", 35_000_000),
    ("pandas/__init__.pyi", 2_000),
    ("pandas/all.so", 70_000_000),
    ("scipy/all.so", 80_000_000),
    ("six.py", 34_000),
    ("vendor/six.py", 34_001),
];

/// Distributions with what they need and own.
const DISTRIBUTIONS: &[(&str, &str, &str, &[&str])] = &[
    ("google_auth-2.0", "google-auth", "six", &["google/auth/__init__.py"]),
    ("google_cloud-1.0", "google-cloud", "google-auth >=2", &["google/cloud/__init__.py"]),
    (
        "numpy-2.1",
        "numpy",
        "",
        &[
            "numpy/__init__.py",
            "numpy/__pycache__/__init__.cpython-313.pyc",
            "numpy/core/all.so",
            "numpy/tests/__pycache__/test_all.cpython-313.pyc",
            "numpy/tests/test_all.py",
            "numpy.libs/libblas.so",
        ],
    ),
    ("pandas-2.0", "pandas", "numpy; python_version >= '3.9'", &["pandas/__init__.pyi", "pandas/all.so"]),
    ("scipy-1.10", "scipy", "numpy <3", &["scipy/all.so"]),
    ("six-1.16", "six", "", &["six.py"]),
];

/// The build, read once.
pub fn bundle() -> Arc<Bundle> {
    static BUNDLE: LazyLock<Arc<Bundle>> = LazyLock::new(|| read(true));
    BUNDLE.clone()
}

/// The same after another build: a distribution is gone, and one's own files with it.
pub fn rebuilt() -> Arc<Bundle> {
    static BUNDLE: LazyLock<Arc<Bundle>> = LazyLock::new(|| read(false));
    BUNDLE.clone()
}

fn read(whole: bool) -> Arc<Bundle> {
    let is_there = |path: &str| whole || !path.starts_with("six") && !path.starts_with("models");
    let metadata: Vec<(String, Vec<u8>)> = DISTRIBUTIONS.iter().flat_map(metadata).collect();
    let metadata = metadata.iter().map(|(path, content)| (path.as_str(), File::Content(content)));
    let files = FILES.iter().map(|(path, length)| (*path, File::Length(*length)));
    let build = Build::of(&metadata.chain(files).filter(|(path, _)| is_there(path)).collect::<Vec<_>>());
    let facts = read_facts(&build.listing, &build, Wanted::OWNERS, &Unwatched);
    Arc::new(attribute(build.listing, Arc::new(facts)))
}

fn metadata((folder, name, needs, files): &(&str, &str, &str, &[&str])) -> [(String, Vec<u8>); 2] {
    let version = folder.rsplit('-').next().unwrap_or_default();
    let needs = if needs.is_empty() { String::new() } else { format!("Requires-Dist: {needs}\n") };
    let rows: String = files.iter().map(|file| format!("{file},,\n")).collect();
    [
        (format!("{folder}.dist-info/METADATA"), format!("Name: {name}\nVersion: {version}\n{needs}").into_bytes()),
        (format!("{folder}.dist-info/RECORD"), rows.into_bytes()),
    ]
}

/// What it runs on.
pub fn python() -> Target {
    target("python3.13")
}

/// A fresh plan over it.
pub fn plan() -> Plan {
    let mut plan = Plan::new("small");
    plan.function.handler = Handler::try_from("app.handler".to_owned()).ok();
    plan.function.target = python();
    plan
}

/// The build as a session is given it.
pub fn opened(bundle: Arc<Bundle>) -> Opened {
    let (target, background) = (python(), background(&bundle));
    let graph = bundle.graph(&target);
    Opened { bundle, plan: plan(), target, graph, background, words: None }
}
