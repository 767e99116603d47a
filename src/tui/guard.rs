//! The terminal is taken here and given back here: after quit, panic, SIGTERM, SIGHUP and SIGINT, and around SIGTSTP.

use std::io::{self, Stdout, Write, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, Once, TryLockError};
use std::time::{Duration, Instant};

use crossterm::cursor::Show;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, DisableMouseCapture, EnableBracketedPaste, EnableFocusChange,
    EnableMouseCapture,
};
use crossterm::terminal::{
    EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
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

/// Whether somebody else has the terminal for a while: what is typed there is not meant for us.
static LENT: AtomicBool = AtomicBool::new(false);
/// Whoever draws, takes the terminal or gives it back holds this, so that none of it happens in the middle of another.
static TERMINAL: Mutex<()> = Mutex::new(());
/// A terminal that takes no more output would hold a frame for ever; then it is given back all the same.
const PATIENCE: Duration = Duration::from_millis(500);

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

    /// A fresh screen, on which nothing is taken to stand. (`Terminal::clear` would ask the terminal where its cursor is, and some
    /// never answer.)
    pub fn screen(&self) -> io::Result<Screen> {
        Terminal::new(Quiet::new(stdout()))
    }

    /// Captures the mouse or lets it go.
    pub fn capture_mouse(&self, on: bool) -> io::Result<()> {
        MOUSE.store(on, Ordering::SeqCst);
        if on { execute!(stdout(), EnableMouseCapture) } else { execute!(stdout(), DisableMouseCapture) }
    }

    /// Keeps the terminal from being given back until this is dropped, as it is meanwhile. A frame is drawn under it.
    pub fn hold(&self) -> Held {
        Held { _lock: hold() }
    }

    /// Lends the terminal to somebody else, such as a shell, and takes it again. A fresh screen is needed afterwards.
    pub fn lend<T>(&self, work: impl FnOnce() -> T) -> io::Result<T> {
        LENT.store(true, Ordering::SeqCst);
        give_back();
        let done = work();
        take_terminal()?;
        #[cfg(unix)]
        super::line::forget_typed()?;
        // What was typed before the line was ours may still be on its way as a signal.
        signals::settle();
        LENT.store(false, Ordering::SeqCst);
        Ok(done)
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
        // A second Ctrl-c, typed while the terminal is given back, ends nothing that has not ended.
        LENT.store(true, Ordering::SeqCst);
        leave();
    }
}

/// Proof that nobody gives the terminal back at the moment.
#[derive(Debug)]
pub struct Held {
    _lock: Option<MutexGuard<'static, ()>>,
}

/// Waits until nobody is at the terminal, but not for ever.
fn hold() -> Option<MutexGuard<'static, ()>> {
    let asked = Instant::now();
    loop {
        match TERMINAL.try_lock() {
            Ok(held) => return Some(held),
            Err(TryLockError::Poisoned(held)) => return Some(held.into_inner()),
            Err(TryLockError::WouldBlock) if asked.elapsed() > PATIENCE => return None,
            Err(TryLockError::WouldBlock) => std::thread::sleep(Duration::from_millis(1)),
        }
    }
}

fn take_terminal() -> io::Result<()> {
    let _held = hold();
    enable_raw_mode()?;
    #[cfg(unix)]
    super::line::never_wait()?;
    TAKEN.store(true, Ordering::SeqCst);
    queue!(stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)?;
    if MOUSE.load(Ordering::SeqCst) {
        queue!(stdout(), EnableMouseCapture)?;
    }
    stdout().flush()
}

/// The one place that restores the terminal. Nothing can be done about errors here: the terminal may be gone.
fn give_back() {
    let _held = hold();
    restore();
}

/// The same for whoever is at the terminal already.
fn restore() {
    let _ = show_ordinary_screen();
    let _ = disable_raw_mode();
}

/// Gives the terminal back for good: the line changes back only when the terminal has taken in all that was written.
/// Until then a Ctrl-c is a byte that nobody reads. Afterwards it is a signal, for which the system throws away what is
/// still on its way to the terminal, and that could be the very words that restore it.
fn leave() {
    let held = hold();
    let is_written = show_ordinary_screen().is_ok();
    #[cfg(unix)]
    if is_written && super::answer::ask().is_ok() {
        drop(held);
        super::answer::wait();
    }
    let _ = disable_raw_mode();
}

/// Writes what brings the ordinary screen back, once.
fn show_ordinary_screen() -> io::Result<()> {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return Err(io::ErrorKind::NotFound.into());
    }
    // A frame may be half written, and the terminal waiting for its other half.
    execute!(
        stdout(),
        EndSynchronizedUpdate,
        DisableMouseCapture,
        DisableFocusChange,
        DisableBracketedPaste,
        LeaveAlternateScreen,
        Show
    )
}

/// A panic of the thread that draws ends the program, so the terminal is given back before its words are printed. A
/// panic of any other thread ends that thread's work alone: whoever waits for it says so, and nothing is printed over
/// the screen that goes on.
fn give_back_on_panic() {
    let before = std::panic::take_hook();
    let drawing = std::thread::current().id();
    std::panic::set_hook(Box::new(move |panic| {
        super::log::line("panic", panic);
        if std::thread::current().id() == drawing {
            // It may have been drawing, and then it is at the terminal itself.
            restore();
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
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::{Duration, Instant};

    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
    use signal_hook::iterator::Signals;
    use signal_hook::low_level::{emulate_default_handler, raise};

    use super::{LENT, RESUMED, hold, restore};

    /// How often the process was told to go on.
    static CONTINUED: AtomicU64 = AtomicU64::new(0);

    pub(super) fn watch() -> io::Result<()> {
        let mut signals = Signals::new([SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT])?;
        std::thread::Builder::new().name("signals".to_owned()).spawn(move || {
            for signal in signals.forever() {
                match signal {
                    SIGCONT => {
                        RESUMED.store(!LENT.load(Ordering::SeqCst), Ordering::SeqCst);
                        CONTINUED.fetch_add(1, Ordering::SeqCst);
                    }
                    // Typed into a shell that has the terminal, and meant for it.
                    SIGINT | SIGQUIT | SIGTSTP if LENT.load(Ordering::SeqCst) => {}
                    signal => end_or_stop(signal),
                }
            }
        })?;
        Ok(())
    }

    /// Gives the terminal back and does what the signal does by itself. Where that is to stop, nobody draws or takes
    /// the terminal until the process goes on.
    fn end_or_stop(signal: i32) {
        let held = hold();
        restore();
        let _ = emulate_default_handler(signal);
        drop(held);
        RESUMED.store(true, Ordering::SeqCst);
    }

    pub(super) fn stop() -> io::Result<()> {
        raise(SIGTSTP)
    }

    /// Waits until all signals that have come so far were looked at: sends one that does nothing and sees it arrive. The
    /// first may come in the middle of a look at the others; what was there before is looked at before the second.
    pub(super) fn settle() {
        for _ in 0..2 {
            let (before, asked) = (CONTINUED.load(Ordering::SeqCst), Instant::now());
            if raise(SIGCONT).is_err() {
                return;
            }
            while CONTINUED.load(Ordering::SeqCst) == before && asked.elapsed() < super::PATIENCE {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
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

    pub(super) fn settle() {}
}
