//! The main road through a real terminal: open the story's bundle, drag, see, undo, save, quit; then check in CI.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use assert_cmd::Command;
use pty::{Key, Terminal};

/// A journey's own folder: the plan is saved where the user stands.
fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

fn check(folder: &std::path::Path) -> assert_cmd::assert::Assert {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
    command.current_dir(folder).args(["check", "demo:", "--plan", "bayplan.toml"]).assert()
}

/// Presses on a text, moves to another in steps, and stays there.
fn carry(terminal: &Terminal, from: (u16, u16), to: (u16, u16)) {
    terminal.mouse_down(from.0, from.1);
    let middle = (from.0.midpoint(to.0), from.1.midpoint(to.1));
    terminal.mouse_drag(middle.0, middle.1);
    terminal.mouse_drag(to.0, to.1);
}

#[test]
fn by_mouse_from_the_open_bundle_to_a_plan_that_ci_checks() {
    let folder = folder();
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo:"]);
    terminal.wait_for("over by 102.9 MB");
    let scipy = terminal.wait_and_find("scipy 1.10.1");
    let efs = terminal.wait_and_find("EFS /mnt");

    carry(&terminal, scipy, efs);
    terminal.wait_for("scipy 1.10.1 114.2 MB → EFS");
    terminal.wait_for("238.7 of 250.0 MB");
    terminal.wait_for("release to move");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("not saved");
    terminal.wait_for("freed 114.2 MB of the 250 MB");

    terminal.keys("z");
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("Z");
    terminal.wait_for("fits, 11.3 MB free");

    let numpy = terminal.wait_and_find("numpy 1.24.3");
    let new_layer = terminal.wait_and_find("+ new layer");
    carry(&terminal, numpy, new_layer);
    terminal.wait_for("frees 0 B of the 250 MB");
    terminal.mouse_up(new_layer.0, new_layer.1);
    terminal.wait_for("Layer layer-1");
    terminal.wait_for("fits, 11.3 MB free");

    terminal.keys("w");
    terminal.wait_for_gone("not saved");
    terminal.keys("q");
    let exit = terminal.wait_exit();
    exit.assert_clean(0);
    exit.assert_restored();

    let plan = std::fs::read_to_string(folder.path().join("bayplan.toml")).unwrap();
    assert!(plan.contains("scipy") && plan.contains("numpy") && plan.contains("layer-1"), "{plan}");
    assert!(folder.path().join("bayplan.lock").exists());
    check(folder.path()).code(0);
}

#[test]
fn by_keys_alone_the_same_plan() {
    let folder = folder();
    let terminal = Terminal::open(24, 80).in_folder(folder.path()).run(&["demo", "--no-mouse"]);
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("m");
    terminal.wait_for("scipy 1.10.1 114.2 MB → EFS");
    terminal.key(Key::Enter);
    terminal.wait_for("fits, 11.3 MB free");
    terminal.keys("u");
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("Z");
    terminal.wait_for("fits, 11.3 MB free");
    terminal.keys("/numpy");
    terminal.wait_for("Packages /numpy");
    terminal.key(Key::Enter);
    terminal.keys("m+");
    terminal.wait_for("Layer layer-1");
    terminal.keys("w");
    terminal.wait_for_gone("not saved");
    terminal.keys("q");
    let exit = terminal.wait_exit();
    exit.assert_clean(0);
    exit.assert_restored();
    check(folder.path()).code(0);
}

#[test]
fn quitting_with_an_unsaved_plan_asks_and_no_is_the_default() {
    let folder = folder();
    let terminal = Terminal::open(24, 80).in_folder(folder.path()).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("d");
    terminal.wait_for("not saved");
    terminal.keys("q");
    terminal.wait_for("The plan is not saved.");
    terminal.key(Key::Enter);
    terminal.wait_for_gone("The plan is not saved.");
    terminal.keys("q");
    terminal.wait_for("The plan is not saved.");
    terminal.keys("y");
    terminal.wait_exit().assert_restored();
    assert!(!folder.path().join("bayplan.toml").exists(), "nothing was written");
}

#[test]
fn a_saved_plan_is_continued_when_its_bundle_is_opened_again() {
    let folder = folder();
    let first = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo"]);
    first.wait_for("over by 102.9 MB");
    first.keys("d");
    first.wait_for("not saved");
    first.keys("w");
    first.wait_for_gone("not saved");
    first.keys("q");
    first.wait_exit().assert_restored();
    let second = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo:", "--plan", "bayplan.toml"]);
    second.wait_for("continues bayplan.toml");
    second.wait_for("fits, 11.3 MB free");
    second.keys("q");
    second.wait_exit().assert_restored();
}

#[test]
fn the_terminal_is_restored_after_signals() {
    for signal in ["TERM", "HUP", "INT"] {
        let folder = folder();
        let terminal = Terminal::open(24, 80).in_folder(folder.path()).run(&["demo"]);
        terminal.wait_for("over by 102.9 MB");
        terminal.signal(signal);
        terminal.wait_exit().assert_restored();
    }
}

/// A Ctrl-c is a signal as soon as the line is as it was, and the system then throws away what the terminal has not taken
/// in yet: on a terminal that is slow, that was what brings back the ordinary screen.
#[test]
fn a_second_ctrl_c_throws_nothing_away_that_restores_the_terminal() {
    let folder = folder();
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    // More than the system moves on to whoever does not read.
    terminal.stall(&[b"t", b"t", b"t", b"t", &Key::Ctrl('c').bytes()], std::time::Duration::from_millis(800));
    terminal.wait_exit().assert_clean(0);
}

#[test]
fn too_small_a_window_is_said_and_the_program_goes_on() {
    let folder = folder();
    let terminal = Terminal::open(24, 80).in_folder(folder.path()).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    terminal.resize(10, 40);
    terminal.wait_for("bayplan needs 60");
    terminal.resize(24, 80);
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("q");
    terminal.wait_exit().assert_restored();
}

#[test]
fn a_burst_of_mouse_events_loses_nothing() {
    let folder = folder();
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    let scipy = terminal.wait_and_find("scipy 1.10.1");
    terminal.mouse_down(scipy.0, scipy.1);
    let burst: String = (0..1000).map(|step| format!("\x1b[<32;{};{}M", 20 + step % 60, 5 + step % 20)).collect();
    terminal.send(burst.as_bytes());
    let efs = terminal.wait_and_find("EFS /mnt");
    terminal.mouse_drag(efs.0, efs.1);
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("freed 114.2 MB of the 250 MB");
    terminal.keys("q");
    terminal.wait_for("The plan is not saved.");
    terminal.keys("y");
    terminal.wait_exit().assert_restored();
}

#[test]
fn a_storm_of_sizes_ends_in_the_right_picture() {
    let terminal = Terminal::open(30, 100).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    for step in 0..120_u16 {
        terminal.resize(1 + step * 7 % 60, 1 + step * 13 % 200);
    }
    terminal.resize(1, 1);
    terminal.resize(30, 100);
    terminal.wait_until_drawn_anew();
    terminal.wait_for("over by 102.9 MB");
    let efs = terminal.wait_and_find("EFS /mnt");
    carry(&terminal, terminal.wait_and_find("scipy 1.10.1"), efs);
    terminal.wait_for("release to move");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("freed 114.2 MB of the 250 MB");
    terminal.keys("q");
    terminal.wait_for("The plan is not saved.");
    terminal.keys("y");
    terminal.wait_exit().assert_clean(0);
}

/// As over a slow line, whose packets end where they like.
#[test]
fn a_key_that_has_half_arrived_holds_nothing_up() {
    let terminal = Terminal::open(30, 100).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    for (half, other) in [("\x1b[1;1", "A"), ("\x1b[<0;4", "0;28m"), ("\x1b[M#", "!!"), ("\x1b[", "A")] {
        terminal.keys(half);
        terminal.resize(24, 80);
        terminal.wait_for_gone("Packages by size");
        terminal.resize(30, 100);
        terminal.wait_for("Packages by size");
        terminal.keys(other);
        terminal.wait_until_drawn_anew();
    }
    terminal.keys("q");
    terminal.wait_exit().assert_clean(0);
}

/// The window is closed while the program runs: nobody reads or writes its terminal any more.
#[test]
fn a_terminal_that_is_lost_ends_the_program() {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    use std::io::Read;
    let pair = native_pty_system().openpty(PtySize::default()).expect("a pseudo-terminal can be opened");
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_bayplan"));
    command.arg("demo");
    command.env_remove("CI");
    let mut child = pair.slave.spawn_command(command).expect("the program can be started");
    let mut reader = pair.master.try_clone_reader().expect("a terminal can be read");
    let mut first = [0; 8];
    reader.read_exact(&mut first).expect("it draws");
    drop((reader, pair));
    let asked = std::time::Instant::now();
    while child.try_wait().expect("a child can be asked for").is_none() {
        assert!(asked.elapsed() < std::time::Duration::from_secs(60), "the program goes on without a terminal");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}

#[test]
fn no_color_and_ascii_show_the_same_without_them() {
    let folder = folder();
    let opening = Terminal::open(24, 80).env("NO_COLOR", "1").in_folder(folder.path());
    let terminal = opening.run(&["demo", "--ascii"]);
    terminal.wait_for("over by 102.9 MB");
    let screen = terminal.screen();
    let text = terminal.screen_text();
    assert!(text.is_ascii(), "{text}");
    let coloured = (0..24).flat_map(|row| (0..80).map(move |column| (row, column))).find(|&(row, column)| {
        screen
            .cell(row, column)
            .is_some_and(|cell| cell.fgcolor() != vt100::Color::Default || cell.bgcolor() != vt100::Color::Default)
    });
    assert_eq!(coloured, None, "NO_COLOR leaves attributes only");
    terminal.keys("q");
    terminal.wait_exit().assert_restored();
}

#[cfg(target_os = "linux")]
#[test]
fn stopped_and_continued_the_program_gives_the_terminal_back_and_takes_it_again() {
    let folder = folder();
    let terminal = Terminal::open(24, 80).in_folder(folder.path()).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("d");
    terminal.wait_for("not saved");
    terminal.signal("TSTP");
    terminal.wait_until(|screen| !screen.alternate_screen(), "the ordinary screen");
    terminal.wait_stopped();
    terminal.signal("CONT");
    terminal.wait_until(vt100::Screen::alternate_screen, "the program's own screen");
    terminal.wait_for("not saved");
    terminal.keys("z");
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("q");
    terminal.wait_exit().assert_restored();
}

/// Not a test of its own: the next one runs it in a terminal.
#[test]
#[ignore = "run in a terminal by the test below"]
fn child_that_panics() {
    let _guard = bayplan::tui::guard::Guard::take(true).unwrap();
    panic!("this panic is meant");
}

#[test]
fn the_terminal_is_restored_after_a_panic_and_the_words_are_seen() {
    let itself = std::env::current_exe().unwrap();
    let arguments = ["--ignored", "--exact", "child_that_panics", "--nocapture"];
    let terminal = Terminal::open(24, 80).run_program(itself.to_str().unwrap(), &arguments);
    let exit = terminal.wait_exit();
    exit.assert_restored();
    assert!(exit.printed.contains("this panic is meant"), "{}", exit.printed);
}

#[test]
fn packed_from_the_screen_it_is_what_the_command_packs() {
    let folder = folder();
    let build = folder.path().join("build");
    std::fs::create_dir(&build).unwrap();
    std::fs::write(build.join("app.py"), "def handler(event, context): return 1\n").unwrap();
    let arguments = ["build", "--runtime", "python3.13", "--arch", "x86_64", "--no-cache"];
    let terminal = Terminal::open(24, 100).in_folder(folder.path()).run(&arguments);
    terminal.wait_for("1 package");
    terminal.keys("P");
    terminal.wait_for("pack into the folder: artifacts");
    terminal.key(Key::Enter);
    terminal.wait_for("packed 1 zip");
    terminal.keys("P");
    terminal.wait_for("pack into the folder: artifacts");
    terminal.keys("/no/such");
    terminal.key(Key::Enter);
    terminal.wait_for("artifacts/no");
    terminal.keys("q");
    terminal.wait_exit().assert_restored();
    let mut command = Command::cargo_bin("bayplan").unwrap();
    command.current_dir(folder.path()).arg("pack").args(arguments).args(["--out", "again"]).assert().code(0);
    for name in ["function.zip", "manifest.json"] {
        let read = |out: &str| std::fs::read(folder.path().join(out).join(name)).unwrap();
        assert_eq!(read("artifacts"), read("again"), "{name}");
    }
}
