//! Exporting from end to end: what deploys the plan, for the tool that is asked for, written whole or not at all.

use std::path::{Component, Path, PathBuf};

use super::deployment::{DeploymentError, deployment};
use super::files::{FileError, prepare, prepare_program, put_back, read_text};
use super::load::Loaded;
use super::locate::is_inside;
use super::shown;
use crate::deploy::{CannotExport, Mode, NamedFile, Shape, Tool, shell_word};
use crate::model::deployment::Install;
use crate::model::listing::Source;
use crate::model::watch::Watch;
use crate::pack::MadeFolders;
use crate::session::Assessment;
use crate::verdict::rebuild_command;

/// What to export.
#[derive(Clone, Debug)]
pub struct ExportOptions {
    /// For whom.
    pub tool: Tool,
    /// How much of it.
    pub shape: Shape,
    /// The folder that the files go to; `None`: they are only looked at.
    pub out: Option<PathBuf>,
    /// Where the artifacts lie, or will; `None`: beside the plan.
    pub artifacts: Option<PathBuf>,
}

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
    #[error("{} lies in the build, which is read and never written to; name a folder beside it with --out", shown(.0))]
    InsideBuild(PathBuf),
    /// The folder.
    #[error("{} cannot be written: {}", shown(.0), .1)]
    Folder(PathBuf, String),
    /// A file.
    #[error(transparent)]
    File(#[from] FileError),
}

/// The files of a tool for what is loaded.
pub fn export(
    loaded: &Loaded,
    assessment: &Assessment,
    options: &ExportOptions,
    watch: &dyn Watch,
) -> Result<Vec<NamedFile>, ExportFailure> {
    let packed = options.artifacts.clone().unwrap_or_else(|| loaded.plan_file.artifacts());
    let from = options.out.clone().unwrap_or_else(|| folder_of(&loaded.plan_file.path));
    let named = relative(&from, &packed).ok_or_else(|| ExportFailure::NotText(packed.clone()))?;
    let mut deployment = deployment(loaded, assessment, &packed, named, watch)?;
    let way = |path: &Path| relative(&from, path).ok_or_else(|| ExportFailure::NotText(path.to_owned()));
    deployment.build.plan = way(&loaded.plan_file.path)?;
    if let Source::Directory(path) | Source::Zip(path, _) = &loaded.bundle.listing.source {
        deployment.build.path = way(path)?;
    }
    deployment.build.install = install(loaded, &deployment.build.plan, &deployment.build.path);
    Ok(options.tool.files(&deployment, options.shape)?)
}

/// How the packages of a bundle are installed anew, from the manifest beside the plan.
fn install(loaded: &Loaded, plan: &str, path: &str) -> Option<Install> {
    let runtime = loaded.target.runtime.as_ref()?;
    let manifest = match runtime.python_version() {
        Some(_) => "requirements.txt",
        None if runtime.as_str().starts_with("nodejs") => "package.json",
        None => return None,
    };
    let at = Path::new(plan).with_file_name(manifest).to_string_lossy().into_owned();
    let command = rebuild_command(manifest, &loaded.target, &shell_word(&at), &shell_word(path))?;
    Some(Install { manifest: at, command })
}

fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new(".")).to_owned()
}

/// The way from one folder to another; across drives there is none, so the whole path is named.
fn relative(from: &Path, to: &Path) -> Option<String> {
    let plain = |path: &Path| -> Vec<std::ffi::OsString> {
        let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut parts: Vec<std::ffi::OsString> = Vec::new();
        for part in whole.components() {
            match part {
                Component::ParentDir => drop(parts.pop()),
                Component::CurDir => {}
                part => parts.push(part.as_os_str().to_owned()),
            }
        }
        parts
    };
    let (from, to) = (plain(from), plain(to));
    let common = from.iter().zip(&to).take_while(|(one, other)| one == other).count();
    if common == 0 {
        return Some(to.iter().collect::<PathBuf>().to_str()?.replace('\\', "/"));
    }
    let up = from[common..].iter().map(|_| Some(".."));
    let parts = up.chain(to[common..].iter().map(|part| part.to_str())).collect::<Option<Vec<&str>>>()?;
    Some(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

/// Writes files into a folder: all of them, or none. A file that is there is replaced only where that is wanted.
pub fn write_files(
    loaded: &Loaded,
    folder: &Path,
    files: &[NamedFile],
    existing: Existing,
) -> Result<Exported, ExportFailure> {
    let paths: Vec<PathBuf> = files.iter().map(|file| folder.join(&file.name)).collect();
    if let Source::Directory(build) = &loaded.bundle.listing.source
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn artifacts_are_named_from_where_the_files_lie() {
        let way = |from: &str, to: &str| relative(Path::new(from), Path::new(to)).unwrap();
        assert_eq!(way(".", "artifacts"), "artifacts");
        assert_eq!(way("deploy/sam", "artifacts"), "../../artifacts");
        assert_eq!(way("a/../b", "./b"), ".");
        assert_eq!(way("/x", "/y/z"), "../y/z");
    }
}
