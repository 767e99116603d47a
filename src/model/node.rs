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
