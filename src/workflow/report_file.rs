//! Reports as files: whole or not at all, and never over what was judged.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::files::{FileError, prepare, words};
use super::load::Loaded;
use super::shown;
use crate::model::listing::Source;

/// Why a report was not written.
#[derive(Debug, thiserror::Error)]
pub enum ReportFileError {
    /// The system refuses.
    #[error("{} cannot be written: {}; name another file", shown(.0), .1)]
    Write(PathBuf, String),
    /// It would destroy what the report tells of.
    #[error("{} is {}, which no report is written over; name another file", shown(.0), .1)]
    Guarded(PathBuf, &'static str),
    /// It would change what the report tells of.
    #[error("{} lies in {}, which no report is written into; name a file beside it", shown(.0), .1)]
    Inside(PathBuf, &'static str),
}

/// What no report is written over: the plan, its lock, and everything that was judged.
#[derive(Debug, Default)]
pub struct Guarded {
    files: Vec<(PathBuf, &'static str)>,
    folders: Vec<(PathBuf, &'static str)>,
}

impl Guarded {
    /// The plan, the lock and the build of what is loaded.
    pub fn new(loaded: &Loaded) -> Guarded {
        let file = &loaded.plan_file;
        let mut guarded = Guarded::default();
        guarded.files.push((resolved(&file.path), "the plan"));
        guarded.files.push((resolved(&file.lock_path()), "the plan's lock"));
        if let Source::Directory(path) | Source::Zip(path, _) = &loaded.bundle.listing.source {
            guarded.add(path, "the build");
        }
        guarded
    }

    /// Guards another file, or a folder with all that is in it.
    pub fn add(&mut self, path: &Path, what: &'static str) {
        let list = if path.is_dir() { &mut self.folders } else { &mut self.files };
        list.push((resolved(path), what));
    }

    fn judge(&self, path: &Path) -> Result<(), ReportFileError> {
        let target = resolved(path);
        if let Some((_, what)) = self.files.iter().find(|(file, _)| *file == target) {
            return Err(ReportFileError::Guarded(path.to_owned(), what));
        }
        match self.folders.iter().find(|(folder, _)| target.starts_with(folder)) {
            Some((_, what)) => Err(ReportFileError::Inside(path.to_owned(), what)),
            None => Ok(()),
        }
    }
}

/// Writes a report, in the place of an older one if there is one. What is no file, such as a pipe, is written to.
pub fn write_report(path: &Path, text: &str, guarded: &Guarded) -> Result<(), ReportFileError> {
    guarded.judge(path)?;
    if is_stream(path) {
        return append(path, text);
    }
    let written = prepare(path, text).and_then(super::files::Written::commit);
    written.map_err(|error| ReportFileError::Write(path.to_owned(), why(error)))
}

/// Adds a report to a file that others write to as well, in one go.
pub fn append_report(path: &Path, text: &str, guarded: &Guarded) -> Result<(), ReportFileError> {
    guarded.judge(path)?;
    append(path, text)
}

fn append(path: &Path, text: &str) -> Result<(), ReportFileError> {
    let written = OpenOptions::new().append(true).create(true).open(path).and_then(|mut file| {
        let before = file.metadata().ok().filter(fs::Metadata::is_file).map(|metadata| metadata.len());
        file.write_all(text.as_bytes()).inspect_err(|_| take_back(&file, before))
    });
    written.map_err(|error| ReportFileError::Write(path.to_owned(), words(&error)))
}

/// Half a report would run into what the next one writes there.
fn take_back(file: &File, before: Option<u64>) {
    if let Some(length) = before {
        let _ = file.set_len(length);
    }
}

/// Whether a path is a way to something open, a pipe or a device: replacing it would replace the wrong thing.
fn is_stream(path: &Path) -> bool {
    let is_open = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"].iter().any(|place| path.starts_with(place));
    is_open || fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn why(error: FileError) -> String {
    match error {
        FileError::Read(_, why) | FileError::Write(_, why) => why,
        FileError::NoFolder(_) => "its folder is not there".to_owned(),
        FileError::NotAFile(_) => "it is no file".to_owned(),
        FileError::DeadLink(_) => "it is a link that leads nowhere".to_owned(),
        FileError::NotText(..) | FileError::TooLarge(_) => "it is no text".to_owned(),
    }
}

/// Where a path leads, whether or not something is there.
fn resolved(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let parent = fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned());
        path.file_name().map_or_else(|| parent.clone(), |name| parent.join(name))
    })
}
