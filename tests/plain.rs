//! The page about plain lines is a journey: each of its commands is run as it stands there, in its order.

use std::path::Path;

use assert_cmd::Command;

fn bayplan(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
    command.env("XDG_CACHE_HOME", folder.join("cache")).env_remove("CLICOLOR_FORCE");
    command.current_dir(folder).args(arguments).output().expect("it can be started")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The words of a command line; what stands in quotes is one.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(number, part)| match number % 2 {
            1 => vec![part.to_owned()],
            _ => part.split_whitespace().map(str::to_owned).collect(),
        })
        .collect()
}

#[test]
fn the_whole_job_is_done_in_plain_lines() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let build = folder.path().join("build");
    std::fs::create_dir(&build).expect("a folder can be made");
    std::fs::write(build.join("app.py"), "def handler(event, context): return 1\n").expect("a file can be written");
    let target = ["--plan", "build.toml", "--runtime", "python3.13", "--arch", "x86_64"];
    let made = bayplan(folder.path(), &[&["slim", "build", "docs"], &target[..]].concat());
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let page = text(&bayplan(folder.path(), &["help", "plain"]).stdout);
    let mut commands = 0;
    for line in page.lines().filter_map(|line| line.trim_start().strip_prefix("$ bayplan ")) {
        let (line, expected) = match line.split_once(" # exit ") {
            Some((line, code)) => (line, code.trim().parse().expect("an exit code")),
            None => (line, 0),
        };
        let words = words(line);
        let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        if arguments.contains(&"build") {
            // The plan of the demo lies here too, and is not the build's.
            arguments.extend(target);
        }
        let output = bayplan(folder.path(), &arguments);
        let said = text(&output.stdout) + &text(&output.stderr);
        assert_eq!(output.status.code(), Some(expected), "bayplan {line}\n{said}");
        assert!(!output.stdout.is_empty() || line.contains("--format json="), "bayplan {line} says what came of it");
        assert!(!said.contains('\u{1b}'), "bayplan {line}: no colours and no cursor in a pipe\n{said}");
        commands += 1;
    }
    assert_eq!(commands, 17, "{page}");
    for file in ["fitted.toml", "bayplan.toml", "bayplan.lock", "verdict.json", "artifacts/function.zip"] {
        assert!(folder.path().join(file).is_file(), "{file} was written");
    }
}

#[test]
fn help_knows_commands_and_says_what_else_there_is() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let help = bayplan(folder.path(), &["help", "layer", "attach"]);
    assert_eq!(help.status.code(), Some(0));
    assert!(text(&help.stdout).contains("--unzipped-bytes"), "{}", text(&help.stdout));
    let none = bayplan(folder.path(), &["help", "plane"]);
    assert_eq!(none.status.code(), Some(2));
    assert!(text(&none.stderr).contains("there is help about plain, demo, report"), "{}", text(&none.stderr));
    let page = text(&bayplan(folder.path(), &["help", "plain"]).stdout);
    assert!(page.is_ascii() && page.lines().all(|line| line.chars().count() <= 110), "{page}");
}
