//! Who a jar is: the coordinates that Maven writes into it, or else what its name says.

use crate::model::escape::printable;
use crate::model::inside::Named;

/// Group, artifact and version as `META-INF/maven/GROUP/ARTIFACT/pom.properties` has them; fit to print.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Coordinates {
    /// `org.slf4j`
    pub group: String,
    /// `slf4j-api`
    pub artifact: String,
    /// `2.0.9`
    pub version: Option<String>,
}

impl Coordinates {
    /// Reads a `pom.properties`; `None` where it names no artifact.
    pub fn parse(properties: &[u8]) -> Option<Coordinates> {
        let text = String::from_utf8_lossy(properties);
        let value = |wanted: &str| {
            let lines = text.lines().map(str::trim).filter(|line| !line.starts_with(['#', '!']));
            let mut pairs = lines.filter_map(|line| line.split_once(['=', ':']));
            let (_, value) = pairs.find(|(name, _)| name.trim() == wanted)?;
            Some(printable(value.trim().as_bytes())).filter(|value| !value.is_empty())
        };
        Some(Coordinates { group: value("groupId")?, artifact: value("artifactId")?, version: value("version") })
    }

    /// `jar:org.slf4j:slf4j-api`
    pub fn named(&self) -> Named {
        Named { key: format!("jar:{}:{}", plain(&self.group), plain(&self.artifact)), version: self.version.clone() }
    }

    /// Whether a jar of that file name is this artifact's: `slf4j-api-2.0.9.jar`, `slf4j-api.jar`.
    pub fn fits(&self, file: &str) -> bool {
        let rest = file.strip_suffix(".jar").and_then(|stem| stem.strip_prefix(&self.artifact));
        rest.is_some_and(|rest| rest.is_empty() || rest.strip_prefix('-').is_some_and(starts_with_digit))
    }
}

/// What a key is made of has no `:`, `@` or blank, so that no name passes for another.
fn plain(text: &str) -> String {
    let is_plain = |letter: char| !letter.is_whitespace() && !matches!(letter, ':' | '@' | '/');
    text.chars().map(|letter| if is_plain(letter) { letter } else { '-' }).collect()
}

/// A jar without coordinates, by its file's name: `kotlin-stdlib` and `1.9.0`.
pub fn by_name(file: &str) -> Named {
    let stem = file.strip_suffix(".jar").unwrap_or(file);
    let mut dashes = stem.match_indices('-').map(|(at, _)| at);
    let split = dashes.find(|&at| starts_with_digit(&stem[at + 1..]));
    let (name, version) = split.map_or((stem, None), |at| (&stem[..at], Some(printable(&stem.as_bytes()[at + 1..]))));
    Named { key: format!("jar:{}", plain(&printable(name.as_bytes()))), version }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slf4j() -> Coordinates {
        Coordinates::parse(b"#Generated\n#Fri\r\nversion=2.0.9\r\ngroupId=org.slf4j\nartifactId = slf4j-api\n").unwrap()
    }

    #[test]
    fn coordinates_stand_in_pom_properties() {
        assert_eq!(slf4j().named().title(), "jar:org.slf4j:slf4j-api 2.0.9");
        assert_eq!(Coordinates::parse(b"groupId=a"), None);
        assert_eq!(Coordinates::parse(b"\xff\xfe\x00"), None);
    }

    #[test]
    fn a_jar_is_called_like_its_artifact() {
        assert!(slf4j().fits("slf4j-api-2.0.9.jar") && slf4j().fits("slf4j-api.jar"));
        assert!(!slf4j().fits("slf4j-api-extras-1.jar") && !slf4j().fits("app.jar"));
    }

    #[test]
    fn a_name_tells_what_is_left() {
        assert_eq!(by_name("kotlin-stdlib-1.9.0.jar").title(), "jar:kotlin-stdlib 1.9.0");
        assert_eq!(by_name("app.jar").title(), "jar:app");
        assert_eq!(by_name("a:b@c\u{1b}.jar").title(), "jar:a-b-c\\u{1B}");
    }
}
