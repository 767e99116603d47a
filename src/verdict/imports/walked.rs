//! What came of a walk through the imports of a handler.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::entry::EntryId;
use crate::model::modules::NameId;
use crate::model::package::PackageIndex;

/// Something that is not found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Missing {
    /// The whole name of what is missing: `sklearn.utils`.
    pub name: String,
    /// As Python says it.
    pub words: String,
    /// The modules that were being imported, outermost first.
    pub chain: Vec<String>,
    /// The source that imports it; `None`: the handler itself is missing.
    pub importer: Option<EntryId>,
    /// The same, as a number.
    pub id: NameId,
}

impl Missing {
    /// The first part of its name.
    pub(super) fn top(&self) -> &str {
        self.name.split('.').next().unwrap_or(&self.name)
    }
}

/// What came of one walk.
#[derive(Clone, Debug, Default)]
pub(super) struct Walked {
    /// What stops the handler; `None`: it is imported.
    pub failure: Option<Missing>,
    /// What is not there and stops nothing.
    pub caught: Vec<Missing>,
    /// What functions of your own import and is not there.
    pub later: Vec<Missing>,
    /// Packages of which something is imported.
    pub reached: BTreeSet<PackageIndex>,
    /// What the runtime's own packages give, with a source that asks for it.
    pub from_runtime: BTreeMap<String, EntryId>,
    /// A source that changes the search path in a way that is not known.
    pub unknown_path: Option<EntryId>,
    /// A source that imports what it computes.
    pub computed: Option<EntryId>,
    /// A source whose imports were not read.
    pub unread: Option<EntryId>,
    /// A source that is no Python, and is imported under no condition.
    pub broken: Option<EntryId>,
    /// The handler's own source, if its module has one.
    pub handler: Option<EntryId>,
}
