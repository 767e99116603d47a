//! One line of `Requires-Dist`: `scipy[fast] >=1.5 ; python_version < "3.12"`.

use std::convert::Infallible;
use std::fmt;
use std::path::Path;
use std::str::FromStr;
use std::sync::LazyLock;

use pep440_rs::{Version, VersionSpecifiers};
use pep508_rs::{ExtraName, Pep508Url, VersionOrUrl};

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
        let read = pep508_rs::Requirement::<Address>::from_str(head.trim()).map_err(|error| error.message.to_string())?;
        let marker = marker.map(|marker| Marker::read(marker, environments)).transpose()?;
        Ok(Requirement {
            name: read.name.to_string(),
            extras: read.extras,
            specifiers: match read.version_or_url {
                Some(VersionOrUrl::VersionSpecifier(specifiers)) => Some(specifiers),
                Some(VersionOrUrl::Url(_)) => None,
                None => Some(VersionSpecifiers::empty()),
            },
            marker: marker.unwrap_or_default(),
        })
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

/// Where a distribution is to come from. Nothing of it is looked at: the parser's own kind of address would put this
/// machine's variables into text that strangers wrote.
#[derive(Debug)]
struct Address;

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad("an address")
    }
}

impl Pep508Url for Address {
    type Err = Infallible;

    fn parse_url(_: &str, _: Option<&Path>) -> Result<Address, Infallible> {
        Ok(Address)
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
        for bad in ["", "[x]", "a b", "a>=", "a>=1;", "a; nonsense", "a (>=2.*)", "größe", "a>=1 é", "a[é]", "a @ é"] {
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
