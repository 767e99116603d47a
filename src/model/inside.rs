//! What one file was made of: a bundler's output or a jar that holds others, opened one level.
//!
//! This is a breakdown, no attribution: the file stays one entry with one owner, and what is inside of it cannot be
//! moved. The parts of a file add up to its length, byte for byte; what nobody claims is the file's own.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::bytes::Bytes;

/// What is known of the inside of one file that is worth opening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Inside {
    /// It was opened.
    Told(Breakdown),
    /// It is large and nothing beside it tells what it was made of; with the bundler that it looks like.
    Closed(Option<Bundler>),
}

/// A tool that makes one file of many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bundler {
    /// esbuild, and what is built on it.
    Esbuild,
    /// webpack.
    Webpack,
}

/// The parts of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Breakdown {
    /// Who says so.
    pub told_by: ToldBy,
    /// Each owner once, largest first; together the file's length.
    pub parts: Vec<Part>,
    /// What is in the file with its classes mingled among all others, so that nobody can tell its bytes; by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mingled: Vec<Named>,
}

/// Where a breakdown comes from. Paths are fit to print.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ToldBy {
    /// esbuild's metafile at that path.
    Metafile(String),
    /// The source map at that path.
    SourceMap(String),
    /// The source map at the end of the file itself.
    InlineSourceMap,
    /// The file's own directory of entries: it is an archive.
    Directory,
}

/// What one owner has of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Who.
    pub whose: Whose,
    /// How much of the file.
    pub bytes: Bytes,
    /// How many sources or entries that is.
    pub sources: u64,
}

/// The owner of a part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// A package.
    Package {
        /// Which.
        package: Named,
        /// The folder or archive it was taken from, which tells two of one name apart; fit to print.
        from: String,
    },
    /// Your own sources.
    Yours,
    /// The source map at the end of the file itself.
    Map,
    /// Nobody in particular: what the tool added, and what no source claims.
    Itself,
}

/// A package by its key and version; fit to print.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// As a plan would name it, were it a package of the bundle: `npm:lodash`, `jar:org.slf4j:slf4j-api`.
    pub key: String,
    /// `None`: not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Named {
    /// As people write it: `npm:lodash 4.17.21`.
    pub fn title(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.key),
            None => self.key.clone(),
        }
    }
}

impl Whose {
    /// For people.
    pub fn title(&self) -> String {
        match self {
            Whose::Package { package, .. } => package.title(),
            Whose::Yours => "your own sources".to_owned(),
            Whose::Map => "the source map inside of it".to_owned(),
            Whose::Itself => "the file itself".to_owned(),
        }
    }
}

impl ToldBy {
    /// For people: `the metafile dist/meta.json`.
    pub fn words(&self) -> String {
        match self {
            ToldBy::Metafile(path) => format!("the metafile {path}"),
            ToldBy::SourceMap(path) => format!("the source map {path}"),
            ToldBy::InlineSourceMap => "the source map inside of it".to_owned(),
            ToldBy::Directory => "its own directory".to_owned(),
        }
    }
}

impl Bundler {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Bundler::Esbuild => "esbuild",
            Bundler::Webpack => "webpack",
        }
    }
}

impl Breakdown {
    /// A breakdown of a file of `length` bytes: what the claims leave of it is the file's own. `None`: more is claimed
    /// than there is, so the claims are about another file.
    pub fn of(told_by: ToldBy, length: Bytes, claims: impl IntoIterator<Item = (Whose, Bytes)>) -> Option<Breakdown> {
        let mut sums: std::collections::BTreeMap<Whose, (Bytes, u64)> = std::collections::BTreeMap::new();
        let mut claimed = Bytes::ZERO;
        for (whose, bytes) in claims {
            let sum = sums.entry(whose).or_default();
            *sum = (sum.0 + bytes, sum.1 + 1);
            claimed += bytes;
        }
        if claimed > length {
            return None;
        }
        let own = length.less(claimed);
        if own > Bytes::ZERO {
            sums.entry(Whose::Itself).or_default().0 += own;
        }
        let mut parts: Vec<Part> =
            sums.into_iter().map(|(whose, (bytes, sources))| Part { whose, bytes, sources }).collect();
        parts.sort_by(|a, b| b.bytes.cmp(&a.bytes).then_with(|| a.whose.cmp(&b.whose)));
        Some(Breakdown { told_by, parts, mingled: Vec::new() })
    }

    /// Whether a package with that key has a part.
    pub fn holds(&self, key: &str) -> bool {
        self.parts.iter().any(|part| matches!(&part.whose, Whose::Package { package, .. } if package.key == key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(key: &str) -> Whose {
        Whose::Package { package: Named { key: key.to_owned(), version: None }, from: String::new() }
    }

    #[test]
    fn parts_add_up_to_the_file_and_what_nobody_claims_is_its_own() {
        let claims = [(package("npm:a"), Bytes(30)), (Whose::Yours, Bytes(20)), (package("npm:a"), Bytes(5))];
        let told = Breakdown::of(ToldBy::InlineSourceMap, Bytes(60), claims).unwrap();
        let shown: Vec<(String, u64, u64)> =
            told.parts.iter().map(|part| (part.whose.title(), part.bytes.0, part.sources)).collect();
        let expected = [("npm:a", 35, 2), ("your own sources", 20, 1), ("the file itself", 5, 0)];
        assert_eq!(shown, expected.map(|(title, bytes, sources)| (title.to_owned(), bytes, sources)));
    }

    #[test]
    fn more_than_the_file_has_is_about_another_file() {
        assert_eq!(Breakdown::of(ToldBy::Directory, Bytes(60), [(Whose::Yours, Bytes(61))]), None);
    }
}
