//! The drag inside tmux, which sits between terminal and program and has a mind of its own about mouse and colours.
//!
//! A server of our own, on a socket of its own, so that nobody's sessions are touched.

#![cfg(unix)]

#[path = "support/real.rs"]
mod real;

use real::tool;
use std::process::Command;
use std::time::{Duration, Instant};

/// How long to wait for the screen to show something before failing.
const PATIENCE: Duration = Duration::from_secs(60);

/// A tmux server with one window of 30 rows and 100 columns.
struct Tmux {
    folder: tempfile::TempDir,
}

impl Tmux {
    fn start(program: &str) -> Self {
        let tmux = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        let kept_open = format!("{program}; printf 'left with %d\\n' $?; cat");
        tool(tmux.command().args(["new-session", "-d", "-x", "100", "-y", "30", "/bin/sh", "-c", &kept_open]));
        tmux
    }

    /// A call of tmux that reads nobody's settings. The program must not think that it runs in CI.
    fn command(&self) -> Command {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(self.folder.path().join("socket")).args(["-f", "/dev/null"]);
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("TERM", "xterm-256color").env("LANG", "C.UTF-8").env("HOME", self.folder.path());
        command
    }

    fn screen(&self) -> String {
        tool(self.command().args(["capture-pane", "-p"]))
    }

    /// Waits for `text` and returns its cell, from 0.
    #[track_caller]
    fn wait_for(&self, text: &str) -> (usize, usize) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let screen = self.screen();
            let place = |(row, line): (usize, &str)| line.find(text).map(|at| (line[..at].chars().count(), row));
            if let Some(cell) = screen.lines().enumerate().find_map(place) {
                return cell;
            }
            assert!(Instant::now() < deadline, "tmux never showed {text:?}:\n{screen}");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends bytes to the program as the terminal would.
    fn send(&self, bytes: &str) {
        let bytes = bytes.bytes().map(|byte| format!("{byte:02x}"));
        tool(self.command().args(["send-keys", "-H"]).args(bytes));
    }

    /// One mouse event in SGR encoding, on a cell counted from 0.
    fn mouse(&self, button: usize, (column, row): (usize, usize), end: char) {
        self.send(&format!("\x1b[<{button};{};{}{end}", column + 1, row + 1));
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        let _ = self.command().arg("kill-server").output();
    }
}

#[test]
fn tmux_passes_a_gesture_on_as_it_is() {
    let tmux = Tmux::start("stty raw -echo; printf ready; dd bs=1 count=9 2>/dev/null | od -An -c; stty sane");
    tmux.wait_for("ready");
    tmux.mouse(0, (7, 3), 'M');
    tmux.wait_for("033   [   <   0   ;   8   ;   4   M");
}

#[test]
fn scipy_can_be_dragged_to_efs() {
    let tmux = Tmux::start(&format!("{} demo", env!("CARGO_BIN_EXE_bayplan")));
    let (scipy, efs) = (tmux.wait_for("scipy"), tmux.wait_for("EFS"));
    tmux.mouse(0, scipy, 'M');
    tmux.mouse(32, (scipy.0, scipy.1 + 1), 'M');
    tmux.mouse(32, efs, 'M');
    tmux.wait_for("release to move");
    tmux.mouse(0, efs, 'm');
    tmux.send("q");
    tmux.wait_for("The plan is not saved");
    tmux.send("y");
    tmux.wait_for("left with 0");
}
