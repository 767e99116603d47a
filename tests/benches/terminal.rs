//! From a key to its frame through a pseudo-terminal, with a zip of a million files open: what a user's fingers feel.
//!
//! `cargo bench --bench terminal` prints medians and tails of scrolling, sorting, turning the views, filtering and dragging,
//! for packages as they are, and for one folder that holds all files itself.
//! A frame is there when the terminal has been sent its end.

#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on says where")]
#![allow(clippy::print_stdout, reason = "the figures are what it is for")]

use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use zip::write::{SimpleFileOptions, ZipWriter};

const PACKAGES: usize = 250;
const FOLDERS: usize = 40;
const FILES: usize = 100;
const ROUNDS: usize = 100;
/// A package is taken, carried over the buckets and let go of outside.
const DRAG: [&str; 6] =
    ["\x1b[<0;10;6M", "\x1b[<32;10;8M", "\x1b[<32;90;12M", "\x1b[<32;90;24M", "\x1b[<32;40;2M", "\x1b[<0;40;1m"];
/// How a frame ends.
const END: &[u8] = b"\x1b[?2026l";
/// What changes nothing is drawn by no frame.
const PATIENCE: Duration = Duration::from_millis(500);

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let bundle = folder.path().join("million.zip");
    let file = |number: usize| {
        let (package, folder, file) = (number / FILES / FOLDERS, number / FILES % FOLDERS, number % FILES);
        format!("package{package:03}/folder{folder:02}/file{file:03}.txt")
    };
    write_zip(&bundle, file);
    time_packages(&bundle);
    let bundle = folder.path().join("wide.zip");
    write_zip(&bundle, |number| format!("data/file{number:06}.txt"));
    time_wide_folder(&bundle);
}

fn time_packages(bundle: &Path) {
    let mut screen = Screen::open(bundle);
    println!("{:<24}{:>10}{:>10}{:>10}{:>8}", "a key, in ms", "median", "p99", "slowest", "frames");
    let steps = ["j", "\x1b[6~", "G", "k", "\x1b[5~", "gg"];
    screen.time("scrolling", &steps);
    screen.time("sorting", &["o", "o", "s", "s", "o", "o", "o"]);
    screen.time("opening", &["l", "h"]);
    screen.time("views", &["t", "t", "t", "t"]);
    screen.time("filtering", &["/", "p", "a", "c", "1", "2", "\x7f", "\x1b"]);
    screen.time("dragging", &DRAG);
    screen.leave();
}

/// The same keys in a folder of a million files: while its rows are made, and pressed on before they are there.
fn time_wide_folder(bundle: &Path) {
    let mut screen = Screen::open(bundle);
    println!("\n{:<24}{:>10}{:>10}{:>10}{:>8}", "in a wide folder, in ms", "median", "p99", "slowest", "frames");
    screen.time("opening", &["l", "j", "l", "h", "k", "h"]);
    screen.keep(&["l", "j", "l"]);
    screen.time("scrolling", &["j", "\x1b[6~", "G", "k", "\x1b[5~", "gg"]);
    screen.time("sorting", &["o", "o", "s", "s", "o", "o", "o"]);
    screen.time("views", &["t", "t", "t", "t"]);
    screen.time("filtering", &["/", "d", "a", "t", "a", "\x7f", "\x1b"]);
    screen.time("dragging", &DRAG);
    screen.leave();
}

fn write_zip(path: &Path, name: impl Fn(usize) -> String) {
    let mut zip = ZipWriter::new(BufWriter::new(File::create(path).unwrap()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for number in 0..PACKAGES * FOLDERS * FILES {
        zip.start_file(name(number), options).unwrap();
        zip.write_all(&b"0123456789"[..number * 7 % 10]).unwrap();
    }
    zip.finish().unwrap();
}

/// The program in its terminal, and the moments at which its frames were complete.
struct Screen {
    writer: Box<dyn Write + Send>,
    frames: Receiver<Instant>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Screen {
    /// Returns when the bundle is open and nothing moves any more.
    fn open(bundle: &Path) -> Screen {
        let size = PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_bayplan"));
        command.args([
            bundle.as_os_str(),
            "--runtime".as_ref(),
            "python3.13".as_ref(),
            "--zipped".as_ref(),
            "none".as_ref(),
        ]);
        command.env_remove("CI");
        command.env("TERM", "xterm-256color");
        command.env("HOME", bundle.parent().unwrap());
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (sender, frames) = channel();
        std::thread::spawn(move || {
            let (mut buffer, mut tail) = ([0; 1 << 16], Vec::new());
            while let Ok(count @ 1..) = reader.read(&mut buffer) {
                let now = Instant::now();
                tail.extend_from_slice(&buffer[..count]);
                if tail.windows(END.len()).any(|window| window == END) && sender.send(now).is_err() {
                    return;
                }
                tail.drain(..tail.len().saturating_sub(END.len() - 1));
            }
        });
        let screen = Screen { writer: pair.master.take_writer().unwrap(), frames, child, _master: pair.master };
        screen.frames.recv_timeout(Duration::from_secs(60)).expect("a first frame");
        while screen.frames.recv_timeout(Duration::from_secs(4)).is_ok() {}
        screen
    }

    /// Types the keys round by round, each when the frame of the one before has come.
    fn time(&mut self, what: &str, keys: &[&str]) {
        let mut taken = Vec::new();
        for key in std::iter::repeat_n(keys, ROUNDS).flatten() {
            while self.frames.try_recv().is_ok() {}
            let typed = Instant::now();
            self.writer.write_all(key.as_bytes()).unwrap();
            self.writer.flush().unwrap();
            if let Ok(drawn) = self.frames.recv_timeout(PATIENCE) {
                taken.push(drawn.saturating_duration_since(typed));
            }
        }
        taken.sort();
        let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize].as_secs_f64() * 1e3;
        println!("{what:<24}{:>10.2}{:>10.2}{:>10.2}{:>8}", at(0.5), at(0.99), at(1.0), taken.len());
    }

    /// Types the keys and waits until nothing moves any more.
    fn keep(&mut self, keys: &[&str]) {
        for key in keys {
            self.writer.write_all(key.as_bytes()).unwrap();
            self.writer.flush().unwrap();
            while self.frames.recv_timeout(Duration::from_secs(2)).is_ok() {}
        }
    }

    fn leave(mut self) {
        let _ = self.writer.write_all(b"\x1b\x03\x03");
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
