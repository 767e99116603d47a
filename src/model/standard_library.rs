//! The names of the standard library's modules, by version of Python, from `assets/standard-library.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    #[allow(dead_code, reason = "tells readers of the file where the names are from")]
    seen: String,
    modules: String,
    builtin: String,
    below: String,
}

static RECORDED: LazyLock<BTreeMap<String, Recorded>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/standard-library.toml"))
        .expect("assets/standard-library.toml is compiled in and tested")
});

static LIBRARIES: LazyLock<BTreeMap<(u8, u8), StandardLibrary>> = LazyLock::new(|| {
    RECORDED.iter().filter_map(|(version, recorded)| Some((parse(version)?, StandardLibrary::of(recorded)))).collect()
});

/// All names of all versions, for those that are not recorded.
static ANY: LazyLock<StandardLibrary> = LazyLock::new(|| StandardLibrary {
    modules: LIBRARIES.values().flat_map(|library| library.modules.iter().copied()).collect(),
    builtin: LIBRARIES.values().flat_map(|library| library.builtin.iter().copied()).collect(),
    below: BTreeSet::new(),
    packages: BTreeSet::new(),
    is_recorded: false,
});

/// What `import` finds without any folder of the bundle.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandardLibrary {
    modules: BTreeSet<&'static str>,
    builtin: BTreeSet<&'static str>,
    below: BTreeSet<&'static str>,
    /// The packages of which `below` has everything.
    packages: BTreeSet<&'static str>,
    /// Whether the names are those of this version, not those of all that are recorded.
    pub is_recorded: bool,
}

impl StandardLibrary {
    /// That of a version.
    pub fn of_version(version: (u8, u8)) -> &'static StandardLibrary {
        LIBRARIES.get(&version).unwrap_or(&ANY)
    }

    fn of(recorded: &'static Recorded) -> StandardLibrary {
        let words = |text: &'static str| text.split_whitespace().collect::<BTreeSet<&'static str>>();
        let below = words(&recorded.below);
        let packages = below.iter().map(|name| top(name)).collect();
        let (modules, builtin) = (words(&recorded.modules), words(&recorded.builtin));
        StandardLibrary { modules, builtin, below, packages, is_recorded: true }
    }

    /// Whether it has a top-level module of that name.
    pub fn has(&self, name: &str) -> bool {
        self.modules.contains(name)
    }

    /// Whether one of its modules may have a module of that whole name below it.
    pub fn may_have(&self, name: &str) -> bool {
        !self.packages.contains(top(name)) || self.below.contains(name)
    }

    /// Whether the module is compiled into the interpreter, so that no folder is searched for it.
    pub fn is_builtin(&self, name: &str) -> bool {
        self.builtin.contains(name)
    }
}

fn top(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn parse(version: &str) -> Option<(u8, u8)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_version_has_its_modules() {
        let has = |minor, name| StandardLibrary::of_version((3, minor)).has(name);
        assert_eq!([has(11, "distutils"), has(12, "distutils")], [true, false]);
        assert_eq!([has(10, "tomllib"), has(11, "tomllib")], [false, true]);
        assert!((8..=13).all(|minor| has(minor, "json") && has(minor, "_collections_abc") && !has(minor, "numpy")));
        assert!(StandardLibrary::of_version((3, 10)).is_builtin("time"));
        let may_have = |minor, name| StandardLibrary::of_version((3, minor)).may_have(name);
        assert_eq!([may_have(10, "asyncio.taskgroups"), may_have(11, "asyncio.taskgroups")], [false, true]);
        let usual = ["os.path", "collections.abc", "xml.etree.ElementTree", "importlib.metadata", "encodings.idna"];
        assert!((8..=13).all(|minor| usual.iter().all(|name| may_have(minor, name))));
    }

    #[test]
    fn what_is_not_recorded_is_not_stated() {
        let later = StandardLibrary::of_version((3, 99));
        assert!(!later.is_recorded && later.has("json") && later.has("distutils"), "some version had it");
    }
}
