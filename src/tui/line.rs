//! The line between terminal and program, beyond raw mode: reading never waits, and what was typed for others is
//! forgotten.

use std::fs::File;
use std::io;

use rustix::fd::AsFd;
use rustix::stdio::stdin;
use rustix::termios::{OptionalActions, QueueSelector, SpecialCodeIndex, isatty, tcflush, tcgetattr, tcsetattr};

/// Reading gives what is there, if nothing, nothing. Raw mode alone waits for one byte more, and whoever has read half a
/// key reads on: over a slow line the screen would stand still until the other half has come.
pub(super) fn never_wait() -> io::Result<()> {
    with_line(|line| {
        let mut settings = tcgetattr(line)?;
        settings.special_codes[SpecialCodeIndex::VMIN] = 0;
        settings.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(line, OptionalActions::Now, &settings)
    })
}

/// Throws away what was typed and not read. A shell's line that was not ended and fills all that the system keeps would
/// let nothing in any more.
pub(super) fn forget_typed() -> io::Result<()> {
    with_line(|line| tcflush(line, QueueSelector::IFlush))
}

/// The line that keys are read from: standard input, or the terminal of the process.
fn with_line<T>(work: impl FnOnce(&dyn AsFd) -> rustix::io::Result<T>) -> io::Result<T> {
    if isatty(stdin()) { Ok(work(&stdin())?) } else { Ok(work(&File::open("/dev/tty")?)?) }
}
