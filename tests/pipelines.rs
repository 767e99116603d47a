//! `bayplan export --to gitlab` and `--to github`: what a runner reads out of the files, and that no name gets out of its
//! place in them. Their own judges see them in `real_reports`.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;

use std::path::PathBuf;
use std::process::Command;

use bundles::Files;
use serde_json::Value;

const PLAN: &str = "version = 1\n[function.recommender]\nhandler = \"app.handler\"\nruntime = \"python3.12\"\n\
                    architecture = \"arm64\"\nlayers = [\"net\"]\n[layer.net]\npackages = [\"alpha\"]\n";
const NODE: &str =
    "version = 1\n[function.f]\nhandler = \"index.handler\"\nruntime = \"nodejs22.x\"\narchitecture = \"x86_64\"\n";

struct Desk(tempfile::TempDir);

impl Desk {
    fn new(files: &Files, plan: &str) -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        files.write(&desk.path("build"));
        std::fs::write(desk.path("bayplan.toml"), plan).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn run(&self, arguments: &[&str]) -> (i32, String, String) {
        let output =
            Command::new(env!("CARGO_BIN_EXE_bayplan")).current_dir(self.0.path()).args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
    }

    #[track_caller]
    fn export(&self, tool: &str, more: &[&str]) -> Value {
        let (code, text, said) = self.run(&[&["export", "build", "--to", tool], more].concat());
        assert_eq!(code, 0, "{said}");
        serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
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

/// The commands that GitLab's runner gives to the shell, in their order.
fn gitlab_commands(pipeline: &Value, job: &str) -> Vec<String> {
    pipeline[job]["script"].as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// The same for GitHub, whose expressions are worked out first; the only one here stands for what begins one.
fn github_commands(steps: &Value) -> Vec<String> {
    let runs = steps.as_array().unwrap().iter().filter_map(|step| step["run"].as_str());
    runs.map(|run| run.replace("${{ '${{' }}", "${{")).collect()
}

#[track_caller]
fn assert_in_order(commands: &[String], words: &[&str]) {
    let mut rest = commands.iter();
    for word in words {
        assert!(rest.any(|command| command.contains(word)), "{word:?} is not in its place: {commands:#?}");
    }
}

#[test]
fn pipelines_go_from_requirements_to_what_is_deployed() {
    let desk = Desk::new(&build(), PLAN);
    let way = [
        "rm -rf build",
        "pip install -r requirements.txt -t build --platform manylinux2014_aarch64",
        "cp -R app.py build/",
        "bayplan check build --plan bayplan.toml --format text",
        "bayplan pack build --plan bayplan.toml --out artifacts",
        "bayplan check build --plan bayplan.toml --artifacts artifacts",
        "bayplan export build --plan bayplan.toml --to script",
    ];
    let gitlab = desk.export("gitlab", &[]);
    assert_in_order(&gitlab_commands(&gitlab, "bundle"), &way);
    assert_eq!(gitlab_commands(&gitlab, "deploy"), ["sh deploy/deploy.sh"]);
    assert_eq!(gitlab["bundle"]["image"], "python:3.12");
    assert_eq!(gitlab["bundle"]["artifacts"]["reports"]["codequality"], "gl-code-quality-report.json");
    assert_eq!(gitlab["variables"]["FUNCTION_NAME"], "recommender");
    let github = desk.export("github", &[]);
    assert_in_order(&github_commands(&github["jobs"]["bundle"]["steps"]), &way);
    assert_eq!(github_commands(&github["jobs"]["deploy"]["steps"]), ["sh deploy/deploy.sh"]);
    assert!(
        github["jobs"]["deploy"]["permissions"]["id-token"] == "write" && github["permissions"]["id-token"].is_null()
    );
}

#[test]
fn node_is_built_as_it_is_locked() {
    let files = Files::default()
        .with("index.js", "exports.handler = async () => 1\n")
        .with("package.json", "{}")
        .with("node_modules/a/package.json", "{\"name\": \"a\", \"version\": \"1.0.0\"}")
        .with("node_modules/a/index.js", "");
    let desk = Desk::new(&files, NODE);
    let way = [
        "cp -R package.json package-lock.json build/",
        "npm ci --prefix build --omit=dev --os=linux --cpu=x64 --libc=glibc",
        "cp -R index.js build/",
        "bayplan check",
    ];
    let gitlab = desk.export("gitlab", &[]);
    assert_in_order(&gitlab_commands(&gitlab, "bundle"), &way);
    assert_eq!(gitlab["bundle"]["image"], "node:22");
    assert_in_order(&github_commands(&desk.export("github", &[])["jobs"]["bundle"]["steps"]), &way);
}

#[test]
fn a_fragment_is_three_lines_and_prunes_what_is_there() {
    let desk = Desk::new(&build(), &format!("{PLAN}[left-out]\n\"file:docs/\" = {{ because = \"x\" }}\n"));
    std::fs::create_dir(desk.path("build/docs")).unwrap();
    std::fs::write(desk.path("build/docs/a.txt"), "x").unwrap();
    let gitlab = gitlab_commands(&desk.export("gitlab", &["--fragment"]), ".bayplan-prune");
    let github = github_commands(&desk.export("github", &["--fragment"]));
    assert_eq!((gitlab.len(), github.len()), (3, 3));
    // What unzips is no part of what is tested here, and not on every machine.
    for line in &gitlab[..2] {
        let command = line.replacen("bayplan", env!("CARGO_BIN_EXE_bayplan"), 1);
        let status = Command::new("sh").args(["-c", &command]).current_dir(desk.path("")).output().unwrap();
        assert!(status.status.success(), "{command}: {}", String::from_utf8_lossy(&status.stderr));
    }
    let mut zip = zip::ZipArchive::new(std::fs::File::open(desk.path("artifacts/function.zip")).unwrap()).unwrap();
    let names: Vec<String> = (0..zip.len()).map(|at| zip.by_index(at).unwrap().name().unwrap().into_owned()).collect();
    assert_eq!(names, ["app.py"], "docs are left out, alpha is in its layer");
    assert_eq!(gitlab[2], "rm -rf build && unzip -q artifacts/function.zip -d build");
}

#[test]
fn names_are_copied_as_they_are_whatever_they_look_like() {
    let names = [
        "a b.py",
        "it's.py",
        "quote\".py",
        "back\\slash.py",
        "$HOME.py",
        "`id`.py",
        "$(id).py",
        "${{ github.token }}.py",
        "-rf",
        "a;b.py",
        "#a.py",
        "{{ x }}.py",
        "{% x %}.py",
        "größe 猫.py",
        "*",
        "!x",
        "a: b",
    ];
    let files = names.iter().fold(build(), |files, name| files.with(name, format!("# {name}\n")));
    let desk = Desk::new(&files, PLAN);
    names.iter().for_each(|name| std::fs::write(desk.path(name), format!("# {name}\n")).unwrap());
    std::fs::write(desk.path("app.py"), "x").unwrap();
    let gitlab = gitlab_commands(&desk.export("gitlab", &[]), "bundle");
    let github = desk.export("github", &[]);
    let raw = github["jobs"]["bundle"]["steps"].to_string();
    assert!(raw.replace("${{ '${{' }}", "").matches("${{").count() == 0, "an expression got in: {raw}");
    let github = github_commands(&github["jobs"]["bundle"]["steps"]);
    for commands in [gitlab, github] {
        let copy = commands.iter().find(|command| command.starts_with("cp ")).unwrap();
        let script = format!("set -e; rm -rf build; mkdir build; {copy}");
        let done = Command::new("sh").args(["-c", &script]).current_dir(desk.path("")).output().unwrap();
        assert!(done.status.success(), "{copy}: {}", String::from_utf8_lossy(&done.stderr));
        for name in names {
            assert_eq!(std::fs::read_to_string(desk.path("build").join(name)).unwrap(), format!("# {name}\n"));
        }
    }
}

#[test]
fn what_a_runner_could_not_find_is_refused_with_the_cure() {
    for (name, words) in [("new\nline.py", "cannot be told of the file"), ("\u{1b}[31m", "cannot be told of the file")]
    {
        let desk = Desk::new(&build().with(name, "x"), PLAN);
        for tool in ["gitlab", "github"] {
            let (code, out, said) = desk.run(&["export", "build", "--to", tool]);
            assert!(code == 2 && out.is_empty() && said.contains(words), "{said}");
        }
    }
    let desk = Desk::new(&build(), PLAN);
    let refused = |arguments: &[&str], words: &str| {
        let (code, _, said) = desk.run(&[&["export", "build", "--to", "gitlab"], arguments].concat());
        assert!(code == 2 && said.contains(words), "{arguments:?}: {said}");
    };
    refused(&["--out", "ci"], "the build \"../build\"; it has to lie below the folder that is exported to");
    refused(&["--artifacts", "../elsewhere"], "the folder of artifacts");
    refused(&["--artifacts", "a$b"], "without signs such as $ and *");
    assert!(!desk.path("ci").exists());
    std::fs::write(desk.path("f.zip"), build().zip()).unwrap();
    let (code, _, said) = desk.run(&["export", "f.zip", "--to", "github"]);
    assert!(code == 2 && said.contains("--fragment"), "{said}");
    let (code, out, _) = desk.run(&["export", "f.zip", "--to", "github", "--fragment"]);
    assert!(code == 0 && out.contains("cp artifacts/function.zip f.zip"), "{out}");
}

#[test]
fn a_workflow_goes_where_github_looks_for_it() {
    let desk = Desk::new(&build(), PLAN);
    assert_eq!(desk.run(&["export", "build", "--to", "github", "--out", "."]).0, 0);
    assert!(desk.path(".github/workflows/bayplan.yml").is_file());
    let (code, _, said) = desk.run(&["export", "build", "--to", "github", "--out", "."]);
    assert!(code == 2 && said.contains("--force"), "{said}");
}
