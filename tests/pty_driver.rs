//! The driver of the terminal journeys, driven itself: small shell programs show that it sees, types, points, resizes
//! and notices what a program leaves behind.

#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use pty::{Exit, Key, Opening, Terminal};

/// Runs a shell script in a terminal of 5 rows and 60 columns.
fn shell(script: &str) -> Terminal {
    shell_in(Terminal::open(5, 60), script)
}

fn shell_in(opening: Opening, script: &str) -> Terminal {
    opening.run_program("/bin/sh", &["-c", script])
}

/// A script that switches the line to raw input, prints `first` and `ready`, shows the `count` bytes that come next, and ends.
fn echo_bytes(first: &str, count: usize) -> String {
    format!(
        "old=$(stty -g); stty raw -echo; printf '{first}ready '; dd bs=1 count={count} 2>/dev/null | od -An -c -w80; stty \"$old\""
    )
}

fn ending(script: &str) -> Exit {
    shell(script).wait_exit()
}

#[test]
fn the_screen_is_seen_as_a_person_sees_it() {
    let terminal =
        shell("printf '\\033[2J\\033[2;5Hwide 漢 here'; read answer; printf '\\033[2J\\033[Hgone'; read answer");
    assert_eq!(terminal.wait_and_find("wide"), (4, 1), "text is found at its column and row, from 0");
    assert_eq!(terminal.find("here"), Some((12, 1)), "a wide letter takes two columns");
    assert_eq!(terminal.screen_text(), "\n    wide 漢 here");
    terminal.key(Key::Enter);
    terminal.wait_for_gone("wide");
    terminal.wait_until(|screen| screen.cursor_position() == (0, 4), "the cursor behind the last word");
    assert_eq!(terminal.find("wide"), None);
}

#[test]
fn keys_arrive_as_a_terminal_sends_them() {
    let terminal = shell(&echo_bytes("", 10));
    terminal.wait_for("ready");
    terminal.keys("jj");
    terminal.key(Key::Esc);
    terminal.key(Key::ShiftDown);
    terminal.key(Key::Ctrl('r'));
    terminal.wait_for("j   j 033 033   [   1   ;   2   B 022");
    terminal.wait_exit().assert_clean(0);
}

#[test]
fn the_mouse_speaks_sgr_and_counts_from_one() {
    for (gesture, bytes) in [
        (Terminal::mouse_down as fn(&Terminal, u16, u16), "033   [   <   0   ;   8   ;   4   M"),
        (Terminal::mouse_up, "033   [   <   0   ;   8   ;   4   m"),
        (Terminal::mouse_drag, "033   [   <   3   2   ;   8   ;   4   M"),
        (Terminal::wheel_up, "033   [   <   6   4   ;   8   ;   4   M"),
        (Terminal::wheel_down, "033   [   <   6   5   ;   8   ;   4   M"),
    ] {
        let terminal = shell(&echo_bytes("", bytes.split_whitespace().count()));
        terminal.wait_for("ready");
        gesture(&terminal, 7, 3);
        terminal.wait_for(bytes);
        terminal.wait_exit().assert_clean(0);
    }
}

#[test]
fn a_question_for_the_cursor_is_answered() {
    let terminal = shell(&echo_bytes("\\033[3;7H\\033[6n\\033[H", 6));
    terminal.wait_for("033   [   3   ;   7   R");
    terminal.wait_exit().assert_clean(0);
}

#[test]
fn a_resize_reaches_the_program_and_the_screen() {
    let terminal = shell("trap 'stty size; exit 0' WINCH; echo ready; while :; do sleep 0.01; done");
    terminal.wait_for("ready");
    terminal.resize(9, 70);
    terminal.wait_for("9 70");
    assert_eq!(terminal.screen().size(), (9.try_into().unwrap(), 70.try_into().unwrap()));
    terminal.wait_exit().assert_clean(0);
}

#[test]
fn the_environment_is_the_drivers_own() {
    let terminal = shell_in(
        Terminal::open(24, 80).env("CI", "true"),
        "env | grep -vE '^(PATH|PWD|OLDPWD|_|SHLVL)=' | cut -d= -f1 | sort | tr '\\n' ' '; test \"$PWD\" -ef \"$HOME\" && echo at home",
    );
    let exit = terminal.wait_exit();
    let names = "CI COLORTERM HOME LANG SHELL TERM XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_STATE_HOME at home";
    assert_eq!(exit.printed.replace('\n', ""), names);
}

#[test]
fn an_exit_code_and_the_last_words_are_kept() {
    let exit = ending("printf '\\033[?1049h\\033[?25lscreen\\033[?25h\\033[?1049l'; echo summary; exit 7");
    exit.assert_clean(7);
    assert_eq!(exit.printed, "summary", "what was drawn on the alternate screen is gone, what came after it stays");
}

#[test]
fn what_a_program_leaves_behind_is_named() {
    for (script, left) in [
        ("printf '\\033[?1049h'", "the alternate screen (?1049h)"),
        ("printf '\\033[?1000;1006h\\033[?1000l'", "mouse reports (?1006h)"),
        ("printf '\\033[?1003h'", "mouse reports (?1003h)"),
        ("printf '\\033[?2004h'", "bracketed paste (?2004h)"),
        ("printf '\\033[?25l'", "a hidden cursor (?25l)"),
        ("stty raw -echo", "the settings of the line (raw mode, echo)"),
    ] {
        assert_eq!(ending(script).left_behind, [left], "after {script}");
    }
}

#[test]
fn a_signal_ends_the_program_and_is_named() {
    let terminal = shell("echo ready; exec sleep 600");
    terminal.wait_for("ready");
    terminal.signal("TERM");
    let exit = terminal.wait_exit();
    assert!(exit.signal.is_some_and(|name| name.contains("Terminated")), "SIGTERM is named");
}

#[test]
#[should_panic(expected = "waited for \"never\" to show, but the program has ended")]
fn waiting_for_what_never_comes_fails_with_the_screen() {
    shell("echo something else").wait_for("never");
}
