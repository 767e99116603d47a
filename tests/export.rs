//! `bayplan export`: what deploys the plan.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;

use std::path::Path;

use assert_cmd::Command;
use bundles::Files;

const PLAN: &str = "version = 1\n[function.recommender]\nhandler = \"app.handler\"\nruntime = \"python3.10\"\n\
                    architecture = \"arm64\"\nenvironment = { LOG_LEVEL = \"info\" }\n";

struct Case(tempfile::TempDir);

impl Case {
    fn of(files: &Files, plan: &str) -> Case {
        let case = Case(tempfile::tempdir().unwrap());
        files.write(&case.0.path().join("build"));
        std::fs::write(case.0.path().join("bayplan.toml"), plan).unwrap();
        case
    }

    fn export(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = Command::cargo_bin("bayplan").unwrap();
        command.current_dir(self.0.path()).args(["export", "build", "--to", "dockerfile"]).args(arguments);
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }
}

fn build() -> Files {
    Files::default().with("app.py", "import alpha\nhandler = print\n").with_distribution(
        "",
        "alpha",
        "1.0",
        &["alpha/__init__.py"],
    )
}

#[test]
fn the_image_is_made_from_the_base_image_of_the_runtime() {
    let (code, file, said) = Case::of(&build(), PLAN).export(&[]);
    assert_eq!(code, 0, "{said}");
    let orders: Vec<&str> = file.lines().filter(|line| !line.starts_with('#')).collect();
    let expected = ["FROM amazon/aws-lambda-python:3.10", "COPY . ${LAMBDA_TASK_ROOT}/", "CMD [\"app.handler\"]"];
    assert_eq!(orders, expected);
    assert!(file.contains("--platform linux/arm64") && file.contains("-t recommender"), "{file}");
    assert!(file.contains("Set in the function's configuration: LOG_LEVEL"), "{file}");
    assert!(file.lines().next().unwrap().contains("for the plan "), "which plan it was made for: {file}");
}

#[test]
fn folders_of_packages_are_put_on_the_path_and_no_name_breaks_out() {
    let vendored = |folder: &str| {
        Files::default().with("app.py", "handler = print\n").with_distribution(
            folder,
            "alpha",
            "1.0",
            &["alpha/__init__.py"],
        )
    };
    let (_, file, _) = Case::of(&vendored("ven\"dor $HOME/"), PLAN).export(&[]);
    assert!(file.contains("ENV PYTHONPATH=\"/var/task/ven\\\"dor \\$HOME\"\n"), "{file}");
    let (code, nothing, said) = Case::of(&vendored("ven\nRUN evil/"), PLAN).export(&[]);
    assert_eq!((code, nothing.as_str()), (2, ""));
    assert!(said.contains("cannot be named in a Dockerfile"), "{said}");
}

#[test]
fn a_file_that_is_there_is_never_overwritten_unless_that_is_wanted() {
    let case = Case::of(&build(), PLAN);
    let file = |path: &Path| std::fs::read_to_string(path.join("out/Dockerfile")).unwrap();
    assert_eq!(case.export(&["--out", "out"]).0, 0);
    let first = file(case.0.path());
    std::fs::write(case.0.path().join("out/Dockerfile"), "mine").unwrap();
    let (code, _, said) = case.export(&["--out", "out"]);
    assert!(code == 2 && said.contains("--force"), "{said}");
    assert_eq!(file(case.0.path()), "mine");
    assert_eq!(case.export(&["--out", "out", "--force"]).0, 0);
    assert_eq!(file(case.0.path()), first);
}

#[test]
fn what_is_not_known_is_asked_for() {
    let bare = "version = 1\n[function.f]\n";
    let (code, _, said) = Case::of(&Files::default().with("app.txt", "x"), bare).export(&[]);
    assert!(code == 2 && said.contains("--runtime"), "{said}");
    let (code, _, said) = Case::of(&Files::default().with("app.txt", "x"), bare).export(&["--runtime", "python3.13"]);
    assert!(code == 2 && said.contains("--handler"), "{said}");
    let known = ["--runtime", "java21", "--handler", "app.handler", "--arch", "arm64"];
    let (code, _, said) = Case::of(&build(), bare).export(&known);
    assert!(code == 2 && said.contains("no base image of AWS is known here for java21"), "{said}");
}
