//! How an artifact is to be written, and what was written.

use super::encode::Effort;
use super::pipeline::UNDER_WAY;
use crate::model::bytes::Bytes;
use crate::model::watch::Watch;

/// How an artifact is written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// How hard to deflate.
    pub effort: Effort,
    /// How many artifacts are written at once.
    pub at_once: usize,
    /// Who looks on.
    pub watch: &'a dyn Watch,
}

impl<'a> Writing<'a> {
    /// While no other is written.
    pub fn alone(effort: Effort, watch: &'a dyn Watch) -> Writing<'a> {
        Writing { effort, at_once: 1, watch }
    }

    /// Its share of the memory for what is under way.
    pub(super) fn under_way(self) -> Bytes {
        Bytes(UNDER_WAY.0 / self.at_once.max(1) as u64)
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The length of the zip.
    pub length: Bytes,
    /// Files and links in it.
    pub entries: u64,
    /// The sum of their lengths.
    pub unzipped: Bytes,
    /// What each member takes in the zip, headers apart, in their order.
    pub zipped: Vec<Bytes>,
}
