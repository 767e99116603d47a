//! Keeps the floors of the crate's documentation: reads what every source names and fails on an upward or sideways
//! import, on a crate named where it does not belong, and on a file that does not say what it is for.
//!
//! The rules are fed broken snippets too, so that they are known to be able to fail.

#[path = "support/floor_rules.rs"]
mod floor_rules;
#[path = "support/imports.rs"]
mod imports;

use floor_rules::{FLOORS, judge_documentation, judge_file};
use std::path::{Path, PathBuf};

#[test]
fn every_source_keeps_to_its_floor() {
    let sources = sources();
    assert!(sources.len() > FLOORS.len(), "the test found only {} sources, so it proves nothing", sources.len());
    let breaches: Vec<String> = sources.iter().flat_map(|(file, source)| judge_file(file, source)).collect();
    assert!(breaches.is_empty(), "{} breaches of the floor plan:\n{}", breaches.len(), breaches.join("\n"));
}

#[test]
fn the_documentation_draws_the_same_floors() {
    let standing: Vec<String> =
        sources().iter().filter_map(|(file, _)| imports::module_of(file).into_iter().next()).collect();
    let library = std::fs::read_to_string(root().join("src/lib.rs")).expect("src/lib.rs can be read");
    let breaches = judge_documentation(&library, &standing);
    assert!(breaches.is_empty(), "{}", breaches.join("\n"));
}

#[test]
fn imports_in_every_shape_are_seen() {
    for upward in [
        "use crate::tui;",
        "use crate::tui::view::Tree;",
        "use crate::{model::plan, tui::view};",
        "use crate::{model::{plan::{Plan, self}, bucket}, tui};",
        "use ::bayplan::tui::view;",
        "fn draw() { for row in ::bayplan::tui::rows() {} }",
        "use bayplan::{tui as drawing};",
        "use super::super::tui;",
        "use self::super::super::{tui, model};",
        "fn draw() { crate::tui::draw() }",
        "fn draw() { println!(\"{}\", crate::tui::NAME) }",
        "fn list() -> Vec<crate::tui::Row> { Vec::<crate::tui::Row>::new() }",
        "#[derive(crate::tui::Draw)] struct Row;",
        "mod inner { use super::super::super::tui; }",
        "macro_rules! draw { () => { $crate::tui::draw() } }",
        "pub(in crate::tui) fn draw() {}",
        "use crate::r#tui;",
    ] {
        let breaches = judge_file("src/scan/directory.rs", &format!("//! Scans.\n{upward}\n"));
        assert!(
            breaches
                .iter()
                .any(|breach| breach.starts_with("src/scan/directory.rs:2: scan (floor 1) names crate::tui (floor 4)")),
            "{upward} is an import of tui, but was judged {breaches:?}"
        );
    }
}

#[test]
fn words_about_a_floor_are_no_import_of_it() {
    for innocent in [
        "/// Drawn by [`crate::tui`].\nfn scan() {}",
        "// use crate::tui;",
        "/* use crate::tui; /* nested */ use crate::cli; */",
        "const HELP: &str = \"use crate::tui;\";",
        "const RAW: &str = r#\"use crate::tui; \"crate::cli\" \"#;",
        "const MARK: char = '\"'; fn name<'a>(text: &'a str) -> &'a str { text } // crate::tui",
        "pub(crate) fn tui() {}",
        "use super::archive::tui;",
        "mod tests { use super::*; }",
        "use crate::model::plan::Plan;",
    ] {
        let breaches = judge_file("src/scan/directory.rs", &format!("//! Scans.\n{innocent}\n"));
        assert!(breaches.is_empty(), "{innocent} imports nothing it may not, but was judged {breaches:?}");
    }
}

#[test]
fn each_rule_names_file_line_and_breach() {
    for (file, source, breach) in [
        (
            "src/model/plan.rs",
            "//! P.\nuse crate::scan::walk;",
            "src/model/plan.rs:2: model (floor 0) names crate::scan (floor 1): a floor imports only from lower floors",
        ),
        (
            "src/scan/mod.rs",
            "//! S.\n\nuse super::report;",
            "src/scan/mod.rs:3: scan (floor 1) names crate::report (floor 1): neighbours on a floor do not import each other",
        ),
        (
            "src/fit/mod.rs",
            "//! F.\nuse crate::session;",
            "src/fit/mod.rs:2: fit (floor 2) names crate::session (floor 2): neighbours on a floor do not import each other",
        ),
        (
            "src/tui/mod.rs",
            "//! T.\nuse crate::*;",
            "src/tui/mod.rs:2: names the crate's root, which hides the floor: name the module",
        ),
        (
            "src/tui/mod.rs",
            "//! T.\nuse crate as all;",
            "src/tui/mod.rs:2: names the crate's root, which hides the floor: name the module",
        ),
        (
            "src/tui/mod.rs",
            "//! T.\nuse crate::utils::pad;",
            "src/tui/mod.rs:2: tui (floor 4) names crate::utils (no floor): the crate's root has no such floor",
        ),
        (
            "src/session/mod.rs",
            "//! S.\nuse crossterm::event;",
            "src/session/mod.rs:2: names crossterm: only src/tui knows that crate",
        ),
        (
            "src/cli/mod.rs",
            "//! C.\nuse {std::io, ratatui::text::Line};",
            "src/cli/mod.rs:2: names ratatui: only src/tui knows that crate",
        ),
        (
            "src/cli/mod.rs",
            "//! C.\nuse ratatui_widgets::block;",
            "src/cli/mod.rs:2: names ratatui_widgets: only src/tui knows that crate",
        ),
        (
            "src/workflow/mod.rs",
            "//! W.\nfn f() { anyhow::bail!(\"no\") }",
            "src/workflow/mod.rs:2: names anyhow: only src/cli knows that crate",
        ),
        (
            "src/tui/mod.rs",
            "//! T.\n#[derive(clap::ValueEnum)] enum A {}",
            "src/tui/mod.rs:2: names clap: only src/cli knows that crate",
        ),
        ("src/lib.rs", "//! L.\nuse anstream::println;", "src/lib.rs:2: names anstream: only src/cli knows that crate"),
        (
            "src/model/plan.rs",
            "//! P.\nuse std::{collections, fs};",
            "src/model/plan.rs:2: the model names std::fs: it knows no disk, clock, network or process (std::fs)",
        ),
        (
            "src/model/plan.rs",
            "//! P.\nfn now() { std::time::Instant::now() }",
            "src/model/plan.rs:2: the model names std::time::Instant::now: it knows no disk, clock, network or process (std::time::Instant)",
        ),
        (
            "src/model/plan.rs",
            "//! P.\nuse std::time;",
            "src/model/plan.rs:2: the model names std::time: it knows no disk, clock, network or process (std::time::SystemTime)",
        ),
        (
            "src/model/plan.rs",
            "use std::fmt;",
            "src/model/plan.rs:1: does not open with //!: a file begins with what it is for",
        ),
        (
            "src/helpers/pad.rs",
            "//! H.",
            "src/helpers/pad.rs: stands in `helpers`, which is in no row of the floor table in tests/support/floor_rules.rs",
        ),
        (
            "src/helpers.rs",
            "//! H.",
            "src/helpers.rs: stands in `helpers`, which is in no row of the floor table in tests/support/floor_rules.rs",
        ),
    ] {
        assert!(
            judge_file(file, source).contains(&breach.to_owned()),
            "{source:?} in {file} is a breach, but was judged {:?}",
            judge_file(file, source)
        );
    }
}

#[test]
fn what_belongs_is_let_through() {
    for (file, source) in [
        ("src/main.rs", "//! M.\nuse bayplan::cli;\nfn main() -> anyhow::Result<()> { cli::run() }"),
        ("src/lib.rs", "//! L.\npub mod tui;\npub use crate::model::plan;"),
        ("src/tui/view/tree.rs", "//! T.\nuse crate::{session::State, workflow, model::plan};\nuse crossterm::event;"),
        ("src/model/watch.rs", "//! W.\nuse std::time::Duration;\nuse std::path::Path;"),
        ("src/scan/directory.rs", "//! S.\nuse std::{fs, time::Instant};"),
    ] {
        let breaches = judge_file(file, source);
        assert!(breaches.is_empty(), "{source:?} belongs into {file}, but was judged {breaches:?}");
    }
}

#[test]
fn a_documentation_that_rots_is_reported() {
    let page = "//! | floor | modules |\n//! | 2 | [`session`] | keys |\n//! | 1 | [`scan`] [`tui`] | walks |\n//! | 0 | [`model`] | words |\n";
    let standing = ["model", "scan", "session", "cli"].map(str::to_owned);
    assert_eq!(
        judge_documentation(page, &standing),
        [
            "src/lib.rs: the floor table in its documentation lacks `cli`",
            "src/lib.rs: its documentation puts `tui` on floor 1, the floor table on floor 4",
        ]
    );
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All sources as (`src/model/plan.rs`, text), in order.
fn sources() -> Vec<(String, String)> {
    let walk = walkdir::WalkDir::new(root().join("src")).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.expect("src/ can be walked").into_path());
    files.filter(|file| file.extension().is_some_and(|extension| extension == "rs")).map(|file| read(&file)).collect()
}

fn read(file: &Path) -> (String, String) {
    let name = file.strip_prefix(root()).expect("a walk stays below its root");
    let name = name.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
    (name, std::fs::read_to_string(file).expect("a source can be read"))
}
