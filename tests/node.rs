//! Node packages through the real binary: who owns what of a `node_modules`, what moves together, what Node would not find
//! where the plan puts things, and that what is packed is what was foretold.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/node.rs"]
mod node;
#[path = "support/packed.rs"]
mod packed;

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Output};

use bayplan::model::bundle::Bundle;
use bayplan::model::package::PackageKey;
use bundles::{assert_every_byte_has_one_owner, bundle_at, owned_paths};
use node::Tree;
use packed::{Build, dealt};
use serde_json::{Value, json};

fn opened(tree: &Tree) -> Bundle {
    let folder = tempfile::tempdir().unwrap();
    tree.write(folder.path());
    let bundle = bundle_at(folder.path());
    assert_every_byte_has_one_owner(&bundle);
    bundle
}

fn keys(bundle: &Bundle) -> BTreeSet<String> {
    bundle.packages().iter().map(|package| package.key.as_str().to_owned()).collect()
}

/// The keys of what moves with a package.
fn unit(bundle: &Bundle, key: &str) -> BTreeSet<String> {
    bundle.unit_keys(&PackageKey::new(key)).into_iter().map(|key| key.as_str().to_owned()).collect()
}

fn set(keys: &[&str]) -> BTreeSet<String> {
    keys.iter().map(|&key| key.to_owned()).collect()
}

/// What each Node package finds for what it asks for: asker, name, what answers.
fn found(bundle: &Bundle) -> BTreeMap<(String, String), Option<String>> {
    let graph = bundle.graph(&Default::default());
    let of = |(index, package): (_, &bayplan::model::package::Package)| {
        let asker = package.key.as_str().to_owned();
        let answer = |it: bayplan::model::package::PackageIndex| bundle.package(it).key.as_str().to_owned();
        let needs = graph.needs(index).iter();
        needs.map(|need| ((asker.clone(), need.name.clone()), need.package.map(answer))).collect::<Vec<_>>()
    };
    bundle.indexed().flat_map(of).collect()
}

/// A build with all that npm does: scopes, a hoisted and a nested copy, links to programs, notes, and a package whose
/// tests hold a `node_modules` of their own.
fn npm() -> Tree {
    Tree::default()
        .file("index.js", "exports.handler = async () => require('a').name;\n")
        .file("package.json", r#"{"dependencies": {"a": "^1", "@s/b": "^2"}}"#)
        .asking("node_modules/a", "1.0.0", &[("c", "^1"), ("@s/b", "^2")])
        .asking("node_modules/a/node_modules/c", "1.5.0", &[("d", "*")])
        .file("node_modules/a/test/fixtures/node_modules/fake/package.json", r#"{"name": "fake", "version": "1.0.0"}"#)
        .file("node_modules/a/esm/package.json", r#"{"type": "module"}"#)
        .file("node_modules/a/README.md", "# a")
        .file("node_modules/a/index.d.ts", "export const name: string;")
        .file("node_modules/a/index.js.map", "{}")
        .asking("node_modules/@s/b", "2.1.0", &[("c", "^2")])
        .file("node_modules/@s/b/bin/b.js", "#!/usr/bin/env node\n")
        .link("node_modules/.bin/b", "../@s/b/bin/b.js")
        .asking("node_modules/c", "2.0.0", &[])
        .asking("node_modules/d", "0.1.0", &[])
}

#[test]
fn npm_packages_own_what_lies_in_their_folders_and_links_belong_to_what_they_lead_to() {
    let bundle = opened(&npm());
    let expected = ["npm:a", "npm:c@a", "npm:@s/b", "npm:c", "npm:d", "file:index.js", "file:package.json"];
    assert_eq!(keys(&bundle), set(&expected));
    let owned = owned_paths(&bundle);
    assert!(owned["npm:@s/b"].contains(&"node_modules/.bin/b".to_owned()), "the link is b's: {owned:?}");
    let fixture = "node_modules/a/test/fixtures/node_modules/fake/package.json".to_owned();
    assert!(owned["npm:a"].contains(&fixture), "what tests bring is a file of theirs: {owned:?}");
    assert!(!owned["npm:a"].iter().any(|path| path.contains("/node_modules/c/")), "{owned:?}");
    assert_eq!(unit(&bundle, "npm:c@a"), set(&["npm:a", "npm:c@a"]), "what is nested moves with its holder");
    assert_eq!(unit(&bundle, "npm:c"), set(&["npm:c"]));
}

#[test]
fn requirements_are_answered_as_node_looks_them_up() {
    let bundle = opened(&npm());
    let found = found(&bundle);
    let answer = |asker: &str, name: &str| found[&(asker.to_owned(), name.to_owned())].clone();
    assert_eq!(answer("npm:a", "npm:c").as_deref(), Some("npm:c@a"), "its own copy first");
    assert_eq!(answer("npm:@s/b", "npm:c").as_deref(), Some("npm:c"), "else the one above");
    assert_eq!(answer("npm:c@a", "npm:d").as_deref(), Some("npm:d"));
    let graph = bundle.graph(&Default::default());
    let roots: Vec<&str> =
        bundle.indexed().filter(|(it, _)| graph.is_root(*it)).map(|(_, it)| it.key.as_str()).collect();
    assert_eq!(roots, ["file:index.js", "npm:@s/b", "npm:a", "file:package.json"], "as package.json asks");
}

#[test]
fn classes_tell_what_no_runtime_reads() {
    use bayplan::model::class::Class;
    let tree = npm()
        .package("node_modules/@esbuild/darwin-arm64", "1.0.0", json!({ "os": ["darwin"], "cpu": ["arm64"] }))
        .file("node_modules/d/prebuilds/win32-x64/d.node", "MZ")
        .file("node_modules/d/__tests__/d.js", "")
        .file("node_modules/d/__tests__/deeper/e.js", "")
        .file("node_modules/d/__tests__/node_modules/f/index.js", "")
        .file("node_modules/d/lib/d.spec.mjs", "")
        .file("node_modules/d/lib/a.js.flow", "")
        .file("node_modules/d/lib/d.test.js", "")
        .package("node_modules/typescript", "5.0.0", json!({}))
        .file("node_modules/typescript/lib/lib.es5.d.ts", "interface Array<T> {}");
    let bundle = opened(&tree);
    let class = |path: &str| {
        bundle.class(bundle.listing.find(bayplan::model::entry::EntryId::ROOT, path.as_bytes()).expect(path))
    };
    for (path, expected) in [
        ("node_modules/a/package.json", Class::Metadata),
        ("node_modules/a/esm/package.json", Class::Metadata),
        ("node_modules/a/README.md", Class::Docs),
        ("node_modules/a/index.d.ts", Class::Stubs),
        ("node_modules/a/index.js.map", Class::Maps),
        ("node_modules/a/index.js", Class::Code),
        ("node_modules/d/__tests__/d.js", Class::Tests),
        ("node_modules/d/__tests__/deeper/e.js", Class::Tests),
        ("node_modules/d/__tests__/node_modules/f/index.js", Class::Code),
        ("node_modules/d/lib/d.spec.mjs", Class::Tests),
        ("node_modules/d/lib/a.js.flow", Class::Stubs),
        ("node_modules/d/lib/d.test.js", Class::Tests),
        ("node_modules/d/prebuilds/win32-x64/d.node", Class::Foreign),
        ("node_modules/@esbuild/darwin-arm64/index.js", Class::Foreign),
        ("node_modules/@esbuild/darwin-arm64/package.json", Class::Metadata),
        ("node_modules/typescript/lib/lib.es5.d.ts", Class::Data),
        ("package.json", Class::Data),
    ] {
        assert_eq!(class(path), expected, "{path}");
    }
}

/// What pnpm leaves: a store, links in it and links to it.
fn pnpm() -> Tree {
    let store = "node_modules/.pnpm";
    Tree::default()
        .file("index.js", "exports.handler = async () => require('a').name;\n")
        .asking(&format!("{store}/a@1.0.0/node_modules/a"), "1.0.0", &[("c", "^2")])
        .link(&format!("{store}/a@1.0.0/node_modules/c"), "../../c@2.0.0/node_modules/c")
        .asking(&format!("{store}/c@2.0.0/node_modules/c"), "2.0.0", &[])
        .asking(&format!("{store}/c@1.0.0/node_modules/c"), "1.0.0", &[])
        .link(&format!("{store}/node_modules/c"), "../c@2.0.0/node_modules/c")
        .link("node_modules/a", ".pnpm/a@1.0.0/node_modules/a")
        .link("node_modules/c", ".pnpm/c@1.0.0/node_modules/c")
        .file("node_modules/.modules.yaml", "layoutVersion: 5\n")
}

#[test]
fn a_pnpm_store_is_counted_once_and_moves_as_one() {
    let bundle = opened(&pnpm());
    let expected = ["npm:a", "npm:c", "npm:c@2.0.0", "file:index.js", "file:node_modules/.modules.yaml"];
    assert_eq!(keys(&bundle), set(&expected), "the one that the user's code finds has the plain name");
    assert_eq!(bundle.get(&PackageKey::new("npm:c")).unwrap().version.as_deref(), Some("1.0.0"));
    let found = found(&bundle);
    let answer = &found[&("npm:a".to_owned(), "npm:c".to_owned())];
    assert_eq!(answer.as_deref(), Some("npm:c@2.0.0"), "what is linked beside it in the store");
    let store = set(&["npm:a", "npm:c", "npm:c@2.0.0"]);
    assert!(store.iter().all(|key| unit(&bundle, key) == store), "the store is one unit");
    let links = owned_paths(&bundle)["npm:c@2.0.0"].iter().filter(|path| !path.contains("c@2.0.0/")).count();
    assert_eq!(links, 2, "both links to it are its");
}

#[test]
fn what_is_packed_is_what_was_foretold_also_of_several_languages_in_one_layer() {
    for tree in [npm(), pnpm()] {
        let mut tree = tree.package("functions/x/node_modules/e", "1.0.0", json!({}));
        tree.files = tree.files.with_distribution("vendor/", "six", "1.16.0", &["six.py"]);
        let folder = tempfile::tempdir().unwrap();
        tree.write(folder.path());
        let build = Build::open(folder.path());
        let sizes = build.measured();
        for deal in [&[0][..], &[2], &[2, 3], &[1, 2, 0, 3]] {
            for keep_folders in [false, true] {
                let mut plan = dealt(&build.bundle, deal);
                plan.pack.keep_folders = keep_folders;
                build.assert_foretold_is_packed(&plan, &sizes);
            }
        }
        let mut names: Vec<String> = Vec::new();
        for zip in build.assert_foretold_is_packed(&dealt(&build.bundle, &[2]), &sizes) {
            let archive = zip::ZipArchive::new(std::io::Cursor::new(zip)).unwrap();
            names.extend(archive.file_names().map(|name| name.unwrap().into_owned()));
        }
        for name in ["python/six.py", "nodejs/node_modules/e/index.js", "python/index.js"] {
            assert!(names.iter().any(|it| it == name), "{name} is in {names:?}");
        }
        let packages = names.iter().filter(|name| name.contains("node_modules/"));
        assert!(packages.clone().count() > 5);
        assert!(
            packages.into_iter().all(|name| name.starts_with("nodejs/node_modules/") || name.contains(".modules.yaml"))
        );
    }
}

#[test]
fn node_packages_stay_in_the_function_where_they_were_built() {
    let tree = npm().package("functions/x/node_modules/e", "1.0.0", json!({}));
    let folder = tempfile::tempdir().unwrap();
    tree.write(folder.path());
    let build = Build::open(folder.path());
    let zips = build.assert_foretold_is_packed(&dealt(&build.bundle, &[0]), &build.measured());
    let archive = zip::ZipArchive::new(std::io::Cursor::new(zips[0].clone())).unwrap();
    let packed: BTreeSet<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    let built: BTreeSet<String> =
        tree.files.0.keys().cloned().chain(tree.links.iter().map(|it| it.0.clone())).collect();
    assert_eq!(packed, built);
}

/// A build beside its plan.
struct Case {
    folder: tempfile::TempDir,
}

impl Case {
    fn new(tree: &Tree) -> Case {
        let folder = tempfile::tempdir().unwrap();
        tree.write(&folder.path().join("build"));
        Case { folder }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_bayplan")).current_dir(self.folder.path()).args(arguments).output().unwrap()
    }

    /// The findings of a plan by their rules' ids: severity, message and cure.
    fn check(&self, function: &str, rest: &str) -> BTreeMap<String, Words> {
        self.told(function, rest).into_iter().collect()
    }

    /// The same, with every finding of a rule.
    fn told(&self, function: &str, rest: &str) -> Vec<(String, Words)> {
        let plan =
            format!("version = 1\n[function.f]\narchitecture = \"x86_64\"\nupload = \"s3\"\n{function}\n{rest}\n");
        std::fs::write(self.folder.path().join("bayplan.toml"), plan).unwrap();
        let output = self.run(&["check", "build", "--format", "json"]);
        findings(&output)
    }
}

/// Severity, message and cure.
type Words = (String, String, String);

fn findings(output: &Output) -> Vec<(String, Words)> {
    let value: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    let word = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = value["findings"].as_array().unwrap();
    rows.iter().map(|row| (word(row, "id"), (word(row, "severity"), word(row, "message"), word(row, "cure")))).collect()
}

const NODE_20: &str = "runtime = \"nodejs20.x\"\nhandler = \"index.handler\"";

#[test]
fn a_layer_has_to_be_closed() {
    let case = Case::new(&npm());
    let layered = |packages: &str| {
        case.check(&format!("{NODE_20}\nlayers = [\"l\"]"), &format!("[layer.l]\npackages = [{packages}]"))
    };
    let (severity, message, cure) = layered("\"npm:a\", \"npm:c@a\"")["node.closed"].clone();
    assert_eq!(severity, "error");
    for part in ["npm:a", "npm:c@a", "npm:@s/b", "npm:d", "the function"] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert!(cure.contains("npm:@s/b") && cure.contains("has to hold everything"), "{cure}");
    let closed = layered("\"npm:a\", \"npm:c@a\", \"npm:@s/b\", \"npm:c\", \"npm:d\"");
    assert!(!closed.contains_key("node.closed"), "{closed:?}");
    let leaf = layered("\"npm:d\", \"npm:c\"");
    assert!(!leaf.contains_key("node.closed"), "the function sees the layers: {leaf:?}");
}

#[test]
fn what_is_on_efs_has_to_be_closed_and_needs_a_node_path() {
    let case = Case::new(&npm());
    let on_efs = case.check(NODE_20, "[efs]\npackages = [\"npm:@s/b\"]");
    assert_eq!(on_efs["node.closed"].0, "error", "{on_efs:?}");
    let (severity, message, _) = &on_efs["node.path-efs"];
    let path =
        "/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:/mnt/packages/node_modules";
    assert!(severity == "note" && message.contains(path), "{message}");
    let lost = case.check(
        &format!("{NODE_20}\nenvironment = {{ NODE_PATH = \"/opt/nodejs/node_modules\" }}"),
        "[efs]\npackages = [\"npm:d\"]",
    );
    assert_eq!(lost["node.path-efs"].0, "error", "{lost:?}");
    let set = format!("{NODE_20}\nenvironment = {{ NODE_PATH = \"/mnt/packages/node_modules\" }}\nlayers = [\"l\"]");
    let replaced = case.check(&set, "[layer.l]\npackages = [\"npm:d\"]\n[efs]\npackages = [\"npm:c\"]");
    assert_eq!(replaced["node.path-layers"].0, "warning", "{replaced:?}");
    assert!(!replaced.contains_key("node.path-efs") && !replaced.contains_key("node.closed"), "{replaced:?}");
}

#[test]
fn what_is_missing_left_out_or_of_another_version_is_told() {
    let tree = Tree::default()
        .file("index.js", "exports.handler = async () => 1;\n")
        .package(
            "node_modules/a",
            "1.0.0",
            json!({
                "dependencies": { "gone": "^1", "@types/node": "*", "b": "^2" },
                "peerDependencies": { "react": ">=17", "vue": "3" },
                "peerDependenciesMeta": { "vue": { "optional": true } },
                "optionalDependencies": { "fsevents": "~2" },
            }),
        )
        .asking("node_modules/b", "1.0.0", &[]);
    let case = Case::new(&tree);
    let whole = case.check(NODE_20, "");
    let (severity, message, cure) = &whole["node.missing"];
    assert!(severity == "warning" && message.starts_with("gone is asked for by npm:a"), "{message}");
    assert!(cure.contains("npm install gone"), "{cure}");
    assert!(whole["node.peers"].1.starts_with("react is a peer dependency of npm:a"), "{whole:?}");
    assert!(whole["node.versions"].1.contains("asks for b ^2"), "{whole:?}");
    let told: String = whole.values().map(|(_, message, cure)| format!("{message} {cure}\n")).collect();
    assert!(!["fsevents", "vue", "@types", "wheel", "pip ", "python"].iter().any(|word| told.contains(word)), "{told}");
    let out = case.check(NODE_20, "[left-out]\n\"npm:b\" = { because = \"never required\" }");
    assert_eq!(out["node.closed"].0, "error", "{out:?}");
}

#[test]
fn what_the_build_itself_asks_for_and_has_not_is_told() {
    let asked = json!({
        "dependencies": { "here": "1", "gone": "^1", "@aws-sdk/client-s3": "^3", "linked": "file:../linked" },
        "optionalDependencies": { "perhaps": "1" },
        "devDependencies": { "jest": "29" },
    });
    let tree = Tree::default()
        .file("index.js", "exports.handler = async () => 1;\n")
        .file("package.json", asked.to_string())
        .link("node_modules/linked", "../../linked")
        .asking("node_modules/here", "1.0.0", &[]);
    let case = Case::new(&tree);
    let all = case.told(NODE_20, "");
    let told: Vec<&Words> = all.iter().filter(|(id, _)| id == "node.missing").map(|(_, words)| words).collect();
    let [(severe, gone, cure), (mild, perhaps, _)] = told.as_slice() else { panic!("{told:?}") };
    assert!(severe == "warning" && gone.starts_with("gone is asked for by package.json"), "{told:?}");
    assert!(cure.contains("npm install gone"), "{told:?}");
    assert!(mild == "note" && perhaps.starts_with("perhaps is asked for by package.json"), "{told:?}");
    let layer = "[layer.theirs]\narn = \"arn:aws:lambda:eu-west-1:123456789012:layer:theirs:1\"";
    let theirs = case.check(&format!("{NODE_20}\nlayers = [\"theirs\"]"), layer);
    assert_eq!(theirs["node.missing"].0, "note", "somebody else's layer may have it: {theirs:?}");
}

#[test]
fn the_sdk_of_the_runtime_may_be_left_to_it() {
    let tree = Tree::default()
        .file("index.js", "exports.handler = async () => 1;\n")
        .asking("node_modules/@aws-sdk/client-s3", "3.1.0", &[("@aws-sdk/core", "^3")])
        .asking("node_modules/@aws-sdk/core", "3.1.0", &[])
        .asking("node_modules/mine", "1.0.0", &[("@aws-sdk/client-s3", "^3")])
        .asking("node_modules/aws-sdk", "2.1.0", &[]);
    let case = Case::new(&tree);
    let left = |runtime: &str, keys: &[&str]| {
        let rows: String = keys.iter().map(|key| format!("\"{key}\" = {{ provided_by = \"runtime\" }}\n")).collect();
        case.check(&format!("runtime = \"{runtime}\"\nhandler = \"index.handler\""), &format!("[left-out]\n{rows}"))
    };
    let family = ["npm:@aws-sdk/client-s3", "npm:@aws-sdk/core"];
    let good = left("nodejs20.x", &family);
    assert!(!good.keys().any(|id| id.starts_with("provided.") || id == "node.closed"), "{good:?}");
    let half = left("nodejs20.x", &family[..1]);
    assert!(half["provided.family"].1.contains("npm:@aws-sdk/core"), "{half:?}");
    assert!(left("nodejs16.x", &family).contains_key("provided.holder"), "Node 16 has version 2");
    assert!(left("nodejs20.x", &["npm:aws-sdk"]).contains_key("provided.holder"), "Node 20 has version 3");
}

#[test]
fn es_modules_search_node_path_from_node_18_on() {
    let tree = Tree::default()
        .file("index.js", "exports.handler = async () => 1;\n")
        .package("node_modules/a", "1.0.0", json!({ "type": "module", "dependencies": { "b": "1" } }))
        .asking("node_modules/b", "1.0.0", &[]);
    let case = Case::new(&tree);
    let on = |runtime: &str| {
        let function = format!("runtime = \"{runtime}\"\nhandler = \"index.handler\"\nlayers = [\"l\"]");
        case.check(&function, "[layer.l]\npackages = [\"npm:b\"]").contains_key("node.modules")
    };
    assert!(on("nodejs16.x") && !on("nodejs18.x"));
}

#[test]
fn packages_of_other_platforms_are_told_and_do_not_fail_beside_the_right_one() {
    let addon = |machine: u16| elf(machine);
    let per_platform = |tree: Tree, name: &str, cpu: &str, machine: u16| {
        tree.package(&format!("node_modules/@img/{name}"), "1.0.0", json!({ "os": ["linux"], "cpu": [cpu] }))
            .file(&format!("node_modules/@img/{name}/lib/sharp.node"), addon(machine))
    };
    let sharp = Tree::default().file("index.js", "exports.handler = async () => 1;\n").package(
        "node_modules/sharp",
        "1.0.0",
        json!({ "optionalDependencies": { "@img/sharp-linux-x64": "1.0.0", "@img/sharp-linux-arm64": "1.0.0" } }),
    );
    let wrong = per_platform(sharp, "sharp-linux-arm64", "arm64", 183);
    let alone = Case::new(&wrong).check(NODE_20, "");
    assert_eq!(alone["platform.architecture"].0, "error", "{alone:?}");
    assert!(alone["platform.architecture"].2.contains("--cpu=x64"), "npm's cure: {alone:?}");
    let both = Case::new(&per_platform(wrong, "sharp-linux-x64", "x64", 62)).check(NODE_20, "");
    assert!(!both.contains_key("platform.architecture"), "the right one is there: {both:?}");
    assert!(both["node.platforms"].1.starts_with("npm:@img/sharp-linux-arm64 is for other platforms"), "{both:?}");
}

/// The header of a shared library for a machine, and nothing else.
fn elf(machine: u16) -> Vec<u8> {
    let mut header = vec![0; 64];
    header[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    header[16..18].copy_from_slice(&3_u16.to_le_bytes());
    header[18..20].copy_from_slice(&machine.to_le_bytes());
    header[20..24].copy_from_slice(&1_u32.to_le_bytes());
    header[52..54].copy_from_slice(&64_u16.to_le_bytes());
    header[54..56].copy_from_slice(&56_u16.to_le_bytes());
    header[58..60].copy_from_slice(&64_u16.to_le_bytes());
    header
}

#[test]
fn a_hostile_package_json_is_a_finding_and_nothing_else() {
    let deep = format!("{{\"version\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
    let huge = format!("{{\"version\": \"1.0.0\", \"x\": \"{}\"}}", "x".repeat(5 << 20));
    let tree = Tree::default()
        .file("index.js", "exports.handler = async () => 1;\n")
        .file("node_modules/deep/package.json", deep)
        .file("node_modules/huge/package.json", huge)
        .file("node_modules/broken/package.json", "{\"version\": ")
        .file("node_modules/list/package.json", "[1, 2]")
        .file("node_modules/odd/package.json", r#"{"version": 7, "dependencies": {"../../etc": "1"}}"#)
        .file("node_modules/\u{1b}[31m/package.json", r#"{"version": "1.0.0\u001b[31m", "dependencies": []}"#)
        .file("node_modules/binary/package.json", [0xff, 0xfe, 0x00]);
    let case = Case::new(&tree);
    let output = case.run(&["report", "build", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let keys: BTreeSet<&str> =
        value["packages"].as_array().unwrap().iter().map(|row| row["key"].as_str().unwrap()).collect();
    for name in ["deep", "huge", "broken", "list", "odd", "binary"] {
        assert!(keys.contains(format!("npm:{name}").as_str()), "{name} is there with its bytes: {keys:?}");
    }
    let rows = value["findings"].as_array().unwrap().iter().filter(|row| row["id"] == "bundle.unclear");
    let told: String = rows.map(|row| row["message"].as_str().unwrap().to_owned() + "\n").collect();
    for name in ["deep", "huge", "broken", "list", "odd", "binary"] {
        assert!(told.contains(&format!("node_modules/{name}/package.json")) || told.contains("more"), "{name}: {told}");
    }
    assert!(!output.stdout.contains(&0x1b), "nothing raw gets out");
    let bundle = bundle_at(&case.folder.path().join("build"));
    let about: BTreeSet<&str> = bundle.facts.problems.iter().map(|problem| problem.path.as_str()).collect();
    assert_eq!(about.len(), 6, "one place each: {about:?}");
}

#[test]
fn what_npm_noted_is_compared_with_what_is_there() {
    let lock = json!({ "packages": {
        "node_modules/a": { "version": "9.9.9" },
        "node_modules/d": { "version": "0.1.0", "integrity": "sha512-x" },
        "node_modules/gone": { "version": "1.0.0" },
        "node_modules/mine": { "link": true, "resolved": "packages/mine" },
    }});
    let bundle = opened(&npm().file("node_modules/.package-lock.json", lock.to_string()));
    let told: Vec<&str> = bundle.facts.problems.iter().map(|problem| problem.what.as_str()).collect();
    assert!(told.iter().any(|what| what.contains("1.0.0 by its package.json and 9.9.9 by npm's")), "{told:?}");
    assert!(told.iter().any(|what| what.contains("names 1 of 3 packages that is not there")), "{told:?}");
    let digest = |key: &str| bundle.get(&PackageKey::new(key)).unwrap().digest.clone();
    assert!(digest("npm:d").is_some() && digest("npm:c").is_none());
    let broken = opened(&npm().file("node_modules/.package-lock.json", "{\"packages\": 7}"));
    assert_eq!(broken.facts.problems.len(), 1, "{:?}", broken.facts.problems);
}

#[test]
fn the_handler_is_found_and_a_person_can_move_what_is_offered() {
    let case = Case::new(&npm());
    let checked = case.run(&["check", "build", "--format", "json"]);
    assert!(
        findings(&checked).iter().all(|(id, _)| id != "plan.handler"),
        "index.handler was found: {:?}",
        findings(&checked)
    );
    std::fs::write(case.folder.path().join("bayplan.toml"), format!("version = 1\n[function.f]\n{NODE_20}\n")).unwrap();
    let moved = case.run(&["move", "build", "npm:c@a", "efs", "--plan", "bayplan.toml"]);
    assert!(moved.status.success(), "{}", String::from_utf8_lossy(&moved.stderr));
    let plan = std::fs::read_to_string(case.folder.path().join("bayplan.toml")).unwrap();
    assert!(plan.contains("npm:a") && plan.contains("npm:c@a"), "a unit moves as one: {plan}");
}

#[test]
fn a_packed_build_is_checked_again_and_says_the_node_path_that_it_needs() {
    let case = Case::new(&npm());
    let body =
        "mount = \"/mnt/m\"\nlayers = [\"l\"]\n[layer.l]\npackages = [\"npm:d\"]\n[efs]\npackages = [\"npm:c\"]\n";
    let plan = format!("version = 1\n[function.f]\narchitecture = \"x86_64\"\n{NODE_20}\n{body}");
    std::fs::write(case.folder.path().join("bayplan.toml"), plan).unwrap();
    let packed = case.run(&["pack", "build", "--plan", "bayplan.toml", "--out", "out"]);
    assert!(packed.status.success(), "{}", String::from_utf8_lossy(&packed.stderr));
    let manifest: Value =
        serde_json::from_slice(&std::fs::read(case.folder.path().join("out/manifest.json")).unwrap()).unwrap();
    let path = manifest["efs"]["path"].as_str().unwrap();
    let expected = format!(
        "/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules:/var/runtime/node_modules:{path}/node_modules"
    );
    assert_eq!(manifest["environment"]["NODE_PATH"], expected);
    assert!(manifest["environment"].get("PYTHONPATH").is_none());
    let tree = case.folder.path().join("out").join(manifest["efs"]["folder"].as_str().unwrap());
    assert!(tree.join("node_modules/c/package.json").is_file(), "{}", tree.display());
    let checked = case.run(&["check", "build", "--plan", "bayplan.toml", "--artifacts", "out"]);
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
}

/// A folder of a made tree: a package, a scope, a store, a fixture, or something of nobody's.
fn shapes() -> impl proptest::strategy::Strategy<Value = Vec<(Vec<u8>, u8, u8)>> {
    use proptest::collection::vec;
    use proptest::num::u8::ANY;
    vec((vec(ANY, 0..5), ANY, ANY), 0..25)
}

fn made(shapes: &[(Vec<u8>, u8, u8)]) -> Tree {
    let names = ["a", "b", "@s/a", "@s/b", ".bin", ".pnpm/a@1/node_modules/a", ".pnpm/node_modules/b", "lib", "test"];
    let mut tree = Tree::default().file("index.js", "1");
    for (number, (folders, kind, length)) in shapes.iter().enumerate() {
        let mut path = String::new();
        for folder in folders {
            let modules = if folder % 3 == 0 { "" } else { "node_modules/" };
            path.push_str(&format!("{modules}{}/", names[usize::from(folder / 3) % names.len()]));
        }
        let content = "x".repeat(usize::from(*length));
        tree = match kind % 4 {
            0 => tree.file(&format!("{path}package.json"), format!("{{\"version\": \"1.0.{number}\"}}")),
            1 => tree.file(&format!("{path}package.json"), content),
            2 => tree.file(&format!("{path}f{number}.js"), content),
            _ => tree.link(
                &format!("{path}l{number}"),
                ["../a", "node_modules/a", "../../..", "/etc", "b/../../a"][number % 5],
            ),
        };
    }
    tree
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { cases: 200, ..Default::default() })]

    #[test]
    fn every_byte_of_any_tree_has_one_owner(shapes in shapes()) {
        let tree = made(&shapes);
        let folder = tempfile::tempdir().unwrap();
        tree.write(folder.path());
        let bundle = bundle_at(folder.path());
        assert_every_byte_has_one_owner(&bundle);
        let units: Vec<Vec<PackageKey>> =
            bundle.packages().iter().map(|package| bundle.unit_keys(&package.key)).collect();
        for (package, unit) in bundle.packages().iter().zip(units) {
            assert!(unit.contains(&package.key), "{} is in its unit", package.key);
        }
    }
}

#[test]
fn a_build_of_python_has_no_node_in_it() {
    let files = bundles::Files::default().with("app.py", "").with_distribution("", "six", "1.16.0", &["six.py"]);
    let bundle = files.bundle();
    assert!(bundle.facts.node.is_empty());
    assert_eq!(layer_folders(&bundle), BTreeSet::from(["python/"]));
    assert_eq!(layer_folders(&opened(&npm())), BTreeSet::from(["nodejs/"]), "your files go where the packages go");
}

fn layer_folders(bundle: &Bundle) -> BTreeSet<&str> {
    bundle.packages().iter().map(|package| package.layer_folder.as_ref()).collect()
}

#[test]
fn a_layer_that_is_opened_keeps_its_folders_names_out_of_the_paths() {
    let tree = Tree::default().package("nodejs/node_modules/a", "1.0.0", json!({})).package(
        "nodejs/node22/node_modules/b",
        "1.0.0",
        json!({}),
    );
    let bundle = opened(&tree);
    let folder = |key: &str| bundle.get(&PackageKey::new(key)).unwrap().layer_folder.clone();
    assert_eq!((folder("npm:a").as_ref(), folder("npm:b").as_ref()), ("nodejs/", "nodejs/node22/"));
}
