//! Small files that people write are read here, and written whole or not at all.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::shown;
use crate::pack::Fresh;

/// More than any plan or lock needs; the readers of both have limits of their own below it.
const LARGEST: u64 = 80 * 1024 * 1024;

/// Why a plan or a lock could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The system refuses.
    #[error("{} cannot be read: {}", shown(.0), .1)]
    Read(PathBuf, String),
    /// The system refuses.
    #[error("{} cannot be written: {}; check the folder or name another file", shown(.0), .1)]
    Write(PathBuf, String),
    /// There is no folder that it could lie in.
    #[error("{} cannot be written to: there is no such folder; make it, or name a file in another", shown(.0))]
    NoFolder(PathBuf),
    /// A folder, a FIFO, a device.
    #[error("{} is not a file; name a file", shown(.0))]
    NotAFile(PathBuf),
    /// Something is in it that is no text.
    #[error("{}:{}: not UTF-8; save the file as UTF-8", shown(.0), .1)]
    NotText(PathBuf, usize),
    /// It would not end.
    #[error("{} is larger than 80 MB and cannot be bayplan's; name another file", shown(.0))]
    TooLarge(PathBuf),
    /// A link that leads nowhere.
    #[error("{} is a link that leads nowhere; mend it or name another file", shown(.0))]
    DeadLink(PathBuf),
}

/// The text of a file; `None` if there is none.
pub(super) fn read_text(path: &Path) -> Result<Option<String>, FileError> {
    let refused = |error: std::io::Error| FileError::Read(path.to_owned(), words(&error));
    let metadata = match fs::metadata(path) {
        Ok(metadata) => metadata,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return if fs::symlink_metadata(path).is_ok() {
                Err(FileError::DeadLink(path.to_owned()))
            } else {
                Ok(None)
            };
        }
        Err(error) => return Err(refused(error)),
    };
    // A FIFO would wait for a writer for ever.
    if !metadata.is_file() {
        return Err(FileError::NotAFile(path.to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes)).map_err(refused)?;
    if bytes.len() as u64 > LARGEST {
        return Err(FileError::TooLarge(path.to_owned()));
    }
    String::from_utf8(bytes).map(Some).map_err(|error| {
        let valid = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        FileError::NotText(path.to_owned(), valid.iter().filter(|&&byte| byte == b'\n').count() + 1)
    })
}

/// A text that is complete on disk and only has to be given its name.
pub(super) struct Written {
    file: Fresh,
    path: PathBuf,
}

/// Writes a text beside the file that it is to become. A link is written through: its target is replaced, it stays.
pub(super) fn prepare(path: &Path, text: &str) -> Result<Written, FileError> {
    prepare_with(path, text, 0o644)
}

/// The same for a text that is to be started.
pub(super) fn prepare_program(path: &Path, text: &str) -> Result<Written, FileError> {
    prepare_with(path, text, 0o755)
}

fn prepare_with(path: &Path, text: &str, new_mode: u32) -> Result<Written, FileError> {
    let path = target_of(path)?;
    let refused = |error: std::io::Error| FileError::Write(path.clone(), words(&error));
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if fs::metadata(&path).is_ok_and(|metadata| metadata.permissions().readonly()) {
        return Err(FileError::Write(path.clone(), "it is read-only".to_owned()));
    }
    if !folder.exists() {
        return Err(FileError::NoFolder(folder.to_owned()));
    }
    let mut file = Fresh::in_folder(folder).map_err(refused)?;
    file.write_all(text.as_bytes()).map_err(refused)?;
    set_mode(file.file(), &path, new_mode).map_err(refused)?;
    file.file().sync_all().map_err(refused)?;
    Ok(Written { file, path })
}

impl Written {
    /// Gives the text its name, in one step.
    pub(super) fn commit(self) -> Result<(), FileError> {
        let Written { file, path } = self;
        file.name(&path).map_err(|error| FileError::Write(path, words(&error)))
    }
}

/// A file as it was before, as far as the system lets us: with that text, or not at all.
pub(super) fn put_back(path: &Path, text: Option<&str>) {
    let _ = match text {
        Some(text) => prepare(path, text).and_then(Written::commit),
        None => fs::remove_file(path).map_err(|_| FileError::NotAFile(path.to_owned())),
    };
}

fn target_of(path: &Path) -> Result<PathBuf, FileError> {
    if fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink()) {
        return fs::canonicalize(path).map_err(|_| FileError::DeadLink(path.to_owned()));
    }
    Ok(path.to_owned())
}

/// The mode of the file that is replaced; a new one can be read by everybody, as a plan is no secret.
#[cfg(unix)]
fn set_mode(file: &File, replaced: &Path, new: u32) -> std::io::Result<()> {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let mode = fs::metadata(replaced).map_or(new, |metadata| metadata.mode() & 0o777);
    file.set_permissions(fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &File, _: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}

/// The system's words, without the number that `std` puts behind them.
pub fn words(error: &std::io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    crate::model::escape::printable(text[..end].to_lowercase().as_bytes())
}
