//! A terminal works off what it is sent in order, so its answer to a question says that it took in all before.

use std::io::{self, Write, stdout};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::stdio::stdin;

/// Whether all is well, which every terminal knows to answer.
const QUESTION: &[u8] = b"\x1b[5n";
const ANSWER: &[u8] = b"\x1b[0n";
/// A terminal that answers nothing is waited for no longer.
const PATIENCE: Duration = Duration::from_secs(1);

pub(super) fn ask() -> io::Result<()> {
    let mut out = stdout().lock();
    out.write_all(QUESTION)?;
    out.flush()
}

/// Reads until the answer has come. What was typed in the meantime was meant for a screen that is gone.
pub(super) fn wait() {
    let asked = Instant::now();
    let mut heard = Vec::new();
    let mut buffer = [0; 1024];
    while let Some(left) = PATIENCE.checked_sub(asked.elapsed()) {
        let left = Timespec::try_from(left).unwrap_or_default();
        match poll(&mut [PollFd::new(&stdin(), PollFlags::IN)], Some(&left)) {
            Ok(0) => return,
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
        }
        match rustix::io::read(stdin(), &mut buffer) {
            Ok(0) => return,
            Ok(count) => heard.extend_from_slice(&buffer[..count]),
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return,
        }
        if heard.windows(ANSWER.len()).any(|window| window == ANSWER) {
            return;
        }
        // All that matters of it is an answer that has begun.
        heard.drain(..heard.len().saturating_sub(ANSWER.len()));
    }
}
