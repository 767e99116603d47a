//! One line of `Requires-Dist`: `scipy[fast] >=1.5 ; python_version < "3.12"`.
//!
//! The line is taken apart here, because the parser of `pep508_rs` gives up the program on some lines that strangers may
//! write (`a. (`) and puts this machine's variables into addresses. Names, versions and comparisons are its and
//! `pep440_rs`'s.

use std::str::FromStr;
use std::sync::LazyLock;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{ExtraName, PackageName};

use super::environment::Environments;
use super::marker::{Holds, Marker};
use crate::model::target::Target;

/// A requirement, read.
#[derive(Clone, Debug)]
pub(super) struct Requirement {
    /// The distribution's name, normalised.
    pub name: String,
    /// The extras that it asks the distribution for.
    pub extras: Vec<ExtraName>,
    specifiers: Option<VersionSpecifiers>,
    marker: Marker,
}

/// Whether the version that is there is one that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It is, or any would do.
    Fits,
    /// It is not.
    Outside,
    /// It has no version that can be compared, or an address was asked for instead of a version.
    NotKnown,
}

impl Requirement {
    /// Reads one line; what is wrong with it as a phrase.
    pub fn read(text: &str, environments: &Environments) -> Result<Requirement, String> {
        let (head, marker) = parts(text);
        let (name, rest) = head.trim().split_at(name_length(head.trim()));
        let name = named(name, PackageName::from_str)?;
        let (extras, rest) = extras(rest.trim())?;
        let specifiers = if rest.starts_with('@') { None } else { Some(specifiers(rest)?) };
        let marker = marker.map(|marker| Marker::read(marker, environments)).transpose()?;
        Ok(Requirement { name: name.to_string(), extras, specifiers, marker: marker.unwrap_or_default() })
    }

    /// Whether its marker asks for extras.
    pub fn asks_for_extras(&self) -> bool {
        self.marker.asks_for_extras()
    }

    /// When it counts.
    pub fn holds(&self, environments: &Environments, extras: &[ExtraName]) -> Holds {
        self.marker.holds(environments, extras)
    }

    /// Whether a version would do. Which versions are previews plays no part: it is there already.
    pub fn fit(&self, version: Option<&Version>) -> Fit {
        match (&self.specifiers, version) {
            (Some(specifiers), _) if specifiers.is_empty() => Fit::Fits,
            (Some(specifiers), Some(version)) if specifiers.contains(version) => Fit::Fits,
            (Some(_), Some(_)) => Fit::Outside,
            _ => Fit::NotKnown,
        }
    }
}

/// What is asked for, and under which condition. An address may hold semicolons; there one behind a space counts.
fn parts(text: &str) -> (&str, Option<&str>) {
    let semicolon = match (text.find('@'), text.find(';')) {
        (Some(at), Some(semicolon)) if at < semicolon => text.find(" ;").map(|space| space + 1),
        (_, semicolon) => semicolon,
    };
    match semicolon {
        Some(place) => (&text[..place], Some(&text[place + 1..])),
        None => (text, None),
    }
}

/// A name, which is never empty.
fn named<Name, Flaw>(text: &str, read: impl Fn(&str) -> Result<Name, Flaw>) -> Result<Name, String> {
    let flaw = || format!("\"{text}\" is no name");
    if text.is_empty() { Err(flaw()) } else { read(text).map_err(|_| flaw()) }
}

/// Where the name ends.
fn name_length(text: &str) -> usize {
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.');
    text.find(|letter| !is_part(letter)).unwrap_or(text.len())
}

/// `[fast, docs] >=1` as the extras and the rest.
fn extras(text: &str) -> Result<(Vec<ExtraName>, &str), String> {
    let Some(inside) = text.strip_prefix('[') else { return Ok((Vec::new(), text)) };
    let (names, rest) = inside.split_once(']').ok_or("the list of extras is never closed")?;
    let read = |name: &str| named(name.trim(), ExtraName::from_str);
    let extras = if names.trim().is_empty() { Ok(Vec::new()) } else { names.split(',').map(read).collect() };
    Ok((extras?, rest.trim()))
}

/// `>=1.5,<2`, with or without parentheses.
fn specifiers(text: &str) -> Result<VersionSpecifiers, String> {
    let inside = match text.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')').ok_or("a parenthesis is never closed")?,
        None => text,
    };
    match inside.trim() {
        "" => Ok(VersionSpecifiers::empty()),
        text => VersionSpecifiers::from_str(text).map_err(|_| format!("\"{text}\" names no versions")),
    }
}

/// What is wrong with a line of `Requires-Dist`, as a phrase; `None` if it can be read. Hangs on no target.
pub fn flaw(text: &str) -> Option<String> {
    static ANY: LazyLock<Environments> = LazyLock::new(|| Environments::of(&Target::default()));
    Requirement::read(text, &ANY).err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Requirement {
        Requirement::read(text, &Environments::of(&Target::default())).unwrap()
    }

    #[test]
    fn names_versions_extras_and_markers_are_told_apart() {
        let requirement = read("Scikit_Learn[fast,docs] (>=1.0,<2) ; extra == 'ml'");
        assert_eq!(requirement.name, "scikit-learn");
        assert_eq!(requirement.extras.len(), 2);
        assert!(requirement.asks_for_extras());
        let fit = |version: &str| requirement.fit(Version::from_str(version).ok().as_ref());
        assert_eq!((fit("1.2.2"), fit("2.1"), fit("2.0rc1")), (Fit::Fits, Fit::Outside, Fit::Outside));
        assert_eq!(fit("no version"), Fit::NotKnown);
        assert_eq!(read("six").fit(None), Fit::Fits, "any version would do");
    }

    #[test]
    fn addresses_name_no_version() {
        let requirement = read("tool @ https://example.org/tool-1.0.zip;x=1 ; python_version >= '3'");
        assert_eq!((requirement.name.as_str(), requirement.fit(None)), ("tool", Fit::NotKnown));
    }

    #[test]
    fn what_is_no_requirement_is_told() {
        for bad in ["", "[x]", "a b", "a>=", "a>=1;", "a; nonsense", "a (>=2.*)", "größe", "a>=1 é", "a[é]"] {
            assert!(flaw(bad).is_some(), "{bad:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn no_text_stops_the_reader(text in "[ -~é]{0,40}|[a-z]{1,3}([ ;@\\[\\](),<>=~!.*0-9é]|and|extra){0,30}") {
            let _ = flaw(&text);
        }
    }
}
