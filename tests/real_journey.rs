//! The main road over the story's real bundle, zipped by Info-ZIP: open, drag, see, undo, save, quit, check.

#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;
#[path = "support/real.rs"]
mod real;

use std::process::Command;

use pty::Terminal;
use real::{bayplan, corpus, tool};

#[test]
fn the_storys_zip_is_opened_dragged_saved_and_checked() {
    let desk = tempfile::tempdir().expect("a temporary folder can be made");
    let zip = desk.path().join("function.zip");
    tool(Command::new("zip").args(["-q", "-r", "-1"]).arg(&zip).arg(".").current_dir(corpus("seed")));
    let terminal = Terminal::open(30, 100).in_folder(desk.path()).run(&["function.zip"]);
    terminal.wait_for("over by 102.9 MB");
    let (scipy, efs) = (terminal.wait_and_find("scipy 1.10.1"), terminal.wait_and_find("EFS /mnt"));
    terminal.mouse_down(scipy.0, scipy.1);
    terminal.mouse_drag(scipy.0, scipy.1 + 1);
    terminal.mouse_drag(efs.0, efs.1);
    terminal.wait_for("scipy 1.10.1 114.2 MB → EFS");
    terminal.wait_for("238.7 of 250.0 MB");
    terminal.mouse_up(efs.0, efs.1);
    terminal.wait_for("freed 114.2 MB of the 250 MB");
    terminal.keys("z");
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("Z");
    terminal.wait_for("fits, 11.3 MB free");
    let (numpy, new_layer) = (terminal.wait_and_find("numpy 1.24.3"), terminal.wait_and_find("+ new layer"));
    terminal.mouse_down(numpy.0, numpy.1);
    terminal.mouse_drag(numpy.0, numpy.1 + 1);
    terminal.mouse_drag(new_layer.0, new_layer.1);
    terminal.wait_for("frees 0 B of the 250 MB");
    terminal.mouse_up(new_layer.0, new_layer.1);
    terminal.wait_for("Layer layer-1");
    terminal.keys("w");
    terminal.wait_for_gone("not saved");
    terminal.keys("q");
    terminal.wait_exit().assert_clean(0);

    let zip = zip.to_str().expect("our paths are UTF-8");
    let check = bayplan(&["check", zip]);
    let said = real::text(&check.stdout);
    assert_eq!(check.status.code(), Some(0), "what the screen showed green, check passes:\n{said}");
}
