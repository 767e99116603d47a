//! In whatever moment the screen is left, and by whatever it is ended, the terminal is as it was.
//!
//! `BAYPLAN_MOMENTS=N` ends the screen in N moments more, by chance from `BAYPLAN_MONKEY_SEED`.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]
#![allow(clippy::print_stdout, reason = "the counts are what the suite is asked for")]

#[path = "support/chance.rs"]
#[allow(dead_code, reason = "the monkey counts events with it")]
mod chance;
#[path = "support/counts.rs"]
mod counts;
#[path = "support/pty.rs"]
mod pty;

use std::path::Path;
use std::time::{Duration, Instant};

use chance::Chance;
use pty::{Key, Terminal};

/// The terminal is to be its user's again after no more than that.
const PROMISED: Duration = Duration::from_secs(3);

/// What the screen is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Doing {
    Scanning,
    Nothing,
    Overlay,
    Typing,
    Dragging,
    Fitting,
    Packing,
}

const DOINGS: [Doing; counts::PHASES] =
    [Doing::Scanning, Doing::Nothing, Doing::Overlay, Doing::Typing, Doing::Dragging, Doing::Fitting, Doing::Packing];

/// Keys that do something harmless.
const KEYS: [&str; 17] = ["j", "k", "l", "h", "t", "m", "d", "u", "f", "S", "i", "!", "/", "\r", "\t", "r", " "];

/// How it ends.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Signal(&'static str),
    /// Ctrl-c until it is gone.
    Keys,
    /// Stopped and continued, and then ended.
    Stopped,
}

const ENDINGS: [Ending; counts::ENDINGS] = [
    Ending::Signal("TERM"),
    Ending::Signal("INT"),
    Ending::Signal("HUP"),
    Ending::Signal("QUIT"),
    Ending::Keys,
    Ending::Stopped,
];

/// A build that takes a while to be packed.
fn build(folder: &Path) {
    let build = folder.join("build");
    std::fs::create_dir_all(build.join("many")).unwrap();
    std::fs::write(build.join("app.py"), "def handler(event, context): return 1\n").unwrap();
    let mut chance = Chance::new(1);
    let noise: Vec<u8> = (0..2_000_000).map(|_| chance.below(64) as u8).collect();
    for number in 0..20 {
        std::fs::write(build.join(format!("many/{number}.bin")), &noise).unwrap();
    }
}

/// Brings the screen to where it does that.
fn begin(folder: &Path, doing: Doing) -> Terminal {
    let path = if doing == Doing::Packing { "build" } else { "demo" };
    let arguments = [path, "--runtime", "python3.13", "--arch", "x86_64", "--no-cache"];
    let arguments = if doing == Doing::Packing { &arguments[..] } else { &arguments[..1] };
    let terminal = Terminal::open(30, 100).in_folder(folder).run(arguments);
    match doing {
        // The first that it sends: it has the terminal and shows nothing yet.
        Doing::Scanning => terminal.wait_until_written(b"\x1b[?1049h"),
        Doing::Packing => {
            terminal.wait_for("package");
            terminal.keys("P");
            terminal.wait_for("pack into the folder: artifacts");
            terminal.key(Key::Enter);
            terminal.wait_for_gone("pack into the folder");
        }
        _ => terminal.wait_for("over by 102.9 MB"),
    }
    match doing {
        Doing::Overlay => {
            terminal.keys("?");
            terminal.wait_for("Help: ");
        }
        Doing::Typing => {
            terminal.keys("/nump");
            terminal.wait_for("nump");
        }
        Doing::Dragging => {
            let (row, efs) = (terminal.wait_and_find("scipy 1.10.1"), terminal.wait_and_find("EFS /mnt"));
            terminal.mouse_down(row.0, row.1);
            terminal.mouse_drag(efs.0, efs.1);
            terminal.wait_for("release to move");
        }
        Doing::Fitting => terminal.keys("f"),
        Doing::Scanning | Doing::Nothing | Doing::Packing => {}
    }
    terminal
}

/// Ends it, and sees the terminal restored; how long that took.
#[track_caller]
fn end(terminal: Terminal, ending: Ending) -> Duration {
    let asked = Instant::now();
    match ending {
        Ending::Signal(name) => terminal.signal(name),
        Ending::Keys => {
            while !terminal.has_ended() {
                terminal.key(Key::Ctrl('c'));
                std::thread::sleep(Duration::from_millis(2));
            }
        }
        Ending::Stopped => {
            terminal.signal("TSTP");
            terminal.wait_stopped();
            terminal.wait_until(|screen| !screen.alternate_screen() && !screen.hide_cursor(), "the ordinary screen");
            assert_eq!(terminal.left_now(), Vec::<String>::new(), "stopped, and the terminal is another's");
            terminal.signal("CONT");
            terminal.wait_until(vt100::Screen::alternate_screen, "its own screen");
            terminal.signal("TERM");
        }
    }
    let exit = terminal.wait_exit();
    exit.assert_restored();
    assert!(!exit.printed.contains("panicked"), "{}", exit.printed);
    asked.elapsed()
}

#[track_caller]
fn ends_well(doing: Doing) {
    let mut longest = Duration::ZERO;
    for ending in ENDINGS {
        let folder = tempfile::tempdir().unwrap();
        if doing == Doing::Packing {
            build(folder.path());
        }
        longest = longest.max(end(begin(folder.path(), doing), ending));
        let artifacts = folder.path().join("artifacts");
        let is_whole = !artifacts.exists() || artifacts.join("manifest.json").exists();
        assert!(is_whole, "{ending:?}: half a set of artifacts lies there");
    }
    println!("{doing:?}: {} endings, the terminal was back after {longest:?} at most", ENDINGS.len());
}

#[test]
fn while_it_scans() {
    ends_well(Doing::Scanning);
}

#[test]
fn while_nothing_happens() {
    ends_well(Doing::Nothing);
}

#[test]
fn under_an_overlay() {
    ends_well(Doing::Overlay);
}

#[test]
fn while_a_filter_is_typed() {
    ends_well(Doing::Typing);
}

#[test]
fn with_a_package_in_the_hand() {
    ends_well(Doing::Dragging);
}

#[test]
fn while_fit_searches() {
    ends_well(Doing::Fitting);
}

#[test]
fn while_it_packs() {
    ends_well(Doing::Packing);
}

/// Keys and waits of any length first: whatever it is in the middle of, an ending ends it.
#[test]
fn in_any_moment() {
    let moments = std::env::var("BAYPLAN_MOMENTS").ok();
    let (many, is_timed) = (moments.as_ref().map_or(6, |text| text.parse().unwrap()), moments.is_some());
    let mut chance = Chance::seeded();
    let mut longest = Duration::ZERO;
    for moment in 0..many {
        let (doing, ending) = (*chance.pick(&DOINGS), *chance.pick(&ENDINGS));
        let folder = tempfile::tempdir().unwrap();
        if doing == Doing::Packing {
            build(folder.path());
        }
        let terminal = begin(folder.path(), doing);
        for _ in 0..chance.below(20) {
            let key: &str = chance.pick::<&str>(&KEYS);
            terminal.keys(key);
        }
        std::thread::sleep(Duration::from_micros(u64::from(chance.below(100_000))));
        let took = end(terminal, ending);
        assert!(
            !is_timed || took < PROMISED,
            "moment {moment}, {doing:?}, {ending:?}: the terminal was back after {took:?}"
        );
        longest = longest.max(took);
    }
    println!("{many} moments by chance, the terminal was back after {longest:?} at most");
}
