//! What the README says about keys, commands and plans is what the program does.
//!
//! `BAYPLAN_REFRESH=1 cargo test --test readme` writes the table of keys anew.

use std::path::Path;

use bayplan::planfile::parse_plan;
use bayplan::tui::keymap::{Entry, KEYMAP};

const MARKER: &str = "<!-- keys -->\n";
const REFRESH: &str = "BAYPLAN_REFRESH=1 cargo test --test readme";

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")
}

fn table() -> String {
    let mut table = String::from("| key | does | as in |\n|---|---|---|\n");
    for entry in KEYMAP.shown() {
        let like = entry.like.as_deref().unwrap_or("–");
        table.push_str(&format!("| {} | {} | {like} |\n", keys(entry), entry.does.as_deref().unwrap_or_default()));
    }
    table
}

/// `1`…`9` instead of all nine digits.
fn keys(entry: &Entry) -> String {
    let written = |key: &String| format!("`{key}`");
    match &entry.keys[..] {
        [first, .., last] if entry.keys.len() > 4 => format!("{}…{}", written(first), written(last)),
        all => all.iter().map(written).collect::<Vec<_>>().join(" "),
    }
}

#[test]
fn the_table_of_keys_is_the_keymap() {
    let readme = std::fs::read_to_string(path()).unwrap();
    let parts: Vec<&str> = readme.split(MARKER).collect();
    let [before, kept, after] = parts[..] else { panic!("README.md has two lines {MARKER}") };
    if std::env::var_os("BAYPLAN_REFRESH").is_some() {
        std::fs::write(path(), [before, &table(), after].join(MARKER)).unwrap();
    } else {
        assert!(kept == table(), "README.md: the table of keys is not the keymap's\n{REFRESH}   writes it anew");
    }
}

#[test]
fn the_plan_in_the_readme_is_a_plan() {
    let readme = std::fs::read_to_string(path()).unwrap();
    let (_, rest) = readme.split_once("```toml\n").expect("the README shows a plan");
    let (plan, _) = rest.split_once("```").expect("the plan ends");
    let plan = parse_plan(plan).unwrap_or_else(|error| panic!("README.md:{error}"));
    assert_eq!(plan.layers().len(), 1);
    assert_eq!(plan.placements().len(), 8, "two in the layer, two on EFS, four left out");
}
