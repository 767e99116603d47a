//! Reports in one run: what each host of pipelines reads, where findings point, and what no report is written over.

#![allow(clippy::unwrap_used)]

#[path = "support/bundles.rs"]
mod bundles;

use std::path::{Path, PathBuf};
use std::process::Command;

use bundles::{Files, Zip};
use serde_json::Value;

/// A plan whose layer is over 250 MB by its own word, whose handler is not there, and that puts numpy on EFS.
const PLAN: &str = "version = 1\n\n[function.f]\nruntime = \"python3.10\"\narchitecture = \"x86_64\"\n\
                    # what Lambda calls\nhandler = \"app.missing\"\nlayers = [\"big\"]\n\n[layer.big]\n\
                    arn = \"arn:aws:lambda:eu-west-1:123456789012:layer:big:1\"\nunzipped_bytes = 262_144_000\n\n[efs]\n\
                    packages = [\n    \"numpy\",\n    \"gone\",\n]\n";
const FITS: &str = "version = 1\n[function.f]\nruntime = \"python3.10\"\narchitecture = \"x86_64\"\n\
                    handler = \"app.handler\"\n";

struct Desk(tempfile::TempDir);

struct Ended {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new(plan: &str) -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        Files::default()
            .with("app.py", "import numpy, scipy\n\ndef handler(event, context):\n    return 1\n")
            .with_distribution("", "numpy", "1.24.3", &["numpy/__init__.py"])
            .with_distribution("", "pandas", "2.0.0", &["pandas/__init__.py"])
            .write(&desk.path("build"));
        desk.write("bayplan.toml", plan);
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, &[], self.0.path())
    }

    fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)], folder: &Path) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
        for variable in ["GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY", "GITHUB_WORKSPACE", "CI_PROJECT_DIR"] {
            command.env_remove(variable);
        }
        let output = command.envs(variables.iter().copied()).current_dir(folder).args(arguments).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Ended { code: output.status.code().unwrap(), out: text(&output.stdout), err: text(&output.stderr) }
    }

    /// Where the finding of a rule points.
    #[track_caller]
    fn place(&self, arguments: &[&str], id: &str) -> (String, u64) {
        let told = self.run(&[&["check", "build", "--format", "json"], arguments].concat()).out;
        let told: Value = serde_json::from_str(&told).unwrap();
        let findings = told["findings"].as_array().unwrap();
        let found = findings.iter().find(|it| it["id"] == id).unwrap_or_else(|| panic!("{id} is not in {findings:?}"));
        (found["location"]["path"].as_str().unwrap().to_owned(), found["location"]["line"].as_u64().unwrap())
    }
}

#[test]
fn one_run_tells_every_host_in_its_own_way() {
    let desk = Desk::new(PLAN);
    let kinds = ["json=r.json", "markdown=r.md", "github=r.log", "gitlab=r.quality.json", "junit=r.xml", "text=r.txt"];
    let formats: Vec<&str> = kinds.iter().flat_map(|kind| ["--format", kind]).collect();
    let ended = desk.run(&[&["check", "build"][..], &formats].concat());
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.out.contains("\nFAIL  "), "people read it besides: {}", ended.out);
    assert_eq!(desk.read("r.txt"), ended.out);
    let left: Vec<_> = std::fs::read_dir(desk.path("")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), kinds.len() + 2, "nothing but reports, plan and build: {left:?}");

    let json: Value = serde_json::from_str(&desk.read("r.json")).unwrap();
    let ids: Vec<&str> = json["findings"].as_array().unwrap().iter().map(|it| it["id"].as_str().unwrap()).collect();
    let log = desk.read("r.log");
    let annotations: Vec<&str> = log.lines().filter(|line| line.starts_with("::")).collect();
    assert!(annotations.len() >= ids.len() && ids.len() > 3, "{log}");
    assert!(log.contains("::error file=bayplan.toml,line=7,title=plan.handler::"), "{log}");
    assert!(log.lines().last().unwrap().starts_with("FAIL  "), "{log}");

    let quality: Value = serde_json::from_str(&desk.read("r.quality.json")).unwrap();
    let quality = quality.as_array().unwrap();
    assert_eq!(quality.len(), annotations.len());
    let handler = quality.iter().find(|it| it["check_name"] == "plan.handler").unwrap();
    assert_eq!((&handler["severity"], &handler["location"]["lines"]["begin"]), (&"critical".into(), &7.into()));

    let junit = quick_junit::Report::deserialize_from_str(&desk.read("r.xml")).unwrap();
    assert_eq!(junit.tests, json["rules"].as_array().unwrap().len());
    let failed = ids.iter().collect::<std::collections::BTreeSet<_>>();
    assert!(junit.failures >= 2 && junit.failures <= failed.len(), "{} of {failed:?}", junit.failures);

    let markdown = desk.read("r.md");
    assert!(markdown.starts_with("## FAIL: build/\n\n**Function + layers: 250.0 of 250.0 MB"), "{markdown}");
    assert!(markdown.contains("│") && markdown.contains("<details open><summary>✗ "), "{markdown}");
    assert!(markdown.contains("(bayplan.toml:7)"), "{markdown}");
}

#[test]
fn findings_point_at_the_lines_they_come_from() {
    let desk = Desk::new(PLAN);
    let plan = |line| ("bayplan.toml".to_owned(), line);
    assert_eq!(desk.place(&[], "plan.handler"), plan(7), "a setting");
    assert_eq!(desk.place(&[], "efs.vpc"), plan(14), "a table");
    assert_eq!(desk.place(&[], "plan.unknown-packages"), plan(17), "a package that the plan puts somewhere");
    assert_eq!(desk.place(&[], "size.layers"), plan(10), "the layer");
    // scipy is nowhere; who imports it is the user's own file, which nobody asks for.
    assert_eq!(desk.place(&[], "imports.missing").0, "bayplan.toml");

    desk.write("bayplan.toml", FITS);
    desk.run(&["check", "build", "--update"]);
    let metadata = "Metadata-Version: 2.1\nName: six\nVersion: 1\n";
    std::fs::create_dir_all(desk.path("build/six-1.dist-info")).unwrap();
    desk.write("build/six-1.dist-info/METADATA", metadata);
    desk.write("build/six-1.dist-info/RECORD", "six.py,,\nsix-1.dist-info/METADATA,,\nsix-1.dist-info/RECORD,,\n");
    desk.write("build/six.py", "x = 1\n");
    assert_eq!(desk.place(&[], "drift.unplanned"), plan(1), "nobody asks for it by name");
    desk.write("requirements.txt", "# all that we use\nnumpy\n\npandas>=2 ; python_version > '3'\n");
    let pandas = "Metadata-Version: 2.1\nName: pandas\nVersion: 2.0.0\nRequires-Dist: six\n";
    desk.write("build/pandas-2.0.0.dist-info/METADATA", pandas);
    let asked = |line| ("requirements.txt".to_owned(), line);
    assert_eq!(desk.place(&[], "drift.unplanned"), asked(4), "it is there for pandas");
    desk.write("requirements.txt", "Six\nnumpy\npandas\n");
    assert_eq!(desk.place(&[], "drift.unplanned"), asked(1), "it is asked for itself");
}

#[test]
fn paths_are_named_from_the_root_of_the_repository() {
    let desk = Desk::new(PLAN);
    std::fs::create_dir_all(desk.path("repository/service")).unwrap();
    for name in ["build", "bayplan.toml"] {
        std::fs::rename(desk.path(name), desk.path("repository/service").join(name)).unwrap();
    }
    let (root, service) = (desk.path("repository"), desk.path("repository/service"));
    for (variable, value, path) in [
        ("GITHUB_WORKSPACE", root.to_str().unwrap(), "service/bayplan.toml"),
        ("CI_PROJECT_DIR", root.to_str().unwrap(), "service/bayplan.toml"),
        ("CI_PROJECT_DIR", "/somewhere/else", "bayplan.toml"),
        ("GITHUB_WORKSPACE", "", "bayplan.toml"),
    ] {
        let told = desk.run_with(&["check", "build", "--format", "github"], &[(variable, value)], &service).out;
        assert!(told.contains(&format!("::error file={path},line=7,")), "{variable}={value}: {told}");
    }
    // Without a plan it is the bundle that is pointed at.
    std::fs::remove_file(service.join("bayplan.toml")).unwrap();
    let told = desk.run_with(&["check", "build", "--runtime", "python3.10", "--format", "github"], &[], &service).out;
    assert!(told.contains(" file=build,line=1,"), "{told}");
}

#[test]
fn no_report_is_written_over_what_was_judged() {
    let desk = Desk::new(FITS);
    std::fs::write(desk.path("build/app.py"), "def handler(event, context):\n    return 1\n").unwrap();
    desk.run(&["check", "build", "--update"]);
    let packed = desk.run(&["pack", "build", "--out", "artifacts"]);
    assert_eq!(packed.code, 0, "{}", packed.err);
    std::os::unix::fs::symlink("bayplan.toml", desk.path("link.json")).unwrap();
    std::fs::create_dir(desk.path("sub")).unwrap();
    let kept = ["bayplan.toml", "bayplan.lock", "build/app.py", "artifacts/manifest.json"];
    let before = kept.map(|name| desk.read(name));
    let common = ["check", "build", "--artifacts", "artifacts", "--from", "bayplan.lock"];
    for target in [
        "bayplan.toml",
        "bayplan.lock",
        "./sub/../bayplan.toml",
        "link.json",
        "build/app.py",
        "build/report.json",
        "artifacts/manifest.json",
        "artifacts/report.json",
        "sub",
        "no/such/folder.json",
        "sub/",
    ] {
        let ended =
            desk.run(&[&common[..], &["--format", &format!("json={target}"), "--format", "junit=j.xml"]].concat());
        assert_eq!(ended.code, 2, "{target}: {}", ended.err);
        assert!(ended.err.contains("error: ") && ended.err.contains("name a"), "{target}: {}", ended.err);
        assert!(ended.out.contains("\nPASS  "), "{target}: all else is told: {}", ended.out);
        assert!(desk.read("j.xml").contains("<testsuites"), "{target}: all else is written");
        std::fs::remove_file(desk.path("j.xml")).unwrap();
        assert_eq!(kept.map(|name| desk.read(name)), before, "{target}");
    }
    assert!(!desk.path("build/report.json").exists() && !desk.path("artifacts/report.json").exists());
    // A zip is a file, and so is what was deployed.
    desk.write("old.zip", Files::default().with("app.py", "1").zip());
    let old = std::fs::read(desk.path("old.zip")).unwrap();
    for arguments in [
        &["check", "old.zip", "--format", "json=old.zip"][..],
        &["check", "build", "--from", "old.zip", "--format", "json=old.zip"],
    ] {
        let ended = desk.run(arguments);
        assert!(ended.code > 0 && ended.err.contains("no report is written over"), "{}", ended.err);
        assert_eq!(std::fs::read(desk.path("old.zip")).unwrap(), old);
    }
    let twice = desk.run(&["check", "build", "--format", "json=r", "--format", "junit=r"]);
    assert!(twice.code == 2 && twice.err.contains("two formats would go to r"), "{}", twice.err);
}

#[test]
fn a_report_replaces_the_older_one_whole_and_pipes_are_written_to() {
    use std::os::unix::fs::MetadataExt;
    let desk = Desk::new(FITS);
    desk.write("r.json", "x".repeat(1_000_000));
    let old = std::fs::metadata(desk.path("r.json")).unwrap().ino();
    desk.run(&["check", "build", "--format", "json=r.json"]);
    let _: Value = serde_json::from_str(&desk.read("r.json")).unwrap();
    assert_ne!(std::fs::metadata(desk.path("r.json")).unwrap().ino(), old, "a reader of the old one keeps it whole");
    let script = format!(
        "mkfifo pipe; cat pipe > read & '{0}' check build --format json=pipe --format junit=/dev/stderr --format gitlab=/dev/null \
         2> said; wait; test -p pipe && test -c /dev/null",
        env!("CARGO_BIN_EXE_bayplan")
    );
    assert!(Command::new("sh").args(["-c", &script]).current_dir(desk.path("")).status().unwrap().success());
    let _: Value = serde_json::from_str(&desk.read("read")).unwrap();
    assert!(desk.read("said").contains("<testsuites"), "{}", desk.read("said"));
}

#[test]
fn the_steps_summary_grows_by_the_markdown() {
    let desk = Desk::new(PLAN);
    desk.write("summary.md", "# What came before\n");
    let (check, folder) = (["check", "build", "--step-summary", "--format", "markdown=r.md"], desk.path(""));
    let path = desk.path("summary.md");
    let ended = desk.run_with(&check, &[("GITHUB_STEP_SUMMARY", path.to_str().unwrap())], &folder);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert_eq!(desk.read("summary.md"), format!("# What came before\n{}", desk.read("r.md")));
    for (value, words) in [("", "is not set"), ("bayplan.toml", "no report is written over")] {
        desk.write("bayplan.toml", FITS);
        let ended = desk.run_with(&check, &[("GITHUB_STEP_SUMMARY", value)], &folder);
        assert!(ended.code > 0 && ended.err.contains(words), "{}", ended.err);
        assert_eq!(desk.read("bayplan.toml"), FITS);
    }
}

#[test]
fn fingerprints_tell_issues_apart_and_stay_while_numbers_and_lines_move() {
    let desk = Desk::new(PLAN);
    let prints = || -> Vec<(String, String)> {
        let told = desk.run(&["check", "build", "--format", "gitlab"]).out;
        let told: Vec<Value> = serde_json::from_str(&told).unwrap();
        let word = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
        told.iter().map(|it| (word(it, "check_name"), word(it, "fingerprint"))).collect()
    };
    let before = prints();
    let mut distinct: Vec<&String> = before.iter().map(|(_, print)| print).collect();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), before.len(), "no two are alike");
    desk.write("bayplan.toml", format!("# more lines\n\n{}", PLAN.replace("262_144_000", "262_150_000")));
    assert_eq!(prints(), before);
}

#[test]
fn what_changed_since_the_lock_stands_first_largest_first() {
    let desk = Desk::new(FITS);
    let told = || desk.run(&["check", "build", "--format", "markdown"]).out;
    assert!(!told().contains("ince the lock was made"), "there is no lock");
    desk.run(&["check", "build", "--update"]);
    assert!(told().contains("\nNothing changed since the lock was made.\n"));
    std::fs::write(desk.path("build/numpy/data.bin"), vec![0; 3_000_000]).unwrap();
    std::fs::write(desk.path("build/pandas/data.bin"), vec![0; 1_000]).unwrap();
    std::fs::remove_file(desk.path("build/app.py")).unwrap();
    std::fs::write(desk.path("build/more.py"), vec![b'#'; 2_000_000]).unwrap();
    let text = told();
    assert!(text.contains("### Since the lock was made: +4.8 MB\n"), "{text}");
    let rows: Vec<&str> = text
        .lines()
        .filter(|line| line.starts_with("| ") && line.contains(" MB |") || line.contains("| gone |"))
        .collect();
    let at = |name: &str| rows.iter().position(|row| row.contains(name)).unwrap_or_else(|| panic!("{name}: {text}"));
    assert!(at("data.bin") < at("more.py") && at("more.py") < at("app.py"), "{text}");
    let json: Value = serde_json::from_str(&desk.run(&["check", "build", "--format", "json"]).out).unwrap();
    assert_eq!(json["changes"]["packages"][1]["key"], "file:more.py", "{}", json["changes"]);
}

#[test]
fn no_name_is_a_command_in_a_log_of_github() {
    let mut zip = Zip::default();
    zip.add(b"app.py", b"def handler(event, context): pass\n", 0o100_644);
    zip.add(b"::error::forged.py", b"1", 0o100_644);
    zip.add(b"::stop-commands::x.py", b"1", 0o100_644);
    zip.add(b"##[error]forged.txt", b"1", 0o100_644);
    let desk = Desk::new(FITS);
    desk.write("hostile.zip", zip.finish());
    let run = |variables: &[(&str, &str)]| {
        desk.run_with(&["report", "hostile.zip", "--plan", "bayplan.toml"], variables, &desk.path("")).out
    };
    let (plain, defused) = (run(&[]), run(&[("GITHUB_ACTIONS", "true")]));
    let acts = |text: &str| text.lines().any(|line| line.trim_start().starts_with("::") || line.contains("##["));
    assert!(acts(&plain) && !acts(&defused), "{plain}\n{defused}");
    assert!(defused.contains(": :error::forged.py"), "{defused}");
}
