//! What cannot be read is said, never counted as nothing: a folder closed to the user who runs bayplan.
//!
//! Root reads everything, so the program runs as another user; that user must reach the program and the build, which
//! therefore lie in an open temporary folder.

#![cfg(unix)]

#[path = "support/real.rs"]
mod real;

use real::{Report, text, tool};
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// A temporary folder that anybody can enter, with bayplan and a build in it, of which one folder is closed.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let scene = Self { folder: tempfile::tempdir().expect("a temporary folder can be made") };
        scene.furnish().expect("a temporary folder can be furnished");
        scene
    }

    fn furnish(&self) -> std::io::Result<()> {
        fs::create_dir_all(self.path("build/closed"))?;
        fs::write(self.path("build/app.py"), "def handler(event, context): return 1\n")?;
        fs::write(self.path("build/closed/secret.bin"), [0; 4096])?;
        fs::copy(env!("CARGO_BIN_EXE_bayplan"), self.path("bayplan"))?;
        for open in ["", "build", "bayplan"] {
            fs::set_permissions(self.path(open), Permissions::from_mode(0o755))?;
        }
        fs::set_permissions(self.path("build/closed"), Permissions::from_mode(0o000))
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    /// Runs bayplan as somebody who may not read everything.
    fn bayplan(&self, arguments: &[&str]) -> Output {
        let mut command = unprivileged(&self.path("bayplan"));
        command.args(arguments).current_dir(self.folder.path()).output().expect("setpriv and bayplan can be started")
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // Only who may enter a folder can remove what is in it.
        let _ = fs::set_permissions(self.path("build/closed"), Permissions::from_mode(0o755));
    }
}

fn unprivileged(program: &Path) -> Command {
    if tool(Command::new("id").arg("-u")).trim() != "0" {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(program);
    command
}

#[test]
fn the_scene_is_closed_to_the_user_who_looks() {
    let scene = Scene::new();
    let mut list = unprivileged(Path::new("ls"));
    let output = list.arg(scene.path("build/closed")).output().unwrap();
    assert!(!output.status.success(), "the other user reads the closed folder, so the tests here prove nothing");
}

#[test]
fn a_closed_folder_makes_the_report_a_lower_bound() {
    let output = Scene::new().bayplan(&["report", "build"]);
    let said = text(&output.stdout);
    assert_eq!(
        output.status.code(),
        Some(2),
        "a report that could not read everything exits 2:\n{said}{}",
        text(&output.stderr)
    );
    assert!(said.contains('≥'), "the total is shown as a lower bound:\n{said}");
    assert!(said.contains("closed"), "the folder is named:\n{said}");
}

#[test]
fn a_closed_folder_is_a_finding() {
    let output = Scene::new().bayplan(&["report", "--format", "json", "build"]);
    let report = Report::read(&output.stdout);
    assert!(!report.findings.is_empty(), "the unreadable folder is a finding: {report:?}");
    assert!(text(&output.stdout).contains("closed"), "the finding names it:\n{}", text(&output.stdout));
}

#[test]
fn check_cannot_tell_what_it_could_not_read() {
    let output = Scene::new().bayplan(&["check", "build"]);
    assert_eq!(output.status.code(), Some(2), "small as far as read, but not known: {}", text(&output.stdout));
}

/// A file that says who owns what, what is needed or what is imported: closed, it leaves the verdict open.
#[test]
fn a_single_closed_file_that_has_to_be_read_never_passes() {
    for closed in [
        "six-1.dist-info/METADATA",
        "six-1.dist-info/RECORD",
        "node_modules/six/package.json",
        "app.py",
        "six.py",
        "fast.so",
    ] {
        let scene = Scene::new();
        fs::remove_dir_all(scene.path("build/closed")).unwrap();
        for (name, text) in [
            ("six-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: six\nVersion: 1\n"),
            ("six-1.dist-info/RECORD", "six.py,,\nsix-1.dist-info/METADATA,,\nsix-1.dist-info/RECORD,,\n"),
            ("node_modules/six/package.json", "{\"name\": \"six\", \"version\": \"1.0.0\"}"),
            ("app.py", "import six\ndef handler(event, context): return 1\n"),
            ("six.py", "x = 1\n"),
            ("fast.so", "not native\n"),
        ] {
            let path = scene.path("build").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        tool(Command::new("chmod").args(["-R", "a+rX"]).arg(scene.path("build")));
        let check = ["check", "build", "--runtime", "python3.13", "--arch", "x86_64", "--handler", "app.handler"];
        let open = scene.bayplan(&check);
        assert_eq!(open.status.code(), Some(0), "with nothing closed it passes:\n{}", text(&open.stdout));
        fs::set_permissions(scene.path("build").join(closed), Permissions::from_mode(0o000)).unwrap();
        let output = scene.bayplan(&check);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(2), "{closed} is closed:\n{said}{}", text(&output.stderr));
        let words: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(closed) && words.contains("permission denied"), "{closed} is named:\n{said}");
    }
}
