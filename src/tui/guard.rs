//! The terminal is taken here and given back here: after quit, panic, SIGTERM, SIGHUP and SIGINT, and around SIGTSTP.

use std::io::{self, Stdout, Write, stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use crossterm::cursor::Show;
use crossterm::event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{execute, queue};
use ratatui::Terminal;

use super::quiet::Quiet;

/// The terminal that is drawn on.
pub type Screen = Terminal<Quiet<Stdout>>;

/// Whether the terminal is ours at the moment. Whoever gives it back swaps this first, so it is done once.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Whether the process was stopped and has come back, so that the terminal has to be taken again.
static RESUMED: AtomicBool = AtomicBool::new(false);
/// Whether the mouse is to be captured whenever the terminal is taken.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Holds the terminal; gives it back when dropped.
#[derive(Debug)]
pub struct Guard(());

impl Guard {
    /// Takes the terminal and sees to it that it is given back however the program ends.
    pub fn take(mouse: bool) -> io::Result<Guard> {
        static ONCE: Once = Once::new();
        MOUSE.store(mouse, Ordering::SeqCst);
        let mut watching = Ok(());
        ONCE.call_once(|| {
            give_back_on_panic();
            watching = signals::watch();
        });
        watching?;
        take_terminal()?;
        Ok(Guard(()))
    }

    /// A fresh screen, which draws everything. (`Terminal::clear` would ask the terminal where its cursor is, and some
    /// never answer.)
    pub fn screen(&self) -> io::Result<Screen> {
        Terminal::new(Quiet::new(stdout()))
    }

    /// Captures the mouse or lets it go.
    pub fn capture_mouse(&self, on: bool) -> io::Result<()> {
        MOUSE.store(on, Ordering::SeqCst);
        if on { execute!(stdout(), EnableMouseCapture) } else { execute!(stdout(), DisableMouseCapture) }
    }

    /// Whether the process came back from being stopped since the last time this was asked; the terminal has been taken
    /// again then, and a fresh screen is needed.
    pub fn has_resumed(&self) -> io::Result<bool> {
        let resumed = RESUMED.swap(false, Ordering::SeqCst);
        if resumed {
            take_terminal()?;
        }
        Ok(resumed)
    }

    /// Whether the terminal is ours to draw on.
    pub fn is_taken(&self) -> bool {
        TAKEN.load(Ordering::SeqCst)
    }

    /// Stops the process as Ctrl-z does elsewhere. Returns when it goes on.
    pub fn suspend(&self) -> io::Result<()> {
        signals::stop()
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        give_back();
    }
}

fn take_terminal() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    queue!(stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
    if MOUSE.load(Ordering::SeqCst) {
        queue!(stdout(), EnableMouseCapture)?;
    }
    stdout().flush()
}

/// The one place that restores the terminal. Nothing can be done about errors here: the terminal may be gone.
fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        let _ = execute!(stdout(), DisableMouseCapture, DisableBracketedPaste, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
    }
}

/// A panic of the thread that draws ends the program, so the terminal is given back before its words are printed. A
/// panic of any other thread ends that thread's work alone: whoever waits for it says so, and nothing is printed over
/// the screen that goes on.
fn give_back_on_panic() {
    let before = std::panic::take_hook();
    let drawing = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() == drawing {
            give_back();
        }
        if !TAKEN.load(Ordering::SeqCst) {
            before(panic);
        }
    }));
}

#[cfg(unix)]
mod signals {
    //! A thread of its own waits for signals, so that the terminal is given back even while the screen is busy.

    use std::io;
    use std::sync::atomic::Ordering;

    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::{emulate_default_handler, raise};

    use super::{RESUMED, give_back};

    pub(super) fn watch() -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT])?;
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                if signal == SIGCONT {
                    RESUMED.store(true, Ordering::SeqCst);
                } else {
                    give_back();
                    let _ = emulate_default_handler(signal);
                    RESUMED.store(true, Ordering::SeqCst);
                }
            }
        })?;
        Ok(())
    }

    pub(super) fn stop() -> io::Result<()> {
        raise(SIGTSTP)
    }
}

#[cfg(not(unix))]
mod signals {
    //! Elsewhere there are no such signals.

    use std::io;

    pub(super) fn watch() -> io::Result<()> {
        Ok(())
    }

    pub(super) fn stop() -> io::Result<()> {
        Ok(())
    }
}
