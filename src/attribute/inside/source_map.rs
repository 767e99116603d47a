//! Reads a source map, as much of it as tells which source each byte of a file comes from. The sources' own text, which
//! makes up most of a map, is passed over as it streams by and takes no memory.

use std::fmt;
use std::io::Read;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::mappings;
use super::origin::whose;
use crate::model::bytes::Bytes;
use crate::model::inside::{Breakdown, ToldBy, Whose};

/// The part of a source map that counts here. What else it has is skipped.
#[derive(Deserialize)]
struct SourceMap {
    version: u32,
    #[serde(default, rename = "sourceRoot")]
    root: Option<String>,
    #[serde(default, deserialize_with = "few")]
    sources: Vec<Option<String>>,
    #[serde(default)]
    mappings: Option<String>,
    /// Maps of maps, which no bundler writes for Lambda.
    #[serde(default)]
    sections: Option<serde::de::IgnoredAny>,
}

/// More sources than any bundler was ever given.
const MOST_SOURCES: usize = 100_000;

/// A list, up to that length: a short text makes a long list, and a list takes many times the memory of its text.
fn few<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Option<String>>, D::Error> {
    struct Few;

    impl<'de> Visitor<'de> for Few {
        type Value = Vec<Option<String>>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MOST_SOURCES} sources")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
            let mut sources = Vec::new();
            while let Some(source) = list.next_element()? {
                if sources.len() == MOST_SOURCES {
                    return Err(A::Error::invalid_length(MOST_SOURCES + 1, &self));
                }
                sources.push(source);
            }
            Ok(sources)
        }
    }

    deserializer.deserialize_seq(Few)
}

/// The breakdown of `text` by the map that `map` streams; `Err`: why it tells nothing, as a phrase.
pub fn breakdown(map: impl Read, text: &str, told_by: ToldBy) -> Result<Breakdown, String> {
    let map: SourceMap =
        serde_json::from_reader(std::io::BufReader::new(map)).map_err(|error| super::broken(&error))?;
    if map.version != 3 || map.sections.is_some() {
        return Err("is a source map of a kind that is not read: only version 3 without sections is".to_owned());
    }
    let Some(mappings) = map.mappings else { return Err("is no source map: it has no mappings".to_owned()) };
    let bytes = mappings::bytes_of_sources(&mappings, text, map.sources.len())
        .map_err(|why| format!("tells nothing of the file: {why}"))?;
    let root = map.root.unwrap_or_default();
    let path = |source: &Option<String>| source.as_ref().map(|source| format!("{root}{source}")).unwrap_or_default();
    let claims = map.sources.iter().zip(bytes).filter(|(_, bytes)| *bytes > 0);
    let claims = claims.map(|(source, bytes)| (whose(&path(source)), Bytes(bytes)));
    let claims = claims.chain((told_by == ToldBy::InlineSourceMap).then(|| (Whose::Map, own_length(text))));
    let length = Bytes(text.len() as u64);
    Breakdown::of(told_by, length, claims).ok_or_else(|| "claims more than the file has".to_owned())
}

/// Where a file says that its map is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Link<'a> {
    /// In the file: JSON in base 64.
    Inline(&'a str),
    /// In a file of that name.
    File(&'a str),
}

/// How far from the end the comment that names the map may begin, where it is not the map itself.
const LAST_LINES: usize = 4096;
const COMMENTS: [&str; 2] = ["//# sourceMappingURL=", "//@ sourceMappingURL="];

/// Where the last comment of that kind in the file begins, and how.
fn comment(text: &str) -> Option<(usize, &'static str)> {
    COMMENTS.into_iter().filter_map(|comment| Some((text.rfind(comment)?, comment))).max()
}

/// The bytes of an inline map with its comment.
fn own_length(text: &str) -> Bytes {
    Bytes(comment(text).map_or(0, |(at, _)| text.len() - at) as u64)
}

/// What the last comment of that kind in the file says.
pub fn link(text: &str) -> Option<Link<'_>> {
    let (at, comment) = comment(text)?;
    let url = text[at + comment.len()..].lines().next().unwrap_or_default().trim();
    match url.strip_prefix("data:") {
        Some(data) => data.split_once(";base64,").map(|(_, map)| Link::Inline(map)),
        None if text.len() - at > LAST_LINES || url.is_empty() => None,
        None => Some(Link::File(url)),
    }
}

/// The bytes of an inline map.
pub fn inline(map: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(map).map_err(|_| "has a source map inside of it that is not in base 64".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(map: &str, text: &str) -> Result<Vec<(String, u64)>, String> {
        let told = breakdown(map.as_bytes(), text, ToldBy::SourceMap("index.js.map".to_owned()))?;
        Ok(told.parts.iter().map(|part| (part.whose.title(), part.bytes.0)).collect())
    }

    #[test]
    fn a_map_breaks_its_file_down_to_the_byte() {
        let map = r#"{"version":3,"sources":["webpack://x/./node_modules/a/i.js","./src/app.ts",null],
                      "sourcesContent":["a very long text",null],"names":["x"],"mappings":"AAAA,ICAA;EAAA"}"#;
        let expected = [("your own sources", 8), ("npm:a", 4), ("the file itself", 2)];
        assert_eq!(told(map, "aaaabbbb\n  bb\n").unwrap(), expected.map(|(title, bytes)| (title.to_owned(), bytes)));
    }

    #[test]
    fn what_is_no_map_of_the_file_says_why() {
        for (map, why) in [
            ("{", "no JSON"),
            ("[]", "not say what was looked for"),
            (r#"{"version":2,"mappings":""}"#, "version 3"),
            (r#"{"version":3,"sections":[]}"#, "without sections"),
            (r#"{"version":3,"sources":[]}"#, "no mappings"),
            (r#"{"version":3,"sources":[],"mappings":"AAAA"}"#, "cannot be read"),
            (r#"{"version":3,"sources":["a"],"mappings":";;;;AAAA"}"#, "another build"),
        ] {
            let told = told(map, "text").unwrap_err();
            assert!(told.contains(why), "{map}: {told}");
        }
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        let deep = format!(r#"{{"version":3,"mappings":"","x":{}"#, "[".repeat(1_000_000));
        assert!(told(&deep, "").is_err());
    }

    #[test]
    fn a_list_of_sources_has_an_end() {
        let map =
            |count: usize| format!(r#"{{"version":3,"sources":[{}"a"],"mappings":"AAAA"}}"#, "\"\",".repeat(count));
        assert!(told(&map(MOST_SOURCES - 1), "x").is_ok());
        let why = told(&map(MOST_SOURCES), "x").unwrap_err();
        assert!(why.contains("at most 100000 sources"), "{why}");
    }

    #[test]
    fn the_last_comment_names_the_map() {
        assert_eq!(link("x\n//# sourceMappingURL=index.js.map\n"), Some(Link::File("index.js.map")));
        assert_eq!(
            link("x//# sourceMappingURL=data:application/json;charset=utf-8;base64,e30="),
            Some(Link::Inline("e30="))
        );
        assert_eq!(link("//# sourceMappingURL=a\n//# sourceMappingURL=b"), Some(Link::File("b")));
        assert_eq!(link("no map"), None);
        let old = format!("//# sourceMappingURL=a\n{}", "x".repeat(5000));
        assert_eq!(link(&old), None, "of a file that was bundled into this one");
    }
}
