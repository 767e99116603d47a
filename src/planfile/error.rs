//! Why a plan, a lock or a file of keys cannot be read: what is wrong, where, and the place itself with a caret below it.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::model::escape::printable;
use crate::model::spelling::nearest;

/// How much of a line is shown; a hostile file may be one line of ten megabytes.
const WIDEST_EXCERPT: usize = 76;

/// A plan, a lock or a file of keys that cannot be read. Fit to print; `Display` is up to three lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do, in one line.
    pub message: String,
    excerpt: String,
    caret: Range<usize>,
}

impl PlanError {
    /// An error about a range of the text's bytes.
    pub fn at(text: &str, span: Range<usize>, message: impl Into<String>) -> PlanError {
        let start = floor_boundary(text, span.start.min(text.len()));
        let end = floor_boundary(text, span.end.clamp(start, text.len()));
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let before = tail(&text[line_start..start]);
        let marked = head(&text[start..end.min(line_end)], WIDEST_EXCERPT / 2);
        let after = head(&text[start + marked.len()..line_end], WIDEST_EXCERPT / 4);
        let indent = shown(before).width();
        PlanError {
            line: text[..start].matches('\n').count() + 1,
            column: text[line_start..start].chars().count() + 1,
            message: shown(&message.into()),
            excerpt: shown(&format!("{before}{marked}{after}")),
            caret: indent..indent + shown(marked).width().max(1),
        }
    }

    /// An error about the text as a whole, for which no place can be shown.
    pub fn whole(message: impl Into<String>) -> PlanError {
        PlanError { line: 1, column: 1, message: shown(&message.into()), excerpt: String::new(), caret: 0..0 }
    }

    /// The error of the TOML reader, in our shape.
    pub fn from_toml(text: &str, error: &toml::de::Error) -> PlanError {
        let message = error.message().split('\n').map(str::trim).collect::<Vec<_>>().join("; ");
        PlanError::at(text, error.span().unwrap_or(0..0), plain(&message))
    }
}

impl fmt::Display for PlanError {
    /// `14:12: what is wrong`, to be put after the file's name and a colon, and the line with its caret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)?;
        if !self.excerpt.trim().is_empty() {
            let indent = " ".repeat(self.caret.start);
            let carets = "^".repeat(self.caret.len());
            write!(f, "\n  {}\n  {indent}{carets}", self.excerpt.trim_end())?;
        }
        Ok(())
    }
}

impl std::error::Error for PlanError {}

/// What the reader of TOML expects, in its words and in those of people who write TOML.
const EXPECTED: [(&str, &str); 9] = [
    ("a sequence", "a list such as [\"a\", \"b\"]"),
    ("a map", "a table"),
    ("a boolean", "true or false"),
    ("a string", "a text in quotes"),
    ("i64", "a whole number"),
    ("u64", "a whole number from 0 on"),
    ("u8", "a whole number from 0 to 255"),
    ("usize", "a whole number from 0 on"),
    ("f64", "a number"),
];

/// The reader's message without its words for types, and with the field that may have been meant.
fn plain(message: &str) -> String {
    if let Some((what, expected)) = message.rsplit_once("expected ") {
        if what.starts_with("invalid type") || what.starts_with("invalid value") {
            let known = EXPECTED.iter().find(|(words, _)| *words == expected.trim());
            let table = expected.starts_with("struct ").then_some("a table");
            let wanted = known.map(|(_, words)| *words).or(table).unwrap_or(expected);
            let found = what.replacen("type: sequence", "type: list", 1).replacen("type: map", "type: table", 1);
            return format!("{found}expected {wanted}");
        }
        if what.starts_with("unknown field") {
            let mut quoted = message.split('`').skip(1).step_by(2);
            let written = quoted.next().unwrap_or_default();
            let near = nearest(written, quoted.map(|field| (field, field)));
            if let Some(near) = near.first() {
                return format!("unknown field `{written}`; did you mean `{near}`? expected {expected}");
            }
        }
    }
    message.to_owned()
}

/// Text fit to print. A backslash stays single: this is for reading, not for telling names apart.
fn shown(text: &str) -> String {
    let spaced = text.replace('\t', " ").replace('\r', "");
    spaced.split('\\').map(|part| printable(part.as_bytes())).collect::<Vec<_>>().join("\\")
}

fn floor_boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The last characters before the place.
fn tail(before: &str) -> &str {
    let skipped = before.chars().count().saturating_sub(WIDEST_EXCERPT / 2);
    before.char_indices().nth(skipped).map_or("", |(at, _)| &before[at..])
}

fn head(text: &str, characters: usize) -> &str {
    text.char_indices().nth(characters).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_shows_its_place() {
        let text = "version = 1\n[layer.a]\npackages = [\"größe\", \"b\"]\n";
        let at = text.find("\"b\"").unwrap();
        let error = PlanError::at(text, at..at + 3, "wrong");
        let lines = ["3:22: wrong", "  packages = [\"größe\", \"b\"]", "                       ^^^"];
        assert_eq!(error.to_string(), lines.join("\n"));
    }

    #[test]
    fn a_line_of_megabytes_is_cut_and_nothing_raw_gets_out() {
        let text = format!("{}\u{1b}[31m{}", "x".repeat(3_000_000), "y".repeat(3_000_000));
        let shown = PlanError::at(&text, 3_000_000..3_000_001, "\u{1b}[2J").to_string();
        assert!(shown.len() < 500 && !shown.contains('\u{1b}'), "{shown}");
    }

    #[test]
    fn a_place_beyond_the_text_is_its_end() {
        assert_eq!(PlanError::at("", 5..9, "empty").to_string(), "1:1: empty");
        assert_eq!(PlanError::at("ä", 1..9, "inside a character").line, 1);
    }
}
