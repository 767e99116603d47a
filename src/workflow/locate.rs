//! Finding the plan that belongs to a path, and where a new one would be saved.

use std::path::{Path, PathBuf};

use super::files::{FileError, read_text};
use super::inspect::is_artifact;
use super::load::{LoadError, LoadOptions};
use super::shown;
use super::whose::{build_name, other_build};
use crate::model::plan::Plan;
use crate::planfile::parse_plan;

/// How a plan's file is called.
const PLAN: &str = "bayplan.toml";
/// How the folder of its artifacts is called.
const ARTIFACTS: &str = "artifacts";
/// The path that names the built-in recording.
pub(super) const DEMO: &str = "demo:";

/// Where a plan is saved, and what stood there when it was read.
#[derive(Clone, Debug)]
pub struct PlanFile {
    /// Its path.
    pub path: PathBuf,
    /// Its text when it was read; `None`: there was no such file.
    pub text: Option<String>,
    /// The folder that is open; nothing is written into it.
    pub(super) build: Option<PathBuf>,
    /// A plan that was found first and is of another build.
    pub(super) not_taken: Option<NotTaken>,
}

/// A plan that is of another build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotTaken {
    /// The plan.
    pub file: PathBuf,
    /// Whose it is.
    pub build: PathBuf,
}

impl NotTaken {
    /// Where the plan of the build at `path` is saved instead: beside the other, under a name of its own. A build of
    /// the same name would find it there, so beside the build itself.
    fn own(&self, path: &Path) -> PathBuf {
        let is_namesake = build_name(path) == build_name(&self.build);
        let beside = new_file(path);
        if is_namesake && beside != self.file { beside } else { own_file(&self.file, path) }
    }
}

/// A plan's file, and the plan in it.
#[derive(Clone, Debug)]
pub struct OpenedPlan {
    /// The file.
    pub file: PlanFile,
    /// What it says; `None`: it does not exist yet.
    pub plan: Option<Plan>,
}

impl PlanFile {
    /// The same build's plan in another place, with what stands there now.
    pub fn elsewhere(&self, path: PathBuf) -> Result<PlanFile, LoadError> {
        let text = if path == self.path { self.text.clone() } else { read_text(&path)? };
        Ok(PlanFile { path, text, build: self.build.clone(), not_taken: None })
    }

    /// Where the plan's artifacts are packed if nothing else is said: in a folder beside it.
    pub fn artifacts(&self) -> PathBuf {
        self.path.with_file_name(ARTIFACTS)
    }

    /// Where the plan's lock lies.
    pub fn lock_path(&self) -> PathBuf {
        let lock = self.path.with_extension("lock");
        if lock != self.path { lock } else { PathBuf::from(format!("{}.lock", self.path.display())) }
    }
}

/// Finds and reads the plan that belongs to a path.
pub fn find_plan(path: &Path, options: &LoadOptions) -> Result<OpenedPlan, LoadError> {
    let build = path.is_dir().then(|| path.to_owned());
    let candidates = match &options.plan {
        Some(file) => vec![file.clone()],
        None => candidates(path),
    };
    let mut not_taken = None;
    for file in &candidates {
        let text = match read_text(file) {
            // What lies where nobody may look is nobody's plan; the scan will say that the folder is closed.
            Err(_) if options.plan.is_none() && is_closed(file) => None,
            text => text?,
        };
        if let Some(text) = text {
            let plan = parse_plan(&text).map_err(|error| LoadError::Plan(shown(file), error))?;
            let other = || other_build(&plan, file, path).map(|build| NotTaken { file: file.clone(), build });
            if let Some(other) = other().filter(|_| options.plan.is_none()) {
                not_taken.get_or_insert(other);
                continue;
            }
            let file = PlanFile { path: file.clone(), text: Some(text), build, not_taken };
            return Ok(OpenedPlan { file, plan: Some(plan) });
        }
    }
    let new =
        options.plan.clone().unwrap_or_else(|| not_taken.as_ref().map_or_else(|| new_file(path), |it| it.own(path)));
    Ok(OpenedPlan { file: PlanFile { path: new, text: None, build, not_taken }, plan: None })
}

/// Whether the file's folder may not be looked into.
fn is_closed(file: &Path) -> bool {
    std::fs::metadata(file).is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
}

fn candidates(path: &Path) -> Vec<PathBuf> {
    let mut candidates = vec![new_file(path)];
    // What was packed is what the plan made of another build.
    if lies_below_here(path) && !is_artifact(path) {
        candidates.push(PathBuf::from(PLAN));
    }
    let mut with_own: Vec<PathBuf> = candidates.into_iter().flat_map(|file| [own_file(&file, path), file]).collect();
    if path.is_dir() {
        with_own.push(path.join(PLAN));
    }
    with_own
}

/// The plan of one build where another has the plain name: `bayplan-worker.toml` for `worker.zip`.
fn own_file(plain: &Path, path: &Path) -> PathBuf {
    plain.with_file_name(format!("bayplan-{}.toml", build_name(path)))
}

/// Beside the build, as the user would write the path.
fn new_file(path: &Path) -> PathBuf {
    match (path.parent(), path.file_name()) {
        _ if path.as_os_str() == DEMO => PathBuf::from(PLAN),
        (Some(parent), Some(_)) => parent.join(PLAN),
        // `.`, `..` and `/` have no name of their own to stand beside.
        _ => path.join("..").join(PLAN),
    }
}

fn lies_below_here(path: &Path) -> bool {
    let (Ok(here), Ok(path)) = (std::env::current_dir(), std::fs::canonicalize(path)) else { return false };
    std::fs::canonicalize(here).is_ok_and(|here| path != here && path.starts_with(here))
}

/// Whether a file would lie inside a folder.
pub(super) fn is_inside(file: &Path, folder: &Path) -> bool {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let target = std::fs::canonicalize(file).or_else(|_| std::fs::canonicalize(parent));
    match (target, std::fs::canonicalize(folder)) {
        (Ok(target), Ok(folder)) => target.starts_with(folder),
        _ => false,
    }
}

impl From<FileError> for LoadError {
    fn from(error: FileError) -> LoadError {
        LoadError::File(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_plan_lies_beside_the_build() {
        assert_eq!(new_file(Path::new("build")), Path::new("bayplan.toml"));
        assert_eq!(new_file(Path::new("a/function.zip")), Path::new("a/bayplan.toml"));
        assert_eq!(new_file(Path::new(".")), Path::new("./../bayplan.toml"));
        assert_eq!(new_file(Path::new("demo:")), Path::new("bayplan.toml"));
    }

    #[test]
    fn the_lock_lies_beside_the_plan() {
        let lock = |path: &str| PlanFile { path: path.into(), text: None, build: None, not_taken: None }.lock_path();
        assert_eq!(lock("a/bayplan.toml"), Path::new("a/bayplan.lock"));
        assert_eq!(lock("a/plan.lock"), Path::new("a/plan.lock.lock"), "a lock never overwrites its plan");
    }
}
