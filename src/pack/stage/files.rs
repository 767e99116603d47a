//! Small steps on files and folders that the standard library has no single name for.

use std::ffi::OsString;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::STAGING;
use crate::model::manifest::MANIFEST;

pub(super) fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

pub(super) fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// When the manifest is moved: a folder that has it is whole.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Manifest {
    First,
    Last,
}

/// Moves everything but the staging folder from one folder to another.
pub(super) fn rename_all(from: &Path, to: &Path, manifest: Manifest) -> io::Result<()> {
    let mut all: Vec<OsString> = names(from)?.into_iter().filter(|name| !is_staging(name)).collect();
    all.sort_by_key(|name| (name.as_encoded_bytes() == MANIFEST.as_bytes()) == (manifest == Manifest::Last));
    all.iter().try_for_each(|name| fs::rename(from.join(name), to.join(name)))
}

pub(super) fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    fs::read_dir(folder)?.map(|found| Ok(found?.file_name())).collect()
}

pub(super) fn is_staging(name: &OsString) -> bool {
    name.as_encoded_bytes() == format!(".{STAGING}").as_bytes()
}

/// Two folders change places in one step.
#[cfg(target_os = "linux")]
pub(super) fn swap(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn swap(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

pub(super) fn copy_mode(from: &Path, to: &Path) -> io::Result<()> {
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

#[cfg(unix)]
pub(super) fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
pub(super) fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}
