//! Runs bayplan and sees how it ends, how long it takes and how much memory; what does not end is killed.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use wait4::Wait4;

/// No run may take longer, however heavy its input and busy the machine: then it hangs.
const PATIENCE: &str = "120";

/// Where a run that goes out of bounds is stopped by the system, before the machine is.
const STOPPED_AT: &str = "ulimit -v 8388608; exec \"$0\" \"$@\"";

/// How a run ended.
pub struct Ended {
    /// `None`: a signal ended it.
    pub code: Option<i32>,
    pub signal: Option<i32>,
    /// Whether it had to be killed.
    pub hung: bool,
    pub out: Vec<u8>,
    pub err: Vec<u8>,
    pub took: Duration,
    /// The most that it held at one time, in bytes.
    pub memory: u64,
}

/// Runs it in a folder, with a home of its own.
pub fn run(folder: &Path, home: &Path, arguments: &[&str]) -> Ended {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let own = |what: &str| {
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("limited-{}-{run}.{what}", std::process::id()))
    };
    let (out, err) = (own("out"), own("err"));
    // What timeout kills ends with 137, which bayplan itself never does.
    let mut command = Command::new("sh");
    command
        .args(["-c", STOPPED_AT, "timeout", "--signal", "KILL", PATIENCE])
        .arg(env!("CARGO_BIN_EXE_bayplan"))
        .args(arguments);
    command.current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
    command.env("HOME", home).env("XDG_CACHE_HOME", home.join("cache")).env("GITHUB_ACTIONS", "true");
    command.stdin(Stdio::null());
    command.stdout(File::create(&out).expect("a file")).stderr(File::create(&err).expect("a file"));
    let began = Instant::now();
    let ended = command.spawn().and_then(|child| child.wait4()).expect("timeout and bayplan can be started");
    let took = began.elapsed();
    let read = |path: &Path| {
        let bytes = std::fs::read(path).expect("what was printed is there");
        let _ = std::fs::remove_file(path);
        bytes
    };
    let code = ended.status.code();
    let hung = took > Duration::from_secs(115) && code.is_none_or(|code| code > 128);
    // timeout tells a signal by its number above 128, or dies of the same.
    let signal = match code {
        Some(code) if code > 128 => Some(code - 128),
        Some(_) => None,
        None => Some(0),
    };
    let code = code.filter(|code| *code <= 128);
    Ended { code, signal, hung, out: read(&out), err: read(&err), took, memory: ended.rusage.maxrss }
}
