//! Each gesture of the mouse through a real terminal, and what it did seen on the screen.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use pty::{Key, Terminal};

type Cell = (u16, u16);

/// The story's bundle, open on a screen of the usual size.
fn demo() -> Terminal {
    sized(30)
}

fn sized(rows: u16) -> Terminal {
    let terminal = Terminal::open(rows, 100).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    // The last line of the first whole frame.
    terminal.wait_for("? help");
    terminal
}

/// Leaves without saving, and the terminal is as it was.
fn leave(terminal: Terminal) {
    terminal.key(Key::Ctrl('c'));
    terminal.key(Key::Ctrl('c'));
    terminal.wait_exit().assert_clean(0);
}

/// Presses on one cell and moves to another, with the button held.
fn carry(terminal: &Terminal, from: Cell, to: Cell) {
    terminal.mouse_down(from.0, from.1);
    terminal.mouse_drag(from.0, from.1 + 1);
    terminal.mouse_drag(to.0, to.1);
}

fn click(terminal: &Terminal, at: Cell) {
    terminal.mouse_down(at.0, at.1);
    terminal.mouse_up(at.0, at.1);
}

/// What the cursor is on: `y` says it.
#[track_caller]
fn stands_on(terminal: &Terminal, row: &str) {
    terminal.keys("y");
    terminal.wait_for(&format!("copied {row}"));
}

/// Nothing was moved: the plan is as it was.
#[track_caller]
fn nothing_moved(terminal: &Terminal) {
    terminal.wait_for("over by 102.9 MB");
    assert!(!terminal.screen_text().contains("not saved"), "{}", terminal.screen_text());
}

#[test]
fn a_click_selects_in_either_pane_and_changes_nothing() {
    let terminal = demo();
    click(&terminal, terminal.wait_and_find("pandas 2.0.2"));
    stands_on(&terminal, "pandas");
    let in_function = (70, terminal.wait_and_find("botocore 1.29.147").1);
    click(&terminal, in_function);
    stands_on(&terminal, "botocore");
    click(&terminal, terminal.wait_and_find("EFS /mnt"));
    nothing_moved(&terminal);
    leave(terminal);
}

#[test]
fn a_double_click_opens_only_in_a_pane_that_had_the_keys() {
    let terminal = demo();
    let scipy = terminal.wait_and_find("scipy 1.10.1");
    terminal.key(Key::Tab);
    for _ in 0..2 {
        click(&terminal, scipy);
    }
    // The first of these clicks gave the pane its keys, so the next pair opens.
    terminal.keys("y");
    terminal.wait_for("copied scipy");
    assert!(!terminal.screen_text().contains("scipy.libs/"), "{}", terminal.screen_text());
    let pair: String = format!("\x1b[<0;{0};{1}M\x1b[<0;{0};{1}m", scipy.0 + 1, scipy.1 + 1).repeat(2);
    terminal.send(pair.as_bytes());
    terminal.wait_for("scipy.libs/");
    leave(terminal);
}

#[test]
fn a_double_click_on_the_findings_shows_their_cures() {
    let terminal = demo();
    let finding = terminal.wait_and_find("102.9 MB too much");
    let pair: String = format!("\x1b[<0;{0};{1}M\x1b[<0;{0};{1}m", finding.0 + 1, finding.1 + 1).repeat(2);
    terminal.send(pair.as_bytes());
    terminal.wait_for("Findings: ");
    leave(terminal);
}

#[test]
fn the_wheel_scrolls_what_is_under_the_pointer_and_leaves_the_cursor() {
    let terminal = sized(24);
    let numpy = terminal.wait_and_find("numpy 1.24.3");
    terminal.wheel_down(numpy.0, numpy.1);
    terminal.wait_until(|screen| !screen.contents().contains("▸ scipy 1.10.1"), "the first row to scroll away");
    stands_on(&terminal, "scipy");
    terminal.wheel_up(numpy.0, numpy.1);
    terminal.wait_for("▸ scipy 1.10.1");
    terminal.wheel_down(80, 5);
    terminal.wait_until(
        |screen| screen.contents().matches("scipy 1.10.1").count() == 1,
        "the list of the function to scroll",
    );
    leave(terminal);
}

#[test]
fn the_row_follows_in_the_hand_and_the_line_tells_all() {
    let terminal = demo();
    let efs = terminal.wait_and_find("EFS /mnt");
    carry(&terminal, terminal.wait_and_find("scipy 1.10.1"), efs);
    terminal.wait_for("scipy 1.10.1 114.2 MB → EFS");
    let beside = terminal.wait_and_find("● scipy 1.10.1 114.2 MB");
    assert_eq!(beside, (efs.0 + 3, efs.1 + 1), "beside the pointer, a row below");
    terminal.wait_for("function + layers 352.9 → 238.7 of 250.0 MB");
    terminal.wait_for("clears ✗");
    terminal.wait_for("raises !");
    terminal.mouse_drag(efs.0 + 5, efs.1 - 8);
    terminal.wait_for("already there: release cancels");
    terminal.mouse_drag(efs.0, efs.1);
    terminal.wait_for("release to move");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("freed 114.2 MB of the 250 MB");
    assert_eq!(terminal.find("● scipy"), None, "nothing is in the hand any more");
    leave(terminal);
}

#[test]
fn a_marked_row_takes_all_marked_rows_along_with_their_total() {
    let terminal = demo();
    terminal.keys("  ");
    terminal.wait_for("2 marked");
    let efs = terminal.wait_and_find("EFS /mnt");
    carry(&terminal, terminal.wait_and_find("botocore 1.29.147"), efs);
    terminal.wait_for("● 2 packages 187.9 MB");
    terminal.wait_for("botocore, scipy 187.9 MB → EFS");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("freed 187.9 MB");
    leave(terminal);
}

#[test]
fn what_only_it_needs_comes_along_by_ctrl_and_by_space() {
    let terminal = demo();
    let efs = terminal.wait_and_find("EFS /mnt");
    let learn = terminal.wait_and_find("scikit-learn 1.2.2");
    carry(&terminal, learn, efs);
    terminal.wait_for("scikit-learn 1.2.2 37.7 MB → EFS");
    terminal.wait_for("Space: with ");
    terminal.keys(" ");
    terminal.wait_for("● 4 packages 153.4 MB");
    terminal.keys(" ");
    terminal.wait_for("● scikit-learn 1.2.2 37.7 MB");
    // 16 is Ctrl in the encoding of the mouse.
    let drag = |button: u16| format!("\x1b[<{button};{};{}M", efs.0 + 1, efs.1 + 1);
    terminal.send(drag(32 + 16).as_bytes());
    terminal.wait_for("● 4 packages 153.4 MB");
    terminal.send(drag(32).as_bytes());
    terminal.wait_for("● scikit-learn 1.2.2 37.7 MB");
    terminal.send(drag(32 + 16).as_bytes());
    terminal.wait_for("● 4 packages 153.4 MB");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("freed 153.4 MB of the 250 MB");
    leave(terminal);
}

#[test]
fn the_whole_bucket_takes_its_header_and_its_empty_part() {
    let terminal = demo();
    let left_out = terminal.wait_and_find("Left out");
    for row in [left_out.1, left_out.1 + 1] {
        carry(&terminal, terminal.wait_and_find("scipy 1.10.1"), (95, row));
        terminal.wait_for("scipy 1.10.1 114.2 MB → left out");
        terminal.mouse_up(95, row);
        terminal.wait_for("freed 114.2 MB");
        terminal.keys("u");
        terminal.wait_for("undone: scipy");
    }
    leave(terminal);
}

#[test]
fn from_a_bucket_it_goes_to_another() {
    let terminal = demo();
    let efs = terminal.wait_and_find("EFS /mnt");
    carry(&terminal, (70, terminal.wait_and_find("scipy 1.10.1").1), efs);
    terminal.wait_for("scipy 1.10.1 114.2 MB → EFS");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("freed 114.2 MB");
    leave(terminal);
}

#[test]
fn the_place_of_release_decides_and_everything_else_cancels() {
    let terminal = demo();
    let (scipy, efs) = (terminal.wait_and_find("scipy 1.10.1"), terminal.wait_and_find("EFS /mnt"));
    let over_efs = || {
        carry(&terminal, scipy, efs);
        terminal.wait_for("release to move");
    };
    over_efs();
    terminal.mouse_up(scipy.0, scipy.1 + 3);
    terminal.wait_for("not moved: let go over no bucket");
    nothing_moved(&terminal);
    over_efs();
    terminal.mouse_up(80, 4);
    terminal.wait_for("not moved: already there");
    nothing_moved(&terminal);
    over_efs();
    terminal.key(Key::Esc);
    terminal.wait_for("not moved");
    nothing_moved(&terminal);
    over_efs();
    terminal.send(format!("\x1b[<2;{};{}M", efs.0 + 1, efs.1 + 1).as_bytes());
    terminal.wait_for_gone("release to move");
    terminal.mouse_up(efs.0, efs.1);
    nothing_moved(&terminal);
    over_efs();
    terminal.send(b"\x1b[O");
    terminal.wait_for_gone("release to move");
    terminal.mouse_up(efs.0, efs.1);
    nothing_moved(&terminal);
    over_efs();
    terminal.resize(31, 100);
    terminal.wait_for_gone("release to move");
    terminal.mouse_up(efs.0, efs.1);
    nothing_moved(&terminal);
    leave(terminal);
}

#[test]
fn what_is_impossible_says_why_before_release() {
    let terminal = demo();
    let efs = terminal.wait_and_find("EFS /mnt");
    terminal.key(Key::End);
    carry(&terminal, terminal.wait_and_find("app.py"), efs);
    terminal.wait_for("holds the handler and stays in the function");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("holds the handler");
    terminal.keys("+++++");
    terminal.wait_for("none is free");
    let new_layer = terminal.wait_and_find("+ new layer ");
    carry(&terminal, terminal.wait_and_find("scipy 1.10.1"), new_layer);
    terminal.wait_for("cannot: a function takes 5 layers");
    terminal.mouse_up(new_layer.0, new_layer.1);
    terminal.wait_for_gone("cannot: ");
    leave(terminal);
}

#[test]
fn released_on_new_layer_a_layer_is_made() {
    let terminal = demo();
    let new_layer = terminal.wait_and_find("+ new layer");
    carry(&terminal, terminal.wait_and_find("numpy 1.24.3"), new_layer);
    terminal.wait_for("frees 0 B of the 250 MB, takes 19.");
    terminal.mouse_up(new_layer.0, new_layer.1);
    terminal.wait_for("2 Layer layer-1");
    leave(terminal);
}

#[test]
fn held_at_an_edge_the_list_scrolls_by_itself() {
    let terminal = sized(24);
    let scipy = terminal.wait_and_find("scipy 1.10.1");
    let last = terminal.wait_and_find("└").1 - 1;
    carry(&terminal, scipy, (scipy.0, last));
    // The last row, whose name is below what is carried.
    terminal.wait_for("629 B");
    terminal.mouse_drag(scipy.0, 3);
    terminal.wait_for("▸ scipy 1.10.1");
    terminal.key(Key::Esc);
    terminal.wait_for("not moved");
    leave(terminal);
}

#[test]
fn what_lies_on_top_is_chosen_by_a_click_and_turned_by_two() {
    let terminal = demo();
    terminal.keys("S");
    let stubs = terminal.wait_and_find("[ ] type-stubs");
    click(&terminal, stubs);
    terminal.wait_for("type checkers and editors read them");
    nothing_moved(&terminal);
    click(&terminal, stubs);
    terminal.wait_for("[x] type-stubs");
    terminal.wheel_down(stubs.0, stubs.1);
    terminal.wait_for("only compilers read them");
    terminal.keys("z");
    terminal.wait_for("[ ] type-stubs");
    terminal.key(Key::Esc);
    terminal.wait_for_gone("Slimming: ");
    terminal.keys("!");
    terminal.wait_for("Findings: ");
    // Drawn below it, so that it is not found where it stood before.
    terminal.wait_for("the bundle holds something");
    let second = terminal.wait_and_find("the zip of the function has");
    click(&terminal, second);
    terminal.wait_for("upload.direct");
    terminal.key(Key::Esc);
    terminal.wait_for_gone("Findings: ");
    terminal.keys("f");
    let step = terminal.wait_and_find("[x] ");
    click(&terminal, step);
    click(&terminal, step);
    terminal.wait_for("[ ] ");
    leave(terminal);
}

#[test]
fn in_a_low_window_a_rule_is_told_about_below_it() {
    let terminal = sized(16);
    terminal.keys("S");
    terminal.wait_for("Slimming: ");
    for _ in 0..20 {
        terminal.wheel_down(20, 5);
    }
    terminal.wait_for("bayplan slim PATH --services");
    leave(terminal);
}
