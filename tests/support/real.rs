//! What the tests with real tools share: where the corpora lie, how a tool is called, and what a report says.
//!
//! `.ci/run` installs the tools and builds the corpora; a missing one is a failure here, never a test left out.

#![allow(dead_code, reason = "each test target that includes this file uses a part of it")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// One of the bundles that `tests/corpora.sh` builds.
pub fn corpus(name: &str) -> PathBuf {
    let folder = std::env::var_os("BAYPLAN_CORPORA").expect("BAYPLAN_CORPORA names the folder of tests/corpora.sh");
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(name);
    assert!(place.is_dir(), "{} is missing: tests/corpora.sh builds it", place.display());
    place
}

/// The Python that `.ci/run` set up.
pub fn python() -> String {
    std::env::var("BAYPLAN_PYTHON").unwrap_or_else(|_| "python3".to_owned())
}

/// Runs a tool and returns what it wrote; fails if it is missing or fails.
#[track_caller]
pub fn tool(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    assert!(output.status.success(), "{command:?} failed:\n{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// Runs bayplan without a terminal.
pub fn bayplan(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bayplan")).args(arguments).output().expect("bayplan can be started")
}

/// Bytes as text, for messages.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The part of `report --format json` that these tests judge.
#[derive(Debug)]
pub struct Report {
    /// The bundle's bytes, unzipped.
    pub bytes: u64,
    /// The bytes of each package, by its key.
    pub packages: BTreeMap<String, u64>,
    /// The ids of the findings.
    pub findings: Vec<String>,
}

/// The report of a build, which must exit with `code`.
#[track_caller]
pub fn report(path: &Path, code: i32) -> Report {
    let output = bayplan(&["report", "--format", "json", path.to_str().expect("our paths are UTF-8")]);
    assert_eq!(output.status.code(), Some(code), "report of {} said:\n{}", path.display(), text(&output.stderr));
    Report::read(&output.stdout)
}

impl Report {
    /// Reads the JSON; a name that is not there fails with the whole text, which is the contract with the users.
    #[track_caller]
    pub fn read(json: &[u8]) -> Self {
        let value: serde_json::Value = serde_json::from_slice(json).expect("report --format json writes JSON");
        let number =
            |value: &serde_json::Value| value.as_u64().unwrap_or_else(|| panic!("{value} is no size:\n{}", text(json)));
        let word = |value: &serde_json::Value| {
            value.as_str().unwrap_or_else(|| panic!("{value} is no text:\n{}", text(json))).to_owned()
        };
        let rows =
            |name: &str| value[name].as_array().unwrap_or_else(|| panic!("no array {name:?}:\n{}", text(json))).clone();
        Self {
            bytes: number(&value["bytes"]),
            packages: rows("packages").iter().map(|row| (word(&row["key"]), number(&row["bytes"]))).collect(),
            findings: rows("findings").iter().map(|row| word(&row["id"])).collect(),
        }
    }
}
