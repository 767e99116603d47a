//! Parts of a `package.json` while they are looked at: whatever they are, their texts lie where they were read.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// One part.
#[derive(Debug, Default, PartialEq)]
pub enum Part<'a> {
    /// It is not there.
    #[default]
    Missing,
    /// `null`.
    Null,
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Part<'a>>),
    /// A table, in the order of its names. Of a name that stands twice the last counts.
    Table(Vec<(Cow<'a, str>, Part<'a>)>),
    /// A number, or yes or no.
    Other {
        /// Whether it is `true`.
        is_true: bool,
    },
}

impl Part<'_> {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Part::Text(text) = self { Some(text) } else { None }
    }

    /// What a table has under a name.
    pub fn get(&self, name: &str) -> Option<&Self> {
        let Part::Table(table) = self else { return None };
        table.binary_search_by(|(known, _)| (**known).cmp(name)).ok().map(|place| &table[place].1)
    }
}

/// A text that is copied only where it was written with escapes.
pub struct Text<'a>(pub Cow<'a, str>);

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'de>, D::Error> {
        match Part::deserialize(deserializer)? {
            Part::Text(text) => Ok(Text(text)),
            _ => Err(D::Error::custom("a name is no text")),
        }
    }
}

impl<'de> Deserialize<'de> for Part<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Part<'de>, D::Error> {
        deserializer.deserialize_any(PartVisitor)
    }
}

struct PartVisitor;

impl<'de> Visitor<'de> for PartVisitor {
    type Value = Part<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Part<'de>, E> {
        Ok(Part::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Part<'de>, E> {
        Ok(Part::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_bool<E: Error>(self, is_true: bool) -> Result<Part<'de>, E> {
        Ok(Part::Other { is_true })
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Part<'de>, E> {
        Ok(Part::Other { is_true: false })
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Part<'de>, E> {
        Ok(Part::Other { is_true: false })
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<Part<'de>, E> {
        Ok(Part::Other { is_true: false })
    }

    fn visit_unit<E: Error>(self) -> Result<Part<'de>, E> {
        Ok(Part::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Part<'de>, A::Error> {
        let mut parts = Vec::new();
        while let Some(part) = list.next_element()? {
            parts.push(part);
        }
        Ok(Part::List(parts))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Part<'de>, A::Error> {
        let mut parts: Vec<(Cow<'de, str>, Part<'de>)> = Vec::new();
        while let Some((Text(name), part)) = map.next_entry()? {
            parts.push((name, part));
        }
        // Stable, so that of equal names the last written stands last.
        parts.sort_by(|(one, _), (other, _)| one.cmp(other));
        parts.dedup_by(|later, kept| {
            let is_again = later.0 == kept.0;
            if is_again {
                std::mem::swap(later, kept);
            }
            is_again
        });
        Ok(Part::Table(parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_name_that_stands_twice_the_last_counts() {
        let part: Part<'_> =
            serde_json::from_str(r#"{"b": "1", "a": ["x", 1], "b": "2\u0041", "b": true, "c": null}"#).unwrap();
        let Part::Table(table) = &part else { panic!("{part:?}") };
        assert_eq!(table.iter().map(|(name, _)| name.as_ref()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(part.get("b"), Some(&Part::Other { is_true: true }));
        assert_eq!((part.get("c"), part.get("d")), (Some(&Part::Null), None));
        let Some(Part::List(list)) = part.get("a") else { panic!("{part:?}") };
        assert_eq!(list.iter().map(Part::text).collect::<Vec<_>>(), [Some("x"), None]);
    }
}
