//! The one place that prints. A reader that has gone away is no error.

use std::borrow::Cow;
use std::io::{self, ErrorKind, Write};

use anstyle::{AnsiColor, Style};

use crate::report::defused;
use crate::tui::colour::{Depth, Ground, Palette};
use crate::tui::theme::{Alphabet, Wish};

/// Prints a result. Colours are taken out where they are not wanted (`NO_COLOR`) or not understood.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    if anstream::AutoStream::choice(&io::stdout()) == anstream::ColorChoice::Never {
        return print_plain(&for_log(text));
    }
    let mut out = anstream::stdout().lock();
    let coloured = coloured(&for_log(text));
    match out.write_all(coloured.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(cannot_write(&error)),
        _ => Ok(()),
    }
}

/// Prints a result as it is, for programs.
pub(super) fn print_plain(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(cannot_write(&error)),
        _ => Ok(()),
    }
}

fn cannot_write(error: &io::Error) -> anyhow::Error {
    anyhow::anyhow!("standard output cannot be written to: {error}")
}

/// Says something about the work, on standard error. If nobody can hear it, there is nobody to tell.
pub(super) fn say(words: &str) {
    let _ = writeln!(anstream::stderr().lock(), "{}", for_log(words));
}

/// Puts words where the last ones stood, on a terminal's standard error.
pub(super) fn redraw(words: &str) {
    let mut err = io::stderr().lock();
    let _ = write!(err, "\r\x1b[K{words}").and_then(|()| err.flush());
}

/// GitHub's runner reads commands off what a step prints; words of strangers are not to be any.
fn for_log(text: &str) -> Cow<'_, str> {
    match std::env::var_os("GITHUB_ACTIONS") {
        Some(_) => Cow::Owned(defused(text)),
        None => Cow::Borrowed(text),
    }
}

/// Colours lines by the sign or word that they begin with; the sign stays, so nothing hangs on the colour.
fn coloured(text: &str) -> String {
    text.split_inclusive('\n').map(coloured_line).collect()
}

fn coloured_line(line: &str) -> String {
    let starts: &[(&str, Style)] = &[
        ("✗ ", AnsiColor::Red.on_default()),
        ("! ", AnsiColor::Yellow.on_default()),
        ("error  ", AnsiColor::Red.on_default()),
        ("warning  ", AnsiColor::Yellow.on_default()),
        ("undecided  ", AnsiColor::Yellow.on_default()),
        ("FAIL  ", AnsiColor::Red.on_default().bold()),
        ("PASS  ", AnsiColor::Green.on_default().bold()),
        ("UNDECIDED  ", AnsiColor::Yellow.on_default().bold()),
    ];
    match starts.iter().find(|(start, _)| line.starts_with(start)) {
        Some((start, style)) => {
            let word = start.trim_end();
            format!("{style}{word}{style:#}{}", &line[word.len()..])
        }
        None => line.to_owned(),
    }
}

/// The screen's looks, as the user wants them and the environment tells them.
pub(super) fn looks(palette: Option<Palette>, ascii: bool) -> Wish {
    let variable = |name: &str| std::env::var(name).ok();
    Wish {
        palette,
        ground: variable("COLORFGBG").and_then(|value| Ground::of_variable(&value)).unwrap_or(Ground::Dark),
        depth: Depth::of_environment(variable),
        alphabet: if ascii { Alphabet::Ascii } else { Alphabet::Unicode },
    }
}
