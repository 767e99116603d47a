//! One run of one program, from outside.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// A program that takes longer than this is ended.
const LONGEST: Duration = Duration::from_secs(240);

/// What a run cost.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cost {
    /// Seconds on the wall's clock.
    pub wall: f64,
    /// Seconds of all threads on a processor, in user and system mode.
    pub cpu: f64,
    /// The most memory that it held at once, in bytes.
    pub memory: u64,
}

/// How a run ended, and what it cost.
pub struct Run {
    /// `None`: it could not be started, or a signal ended it.
    pub code: Option<i32>,
    /// What it cost.
    pub cost: Cost,
}

/// Starts a program and waits for its end. What it prints is thrown away.
pub fn run(command: &mut Command) -> Run {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let start = Instant::now();
    let Ok(child) = command.spawn() else { return Run { code: None, cost: Cost::default() } };
    let timer = Timer::start(child.id());
    let Ok(used) = child.wait4() else { return Run { code: None, cost: Cost::default() } };
    let wall = start.elapsed().as_secs_f64();
    drop(timer);
    let cpu = (used.rusage.utime + used.rusage.stime).as_secs_f64();
    Run { code: used.status.code(), cost: Cost { wall, cpu, memory: used.rusage.maxrss } }
}

/// Ends a process that takes too long; dropped, it lets it be.
struct Timer {
    is_over: std::sync::mpsc::Sender<()>,
}

impl Timer {
    fn start(process: u32) -> Timer {
        let (is_over, waiting) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            if waiting.recv_timeout(LONGEST) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                let _ = Command::new("kill").args(["-KILL", &process.to_string()]).status();
            }
        });
        Timer { is_over }
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let _ = self.is_over.send(());
    }
}
