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
        let tool: &[&str] = if arguments.contains(&"--to") { &[] } else { &["--to", "dockerfile"] };
        command.current_dir(self.0.path()).args(["export", "build"]).args(tool).args(arguments);
        let output = command.output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let Ok(found) = std::fs::read_dir(self.0.path().join(folder)) else { return Vec::new() };
        let mut names: Vec<String> = found.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn text(&self, below: &str) -> String {
        std::fs::read_to_string(self.0.path().join(below)).unwrap()
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

const EFS: &str = "version = 1\n[function.recommender]\nhandler = \"app.handler\"\nruntime = \"python3.13\"\n\
                   architecture = \"arm64\"\n[efs]\npackages = [\"alpha\"]\n";

#[test]
fn several_files_are_written_all_or_none() {
    let case = Case::of(&build(), EFS);
    let (code, out, said) = case.export(&["--to", "terraform"]);
    assert!(code == 2 && out.is_empty() && said.contains("--out") && said.contains("variables.tf"), "{said}");
    std::fs::create_dir(case.0.path().join("out")).unwrap();
    std::fs::write(case.0.path().join("out/variables.tf"), "mine").unwrap();
    let (code, _, said) = case.export(&["--to", "terraform", "--out", "out"]);
    assert!(code == 2 && said.contains("variables.tf is there already"), "{said}");
    assert_eq!(
        (case.files("out"), case.text("out/variables.tf")),
        (vec!["variables.tf".to_owned()], "mine".to_owned())
    );
    let (code, _, said) = case.export(&["--to", "terraform", "--out", "out", "--force"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(case.files("out"), ["main.tf", "put-on-efs.sh", "variables.tf"]);
    assert!(case.text("out/variables.tf").contains("file_system_id"));
}

#[test]
fn the_script_does_its_steps_in_the_order_that_it_says() {
    let case = Case::of(&build(), EFS);
    assert_eq!(case.export(&["--to", "script", "--out", "out"]).0, 0);
    let script = case.text("out/deploy.sh");
    let update = script.split("\nupdate() {\n").nth(1).unwrap().split("\n}\n").next().unwrap();
    let (detach, configure, update_code) = ("detach", "configure", "update_code");
    let ways = update.split("        say \"").skip(1).map(|way| {
        let (said, rest) = way.split_once('"').unwrap();
        let steps = rest.lines().skip(1).take_while(|line| line.starts_with("        "));
        (said.rsplit(": ").next().unwrap(), steps.map(|step| step.split_whitespace().next().unwrap()).collect())
    });
    let ways: Vec<(&str, Vec<&str>)> = ways.collect();
    let without =
        ("without layers first, then the new code, then the new layers", vec![detach, update_code, configure]);
    let expected = [
        ("the code is there; configuring", vec![configure]),
        ("code, then configuration", vec![update_code, configure]),
        without.clone(),
        ("layers first, then code", vec![configure, update_code]),
        ("code first, then layers", vec![update_code, configure]),
        without,
    ];
    assert_eq!(ways, expected);
    // What lies on EFS and the layers are there before the function is touched, and callers are told last.
    let place = |text: &str| script.rfind(text).unwrap_or_else(|| panic!("{text} is missing"));
    let order = ["> \"$work/layers.json\"", "\n    update\n", "\nnote\n", "\npublish\n", "say \"deployed\""];
    assert!(order.map(place).is_sorted(), "{order:?} stand in another order");
}

#[cfg(unix)]
#[test]
fn programs_can_be_started_and_nothing_is_written_into_the_build() {
    use std::os::unix::fs::PermissionsExt;
    let case = Case::of(&build(), EFS);
    assert_eq!(case.export(&["--to", "script", "--out", "deep/er"]).0, 0);
    let mode = std::fs::metadata(case.0.path().join("deep/er/deploy.sh")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o755);
    assert!(case.text("deep/er/deploy.sh").contains("\"$HERE\"/'../../artifacts'"));
    for folder in ["build", "build/deploy"] {
        let (code, _, said) = case.export(&["--to", "script", "--out", folder]);
        assert!(code == 2 && said.contains("lies in the build"), "{said}");
    }
    assert!(!case.files("build").contains(&"deploy.sh".to_owned()) && case.files("build/deploy").is_empty());
}

#[test]
fn what_does_not_fit_is_exported_only_where_that_is_wanted_and_still_fails() {
    let plan = EFS.replace("architecture", "snapstart = true\narchitecture");
    let case = Case::of(&build(), &plan);
    let (code, _, said) = case.export(&["--to", "sam", "--out", "out"]);
    assert!(code == 1 && said.contains("SnapStart") && said.contains("nothing was exported"), "{said}");
    assert!(case.files("out").is_empty());
    let (code, _, said) = case.export(&["--to", "sam", "--out", "out", "--force"]);
    assert!(code == 1 && said.contains("wrote"), "{said}");
    assert_eq!(case.files("out"), ["put-on-efs.sh", "template.yaml"]);
}

#[test]
fn what_was_packed_is_what_was_foreseen() {
    let case = Case::of(&build(), EFS);
    assert_eq!(case.export(&["--to", "sam", "--out", "before"]).0, 0);
    let mut pack = Command::cargo_bin("bayplan").unwrap();
    pack.current_dir(case.0.path()).args(["pack", "build", "--out", "artifacts", "--no-cache"]).assert().success();
    assert_eq!(case.export(&["--to", "sam", "--out", "after"]).0, 0);
    let path = |folder: &str| {
        let text = case.text(&format!("{folder}/template.yaml"));
        text.lines().find(|line| line.contains("PYTHONPATH")).unwrap().to_owned()
    };
    assert_eq!(path("before"), path("after"));
    let name = &case.files("artifacts/efs")[0];
    assert!(path("after").contains(&format!("/mnt/packages/{name}")), "{}", path("after"));
    assert!(case.text("before/template.yaml").contains("Nothing was packed yet"));
    assert!(case.text("after/template.yaml").contains("It says what was packed"));
}

#[test]
fn the_built_in_bundle_is_exported_for_every_tool() {
    let folder = tempfile::tempdir().unwrap();
    for (index, tool) in ["sam", "terraform", "serverless", "cdk", "script", "dockerfile"].into_iter().enumerate() {
        let mut command = Command::cargo_bin("bayplan").unwrap();
        let out = index.to_string();
        command.current_dir(folder.path()).args(["export", "demo:", "--to", tool, "--out", &out, "--force"]);
        let output = command.output().unwrap();
        // All of it in one function is over the limit, and an image is not.
        let expected = if tool == "dockerfile" { 0 } else { 1 };
        assert_eq!(output.status.code(), Some(expected), "{tool}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(std::fs::read_dir(folder.path().join(out)).unwrap().count() > 0, "{tool}");
    }
}

#[test]
fn what_a_tool_would_replace_is_refused() {
    let plan = PLAN.replace("info", "{{resolve:ssm:/x}}");
    for tool in ["sam", "serverless", "cdk"] {
        let (code, _, said) = Case::of(&build(), &plan).export(&["--to", tool, "--out", "out"]);
        assert!(code == 2 && said.contains("LOG_LEVEL holds \"{{resolve:\""), "{tool}: {said}");
    }
    assert_eq!(Case::of(&build(), &plan).export(&["--to", "terraform", "--out", "out"]).0, 0);
    let (code, _, said) = Case::of(&build(), PLAN).export(&["--fragment"]);
    assert!(code == 2 && said.contains("leave --fragment out"), "{said}");
    let dollars = PLAN.replace("info", "$${x}");
    let (code, _, said) = Case::of(&build(), &dollars).export(&["--to", "serverless"]);
    assert!(code == 2 && said.contains("LOG_LEVEL holds \"$${\""), "{said}");
    let odd = ["--to", "serverless", "--artifacts", "a(b)"];
    let (code, _, said) = Case::of(&build(), PLAN).export(&odd);
    assert!(code == 2 && said.contains("letters that Serverless would read"), "{said}");
}

/// What the files say how to go on is typed where they lie, and does what they say.
#[cfg(unix)]
#[test]
fn the_commands_in_the_files_run_as_they_are_written() {
    let program = Path::new(env!("CARGO_BIN_EXE_bayplan")).parent().unwrap().to_owned();
    let path = std::env::join_paths([program].into_iter().chain(std::env::split_paths("/usr/bin:/bin"))).unwrap();
    let tools = [("sam", "template.yaml"), ("terraform", "main.tf"), ("serverless", "serverless.yml")];
    for (tool, file) in [&tools[..], &[("cdk", "app.ts"), ("cdk", "stack.ts"), ("script", "deploy.sh")]].concat() {
        let case = Case::of(&build(), EFS);
        let place = |name: &str| case.0.path().join(name);
        std::fs::rename(place("bayplan.toml"), place("the plan.toml")).unwrap();
        let plan = ["--plan", "the plan.toml", "--artifacts", "packed"];
        let (code, _, said) = case.export(&[&plan[..], &["--to", tool, "--out", "deep/er"]].concat());
        assert_eq!(code, 0, "{tool}: {said}");
        let text = case.text(&format!("deep/er/{file}"));
        let lines = text.lines().map(|line| line.trim_start_matches(['#', '/']).trim());
        let commands: Vec<&str> = lines.filter(|line| line.starts_with("bayplan ")).collect();
        assert!(!commands.is_empty(), "{tool} says no command: {text}");
        for command in commands {
            let command = command.trim_end_matches(" && \\").replace("--from OLD", "--from ../../build");
            let mut shell = std::process::Command::new("/bin/sh");
            shell.current_dir(place("deep/er")).env("PATH", &path).args(["-c", &command]);
            let output = shell.output().unwrap();
            assert!(output.status.success(), "{file}: {command}: {}", String::from_utf8_lossy(&output.stderr));
        }
        assert!(file == "stack.ts" || case.files("packed").contains(&"function.zip".to_owned()), "{tool} packed");
    }
}
