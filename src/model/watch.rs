//! How long work says where it is and learns that it is no longer wanted.

use super::bytes::Bytes;

/// Somebody who watches long work. Called from several threads at once.
pub trait Watch: Sync {
    /// Whether the work is no longer wanted. Asked often; must be cheap.
    fn is_cancelled(&self) -> bool {
        false
    }

    /// Files and bytes were found below a top-level entry of the bundle.
    fn found(&self, top_level: &[u8], files: u64, bytes: Bytes) {
        let _ = (top_level, files, bytes);
    }

    /// So many bytes of the bundle are in an artifact.
    fn packed(&self, bytes: Bytes) {
        let _ = bytes;
    }
}

/// Nobody watches, and the work is always wanted.
pub struct Unwatched;

impl Watch for Unwatched {}
