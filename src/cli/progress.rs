//! Long work on the command line: a line on standard error while a terminal looks on, and an end by Ctrl-C that leaves
//! nothing behind.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::output;
use crate::model::bytes::Bytes;
use crate::model::watch::Watch;

/// How often the line is drawn anew, in milliseconds.
const PACE: u64 = 100;

/// Watches work and says how far it is.
pub(super) struct Progress {
    doing: &'static str,
    all: Bytes,
    done: AtomicU64,
    began: Instant,
    /// When the line was drawn last, in milliseconds since it began.
    drawn: AtomicU64,
    is_seen: bool,
    is_cancelled: Arc<AtomicBool>,
}

impl Progress {
    /// Begins with nothing done, and asks the system to say when it is to end.
    pub(super) fn begin(doing: &'static str, all: Bytes) -> anyhow::Result<Progress> {
        let is_cancelled = Arc::new(AtomicBool::new(false));
        #[cfg(unix)]
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
            signal_hook::flag::register(signal, is_cancelled.clone())?;
        }
        Ok(Progress {
            doing,
            all,
            done: AtomicU64::new(0),
            began: Instant::now(),
            drawn: AtomicU64::new(0),
            is_seen: std::io::stderr().is_terminal(),
            is_cancelled,
        })
    }

    /// Takes the line away; returns the seconds that it took.
    pub(super) fn end(&self) -> f64 {
        if self.is_seen {
            output::redraw("");
        }
        self.began.elapsed().as_secs_f64()
    }

    fn draw(&self, done: Bytes) {
        let since = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let drawn = self.drawn.load(Ordering::Relaxed);
        if since < drawn + PACE || self.drawn.swap(since, Ordering::Relaxed) != drawn {
            return;
        }
        let seconds = Duration::from_millis(since).as_secs();
        let (done, all) = (done.in_megabytes(), self.all.in_megabytes());
        output::redraw(&format!("{} {done} of {all} MB, {seconds} s", self.doing));
    }
}

impl Watch for Progress {
    fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }

    fn packed(&self, bytes: Bytes) {
        let done = self.done.fetch_add(bytes.0, Ordering::Relaxed) + bytes.0;
        if self.is_seen {
            self.draw(Bytes(done));
        }
    }
}
