//! How far long work is: what a scan has found so far, the rows that grow on the first frames; and what is packed.

use std::collections::BTreeMap;

use crate::model::bytes::Bytes;

/// Files and bytes found so far, by top-level entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Top-level entries, fit to print, with what was found below them.
    pub rows: BTreeMap<String, (u64, Bytes)>,
    /// What is being done, as a phrase: `scanning`, `reading metadata`.
    pub doing: String,
}

impl Progress {
    /// All files found.
    pub fn files(&self) -> u64 {
        self.rows.values().map(|(files, _)| files).sum()
    }

    /// All bytes found.
    pub fn bytes(&self) -> Bytes {
        self.rows.values().map(|(_, bytes)| *bytes).sum()
    }

    /// The rows, largest first.
    pub fn largest(&self) -> Vec<(&str, u64, Bytes)> {
        let mut rows: Vec<_> = self.rows.iter().map(|(name, (files, bytes))| (name.as_str(), *files, *bytes)).collect();
        rows.sort_by(|a, b| b.2.cmp(&a.2).then(a.0.cmp(b.0)));
        rows
    }
}

/// How far packing is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PackProgress {
    /// Bytes of the bundle that are in an artifact.
    pub done: Bytes,
    /// How many there will be.
    pub all: Bytes,
    /// Since it began.
    pub seconds: u64,
}
