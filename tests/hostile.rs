//! Builds made to hurt, through every command: no panic, no signal, no hang, little memory, nothing raw, nothing forged,
//! nothing written outside the output folder, and nothing broken that passes.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stdout, reason = "the counts are what the suite is asked for")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/counts.rs"]
mod counts;
#[path = "support/hostile_trees.rs"]
mod hostile;
#[path = "support/ended.rs"]
mod limited;
#[path = "support/pty.rs"]
mod pty;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hostile::{TREES, Tree, Worth};
use limited::{Ended, run};
use rayon::prelude::*;

/// What no run may take more of.
const MOST_MEMORY: u64 = 512 << 20;

const TARGET: &[&str] = &["--runtime", "python3.13", "--arch", "x86_64", "--handler", "app.handler"];

/// What is asked of each build.
const COMMANDS: [&[&str]; counts::COMMANDS] = [
    &["report", "build", "--format", "text"],
    &["report", "build", "--format", "json"],
    &["report", "build", "--format", "markdown"],
    &["report", "build", "--zipped", "none"],
    &["check", "build", "--format", "text"],
    &["check", "build", "--format", "json"],
    &["check", "build", "--format", "markdown"],
    &["check", "build", "--format", "github"],
    &["check", "build", "--format", "gitlab"],
    &["check", "build", "--format", "junit"],
    &["pack", "build", "--out", "out", "--force"],
    &["fit", "build"],
    &["slim", "build"],
    &["diff", "build", "demo:"],
    &["explain", "Unable to import module 'app': No module named 'six'", "build"],
    &["export", "build", "--to", "terraform", "--out", "out/deploy"],
];

/// Commands that take a target from the command line.
fn with_target<'a>(command: &[&'a str]) -> Vec<&'a str> {
    let mut all = command.to_vec();
    match command[0] {
        "report" | "check" | "fit" | "pack" | "export" => all.extend(TARGET),
        _ => {}
    }
    all
}

/// A folder in which a hostile build lies, with surroundings that nobody may touch.
struct Scene(tempfile::TempDir);

impl Scene {
    fn new(tree: &Tree) -> Scene {
        let scene = Scene(tempfile::tempdir().unwrap());
        for folder in ["desk/build", "outside", "home"] {
            std::fs::create_dir_all(scene.0.path().join(folder)).unwrap();
        }
        std::fs::write(scene.0.path().join("outside/secret"), "secret").unwrap();
        (tree.make)(&scene.desk().join("build"));
        scene
    }

    fn desk(&self) -> PathBuf {
        self.0.path().join("desk")
    }

    fn run(&self, command: &[&str]) -> Ended {
        run(&self.desk(), &self.0.path().join("home"), command)
    }
}

impl Drop for Scene {
    fn drop(&mut self) {
        // No path leads to what lies three thousand folders deep.
        let _ = std::process::Command::new("rm").arg("-rf").arg(self.0.path()).status();
    }
}

/// What lies around the output folder and the cache: kind, size and time of change.
fn surroundings(root: &Path) -> BTreeMap<PathBuf, (u32, u64, i64, i64)> {
    let walk = walkdir::WalkDir::new(root).max_depth(60).into_iter();
    let is_ours = |found: &walkdir::DirEntry| {
        let path = found.path().strip_prefix(root).unwrap_or(found.path());
        !path.starts_with("desk/out") && !path.starts_with("home") && path != Path::new("desk") && path != Path::new("")
    };
    let found = walk.filter_map(Result::ok).filter(is_ours);
    found
        .map(|found| {
            let metadata = found.path().symlink_metadata().unwrap();
            (found.into_path(), (metadata.mode(), metadata.size(), metadata.mtime(), metadata.mtime_nsec()))
        })
        .collect()
}

/// What is wrong with how a run ended, in words.
fn wrong(command: &[&str], ended: &Ended, worth: Worth) -> Option<String> {
    let said = format!("{}\n{}", tail(&ended.out), tail(&ended.err));
    if ended.hung {
        return Some("it does not end".to_owned());
    }
    let Some(code) = ended.code else { return Some(format!("signal {:?}: {said}", ended.signal)) };
    if !(0..=2).contains(&code) || tail(&ended.err).contains("panicked") {
        return Some(format!("exit {code}: {said}"));
    }
    if ended.memory > MOST_MEMORY {
        return Some(format!("{} MB of memory", ended.memory >> 20));
    }
    if worth == Worth::Broken && command[0] == "check" && code == 0 {
        return Some(format!("it passes: {said}"));
    }
    if code == 2 && ended.err.is_empty() && ended.out.is_empty() {
        return Some("exit 2 without a word".to_owned());
    }
    let json = command.iter().any(|word| *word == "json" || *word == "gitlab");
    for text in [&ended.out, &ended.err] {
        let Ok(text) = std::str::from_utf8(text) else { return Some(format!("it prints what is no text: {said}")) };
        if let Some(raw) = text.chars().find(|letter| is_raw(*letter)) {
            return Some(format!("it prints {raw:?} as it is: {said}"));
        }
        let is_forged = |line: &str| {
            line.trim_start().starts_with("::error file=forged")
                || line.starts_with("##[error]forged")
                || line.starts_with("::error::forged")
        };
        if let Some(line) = text.lines().find(|line| is_forged(line)) {
            return Some(format!("a name became a line of its own: {line}"));
        }
        if json
            && text.as_ptr() == ended.out.as_ptr()
            && !text.is_empty()
            && serde_json::from_str::<serde_json::Value>(text).is_err()
        {
            return Some(format!("it prints what is no JSON: {said}"));
        }
    }
    None
}

/// What a terminal would obey, or would show in another order than it was written.
fn is_raw(letter: char) -> bool {
    letter.is_control() && letter != '\n' || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn tail(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let start = text.char_indices().rev().nth(600).map_or(0, |(at, _)| at);
    format!("{:?}", &text[start..])
}

#[test]
fn no_hostile_build_hurts_and_no_broken_one_passes() {
    let outcomes: Vec<(Vec<String>, usize, Duration, u64)> = TREES.par_iter().map(judge).collect();
    let runs: usize = outcomes.iter().map(|(_, runs, _, _)| runs).sum();
    let longest = outcomes.iter().map(|(_, _, longest, _)| *longest).max().unwrap();
    let memory = outcomes.iter().map(|(_, _, _, memory)| *memory).max().unwrap();
    let broken = TREES.iter().filter(|tree| tree.worth == Worth::Broken).count();
    assert_eq!(broken, counts::BROKEN_BUILDS, "tests/support/counts.rs");
    println!(
        "{} hostile builds, {broken} of them broken, {} commands: {runs} runs, at most {longest:.1?} and {} MB",
        TREES.len(),
        COMMANDS.len(),
        memory >> 20
    );
    let wrong: Vec<String> = outcomes.into_iter().flat_map(|(wrong, ..)| wrong).collect();
    assert!(wrong.is_empty(), "{} of {runs} runs:\n{}", wrong.len(), wrong.join("\n"));
}

fn judge(tree: &Tree) -> (Vec<String>, usize, Duration, u64) {
    let scene = Scene::new(tree);
    let before = surroundings(scene.0.path());
    let (mut said, mut longest, mut memory) = (Vec::new(), Duration::ZERO, 0);
    for command in &COMMANDS {
        let command = with_target(command);
        let ended = scene.run(&command);
        (longest, memory) = (longest.max(ended.took), memory.max(ended.memory));
        said.extend(
            wrong(&command, &ended, tree.worth).map(|words| format!("{}: {}: {words}", tree.name, command.join(" "))),
        );
    }
    let after = surroundings(scene.0.path());
    if before != after {
        let differ = after.iter().filter(|(path, what)| before.get(*path) != Some(what)).map(|(path, _)| path);
        said.push(format!("{}: something was written: {:?}", tree.name, differ.collect::<Vec<_>>()));
    }
    (said, COMMANDS.len(), longest, memory)
}

#[test]
fn the_screen_opens_each_or_says_why_not() {
    TREES.par_iter().for_each(|tree| {
        let scene = Scene::new(tree);
        let terminal = pty::Terminal::open(30, 100).in_folder(&scene.desk()).run(&["build", "--no-cache"]);
        let is_open = |screen: &vt100::Screen| screen.contents().contains("Packages");
        while !terminal.has_ended() && !is_open(&terminal.screen()) {
            std::thread::sleep(Duration::from_millis(5));
        }
        for keys in ["G", "l", "t", "t", "t", "i", "q", "y"] {
            terminal.keys(keys);
        }
        while !terminal.has_ended() {
            terminal.key(pty::Key::Ctrl('c'));
            std::thread::sleep(Duration::from_millis(5));
        }
        assert!(!terminal.has_written(b"\x1b[31mred") && !terminal.has_written(b"owned\x07"), "{}", tree.name);
        let exit = terminal.wait_exit();
        exit.assert_restored();
        assert!(exit.signal.is_none() && !exit.printed.contains("panicked"), "{}: {exit:?}", tree.name);
    });
}

/// A zip that was not uploaded or written to its end, at any byte.
#[test]
fn a_zip_that_is_cut_off_never_passes() {
    let build = bundles::Files::default()
        .with("app.py", "import six\ndef handler(event, context): return 1\n")
        .with_distribution("", "six", "1.16.0", &["six.py"]);
    let (scene, whole) = (Scene::new(&TREES[0]), build.zip());
    let check = with_target(&["check", "cut.zip"]);
    let put = |length: usize| std::fs::write(scene.desk().join("cut.zip"), &whole[..length]).unwrap();
    put(whole.len());
    assert_eq!(scene.run(&check).code, Some(0), "whole, it passes");
    for cut in 0..counts::CUTS {
        // The last bytes one by one, the rest in even steps.
        let length = if cut < 24 { whole.len() - 1 - cut } else { whole.len() * (cut - 24) / (counts::CUTS - 24) };
        put(length);
        let ended = scene.run(&check);
        let words = wrong(&check, &ended, Worth::Broken);
        assert_eq!(words, None, "cut off after {length} of {} bytes", whole.len());
    }
}

/// Files come, go, grow and shrink while they are looked at.
#[test]
fn a_build_that_changes_under_the_hand_hurts_nobody() {
    let still = Tree {
        name: "still",
        worth: Worth::Odd,
        make: |build| std::fs::write(build.join("app.py"), "def handler(event, context): return 1\n").unwrap(),
    };
    let scene = Scene::new(&still);
    let build = scene.desk().join("build");
    let ends = AtomicBool::new(false);
    let mut said = Vec::new();
    std::thread::scope(|threads| {
        threads.spawn(|| {
            let mut turn = 0_usize;
            while !ends.load(Ordering::Relaxed) {
                turn += 1;
                let folder = build.join(format!("six{}-1.dist-info", turn % 5));
                let _ = std::fs::create_dir(&folder);
                let _ = std::fs::write(folder.join("METADATA"), "Name: six\nVersion: 1\n".repeat(turn % 100));
                let _ = std::fs::write(folder.join("RECORD"), "six.py,,\n".repeat(turn % 1000));
                let _ = std::fs::write(build.join("grows.py"), "x = 1\n".repeat(turn % 5000));
                let _ = std::fs::remove_dir_all(build.join(format!("six{}-1.dist-info", (turn + 2) % 5)));
                let _ = std::fs::rename(build.join("grows.py"), build.join("moves.py"));
            }
        });
        for round in 0..3 {
            for command in &COMMANDS {
                let command = with_target(command);
                let ended = scene.run(&command);
                said.extend(
                    wrong(&command, &ended, Worth::Odd)
                        .map(|words| format!("round {round}, {}: {words}", command.join(" "))),
                );
            }
        }
        ends.store(true, Ordering::Relaxed);
    });
    assert!(said.is_empty(), "{}", said.join("\n"));
    assert_eq!(std::fs::read_to_string(scene.0.path().join("outside/secret")).unwrap(), "secret");
}
