//! A plan becomes text: a new file in its canonical order, or the old one with only what changed changed.

use std::collections::BTreeSet;

use toml_edit::{DocumentMut, Item, Table, TableLike};

use super::canon::{self, Spelling};
use super::merge::{self, Orphans, Wanted};
use super::parse_plan;
use crate::model::plan::Plan;

/// The plan as text. `previous` is the file as it is now; its comments, order and layout are kept. Reading the result
/// gives the plan again.
pub fn render_plan(plan: &Plan, previous: Option<&str>) -> String {
    let fresh = || canon::document(plan, Spelling::Changed).to_string();
    let Some(previous) = previous else { return fresh() };
    match parse_plan(previous) {
        Ok(before) if before == *plan => previous.to_owned(),
        Ok(_) => merged(plan, previous).unwrap_or_else(fresh),
        Err(_) => fresh(),
    }
}

/// The old text with the plan in it; `None` if it would not be read back as this plan, which must not be written.
fn merged(plan: &Plan, previous: &str) -> Option<String> {
    let mut document: DocumentMut = previous.parse().ok()?;
    let [mut all, mut changed] = [Spelling::All, Spelling::Changed].map(|spelling| canon::document(plan, spelling));
    for wanted in [&mut all, &mut changed] {
        spell_rules_as(&document, wanted);
    }
    rename_function(document.as_table_mut(), plan);
    rename_layers(document.as_table_mut(), all.as_table());
    let present: BTreeSet<String> = document.iter().map(|(key, _)| key.to_owned()).collect();
    let mut orphans = Orphans::default();
    let wanted = Wanted { all: all.as_table(), changed: Some(changed.as_table()) };
    merge::merge_table(document.as_table_mut(), wanted, &mut orphans);
    place_new_tables(document.as_table_mut(), all.as_table(), &present);
    append_comments(&mut document, &orphans);
    let text = with_line_ends_of(previous, document.to_string());
    (parse_plan(&text).as_ref() == Ok(plan)).then_some(text)
}

/// A rule that the old file names in quotation marks, `"size.joint"`, stays named so.
fn spell_rules_as(previous: &DocumentMut, wanted: &mut DocumentMut) {
    let Some(old) = rules_of(previous.as_table()) else { return };
    let quoted: Vec<&str> = old.iter().map(|(id, _)| id).filter(|id| id.contains('.')).collect();
    let Some(rules) = wanted.get_mut("check").and_then(|check| check.get_mut("rules")).and_then(Item::as_table_mut)
    else {
        return;
    };
    for id in quoted {
        let Some((family, name)) = id.split_once('.') else { continue };
        let Some(table) = rules.get_mut(family).and_then(Item::as_table_mut) else { continue };
        if let Some(level) = table.remove(name) {
            if table.is_empty() {
                rules.remove(family);
            }
            rules.insert(id, level);
        }
    }
}

fn rules_of(document: &Table) -> Option<&dyn TableLike> {
    document.get("check")?.get("rules")?.as_table_like()
}

fn rename_function(document: &mut Table, plan: &Plan) {
    let Some(functions) = document.get_mut("function").and_then(Item::as_table_mut) else { return };
    let old = functions.iter().map(|(name, _)| name.to_owned()).next();
    if let Some(old) = old.filter(|old| *old != plan.function.name) {
        merge::rename(functions, &old, &plan.function.name);
    }
}

/// A layer that is gone and a new one with the same content are one layer with another name.
fn rename_layers(document: &mut Table, wanted: &Table) {
    let (Some(old), Some(new)) =
        (document.get_mut("layer").and_then(Item::as_table_mut), wanted.get("layer").and_then(Item::as_table))
    else {
        return;
    };
    let gone: Vec<String> =
        old.iter().map(|(name, _)| name.to_owned()).filter(|name| !new.contains_key(name)).collect();
    let mut added: Vec<&str> = new.iter().map(|(name, _)| name).filter(|name| !old.contains_key(name)).collect();
    for from in gone {
        let twin = added.iter().position(|to| content_of(&old[&from]) == content_of(&new[to]));
        if let Some(twin) = twin {
            merge::rename(old, &from, added.remove(twin));
        }
    }
}

/// What makes a layer the same layer: its ARN, or the packages in it.
fn content_of(layer: &Item) -> (Option<&str>, BTreeSet<&str>) {
    let arn = layer.get("arn").and_then(Item::as_str);
    let packages = layer.get("packages").and_then(Item::as_array);
    (arn, packages.into_iter().flat_map(|packages| packages.iter().filter_map(|package| package.as_str())).collect())
}

/// A table that the old file lacked goes behind the one that comes before it in the canonical order.
fn place_new_tables(document: &mut Table, wanted: &Table, present: &BTreeSet<String>) {
    let mut position = None;
    for (key, _) in wanted.iter() {
        let Some(item) = document.get_mut(key) else { continue };
        match position {
            Some(position) if !present.contains(key) => merge::set_position(item, position),
            _ => position = merge::last_position(item).or(position),
        }
    }
}

/// Comments of things that are gone may still matter to somebody.
fn append_comments(document: &mut DocumentMut, orphans: &Orphans) {
    if orphans.0.is_empty() {
        return;
    }
    let mut trailing = document.trailing().as_str().unwrap_or_default().to_owned();
    if !trailing.is_empty() && !trailing.ends_with('\n') {
        trailing.push('\n');
    }
    let comments = orphans.0.join("\n");
    document.set_trailing(format!("{trailing}\n{comments}\n"));
}

fn with_line_ends_of(previous: &str, text: String) -> String {
    if previous.contains("\r\n") { text.replace("\r\n", "\n").replace('\n', "\r\n") } else { text }
}
