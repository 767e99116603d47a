//! How an artifact is to be written, and what was written.

use super::encode::Effort;
use super::pipeline::Room;
use crate::model::bytes::Bytes;
use crate::model::watch::Watch;

/// How an artifact is written.
#[derive(Clone, Copy)]
pub struct Writing<'a> {
    /// How hard to deflate.
    pub effort: Effort,
    /// The room that it shares with all that are written at the same time.
    pub room: &'a Room,
    /// Who looks on.
    pub watch: &'a dyn Watch,
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
