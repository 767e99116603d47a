//! What bayplan gives each distribution is what Python's own `importlib.metadata` says that it installed. Needs
//! `python3` and the folder of real bundles that BAYPLAN_CORPORA names, with `seed` and `today` in it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use bayplan::model::bytes::Bytes;
use bayplan::model::class::Class;

/// Adds up, for each distribution, the files of its RECORD that are there, bytecode apart: one line each.
const PYTHON: &str = r#"
import os, re, sys
from importlib.metadata import distributions
for found in distributions(path=[sys.argv[1]]):
    paths = {re.sub(r"^(\.\./)+", "", str(path)) for path in found.files or []}
    paths |= {os.path.join(found._path.name, name) for name in os.listdir(found._path)}
    paths = [os.path.join(sys.argv[1], path) for path in paths if not path.endswith(".pyc")]
    total = sum(os.path.getsize(path) for path in paths if os.path.isfile(path))
    print(re.sub(r"[-_.]+", "-", found.metadata["Name"]).lower(), total)
"#;

fn corpus(name: &str) -> PathBuf {
    let corpora = std::env::var_os("BAYPLAN_CORPORA");
    let folder = PathBuf::from(corpora.expect("BAYPLAN_CORPORA names the folder of real bundles")).join(name);
    assert!(folder.is_dir(), "{} is missing; build it with tests/corpora.sh", folder.display());
    folder
}

fn as_python_says(folder: &Path) -> BTreeMap<String, Bytes> {
    let output = Command::new("python3").args(["-c", PYTHON]).arg(folder).output().expect("python3 runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    lines
        .lines()
        .filter_map(|line| line.split_once(' '))
        .map(|(key, sum)| (key.to_owned(), Bytes(sum.parse().unwrap())))
        .collect()
}

#[test]
fn every_distribution_weighs_what_python_says() {
    for name in ["seed", "today"] {
        let folder = corpus(name);
        let bundle = bundles::bundle_at(&folder);
        bundles::assert_every_byte_has_one_owner(&bundle);
        let distributions = bundle.packages().iter().filter(|package| package.distribution.is_some());
        let ours: BTreeMap<String, Bytes> = distributions
            .map(|package| {
                let bytecode = [Class::Bytecode, Class::TestBytecode].map(|class| package.of_class(class).unzipped);
                let sources = package.load().unzipped.less(bytecode.into_iter().sum());
                (package.key.as_str().to_owned(), sources)
            })
            .collect();
        assert_eq!(ours, as_python_says(&folder), "{name}");
    }
}
