//! Where artifacts are made, and how they get their names: all at once, or not at all.
//!
//! They are written in a folder of their own beside the output folder, `.NAME.bayplan-staging`, which one process at a
//! time holds by a lock. When everything is complete, the new folder and the old one change places in one step; until
//! then the old one is as it was, whenever the process is killed. What a killed run leaves is the staging folder, and
//! the next run takes it over.
//!
//! Where the output folder cannot be replaced (it is mounted, the folder above it is closed, or the user stands in it),
//! staging happens inside it and files are given their names one by one, the manifest last and taken away first: a kill in that moment leaves
//! a folder without a manifest, which nothing takes for whole, and the next run begins by putting the old set back.
//!
//! Durability against a loss of power is not sought: artifacts can be made again, and `check --artifacts` compares.

mod files;
mod folder;
mod hold;

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::made::MadeFolders;
use crate::model::escape::{printable, shown_path as shown};
use crate::model::manifest::MANIFEST;
use files::{Manifest, copy_mode, is_staging, names, remove, remove_tree, rename_all, set_mode, swap};
use folder::{check_ours, refuse_source, resolve};
use hold::claim;

/// The end of a staging folder's name.
const STAGING: &str = "bayplan-staging";
/// Stands in a staging folder while new files are being put into the output folder itself.
const PLACING: &str = "placing";
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
    /// Folders above the output that were made for it.
    made: MadeFolders,
}

impl Stage {
    /// Begins a set that is to lie in `out`. Refuses folders that hold anything but artifacts of bayplan's, and those
    /// inside or around the `source` that is packed.
    pub fn begin(out: &Path, source: &Path) -> Result<Stage, OutputError> {
        let out = resolve(out)?;
        refuse_source(&out, source)?;
        check_ours(&out)?;
        let mut made = MadeFolders::default();
        let above = out.parent().unwrap_or(&out);
        made.make(above).map_err(|(folder, error)| OutputError::Write(folder, error))?;
        let (staging, lock, way) = claim(&out)?;
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
        self.made.keep();
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
    }
}

/// The system's words, without the number that `std` puts behind them.
fn words(error: &io::Error) -> String {
    super::encode::unreadable(io::Error::new(error.kind(), error.to_string())).to_string()
}
