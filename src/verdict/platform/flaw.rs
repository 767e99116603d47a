//! What keeps one native file from loading, as its header and its name tell.

use std::fmt;

use crate::model::facts::NativeFacts;
use crate::model::target::Target;

/// Why a native file cannot load on a target.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flaw {
    /// Another system: `macOS`.
    System(&'static str),
    /// Another machine: `arm64`.
    Machine(String),
    /// Another C library.
    Musl,
    /// Another Python: `CPython 3.9`.
    Python(String),
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Flaw::System(name) => f.pad(name),
            Flaw::Machine(name) | Flaw::Python(name) => f.pad(name),
            Flaw::Musl => f.pad("musl"),
        }
    }
}

/// The first flaw of a file. What the target does not say is not judged.
pub(super) fn of(name: &str, facts: &NativeFacts, target: &Target) -> Option<Flaw> {
    system(facts).or_else(|| machine(facts, target)).or_else(|| musl(name, facts)).or_else(|| python(name, target))
}

fn system(facts: &NativeFacts) -> Option<Flaw> {
    match facts.format.as_str() {
        "mach-o" => Some(Flaw::System("macOS")),
        "pe" => Some(Flaw::System("Windows")),
        _ => None,
    }
}

fn machine(facts: &NativeFacts, target: &Target) -> Option<Flaw> {
    let wanted = target.architecture?.as_str();
    let is_right = facts.machines.iter().any(|machine| machine == wanted);
    (!is_right).then(|| Flaw::Machine(facts.machines.join(", ")))
}

fn musl(name: &str, facts: &NativeFacts) -> Option<Flaw> {
    let needs = facts.needed.iter().any(|library| library.starts_with("libc.musl-") || library.starts_with("ld-musl-"));
    (needs || name.ends_with("-linux-musl.so")).then_some(Flaw::Musl)
}

fn python(name: &str, target: &Target) -> Option<Flaw> {
    let (major, minor) = target.runtime.as_ref()?.python_version()?;
    let built_for = built_for(name)?;
    (built_for != format!("CPython {major}.{minor}")).then_some(Flaw::Python(built_for))
}

/// `CPython 3.10` from `x.cpython-310-x86_64-linux-gnu.so`; `None` for the stable ABI and names without a tag.
fn built_for(name: &str) -> Option<String> {
    let tag = name.strip_suffix(".so")?.split_once('.')?.1;
    if tag.starts_with("pypy") {
        return Some("PyPy".to_owned());
    }
    let digits = tag.strip_prefix("cpython-")?.split('-').next()?;
    let (version, threads) = match digits.strip_suffix('t') {
        Some(version) => (version, " without its global lock"),
        None => (digits, ""),
    };
    let (major, minor) = version.split_at_checked(1)?;
    let is_version = [major, minor].iter().all(|part| part.parse::<u8>().is_ok());
    is_version.then(|| format!("CPython {major}.{minor}{threads}"))
}

/// Whether the name is that of a library or an extension module.
pub(super) fn is_library(name: &str) -> bool {
    let endings = [".so", ".pyd", ".dylib", ".dll", ".node"];
    endings.iter().any(|ending| name.ends_with(ending)) || name.contains(".so.")
}

/// Whether the name is that of an extension module for a certain Python or its stable ABI.
pub(super) fn is_tagged(name: &str) -> bool {
    name.ends_with(".pyd") || name.ends_with(".abi3.so") || (name.contains(".cpython-") && name.ends_with(".so"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_the_python() {
        assert_eq!(built_for("x.cpython-39-x86_64-linux-gnu.so").unwrap(), "CPython 3.9");
        assert_eq!(built_for("x.cpython-313t-x86_64-linux-gnu.so").unwrap(), "CPython 3.13 without its global lock");
        assert_eq!(built_for("x.pypy310-pp73-x86_64-linux-gnu.so").unwrap(), "PyPy");
        for any in ["x.abi3.so", "x.so", "libx.so.1", "x.cpython-.so", "x.cpython-3.so", "x.cpython-ä.so"] {
            assert_eq!(built_for(any), None, "{any}");
        }
    }
}
