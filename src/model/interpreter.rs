//! What is recorded of CPython's versions and of the libraries around them: data in `assets/`, with its sources.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bytecode {
    magic: BTreeMap<String, Magic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Magic {
    number: u16,
    source_hash: HashFunction,
    #[allow(dead_code, reason = "tells readers of the file where the number is from")]
    seen: String,
}

/// The function by which a version of CPython hashes a source that a `.pyc` was compiled from (PEP 552).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub enum HashFunction {
    /// Two rounds a word, four at the end.
    #[serde(rename = "siphash-2-4")]
    SipHash24,
    /// One round a word, three at the end.
    #[serde(rename = "siphash-1-3")]
    SipHash13,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Libraries {
    base: Vec<String>,
    desktop: Vec<String>,
}

static BYTECODE: LazyLock<Bytecode> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/bytecode.toml")).expect("assets/bytecode.toml is compiled in and tested")
});

static LIBRARIES: LazyLock<Libraries> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/system-libraries.toml"))
        .expect("assets/system-libraries.toml is compiled in and tested")
});

/// The magic number in the bytecode of a version of CPython; `None`: not recorded.
pub fn bytecode_magic((major, minor): (u8, u8)) -> Option<u16> {
    BYTECODE.magic.get(&format!("{major}.{minor}")).map(|magic| magic.number)
}

/// The version of CPython that writes a magic number, as far as it is recorded: `3.10`.
pub fn version_of_magic(number: u16) -> Option<&'static str> {
    BYTECODE.magic.iter().find(|(_, magic)| magic.number == number).map(|(version, _)| version.as_str())
}

/// How the CPython of a magic number hashes sources; `None`: not recorded.
pub fn hash_function_of_magic(number: u16) -> Option<HashFunction> {
    BYTECODE.magic.values().find(|magic| magic.number == number).map(|magic| magic.source_hash)
}

/// What is known of a shared library that is not in the bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Every manylinux wheel may expect it, and the runtime's own Python needs its like.
    Base,
    /// Manylinux wheels may expect it from a desktop.
    Desktop,
    /// No list names it.
    Unknown,
}

/// What is known of a library by its name.
pub fn expected(library: &str) -> Expected {
    let is_in = |list: &[String]| list.iter().any(|name| name == library);
    match library {
        _ if is_in(&LIBRARIES.base) => Expected::Base,
        _ if is_in(&LIBRARIES.desktop) => Expected::Desktop,
        _ => Expected::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magic_numbers_are_found_both_ways_and_never_guessed() {
        assert_eq!(bytecode_magic((3, 10)), Some(3439));
        assert_eq!(version_of_magic(3571), Some("3.13"));
        assert_eq!(bytecode_magic((3, 15)), None, "not recorded");
    }

    #[test]
    fn a_desktops_libraries_are_told_from_the_systems() {
        let all = ["libc.so.6", "libGL.so.1", "libcuda.so.1"].map(expected);
        assert_eq!(all, [Expected::Base, Expected::Desktop, Expected::Unknown]);
    }
}
