//! The views through a real terminal: turned by key and by click, the map by mouse, findings that lead to packages, the
//! demo's hints; and a terminal's background that is answered, not answered, or answered with garbage.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use pty::{Key, Terminal};

fn opened(rows: u16, columns: u16, arguments: &[&str]) -> Terminal {
    let terminal = Terminal::open(rows, columns).run(arguments);
    terminal.wait_for("over by 102.9 MB");
    terminal
}

fn quit(terminal: Terminal) {
    terminal.keys("q");
    let exit = terminal.wait_exit();
    exit.assert_restored();
}

/// Leaves although the plan is not saved.
fn leave(terminal: Terminal) {
    terminal.keys("q");
    terminal.wait_for("The plan is not saved.");
    terminal.keys("y");
    terminal.wait_exit().assert_restored();
}

#[test]
fn t_turns_the_views_and_shift_t_turns_them_back() {
    let terminal = opened(30, 100, &["demo"]);
    for (key, title) in
        [("t", "Folders by size"), ("t", "Why it is here"), ("t", "Map"), ("t", "Packages by size"), ("T", "Map")]
    {
        terminal.keys(key);
        terminal.wait_for(&format!("{title} ─"));
    }
    quit(terminal);
}

#[test]
fn a_click_on_the_name_of_a_view_shows_it_with_the_same_selection() {
    let terminal = opened(30, 100, &["demo"]);
    terminal.keys("jj");
    let (column, row) = terminal.wait_and_find(" why ");
    terminal.mouse_down(column + 1, row);
    terminal.mouse_up(column + 1, row);
    terminal.wait_for("Why it is here ─");
    terminal.keys("i");
    terminal.wait_for("numpy 1.24.3 ─");
    terminal.keys("i");
    terminal.wait_for_gone("numpy 1.24.3 ─");
    quit(terminal);
}

#[test]
fn a_tile_is_zoomed_into_by_a_double_click_and_out_of_by_esc_and_by_the_wheel() {
    let terminal = opened(30, 100, &["demo"]);
    terminal.keys("ttt");
    let (column, row) = terminal.wait_and_find("1 numpy 1.24.3");
    for _ in 0..2 {
        terminal.mouse_down(column, row);
        terminal.mouse_up(column, row);
    }
    terminal.wait_for("Map › numpy");
    terminal.wait_for("numpy.libs/");
    terminal.wheel_down(column, row);
    terminal.wait_for("1 scipy 1.10.1");
    terminal.key(Key::Enter);
    terminal.wait_for("Map › numpy");
    terminal.key(Key::Esc);
    terminal.wait_for("1 scipy 1.10.1");
    quit(terminal);
}

#[test]
fn a_tile_is_dragged_onto_a_bucket() {
    let terminal = opened(30, 100, &["demo"]);
    terminal.keys("T");
    let scipy = terminal.wait_and_find("1 scipy 1.10.1");
    let efs = terminal.wait_and_find("EFS /mnt");
    terminal.mouse_down(scipy.0, scipy.1);
    terminal.mouse_drag(scipy.0.midpoint(efs.0), scipy.1.midpoint(efs.1));
    terminal.mouse_drag(efs.0, efs.1);
    terminal.wait_for("scipy 1.10.1 114.2 MB → EFS");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("2 scipy 1.10.1");
    leave(terminal);
}

#[test]
fn arrows_go_from_tile_to_tile() {
    let terminal = opened(30, 100, &["demo"]);
    terminal.keys("T");
    terminal.wait_for("Map ─");
    terminal.key(Key::Right);
    terminal.keys("d");
    terminal.wait_for("numpy 1.24.3 → left out");
    leave(terminal);
}

#[test]
fn a_finding_leads_to_its_package() {
    let terminal = opened(30, 100, &["demo"]);
    terminal.keys("G!");
    terminal.wait_for("Enter goes to the package");
    terminal.key(Key::Enter);
    terminal.wait_for_gone("Enter goes to the package");
    terminal.keys("i");
    terminal.wait_for("scipy 1.10.1 ─");
    terminal.keys("i");
    terminal.wait_for_gone("scipy 1.10.1 ─");
    quit(terminal);
}

#[test]
fn the_demo_walks_through_its_story_in_five_hints() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let terminal = Terminal::open(30, 100).in_folder(folder.path()).run(&["demo"]);
    // Each step by the keys that its hint names, and nothing besides but going to the package that it names.
    terminal.wait_for("1 of 5  drag scipy onto EFS, or m, then 2: see the meter");
    terminal.keys("m2");
    terminal.wait_for("fits, 11.3 MB free");
    terminal.wait_for("2 of 5  drag numpy onto + new layer, or on it m, then +: it frees nothing");
    terminal.keys("/numpy");
    terminal.key(Key::Enter);
    terminal.wait_for("or m, then +: it frees nothing");
    terminal.keys("m+");
    terminal.wait_for("freed 0 B of the 250 MB");
    terminal.wait_for("3 of 5  press z: it takes the last move back");
    terminal.key(Key::Esc);
    terminal.wait_for_gone("/numpy");
    terminal.keys("z");
    terminal.wait_for("4 of 5  press f, then Enter: a plan that fits, without EFS");
    terminal.keys("f");
    terminal.wait_for("Proven");
    terminal.key(Key::Enter);
    terminal.wait_for("5 of 5  press w");
    terminal.wait_for("it fits, 28.0 MB free");
    // "Without EFS" was no lie.
    terminal.wait_for("drop what fits nowhere");
    terminal.keys("w");
    terminal.wait_for_gone("5 of 5 ");
    quit(terminal);
}

#[test]
fn esc_sends_the_hints_away() {
    let terminal = opened(24, 80, &["demo"]);
    terminal.wait_for("1 of 5");
    terminal.key(Key::Esc);
    terminal.wait_for_gone("1 of 5");
    quit(terminal);
}

/// The colour of the first letter of a text.
fn colour_of(terminal: &Terminal, text: &str) -> vt100::Color {
    let (column, row) = terminal.wait_and_find(text);
    terminal.screen().cell(row, column).expect("it was just found").fgcolor()
}

const DARK_ERROR: vt100::Color = vt100::Color::Rgb(0xf2, 0x79, 0x5a);
const LIGHT_ERROR: vt100::Color = vt100::Color::Rgb(0xb2, 0x38, 0x1d);

#[test]
fn a_background_that_is_told_decides_the_colours_and_none_of_the_answer_is_typed() {
    let terminal = opened(24, 80, &["demo"]);
    assert_eq!(colour_of(&terminal, "over by"), DARK_ERROR, "a terminal that has said nothing is taken to be dark");
    terminal.send(b"j\x1b]11;rgb:ffff/ffff/ffff\x1b\\j");
    terminal
        .wait_until(|screen| screen.cell(1, 79 - 8).is_some_and(|cell| cell.fgcolor() == LIGHT_ERROR), "light colours");
    terminal.keys("d");
    terminal.wait_for("numpy 1.24.3 → left out");
    leave(terminal);
}

#[test]
fn an_answer_in_pieces_and_an_answer_that_is_garbage_do_no_harm() {
    let terminal = opened(24, 80, &["demo"]);
    terminal.send(b"\x1b]11;what is that\x1b\\");
    terminal.send(b"\x1b]11;rgb:zz");
    terminal.send(b"\x07");
    terminal.keys("jd");
    terminal.wait_for("botocore 1.29.147 → left out");
    for piece in [&b"\x1b]11;rg"[..], b"b:ff/ff", b"/ff\x1b\\"] {
        terminal.send(piece);
    }
    terminal.wait_until(
        |screen| (0..80).any(|x| screen.cell(1, x).is_some_and(|cell| cell.fgcolor() == LIGHT_ERROR)),
        "light colours",
    );
    leave(terminal);
}

#[test]
fn the_theme_can_be_chosen_and_the_environment_is_heard() {
    let asked = Terminal::open(24, 80).run(&["demo", "--theme", "light"]);
    asked.wait_for("over by 102.9 MB");
    assert_eq!(colour_of(&asked, "over by"), LIGHT_ERROR);
    quit(asked);
    let told = Terminal::open(24, 80).env("COLORFGBG", "0;15").run(&["demo"]);
    told.wait_for("over by 102.9 MB");
    assert_eq!(colour_of(&told, "over by"), LIGHT_ERROR);
    quit(told);
    let few = Terminal::open(24, 80).env("COLORTERM", "").run(&["demo"]);
    few.wait_for("over by 102.9 MB");
    assert!(matches!(colour_of(&few, "over by"), vt100::Color::Idx(16..)), "256 colours");
    quit(few);
    let sixteen = Terminal::open(24, 80).env("COLORTERM", "").env("TERM", "linux").run(&["demo"]);
    sixteen.wait_for("over by 102.9 MB");
    assert_eq!(colour_of(&sixteen, "over by"), vt100::Color::Idx(1));
    quit(sixteen);
}
