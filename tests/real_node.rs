//! Real installations of npm and pnpm: who owns what, as those tools list it, and packed plans under plain node, laid out
//! as Lambda unpacks them.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/real.rs"]
mod real;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use bayplan::model::bundle::Bundle;
use bayplan::model::entry::EntryKind;
use bundles::{assert_every_byte_has_one_owner, bundle_at};
use real::{corpus, text, tool};
use serde_json::Value;

/// The packages that the corpus asks for and that can be required: @mui/material wants a peer that it calls optional, and
/// googleapis takes its time.
const ASKED: [&str; 10] = [
    "@aws-sdk/client-s3",
    "@babel/core",
    "@babel/preset-env",
    "aws-sdk",
    "date-fns",
    "eslint",
    "lodash",
    "react",
    "typescript",
    "webpack",
];

fn pnpm(arguments: &[&str]) -> Command {
    let program = std::env::var_os("BAYPLAN_PNPM").expect("BAYPLAN_PNPM names the program; .ci/run installs it");
    let mut command = Command::new(program);
    command.args(arguments).current_dir(corpus("pnpm"));
    command
}

/// The folders of all Node packages, below the bundle.
fn folders(bundle: &Bundle) -> BTreeSet<String> {
    bundle.facts.node.iter().map(|package| bundle.listing.shown_path(package.folder)).collect()
}

/// Every file of a package's folder is its own, but for what lies in packages nested in it.
fn assert_folders_are_owned(bundle: &Bundle) {
    let by_folder: BTreeMap<_, _> =
        bundle.indexed().filter_map(|(index, package)| Some((bundle.node_package(package)?.folder, index))).collect();
    let listing = &bundle.listing;
    for entry in listing.entries().filter(|&entry| listing.kind(entry) == EntryKind::File) {
        let around = std::iter::successors(Some(listing.parent(entry)), |&at| {
            (listing.parent(at) != at).then(|| listing.parent(at))
        });
        let innermost = around.into_iter().find_map(|folder| by_folder.get(&folder).copied());
        if let Some(package) = innermost {
            assert_eq!(bundle.owner(entry), Some(package), "{}", listing.shown_path(entry));
        }
    }
}

#[test]
fn owners_are_the_packages_that_npm_lists() {
    let place = corpus("node");
    let bundle = bundle_at(&place);
    assert_every_byte_has_one_owner(&bundle);
    assert_folders_are_owned(&bundle);
    let ours = folders(&bundle);
    let noted = std::fs::read(place.join("node_modules/.package-lock.json")).unwrap();
    let noted: Value = serde_json::from_slice(&noted).unwrap();
    let noted: BTreeSet<String> = noted["packages"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(ours, noted, "the paths of .package-lock.json");
    let queried: Vec<Value> =
        serde_json::from_str(&tool(Command::new("npm").args(["query", "*"]).current_dir(&place))).unwrap();
    let queried: BTreeMap<String, String> = queried
        .iter()
        .map(|row| (row["location"].as_str().unwrap().to_owned(), row["version"].as_str().unwrap().to_owned()))
        .filter(|(location, _)| !location.is_empty())
        .collect();
    let versions: BTreeMap<String, String> = bundle
        .facts
        .node
        .iter()
        .map(|package| (bundle.listing.shown_path(package.folder), package.version.clone().unwrap()))
        .collect();
    assert_eq!(versions, queried, "places and versions as npm query tells them");
    assert_eq!(needs_by_npm(&place), needs_by_bayplan(&bundle), "who needs whom, as npm ls tells it");
    assert!(bundle.facts.problems.is_empty(), "{:?}", bundle.facts.problems);
}

/// By name and version: what each package's dependencies are.
type Needs = BTreeSet<(String, String)>;

/// What `npm ls` shows below each package; what it shows elsewhere already is cut short there, and counts once.
fn needs_by_npm(place: &Path) -> Needs {
    let output = tool(Command::new("npm").args(["ls", "--json", "--all"]).current_dir(place));
    let mut needs = Needs::new();
    walk(&serde_json::from_str(&output).unwrap(), None, &mut needs);
    needs
}

fn walk(row: &Value, above: Option<&str>, needs: &mut Needs) {
    for (name, below) in row["dependencies"].as_object().into_iter().flatten() {
        // An optional dependency that is not there is an empty row.
        let Some(version) = below["version"].as_str() else { continue };
        let title = format!("{name} {version}");
        needs.extend(above.map(|above| (above.to_owned(), title.clone())));
        walk(below, Some(&title), needs);
    }
}

fn needs_by_bayplan(bundle: &Bundle) -> Needs {
    let graph = bundle.graph(&Default::default());
    let title = |index| {
        let package = bundle.node_package(bundle.package(index)).unwrap();
        format!("{} {}", package.name, package.version.as_deref().unwrap())
    };
    let of_node = bundle.indexed().filter(|(_, package)| bundle.node_package(package).is_some());
    let needs =
        of_node.flat_map(|(index, _)| graph.needs(index).iter().filter_map(move |need| Some((index, need.package?))));
    needs.map(|(asker, other)| (title(asker), title(other))).collect()
}

#[test]
fn owners_are_the_packages_that_pnpm_lists() {
    let place = corpus("pnpm");
    let bundle = bundle_at(&place);
    assert_every_byte_has_one_owner(&bundle);
    assert_folders_are_owned(&bundle);
    let listed = tool(&mut pnpm(&["list", "--depth", "Infinity", "--parseable"]));
    let root = std::fs::canonicalize(&place).unwrap();
    let below = |line: &str| Some(Path::new(line).strip_prefix(&root).ok()?.to_str()?.to_owned());
    let listed: BTreeSet<String> = listed.lines().filter_map(below).filter(|path| !path.is_empty()).collect();
    assert!(listed.len() > 400, "pnpm lists them: {}", listed.len());
    let ours = folders(&bundle);
    let unlisted: Vec<&String> = ours.difference(&listed).collect();
    let unknown: Vec<&String> = listed.difference(&ours).collect();
    assert!(unknown.is_empty(), "pnpm lists what bayplan has not: {unknown:?}");
    assert!(unlisted.is_empty(), "bayplan has what pnpm does not list: {unlisted:?}");
    let unit = bundle
        .unit(bundle.indexed().find(|(_, it)| it.ecosystem == bayplan::model::package::Ecosystem::Node).unwrap().0);
    assert_eq!(unit.len(), bundle.facts.node.len(), "the store moves as one");
}

/// A plan over a corpus, packed and unpacked as Lambda does it.
struct Packed {
    folder: tempfile::TempDir,
    manifest: Value,
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bayplan")).current_dir(folder).args(arguments).output().unwrap()
}

fn plan(body: &str) -> String {
    format!(
        "version = 1\n[function.f]\nruntime = \"nodejs20.x\"\narchitecture = \"x86_64\"\nhandler = \"index.handler\"\n\
         upload = \"s3\"\nmount = \"/mnt/m\"\n{body}\n[slim]\nrules = [\"type-stubs\", \"source-maps\", \"docs\"]\n"
    )
}

fn written(corpus_name: &str, body: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("bayplan.toml"), plan(body)).unwrap();
    std::os::unix::fs::symlink(corpus(corpus_name), folder.path().join("build")).unwrap();
    folder
}

impl Packed {
    /// Packs a plan that the verdict takes.
    #[track_caller]
    fn new(corpus_name: &str, body: &str) -> Packed {
        let folder = written(corpus_name, body);
        Packed::of(folder)
    }

    #[track_caller]
    fn of(folder: tempfile::TempDir) -> Packed {
        let packed = run(folder.path(), &["pack", "build", "--plan", "bayplan.toml", "--out", "out"]);
        assert!(packed.status.success(), "{}{}", text(&packed.stdout), text(&packed.stderr));
        let out = folder.path().join("out");
        let manifest: Value = serde_json::from_slice(&std::fs::read(out.join("manifest.json")).unwrap()).unwrap();
        for (name, place) in [("task", None), ("opt", Some("layer"))] {
            let to = folder.path().join(name);
            std::fs::create_dir_all(&to).unwrap();
            let zips = manifest["artifacts"].as_array().unwrap().iter();
            for zip in zips.filter(|zip| zip["layer"].is_null() == place.is_none()) {
                let file = out.join(zip["file"].as_str().unwrap());
                assert_eq!(std::fs::metadata(&file).unwrap().len(), zip["bytes"].as_u64().unwrap());
                tool(Command::new("unzip").arg("-qo").arg(&file).arg("-d").arg(&to));
            }
        }
        std::fs::create_dir_all(folder.path().join("efs")).unwrap();
        Packed { folder, manifest }
    }

    /// What NODE_PATH is: the manifest's, else what Lambda sets.
    fn node_path(&self) -> String {
        let set = self.manifest["environment"]["NODE_PATH"].as_str();
        set.unwrap_or("/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules").to_owned()
    }

    /// Runs a script of the function's under plain node, everything where Lambda shows it.
    fn node(&self, script: &str) -> Output {
        let at = |name: &str| self.folder.path().join(name);
        std::fs::write(at("task").join("run.mjs"), script).unwrap();
        let efs = self.manifest["efs"]["folder"].as_str().map_or(at("efs"), |folder| at("out").join(folder));
        let name = self.manifest["efs"]["path"].as_str().unwrap_or("/mnt/m/none").to_owned();
        let root = at("root");
        std::fs::create_dir_all(&root).unwrap();
        let show = "set -e; mount -t tmpfs tmpfs \"$1\"; mkdir -p \"$1\"/var/task \"$1\"/opt \"$1$5\"; \
                    mount --bind \"$2\" \"$1\"/var/task; mount --bind \"$3\" \"$1\"/opt; mount --bind \"$4\" \"$1$5\"; \
                    for folder in mnt opt var; do mount --rbind \"$1/$folder\" \"/$folder\"; done; \
                    cd /var/task; exec node run.mjs";
        let mut command = Command::new("unshare");
        command.args(["--user", "--map-root-user", "--mount", "sh", "-c", show, "sh"]);
        let folders: [PathBuf; 4] = [root, at("task"), at("opt"), efs];
        command.args(folders).arg(name);
        command.env("NODE_PATH", self.node_path()).output().unwrap()
    }
}

/// Requires and imports names, and says what came of each.
fn script(required: &[&str], imported: &[&str]) -> String {
    format!(
        "import {{ createRequire }} from 'node:module';\nconst require = createRequire(import.meta.url);\n\
         for (const name of {required:?}) {{ require(name); console.log('required', name); }}\n\
         for (const name of {imported:?}) {{ await import(name); console.log('imported', name); }}\n"
    )
}

#[track_caller]
fn assert_loads(packed: &Packed, required: &[&str], imported: &[&str]) {
    let output = packed.node(&script(required, imported));
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), required.len() + imported.len());
}

/// The units of packages and all that they need, as bayplan's own report lists them.
fn closure(corpus_name: &str, roots: &[&str]) -> Vec<String> {
    let bundle = bundle_at(&corpus(corpus_name));
    let graph = bundle.graph(&Default::default());
    let find = |name: &&str| bundle.find(&bayplan::model::package::PackageKey::new(&format!("npm:{name}"))).unwrap();
    let mut waiting: Vec<_> = roots.iter().map(find).collect();
    let mut seen = BTreeSet::new();
    while let Some(index) = waiting.pop() {
        if seen.insert(index) {
            waiting.extend(bundle.unit(index));
            waiting.extend(graph.needs(index).iter().filter_map(|need| need.package));
        }
    }
    seen.into_iter().map(|index| format!("\"{}\"", bundle.package(index).key)).collect()
}

#[test]
fn a_packed_function_requires_and_imports_everything() {
    for name in ["node", "pnpm"] {
        assert_loads(&Packed::new(name, ""), &ASKED, &["lodash", "date-fns", "react", "@babel/core"]);
    }
}

#[test]
fn a_closed_layer_and_efs_are_found_and_find_all_they_need() {
    let layer = closure("node", &["@babel/core", "webpack", "eslint"]);
    let efs: Vec<String> =
        closure("node", &["lodash", "@aws-sdk/client-s3"]).into_iter().filter(|key| !layer.contains(key)).collect();
    let body = |layer: &[String], efs: &[String]| {
        let tables = format!("[layer.l]\npackages = [{}]\n[efs]\npackages = [{}]", layer.join(", "), efs.join(", "));
        format!("layers = [\"l\"]\n{tables}")
    };
    let packed = Packed::new("node", &body(&layer, &efs));
    assert!(packed.node_path().ends_with("/node_modules") && packed.node_path().contains("/mnt/m/"));
    let in_layer = "/opt/nodejs/node_modules/@babel/core/lib/index.js";
    assert_loads(&packed, &ASKED, &[in_layer, "date-fns", "/opt/nodejs/node_modules/webpack/lib/index.js"]);
}

#[test]
fn a_store_of_pnpm_works_from_a_layer() {
    let store = closure("pnpm", &["react"]);
    let packed = Packed::new("pnpm", &format!("layers = [\"l\"]\n[layer.l]\npackages = [{}]", store.join(", ")));
    assert!(!packed.folder.path().join("task/node_modules/.pnpm/react@18.3.1").exists(), "all of it lies in the layer");
    assert_loads(&packed, &ASKED, &["/opt/nodejs/node_modules/lodash/lodash.js"]);
}

#[test]
fn an_unclosed_layer_fails_as_foretold() {
    let body = "layers = [\"l\"]\n[layer.l]\npackages = [\"npm:@babel/core\"]";
    let folder = written("node", body);
    let checked = run(folder.path(), &["check", "build", "--plan", "bayplan.toml", "--format", "json"]);
    assert_eq!(checked.status.code(), Some(1), "{}", text(&checked.stdout));
    let report: Value = serde_json::from_slice(&checked.stdout).unwrap();
    let finding = report["findings"].as_array().unwrap().iter().find(|it| it["id"] == "node.closed").unwrap().clone();
    assert_eq!(finding["severity"], "error");
    let named: Vec<String> =
        finding["packages"].as_array().unwrap().iter().map(|key| key.as_str().unwrap().to_owned()).collect();
    // The verdict refuses to pack it; accepted, it is packed, and fails.
    let accepted = "\n[check]\nignore = [{ finding = \"node.closed\", because = \"to see it fail\" }]\n";
    std::fs::write(folder.path().join("bayplan.toml"), plan(body) + accepted).unwrap();
    let packed = Packed::of(folder);
    let output = packed.node(&script(&["@babel/core"], &[]));
    assert!(!output.status.success());
    let said = text(&output.stderr);
    let missing = said.split("Cannot find module '").nth(1).and_then(|rest| rest.split('\'').next()).expect(&said);
    let missing = format!(
        "npm:{}",
        missing.split('/').take(if missing.starts_with('@') { 2 } else { 1 }).collect::<Vec<_>>().join("/")
    );
    assert!(named.contains(&missing), "{missing} is what node misses; foretold: {named:?}");
}
