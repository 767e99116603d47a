//! A pasted error in words: what it means, what its number is, what to do, and what a bundle at hand says of it.

use std::io::Read;
use std::path::Path;

use super::explain::paragraph;
use super::{Exit, output};
use crate::model::escape::{printable, shortened, shown_path};
use crate::model::watch::Unwatched;
use crate::report::{WIDTH, hanging};
use crate::verdict::{Diagnosis, named, near};
use crate::workflow::{self, LoadOptions};

/// More than any log that somebody would paste.
const LONGEST: u64 = 64 << 20;
/// How much of an unknown text is shown.
const SHOWN: usize = 60;

/// The text on standard input.
pub(super) fn pasted() -> anyhow::Result<String> {
    let mut text = Vec::new();
    let read = std::io::stdin().lock().take(LONGEST).read_to_end(&mut text);
    read.map_err(|error| anyhow::anyhow!("standard input cannot be read: {error}"))?;
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// Prints what is known of an error, and what the bundle at `path` says of it.
pub(super) fn tell(diagnosis: &Diagnosis, path: Option<&Path>) -> anyhow::Result<Exit> {
    let mut paragraphs = vec![paragraph(&[diagnosis.id]), paragraph(&[diagnosis.means])];
    paragraphs.extend(diagnosis.number.as_deref().map(|number| paragraph(&[number])));
    paragraphs.extend(path.map(|path| in_the_bundle(diagnosis, path)).transpose()?.flatten());
    paragraphs.push(ways(diagnosis.ways));
    if let Some(rule) = diagnosis.rule {
        paragraphs.push(paragraph(&[&format!("bayplan check foresees it: {rule}")]));
    }
    if !diagnosis.also.is_empty() {
        let also = diagnosis.also.join(", ");
        paragraphs.push(paragraph(&[&format!("Also in the text: {also}; bayplan explain tells of each by its name")]));
    }
    paragraphs.push(paragraph(&[&format!("Source: {}", diagnosis.source)]));
    output::print(&paragraphs.join("\n"))?;
    Ok(Exit::Done)
}

fn in_the_bundle(diagnosis: &Diagnosis, path: &Path) -> anyhow::Result<Option<String>> {
    let loaded = workflow::load(path, &LoadOptions::default(), &Unwatched)?;
    let told = workflow::about(&loaded, &diagnosis.about);
    let name = shown_path(path);
    let lines: Vec<String> = std::iter::once(format!("In {}:", name.trim_end_matches(':'))).chain(told).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    Ok((lines.len() > 1).then(|| paragraph(&lines)))
}

fn ways(ways: &[String]) -> String {
    let numbered = (1..).zip(ways).flat_map(|(number, way)| hanging(&format!("{number}. "), way, WIDTH));
    let lines = std::iter::once("What to do, least harm first:".to_owned()).chain(numbered);
    lines.map(|line| line + "\n").collect()
}

/// What is said of the name of an error alone, by which AWS calls several.
pub(super) fn only_a_name(name: &str) -> anyhow::Error {
    let known = named(name);
    let known = if known.is_empty() { String::new() } else { format!("; it may be {}", known.join(", ")) };
    let name = shortened(&printable(name.as_bytes()));
    anyhow::anyhow!(
        "\"{name}\" is a word and no error's text{known}\npaste the whole line that it stands in, in quotes"
    )
}

/// What is said of a text that no known error matches.
pub(super) fn unknown(text: &str) -> anyhow::Error {
    let start: String = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect();
    let near = near(text);
    let near = if near.is_empty() { String::new() } else { format!("; near it: {}", near.join(", ")) };
    anyhow::anyhow!("not known: \"{}\"{near}\nbayplan explain lists what is known", printable(start.as_bytes()))
}
