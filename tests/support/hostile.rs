//! What people who mean harm put in the place of files that are read beside a build, and where they do it.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use std::fs::File;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::bundles::Files;
use super::limited::{Run, run};

pub const PLAN: &str = "version = 1\n\n[function.f]\nruntime = \"python3.13\"\narchitecture = \"x86_64\"\n";

/// A folder with a small build.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Place {
        let files = Files::default().with("app.py", "import numpy\ndef handler(event, context): pass\n");
        let place = Place(tempfile::tempdir().unwrap());
        files.with_distribution("", "numpy", "2.1", &["numpy/__init__.py"]).write(&place.path("build"));
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), content).unwrap();
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        run(self.0.path(), arguments)
    }

    pub fn check(&self) -> Run {
        self.run(&["check", "build", "--plan", "bayplan.toml", "--no-cache"])
    }
}

/// Something that is put in the place of a file.
pub enum Thing {
    Content(Vec<u8>),
    /// So many bytes of nothing, which take no room.
    Sparse(u64),
    Folder,
    Fifo,
    Link(&'static str),
}

impl Thing {
    pub fn put(&self, path: &Path) {
        match self {
            Thing::Content(content) => std::fs::write(path, content).unwrap(),
            Thing::Sparse(length) => File::create(path).unwrap().set_len(*length).unwrap(),
            Thing::Folder => std::fs::create_dir(path).unwrap(),
            Thing::Fifo => {
                let path = std::ffi::CString::new(path.as_os_str().as_encoded_bytes()).unwrap();
                let mode = rustix::fs::Mode::from_raw_mode(0o600);
                rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
            }
            Thing::Link(to) => symlink(to, path).unwrap(),
        }
    }
}

pub fn text(text: impl Into<Vec<u8>>) -> Thing {
    Thing::Content(text.into())
}

/// What cannot be any file of bayplan's, whatever it is called.
pub fn no_text_at_all() -> Vec<(&'static str, Thing)> {
    vec![
        ("a folder", Thing::Folder),
        ("a FIFO", Thing::Fifo),
        ("an endless device", Thing::Link("/dev/zero")),
        ("a link to nowhere", Thing::Link("nowhere")),
        ("a link to itself", Thing::Link("bayplan.toml")),
        ("ten terabytes", Thing::Sparse(10 << 40)),
        ("a hundred megabytes", Thing::Sparse(100 << 20)),
        ("UTF-16", text(b"\xff\xfev\0e\0r\0s\0i\0o\0n\0")),
        ("a byte that is no UTF-8", text(b"version = 1\n# caf\xe9\n")),
        ("a zip", text(Files::default().with("app.py", "").zip())),
        ("zeros", text(vec![0; 4096])),
    ]
}

/// TOML that is as deep or as long as it can be; `head` makes the rest of it right.
pub fn deep_and_long(head: &str) -> Vec<(&'static str, Thing)> {
    let nested =
        |open: &str, close: &str, levels: usize| format!("{head}x = {}1{}", open.repeat(levels), close.repeat(levels));
    vec![
        ("100 000 lists in each other", text(nested("[", "]", 100_000))),
        ("100 000 tables in each other", text(nested("{ a = ", " }", 100_000))),
        ("lists that never end", text(format!("{head}x = {}", "[".repeat(1_000_000)))),
        ("a key of 100 000 parts", text(format!("{head}a{} = 1", ".a".repeat(100_000)))),
        ("a table of 100 000 parts", text(format!("{head}[a{}]", ".a".repeat(100_000)))),
        (
            "100 000 tables below each other",
            text(format!(
                "{head}{}",
                (0..2_000).map(|at| format!("[a{}]\n", ".b".repeat(at % 90))).collect::<String>()
            )),
        ),
        ("a line of three megabytes", text(format!("{head}x = \"{}\"", "x".repeat(3_000_000)))),
        ("a number of a megabyte", text(format!("{head}x = {}", "9".repeat(1_000_000)))),
        ("what a terminal would act on", text(format!("{head}\"\\u001b[2J\" = 1"))),
        ("a raw escape sequence", text(format!("{head}x = \"\u{1b}]0;owned\u{7}\""))),
        ("a text that never ends", text(format!("{head}x = \"\"\"{}", "\n".repeat(100_000)))),
    ]
}
