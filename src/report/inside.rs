//! What files that were made of many hold, for people: the largest parts of each, and what the others come to.

use unicode_width::UnicodeWidthStr;

use super::Report;
use super::markdown::escaped;
use super::text::WIDTH;
use super::words::{cut, padded, wrapped};
use crate::model::bytes::{Bytes, group_digits};
use crate::model::entry::EntryId;
use crate::model::inside::{Breakdown, Inside, Named};

/// How many parts of a file a report names.
const MOST_PARTS: usize = 12;
/// How many files a report opens.
const MOST_FILES: usize = 10;
const WIDEST_NAME: usize = 50;

/// A file that was opened, as reports show it.
struct Opened<'a> {
    entry: EntryId,
    told: &'a Breakdown,
    length: Bytes,
}

/// The largest files first.
fn opened<'a>(report: &Report<'a>) -> Vec<Opened<'a>> {
    let told = report.bundle.insides().filter_map(|(entry, inside)| match inside {
        Inside::Told(told) => Some(Opened { entry, told, length: report.bundle.listing.length(entry) }),
        Inside::Closed(_) => None,
    });
    let mut opened: Vec<Opened<'a>> = told.collect();
    opened.sort_by_key(|it| (std::cmp::Reverse(it.length), it.entry));
    opened
}

impl Opened<'_> {
    /// `Inside index.js (612.3 kB), as the metafile meta.json tells; it stays one file`
    fn head(&self, name: &str) -> String {
        format!("Inside {name} ({}), as {} tells; it moves as one file", self.length, self.told.told_by.words())
    }

    /// Name, size and share of each part that is shown, the others summed up.
    fn lines(&self) -> Vec<(String, Bytes, String)> {
        let share = |bytes: Bytes| format!("{:.1} %", bytes.percent_of(self.length));
        let (shown, others) = self.told.parts.split_at(self.told.parts.len().min(MOST_PARTS));
        let mut lines: Vec<(String, Bytes, String)> =
            shown.iter().map(|part| (part.whose.title(), part.bytes, share(part.bytes))).collect();
        if !others.is_empty() {
            let bytes: Bytes = others.iter().map(|part| part.bytes).sum();
            lines.push((format!("{} more", group_digits(others.len() as u64)), bytes, share(bytes)));
        }
        lines
    }

    /// What is inside, but cannot be told apart.
    fn mingled(&self) -> Option<String> {
        let (shown, others) = self.told.mingled.split_at(self.told.mingled.len().min(MOST_PARTS));
        let names: Vec<String> = shown.iter().map(Named::title).collect();
        let more = if others.is_empty() { String::new() } else { format!(" and {} more", others.len()) };
        (!names.is_empty()).then(|| format!("mingled in it, bytes not told apart: {}{more}", names.join(", ")))
    }
}

fn more_files(opened: &[Opened<'_>]) -> Option<String> {
    let more = opened.len().saturating_sub(MOST_FILES);
    (more > 0)
        .then(|| format!("{} more files were opened; --format json tells of all of them", group_digits(more as u64)))
}

/// For the text; empty where nothing was opened.
pub(super) fn text(report: &Report<'_>) -> String {
    let opened = opened(report);
    let mut text = String::new();
    for file in opened.iter().take(MOST_FILES) {
        let name = report.bundle.listing.shown_path(file.entry);
        text.push_str(&format!("\n{}\n", wrapped(&file.head(&name), WIDTH).join("\n")));
        let lines = file.lines();
        let width = lines.iter().map(|(name, ..)| name.width()).max().unwrap_or(0).min(WIDEST_NAME);
        for (name, bytes, share) in lines {
            let name = padded(&cut(&name, width), width);
            text.push_str(&format!("  {name}{:>10}{share:>10}\n", bytes.to_string()));
        }
        text.extend(file.mingled().map(|words| format!("  {}\n", wrapped(&words, WIDTH - 2).join("\n  "))));
    }
    text.extend(more_files(&opened).map(|words| format!("{words}\n")));
    text
}

/// For Markdown; empty where nothing was opened.
pub(super) fn markdown(report: &Report<'_>) -> String {
    let opened = opened(report);
    let mut text = String::new();
    for file in opened.iter().take(MOST_FILES) {
        let name = report.bundle.listing.shown_path(file.entry);
        text.push_str(&format!("\n<details><summary>{}</summary>\n\n", escaped(&file.head(&name))));
        text.push_str("| part | unzipped | of the file |\n|---|---:|---:|\n");
        for (name, bytes, share) in file.lines() {
            text.push_str(&format!("| {} | {bytes} | {share} |\n", escaped(&name)));
        }
        text.extend(file.mingled().map(|words| format!("\n{}\n", escaped(&words))));
        text.push_str("\n</details>\n");
    }
    text.extend(more_files(&opened).map(|words| format!("\n{words}\n")));
    text
}
