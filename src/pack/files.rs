//! The files of a build, and what was found out about them so that it need not be looked for again.

use super::splice::KnownSeams;
use crate::model::contents::Contents;

/// Reads the files of a build, and remembers what measuring found out.
pub struct Files {
    contents: Box<dyn Contents>,
    pub(super) seams: KnownSeams,
}

impl From<Box<dyn Contents>> for Files {
    fn from(contents: Box<dyn Contents>) -> Files {
        Files { contents, seams: KnownSeams::default() }
    }
}

impl Files {
    /// What is in them.
    pub fn contents(&self) -> &dyn Contents {
        &*self.contents
    }
}
