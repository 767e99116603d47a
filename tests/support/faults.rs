//! Runs bayplan while one of its calls that write goes wrong: `faults.c` beside this stands between it and the kernel.

#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::fmt;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What becomes of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing; the calls are counted.
    None,
    /// This error in its place, once.
    Once(&'static str),
    /// This error in its place and in that of each later one: a disk stays full, a broken one broken. "full" takes half of
    /// the first write before.
    FromHere(&'static str),
    /// A write takes half of its bytes, which the system may do at any time.
    Short,
    /// A signal comes in between, which the system may do at any time.
    Interrupted,
    /// The process is killed in front of it.
    Kill,
}

/// All of them that do something.
pub const FAULTS: [Fault; super::counts::FAULTS] = [
    Fault::Kill,
    Fault::FromHere("full"),
    Fault::FromHere("ENOSPC"),
    Fault::Once("EIO"),
    Fault::Short,
    Fault::FromHere("EIO"),
    Fault::Once("ENOSPC"),
    Fault::Interrupted,
    Fault::Once("EDQUOT"),
    Fault::FromHere("EROFS"),
    Fault::Once("EACCES"),
];

impl Fault {
    /// Whether the program must go on as if nothing had been.
    pub fn is_harmless(self) -> bool {
        matches!(self, Fault::None | Fault::Short | Fault::Interrupted)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::None => f.write_str("none"),
            Fault::Once(error) => f.write_str(error),
            Fault::FromHere(error) => write!(f, "{error}+"),
            Fault::Short => f.write_str("short"),
            Fault::Interrupted => f.write_str("EINTR"),
            Fault::Kill => f.write_str("kill"),
        }
    }
}

/// A call that writes.
#[derive(Clone, Debug)]
pub struct Call {
    /// Whether it went wrong.
    pub is_struck: bool,
    /// `open`, `write`, `rename` …
    pub name: String,
    /// What it changes, by its whole path.
    pub path: String,
}

/// How a run ended.
#[derive(Debug)]
pub struct Run {
    /// `None`: a signal ended it.
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub calls: Vec<Call>,
    pub err: String,
}

/// The tracer, compiled once for a test program.
pub fn tracer() -> &'static Path {
    static TRACER: OnceLock<PathBuf> = OnceLock::new();
    TRACER.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/faults.c");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{}", std::process::id()));
        let compiled = Command::new("cc").args(["-O1", "-Wall", "-Werror", "-o"]).arg(&program).arg(&source).status();
        assert!(compiled.expect("a C compiler is there, as the README asks for").success(), "{source:?} compiles");
        program
    })
}

/// Whether the system lets one process trace another; some containers do not.
pub fn can_trace() -> bool {
    let traced = Command::new(tracer()).args(["/dev/null", "/nowhere", "none", "0", "/bin/true"]).status();
    traced.expect("the tracer can be started").code() != Some(77)
}

/// Runs bayplan in `folder`; calls below `root` are counted, and the `number`th goes wrong. What it prints goes into
/// the file `printed`.
#[track_caller]
pub fn run(root: &Path, folder: &Path, printed: &Path, arguments: &[&str], fault: Fault, number: usize) -> Run {
    static RUNS: AtomicUsize = AtomicUsize::new(0);
    let run = RUNS.fetch_add(1, Ordering::Relaxed);
    let own =
        |what: &str| Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("faults-{}-{run}.{what}", std::process::id()));
    let (story, said) = (own("calls"), own("err"));
    let mut command = Command::new(tracer());
    command.arg(&story).arg(root).arg(fault.to_string()).arg(number.to_string());
    command.arg(env!("CARGO_BIN_EXE_bayplan")).args(arguments).current_dir(folder);
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).env("RAYON_NUM_THREADS", "2");
    command.env("HOME", root.join("home")).env("TMPDIR", root.join("tmp"));
    command.env("XDG_CACHE_HOME", root.join("home/cache")).env("XDG_CONFIG_HOME", root.join("home/config"));
    command.env("GITHUB_STEP_SUMMARY", folder.join("summary")).stdin(Stdio::null());
    command.stdout(File::create(printed).expect("a file for what is printed"));
    command.stderr(File::create(&said).expect("a file for what is said"));
    command.status().expect("the tracer can be started");
    let read = |path: &Path| {
        let text = std::fs::read(path).expect("what was written is there");
        let _ = std::fs::remove_file(path);
        String::from_utf8_lossy(&text).into_owned()
    };
    let (err, story) = (read(&said), read(&story));
    let mut run = Run { code: None, signal: None, calls: Vec::new(), err };
    for line in story.lines() {
        match line.splitn(3, ' ').collect::<Vec<_>>()[..] {
            ["code", code] => run.code = code.parse().ok(),
            ["signal", signal] => run.signal = signal.parse().ok(),
            [struck, name, path] => {
                run.calls.push(Call { is_struck: struck == "*", name: name.to_owned(), path: path.to_owned() });
            }
            _ => panic!("the tracer wrote {line:?}"),
        }
    }
    run
}
