//! Exporting from the screen, through a real terminal: `E` shows what each tool would be given, and writes the very files
//! that the command writes.
#![cfg(unix)]

#[path = "support/pty.rs"]
mod pty;

use std::collections::BTreeMap;
use std::path::Path;

use assert_cmd::Command;
use pty::{Key, Terminal};

/// A build of two packages, one of which the plan puts on EFS, with the plan saved beside it.
struct Case(tempfile::TempDir);

const PLAN: &str = "version = 1\n\n[function.recommender]\nhandler = \"app.handler\"\nruntime = \"python3.13\"\n\
                    architecture = \"arm64\"\nenvironment = { LEVEL = \"${x} $(id)\" }\n\n[efs]\npackages = [\"file:data/\"]\n";
const BUILD: [&str; 2] = ["build", "--no-cache"];

impl Case {
    fn new() -> Case {
        let case = Case(tempfile::tempdir().expect("a temporary folder can be made"));
        case.write("build/app.py", "def handler(event, context): return 1\n");
        case.write("build/data/words.txt", "many words\n");
        case.write("bayplan.toml", PLAN);
        case.write("requirements.txt", "\n");
        case
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("it lies in a folder")).expect("a folder can be made");
        std::fs::write(path, text).expect("a file can be written");
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.path().join(name)).expect("it is there")
    }

    fn has(&self, name: &str) -> bool {
        self.0.path().join(name).exists()
    }

    fn open(&self, rows: u16, columns: u16) -> Terminal {
        let terminal = Terminal::open(rows, columns).in_folder(self.0.path()).run(&BUILD);
        terminal.wait_for("data/");
        terminal
    }

    /// What the command writes into a folder, by the files' names.
    fn command(&self, tool: &str, shape: &[&str], out: &str) -> BTreeMap<String, String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        command.current_dir(self.0.path()).arg("export").args(BUILD).args(["--to", tool, "--out", out]).args(shape);
        command.assert().code(0);
        files(&self.0.path().join(out))
    }
}

/// Everything below a folder, by its path in there.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("it is a folder").map(|entry| entry.expect("it can be read")) {
        let name = entry.file_name().into_string().expect("exported names are text");
        if entry.path().is_dir() {
            found.extend(files(&entry.path()).into_iter().map(|(below, text)| (format!("{name}/{below}"), text)));
        } else {
            found.insert(name, std::fs::read_to_string(entry.path()).expect("it is text"));
        }
    }
    found
}

/// Types a folder in the place of the one that is offered.
fn type_folder(terminal: &Terminal, folder: &str) {
    terminal.wait_for("into the folder: ");
    terminal.key(Key::Ctrl('u'));
    terminal.keys(folder);
    terminal.wait_for(&format!("into the folder: {folder}"));
    terminal.key(Key::Enter);
}

fn leave(terminal: Terminal) {
    terminal.key(Key::Ctrl('c'));
    terminal.key(Key::Ctrl('c'));
    terminal.wait_exit().assert_clean(0);
}

const TOOLS: [&str; 8] = ["sam", "terraform", "serverless", "cdk", "script", "dockerfile", "gitlab", "github"];

#[test]
fn every_tool_is_given_from_the_screen_what_the_command_gives_it() {
    let case = Case::new();
    let terminal = case.open(30, 100);
    for (number, tool) in TOOLS.into_iter().enumerate() {
        for shape in [&[][..], &["--fragment"]] {
            terminal.keys("E");
            terminal.wait_for("[ ] fragment");
            terminal.keys(&"j".repeat(number));
            if !shape.is_empty() {
                terminal.keys(" ");
                terminal.wait_for("[x] fragment");
            }
            if (tool, shape.is_empty()) == ("dockerfile", false) {
                terminal.wait_for("is exported whole");
                terminal.key(Key::Enter);
                terminal.key(Key::Esc);
                terminal.wait_for_gone("[x] fragment");
                continue;
            }
            // Pipelines have to lie at the root, where the build is in reach.
            let is_pipeline = ["gitlab", "github"].contains(&tool);
            let (here, there) = if is_pipeline { (".", "there") } else { ("here", "there") };
            let is_there = |screen: &vt100::Screen| ["# ", "// "].iter().any(|sign| screen.contents().contains(sign));
            terminal.wait_until(is_there, "what would be written");
            terminal.key(Key::Enter);
            type_folder(&terminal, here);
            terminal.wait_for("; next: ");
            let commanded = if is_pipeline {
                let written = files(case.0.path());
                let name = written.keys().find(|name| {
                    name.contains("bayplan-steps") || name.contains("gitlab-ci") || name.contains(".github")
                });
                let name = name.expect("a pipeline was written").clone();
                let seen = BTreeMap::from([(name.clone(), written[&name].clone())]);
                std::fs::remove_file(case.0.path().join(&name)).expect("it was written");
                let mut commanded = case.command(tool, shape, ".");
                commanded.retain(|other, _| *other == name);
                std::fs::remove_file(case.0.path().join(&name)).expect("the command wrote it too");
                assert_eq!(seen, commanded, "{tool} {shape:?}");
                continue;
            } else {
                case.command(tool, shape, there)
            };
            assert!(!commanded.is_empty(), "{tool}");
            assert_eq!(files(&case.0.path().join(here)), commanded, "{tool} {shape:?}");
            for folder in [here, there] {
                std::fs::remove_dir_all(case.0.path().join(folder)).expect("a folder of this test's own");
            }
        }
    }
    leave(terminal);
}

#[test]
fn each_key_does_what_the_help_says() {
    for (rows, columns) in [(30, 100), (24, 80), (16, 60)] {
        let case = Case::new();
        let terminal = case.open(rows, columns);
        let walk = |steps: &[(&[u8], &str)]| {
            for (key, seen) in steps {
                terminal.send(key);
                terminal.wait_for(seen);
            }
        };
        walk(&[
            (b"E", "Export: AWS SAM template"),
            (b"", "template.yaml"),
            (b"j", "Export: Terraform configuration"),
            (&Key::Down.bytes(), "Export: Serverless Framework"),
            (b"k", "Export: Terraform configuration"),
            (&Key::Up.bytes(), "Export: AWS SAM template"),
            (b" ", "bayplan-fragment.yaml"),
            (&Key::Tab.bytes(), "[ ] fragment"),
            (b"G", "put-on-efs: wrote"),
            (b"gg", "template.yaml"),
            (&Key::End.bytes(), "put-on-efs: wrote"),
            (&Key::Home.bytes(), "template.yaml"),
        ]);
        for (forth, back) in [
            (Key::PageDown.bytes(), Key::PageUp.bytes()),
            (Key::Ctrl('d').bytes(), Key::Ctrl('u').bytes()),
            (b"l".to_vec(), b"h".to_vec()),
            (Key::Right.bytes(), Key::Left.bytes()),
        ] {
            terminal.send(&forth);
            terminal.wait_for_gone(" template.yaml");
            terminal.send(&back);
            terminal.wait_for(" template.yaml");
        }
        walk(&[(b"?", "Help: keys of an export")]);
        terminal.key(Key::Esc);
        terminal.wait_for_gone("Help: ");
        for close in [b"E".to_vec(), b"q".to_vec(), b"n".to_vec(), Key::Esc.bytes()] {
            terminal.send(&close);
            terminal.wait_for_gone("Export: ");
            terminal.keys("E");
            terminal.wait_for(" template.yaml");
        }
        leave(terminal);
        assert!(!case.has("sam"), "looking writes nothing");
    }
}

#[test]
fn a_click_chooses_the_wheel_scrolls_and_a_double_click_writes() {
    for (rows, columns) in [(30, 100), (16, 60)] {
        let case = Case::new();
        let terminal = case.open(rows, columns);
        terminal.keys("E");
        terminal.wait_for(" template.yaml");
        let click = |at: (u16, u16)| {
            terminal.mouse_down(at.0, at.1);
            terminal.mouse_up(at.0, at.1);
        };
        let script = terminal.wait_and_find("script");
        click(script);
        terminal.wait_for("Export: shell script");
        let first = terminal.wait_and_find("#!/bin/sh");
        terminal.wheel_down(first.0, first.1);
        terminal.wait_for_gone("#!/bin/sh");
        terminal.wheel_up(first.0, first.1);
        terminal.wait_for("#!/bin/sh");
        click(terminal.wait_and_find("[ ] fragment"));
        terminal.wait_for("bayplan-update.sh");
        let cdk = terminal.wait_and_find("cdk");
        click(cdk);
        click(cdk);
        terminal.wait_for("write cdk into the folder: cdk");
        terminal.key(Key::Enter);
        terminal.wait_for("wrote 2 files into cdk; next: pack");
        assert!(case.has("cdk/bayplan-function.ts") && case.has("cdk/put-on-efs.sh"));
        leave(terminal);
    }
}

#[test]
fn nothing_is_written_over_unasked_and_a_folder_needs_a_name() {
    let case = Case::new();
    case.write("sam/template.yaml", "mine\n");
    let terminal = case.open(24, 80);
    terminal.keys("E");
    terminal.wait_for(" template.yaml");
    terminal.key(Key::Enter);
    type_folder(&terminal, " ");
    terminal.wait_for("name a folder");
    type_folder(&terminal, "sam");
    terminal.wait_for("sam/template.yaml is there already");
    terminal.key(Key::Enter);
    terminal.wait_for_gone("is there already");
    assert_eq!(case.read("sam/template.yaml"), "mine\n", "no is the default");
    assert!(!case.has("sam/put-on-efs.sh"), "all of them or none");
    terminal.key(Key::Enter);
    terminal.wait_for("into the folder: sam");
    terminal.key(Key::Enter);
    terminal.wait_for("sam/template.yaml is there already");
    terminal.keys("y");
    terminal.wait_for("wrote 2 files into sam; next: pack, then sam deploy");
    assert!(case.read("sam/template.yaml").contains("AWS::Serverless"), "yes writes over it");
    terminal.keys("E");
    terminal.wait_for(" template.yaml");
    terminal.key(Key::Enter);
    type_folder(&terminal, "build/inside");
    terminal.wait_for("lies in the build");
    assert!(!case.has("build/inside"), "the build is never written to");
    leave(terminal);
}

#[test]
fn whose_plan_is_not_saved_is_asked_and_can_save_first() {
    let case = Case::new();
    let terminal = case.open(24, 80);
    let export = || {
        terminal.keys("E");
        terminal.wait_for(" template.yaml");
        terminal.key(Key::Enter);
        terminal.wait_for("into the folder: sam");
        terminal.key(Key::Enter);
    };
    terminal.keys("+");
    terminal.wait_for("not saved");
    export();
    terminal.wait_for("The plan is not saved.");
    terminal.key(Key::Esc);
    terminal.wait_for_gone("The plan is not saved.");
    assert!(!case.has("sam"), "Esc writes nothing");
    terminal.keys("q");
    terminal.wait_for_gone("Export: ");
    export();
    terminal.wait_for("The plan is not saved.");
    terminal.keys("w");
    terminal.wait_for("wrote 2 files into sam");
    assert!(case.read("bayplan.toml").contains("layer-1"), "it was saved first");
    leave(terminal);
}

#[test]
fn what_would_not_fit_is_asked_and_what_is_not_known_is_said() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let terminal = Terminal::open(24, 80).in_folder(folder.path()).run(&["demo"]);
    terminal.wait_for("over by 102.9 MB");
    terminal.keys("E");
    terminal.wait_for(" template.yaml");
    terminal.key(Key::Enter);
    terminal.wait_for("into the folder: sam");
    terminal.key(Key::Enter);
    terminal.wait_for("It would not work");
    terminal.keys("n");
    terminal.wait_for_gone("It would not work");
    assert!(!folder.path().join("sam").exists());
    terminal.key(Key::Enter);
    terminal.wait_for("into the folder: sam");
    terminal.key(Key::Enter);
    terminal.wait_for("It would not work");
    terminal.keys("y");
    terminal.wait_for("wrote sam/template.yaml; next: open a build of yours");
    leave(terminal);

    let case = Case::new();
    case.write(
        "bayplan.toml",
        "version = 1\n\n[function.recommender]\nruntime = \"python3.13\"\narchitecture = \"arm64\"\n",
    );
    std::fs::rename(case.0.path().join("build/app.py"), case.0.path().join("build/other.py")).expect("it is there");
    let terminal = case.open(16, 60);
    terminal.keys("E");
    terminal.wait_for("the handler is not known");
    terminal.key(Key::Enter);
    terminal.keys("?");
    terminal.wait_for("Help: keys of an export");
    leave(terminal);
}
