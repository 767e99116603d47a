//! Whatever goes wrong while bayplan writes, the old is whole or the new is whole.
//!
//! Each command that writes runs in a small scene again and again, and each time another of its calls that write goes
//! wrong: the disk is full or broken, a write takes half, a signal comes in between, the process is killed. Then every
//! file must be as it was before or as it is after a run in which nothing went wrong, the build as it was, and nothing
//! else may lie about. Whoever was killed cleans nothing up; then the next run must, and must succeed.
//!
//! `cargo test` strikes up to 30 calls of each command, each with one fault in turn, the same in each run.
//! `BAYPLAN_FAULTS=all cargo test --test faults` strikes every call with every fault.

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stdout, reason = "the counts are what the suite is asked for")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/counts.rs"]
mod counts;
#[path = "support/faults.rs"]
mod faults;

use std::collections::BTreeMap;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use bundles::Files;
use faults::{FAULTS, Fault, Run, run};
use rayon::prelude::*;

/// So many calls of a command are struck where not all are.
const SAMPLE: usize = 30;

/// What lies in a folder: kind and mode, and the content.
type Snapshot = BTreeMap<PathBuf, (u32, Vec<u8>)>;

/// A command in a scene.
struct Scene {
    name: &'static str,
    /// Run in front of the command, with nothing going wrong.
    before: &'static [&'static [&'static str]],
    /// Files that lie there beside the build and the plan.
    there: &'static [(&'static str, &'static str)],
    command: &'static [&'static str],
    /// How it ends where nothing goes wrong.
    code: i32,
    /// What it writes, by its first letters: an error names one.
    writes: &'static [&'static str],
    /// Files, and folders with all in them, that are old together or new together while the disk can still be written to.
    together: &'static [&'static str],
}

const BASE: Scene = Scene { name: "", before: &[], there: &[], command: &[], code: 0, writes: &[], together: &[] };
/// A command that changes the plan, and its lock with it.
const OF_A_PLAN: Scene =
    Scene { writes: &["bayplan.toml", "bayplan.lock"], together: &["bayplan.toml", "bayplan.lock"], ..BASE };

const PLAN: &str = r#"# The team's plan.
version = 1

[function.app]
handler = "app.handler"
runtime = "python3.13"
architecture = "x86_64"
layers = ["libs"]

[layer.libs]
packages = ["six"]

[efs]
packages = ["alpha"]
"#;

const OTHER_PLAN: &str = r#"version = 1

[function.app]
handler = "app.handler"
runtime = "python3.13"
architecture = "x86_64"
layers = ["libs"]

[layer.libs]
packages = ["six", "alpha"]
"#;

const P: &[&str] = &["--plan", "bayplan.toml"];

const SCENES: [Scene; counts::WRITERS] = [
    Scene { name: "move", command: &["move", "build", "six", "efs", P[0], P[1]], ..OF_A_PLAN },
    Scene { name: "slim", command: &["slim", "build", "tests", P[0], P[1]], ..OF_A_PLAN },
    Scene { name: "layer", command: &["layer", "add", "build", "more", P[0], P[1]], ..OF_A_PLAN },
    Scene {
        name: "fit",
        command: &["fit", "build", "--out", "fitted/new.toml", "--runtime", "python3.13", "--arch", "x86_64"],
        there: &[("fitted/README", "mine")],
        writes: &["new.toml", "new.lock"],
        together: &["fitted"],
        ..BASE
    },
    Scene {
        name: "lock",
        command: &["check", "build", P[0], P[1], "--update"],
        there: &[("bayplan.lock", "# bayplan\nversion = 1\n")],
        writes: &["bayplan.lock"],
        ..BASE
    },
    Scene {
        name: "reports",
        command: &[
            "check",
            "build",
            P[0],
            P[1],
            "--format",
            "text",
            "--format",
            "json=json",
            "--format",
            "markdown=markdown",
            "--format",
            "github=github",
            "--format",
            "gitlab=gitlab",
            "--format",
            "junit=junit",
            "--format",
            "text=text",
        ],
        there: &[("json", "old"), ("junit", "old")],
        writes: &["json", "markdown", "github", "gitlab", "junit", "text"],
        ..BASE
    },
    Scene {
        name: "pack",
        command: &["pack", "build", P[0], P[1], "--out", "artifacts/of/app"],
        writes: &["app", "artifacts"],
        together: &["artifacts"],
        ..BASE
    },
    Scene {
        name: "pack again",
        before: &[&["pack", "build", "--plan", "other.toml", "--out", "app"]],
        there: &[("other.toml", OTHER_PLAN)],
        command: &["pack", "build", P[0], P[1], "--out", "app", "--force", "--verify", "--smallest"],
        writes: &["app"],
        together: &["app"],
        ..BASE
    },
    Scene {
        name: "export anew",
        command: &["export", "build", P[0], P[1], "--to", "terraform", "--out", "deploy/app"],
        writes: &["deploy"],
        together: &["deploy"],
        ..BASE
    },
    Scene {
        name: "export over",
        before: &[&["export", "build", "--plan", "other.toml", "--to", "script", "--out", "deploy"]],
        there: &[("other.toml", OTHER_PLAN)],
        command: &["export", "build", P[0], P[1], "--to", "script", "--out", "deploy", "--force"],
        writes: &["deploy"],
        together: &["deploy"],
        ..BASE
    },
    Scene { name: "cache", command: &["report", "build", P[0], P[1], "--zipped", "exact"], ..BASE },
    Scene {
        name: "summary",
        command: &["check", "build", P[0], P[1], "--format", "markdown", "--step-summary"],
        there: &[("summary", "what others wrote\n")],
        writes: &["summary"],
        ..BASE
    },
    Scene { name: "manual", command: &["man", "pages"], writes: &["pages"], ..BASE },
    Scene { name: "schema", command: &["schema", "plan"], ..BASE },
];

/// A scene, set up.
struct Stage<'a> {
    scene: &'a Scene,
    root: tempfile::TempDir,
}

impl<'a> Stage<'a> {
    fn new(scene: &'a Scene) -> Stage<'a> {
        let stage = Stage { scene, root: tempfile::tempdir().unwrap() };
        for folder in ["desk", "home", "tmp"] {
            std::fs::create_dir(stage.root.path().join(folder)).unwrap();
        }
        let desk = stage.desk();
        build().write(&desk.join("build"));
        std::fs::write(desk.join("bayplan.toml"), PLAN).unwrap();
        settle(&desk.join("build"));
        for (name, text) in scene.there {
            std::fs::create_dir_all(desk.join(name).parent().unwrap()).unwrap();
            std::fs::write(desk.join(name), text).unwrap();
        }
        for command in scene.before {
            let run = stage.run(command, Fault::None, 0);
            assert_eq!(run.code, Some(0), "{command:?}: {}", run.err);
        }
        stage
    }

    fn desk(&self) -> PathBuf {
        self.root.path().join("desk")
    }

    fn run(&self, command: &[&str], fault: Fault, number: usize) -> Run {
        run(self.root.path(), &self.desk(), &self.root.path().join("printed"), command, fault, number)
    }

    fn snapshot(&self) -> Snapshot {
        snapshot(&self.desk())
    }
}

/// Two packages with tests, and a handler.
fn build() -> Files {
    let text = "def handler(event, context):\n    return 1\n";
    Files::default()
        .with("app.py", text)
        .with("data.bin", vec![7; 300_000])
        .with_distribution("", "six", "1.16.0", &["six.py"])
        .with_distribution("", "alpha", "2.0", &["alpha/__init__.py", "alpha/tests/test_it.py"])
}

/// As if it had been built long ago: only what is not being written at the moment is kept in the cache.
fn settle(folder: &Path) {
    let long_ago = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_600_000_000);
    for found in walkdir::WalkDir::new(folder) {
        let found = found.unwrap();
        std::fs::File::open(found.path()).unwrap().set_modified(long_ago).unwrap();
    }
}

fn snapshot(folder: &Path) -> Snapshot {
    let mut all = Snapshot::new();
    for found in walkdir::WalkDir::new(folder).min_depth(1) {
        let found = found.unwrap();
        let metadata = found.path().symlink_metadata().unwrap();
        let content = match found.file_type() {
            kind if kind.is_file() => std::fs::read(found.path()).unwrap(),
            kind if kind.is_symlink() => {
                std::fs::read_link(found.path()).unwrap().into_os_string().into_encoded_bytes()
            }
            _ => Vec::new(),
        };
        let path = found.path().strip_prefix(folder).unwrap().to_owned();
        let mode = if metadata.is_symlink() { 0 } else { metadata.permissions().mode() };
        assert_eq!(metadata.uid(), std::fs::metadata(folder).unwrap().uid());
        all.insert(path, (mode, content));
    }
    all
}

/// What a snapshot has below a path.
fn below(all: &Snapshot, path: &str) -> Snapshot {
    below_path(all, Path::new(path))
}

fn below_path(all: &Snapshot, path: &Path) -> Snapshot {
    all.iter().filter(|(name, _)| name.starts_with(path)).map(|(name, what)| (name.clone(), what.clone())).collect()
}

/// What is neither as it was nor as it is to be, in words.
fn mixture(scene: &Scene, old: &Snapshot, new: &Snapshot, now: &Snapshot) -> Option<String> {
    let describe =
        |what: Option<&(u32, Vec<u8>)>| what.map(|(mode, content)| format!("{mode:o}, {} bytes", content.len()));
    for path in old.keys().chain(new.keys()).chain(now.keys()) {
        let [was, will, is] = [old, new, now].map(|all| all.get(path));
        if is != was && is != will {
            let [was, will, is] = [was, will, is].map(describe);
            return Some(format!("{} is {is:?}; it was {was:?} and was to be {will:?}", path.display()));
        }
    }
    let [was, will, is] =
        [old, new, now].map(|all| scene.together.iter().flat_map(|folder| below(all, folder)).collect::<Snapshot>());
    (is != was && is != will).then(|| format!("it is neither the old nor the new: {:?}", is.keys()))
}

/// What a struck run did wrong, in words.
fn judge(stage: &Stage<'_>, old: &Snapshot, new: &Snapshot, run: &Run, fault: Fault) -> Result<(), String> {
    let scene = stage.scene;
    let now = stage.snapshot();
    let struck: Vec<_> = run.calls.iter().filter(|call| call.is_struck).collect();
    if fault == Fault::Kill {
        // What it had begun may lie about, but what has a name is whole.
        let known = |path: &PathBuf| old.contains_key(path) || new.contains_key(path);
        let is_folder = |mode: u32| mode & 0o170_000 == 0o040_000;
        let is_empty =
            |path: &PathBuf| below_path(&now, path).iter().all(|(path, (mode, _))| is_folder(*mode) || !known(path));
        let kept = now.iter().filter(|(path, _)| known(path) && (old.contains_key(*path) || !is_empty(path)));
        let kept: Snapshot = kept.map(|(path, what)| (path.clone(), what.clone())).collect();
        let is_partly = !scene.name.starts_with("pack");
        // Several files get their names one after the other.
        let whole = Scene { together: if is_partly { &[] } else { scene.together }, ..BASE };
        if let Some(wrong) = mixture(&whole, old, new, &kept) {
            return Err(format!("killed: {wrong}"));
        }
        return judge_next(stage, new);
    }
    let Some(code) = run.code else { return Err(format!("signal {:?}: {}", run.signal, run.err)) };
    if run.err.contains("panicked") {
        return Err(format!("it panicked: {}", run.err));
    }
    if struck.iter().any(|call| call.name == "remove") && (code == scene.code || code == 2) {
        return judge_next(stage, new);
    }
    if code == scene.code {
        return if now == *new {
            Ok(())
        } else {
            Err(format!("exit {code}, but {:?}\n{}", difference(&now, new), run.err))
        };
    }
    if fault.is_harmless() || code != 2 {
        return Err(format!("exit {code}: {}", run.err));
    }
    // Where nothing can be put back, each file is still whole.
    let goes_on = matches!(fault, Fault::FromHere(_)) && !scene.name.starts_with("pack");
    let whole = Scene { together: if goes_on { &[] } else { scene.together }, ..BASE };
    if let Some(wrong) = mixture(&whole, old, new, &now) {
        return Err(wrong);
    }
    let is_printed = struck.iter().any(|call| call.path.ends_with("/printed"));
    let names = |name: &str| run.err.contains(name);
    if !(run.err.contains("error: ")
        && (scene.writes.iter().any(|name| names(name)) || is_printed && names("standard output")))
    {
        return Err(format!("the error names nothing that was to be written: {}", run.err));
    }
    Ok(())
}

/// The next run finds what was left lying about, cleans it up and succeeds.
fn judge_next(stage: &Stage<'_>, new: &Snapshot) -> Result<(), String> {
    let run = stage.run(&again(stage.scene), Fault::None, 0);
    if run.err.contains("there is a layer \"more\" already") {
        // Each file is whole, so the plan that was written is a plan.
        return Ok(());
    }
    if run.code != Some(stage.scene.code) {
        return Err(format!("the run after it ends with {:?}: {}", run.code, run.err));
    }
    let now = stage.snapshot();
    if now == *new { Ok(()) } else { Err(format!("the run after it leaves {:?}", difference(&now, new))) }
}

/// The command as it is given after one that was killed: what lies there by then may be the new.
fn again(scene: &Scene) -> Vec<&'static str> {
    let mut command = scene.command.to_vec();
    if command[0] == "export" && !command.contains(&"--force") {
        command.push("--force");
    }
    command
}

/// Paths that differ.
fn difference<'a>(one: &'a Snapshot, other: &'a Snapshot) -> Vec<&'a PathBuf> {
    one.keys().chain(other.keys()).filter(|path| one.get(*path) != other.get(*path)).collect()
}

/// What came of striking a scene's calls.
struct Struck {
    calls: usize,
    runs: usize,
    wrong: Vec<String>,
}

/// Strikes a scene's calls; how many runs that were, and what went wrong.
fn strike(scene: &Scene, turn: usize, every: bool) -> Struck {
    let faultless = Stage::new(scene);
    let old = faultless.snapshot();
    let whole = faultless.run(scene.command, Fault::None, 0);
    assert_eq!(whole.code, Some(scene.code), "{}: {}", scene.name, whole.err);
    let new = faultless.snapshot();
    assert!(!whole.calls.is_empty(), "{}: nothing is written", scene.name);
    let (mut runs, mut wrong) = (0, Vec::new());
    let step = if every { 1 } else { whole.calls.len().div_ceil(SAMPLE) };
    for number in (1 + turn % step..=whole.calls.len()).step_by(step) {
        let faults: Vec<Fault> =
            if every { FAULTS.to_vec() } else { vec![FAULTS[(number / step + turn) % FAULTS.len()]] };
        for fault in faults {
            let stage = Stage::new(scene);
            assert!(stage.snapshot() == old, "{}: the scene is not the same each time", scene.name);
            let run = stage.run(scene.command, fault, number);
            runs += 1;
            let struck = run.calls.iter().find(|call| call.is_struck);
            let what = struck.map(|call| format!("{} {}", call.name, call.path.rsplit('/').next().unwrap_or_default()));
            if let Err(words) = judge(&stage, &old, &new, &run, fault) {
                wrong.push(format!("{} call {number} ({}) {fault}: {words}", scene.name, what.unwrap_or_default()));
            }
            assert_eq!(below(&stage.snapshot(), "build"), below(&old, "build"), "the build was written to");
        }
    }
    Struck { calls: whole.calls.len(), runs, wrong }
}

#[test]
fn whatever_goes_wrong_while_it_writes_old_or_new_is_whole() {
    if !faults::can_trace() {
        assert!(std::env::var_os("BAYPLAN_FAULTS").is_none(), "this system lets no process trace another");
        return;
    }
    let every = std::env::var_os("BAYPLAN_FAULTS").is_some();
    let only = std::env::var("BAYPLAN_FAULTS_SCENE").ok();
    let scenes: Vec<&Scene> =
        SCENES.iter().filter(|scene| only.as_deref().is_none_or(|only| only == scene.name)).collect();
    let struck: Vec<Struck> =
        scenes.par_iter().enumerate().map(|(turn, scene)| strike(scene, turn * 3, every)).collect();
    for (scene, struck) in scenes.iter().zip(&struck) {
        println!(
            "{:12} {:4} calls that write, {:5} runs in which one went wrong",
            scene.name, struck.calls, struck.runs
        );
    }
    let sum = |of: fn(&Struck) -> usize| struck.iter().map(of).sum::<usize>();
    let (calls, runs) = (sum(|struck| struck.calls), sum(|struck| struck.runs));
    println!("{} commands, {calls} calls, {} faults: {runs} runs", scenes.len(), FAULTS.len());
    let wrong: Vec<&String> = struck.iter().flat_map(|struck| &struck.wrong).collect();
    assert!(
        wrong.is_empty(),
        "{} of {runs} runs:\n{}",
        wrong.len(),
        wrong.into_iter().map(String::as_str).collect::<Vec<_>>().join("\n")
    );
}
