//! Drives a program through a real pseudo-terminal, as a person would: sees what the screen shows, presses keys, drags
//! the mouse, resizes, and looks at what is left of the terminal afterwards.
//!
//! Nothing here depends on a clock: a journey waits for what the screen shows, woken by each output, and gives up after
//! [`PATIENCE`], with the whole screen in the message. The environment is the driver's own, so that a `CI` or `NO_COLOR`
//! around the test changes nothing.

#![allow(dead_code, reason = "each test target that includes the driver drives with a part of it")]

mod key;
mod left;
mod view;

pub use key::Key;
use left::modes_left;
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtyPair, PtySize, SlavePty, native_pty_system};
use std::io::{Read, Write};
use std::num::NonZeroU16;
use std::path::Path;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use view::{find_on, framed, rows_of};

/// How long a journey waits for one thing to show before it fails. Far above what any machine needs.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many of the last bytes a failure shows.
const LAST_WORDS: usize = 3_000;

/// What is typed. It is written by a thread of its own: a program that has just gone reads nothing, and a write to its
/// full terminal would wait for ever.
type Writer = SyncSender<Vec<u8>>;
type Master = Arc<Mutex<Box<dyn MasterPty + Send>>>;
type Shared = Arc<(Mutex<Seen>, Condvar)>;

/// A terminal of a size, in which a program is yet to be started.
pub struct Opening {
    size: PtySize,
    environment: Vec<(String, String)>,
    folder: Option<std::path::PathBuf>,
}

/// A terminal in which a program runs.
pub struct Terminal {
    seen: Shared,
    writer: Writer,
    master: Master,
    process: u32,
    line_before: String,
    home: tempfile::TempDir,
}

/// What has come out of the program so far.
struct Seen {
    parser: vt100::Parser<Answers>,
    raw: Vec<u8>,
    /// The program is gone: its status, and the settings of the line as it left them.
    left: Option<(ExitStatus, String)>,
    /// The program is gone, and all that it wrote has been read.
    ended: bool,
}

/// How a program ended, and how it left the terminal.
#[derive(Debug)]
pub struct Exit {
    /// The exit code; 1 where a signal ended it.
    pub code: u32,
    /// The signal that ended it, in the words of the system.
    pub signal: Option<String>,
    /// What stands on the main screen: all that was printed before and after the alternate one.
    pub printed: String,
    /// The last that it wrote, as it was written: a screen that went through many sizes may show nothing of a panic.
    pub last_words: String,
    /// What the program switched on and did not switch off, or changed and did not change back. Empty: restored.
    pub left_behind: Vec<String>,
}

impl Terminal {
    /// A terminal of `rows` × `columns`.
    pub fn open(rows: u16, columns: u16) -> Opening {
        Opening {
            size: PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 },
            environment: Vec::new(),
            folder: None,
        }
    }

    /// The program's home folder, which is a fresh one.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Waits until the screen shows `text`.
    #[track_caller]
    pub fn wait_for(&self, text: &str) {
        self.wait_until(|screen| find_on(screen, text).is_some(), &format!("{text:?} to show"));
    }

    /// Waits until the screen no longer shows `text`.
    #[track_caller]
    pub fn wait_for_gone(&self, text: &str) {
        self.wait_until(|screen| find_on(screen, text).is_none(), &format!("{text:?} to go"));
    }

    /// Waits until the screen is as `holds` wants it; `what` says in the failure what was waited for.
    #[track_caller]
    pub fn wait_until(&self, holds: impl Fn(&vt100::Screen) -> bool, what: &str) {
        let deadline = Instant::now() + PATIENCE;
        let (lock, woken) = &*self.seen;
        let mut seen = lock.lock().expect("the reader does not panic");
        while !holds(seen.parser.screen()) {
            let left = deadline.saturating_duration_since(Instant::now());
            let why = if seen.ended { "the program has ended" } else { "patience has run out" };
            assert!(!seen.ended && !left.is_zero(), "waited for {what}, but {why}:\n{}", framed(seen.parser.screen()));
            seen = woken.wait_timeout(seen, left).expect("the reader does not panic").0;
        }
    }

    /// Whether the program is gone.
    pub fn has_ended(&self) -> bool {
        self.look().left.is_some()
    }

    /// Whether the program has sent these bytes to the terminal.
    pub fn has_written(&self, bytes: &[u8]) -> bool {
        contains(&self.look().raw, bytes)
    }

    /// Waits until the program has sent these bytes to the terminal.
    #[track_caller]
    pub fn wait_until_written(&self, bytes: &[u8]) {
        let (lock, woken) = &*self.seen;
        let seen = lock.lock().expect("the reader does not panic");
        let (seen, _) = woken
            .wait_timeout_while(seen, PATIENCE, |seen| !seen.ended && !contains(&seen.raw, bytes))
            .expect("the reader does not panic");
        assert!(contains(&seen.raw, bytes), "the program never sent {:?}", String::from_utf8_lossy(bytes));
    }

    /// Types letters as they are.
    pub fn keys(&self, letters: &str) {
        self.send(letters.as_bytes());
    }

    /// Presses one key.
    pub fn key(&self, key: Key) {
        self.send(&key.bytes());
    }

    /// Types the same again and again until the program has ended, as whoever wants to leave does: what is typed while a
    /// shell gives the terminal back may be thrown away.
    #[track_caller]
    pub fn send_until_ended(&self, bytes: &[u8]) {
        let asked = Instant::now();
        while !self.has_ended() && asked.elapsed() < PATIENCE {
            self.send(bytes);
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends bytes as they are. A program that has just gone reads nothing, which is no failure here.
    #[track_caller]
    pub fn send(&self, bytes: &[u8]) {
        let is_read = write_to(&self.writer, bytes, &self.seen);
        assert!(is_read, "nobody reads what is typed; the screen shows:\n{}", self.screen_text());
    }

    /// Presses the left button on a cell, counted from 0.
    pub fn mouse_down(&self, column: u16, row: u16) {
        self.mouse(0, column, row, 'M');
    }

    /// Moves to a cell with the left button held.
    pub fn mouse_drag(&self, column: u16, row: u16) {
        self.mouse(32, column, row, 'M');
    }

    /// Releases the left button on a cell.
    pub fn mouse_up(&self, column: u16, row: u16) {
        self.mouse(0, column, row, 'm');
    }

    /// Turns the wheel up by one notch over a cell.
    pub fn wheel_up(&self, column: u16, row: u16) {
        self.mouse(64, column, row, 'M');
    }

    /// Turns the wheel down by one notch over a cell.
    pub fn wheel_down(&self, column: u16, row: u16) {
        self.mouse(65, column, row, 'M');
    }

    /// One mouse event in SGR encoding, which counts cells from 1.
    fn mouse(&self, button: u16, column: u16, row: u16, end: char) {
        self.send(format!("\x1b[<{button};{};{}{end}", column + 1, row + 1).as_bytes());
    }

    /// Where the screen shows `text` first, as column and row from 0.
    pub fn find(&self, text: &str) -> Option<(u16, u16)> {
        find_on(self.look().parser.screen(), text)
    }

    /// Waits for `text` and returns its cell.
    #[track_caller]
    pub fn wait_and_find(&self, text: &str) -> (u16, u16) {
        let found = std::cell::Cell::new(None);
        let finds = |screen: &vt100::Screen| {
            found.set(find_on(screen, text));
            found.get().is_some()
        };
        self.wait_until(finds, &format!("{text:?} to show"));
        found.get().expect("it was waited for")
    }

    /// Works off nothing of what comes until the line is as it was before the program, or until `most` has passed: a
    /// terminal that is slow. What is sent meanwhile are bytes.
    pub fn stall(&self, bytes: &[&[u8]], most: Duration) {
        let _seen = self.look();
        for bytes in bytes {
            self.send(bytes);
            std::thread::sleep(most / 8);
        }
        let asked = Instant::now();
        let line = || line_of(&**self.master.lock().expect("nothing panics with the terminal in hand"));
        while asked.elapsed() < most / 4 && line() != self.line_before {
            std::thread::sleep(Duration::from_millis(1));
        }
        self.key(Key::Ctrl('c'));
    }

    /// The screen's rows, without the blanks at their ends.
    pub fn screen_text(&self) -> String {
        rows_of(self.look().parser.screen()).join("\n")
    }

    /// The screen as vt100 holds it, for looking at colours and attributes.
    pub fn screen(&self) -> vt100::Screen {
        self.look().parser.screen().clone()
    }

    /// Makes the window another size; the program hears of it by SIGWINCH.
    pub fn resize(&self, rows: u16, columns: u16) {
        // The parser first: what the program draws for the new size must not be parsed in the old one.
        self.look().parser.set_size(cells(rows), cells(columns));
        let size = PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 };
        let master = self.master.lock().expect("nothing panics with the terminal in hand");
        master.resize(size).expect("a pseudo-terminal can be resized");
    }

    /// Waits until the program has drawn for the size that the window has now. What it drew for an earlier one may come
    /// in late and looks as if it had been drawn for this one; the answer to a key cannot.
    #[track_caller]
    pub fn wait_until_drawn_anew(&self) {
        self.keys("?");
        self.wait_for("Help: ");
        self.key(Key::Esc);
        self.wait_for_gone("Help: ");
    }

    /// Sends a signal to the program alone, by its POSIX name without SIG.
    pub fn signal(&self, name: &str) {
        let kill = format!("kill -s {name} {}", self.process);
        let sent = std::process::Command::new("/bin/sh").args(["-c", &kill]).status();
        assert!(sent.expect("a shell can be started").success(), "SIG{name} could not be sent");
    }

    /// Waits until the system says that the program is stopped: one that is told to go on before it stands goes on
    /// standing.
    #[cfg(target_os = "linux")]
    #[track_caller]
    pub fn wait_stopped(&self) {
        let path = format!("/proc/{}/stat", self.process);
        let asked = Instant::now();
        loop {
            let stat = std::fs::read_to_string(&path).expect("the program is there");
            if stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T')) {
                return;
            }
            assert!(asked.elapsed() < PATIENCE, "the program did not stop");
            std::thread::yield_now();
        }
    }

    /// What the program has switched on and not off by now.
    pub fn left_now(&self) -> Vec<String> {
        let mut left = modes_left(&self.look().raw);
        if line_of(&**self.master.lock().expect("nothing panics with the terminal in hand")) != self.line_before {
            left.push("the settings of the line (raw mode, echo)".to_owned());
        }
        left
    }

    /// Waits for the program to end by itself, and looks at what it left.
    #[track_caller]
    pub fn wait_exit(self) -> Exit {
        let (lock, woken) = &*self.seen;
        let seen = lock.lock().expect("the reader does not panic");
        let (seen, _) =
            woken.wait_timeout_while(seen, PATIENCE, |seen| !seen.ended).expect("the reader does not panic");
        let shown = || framed(seen.parser.screen());
        assert!(seen.left.is_some(), "the program does not end; the screen shows:\n{}", shown());
        assert!(seen.ended, "the program has ended, but something still holds its terminal open:\n{}", shown());
        let (status, line_after) = seen.left.as_ref().expect("just asserted");
        let mut left_behind = modes_left(&seen.raw);
        if *line_after != self.line_before {
            left_behind.push("the settings of the line (raw mode, echo)".to_owned());
        }
        let printed = rows_of(seen.parser.screen()).join("\n");
        let last_words = String::from_utf8_lossy(&seen.raw[seen.raw.len().saturating_sub(LAST_WORDS)..]);
        Exit {
            code: status.exit_code(),
            signal: status.signal().map(str::to_owned),
            printed,
            last_words: last_words.escape_debug().to_string().replace("\\n", "\n"),
            left_behind,
        }
    }

    fn look(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().expect("the reader does not panic")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // A test that failed leaves no program behind. The id of one that has ended may be another's by now.
        let runs = self.seen.0.lock().unwrap_or_else(PoisonError::into_inner).left.is_none();
        if runs {
            self.signal("KILL");
        }
    }
}

impl Opening {
    /// Sets a variable of the program's environment, which has only a few of the driver's own.
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The folder to start in; without it, the fresh home folder.
    pub fn in_folder(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    /// Starts bayplan.
    pub fn run(self, arguments: &[&str]) -> Terminal {
        self.run_program(env!("CARGO_BIN_EXE_bayplan"), arguments)
    }

    /// Starts any program.
    pub fn run_program(self, program: &str, arguments: &[&str]) -> Terminal {
        let PtyPair { slave, master } =
            native_pty_system().openpty(self.size).expect("a pseudo-terminal can be opened");
        let home = tempfile::tempdir().expect("a temporary folder can be made");
        let line_before = line_of(&*master);
        let writer = write_typed(master.take_writer().expect("a fresh terminal has its writer"));
        let reader = master.try_clone_reader().expect("a terminal can be read");
        let master: Master = Arc::new(Mutex::new(master));
        let seen: Shared = Arc::new((Mutex::new(Seen::nothing(self.size)), Condvar::new()));
        let child =
            slave.spawn_command(self.command(program, arguments, home.path())).expect("the program can be started");
        let process = child.process_id().expect("a started program has an id");
        std::thread::spawn({
            let (seen, writer) = (Arc::clone(&seen), writer.clone());
            move || read_output(reader, &seen, &writer)
        });
        std::thread::spawn({
            let (seen, master) = (Arc::clone(&seen), Arc::clone(&master));
            move || await_end(child, slave, &master, &seen)
        });
        Terminal { seen, writer, master, process, line_before, home }
    }

    fn command(&self, program: &str, arguments: &[&str], home: &Path) -> CommandBuilder {
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.cwd(self.folder.as_deref().unwrap_or(home));
        command.env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color");
        command.env("COLORTERM", "truecolor");
        command.env("LANG", "C.UTF-8");
        command.env("SHELL", "/bin/sh");
        command.env("HOME", home);
        for folder in ["CONFIG", "CACHE", "DATA", "STATE"] {
            command.env(format!("XDG_{folder}_HOME"), home.join(folder.to_lowercase()));
        }
        for (name, value) in &self.environment {
            command.env(name, value);
        }
        command
    }
}

impl Exit {
    /// Fails unless the program ended by itself with `code` and left the terminal as it found it.
    #[track_caller]
    pub fn assert_clean(&self, code: u32) {
        let ended = (self.code, self.signal.as_deref());
        assert_eq!(ended, (code, None), "the program printed:\n{}\nand last:\n{}", self.printed, self.last_words);
        self.assert_restored();
    }

    /// Fails unless the terminal was left as it was found.
    #[track_caller]
    pub fn assert_restored(&self) {
        assert!(self.left_behind.is_empty(), "the program left behind: {}", self.left_behind.join(", "));
    }
}

/// What a terminal answers by itself, and vt100 does not: where the cursor is, that all is well, what it is.
#[derive(Default)]
struct Answers {
    waiting: Vec<u8>,
}

impl vt100::Callbacks for Answers {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        first: Option<u8>,
        _: Option<u8>,
        words: &[&[u16]],
        end: char,
    ) {
        let (row, column) = screen.cursor_position();
        match (first, words, end) {
            (None, [[6]], 'n') => self.waiting.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes()),
            (None, [[5]], 'n') => self.waiting.extend(b"\x1b[0n"),
            (None, [] | [[0]], 'c') => self.waiting.extend(b"\x1b[?62;22c"),
            _ => {}
        }
    }
}

impl Seen {
    fn nothing(size: PtySize) -> Self {
        let parser = vt100::Parser::new_with_callbacks(cells(size.rows), cells(size.cols), 0, Answers::default());
        Self { parser, raw: Vec::new(), left: None, ended: false }
    }
}

/// Feeds the screen until nothing more can come.
fn read_output(mut reader: Box<dyn Read + Send>, seen: &Shared, writer: &Writer) {
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = reader.read(&mut buffer).unwrap_or(0);
        let Ok(mut now) = seen.0.lock() else { return };
        now.raw.extend_from_slice(&buffer[..count]);
        now.parser.process(&buffer[..count]);
        now.ended = count == 0;
        let answers = std::mem::take(&mut now.parser.callbacks_mut().waiting);
        drop(now);
        seen.1.notify_all();
        if count == 0 {
            return;
        }
        // Whoever writes may be waiting for what is read here.
        if !answers.is_empty() {
            write_to(writer, &answers, seen);
        }
    }
}

/// Waits for the program, notes how it left the line, and lets go of the terminal's far side, so that the reader comes
/// to an end. Until then that side is held: a line that nobody holds has no settings to be read.
fn await_end(mut child: Box<dyn Child + Send + Sync>, slave: Box<dyn SlavePty + Send>, master: &Master, seen: &Shared) {
    let status = child.wait().expect("a child can be waited for");
    let line = line_of(&**master.lock().expect("nothing panics with the terminal in hand"));
    if let Ok(mut seen) = seen.0.lock() {
        seen.left = Some((status, line));
    }
    drop(slave);
}

fn line_of(master: &(dyn MasterPty + Send)) -> String {
    format!("{:?}", master.get_termios())
}

/// Writes what it is sent until nobody types any more.
fn write_typed(mut terminal: Box<dyn Write + Send>) -> Writer {
    let (sender, typed) = sync_channel::<Vec<u8>>(16);
    std::thread::spawn(move || {
        for bytes in typed {
            let _ = terminal.write_all(&bytes).and_then(|()| terminal.flush());
        }
    });
    sender
}

/// Types no faster than the program reads, as long as it is there. Returns whether it reads at all.
fn write_to(writer: &Writer, bytes: &[u8], seen: &Shared) -> bool {
    let asked = Instant::now();
    let mut bytes = bytes.to_vec();
    while let Err(TrySendError::Full(unsent)) = writer.try_send(bytes) {
        if seen.0.lock().unwrap_or_else(PoisonError::into_inner).left.is_some() {
            return true;
        }
        if asked.elapsed() > PATIENCE {
            return false;
        }
        bytes = unsent;
        std::thread::sleep(Duration::from_micros(50));
    }
    true
}

fn contains(all: &[u8], bytes: &[u8]) -> bool {
    all.windows(bytes.len()).any(|window| window == bytes)
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has at least one row and one column")
}
