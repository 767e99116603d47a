//! Full and read-only disks, and the limits of a system: an error that names the cause, exit 2, and nothing half-made.
//!
//! Disks are made in a name space of their own, as `unshare -rm` gives to anybody; limits are set by `prlimit`, that of
//! processes for a user who is not root. Broken calls one by one are the matter of `tests/faults.rs`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stdout, reason = "the counts are what the suite is asked for")]

#[path = "support/counts.rs"]
mod counts;
#[path = "support/real.rs"]
mod real;

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use real::{text, tool};

const BAYPLAN: &str = env!("CARGO_BIN_EXE_bayplan");
const TARGET: &str = "--runtime python3.13 --arch x86_64 --handler app.handler";

/// What a run wrote, by name.
type Files = BTreeMap<PathBuf, Vec<u8>>;

/// A build in a folder that everybody may enter, and a folder that everybody may write in.
struct Scene(tempfile::TempDir);

impl Scene {
    fn new() -> Scene {
        let scene = Scene(tempfile::tempdir().unwrap());
        fs::create_dir_all(scene.path("build/six-1.dist-info")).unwrap();
        fs::create_dir_all(scene.path("disk")).unwrap();
        fs::create_dir_all(scene.path("kept")).unwrap();
        fs::write(scene.path("build/app.py"), "def handler(event, context): return 1\n").unwrap();
        let mut chance = 1_u64;
        let mut next = || {
            chance = chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (chance >> 56) as u8
        };
        let noise: Vec<u8> = (0..60_000).map(|_| next()).collect();
        fs::write(scene.path("build/data.bin"), noise).unwrap();
        fs::write(scene.path("build/six.py"), "x = 1\n").unwrap();
        fs::write(scene.path("build/six-1.dist-info/METADATA"), "Metadata-Version: 2.1\nName: six\nVersion: 1\n")
            .unwrap();
        fs::write(scene.path("build/six-1.dist-info/RECORD"), "six.py,,\nsix-1.dist-info/METADATA,,\n").unwrap();
        fs::copy(BAYPLAN, scene.path("bayplan")).unwrap();
        tool(Command::new("chmod").args(["-R", "a+rX"]).arg(scene.0.path()));
        for open in ["disk", "kept"] {
            fs::set_permissions(scene.path(open), Permissions::from_mode(0o777)).unwrap();
        }
        scene
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs a script where a disk of its own may be mounted.
    fn script(&self, script: &str) -> Output {
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", script]).current_dir(self.0.path());
        command.env("HOME", self.path("kept")).env_remove("XDG_CACHE_HOME").output().unwrap()
    }
}

fn files(folder: &Path) -> Files {
    let walk = walkdir::WalkDir::new(folder).into_iter().filter_map(Result::ok);
    let files = walk.filter(|found| found.file_type().is_file());
    files
        .map(|found| (found.path().strip_prefix(folder).unwrap().to_owned(), fs::read(found.path()).unwrap()))
        .collect()
}

/// What no run may do, whatever the system refuses.
#[track_caller]
fn ends_well(what: &str, output: &Output) {
    let said = format!("{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.signal(), None, "{what}: it hangs, or a signal ended it:\n{said}");
    let code = output.status.code().unwrap();
    assert!(code <= 2 && !said.contains("panicked"), "{what}: exit {code}:\n{said}");
    // A report that lacks something says of what it could not read.
    let is_told = ["error: ", "undecided", "could not be read"].iter().any(|words| said.to_lowercase().contains(words));
    assert!(code != 2 || is_told, "{what}: exit 2 without a word:\n{said}");
}

/// Each command that writes, onto disks of every size from none to enough.
#[test]
fn a_full_disk_leaves_the_old_or_the_new() {
    let commands = [
        ("pack ../build --out out --force", "out"),
        ("export ../build --to script --out out --force", "out"),
        ("move ../build six efs --plan bayplan.toml", "."),
        ("check ../build --format json=report --format markdown=other", "."),
    ];
    let mut runs = 0;
    for (command, written) in commands {
        let is_plan = command.starts_with("move");
        let target = if is_plan { "--runtime python3.13 --arch x86_64" } else { TARGET };
        // The old lies there first; then the disk is made as small as it is to be.
        let old = match written {
            "out" => format!("../bayplan {command} {} > /dev/null 2>&1; ", target.replace("3.13", "3.12")),
            _ => String::new(),
        };
        let with = |size: u32| {
            let scene = Scene::new();
            let script = format!(
                "mount -t tmpfs -o size=4m none disk && cd disk && {old}cp -a . ../kept/old && \
                 mount -o remount,size={size}k . ; ../bayplan {command} {target}; code=$?; cp -a . ../kept/new; exit $code"
            );
            let output = scene.script(&script);
            ends_well(&format!("{command} on a disk of {size} kB"), &output);
            let [old, new] = ["kept/old", "kept/new"].map(|folder| files(&scene.path(folder)));
            (output, old, new)
        };
        let (enough, _, whole) = with(4096);
        assert_eq!(enough.status.code(), Some(0), "{command}: {}", text(&enough.stderr));
        let mut sizes_refused = 0;
        for size in (4..).step_by(8).take(counts::DISKS) {
            let (output, old, now) = with(size);
            runs += 1;
            let said = text(&output.stderr);
            if output.status.code() == Some(0) {
                assert!(now == whole, "{command} on {size} kB: done, and {:?} is not all", now.keys());
            } else {
                sizes_refused += 1;
                assert!(said.to_lowercase().contains("no space left"), "{command} on {size} kB: {said}");
                let wrong =
                    now.iter().find(|(path, text)| old.get(*path) != Some(text) && whole.get(*path) != Some(text));
                assert_eq!(wrong.map(|(path, _)| path), None, "{command} on {size} kB left half a file");
                let is_set = command.starts_with("pack");
                assert!(!is_set || now == old, "{command} on {size} kB left {:?}", now.keys());
            }
        }
        assert!(sizes_refused > 0, "{command}: no disk was too small, so nothing was tried");
    }
    println!("{} commands, {runs} runs on disks that may be too small", commands.len());
}

#[test]
fn a_disk_that_is_read_only_is_said() {
    for command in [
        "pack ../build --out out",
        "export ../build --to script --out out",
        "move ../build six efs --plan bayplan.toml",
        "check ../build --format json=report",
        "fit ../build --out new.toml",
        "man pages",
    ] {
        let target = if command.starts_with("move") || command.starts_with("fit") {
            "--runtime python3.13 --arch x86_64"
        } else if command == "man pages" {
            ""
        } else {
            TARGET
        };
        let scene = Scene::new();
        let output =
            scene.script(&format!("mount -t tmpfs -o ro none disk && cd disk && ../bayplan {command} {target}"));
        ends_well(command, &output);
        let said = text(&output.stderr).to_lowercase();
        assert_eq!(output.status.code(), Some(2), "{command}: {said}");
        assert!(said.contains("read-only file system"), "{command}: {said}");
    }
}

#[test]
fn an_output_that_takes_nothing_is_an_error() {
    let scene = Scene::new();
    for command in [
        "report build",
        "check build",
        "fit build",
        "slim build",
        "diff build demo:",
        "explain size.joint",
        "schema plan",
        "completions bash",
        "man",
        "help plain",
        "report build --format json",
        "check build --format junit",
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let mut run = Command::new(BAYPLAN);
        let output = run.args(command.split(' ')).current_dir(scene.0.path()).stdout(full).output().unwrap();
        ends_well(command, &output);
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains("standard output"), "{command}: {said}");
    }
}

/// Open files, processes, memory and the length of files.
#[test]
fn narrow_limits_are_met_with_words() {
    let scene = Scene::new();
    let mut runs = 0;
    let mut run = |limit: String, command: &str| {
        let _ = fs::remove_dir_all(scene.path("disk/out"));
        let mut prlimit = Command::new("timeout");
        prlimit.args([
            "--signal",
            "KILL",
            "60",
            "setpriv",
            "--reuid",
            "65534",
            "--regid",
            "65534",
            "--clear-groups",
            "prlimit",
            &limit,
        ]);
        if tool(Command::new("id").arg("-u")).trim() != "0" {
            prlimit = Command::new("timeout");
            prlimit.args(["--signal", "KILL", "60", "prlimit", &limit]);
        }
        prlimit.arg(scene.path("bayplan")).args(command.split(' ')).args(TARGET.split(' '));
        let output = prlimit.current_dir(scene.path("disk")).env("HOME", scene.path("disk")).output().unwrap();
        // What the system cannot even start is no matter of ours.
        if output.status.code() != Some(127) {
            ends_well(&format!("{command} with {limit}"), &output);
            runs += 1;
        }
        let is_half = scene.path("disk/out").exists() && !scene.path("disk/out/manifest.json").exists();
        assert!(!is_half, "{command} with {limit} left half a set");
        output.status.code()
    };
    for command in ["check ../build", "pack ../build --out out", "report ../build --zipped exact"] {
        for number in 4..20 {
            run(format!("--nofile={number}"), command);
        }
        for number in 0..8 {
            run(format!("--nproc={number}"), command);
        }
        for megabytes in [100, 200, 400, 800, 1600, 3200] {
            run(format!("--as={}", megabytes << 20), command);
        }
    }
    for bytes in [0, 1, 100, 4096, 20_000, 50_000] {
        let code = run(format!("--fsize={bytes}"), "pack ../build --out out");
        assert_eq!(code, Some(2), "an artifact of more than {bytes} bytes cannot be written");
    }
    println!("{runs} runs under narrow limits");
}
