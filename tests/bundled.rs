//! Bundles whose one big file was made of many: what is inside of it is shown, to the byte, and stays one file.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[cfg(unix)]
#[path = "support/pty.rs"]
mod pty;

use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bundles::{Files, assert_every_byte_has_one_owner};
use serde_json::{Value, json};

/// Runs bayplan on these files as a folder or as a zip.
fn run(files: &Files, as_zip: bool, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(if as_zip { "bundle.zip" } else { "bundle" });
    if as_zip {
        std::fs::write(&path, files.zip()).unwrap();
    } else {
        files.write(&path);
    }
    let (command, rest) = arguments.split_first().unwrap();
    Command::new(env!("CARGO_BIN_EXE_bayplan")).arg(command).arg(path).args(rest).output().unwrap()
}

fn text(output: &Output) -> String {
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn report(files: &Files) -> Value {
    let folder = run(files, false, &["report", "--format", "json"]);
    let zip = run(files, true, &["report", "--format", "json"]);
    let read = |output: &Output| -> Value { serde_json::from_str(&text(output)).unwrap() };
    assert_eq!(read(&folder)["inside"], read(&zip)["inside"], "a folder and its zip tell the same");
    read(&folder)
}

/// The parts of the one file that was opened, as `whose or key: bytes`; they must add up to it.
fn parts(report: &Value) -> Vec<String> {
    let [file] = report["inside"].as_array().unwrap().as_slice() else { panic!("{}", report["inside"]) };
    let parts = file["parts"].as_array().unwrap();
    let sum: u64 = parts.iter().map(|part| part["bytes"].as_u64().unwrap()).sum();
    assert_eq!(sum, file["bytes"].as_u64().unwrap(), "the parts add up to the file");
    let name = |part: &Value| part["key"].as_str().or(part["whose"].as_str()).unwrap().to_owned();
    parts.iter().map(|part| format!("{}: {}", name(part), part["bytes"])).collect()
}

fn messages(report: &Value, id: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["id"] == id);
    findings.map(|finding| format!("{} → {}", finding["message"], finding["cure"])).collect()
}

/// 300 000 bytes: a first line of the bundler's own, then two sources.
fn script() -> String {
    let line = |letter: &str| format!("{}\n", letter.repeat(999));
    let own = line("o");
    format!("{own}{}{}", line("a").repeat(199), line("b").repeat(100))
}

/// A map in which the lines from 2 on come from the first source and those from 201 on from the second.
fn map() -> String {
    let mappings = format!(";AAAA{};ACAA{}", ";AAAA".repeat(198), ";AAAA".repeat(99));
    json!({"version": 3, "sources": ["../node_modules/lodash/lodash.js", "../src/app.ts"], "names": [],
           "sourcesContent": ["x".repeat(100_000), null], "mappings": mappings})
    .to_string()
}

fn metafile(bytes: usize) -> String {
    json!({"inputs": {}, "outputs": {"out/index.js": {"bytes": bytes, "inputs": {
        "node_modules/lodash/lodash.js": {"bytesInOutput": 150_000},
        "node_modules/.pnpm/zod@4.1.0/node_modules/zod/index.js": {"bytesInOutput": 100_000},
        "src/app.ts": {"bytesInOutput": 49_000}}}}})
    .to_string()
}

#[test]
fn a_metafile_opens_its_file_and_wins_over_a_map() {
    let files =
        Files::default().with("index.js", script()).with("index.js.map", map()).with("meta.json", metafile(300_000));
    let report = report(&files);
    assert_eq!(parts(&report), ["npm:lodash: 150000", "npm:zod: 100000", "yours: 49000", "itself: 1000"]);
    assert_eq!(report["inside"][0]["told_by"], "the metafile meta.json");
    assert_eq!(report["inside"][0]["package"], "file:index.js");
    let zod = &report["inside"][0]["parts"][1];
    assert_eq!((&zod["version"], zod["sources"].as_u64()), (&json!("4.1.0"), Some(1)));
    assert!(messages(&report, "bundle.inside").is_empty() && messages(&report, "bundle.unclear").is_empty());
}

#[test]
fn what_is_inside_owns_nothing_of_the_bundle() {
    let files = Files::default().with("index.js", script()).with("meta.json", metafile(300_000));
    let bundle = files.bundle();
    assert_every_byte_has_one_owner(&bundle);
    let keys: Vec<&str> = bundle.packages().iter().map(|package| package.key.as_str()).collect();
    assert_eq!(keys, ["file:index.js", "file:meta.json"], "no package of the bundle is made of what is inside a file");
    let report = report(&files);
    let sum: u64 =
        report["packages"].as_array().unwrap().iter().map(|package| package["bytes"].as_u64().unwrap()).sum();
    assert_eq!(sum, report["bytes"].as_u64().unwrap());
}

#[test]
fn what_is_inside_cannot_be_moved() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::default().with("index.js", script()).with("meta.json", metafile(300_000));
    files.write(&folder.path().join("build"));
    let mut command = Command::new(env!("CARGO_BIN_EXE_bayplan"));
    command.current_dir(folder.path());
    let output = command.args(["move", "build", "npm:lodash", "efs", "--plan", "bayplan.toml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("npm:lodash"));
}

#[test]
fn a_source_map_beside_named_or_inside_opens_its_file() {
    let expected = ["npm:lodash: 199000", "yours: 100000", "itself: 1000"];
    let beside = Files::default().with("dist/index.js", script()).with("dist/index.js.map", map());
    assert_eq!(parts(&report(&beside)), expected);

    let comment = "//# sourceMappingURL=maps/other.map\n";
    let named = Files::default().with("dist/index.js", script() + comment).with("dist/maps/other.map", map());
    let own = format!("itself: {}", 1000 + comment.len());
    assert_eq!(parts(&report(&named)), ["npm:lodash: 199000", "yours: 100000", own.as_str()]);

    let comment = format!("//# sourceMappingURL=data:application/json;base64,{}", STANDARD.encode(map()));
    let inside = Files::default().with("index.mjs", script() + &comment);
    let own = format!("map: {}", comment.len());
    assert_eq!(parts(&report(&inside)), ["npm:lodash: 199000", own.as_str(), "yours: 100000", "itself: 1000"]);
}

#[test]
fn text_and_markdown_show_the_parts_below_the_packages() {
    let files = Files::default().with("index.js", script()).with("meta.json", metafile(300_000));
    let shown = text(&run(&files, false, &["report"]));
    assert!(
        shown
            .replace('\n', " ")
            .contains("Inside index.js (293.0 kB), as the metafile meta.json tells; it moves as one file"),
        "{shown}"
    );
    assert!(shown.contains("npm:zod 4.1.0"), "{shown}");
    let row = shown.lines().find(|line| line.trim_start().starts_with("npm:lodash")).unwrap();
    assert!(row.contains("146.5 kB") && row.contains("50.0 %"), "{row}");
    let markdown = text(&run(&files, false, &["report", "--format", "markdown"]));
    assert!(markdown.contains("| npm:lodash | 146.5 kB | 50.0 % |"), "{markdown}");
    let check = text(&run(&files, false, &["check", "--format", "text"]));
    assert!(!check.contains("Inside index.js"), "a check tells of rules alone");
}

#[test]
fn a_large_file_that_tells_nothing_says_what_to_switch_on() {
    let cure = |content: String| {
        let report = report(&Files::default().with("index.js", content));
        assert_eq!(report["inside"][0]["told_by"], Value::Null);
        messages(&report, "bundle.inside").concat()
    };
    let unknown = cure(script());
    assert!(
        unknown.contains("--metafile") && unknown.contains("--sourcemap") && unknown.contains("devtool"),
        "{unknown}"
    );
    let esbuild = cure(format!("var __commonJS = (cb) => cb;\n{}", script()));
    assert!(esbuild.contains("--metafile") && !esbuild.contains("devtool"), "{esbuild}");
    let webpack = cure(format!("function __webpack_require__(id) {{}}\n{}", script()));
    assert!(webpack.contains("devtool") && !webpack.contains("--metafile"), "{webpack}");
}

#[test]
fn small_files_and_those_of_packages_are_left_alone() {
    let small = Files::default().with("app.js", "exports.handler = 1").with("big.css", script());
    assert_eq!(report(&small)["inside"], json!([]));
    let installed = Files::default()
        .with("node_modules/typescript/package.json", r#"{"name": "typescript", "version": "5.0.0"}"#)
        .with("node_modules/typescript/lib/typescript.js", script())
        .with_distribution("", "plotly", "5.0.0", &["plotly/__init__.py", "plotly/plotly.min.js"])
        .with("plotly/plotly.min.js", script());
    assert_eq!(report(&installed)["inside"], json!([]));
}

#[test]
fn what_was_built_anew_since_is_not_believed() {
    let stale = Files::default().with("index.js", script()).with("meta.json", metafile(299_999));
    let report_of_stale = report(&stale);
    assert_eq!(report_of_stale["inside"][0]["told_by"], Value::Null);
    let told = messages(&report_of_stale, "bundle.unclear").concat();
    assert!(told.contains("another build") && told.contains("299 999") && told.contains("300 000"), "{told}");

    let stale = Files::default().with("index.js", script().replace('\n', " ")).with("index.js.map", map());
    let told = messages(&report(&stale), "bundle.unclear").concat();
    assert!(told.contains("index.js.map") && told.contains("another build"), "{told}");
}

#[test]
fn hostile_metafiles_and_maps_are_findings_and_nothing_more() {
    let long_number = format!(r#"{{"version":3,"sources":["a"],"mappings":"{}"}}"#, "g".repeat(1_000_000));
    let deep = format!(r#"{{"version":3,"sources":["a"],"x":{}"#, "[".repeat(500_000));
    let escape = json!({"version": 3, "sources": ["node_modules/\u{1b}[2J/x.js"], "mappings": "AAAA"}).to_string();
    for hostile in
        ["{", "\u{0}\u{0}", "[[[[", long_number.as_str(), deep.as_str(), r#"{"version":3,"mappings":"////////"}"#]
    {
        let report = report(&Files::default().with("index.js", script()).with("index.js.map", hostile));
        assert_eq!(report["inside"][0]["told_by"], Value::Null, "{hostile:.40}");
        assert_eq!(messages(&report, "bundle.unclear").len(), 1, "{hostile:.40}");
    }
    let shown =
        text(&run(&Files::default().with("index.js", script()).with("index.js.map", escape), false, &["report"]));
    assert!(!shown.contains('\u{1b}') && shown.contains("\\u{1B}"), "{shown}");
    for hostile in
        [r#"{"outputs": {"index.js": {"bytes": 300000, "inputs": {"a": {"bytesInOutput": 300001}}}}}"#, "{\"meta\":"]
    {
        let report = report(&Files::default().with("index.js", script()).with("meta.json", hostile));
        assert_eq!(report["inside"][0]["told_by"], Value::Null, "{hostile}");
    }
    let binary = report(&Files::default().with("index.js", [script().into_bytes(), vec![0xff, 0xfe]].concat()));
    assert!(messages(&binary, "bundle.unclear").concat().contains("UTF-8"));
}

#[test]
fn a_python_bundle_with_a_bundled_script_has_both() {
    let files = Files::default()
        .with("app.py", "def handler(event, context): pass\n")
        .with_distribution("", "six", "1.16.0", &["six.py"])
        .with("web/index.js", script())
        .with("web/meta.json", metafile(300_000));
    assert_every_byte_has_one_owner(&files.bundle());
    let report = report(&files);
    assert_eq!(parts(&report)[0], "npm:lodash: 150000");
    let keys: Vec<&str> =
        report["packages"].as_array().unwrap().iter().map(|package| package["key"].as_str().unwrap()).collect();
    assert_eq!(keys, ["file:web/", "six", "file:app.py"]);
}

/// By keys and by mouse, in both lists: the file opens like a folder, its parts add up to it, and none of them moves.
#[cfg(unix)]
#[test]
fn on_the_screen_a_file_opens_into_its_parts_and_none_of_them_moves() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::default().with("index.js", script()).with("meta.json", metafile(300_000));
    files.write(&folder.path().join("build"));
    let terminal = pty::Terminal::open(24, 130).in_folder(folder.path()).run(&["build"]);
    let file = terminal.wait_and_find("index.js");
    terminal.wait_for("? help");
    for view in ["Packages", "Folders"] {
        terminal.wait_for(view);
        terminal.keys("ggl");
        let lodash = terminal.wait_and_find("npm:lodash");
        terminal.wait_for("npm:zod 4.1.0");
        terminal.wait_for("146.5 kB");
        terminal.wait_for("the file itself");
        terminal.keys("jm");
        terminal.wait_for("this is a part of index.js, which moves as one file");
        terminal.keys("d");
        terminal.wait_for("this is a part of index.js, which moves as one file");
        terminal.keys("h");
        terminal.mouse_down(lodash.0, lodash.1);
        terminal.mouse_drag(lodash.0, lodash.1 + 1);
        terminal.wait_for("this is a part of index.js, which moves as one file");
        terminal.mouse_up(lodash.0, lodash.1 + 1);
        terminal.keys("hh");
        terminal.wait_for_gone("npm:lodash");
        terminal.keys("t");
    }
    terminal.keys("TT");
    terminal.wait_for("Packages");
    let efs = terminal.wait_and_find("EFS /mnt");
    terminal.mouse_down(file.0, file.1);
    terminal.mouse_drag(file.0, file.1 + 1);
    terminal.mouse_drag(efs.0, efs.1);
    terminal.wait_for("release to move");
    terminal.key(pty::Key::Esc);
    terminal.wait_for_gone("release to move");
    terminal.keys("q");
    terminal.wait_exit().assert_clean(0);
}
