//! What happened on the screen, written down line by line for whoever looks into a bug: `--log FILE`.
//!
//! Each line is on disk before the next thing happens, so that the last one tells what came before an end. Lines are
//! added to what the file holds.

use std::fmt::{Debug, Display};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use crate::model::escape::printable;
use crate::session::Message;

/// One log for a run of the program, which the hook for panics knows too.
static LOG: OnceLock<Log> = OnceLock::new();

struct Log {
    file: Mutex<File>,
    began: Instant,
}

/// Begins to write. Without it, nothing is written anywhere.
pub(super) fn begin(path: &Path) -> io::Result<()> {
    let file = OpenOptions::new().create(true).append(true).open(path)?;
    let _ = LOG.set(Log { file: Mutex::new(file), began: Instant::now() });
    line("begin", &format_args!("bayplan {}", env!("CARGO_PKG_VERSION")));
    Ok(())
}

/// Writes a line: what it is about, and what is to be said. A disk that is full ends no session.
pub(super) fn line(about: &str, words: &dyn Display) {
    let Some(log) = LOG.get() else { return };
    let words = printable(words.to_string().as_bytes());
    let text = format!("{:12.6} {about} {words}\n", log.began.elapsed().as_secs_f64());
    let _ = log.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(text.as_bytes());
}

/// Something as the program sees it.
pub(super) fn debug(about: &str, what: &dyn Debug) {
    if LOG.get().is_some() {
        line(about, &format!("{what:?}"));
    }
}

/// A message, by its kind alone where it holds a whole bundle or plan.
pub(super) fn message(message: &Message) {
    match message {
        Message::Progress(_) => line("message", &"progress of the scan"),
        Message::Opened(opened) => {
            line("message", &format_args!("opened, {} packages", opened.bundle.packages().len()));
        }
        Message::Ready(..) => line("message", &"ready"),
        Message::Judged { .. } => line("message", &"judged"),
        Message::Arranged(_) => line("message", &"rows"),
        Message::Zipped(_) => line("message", &"more zipped sizes"),
        Message::Foreseen { verdict, .. } => {
            line("message", &format_args!("foreseen, {} findings", verdict.findings.len()));
        }
        Message::Advised { .. } => line("message", &"advice of fit"),
        Message::Saved { words, .. } => line("message", &format_args!("saved: {words}")),
        Message::Viewport(_) | Message::Packing(_) => {}
        message => debug("message", message),
    }
}

/// How long a frame took, from the first thing that it shows to its last cell.
pub(super) fn frame(took: Duration) {
    line("frame", &format_args!("{:.3} ms", took.as_secs_f64() * 1000.0));
}
