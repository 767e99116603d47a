//! Where artifacts are made, and how they get their names: all at once, or not at all.
//!
//! They are written in a folder of their own beside the output folder, `.NAME.bayplan-staging`, which one process at a
//! time holds by a lock. When everything is complete, the new folder and the old one change places in one step; until
//! then the old one is as it was, whenever the process is killed. What a killed run leaves is the staging folder, and
//! the next run takes it over.
//!
//! Where the output folder cannot be replaced (it is mounted, or the folder above it is closed), staging happens inside
//! it and files are given their names one by one, the manifest last and taken away first: a kill in that moment leaves
//! a folder without a manifest, which nothing takes for whole, and the next run begins by putting the old set back.
//!
//! Durability against a loss of power is not sought: artifacts can be made again, and `check --artifacts` compares.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read};
use std::path::{Component, Path, PathBuf};

use crate::model::escape::printable;
use crate::model::manifest::{EFS_FOLDER, MANIFEST};

/// The end of a staging folder's name.
const STAGING: &str = "bayplan-staging";
/// Stands in a staging folder while new files are being put into the output folder itself.
const PLACING: &str = "placing";
/// More than any manifest has.
const LONGEST_MANIFEST: u64 = 64 << 20;
const FOLDER: u32 = 0o755;

/// Why artifacts cannot be put there.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The build is read and never written to.
    #[error("{} lies in the build, which is read and never written to; name a folder beside it with --out", shown(.0))]
    InsideBuild(PathBuf),
    /// Packing would replace what it reads.
    #[error("{} holds what is to be packed; name another folder with --out", shown(.0))]
    HoldsBuild(PathBuf),
    /// A file, a FIFO, a device.
    #[error("{} is not a folder; name another with --out", shown(.0))]
    NotAFolder(PathBuf),
    /// A link that leads nowhere.
    #[error("{} is a link that leads nowhere; mend it or name another folder with --out", shown(.0))]
    DeadLink(PathBuf),
    /// Something else is kept there.
    #[error("{} holds \"{}\", which bayplan did not pack; name an empty folder with --out", shown(.0), printable(.1.as_encoded_bytes()))]
    Foreign(PathBuf, OsString),
    /// Another process packs into it.
    #[error("another bayplan is packing into {}; wait for it", shown(.0))]
    Busy(PathBuf),
    /// The system refuses.
    #[error("{} cannot be written: {}; check the disk and the folder's permissions", shown(.0), words(.1))]
    Write(PathBuf, io::Error),
}

/// How the new set takes the old one's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// The folders change places.
    Exchange,
    /// File by file, inside the folder.
    Inside,
}

/// A set of artifacts in the making. Dropped, it is gone.
#[derive(Debug)]
pub struct Stage {
    out: PathBuf,
    staging: PathBuf,
    way: Way,
    /// Held for as long as this process works here.
    _lock: File,
    /// Folders above the output that were made for it, the upper ones first.
    made: Vec<PathBuf>,
}

impl Stage {
    /// Begins a set that is to lie in `out`. Refuses folders that hold anything but artifacts of bayplan's, and those
    /// inside or around the `source` that is packed.
    pub fn begin(out: &Path, source: &Path) -> Result<Stage, OutputError> {
        let out = resolve(out)?;
        refuse_source(&out, source)?;
        check_ours(&out)?;
        let made = make_parents(&out)?;
        let claimed = claim(&out);
        let (staging, lock, way) = claimed.inspect_err(|_| remove_made(&made))?;
        let stage = Stage { out, staging, way, _lock: lock, made };
        stage.clear()?;
        Ok(stage)
    }

    /// The folder that the artifacts are to be written in.
    pub fn folder(&self) -> PathBuf {
        self.staging.join("new")
    }

    /// The folder that they will lie in.
    pub fn out(&self) -> &Path {
        &self.out
    }

    /// Gives the artifacts their names. What lay there before is gone afterwards.
    pub fn commit(mut self) -> Result<PathBuf, OutputError> {
        check_ours(&self.out)?;
        let failed = |error| OutputError::Write(self.out.clone(), error);
        match self.way {
            Way::Exchange => self.exchange().map_err(failed)?,
            Way::Inside => self.rename_each().map_err(failed)?,
        }
        self.made.clear();
        Ok(self.out.clone())
    }

    /// Takes over what a killed run left, and makes the new folder.
    fn clear(&self) -> Result<(), OutputError> {
        let failed = |error| OutputError::Write(self.staging.clone(), error);
        let old = self.staging.join("old");
        match self.way {
            Way::Exchange if !self.out.exists() && old.exists() => {
                fs::rename(&old, &self.out).map_err(failed)?;
                check_ours(&self.out)?;
            }
            Way::Inside if old.exists() => self.roll_back(&old).map_err(failed)?,
            _ => {}
        }
        let _ = fs::remove_file(self.staging.join(PLACING));
        remove_tree(&old).and_then(|()| remove_tree(&self.folder())).map_err(failed)?;
        fs::create_dir(self.folder()).and_then(|()| set_mode(&self.folder(), FOLDER)).map_err(failed)
    }

    fn exchange(&self) -> io::Result<()> {
        let (new, old) = (self.folder(), self.staging.join("old"));
        if !self.out.exists() {
            return fs::rename(&new, &self.out);
        }
        let _ = copy_mode(&self.out, &new);
        if swap(&new, &self.out).is_ok() {
            return Ok(());
        }
        fs::rename(&self.out, &old)?;
        fs::rename(&new, &self.out).inspect_err(|_| drop(fs::rename(&old, &self.out)))
    }

    fn rename_each(&self) -> io::Result<()> {
        let (new, old) = (self.folder(), self.staging.join("old"));
        fs::create_dir(&old)?;
        rename_all(&self.out, &old, Manifest::First)?;
        File::create(self.staging.join(PLACING))?;
        rename_all(&new, &self.out, Manifest::Last)
    }

    /// A run was killed while names were given one by one: what it put there goes, what it took away comes back.
    fn roll_back(&self, old: &Path) -> io::Result<()> {
        if self.out.join(MANIFEST).exists() {
            return Ok(());
        }
        if self.staging.join(PLACING).exists() {
            names(&self.out)?
                .iter()
                .filter(|name| !is_staging(name))
                .try_for_each(|name| remove(&self.out.join(name)))?;
        }
        rename_all(old, &self.out, Manifest::Last)
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // What cannot be removed now is taken over by the next run.
        let _ = fs::remove_dir_all(&self.staging);
        remove_made(&self.made);
    }
}

/// The folder itself, by a path without links; what does not exist yet hangs below what does.
fn resolve(out: &Path) -> Result<PathBuf, OutputError> {
    let failed = |error| OutputError::Write(out.to_owned(), error);
    let is_link = fs::symlink_metadata(out).is_ok_and(|metadata| metadata.is_symlink());
    match fs::metadata(out) {
        Ok(metadata) if metadata.is_dir() => return fs::canonicalize(out).map_err(failed),
        Ok(_) => return Err(OutputError::NotAFolder(out.to_owned())),
        Err(_) if is_link => return Err(OutputError::DeadLink(out.to_owned())),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed(error)),
        Err(_) => {}
    }
    let absolute = std::path::absolute(out).map_err(failed)?;
    let (Some(parent), Some(Component::Normal(name))) = (absolute.parent(), absolute.components().next_back()) else {
        return Err(OutputError::NotAFolder(out.to_owned()));
    };
    resolve(parent).map(|parent| parent.join(name))
}

fn refuse_source(out: &Path, source: &Path) -> Result<(), OutputError> {
    let Ok(source) = fs::canonicalize(source) else { return Ok(()) };
    if source.is_dir() && out.starts_with(&source) {
        return Err(OutputError::InsideBuild(out.to_owned()));
    }
    if source.starts_with(out) {
        return Err(OutputError::HoldsBuild(out.to_owned()));
    }
    Ok(())
}

/// Refuses a folder with anything in it that its manifest does not name. What lies in the tree for EFS belongs to it.
fn check_ours(out: &Path) -> Result<(), OutputError> {
    let failed = |error| OutputError::Write(out.to_owned(), error);
    let found = match names(out) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        found => found.map_err(failed)?,
    };
    let found: Vec<OsString> = found.into_iter().filter(|name| !is_staging(name)).collect();
    if found.is_empty() {
        return Ok(());
    }
    // A killed run may have left the manifest of what lies there in its staging folder.
    let staging = out.join(format!(".{STAGING}"));
    let manifests = [out.to_owned(), staging.join("old"), staging.join("new")];
    let named: Vec<_> = manifests.iter().filter_map(|folder| named_by_manifest(&folder.join(MANIFEST))).collect();
    if let Some(foreign) = found.into_iter().find(|name| !named.iter().any(|(files, _)| files.contains(name))) {
        return Err(OutputError::Foreign(out.to_owned(), foreign));
    }
    let trees = names(&out.join(EFS_FOLDER)).unwrap_or_default();
    let is_foreign = |name: &OsString| {
        let path = Path::new(EFS_FOLDER).join(name);
        !named.iter().any(|(_, tree)| tree.as_ref() == Some(&path))
    };
    match trees.into_iter().find(is_foreign) {
        Some(foreign) => Err(OutputError::Foreign(out.join(EFS_FOLDER), foreign)),
        None => Ok(()),
    }
}

/// The files that a manifest of any version names, itself among them, and the tree for EFS; `None`: it is none.
fn named_by_manifest(path: &Path) -> Option<(BTreeSet<OsString>, Option<PathBuf>)> {
    let metadata = fs::symlink_metadata(path).ok().filter(fs::Metadata::is_file)?;
    let mut text = String::new();
    File::open(path).ok()?.take(LONGEST_MANIFEST.min(metadata.len())).read_to_string(&mut text).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&text).ok()?;
    manifest["version"].as_u64()?;
    let zips = manifest["artifacts"].as_array()?.iter().filter_map(|zip| zip["file"].as_str());
    let mut files: BTreeSet<OsString> = zips.map(OsString::from).collect();
    files.insert(MANIFEST.into());
    let tree = manifest["efs"]["folder"].as_str().map(PathBuf::from);
    files.extend(tree.as_ref().map(|_| OsString::from(EFS_FOLDER)));
    Some((files, tree))
}

/// A staging folder that this process holds alone.
fn claim(out: &Path) -> Result<(PathBuf, File, Way), OutputError> {
    let name = out.file_name().unwrap_or_default();
    if let Some(parent) = out.parent().filter(|_| !is_mounted(out)) {
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
        match fs::create_dir(staging) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(failed(error)),
            _ => {}
        }
        if !fs::symlink_metadata(staging).is_ok_and(|metadata| metadata.is_dir()) {
            return Err(OutputError::NotAFolder(staging.to_owned()));
        }
        let path = staging.join("lock");
        let lock = match File::options().write(true).create(true).truncate(false).open(&path) {
            // Whoever held it has just removed it.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            lock => lock.map_err(failed)?,
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

/// Makes the folders above the output that are missing; returns those.
fn make_parents(out: &Path) -> Result<Vec<PathBuf>, OutputError> {
    let missing = out.ancestors().skip(1).take_while(|parent| !parent.exists());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    missing.reverse();
    let make = |path: &PathBuf| fs::create_dir(path).map_err(|error| OutputError::Write(path.clone(), error));
    missing.iter().try_for_each(make).inspect_err(|_| remove_made(&missing))?;
    Ok(missing)
}

/// Removes folders as far as they are empty.
fn remove_made(made: &[PathBuf]) {
    made.iter().rev().for_each(|path| drop(fs::remove_dir(path)));
}

fn remove_tree(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        outcome => outcome,
    }
}

fn remove(path: &Path) -> io::Result<()> {
    if fs::symlink_metadata(path)?.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
}

/// When the manifest is moved: a folder that has it is whole.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Manifest {
    First,
    Last,
}

/// Moves everything but the staging folder from one folder to another.
fn rename_all(from: &Path, to: &Path, manifest: Manifest) -> io::Result<()> {
    let mut all: Vec<OsString> = names(from)?.into_iter().filter(|name| !is_staging(name)).collect();
    all.sort_by_key(|name| (name.as_encoded_bytes() == MANIFEST.as_bytes()) == (manifest == Manifest::Last));
    all.iter().try_for_each(|name| fs::rename(from.join(name), to.join(name)))
}

fn names(folder: &Path) -> io::Result<Vec<OsString>> {
    fs::read_dir(folder)?.map(|found| Ok(found?.file_name())).collect()
}

fn is_staging(name: &OsString) -> bool {
    name.as_encoded_bytes() == format!(".{STAGING}").as_bytes()
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

/// Two folders change places in one step.
#[cfg(target_os = "linux")]
fn swap(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(target_os = "linux"))]
fn swap(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

fn copy_mode(from: &Path, to: &Path) -> io::Result<()> {
    fs::set_permissions(to, fs::metadata(from)?.permissions())
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> io::Result<()> {
    Ok(())
}

fn shown(path: &Path) -> String {
    printable(path.as_os_str().as_encoded_bytes())
}

/// The system's words, without the number that `std` puts behind them.
fn words(error: &io::Error) -> String {
    super::encode::unreadable(io::Error::new(error.kind(), error.to_string())).to_string()
}
