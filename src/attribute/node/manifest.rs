//! A `package.json`, read with caps: files of strangers may be long, deep, broken, or say of everything what it is not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::names;
use super::parts::{Part, Text};
use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::EntryId;
use crate::model::escape::printable;
use crate::model::listing::Listing;
use crate::model::node::{NeedKind, NodeNeed};
use crate::model::problem::Problem;

/// Longer than any honest one.
const LONGEST: Bytes = Bytes(4 << 20);
/// More than any honest package asks for.
const MOST: usize = 5_000;
/// Longer versions and ranges are cut: they are shown, and compared as they are.
const LONGEST_TEXT: usize = 200;

/// What a `package.json` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    pub version: Option<String>,
    pub needs: Vec<NodeNeed>,
    pub is_module: bool,
    pub main: Option<String>,
    pub os: Vec<String>,
    pub cpu: Vec<String>,
    pub libc: Vec<String>,
    pub engines: Option<String>,
}

/// The parts that are asked for; everything else is skipped without being kept.
#[derive(Default)]
struct Raw<'a> {
    name: Part<'a>,
    version: Part<'a>,
    kind: Part<'a>,
    main: Part<'a>,
    os: Part<'a>,
    cpu: Part<'a>,
    libc: Part<'a>,
    engines: Part<'a>,
    needed: Part<'a>,
    optional: Part<'a>,
    peers: Part<'a>,
    peers_meta: Part<'a>,
}

impl<'a> Raw<'a> {
    fn part(&mut self, name: &str) -> Option<&mut Part<'a>> {
        Some(match name {
            "name" => &mut self.name,
            "version" => &mut self.version,
            "type" => &mut self.kind,
            "main" => &mut self.main,
            "os" => &mut self.os,
            "cpu" => &mut self.cpu,
            "libc" => &mut self.libc,
            "engines" => &mut self.engines,
            "dependencies" => &mut self.needed,
            "optionalDependencies" => &mut self.optional,
            "peerDependencies" => &mut self.peers,
            "peerDependenciesMeta" => &mut self.peers_meta,
            _ => return None,
        })
    }
}

struct RawVisitor;

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Raw<'de>, D::Error> {
        deserializer.deserialize_map(RawVisitor)
    }
}

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a table")
    }

    /// Of a name that stands twice the last counts, as it does for Node.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
        let mut raw = Raw::default();
        while let Some(Text(key)) = map.next_key()? {
            match raw.part(&key) {
                Some(part) => *part = map.next_value()?,
                None => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(raw)
    }
}

/// Reads one. What cannot be read or is not what it should be is said, and the rest still counts.
pub fn read(listing: &Listing, contents: &dyn Contents, file: EntryId) -> (Said, Vec<Problem>) {
    let mut problems = Problems { path: &|| listing.shown_path(file), found: Vec::new() };
    let said = match contents.read(listing, file, LONGEST) {
        Err(why) => problems.nothing(&why.to_string()),
        Ok(content) if !content.whole => problems.nothing("it is longer than 4 MB"),
        Ok(content) => parse(&content.bytes, &mut problems),
    };
    (said, problems.found)
}

struct Problems<'a> {
    path: &'a dyn Fn() -> String,
    found: Vec<Problem>,
}

impl Problems<'_> {
    fn add(&mut self, what: String) {
        self.found.push(Problem::unclear((self.path)(), what));
    }

    fn nothing(&mut self, why: &str) -> Said {
        self.add(format!("cannot be read, so the package's version and what it needs are not known: {why}"));
        Said::default()
    }
}

fn parse(bytes: &[u8], problems: &mut Problems<'_>) -> Said {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // Nearly all are UTF-8, which is told much faster than what is not is replaced.
    let text = std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed);
    let raw: Raw<'_> = match serde_json::from_str(&text) {
        Ok(raw) => raw,
        Err(error) => return problems.nothing(&printable(error.to_string().as_bytes())),
    };
    for (name, part) in [("name", &raw.name), ("version", &raw.version)] {
        if !matches!(part, Part::Missing | Part::Text(_)) {
            problems.add(format!("its {name} is no text"));
        }
    }
    Said {
        version: raw.version.text().map(short).filter(|version| !version.is_empty()),
        needs: needs(&raw, problems),
        is_module: raw.kind.text().map(str::trim) == Some("module"),
        main: raw.main.text().map(short),
        os: list(&raw.os),
        cpu: list(&raw.cpu),
        libc: list(&raw.libc),
        engines: raw.engines.get("node").and_then(Part::text).map(short),
    }
}

fn short(text: &str) -> String {
    let end = text.char_indices().nth(LONGEST_TEXT).map_or(text.len(), |(end, _)| end);
    printable(text[..end].trim().as_bytes())
}

/// A list of words, or one word.
fn list(part: &Part<'_>) -> Vec<String> {
    match part {
        Part::Text(one) => vec![short(one)],
        Part::List(several) => several.iter().filter_map(Part::text).take(50).map(short).collect(),
        _ => Vec::new(),
    }
}

/// What it asks for, by name. As npm does, what is optional overrides what is needed, and that a peer.
fn needs(raw: &Raw<'_>, problems: &mut Problems<'_>) -> Vec<NodeNeed> {
    let mut needs: BTreeMap<String, (String, NeedKind)> = BTreeMap::new();
    let is_optional = |name: &str| {
        matches!(raw.peers_meta.get(name).and_then(|meta| meta.get("optional")), Some(Part::Other { is_true: true }))
    };
    let tables = [
        ("peerDependencies", &raw.peers, NeedKind::Peer),
        ("dependencies", &raw.needed, NeedKind::Needed),
        ("optionalDependencies", &raw.optional, NeedKind::Optional),
    ];
    for (table, part, kind) in tables {
        let asked = match part {
            Part::Missing | Part::Null => continue,
            Part::Table(asked) => asked,
            // npm of old wrote an empty list.
            Part::List(empty) if empty.is_empty() => continue,
            _ => {
                problems.add(format!("its {table} is no table of names and versions"));
                continue;
            }
        };
        for (name, range) in asked {
            if names::folders(name).is_none() {
                problems.add(format!("its {table} asks for \"{}\", which is no name", short(name)));
                continue;
            }
            let kind = if kind == NeedKind::Peer && is_optional(name) { NeedKind::Optional } else { kind };
            needs.insert(printable(name.as_bytes()), (range.text().map_or(String::new(), short), kind));
        }
    }
    if needs.len() > MOST {
        problems.add(format!("it asks for {} packages; the first {MOST} are looked at", needs.len()));
    }
    let need = |(name, (range, kind))| NodeNeed { name, range, kind, found: None };
    needs.into_iter().take(MOST).map(need).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> (Said, Vec<String>) {
        let mut problems = Problems { path: &String::new, found: Vec::new() };
        let said = parse(text.as_bytes(), &mut problems);
        (said, problems.found.into_iter().map(|problem| problem.what).collect())
    }

    #[test]
    fn what_is_optional_overrides_what_is_needed_and_that_a_peer() {
        let (said, problems) = parsed(
            r#"{"version": "1", "peerDependencies": {"a": "^1", "b": "1", "c": "2"}, "dependencies": {"b": "2", "d": "1"},
                "optionalDependencies": {"d": "1"}, "peerDependenciesMeta": {"c": {"optional": true}}}"#,
        );
        let kinds: Vec<(&str, NeedKind)> = said.needs.iter().map(|need| (need.name.as_str(), need.kind)).collect();
        let expected =
            [("a", NeedKind::Peer), ("b", NeedKind::Needed), ("c", NeedKind::Optional), ("d", NeedKind::Optional)];
        assert_eq!((kinds.as_slice(), problems.len()), (&expected[..], 0));
    }

    #[test]
    fn what_is_hostile_is_said_and_the_rest_counts() {
        let deep = format!("{{\"version\": {}1{}}}", "[".repeat(9_000), "]".repeat(9_000));
        let ignored = format!("{{\"version\": \"1\", \"x\": {}1{}}}", "[".repeat(90_000), "]".repeat(90_000));
        for broken in ["", "{", "[]", "null", "\"x\"", "{\"version\": }", deep.as_str()] {
            let (said, problems) = parsed(broken);
            assert_eq!((said, problems.len()), (Said::default(), 1), "{:.40}", broken);
        }
        assert_eq!(parsed(&ignored).0.version.as_deref(), Some("1"), "what nobody asks for may be as deep as it likes");
        let (said, problems) = parsed(r#"{"version": {}, "dependencies": 7, "optionalDependencies": {"../x": "1"}}"#);
        assert_eq!((said.version, said.needs.len(), problems.len()), (None, 0, 3));
        assert_eq!(parsed("\u{feff}{\"version\": \"1\", \"version\": \"2\"}").0.version.as_deref(), Some("2"));
    }

    proptest::proptest! {
        #[test]
        fn no_text_stops_the_reader(text in "[ -~é]{0,60}|\\{(\"(version|dependencies|os|engines)\":[\\[\\]{}\"a1,: ]{0,12},?){0,4}\\}") {
            let _ = parsed(&text);
        }
    }
}
