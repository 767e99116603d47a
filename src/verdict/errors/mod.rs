//! What AWS, its tools and its runtimes answer, and what that means: `assets/errors.toml`, for people who paste an error
//! as they found it, in a log, a terminal or another tool's words.
//!
//! Blanks do not count on either side: terminals and logs break lines anywhere, also inside a word.

mod numbers;
mod pasted;

use std::sync::LazyLock;

use regex::bytes::{Captures, Regex, RegexBuilder};
use serde::Deserialize;

use numbers::Number;

/// Longer texts are looked at in their beginning and their end only.
const LONGEST: usize = 16 << 20;
/// How many known errors are named when none matches.
const MOST_NEAR: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Catalogue {
    error: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    id: String,
    pattern: String,
    means: String,
    #[serde(default)]
    number: Option<Number>,
    ways: Vec<String>,
    #[serde(default)]
    about: Option<Subject>,
    #[serde(default)]
    rule: Option<String>,
    source: String,
}

/// What a bundle at hand can be asked for.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Subject {
    Module,
    Library,
    Sizes,
    Layers,
}

/// What an error is about, as far as its text tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A module or package that was not found, as the error names it.
    Module(String),
    /// A shared library that was not found.
    Library(String),
    /// What function and layers weigh.
    Sizes,
    /// The layers.
    Layers,
    /// Nothing that a bundle could tell.
    Nothing,
}

/// A pasted error, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// Which known error it is.
    pub id: &'static str,
    /// What it means.
    pub means: &'static str,
    /// What the number in it is.
    pub number: Option<String>,
    /// What to do, least harm first.
    pub ways: &'static [String],
    /// The rule that foresees it.
    pub rule: Option<&'static str>,
    /// Who says so.
    pub source: &'static str,
    /// What a bundle can be asked for.
    pub about: About,
    /// The other known errors that stand elsewhere in the text.
    pub also: Vec<&'static str>,
}

struct Known {
    pattern: Regex,
    entry: Entry,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let text = include_str!("../../../assets/errors.toml");
    let catalogue: Catalogue = toml::from_str(text).expect("assets/errors.toml is compiled in and tested");
    catalogue.error.into_iter().map(known).collect()
});

/// Patterns look at bytes, and whatever is beyond ASCII counts as a letter: the tables of all the world's letters would
/// take a hundred times as long to make as the search takes.
fn known(entry: Entry) -> Known {
    let pattern = squeezed(&entry.pattern).replace(r"\w", r"\w\x80-\xFF");
    let pattern = RegexBuilder::new(&pattern).case_insensitive(true).unicode(false).build();
    Known { pattern: pattern.expect("assets/errors.toml is compiled in and tested"), entry }
}

/// Without blanks, and with straight quotation marks.
fn squeezed(text: &str) -> String {
    let straight = |letter: char| if matches!(letter, '‘' | '’' | '“' | '”') { '\'' } else { letter };
    text.chars().filter(|letter| !letter.is_whitespace() && !letter.is_control()).map(straight).collect()
}

/// Understands a pasted error, colours taken off; `None`: it is none that is known.
pub fn diagnose(text: &str) -> Option<Diagnosis> {
    let text = squeezed(&pasted::plain(&bounded(text)));
    let found = KNOWN.iter().filter_map(|known| Some((known, known.pattern.captures(text.as_bytes())?)));
    let length = |captures: &Captures<'_>| captures.get(0).map_or(0, |whole| whole.len());
    // Of equally long matches the first stands; max_by_key would take the last.
    let found: Vec<(&'static Known, Captures<'_>)> = found.collect();
    let (known, captures) =
        found.iter().reduce(|best, next| if length(&next.1) > length(&best.1) { next } else { best })?;
    let whole = captures.get(0)?.range();
    let is_apart =
        |other: &Captures<'_>| other.get(0).is_some_and(|it| it.end() <= whole.start || it.start() >= whole.end);
    let also = found.iter().filter(|(_, other)| is_apart(other)).map(|(known, _)| known.entry.id.as_str()).collect();
    Some(Diagnosis { also, ..known.diagnosis(captures) })
}

fn bounded(text: &str) -> String {
    if text.len() <= LONGEST {
        return text.to_owned();
    }
    let (half, letters) = (LONGEST / 2, text.chars().count());
    text.chars().take(half).chain(text.chars().skip(letters.saturating_sub(half))).collect()
}

impl Known {
    fn diagnosis(&'static self, captures: &Captures<'_>) -> Diagnosis {
        let entry = &self.entry;
        let named = |name| captures.name(name).map(|found| String::from_utf8_lossy(found.as_bytes()).into_owned());
        let about = match entry.about {
            Some(Subject::Module) => named("module").map_or(About::Nothing, About::Module),
            Some(Subject::Library) => named("library").map_or(About::Nothing, About::Library),
            Some(Subject::Sizes) => About::Sizes,
            Some(Subject::Layers) => About::Layers,
            None => About::Nothing,
        };
        Diagnosis {
            id: &entry.id,
            means: &entry.means,
            number: entry.number.and_then(|number| number.told(captures)),
            ways: &entry.ways,
            rule: entry.rule.as_deref(),
            source: &entry.source,
            about,
            also: Vec::new(),
        }
    }
}

/// The known errors whose words a text shares most of, the nearest first.
pub fn near(text: &str) -> Vec<&'static str> {
    let words = words(&bounded(text));
    let shared = |known: &Known| self::words(&known.entry.pattern).iter().filter(|word| words.contains(word)).count();
    let mut near: Vec<(usize, &str)> = KNOWN.iter().map(|known| (shared(known), known.entry.id.as_str())).collect();
    near.sort_by_key(|(shared, _)| std::cmp::Reverse(*shared));
    near.into_iter().filter(|(shared, _)| *shared > 0).take(MOST_NEAR).map(|(_, id)| id).collect()
}

/// The known errors that a word names, by their text or by who answers them.
pub fn named(word: &str) -> Vec<&'static str> {
    let word = word.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&word);
    let named = KNOWN.iter().filter(|known| has(&known.entry.pattern) || has(&known.entry.source));
    named.map(|known| known.entry.id.as_str()).take(MOST_NEAR).collect()
}

/// Every known error with what it means, for a list.
pub fn known_errors() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.iter().map(|known| (known.entry.id.as_str(), known.entry.means.as_str()))
}

/// The understanding of a known error by its id, without a text.
pub fn known_error(id: &str) -> Option<Diagnosis> {
    let nothing = Regex::new("").ok()?;
    let captures = nothing.captures(b"")?;
    KNOWN.iter().find(|known| known.entry.id == id).map(|known| known.diagnosis(&captures))
}

/// Words long enough to mean something.
fn words(text: &str) -> Vec<String> {
    let words = text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| word.len() > 3);
    let mut words: Vec<String> = words.map(str::to_lowercase).collect();
    words.sort_unstable();
    words.dedup();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_error_foresees_itself_by_a_rule_that_exists() {
        for known in KNOWN.iter() {
            let rule = known.entry.rule.as_deref();
            assert!(rule.is_none_or(|rule| super::super::explain(rule).is_some()), "{}: {rule:?}", known.entry.id);
            assert!(!known.entry.ways.is_empty() && !known.entry.source.is_empty(), "{}", known.entry.id);
        }
    }

    #[test]
    fn a_text_of_any_length_is_understood_from_its_ends() {
        let long = format!("{}No module named 'scipy'", "x".repeat(LONGEST));
        assert_eq!(diagnose(&long).unwrap().about, About::Module("scipy".to_owned()));
    }

    #[test]
    fn names_may_have_letters_of_any_script() {
        let about = diagnose("Unable to import module ‘app’: No module named ‘größe.日本’").unwrap().about;
        assert_eq!(about, About::Module("größe.日本".to_owned()));
    }
}
