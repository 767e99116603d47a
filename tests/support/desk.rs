//! A folder in which somebody works with bayplan, and how a run ended: exit code, results, words.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::path::PathBuf;
use std::process::Output;

use assert_cmd::Command;
use serde_json::Value;

use super::bundles::Files;

/// A folder in which somebody works: the build below it, the plan beside the build.
pub struct Desk(tempfile::TempDir);

impl Desk {
    pub fn new() -> Desk {
        Desk(tempfile::tempdir().unwrap())
    }

    /// With a build in the folder `build`.
    pub fn holding(build: &Files) -> Desk {
        let desk = Desk::new();
        build.write(&desk.path("build"));
        desk
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// Runs bayplan here, as a script would.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        for variable in ["CI", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(variable);
        }
        Ended::new(arguments, &command.current_dir(self.0.path()).args(arguments).output().unwrap())
    }
}

/// How a run ended.
pub struct Ended {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ended {
    pub fn new(arguments: &[&str], output: &Output) -> Ended {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let ended = Ended { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) };
        for shown in [&ended.out, &ended.err] {
            let raw = shown.chars().find(|letter| letter.is_control() && *letter != '\n');
            assert_eq!(raw, None, "{arguments:?} printed something raw:\n{shown:?}");
        }
        ended
    }

    pub fn exits(self, code: i32) -> Ended {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        self
    }

    /// Fails with exit code 2 and an error of one to three lines that names all of this.
    pub fn refuses(self, words: &[&str]) {
        let ended = self.exits(2);
        let at = ended.err.find("error: ").unwrap_or_else(|| panic!("no error in {}", ended.err));
        let error = &ended.err[at..];
        assert!((1..=4).contains(&error.lines().count()), "{error}");
        for word in words {
            assert!(error.contains(word), "{word:?} is not in {error}");
        }
    }

    pub fn prints(&self, words: &str) -> &Ended {
        assert!(self.out.contains(words), "{words:?} is not in\n{}", self.out);
        self
    }

    pub fn says(&self, words: &str) -> &Ended {
        assert!(self.err.contains(words), "{words:?} is not in\n{}", self.err);
        self
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}
