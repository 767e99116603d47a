//! Runs bayplan as nobody may run it for free: it is killed when it takes too long, and what it took of memory is looked
//! at. A run that panics, dies by a signal or prints something raw fails wherever it happens.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use wait4::Wait4;

/// What is promised of the program as it is shipped; unoptimised, on a machine that does other things, it gets longer.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 90 } else { 10 });
/// What is promised of memory.
const MOST_MB: u64 = 512;
/// Where a run that goes out of bounds is stopped by the system, before the machine is.
const STOPPED_AT_KB: u64 = 8 << 20;

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs it in a folder; its caches lie there too, unless it is told not to keep any.
pub fn run(folder: &Path, arguments: &[&str]) -> Run {
    let keep = |name: &str| folder.join(format!(".run-{name}"));
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -v {STOPPED_AT_KB}; exec \"$0\" \"$@\"")]).arg(env!("CARGO_BIN_EXE_bayplan"));
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command.stdout(File::create(keep("out")).unwrap()).stderr(File::create(keep("err")).unwrap());
    for variable in ["CI", "NO_COLOR", "CLICOLOR_FORCE", "COLUMNS", "XDG_CONFIG_HOME"] {
        command.env_remove(variable);
    }
    let mut child = command.env("HOME", folder).env("XDG_CACHE_HOME", folder.join("cache")).spawn().unwrap();
    let began = Instant::now();
    let used = loop {
        if let Some(used) = child.try_wait4().unwrap() {
            break used;
        }
        if began.elapsed() > LONGEST {
            child.kill().unwrap();
            panic!("{arguments:?} takes over {LONGEST:?}");
        }
        sleep(Duration::from_millis(2));
    };
    let text = |name| String::from_utf8(std::fs::read(keep(name)).unwrap()).expect("what is printed is UTF-8");
    let run = Run { code: used.status.code().unwrap_or(-1), out: text("out"), err: text("err") };
    assert!((0..=2).contains(&run.code), "{arguments:?} ended with {:?}\n{}", used.status, run.err);
    assert!(!run.err.contains("panicked"), "{}", run.err);
    let taken = used.rusage.maxrss >> 20;
    assert!(taken <= MOST_MB, "{arguments:?} takes {taken} MB");
    for shown in [&run.out, &run.err] {
        let raw = shown.chars().find(|letter| letter.is_control() && *letter != '\n');
        assert_eq!(raw, None, "{arguments:?} printed something raw:\n{shown:?}");
    }
    run
}

impl Run {
    /// Fails unless it could not do it, and says in a few lines which file is to blame and what is expected or to be done.
    #[track_caller]
    pub fn refuses(&self, what: &str, words: &[&str]) {
        assert_eq!(self.code, 2, "{what}: {}{}", self.out, self.err);
        let at = self.err.find("error: ").unwrap_or_else(|| panic!("{what}: no error in {:?}", self.err));
        let error = &self.err[at..];
        assert!((1..=4).contains(&error.lines().count()) && error.len() < 2_000, "{what}: {error}");
        for word in words {
            assert!(error.contains(word), "{what}: {word:?} is not in {error}");
        }
    }
}
