//! Floor 1: a path becomes a listing, and its contents can be read: directory, archive, the built-in demo.
//!
//! Nothing here follows a link, opens a FIFO, unpacks an archive or believes a length that an archive declares.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::contents::Contents;
use crate::model::escape::printable;
use crate::model::listing::{Listing, TooLarge};
use crate::model::watch::Watch;

mod archive;
pub mod demo;
mod directory;
mod exact;
mod file_system;
mod gathered;
pub mod recording;
mod sweep;

/// The path that names the built-in recording.
const DEMO: &str = "demo:";

/// What a path holds: its entries, and the way to read them.
pub struct Scanned {
    /// The entries.
    pub listing: Arc<Listing>,
    /// Reads what is in them.
    pub contents: Box<dyn Contents>,
}

/// Why a path could not be listed. Whatever can be listed in part is listed, with problems.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// Nothing is there.
    #[error("\"{}\" does not exist; name the folder or the zip that your build makes", shown(.0))]
    Missing(PathBuf),
    /// The system refuses.
    #[error("\"{}\" cannot be read: {}; check that you may read it", shown(.0), .1)]
    Refused(PathBuf, String),
    /// Something that holds no files: a FIFO, a device.
    #[error("\"{}\" is neither a folder nor a file; name the folder or the zip that your build makes", shown(.0))]
    NotABuild(PathBuf),
    /// A file that is no archive.
    #[error("\"{}\" is not a zip: {}; build it again, or name the folder that it was made from", shown(.0), .1)]
    NotAZip(PathBuf, String),
    /// An archive of which a part is missing.
    #[error("\"{}\" is cut off: {}; build it again, or copy it again", shown(.0), .1)]
    Truncated(PathBuf, String),
    /// An archive whose parts contradict each other.
    #[error("\"{}\" is a damaged zip: {}; build it again", shown(.0), .1)]
    Damaged(PathBuf, String),
    /// More than a listing can number.
    #[error("\"{}\" holds {}, more than bayplan can list; name a folder inside it", shown(.0), .1)]
    TooLarge(PathBuf, TooLarge),
    /// The watcher wants no more.
    #[error("the scan of \"{}\" was cancelled", shown(.0))]
    Cancelled(PathBuf),
}

/// Which files of a folder are read while a directory is listed: their names, by the folder's path. Where many files will
/// be asked for, the system finds each of them most easily while its folder is at hand.
pub type AtOnce = fn(folder: &[u8]) -> &'static [&'static str];

/// Lists what a path holds: a directory, a zip, or the recording `demo:`.
pub fn open(path: &Path, watch: &dyn Watch) -> Result<Scanned, ScanError> {
    open_reading(path, |_| &[], watch)
}

/// The same, and reads some files of a directory at once. That changes nothing but how soon their contents are there.
pub fn open_reading(path: &Path, at_once: AtOnce, watch: &dyn Watch) -> Result<Scanned, ScanError> {
    if path.as_os_str() == DEMO {
        return Ok(demo::open());
    }
    let kind = std::fs::metadata(path).map_err(|error| refused(path, &error))?.file_type();
    if kind.is_dir() {
        directory::open(path, at_once, watch)
    } else if kind.is_file() {
        archive::open(path, watch)
    } else {
        Err(ScanError::NotABuild(path.to_owned()))
    }
}

fn refused(path: &Path, error: &std::io::Error) -> ScanError {
    match error.kind() {
        std::io::ErrorKind::NotFound => ScanError::Missing(path.to_owned()),
        _ => ScanError::Refused(path.to_owned(), words(error)),
    }
}

/// The system's words, without the number that `std` puts behind them.
fn words(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    printable(text[..end].to_lowercase().as_bytes())
}

fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}
