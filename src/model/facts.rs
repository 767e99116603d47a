//! What was read from metadata, native files and sources: read once, kept, serialisable, the same for a folder, a zip
//! and the recorded demo. Texts in here are foreign and went through `printable` on their way in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::bytes::Bytes;
use super::entry::{EntryId, EntrySet};
use super::inside::Inside;
use super::java::Jar;
use super::node::{NodeAbsent, NodePackage};
use super::problem::Problem;
use super::ruby::Gem;

/// Everything read from the contents of one listing. Parts that were not asked for are `None`: not known, not none.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Python distributions, by the order of their metadata in the listing.
    pub distributions: Vec<Distribution>,
    /// Node packages, by the order of their folders in the listing.
    #[serde(default)]
    pub node: Vec<NodePackage>,
    /// What the build itself asks for beside them and nobody installed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub node_absent: Vec<NodeAbsent>,
    /// Gems, by the order of their specifications in the listing.
    #[serde(default)]
    pub gems: Vec<Gem>,
    /// Jars, by their order in the listing.
    #[serde(default)]
    pub jars: Vec<Jar>,
    /// Functions of the user's own top-level modules that look like handlers: `app.handler`.
    #[serde(default)]
    pub handlers: Vec<String>,
    /// Native files.
    #[serde(default)]
    pub natives: Option<BTreeMap<EntryId, NativeFacts>>,
    /// The headers of bytecode files.
    #[serde(default)]
    pub bytecode: Option<BTreeMap<EntryId, BytecodeHeader>>,
    /// The lines of `.pth` files, which the start of Python reads.
    #[serde(default)]
    pub path_files: Option<BTreeMap<EntryId, Vec<String>>>,
    /// What Python sources import: of all of them, or of those that your own sources lead to.
    #[serde(default)]
    pub modules: Option<BTreeMap<EntryId, ModuleFacts>>,
    /// By what hashes bytecode can know the sources of an archive: of those that were read, where packing is to follow.
    #[serde(skip)]
    pub source_hashes: BTreeMap<EntryId, SourceHash>,
    /// Files in folders of tests that something outside of tests imports; `None`: not looked into.
    #[serde(default)]
    pub imported_tests: Option<EntrySet>,
    /// What files that were made of many hold.
    #[serde(default)]
    pub inside: Option<BTreeMap<EntryId, Inside>>,
    /// Entries of an archive whose bytes are not what it states of them; `None`: not looked into.
    #[serde(default)]
    pub damaged: Option<Vec<Problem>>,
    /// Where links lead.
    #[serde(default)]
    pub links: BTreeMap<EntryId, LinkTarget>,
    /// What could not be read or understood on the way.
    #[serde(default)]
    pub problems: Vec<Problem>,
}

impl Facts {
    /// Whether it is known which files of tests are needed outside of tests.
    pub fn knows_imported_tests(&self) -> bool {
        self.imported_tests.is_some() || self.modules.is_some()
    }
}

/// Where a link leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkTarget {
    /// To something in the bundle that has so many bytes: what a packer that follows links packs once more.
    Inside(Bytes),
    /// Out of the bundle.
    Outside,
    /// To nothing, or not known.
    Nowhere,
}

/// One installed Python distribution, as its metadata tells it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Distribution {
    /// Its `*.dist-info` or `*.egg-info` directory (or the egg-info file).
    pub metadata: EntryId,
    /// The directory that was the installer's target; paths in `RECORD` are relative to it.
    pub root: EntryId,
    /// As it calls itself: `scikit-learn`.
    pub name: String,
    /// Its version; `None` if it names none.
    pub version: Option<String>,
    /// `Requires-Dist`, one requirement a line, unparsed: what is malformed is judged later.
    #[serde(default)]
    pub requires: Vec<String>,
    /// `Requires-Python`.
    #[serde(default)]
    pub requires_python: Option<String>,
    /// `Tag` lines of `WHEEL`: `cp310-cp310-manylinux_2_17_x86_64`.
    #[serde(default)]
    pub tags: Vec<String>,
    /// `INSTALLER`: `pip`, `uv`.
    #[serde(default)]
    pub installer: Option<String>,
    /// Whether the user asked for it by name (`REQUESTED`).
    #[serde(default)]
    pub requested: bool,
    /// How its files are known.
    pub claim: Claim,
    /// The files it claims that are there, in its `RECORD` or by a fallback.
    pub files: EntrySet,
    /// SHA-256 of its files as `RECORD` states them, shortened to 16 bytes in hexadecimal. Where a build ran does
    /// not show in it: files without a stated digest are left out.
    #[serde(default)]
    pub digests: BTreeMap<EntryId, String>,
    /// Paths that `RECORD` lists and the bundle does not have.
    #[serde(default)]
    pub missing: u64,
}

/// How the files of a distribution are known, surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Claim {
    /// `RECORD` lists them.
    Record,
    /// egg-info's `installed-files.txt` or `SOURCES.txt` lists them.
    FileList,
    /// `top_level.txt` names the modules.
    TopLevel,
    /// Only the distribution's own name is known; a folder or module of that name is taken to be its.
    Name,
}

/// What a native file says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NativeFacts {
    /// `elf`, `mach-o` or `pe`.
    pub format: String,
    /// The machines it runs on: `x86_64`, `arm64`, or the name or number that the file gives.
    pub machines: Vec<String>,
    /// Versions of glibc symbols it needs, newest last: `2.17`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub glibc: Vec<String>,
    /// Libraries it needs by name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needed: Vec<String>,
    /// Where it looks for them first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub run_path: Vec<String>,
    /// Its own name as a library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub soname: Option<String>,
    /// Bytes of debug sections.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub debug: Bytes,
}

fn is_zero(bytes: &Bytes) -> bool {
    *bytes == Bytes::ZERO
}

/// The first 16 bytes of a `.pyc`, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BytecodeHeader {
    /// The magic number of the interpreter that wrote it.
    pub magic: u16,
    /// How it knows its source.
    pub validity: BytecodeValidity,
}

/// How a `.pyc` knows whether its source has changed (PEP 552).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BytecodeValidity {
    /// By the source's date (seconds since 1970, 32 bits) and length.
    Timestamp {
        /// The source's date.
        modified: u32,
        /// The source's length, 32 bits.
        length: u32,
    },
    /// By a hash of the source that is checked on import.
    CheckedHash,
    /// By a hash that is not checked: always believed.
    UncheckedHash,
}

/// By what hash a `.pyc` can know its source (PEP 552).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceHash {
    /// The magic number of the Python that hashes so.
    pub magic: u16,
    /// Of the whole source.
    pub hash: u64,
}

/// What a Python source does when it is imported, as far as that decides whether importing it works.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModuleFacts {
    /// Its imports, in the order of the source.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub imports: Vec<Import>,
    /// The names that it binds at its top level; read for your own sources alone. `None`: not read, or cannot be told,
    /// as after `from x import *`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binds: Option<Vec<String>>,
    /// Names that it gives only when they are asked for, each with the module that it then imports, as it writes it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub gives: BTreeMap<String, String>,
    /// What it changes of `sys.path`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path_edits: Vec<PathEdit>,
    /// Where the modules below it are looked for.
    #[serde(default, skip_serializing_if = "Submodules::is_usual")]
    pub submodules: Submodules,
    /// Whether it imports modules by names that are computed, which cannot be followed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub computes_names: bool,
    /// Where and why it is not Python, if it is not: `line 3: Expected an expression`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<String>,
}

/// Where the modules below a package are looked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Submodules {
    /// In the folder that its own module lies in.
    #[default]
    OwnFolder,
    /// In every folder of that name on the search path: a namespace as `pkgutil` and `pkg_resources` make it.
    EveryFolder,
    /// There, and wherever its code says: it makes modules, or changes how they are found.
    Made,
}

impl Submodules {
    fn is_usual(&self) -> bool {
        *self == Submodules::OwnFolder
    }
}

/// A change of `sys.path` at the top level of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PathEdit {
    /// How many of the source's imports stand before it.
    pub after: usize,
    /// Where the folder goes.
    pub end: PathEnd,
    /// The folder; `$FILE` stands for the source's own path. `None`: it is computed.
    #[serde(default)]
    pub folder: Option<String>,
}

/// An end of the search path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PathEnd {
    /// Before everything else.
    First,
    /// After everything else.
    Last,
}

/// One import statement of a Python source.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Import {
    /// The module, absolute as far as the file's place tells: `sklearn.utils`.
    pub module: String,
    /// What is taken from it (`from module import names`); empty for `import module`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<String>,
    /// Whether the source names it relative to itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub relative: bool,
    /// When it runs.
    #[serde(default, skip_serializing_if = "Timing::is_always")]
    pub timing: Timing,
    /// The parts of statements that it stands in, outermost first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<Branch>,
}

/// A part of a statement on which it depends whether an import in it runs, and what its failing means. Statements are
/// numbered within their source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Branch {
    /// The body of a `try` that catches a failing import.
    Try(u32),
    /// What runs instead if something in that body fails.
    Except(u32),
    /// What runs if nothing in that body fails.
    Else(u32),
    /// Runs with this Python and later ones.
    Since(u8, u8),
    /// Runs with Pythons before this one.
    Before(u8, u8),
}

/// When an import statement runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Timing {
    /// Whenever the module is imported, as far as its branches say so.
    #[default]
    Always,
    /// Below a condition or in a loop.
    Conditional,
    /// When a function is called.
    InFunction,
    /// Only for type checkers, on another system, or where the source is started as a program: never in Lambda.
    Never,
}

impl Timing {
    fn is_always(&self) -> bool {
        *self == Timing::Always
    }
}
