//! What jars say of themselves. Texts went through `printable` on their way in.

use serde::{Deserialize, Serialize};

use super::entry::EntryId;
use super::inside::Named;

/// One jar in a folder that the Java runtime searches.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jar {
    /// The file.
    pub file: EntryId,
    /// The folder it lies in: `lib`, or a layer's `java/lib`.
    pub root: EntryId,
    /// Who it is, by its own `META-INF/maven` or else by its file's name: `jar:org.slf4j:slf4j-api`.
    pub package: Named,
}
