//! Functions are started in AWS's own Python runtime client, and bayplan's verdict must say what the client says.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/layout.rs"]
mod layout;
#[path = "support/real.rs"]
mod real;
#[path = "support/runtime.rs"]
mod runtime;
#[path = "support/start_rows.rs"]
mod start_rows;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use bayplan::model::watch::Unwatched;
use bayplan::workflow::{LoadOptions, load};
use layout::lay_out;
use real::{bayplan, corpus, text, tool};
use runtime::{Outcome, Start};
use start_rows::{Row, rows};

const TELLS_ITS_PATH: &str = "import sys\nimport boto3\ndef handler(event, context):\n    return sys.path\n";

fn write(folder: &Path, file: &str, text: &str) {
    let path = folder.join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn start(python: &'static str, task: &Path) -> Start {
    let handler = "app.handler".to_owned();
    Start { python, task: task.to_owned(), opt: None, efs: None, environment: Vec::new(), handler }
}

#[test]
fn the_client_is_started_with_the_search_path_of_the_managed_runtime() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "task/app.py", TELLS_ITS_PATH);
    for python in ["3.10", "3.13"] {
        write(folder.path(), &format!("opt/python/lib/python{python}/site-packages/layered.py"), "");
    }
    let (task, opt) = (folder.path().join("task"), Some(folder.path().join("opt")));
    let paths = |python: &'static str, set: Option<&str>| -> Vec<String> {
        let environment = set.map(|path| ("PYTHONPATH".to_owned(), path.to_owned())).into_iter().collect();
        match (Start { environment, opt: opt.clone(), ..start(python, &task) }).run() {
            Outcome::Answered(answer) => serde_json::from_value(answer).unwrap(),
            failed => panic!("{failed:?}"),
        }
    };
    let own = |python: &str| {
        let [lib, zip] = [format!("/var/lang/lib/python{python}"), format!("python{}.zip", python.replace('.', ""))];
        [format!("/var/lang/lib/{zip}"), lib.clone(), format!("{lib}/lib-dynload"), format!("{lib}/site-packages")]
    };
    let with = |first: &[&str], python: &str| -> Vec<String> {
        first.iter().map(|&part| part.to_owned()).chain(own(python)).collect()
    };
    let layers = |python: &str| format!("/opt/python/lib/python{python}/site-packages");
    let old = with(&["/var/task", &layers("3.10"), "/opt/python", "/var/runtime"], "3.10");
    assert_eq!(paths("3.10", None), old);
    let language = "/var/lang/lib/python3.13/site-packages";
    let new = with(&["/var/task", &layers("3.13"), "/opt/python", language, "/var/runtime"], "3.13");
    assert_eq!(paths("3.13", None), new);
    let set = with(&["/var/task", "/var/runtime", "/mnt/a", "/b"], "3.10");
    assert_eq!(paths("3.10", Some("/mnt/a:/b")), set);
}

#[test]
fn what_the_client_cannot_import_it_names() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "app.py", "import absent\ndef handler(event, context):\n    return 1\n");
    let message = "Unable to import module 'app': No module named 'absent'".to_owned();
    let failed = Outcome::Failed { kind: "Runtime.ImportModuleError".to_owned(), message };
    assert_eq!(start("3.13", folder.path()).run(), failed);
}

/// What importing a handler comes to, as either side says it: nothing, or what is missing.
fn missing_in(words: &str) -> String {
    let after =
        |sign: &str| words.split_once(sign).map(|(_, rest)| rest.split('\'').next().unwrap_or_default().to_owned());
    if let Some(name) = after("No module named '") {
        return name;
    }
    if let (Some(name), Some(from)) = (after("cannot import name '"), after("' from '")) {
        return format!("{name} of {from}");
    }
    let signs = [
        "missing on module",
        "Cannot use built-in module",
        "Bad handler",
        "has no dot",
        "which the bundle does not have",
    ];
    match signs.iter().find(|sign| words.contains(**sign)) {
        Some(&"has no dot") => "Bad handler".to_owned(),
        Some(sign) => (*sign).to_owned(),
        None => format!("? {words}"),
    }
}

struct Started {
    row: Row,
    python: &'static str,
    foreseen: String,
    happened: String,
}

impl Started {
    fn agrees(&self) -> bool {
        let is_no_module = |said: &str| said == "which the bundle does not have" || said == self.row.handler_module();
        self.foreseen == self.happened || (is_no_module(&self.foreseen) && is_no_module(&self.happened))
    }
}

/// Judges a row with bayplan and starts it in the client.
fn started(row: &Row, python: &'static str) -> Started {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let source = folder.path().join("bundle");
    row.build(python, &source);
    let plan_file = folder.path().join("bayplan.toml");
    let runtime = format!("python{python}");
    let head = format!(
        "version = 1\n[function.f]\nhandler = \"{}\"\nruntime = \"{runtime}\"\narchitecture = \"x86_64\"\n",
        row.handler
    );
    let mut arguments = vec!["check", "--format", "json"];
    let zip = folder.path().join("bundle.zip");
    if row.is_zip {
        tool(std::process::Command::new("zip").args(["-qr1", "../bundle.zip", "."]).current_dir(&source));
        arguments.extend(["--handler", row.handler, "--runtime", &runtime, "--arch", "x86_64", zip.to_str().unwrap()]);
    } else {
        std::fs::write(&plan_file, format!("{head}{}", row.plan)).unwrap();
        arguments.extend(["--plan", plan_file.to_str().unwrap(), source.to_str().unwrap()]);
    }
    let output = bayplan(&arguments);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{} {python}: {}", row.name, text(&output.stderr)));
    let findings = json["findings"].as_array().unwrap();
    let told = |wanted: &str| {
        let mut found = findings
            .iter()
            .filter(|it| it["id"] == wanted && (it["severity"] == "error" || wanted == "pythonpath.needed"));
        found.next().map(|it| it["message"].as_str().unwrap().to_owned())
    };
    let foreseen =
        told("plan.handler").or_else(|| told("imports.missing")).map_or(String::new(), |words| missing_in(&words));
    let pythonpath = told("pythonpath.needed").and_then(|words| Some(words.split_once("PYTHONPATH=")?.1.to_owned()));
    let happened = match row.start(python, &source, folder.path(), pythonpath).run() {
        Outcome::Answered(_) => String::new(),
        Outcome::Failed { message, .. } => missing_in(&message),
    };
    Started { row: row.clone(), python, foreseen, happened }
}

trait Build {
    fn handler_module(&self) -> String;
    fn build(&self, python: &str, to: &Path);
    fn start(&self, python: &'static str, source: &Path, aside: &Path, pythonpath: Option<String>) -> Start;
}

impl Build for Row {
    fn handler_module(&self) -> String {
        self.handler.rsplit_once('.').map_or(self.handler, |(module, _)| module).to_owned()
    }

    /// The packages are linked, your own files are written.
    fn build(&self, python: &str, to: &Path) {
        let packages = match (self.packages, self.packages.split_once(':')) {
            ("", _) => None,
            (_, Some(("corpus", name))) => Some(corpus(name)),
            (_, Some((_, name))) => Some(packages(if python == "3.10" { "3.13" } else { "3.10" }, name)),
            (name, None) => Some(packages(python, name)),
        };
        let into = to.join(self.folder);
        std::fs::create_dir_all(&into).unwrap();
        if let Some(packages) = packages {
            tool(std::process::Command::new("cp").arg("-al").arg(packages.join(".")).arg(&into));
        }
        for (path, content) in self.files {
            write(to, path, content);
        }
    }

    fn start(&self, python: &'static str, source: &Path, aside: &Path, pythonpath: Option<String>) -> Start {
        let handler = self.handler.to_owned();
        if self.is_zip {
            return Start { handler, ..start(python, source) };
        }
        let path = aside.join("bayplan.toml");
        let options = LoadOptions { plan: Some(path), ..LoadOptions::default() };
        let loaded = load(source, &options, &Unwatched).unwrap_or_else(|why| panic!("{}: {why}", self.name));
        let layout = lay_out(&loaded.bundle, &loaded.plan, source, aside);
        let function = &loaded.plan.function;
        let mut environment: Vec<(String, String)> =
            function.environment.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
        environment.extend(pythonpath.map(|path| ("PYTHONPATH".to_owned(), path)));
        let efs = Some((function.mount.to_string(), layout.efs));
        Start { python, task: layout.task, opt: Some(layout.opt), efs, environment, handler }
    }
}

fn packages(python: &str, name: &str) -> PathBuf {
    let folder = std::env::var_os("BAYPLAN_STARTS").expect("BAYPLAN_STARTS names the folder of tests/starts.sh");
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder).join(python).join(name);
    assert!(place.is_dir(), "{} is missing: tests/starts.sh installs it", place.display());
    place
}

/// On as many threads as there are processors; the rows come back in their order.
fn all_started(starts: &[(Row, &'static str)]) -> Vec<Started> {
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    let next = AtomicUsize::new(0);
    let work = || -> Vec<(usize, Started)> {
        let turns = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)).filter(|&it| it < starts.len()));
        turns.map(|place| (place, started(&starts[place].0, starts[place].1))).collect()
    };
    let mut done: Vec<(usize, Started)> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    done.sort_by_key(|(place, _)| *place);
    done.into_iter().map(|(_, started)| started).collect()
}

fn table(done: &[Started]) -> String {
    let shown = |said: &str| if said.is_empty() { "imports".to_owned() } else { said.to_owned() };
    let mut table = format!("\n{:<62} {:>5}  {:<34} the client\n", "function", "", "bayplan");
    for it in done {
        let sign = if it.agrees() { ' ' } else { '✗' };
        let (foreseen, happened) = (shown(&it.foreseen), shown(&it.happened));
        table += &format!("{sign} {:<60} {:>5}  {foreseen:<34} {happened}\n", it.row.name, it.python);
    }
    let agreeing = done.iter().filter(|it| it.agrees()).count();
    table + &format!("{agreeing} of {} agree\n", done.len())
}

#[test]
fn bayplan_foresees_what_the_client_says() {
    let starts: Vec<(Row, &'static str)> = rows()
        .into_iter()
        .flat_map(|row| row.pythons.iter().map(move |&python| (row.clone(), python)).collect::<Vec<_>>())
        .collect();
    let done = all_started(&starts);
    let agreeing = done.iter().filter(|it| it.agrees()).count();
    let failing = done.iter().filter(|it| !it.happened.is_empty()).count();
    // The table is the result, so it is written past what keeps a passing test's words back.
    std::io::stdout().write_all(table(&done).as_bytes()).unwrap();
    for it in &done {
        if let Some(told) = it.row.told {
            assert_eq!(it.happened, told, "{}: the client tells another story", it.row.name);
        }
    }
    assert!(done.len() >= 40 && failing >= 15 && done.len() - failing >= 15, "too few to prove anything");
    assert_eq!(agreeing, done.len(), "bayplan and the client disagree, see the table");
}

/// Plans over the story's bundle as it lies at the root of its build.
const PLANS: [&str; 8] = [
    "",
    "layers = [\"s\"]\n[layer.s]\npackages = [\"numpy\", \"pandas\", \"scikit-learn\"]\n",
    "[left-out]\nscipy = { because = \"forgotten\" }\njoblib = { because = \"forgotten\" }\n",
    "environment = { PYTHONPATH = \"/mnt/packages\" }\nlayers = [\"s\"]\n[layer.s]\npackages = [\"pandas\"]\n[efs]\npackages = [\"scipy\"]\n",
    "[efs]\npackages = [\"boto3\", \"botocore\", \"pandas\"]\n",
    "[left-out]\nboto3 = { provided_by = \"runtime\" }\nbotocore = { provided_by = \"runtime\" }\npytz = { because = \"a try\" }\n",
    "[slim]\nrules = [\"tests\"]\nexclude = [\"sklearn/utils/**\"]\n",
    "environment = { PYTHONPATH = \"\" }\nlayers = [\"s\"]\n[layer.s]\npackages = [\"requests\"]\n",
];

#[test]
fn the_recorded_bundle_gives_the_same_answers_without_its_packages_at_hand() {
    let folder = tempfile::tempdir().unwrap();
    let plan = folder.path().join("bayplan.toml");
    let head =
        "version = 1\n[function.f]\nhandler = \"app.handler\"\nruntime = \"python3.10\"\narchitecture = \"x86_64\"\n";
    let seed = corpus("seed");
    for body in PLANS {
        std::fs::write(&plan, format!("{head}{body}")).unwrap();
        let answers = |bundle: &str| -> Vec<String> {
            let output = bayplan(&["check", "--format", "json", "--plan", plan.to_str().unwrap(), bundle]);
            let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
            let is_ours =
                |id: &str| id == "plan.handler" || id.starts_with("imports.") || id.starts_with("pythonpath.");
            let findings = json["findings"].as_array().unwrap().iter();
            let ours = findings.filter(|finding| is_ours(finding["id"].as_str().unwrap()));
            ours.map(|finding| format!("{} {} {}", finding["severity"], finding["id"], finding["message"])).collect()
        };
        assert_eq!(answers("demo:"), answers(seed.to_str().unwrap()), "{body}");
    }
}
