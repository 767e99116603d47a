//! Slimming: reversible rules that leave files out of whatever is packed.

use globset::{GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use super::class::Class;
use super::escape::printable;

/// A rule that leaves out whole classes of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SlimRule {
    /// `.pyc` files.
    Bytecode,
    /// Folders named `tests` or `test`, with the bytecode in them.
    Tests,
    /// `.pyi` and `.d.ts` files.
    TypeStubs,
    /// Headers and sources of compiled code.
    Headers,
    /// `.a` files.
    StaticLibraries,
    /// Documentation.
    Docs,
    /// `.map` files.
    SourceMaps,
}

impl SlimRule {
    /// All rules, in the order in which they are shown.
    pub const ALL: [SlimRule; 7] = [
        SlimRule::Bytecode,
        SlimRule::Tests,
        SlimRule::TypeStubs,
        SlimRule::Headers,
        SlimRule::StaticLibraries,
        SlimRule::Docs,
        SlimRule::SourceMaps,
    ];

    /// The classes it leaves out.
    pub fn classes(self) -> &'static [Class] {
        match self {
            SlimRule::Bytecode => &[Class::Bytecode, Class::TestBytecode],
            SlimRule::Tests => &[Class::Tests, Class::TestBytecode],
            SlimRule::TypeStubs => &[Class::Stubs],
            SlimRule::Headers => &[Class::Headers],
            SlimRule::StaticLibraries => &[Class::StaticLibraries],
            SlimRule::Docs => &[Class::Docs],
            SlimRule::SourceMaps => &[Class::Maps],
        }
    }

    /// The name that plans and command lines use.
    pub fn name(self) -> &'static str {
        match self {
            SlimRule::Bytecode => "bytecode",
            SlimRule::Tests => "tests",
            SlimRule::TypeStubs => "type-stubs",
            SlimRule::Headers => "headers",
            SlimRule::StaticLibraries => "static-libraries",
            SlimRule::Docs => "docs",
            SlimRule::SourceMaps => "source-maps",
        }
    }
}

/// What a plan slims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slim {
    /// Rules over classes.
    pub rules: Vec<SlimRule>,
    /// Further files to leave out, by path below their package's root.
    pub exclude: Globs,
    /// Files that stay whatever the rules say.
    pub keep: Globs,
}

impl Slim {
    /// Whether nothing is slimmed.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.exclude.is_empty()
    }

    /// Whether the answer for a file may hang on its path, not on its class alone.
    pub fn looks_at_paths(&self) -> bool {
        !self.keep.is_empty() || !self.exclude.is_empty()
    }

    /// Whether a file is left out. `path` is its path below its package's root.
    pub fn leaves_out(&self, class: Class, path: impl FnOnce() -> Vec<u8>) -> bool {
        let by_class = self.rules.iter().any(|rule| rule.classes().contains(&class));
        if self.keep.is_empty() && (by_class || self.exclude.is_empty()) {
            return by_class;
        }
        let path = path();
        (by_class || self.exclude.matches(&path)) && !self.keep.matches(&path)
    }
}

/// A list of glob patterns, as written and compiled.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    patterns: Vec<String>,
    compiled: GlobSet,
}

/// A pattern that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("\"{pattern}\" is not a glob pattern: {why}")]
pub struct BadGlob {
    pattern: String,
    why: String,
}

impl Globs {
    /// Compiles patterns such as `**/*.h`; `*` does not cross a `/`.
    pub fn new(patterns: Vec<String>) -> Result<Globs, BadGlob> {
        let bad = |pattern: &str, error: globset::Error| BadGlob {
            pattern: printable(pattern.as_bytes()),
            why: printable(error.kind().to_string().as_bytes()),
        };
        let mut builder = GlobSetBuilder::new();
        for pattern in &patterns {
            let glob = globset::GlobBuilder::new(pattern).literal_separator(true).build();
            builder.add(glob.map_err(|error| bad(pattern, error))?);
        }
        let compiled = builder.build().map_err(|error| bad(&patterns.join(" "), error))?;
        Ok(Globs { patterns, compiled })
    }

    /// As written.
    pub fn patterns(&self) -> &[String] {
        &self.patterns
    }

    /// Whether there is no pattern.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }

    fn matches(&self, path: &[u8]) -> bool {
        !self.is_empty() && self.compiled.is_match(String::from_utf8_lossy(path).as_ref())
    }
}

impl PartialEq for Globs {
    fn eq(&self, other: &Globs) -> bool {
        self.patterns == other.patterns
    }
}

impl Eq for Globs {}

#[cfg(test)]
mod tests {
    use super::*;

    fn globs(patterns: &[&str]) -> Globs {
        Globs::new(patterns.iter().map(|&pattern| pattern.to_owned()).collect()).unwrap()
    }

    #[test]
    fn keeps_win_over_rules_and_excludes() {
        let slim =
            Slim { rules: vec![SlimRule::Tests], exclude: globs(&["**/*.h"]), keep: globs(&["numpy/**/tests/**"]) };
        let leaves_out = |class, path: &str| slim.leaves_out(class, || path.as_bytes().to_vec());
        assert!(leaves_out(Class::Tests, "scipy/linalg/tests/a.py"));
        assert!(!leaves_out(Class::Tests, "numpy/core/tests/a.py"));
        assert!(leaves_out(Class::Headers, "numpy/core/a.h"));
        assert!(!leaves_out(Class::Code, "numpy/core/a.py"));
    }

    #[test]
    fn a_broken_pattern_is_named() {
        let error = Globs::new(vec!["a[".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("\"a[\" is not a glob pattern: "), "{error}");
    }
}
