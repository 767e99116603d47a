//! What is exported, written: whole or not at all, never over what is there unasked, never into the build.

use std::path::{Path, PathBuf};

use super::deployment::DeploymentError;
use super::files::{FileError, prepare, prepare_program, put_back, read_text};
use super::locate::is_inside;
use super::shown;
use crate::deploy::{CannotExport, Mode, NamedFile};
use crate::model::listing::Source;
use crate::pack::MadeFolders;

/// What becomes of files that are there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Existing {
    /// They are left as they are, and nothing is written.
    #[default]
    Refuse,
    /// They are replaced.
    Replace,
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exported {
    /// The files, in their order.
    pub files: Vec<PathBuf>,
}

/// Why nothing was exported. No file was changed.
#[derive(Debug, thiserror::Error)]
pub enum ExportFailure {
    /// It is not known what is to be deployed.
    #[error(transparent)]
    Deployment(#[from] DeploymentError),
    /// The tool cannot be given it.
    #[error(transparent)]
    Tool(#[from] CannotExport),
    /// A template cannot name it.
    #[error("{} is no name that a template can hold; name another folder with --artifacts", shown(.0))]
    NotText(PathBuf),
    /// Somebody's file.
    #[error("{} is there already and was left as it is; --force writes over it", shown(.0))]
    Exists(PathBuf),
    /// The build is read and never written to.
    #[error("{} lies in the build, which is read and never written to; name a folder beside it", shown(.0))]
    InsideBuild(PathBuf),
    /// The folder.
    #[error("{} cannot be written: {}", shown(.0), .1)]
    Folder(PathBuf, String),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Writes files into a folder: all of them, or none. A file that is there is replaced only where that is wanted, and the
/// build that they were made from is never written to.
pub fn write_files(
    source: &Source,
    folder: &Path,
    files: &[NamedFile],
    existing: Existing,
) -> Result<Exported, ExportFailure> {
    let paths: Vec<PathBuf> = files.iter().map(|file| folder.join(&file.name)).collect();
    if let Source::Directory(build) = source
        && (is_inside(&folder.join("file"), build)
            || nearest_folder(folder).is_some_and(|nearest| is_inside(&nearest.join("file"), build))
            || paths.iter().any(|path| is_inside(path, build)))
    {
        return Err(ExportFailure::InsideBuild(folder.to_owned()));
    }
    if let Some(there) = paths.iter().find(|path| existing == Existing::Refuse && path.symlink_metadata().is_ok()) {
        return Err(ExportFailure::Exists(there.clone()));
    }
    let failed = |(folder, error)| ExportFailure::Folder(folder, super::files::words(&error));
    let mut made = MadeFolders::default();
    paths.iter().filter_map(|path| path.parent()).try_for_each(|folder| made.make(folder)).map_err(failed)?;
    let before = paths.iter().map(|path| read_text(path)).collect::<Result<Vec<_>, FileError>>()?;
    let ready = paths.iter().zip(files).map(|(path, file)| match file.mode {
        Mode::Plain => prepare(path, &file.text),
        Mode::Program => prepare_program(path, &file.text),
    });
    let ready = ready.collect::<Result<Vec<_>, FileError>>()?;
    for (done, written) in ready.into_iter().enumerate() {
        if let Err(error) = written.commit() {
            put_all_back(&paths[..done], &before[..done]);
            return Err(error.into());
        }
    }
    made.keep();
    Ok(Exported { files: paths })
}

/// The folder itself, or the one above it that is there already.
fn nearest_folder(folder: &Path) -> Option<PathBuf> {
    let whole = std::path::absolute(folder).ok()?;
    whole.ancestors().find(|above| above.exists()).map(Path::to_owned)
}

/// As it was before, as far as the system lets us.
fn put_all_back(paths: &[PathBuf], before: &[Option<String>]) {
    paths.iter().zip(before).for_each(|(path, text)| put_back(path, text.as_deref()));
}
