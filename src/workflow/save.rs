//! Saving plan and lock: whole or not at all, never into the build, never over somebody else's change unasked.

use std::fmt;
use std::path::PathBuf;

use super::files::{FileError, prepare, put_back, read_text};
use super::locate::{PlanFile, is_inside};
use super::shown;
use crate::model::bundle::Bundle;
use crate::model::lock::Lock;
use crate::model::plan::Plan;
use crate::model::target::Target;
use crate::planfile::{render_lock, render_plan};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Saved {
    /// The plan.
    pub plan: PathBuf,
    /// Its lock.
    pub lock: PathBuf,
}

impl fmt::Display for Saved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "saved {} and {}", shown(&self.plan), shown(&self.lock))
    }
}

/// Why nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// Somebody else changed or made the file in the meantime; the words ask whether to write over it.
    #[error("{0}")]
    Changed(String),
    /// The file would lie in what is open.
    #[error("{} lies in the build, which is read and never written to; name a place beside it with --plan", shown(.0))]
    InsideBuild(PathBuf),
    /// The lock's name is taken by a file that bayplan did not write.
    #[error("{} is there and is no lock of bayplan; give the plan another name with --plan", shown(.0))]
    ForeignLock(PathBuf),
    /// The file itself.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Writes plan and lock. Refuses to write over what somebody else wrote since the plan was read, unless told to.
pub fn save_plan(
    file: &mut PlanFile,
    plan: &Plan,
    target: &Target,
    bundle: &Bundle,
    overwrite: bool,
) -> Result<Saved, SaveError> {
    refuse_inside(file)?;
    let on_disk = read_text(&file.path)?;
    if on_disk != file.text && !overwrite {
        return Err(SaveError::Changed(conflict(file, on_disk.is_some())));
    }
    refuse_foreign_lock(file)?;
    let text = render_plan(plan, on_disk.as_deref());
    let lock = prepare(&file.lock_path(), &render_lock(&Lock::new(bundle, plan, target)))?;
    if on_disk.as_ref() != Some(&text) {
        prepare(&file.path, &text)?.commit()?;
    }
    lock.commit().inspect_err(|_| put_back(&file.path, on_disk.as_deref()))?;
    file.text = Some(text);
    Ok(Saved { plan: file.path.clone(), lock: file.lock_path() })
}

/// Writes the lock alone: the bundle is what the plan is made from now.
pub fn save_lock(file: &PlanFile, lock: &Lock) -> Result<PathBuf, SaveError> {
    refuse_inside(file)?;
    refuse_foreign_lock(file)?;
    let path = file.lock_path();
    prepare(&path, &render_lock(lock))?.commit()?;
    Ok(path)
}

fn refuse_inside(file: &PlanFile) -> Result<(), SaveError> {
    match &file.build {
        Some(build) if is_inside(&file.path, build) => Err(SaveError::InsideBuild(file.path.clone())),
        _ => Ok(()),
    }
}

/// A lock that bayplan wrote says so in its first line, however much of it was broken since. The one beside
/// `bayplan.toml` can be nobody else's.
fn refuse_foreign_lock(file: &PlanFile) -> Result<(), SaveError> {
    let path = file.lock_path();
    if path.file_name().is_some_and(|name| name == "bayplan.lock") {
        return Ok(());
    }
    match read_text(&path)? {
        Some(text) if !text.trim().is_empty() && !text.lines().next().is_some_and(|line| line.contains("bayplan")) => {
            Err(SaveError::ForeignLock(path))
        }
        _ => Ok(()),
    }
}

fn conflict(file: &PlanFile, is_there: bool) -> String {
    let path = shown(&file.path);
    match (&file.text, is_there) {
        (None, _) => format!("{path} is there already and is another plan; open it with --plan, or save elsewhere"),
        (Some(_), true) => format!("{path} was changed by somebody else since it was read"),
        (Some(_), false) => format!("{path} was removed by somebody else since it was read"),
    }
}
