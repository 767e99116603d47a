//! Each key through a real terminal: pressed, and what it did seen on the screen.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use pty::{Key, Terminal};

/// The story's bundle, open on a screen of the usual size, in a folder of the journey's own.
fn demo() -> (tempfile::TempDir, Terminal) {
    open(&["demo"])
}

fn open(arguments: &[&str]) -> (tempfile::TempDir, Terminal) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(arguments);
    terminal.wait_for("over by 102.9 MB");
    (folder, terminal)
}

/// Leaves without saving, and the terminal is as it was.
fn leave(terminal: Terminal) {
    terminal.key(Key::Ctrl('c'));
    terminal.key(Key::Ctrl('c'));
    terminal.wait_exit().assert_clean(0);
}

/// Closes what shows `shown`, and sees it gone: a key that follows Esc at once would be read as one with Alt.
#[track_caller]
fn esc(terminal: &Terminal, shown: &str) {
    terminal.key(Key::Esc);
    terminal.wait_for_gone(shown);
}

/// Presses keys one after the other, and sees something after each.
#[track_caller]
fn walk(terminal: &Terminal, steps: &[(&str, &str)]) {
    for (keys, seen) in steps {
        terminal.keys(keys);
        terminal.wait_for(seen);
    }
}

/// What the cursor is on: `y` says it.
#[track_caller]
fn stands_on(terminal: &Terminal, row: &str) {
    walk(terminal, &[("y", &format!("copied {row}"))]);
}

#[test]
fn the_cursor_goes_by_rows_pages_and_to_the_ends() {
    let (_folder, terminal) = demo();
    stands_on(&terminal, "scipy");
    let steps: &[(&[u8], &str)] = &[
        (b"j", "botocore"),
        (b"j", "numpy"),
        (b"k", "botocore"),
        (&Key::Down.bytes(), "numpy"),
        (&Key::Up.bytes(), "botocore"),
        (b"G", "app.py"),
        (b"gg", "scipy"),
        (&Key::End.bytes(), "app.py"),
        (&Key::Home.bytes(), "scipy"),
        (&Key::Ctrl('d').bytes(), "python-dateutil"),
        (&Key::Ctrl('u').bytes(), "scipy"),
        (&Key::PageDown.bytes(), "app.py"),
        (&Key::PageUp.bytes(), "scipy"),
    ];
    for (key, row) in steps {
        terminal.send(key);
        stands_on(&terminal, row);
    }
    leave(terminal);
}

#[test]
fn rows_open_and_close_one_by_one_and_all() {
    let (_folder, terminal) = demo();
    for (open, close) in [
        (b"l".to_vec(), b"h".to_vec()),
        (Key::Right.bytes(), Key::Left.bytes()),
        (Key::Enter.bytes(), Key::Enter.bytes()),
    ] {
        terminal.send(&open);
        terminal.wait_for("scipy.libs/");
        terminal.send(&close);
        terminal.wait_for_gone("scipy.libs/");
    }
    terminal.keys("l");
    terminal.wait_for("scipy.libs/");
    terminal.keys("jj");
    stands_on(&terminal, "scipy.libs");
    terminal.keys("h");
    stands_on(&terminal, "scipy");
    terminal.keys("=");
    terminal.wait_for("botocore/");
    terminal.keys("-");
    terminal.wait_for_gone("botocore/");
    leave(terminal);
}

#[test]
fn the_panes_take_turns_and_digits_go_to_buckets() {
    let (_folder, terminal) = demo();
    terminal.key(Key::Tab);
    terminal.keys("jj");
    stands_on(&terminal, "botocore");
    terminal.key(Key::BackTab);
    stands_on(&terminal, "scipy");
    terminal.keys("1jjj");
    stands_on(&terminal, "numpy");
    terminal.key(Key::Enter);
    terminal.keys("j");
    stands_on(&terminal, "pandas");
    walk(&terminal, &[("2e", "no layer here to rename"), ("+", "Layer layer-1"), ("2e", "new name of layer layer-1")]);
    leave(terminal);
}

#[test]
fn rows_are_marked_one_by_one_in_ranges_and_all() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[(" ", "1 marked"), (" ", "2 marked")]);
    terminal.key(Key::Esc);
    terminal.wait_for_gone("marked");
    walk(&terminal, &[("v", "1 marked"), ("jj", "3 marked")]);
    terminal.keys("v");
    terminal.key(Key::Esc);
    terminal.wait_for_gone("marked");
    terminal.key(Key::ShiftDown);
    terminal.wait_for("2 marked");
    terminal.key(Key::ShiftDown);
    terminal.wait_for("3 marked");
    terminal.key(Key::ShiftUp);
    walk(&terminal, &[("*", "21 marked")]);
    terminal.key(Key::Ctrl('a'));
    terminal.wait_for_gone("marked");
    leave(terminal);
}

#[test]
fn packages_move_by_keys_and_each_way_of_letting_go_works() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("m", "scipy 1.10.1 114.2 MB → EFS"), ("j", "→ left out"), ("kk", "→ a new layer")]);
    terminal.key(Key::Tab);
    terminal.wait_for("scipy 1.10.1 114.2 MB → EFS");
    terminal.key(Key::Left);
    terminal.wait_for("→ a new layer");
    terminal.key(Key::Esc);
    terminal.wait_for("not moved");
    walk(&terminal, &[("x", "→ EFS"), ("p", "freed 114.2 MB"), ("u", "undone: scipy 1.10.1 → EFS")]);
    walk(&terminal, &[("m3", "scipy 1.10.1 → left out"), ("u", "undone"), ("md", "scipy 1.10.1 → left out")]);
    walk(&terminal, &[("u", "undone"), ("m+", "Layer layer-1"), ("m9", "there is no bucket 9")]);
    leave(terminal);
}

#[test]
fn space_takes_along_what_only_the_package_needs() {
    let (_folder, terminal) = demo();
    terminal.keys("/scikit");
    terminal.key(Key::Enter);
    walk(
        &terminal,
        &[("m", "scikit-learn 1.2.2 37.7 MB → EFS"), (" ", "153.4 MB → EFS"), (" ", "1.2.2 37.7 MB → EFS")],
    );
    walk(&terminal, &[(" ", "153.4 MB → EFS"), ("p", "freed 153.4 MB of the 250 MB")]);
    leave(terminal);
}

#[test]
fn packages_are_sent_left_out_and_brought_back() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("L", "scipy 1.10.1 → EFS"), ("H", "scipy 1.10.1 → function"), ("d", "scipy 1.10.1 → left out")]);
    walk(&terminal, &[("z", "undone: scipy 1.10.1 → left out"), ("Z", "redone: scipy 1.10.1 → left out")]);
    walk(&terminal, &[("u", "undone: scipy 1.10.1 → left out")]);
    terminal.key(Key::Ctrl('r'));
    terminal.wait_for("redone: scipy 1.10.1 → left out");
    walk(&terminal, &[("zzz", "undone: scipy 1.10.1 → EFS"), ("z", "nothing to undo")]);
    leave(terminal);
}

#[test]
fn layers_are_made_renamed_ordered_and_removed() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("+", "2 Layer layer-1"), ("+", "3 Layer layer-2"), ("2e", "new name of layer layer-1")]);
    terminal.key(Key::Ctrl('u'));
    terminal.keys("scientific");
    terminal.key(Key::Enter);
    terminal.wait_for("2 Layer scientific");
    walk(&terminal, &[("]", "3 Layer scientific"), ("[", "2 Layer scientific"), ("d", "layer scientific removed")]);
    leave(terminal);
}

#[test]
fn the_tree_is_filtered_sorted_and_measured() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("/py", "Packages /py")]);
    terminal.wait_for_gone("▸ botocore 1.29.147");
    terminal.key(Key::Enter);
    terminal.keys("gg");
    stands_on(&terminal, "scipy");
    terminal.keys("n");
    stands_on(&terminal, "numpy");
    terminal.keys("N");
    stands_on(&terminal, "scipy");
    terminal.key(Key::Esc);
    terminal.wait_for("▸ botocore");
    walk(&terminal, &[("s", "size, reversed"), ("o", "by name"), ("o", "by files")]);
    walk(&terminal, &[("o", "by zipped"), ("o", "by bucket"), ("s", "Packages")]);
    walk(&terminal, &[("U", "retained"), ("U", "+ needs"), ("U", "unzipped")]);
    terminal.keys("a");
    // An estimate at first, exact a moment later.
    let is_zipped = |screen: &vt100::Screen| ["37%", "38%"].iter().any(|share| screen.contents().contains(share));
    terminal.wait_until(is_zipped, "the share of the zipped size");
    walk(&terminal, &[("a", "32%")]);
    leave(terminal);
}

#[test]
fn what_lies_over_the_panes_opens_and_closes() {
    let (_folder, terminal) = demo();
    let openings = [("i", "asked for"), ("!", "Findings: "), ("S", "Slimming: "), ("?", "Help: "), ("f", "Proven: ")];
    for (key, seen) in openings {
        walk(&terminal, &[(key, seen)]);
        esc(&terminal, seen);
    }
    terminal.key(Key::F1);
    terminal.wait_for("Help: ");
    terminal.key(Key::F1);
    terminal.wait_for_gone("Help: ");
    leave(terminal);
}

#[test]
fn the_help_is_filtered_and_shows_what_applies_now() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("?undo", "undo · not now: nothing was done yet")]);
    esc(&terminal, "Help: ");
    walk(&terminal, &[("d", "left out"), ("?undo", "z  u")]);
    terminal.wait_for_gone("not now: nothing was done yet");
    terminal.key(Key::Ctrl('u'));
    walk(&terminal, &[("no such thing", "no key does that")]);
    terminal.key(Key::Esc);
    terminal.wait_for_gone("Help: ");
    walk(&terminal, &[("m?", "let go in a new layer")]);
    terminal.key(Key::Esc);
    terminal.wait_for_gone("Help: ");
    esc(&terminal, "Enter moves");
    walk(&terminal, &[("S?", "keys of a proposal and of the rules")]);
    leave(terminal);
}

#[test]
fn rules_are_switched_and_a_proposal_is_taken() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("S", "[ ] tests"), ("j ", "[x] tests"), ("z", "[ ] tests")]);
    esc(&terminal, "Slimming: ");
    walk(&terminal, &[("f", "Proven: ")]);
    terminal.key(Key::Enter);
    terminal.wait_for("fits, 28.0 MB free");
    walk(&terminal, &[("u", "undone: fit")]);
    leave(terminal);
}

#[test]
fn a_rescan_keeps_the_plan() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("d", "left out"), ("r", "scanned again; the plan is as it was"), ("z", "undone: scipy")]);
    walk(&terminal, &[("R", "scanned again; the plan is as it was")]);
    leave(terminal);
}

#[test]
fn a_shell_gets_the_terminal_and_gives_it_back() {
    let (_folder, terminal) = demo();
    terminal.keys("d");
    terminal.wait_for("not saved");
    terminal.keys("b");
    terminal.wait_for("bayplan waits; exit comes back");
    terminal.keys("echo in-$((40 + 2)); exec cat\r");
    terminal.wait_for("in-42");
    terminal.keys("still here\r");
    // Once as it is typed, once as cat says it again.
    let is_said = |screen: &vt100::Screen| screen.contents().matches("still here").count() == 2;
    terminal.wait_until(is_said, "cat to answer");
    // Meant for the shell alone.
    terminal.key(Key::Ctrl('c'));
    terminal.wait_for("back from the shell");
    terminal.wait_for("not saved");
    leave(terminal);
}

/// More than the line holds, and no end of a line: the line would hold it back for ever.
#[test]
fn what_was_typed_for_a_shell_and_not_read_by_it_is_no_key() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let (shell, ended) = (folder.path().join("shell"), folder.path().join("ended"));
    let script = format!("#!/bin/sh\nwhile [ ! -e '{}' ]; do :; done\n", ended.display());
    std::fs::write(&shell, script).expect("a script can be written");
    std::fs::set_permissions(&shell, PermissionsExt::from_mode(0o755)).expect("it may be run");
    let opening = Terminal::open(30, 100).env("SHELL", &shell.display().to_string());
    let terminal = opening.in_folder(folder.path()).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("b");
    terminal.wait_for("bayplan waits; exit comes back");
    terminal.keys(&"d".repeat(5_000));
    std::fs::write(&ended, "").expect("a file can be written");
    terminal.wait_for("back from the shell");
    terminal.keys("?");
    terminal.wait_for("Help: ");
    esc(&terminal, "Help: ");
    assert_eq!(terminal.find("not saved"), None, "{}", terminal.screen_text());
    leave(terminal);
}

#[test]
fn a_shell_that_is_none_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let terminal = Terminal::open(30, 100).env("SHELL", "/no/such/shell").in_folder(folder.path()).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    walk(&terminal, &[("b", "/no/such/shell cannot be started"), ("j", "over by 102.9 MB")]);
    leave(terminal);
}

#[test]
fn the_path_goes_to_the_clipboard_of_the_terminal() {
    let (_folder, terminal) = demo();
    stands_on(&terminal, "scipy");
    let copied = b"\x1b]52;c;c2NpcHk=";
    terminal.wait_until_written(copied);
    leave(terminal);
}

#[test]
fn the_mouse_is_let_go_and_captured_again() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("M", "mouse off: text can be selected")]);
    terminal.wait_until_written(b"\x1b[?1002l");
    walk(&terminal, &[("M", "mouse on")]);
    leave(terminal);
    let (_folder, terminal) = open(&["demo", "--no-mouse"]);
    assert!(!terminal.has_written(b"\x1b[?1002h"), "the mouse is the terminal's");
    leave(terminal);
}

#[test]
fn esc_never_quits_and_leaving_asks_only_for_a_plan_that_is_not_saved() {
    let (folder, terminal) = demo();
    walk(&terminal, &[("?", "Help: ")]);
    esc(&terminal, "Help: ");
    walk(&terminal, &[("!", "Findings: ")]);
    terminal.send(b"\x1b\x1b\x1b");
    terminal.wait_for_gone("Findings: ");
    walk(&terminal, &[("d", "not saved"), ("q", "The plan is not saved.")]);
    terminal.keys("n");
    terminal.wait_for_gone("The plan is not saved.");
    terminal.key(Key::Ctrl('c'));
    terminal.wait_for("The plan is not saved.");
    terminal.key(Key::Esc);
    terminal.wait_for_gone("The plan is not saved.");
    walk(&terminal, &[("q", "w save and quit")]);
    terminal.keys("w");
    terminal.wait_exit().assert_clean(0);
    let plan = std::fs::read_to_string(folder.path().join("bayplan.toml")).expect("it was saved on the way out");
    assert!(plan.contains("scipy"), "{plan}");
}

#[test]
fn where_saving_fails_on_the_way_out_the_screen_stays() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let plan = folder.path().join("no/such/folder/bayplan.toml");
    let arguments = ["demo", "--plan", plan.to_str().expect("a path of letters")];
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&arguments);
    terminal.wait_for("over by 102.9 MB");
    walk(&terminal, &[("d", "not saved"), ("q", "w save and quit"), ("w", "cannot be written")]);
    terminal.wait_for("not saved");
    leave(terminal);
}

#[test]
fn capital_q_prints_the_plan_and_a_summary() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("d", "not saved")]);
    terminal.keys("Q");
    let exit = terminal.wait_exit();
    exit.assert_clean(0);
    assert!(exit.printed.contains("scipy = "), "{}", exit.printed);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_z_suspends_and_the_screen_comes_back() {
    let (_folder, terminal) = demo();
    walk(&terminal, &[("d", "not saved")]);
    for _ in 0..5 {
        terminal.key(Key::Ctrl('z'));
        terminal.wait_until(|screen| !screen.alternate_screen(), "the ordinary screen");
        terminal.wait_stopped();
        terminal.signal("CONT");
        terminal.wait_until(vt100::Screen::alternate_screen, "the program's own screen");
        terminal.wait_for("not saved");
    }
    leave(terminal);
}

#[test]
fn pasted_text_goes_where_text_goes_and_nowhere_else() {
    let (_folder, terminal) = demo();
    terminal.send(b"\x1b[200~dqQ\x1b[201~");
    stands_on(&terminal, "scipy");
    assert!(!terminal.screen_text().contains("not saved"), "a paste presses no keys");
    terminal.keys("/");
    terminal.send("\x1b[200~num\r\npy\x1b[201~".as_bytes());
    terminal.wait_for("Packages /numpy");
    terminal.key(Key::Enter);
    terminal.keys("j");
    stands_on(&terminal, "numpy");
    leave(terminal);
}

#[test]
fn a_users_keys_are_laid_over_the_usual_ones() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let keys = folder.path().join("keys.toml");
    std::fs::write(&keys, "[panes]\nleave-out = [\"X\"]\nundo = [\"ctrl-x ctrl-u\"]\nfit = [\"d\"]\n")
        .expect("it can be written");
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo", "--keys", "keys.toml"]);
    terminal.wait_for("over by 102.9 MB");
    walk(&terminal, &[("X", "scipy 1.10.1 → left out"), ("\x18\x15", "undone: scipy"), ("d", "Proven: ")]);
    esc(&terminal, "Proven: ");
    walk(&terminal, &[("?leave out", "X ")]);
    leave(terminal);
    let terminal = Terminal::open(30, 100)
        .env("XDG_CONFIG_HOME", folder.path().join("config").to_str().expect("a path of letters"))
        .in_folder(folder.path());
    std::fs::create_dir_all(folder.path().join("config/bayplan")).expect("a folder can be made");
    std::fs::copy(&keys, folder.path().join("config/bayplan/keys.toml")).expect("a file can be copied");
    let terminal = terminal.run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    walk(&terminal, &[("X", "scipy 1.10.1 → left out")]);
    leave(terminal);
}

#[test]
fn what_is_told_of_a_key_is_told_of_the_users_own() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let keys = "[panes]\nmove = [\"V\"]\nbucket = [\"1\", \"f6\"]\naccept = [\"f5\"]\nescape = [\"ctrl-x\"]\n\
                [choosing]\nescape = [\"X\"]\nmark = [\"f2\"]\n[typing]\nescape = [\"f4\"]\n";
    std::fs::write(folder.path().join("keys.toml"), keys).expect("it can be written");
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo", "--keys", "keys.toml"]);
    terminal.wait_for("drag scipy onto EFS, or V, then F6: see the meter");
    terminal.wait_for("Ctrl-x: no hints");
    terminal.keys("V");
    terminal.wait_for("Ctrl-x cancels");
    terminal.send(b"\x18");
    terminal.wait_for_gone("Ctrl-x cancels");
    terminal.keys("S");
    terminal.wait_for("F2 on or off, z undo, X closes");
    terminal.keys("X");
    terminal.wait_for_gone("X closes");
    terminal.keys("?");
    terminal.wait_for("F4 closes");
    terminal.send(b"\x1bOS");
    terminal.wait_for_gone("F4 closes");
    terminal.keys("q");
    terminal.wait_exit().assert_clean(0);
}

#[test]
fn keys_that_cannot_be_are_refused_before_the_screen_opens() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    std::fs::write(folder.path().join("keys.toml"), "[panes]\nfit = [\"hyper-f\"]\n").expect("it can be written");
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo", "--keys", "keys.toml"]);
    let exit = terminal.wait_exit();
    exit.assert_clean(2);
    assert!(exit.printed.contains("keys.toml:2:8: \"hyper-f\" is not a key; write a character"), "{}", exit.printed);
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo", "--keys", "none.toml"]);
    let exit = terminal.wait_exit();
    exit.assert_clean(2);
    assert!(exit.printed.contains("none.toml: the keys cannot be read"), "{}", exit.printed);
}

#[test]
fn the_log_tells_what_happened_and_never_lies_in_the_build() {
    let (folder, terminal) = open(&["demo", "--log", "screen.log"]);
    walk(&terminal, &[("d", "not saved")]);
    leave(terminal);
    let log = std::fs::read_to_string(folder.path().join("screen.log")).expect("it was written");
    for words in ["begin bayplan", "event Key", "message Act(LeaveOut)", "frame "] {
        assert!(log.contains(words), "{words}: {log}");
    }
    let build = folder.path().join("build");
    std::fs::create_dir(&build).expect("a folder can be made");
    std::fs::write(build.join("app.py"), "x = 1\n").expect("a file can be written");
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["build", "--log", "build/screen.log"]);
    let exit = terminal.wait_exit();
    exit.assert_clean(2);
    assert!(exit.printed.contains("lies in the build, which is never written to"), "{}", exit.printed);
    assert!(!build.join("screen.log").exists());
}
