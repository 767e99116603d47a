//! Slimming: reversible rules that leave files out of whatever is packed.

use std::collections::BTreeSet;

use globset::{GlobSet, GlobSetBuilder};
use serde::{Deserialize, Serialize};

use super::class::Class;
use super::escape::printable;
use super::package::Ecosystem;
use super::services::service_of;

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
    /// Native files and programs for macOS and Windows.
    ForeignBinaries,
    /// `cache/*.gem` files, which were unpacked already.
    GemCache,
}

impl SlimRule {
    /// All rules, in the order in which they are shown.
    pub const ALL: [SlimRule; 9] = [
        SlimRule::Bytecode,
        SlimRule::Tests,
        SlimRule::TypeStubs,
        SlimRule::Headers,
        SlimRule::StaticLibraries,
        SlimRule::Docs,
        SlimRule::SourceMaps,
        SlimRule::ForeignBinaries,
        SlimRule::GemCache,
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
            SlimRule::ForeignBinaries => &[Class::Foreign],
            SlimRule::GemCache => &[Class::Archives],
        }
    }

    /// Whether it leaves out such a file of such an owner.
    pub fn leaves_out(self, whose: Ecosystem, class: Class) -> bool {
        let is_free = whose != Ecosystem::YourFiles || self == SlimRule::Bytecode;
        is_free && self.classes().contains(&class)
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
            SlimRule::ForeignBinaries => "foreign-binaries",
            SlimRule::GemCache => "gem-cache",
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
    /// The AWS services whose data the SDK keeps; `None`: all of them.
    pub services: Option<BTreeSet<String>>,
}

impl Slim {
    /// Whether nothing is slimmed.
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty() && self.exclude.is_empty() && self.services.is_none()
    }

    /// Whether the answer for a file may hang on its path, not on its class alone.
    pub fn looks_at_paths(&self) -> bool {
        !self.keep.is_empty() || !self.exclude.is_empty() || self.services.is_some()
    }

    /// Whether a file is left out. `path` is its path below its package's root.
    ///
    /// Rules are about what package managers installed. Your own files leave by `exclude` alone, their bytecode apart,
    /// which can be made again: a `prompts/` full of `.md` is no documentation. What describes a package stays whatever
    /// is asked: packages look up their own version and entry points in it.
    pub fn leaves_out(&self, whose: Ecosystem, class: Class, path: impl FnOnce() -> Vec<u8>) -> bool {
        let by_rule = self.rules.iter().any(|rule| rule.leaves_out(whose, class));
        if !self.looks_at_paths() {
            return by_rule;
        }
        let path = path();
        let is_chosen = by_rule || self.exclude.matches(&path) || self.is_unused_service(&path);
        is_chosen && !self.keep.matches(&path) && !is_metadata(class, &path)
    }

    /// Whether a file is data of an AWS service that is not among those that stay.
    fn is_unused_service(&self, path: &[u8]) -> bool {
        let Some(kept) = &self.services else { return false };
        service_of(path).is_some_and(|service| !kept.iter().any(|kept| kept.as_bytes() == service))
    }
}

/// Whether a file lies in a package's `*.dist-info` or `*.egg-info`.
fn is_metadata(class: Class, path: &[u8]) -> bool {
    let is_folder = |part: &[u8]| part.ends_with(b".dist-info") || part.ends_with(b".egg-info");
    class == Class::Metadata || (class == Class::BuildMetadata && path.split(|&byte| byte == b'/').any(is_folder))
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

    fn leaves_out(slim: &Slim, class: Class, path: &str) -> bool {
        slim.leaves_out(Ecosystem::Python, class, || path.as_bytes().to_vec())
    }

    #[test]
    fn keeps_win_over_rules_and_excludes() {
        let keep = globs(&["numpy/**/tests/**"]);
        let slim = Slim { rules: vec![SlimRule::Tests], exclude: globs(&["**/*.h"]), keep, services: None };
        assert!(leaves_out(&slim, Class::Tests, "scipy/linalg/tests/a.py"));
        assert!(!leaves_out(&slim, Class::Tests, "numpy/core/tests/a.py"));
        assert!(leaves_out(&slim, Class::Headers, "numpy/core/a.h"));
        assert!(!leaves_out(&slim, Class::Code, "numpy/core/a.py"));
    }

    #[test]
    fn what_describes_a_package_stays_whatever_is_asked() {
        let slim = Slim { exclude: globs(&["**"]), ..Slim::default() };
        assert!(!leaves_out(&slim, Class::Metadata, "a-1.dist-info/METADATA"));
        assert!(!leaves_out(&slim, Class::BuildMetadata, "a-1.dist-info/RECORD"));
        assert!(leaves_out(&slim, Class::BuildMetadata, "bin/a"));
    }

    #[test]
    fn your_own_files_are_no_tests_and_no_documentation() {
        let slim = Slim { rules: SlimRule::ALL.to_vec(), ..Slim::default() };
        let yours = |class| slim.leaves_out(Ecosystem::YourFiles, class, Vec::new);
        assert!(!yours(Class::Docs) && !yours(Class::Tests) && !yours(Class::Maps));
        assert!(yours(Class::Bytecode) && yours(Class::TestBytecode), "bytecode can be made again");
    }

    #[test]
    fn data_of_services_that_are_not_used_leaves() {
        let slim = Slim { services: Some(BTreeSet::from(["s3".to_owned()])), ..Slim::default() };
        assert!(leaves_out(&slim, Class::Data, "botocore/data/ec2/2016-11-15/service-2.json"));
        assert!(!leaves_out(&slim, Class::Data, "botocore/data/s3/2006-03-01/service-2.json"));
        assert!(!leaves_out(&slim, Class::Data, "botocore/data/endpoints.json"));
        assert!(!leaves_out(&slim, Class::Data, "other/data/ec2/x"));
    }

    #[test]
    fn a_broken_pattern_is_named() {
        let error = Globs::new(vec!["a[".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("\"a[\" is not a glob pattern: "), "{error}");
    }
}
