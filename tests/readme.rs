//! What the README says about keys, commands and plans is what the program does.
//!
//! `BAYPLAN_REFRESH=1 cargo test --test readme` writes the table of keys and that of promises anew.

#[path = "support/counts.rs"]
mod counts;

use std::path::Path;

use bayplan::planfile::parse_plan;
use bayplan::tui::keymap::{Entry, KEYMAP};

const MARKER: &str = "<!-- keys -->\n";
const PROMISES: &str = "<!-- promises -->\n";
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

/// What is promised, what is tried for it, and by which test. The fuzzing has figures of its own, in its own place.
fn promises() -> String {
    use counts::*;
    let rows = [
        (
            "No panic, no death by a signal, no hang on any input; never more than 512 MB",
            format!(
                "{HOSTILE_BUILDS} hostile builds through {COMMANDS} commands and onto the screen; limits of memory, processes, open files"
            ),
            "hostile, real_faults",
        ),
        (
            "A broken or truncated build never passes: a finding is exit 1, \"could not tell\" is exit 2",
            format!(
                "{BROKEN_BUILDS} of these builds in every format, a zip cut off in {CUTS} places, closed files and folders"
            ),
            "hostile, real_unreadable",
        ),
        (
            "What two programs could read out of a zip differently is a finding",
            format!(
                "{ALTERED} altered archives, read by CPython and Info-ZIP too; zips of twelve makers are not accused"
            ),
            "archives, real_archives",
        ),
        (
            "Nothing is written outside the output folder, and no link is followed out; there is no switch for it",
            format!("what lies around the {HOSTILE_BUILDS} builds, before and after"),
            "hostile",
        ),
        (
            "No byte of a name reaches a terminal as it is, or forges a line of a report or an annotation",
            format!("{NAMES} hostile names as files, folders, links and packages; names by chance in every format"),
            "hostile, hostile_reports",
        ),
        (
            "Killed, disk full, broken disk, at any write: the old file whole or the new file whole",
            format!(
                "{WRITERS} commands, {FAULTS} faults at every call that writes; {DISKS} sizes of a disk that is too small"
            ),
            "faults, real_faults",
        ),
        (
            "The terminal is restored within 3 seconds, however the screen ends",
            format!("{PHASES} things that the screen may be doing × {ENDINGS} that end it, and moments by chance"),
            "terminal, journey",
        ),
        (
            "Keys, mouse and bytes by chance, windows from 1 × 1 to 1000 × 1000, storms of sizes",
            "a monkey: a small one, or as many as `BAYPLAN_MONKEY` says; session and terminal were tried with a million each"
                .to_owned(),
            "monkey, journey",
        ),
        (
            "Plans, locks, themes, key files, caches and metadata are hostile too",
            format!(
                "{PLANS} plans and {SETTINGS} settings, {LOCKS} readings of locks, {RECORDS} RECORDs, {MAPS} maps and metafiles, {MANIFESTS} manifests, {KEPT} caches, {KEY_FILES} key files, {THEMES} themes; ten fuzz targets, with figures in `tests/fuzz/README.md`"
            ),
            "hostile_plans, hostile_files, fuzzed",
        ),
    ];
    let rows = rows.map(|(promise, tried, by)| format!("| {promise} | {tried} | `{}` |\n", by.replace(", ", "` `")));
    format!("| promised | tried | by the tests |\n|---|---|---|\n{}", rows.concat())
}

#[test]
fn the_table_of_keys_is_the_keymap() {
    is_between(MARKER, &table(), "the table of keys is not the keymap's");
}

#[test]
fn the_table_of_promises_has_the_counts_of_the_suites() {
    is_between(PROMISES, &promises(), "the table of promises has other counts than tests/support/counts.rs");
}

/// What stands between two markers is what is worked out, or is made so where that is wanted.
#[track_caller]
fn is_between(marker: &str, text: &str, otherwise: &str) {
    // One at a time: two tests that write the same file would each undo the other's.
    static README: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _one = README.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let readme = std::fs::read_to_string(path()).expect("there is a README");
    let parts: Vec<&str> = readme.split(marker).collect();
    let [before, kept, after] = parts[..] else { panic!("README.md has two lines {marker}") };
    if std::env::var_os("BAYPLAN_REFRESH").is_some() {
        std::fs::write(path(), [before, text, after].join(marker)).expect("the README can be written");
    } else {
        assert!(kept == text, "README.md: {otherwise}\n{REFRESH}   writes it anew");
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
