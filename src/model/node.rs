//! What Node packages say of themselves, in their `package.json` and in what npm notes beside them. Texts went through
//! `printable` on their way in.

use serde::{Deserialize, Serialize};

use super::entry::EntryId;

/// One package in a `node_modules`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodePackage {
    /// Its folder: `node_modules/x`, `node_modules/@scope/x`.
    pub folder: EntryId,
    /// The folder that holds the outermost `node_modules` it lies in: what stays of its path in a layer begins there.
    pub root: EntryId,
    /// As `require` calls it, which is how its folder is named: `@scope/x`.
    pub name: String,
    /// Its version; `None` if it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// The folder of the package in whose `node_modules` it is nested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<EntryId>,
    /// The pnpm store that it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<EntryId>,
    /// Links that lead to it or into it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<EntryId>,
    /// What it asks for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<NodeNeed>,
    /// Whether the user asked for it by name, in the `package.json` beside the outermost `node_modules`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub requested: bool,
    /// Whether its `.js` files are ES modules: `"type": "module"`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_module: bool,
    /// The systems it is for, `linux` or `!win32`; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub os: Vec<String>,
    /// The processors it is for, `x64` or `!ia32`; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cpu: Vec<String>,
    /// The C libraries it is for, `glibc` or `musl`; none means all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub libc: Vec<String>,
    /// The Nodes it is for, `engines.node`: `>=18`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub engines: Option<String>,
    /// The digest of what was installed, as npm's lock states it: `sha512-…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integrity: Option<String>,
}

impl NodePackage {
    /// Whether npm would install it on a Linux with glibc, on a processor that Node calls one of these.
    pub fn is_for(&self, processors: &[&str]) -> bool {
        allows(&self.os, &["linux"]) && allows(&self.cpu, processors) && allows(&self.libc, &["glibc"])
    }
}

/// `["linux", "darwin"]` names what something is for, `["!win32"]` what it is not for; nothing means everything.
fn allows(said: &[String], ours: &[&str]) -> bool {
    let named: Vec<&str> = said.iter().map(String::as_str).filter(|word| !word.starts_with('!')).collect();
    let is_named = |one: &str| named.is_empty() || named.contains(&one) || named.contains(&"any");
    let is_refused = |one: &str| said.iter().any(|word| word.strip_prefix('!') == Some(one));
    ours.iter().any(|one| is_named(one) && !is_refused(one))
}

/// One thing that a Node package asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeNeed {
    /// By name.
    pub name: String,
    /// In which versions, as it is written.
    pub range: String,
    /// How much it is needed.
    pub kind: NeedKind,
    /// The folder of the package that Node finds for it; `None`: there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<EntryId>,
}

/// Something that the build's own `package.json` asks for and that is nowhere to be found from beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NodeAbsent {
    /// The `package.json`, beside an outermost `node_modules`.
    pub manifest: EntryId,
    /// By name.
    pub name: String,
    /// How much it is needed.
    pub kind: NeedKind,
}

/// How much a Node package needs another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedKind {
    /// `dependencies`.
    Needed,
    /// `peerDependencies`: whoever uses it brings it.
    Peer,
    /// `optionalDependencies`, and peers that it calls optional: it does without.
    Optional,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_npm_would_not_install_is_for_others() {
        let linux = |said: &[&str]| allows(&said.iter().map(|&it| it.to_owned()).collect::<Vec<_>>(), &["linux"]);
        assert!(linux(&[]) && linux(&["linux", "darwin"]) && linux(&["!win32"]) && linux(&["any"]));
        assert!(!linux(&["darwin"]) && !linux(&["!linux"]));
    }
}
