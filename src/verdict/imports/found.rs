//! What a name of an import turned out to be.

use crate::model::entry::EntryId;
use crate::model::facts::Submodules;
use crate::model::modules::Script;

/// What a name turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Not the bundle's, with all below it: the standard library's, the runtime's, somebody else's, or taken as found.
    Outside,
    /// The standard library's.
    Library,
    /// A package whose modules lie in one folder of the search path.
    Package { base: usize, submodules: Submodules },
    /// A module with nothing below it.
    Module { submodules: Submodules },
    /// A package without a module of its own; its number among all of them.
    Namespace(usize),
}

/// A name that was found, with its source if it has one.
pub(super) struct Found<'a> {
    pub(super) kind: Kind,
    /// Its file, if it has one.
    pub(super) file: Option<EntryId>,
    pub(super) source: Option<Source>,
    pub(super) script: Option<&'a Script>,
}

impl<'a> Found<'a> {
    pub(super) fn outside() -> Found<'a> {
        Found { kind: Kind::Outside, file: None, source: None, script: None }
    }

    pub(super) fn library() -> Found<'a> {
        Found { kind: Kind::Library, file: None, source: None, script: None }
    }

    pub(super) fn namespace(number: usize) -> Found<'a> {
        Found { kind: Kind::Namespace(number), file: None, source: None, script: None }
    }
}

/// A source, and where its name counts from.
#[derive(Clone, Copy)]
pub(super) struct Source {
    pub(super) file: EntryId,
    pub(super) from: EntryId,
    pub(super) base: usize,
}
