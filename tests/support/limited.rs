//! Runs bayplan as nobody may run it for free: it is killed when it takes too long, and what it took of memory is looked
//! at. A run that panics, dies by a signal or prints something raw fails wherever it happens.

#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

#[path = "ended.rs"]
mod ended;

use std::path::Path;
use std::time::Duration;

/// What is promised of the program as it is shipped; unoptimised, on a machine that does other things, it gets longer.
const LONGEST: Duration = Duration::from_secs(if cfg!(debug_assertions) { 90 } else { 10 });
/// What is promised of memory, in bytes.
const MOST: u64 = 512 << 20;

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// Runs it in a folder; its caches lie there too, unless it is told not to keep any.
pub fn run(folder: &Path, arguments: &[&str]) -> Run {
    let ended = ended::run(folder, folder, arguments);
    let text = |bytes| String::from_utf8(bytes).expect("what is printed is UTF-8");
    assert!(!ended.hung && ended.took <= LONGEST, "{arguments:?} takes {:?}", ended.took);
    let run = Run { code: ended.code.unwrap_or(-1), out: text(ended.out), err: text(ended.err) };
    assert!(
        (0..=2).contains(&run.code),
        "{arguments:?} ended with {} or signal {:?}\n{}",
        run.code,
        ended.signal,
        run.err
    );
    assert!(!run.err.contains("panicked"), "{}", run.err);
    assert!(ended.memory <= MOST, "{arguments:?} takes {} bytes", ended.memory);
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
