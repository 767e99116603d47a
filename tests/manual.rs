//! Completions and the manual know every command that the program knows.

#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

fn bayplan(arguments: &[&str], folder: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bayplan")).current_dir(folder).args(arguments).output().unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// The commands, as the help lists them.
fn commands() -> Vec<String> {
    let help = text(&bayplan(&["--help"], Path::new(".")));
    let (_, rest) = help.split_once("Commands:\n").unwrap();
    let lines = rest.lines().take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    let names: Vec<String> = lines.map(|line| line.split_whitespace().next().unwrap().to_owned()).collect();
    assert!(names.len() > 12, "{names:?}");
    names.into_iter().filter(|name| name != "help").collect()
}

#[test]
fn every_shell_completes_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = text(&bayplan(&["completions", shell], Path::new(".")));
        for command in commands() {
            assert!(script.contains(&command), "{shell} does not know {command}");
        }
        assert!(script.contains("step-summary"), "{shell} knows options");
    }
    let unknown = bayplan(&["completions", "tcsh"], Path::new("."));
    assert_eq!(unknown.status.code(), Some(2));
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    text(&bayplan(&["man", "man1"], folder.path()));
    let page = |name: &str| std::fs::read_to_string(folder.path().join("man1").join(name)).unwrap();
    let main = page("bayplan.1");
    assert!(main.contains("EXIT STATUS") && main.starts_with(".ie"), "{main}");
    for command in commands() {
        let page = page(&format!("bayplan-{command}.1"));
        assert!(page.contains(".SH SYNOPSIS") && main.contains(&format!("bayplan\\-{command}(1)")), "{command}");
    }
    assert!(
        page("bayplan-layer-add.1").contains(".SH OPTIONS") || page("bayplan-layer-add.1").contains(".SH ARGUMENTS")
    );
    let all = text(&bayplan(&["man"], folder.path()));
    assert_eq!(all.matches("\n.TH ").count(), std::fs::read_dir(folder.path().join("man1")).unwrap().count());
}
