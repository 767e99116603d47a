//! The staging folder: made or taken over, and held by one process alone.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use super::{OutputError, STAGING, Way};

/// A staging folder that this process holds alone.
pub(super) fn claim(out: &Path) -> Result<(PathBuf, File, Way), OutputError> {
    let name = out.file_name().unwrap_or_default();
    if let Some(parent) = out.parent().filter(|_| !is_mounted(out) && !is_stood_in(out)) {
        let mut staging = OsString::from(".");
        staging.push(name);
        staging.push(format!(".{STAGING}"));
        match hold(out, &parent.join(staging)) {
            Err(OutputError::Write(_, error)) if is_closed(&error) && out.exists() => {}
            held => return held.map(|(staging, lock)| (staging, lock, Way::Exchange)),
        }
    }
    hold(out, &out.join(format!(".{STAGING}"))).map(|(staging, lock)| (staging, lock, Way::Inside))
}

fn is_closed(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem)
}

/// Makes the folder or takes over one that nobody holds any more.
fn hold(out: &Path, staging: &Path) -> Result<(PathBuf, File), OutputError> {
    let failed = |error| OutputError::Write(staging.to_owned(), error);
    for _ in 0..10 {
        let is_ours = match fs::create_dir(staging) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => false,
            made => made.map(|()| true).map_err(failed)?,
        };
        if !fs::symlink_metadata(staging).is_ok_and(|metadata| metadata.is_dir()) {
            return Err(OutputError::NotAFolder(staging.to_owned()));
        }
        let path = staging.join("lock");
        let lock = match File::options().write(true).create(true).truncate(false).open(&path) {
            // Whoever held it has just removed it.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                let _ = is_ours.then(|| fs::remove_dir(staging));
                return Err(failed(error));
            }
            Ok(lock) => lock,
        };
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(OutputError::Busy(out.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Ok(()) if is_same(&lock, &path) => return Ok((staging.to_owned(), lock)),
            Ok(()) => {}
        }
    }
    Err(OutputError::Busy(out.to_owned()))
}

/// Whether the file that is open is still the one of that name, and whose folder belongs to its owner.
#[cfg(unix)]
fn is_same(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let folder = path.parent().map(fs::symlink_metadata);
    match (file.metadata(), fs::symlink_metadata(path), folder) {
        (Ok(open), Ok(named), Some(Ok(folder))) => {
            open.ino() == named.ino() && open.dev() == named.dev() && open.uid() == folder.uid()
        }
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_same(_: &File, path: &Path) -> bool {
    path.exists()
}

/// Whether the user stands there, who would be left in a folder that is gone.
fn is_stood_in(out: &Path) -> bool {
    std::env::current_dir().is_ok_and(|here| here.starts_with(out))
}

/// Whether another file system is mounted there.
#[cfg(target_os = "linux")]
fn is_mounted(out: &Path) -> bool {
    use rustix::fs::{AtFlags, CWD, StatxAttributes, StatxFlags, statx};
    statx(CWD, out, AtFlags::empty(), StatxFlags::empty())
        .is_ok_and(|found| found.stx_attributes.contains(StatxAttributes::MOUNT_ROOT))
}

#[cfg(not(target_os = "linux"))]
fn is_mounted(_: &Path) -> bool {
    false
}
