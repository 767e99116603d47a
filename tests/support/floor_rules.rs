//! The floor plan as a table, and the rules that a source file must keep to stand on its floor.

use crate::imports::{Named, module_of, named_paths};

/// Each module of the crate's root and its floor. `main.rs` and `lib.rs` stand above all.
pub const FLOORS: &[(&str, u8)] = &[
    ("model", 0),
    ("scan", 1),
    ("attribute", 1),
    ("planfile", 1),
    ("pack", 1),
    ("deploy", 1),
    ("verdict", 1),
    ("report", 1),
    ("session", 2),
    ("fit", 2),
    ("workflow", 3),
    ("tui", 4),
    ("cli", 5),
];

/// The crates that only one floor may name.
const OWNED_CRATES: &[(&str, &[&str])] =
    &[("tui", &["ratatui", "crossterm"]), ("cli", &["clap", "anstream", "anyhow"])];

/// What the model may not name: the ways out to disk, clock, network and other processes.
const CLOSED_TO_THE_MODEL: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "env"],
    &["std", "process"],
    &["std", "net"],
    &["std", "time", "SystemTime"],
    &["std", "time", "Instant"],
];

/// What is wrong with the source `file` (`src/model/plan.rs`), a sentence for each breach.
pub fn judge_file(file: &str, source: &str) -> Vec<String> {
    let module = module_of(file);
    let named = match named_paths(source, &module) {
        Ok(named) => named,
        Err(error) => return vec![format!("{file}: is no Rust that can be read: {error}")],
    };
    let home = module.first().map(String::as_str);
    let opening = (!source.starts_with("//!"))
        .then(|| format!("{file}:1: does not open with //!: a file begins with what it is for"));
    let plan = home.filter(|home| floor_of(home).is_none()).map(|home| {
        format!("{file}: stands in `{home}`, which is in no row of the floor table in tests/support/floor_rules.rs")
    });
    let paths = named.iter().filter_map(|named| {
        let breach = judge_import(home, named)
            .or_else(|| judge_owner(file, home, named))
            .or_else(|| judge_purity(home, named))?;
        Some(format!("{file}:{}: {breach}", named.line))
    });
    opening.into_iter().chain(plan).chain(paths).collect()
}

/// What is wrong with the table in the documentation of `lib.rs`, of which `source` is the text: it must name each
/// floor of `standing`, the modules that exist, and none at another height than here.
pub fn judge_documentation(source: &str, standing: &[String]) -> Vec<String> {
    let rows: Vec<(String, Option<u8>)> = source.lines().filter_map(table_row).flatten().collect();
    let missing = standing.iter().filter(|home| !rows.iter().any(|(name, _)| name == *home));
    let missing = missing.map(|home| format!("src/lib.rs: the floor table in its documentation lacks `{home}`"));
    let wrong = rows.iter().filter(|(name, floor)| floor_of(name) != *floor);
    let wrong = wrong.map(|(name, floor)| {
        format!(
            "src/lib.rs: its documentation puts `{name}` on {}, the floor table on {}",
            at(*floor),
            at(floor_of(name))
        )
    });
    missing.chain(wrong).collect()
}

/// The floor on which a module of the crate's root stands.
pub fn floor_of(home: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == home).map(|(_, floor)| *floor)
}

fn at(floor: Option<u8>) -> String {
    floor.map_or("no floor".to_owned(), |floor| format!("floor {floor}"))
}

/// `//! | 1 | [`scan`] [`report`] | … |` as modules with their floor.
fn table_row(line: &str) -> Option<Vec<(String, Option<u8>)>> {
    let mut cells = line.strip_prefix("//! |")?.split('|').map(str::trim);
    let floor: u8 = cells.next()?.parse().ok()?;
    let names = cells.next()?.split("[`").skip(1);
    Some(names.filter_map(|name| Some((name.split_once('`')?.0.to_owned(), Some(floor)))).collect())
}

fn judge_import(home: Option<&str>, named: &Named) -> Option<String> {
    let home = home?;
    let (first, rest) = named.path.split_first()?;
    if first != "crate" {
        return None;
    }
    let Some(goal) = rest.first().filter(|word| *word != "*") else {
        return Some("names the crate's root, which hides the floor: name the module".to_owned());
    };
    if goal == home {
        return None;
    }
    let rule = match (floor_of(home), floor_of(goal)) {
        (_, None) => "the crate's root has no such floor",
        (Some(own), Some(other)) if other == own => "neighbours on a floor do not import each other",
        (Some(own), Some(other)) if other > own => "a floor imports only from lower floors",
        _ => return None,
    };
    Some(format!("{home} ({}) names crate::{goal} ({}): {rule}", at(floor_of(home)), at(floor_of(goal))))
}

fn judge_owner(file: &str, home: Option<&str>, named: &Named) -> Option<String> {
    let word = named.path.first()?;
    let belongs = |krate: &str| word == krate || word.strip_prefix(krate).is_some_and(|rest| rest.starts_with('_'));
    let (owner, _) = OWNED_CRATES.iter().find(|(_, crates)| crates.iter().any(|krate| belongs(krate)))?;
    let at_home = home == Some(*owner) || (*owner == "cli" && file == "src/main.rs");
    (!at_home).then(|| format!("names {word}: only src/{owner} knows that crate"))
}

fn judge_purity(home: Option<&str>, named: &Named) -> Option<String> {
    if home != Some("model") {
        return None;
    }
    let path: Vec<&str> = named.path.iter().map(String::as_str).filter(|word| *word != "*").collect();
    let closed = CLOSED_TO_THE_MODEL.iter().find(|closed| path.starts_with(closed) || closed.starts_with(&path))?;
    Some(format!(
        "the model names {}: it knows no disk, clock, network or process ({})",
        named.path.join("::"),
        closed.join("::")
    ))
}
