//! Whose plan a `bayplan.toml` is where several builds lie in one folder.
//!
//! One plan is found for all of them, but it plans one. It says which by `source`, or by the name of its function, which
//! a new plan has from its build. Another build's plan is never continued unasked: its budgets would be judged, and its
//! packages saved away, for the wrong function.

use std::path::{Path, PathBuf};

use super::locate::{DEMO, is_inside};
use crate::attribute::source_folder;
use crate::model::plan::Plan;
use crate::model::watch::Unwatched;
use crate::scan;

/// The longest name of a function.
const LONGEST_NAME: usize = 64;

/// How a build's function is called in a new plan: as its folder or zip, in letters that Lambda takes.
pub(super) fn build_name(path: &Path) -> String {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let is_zip = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"));
    let name = if is_zip { path.file_stem() } else { path.file_name() };
    let name = name.unwrap_or_default().to_string_lossy();
    let fits = |letter: char| letter.is_ascii_alphanumeric() || letter == '-' || letter == '_';
    let fit: String = name.chars().map(|letter| if fits(letter) { letter } else { '-' }).take(LONGEST_NAME).collect();
    match fit.trim_matches('-') {
        "" => "function".to_owned(),
        fit => fit.to_owned(),
    }
}

/// The other build that a plan in `file` is of; `None`: it may well be of the one at `path`.
///
/// A build and its zip, side by side, share a plan. Where a build of the plan's name lies beside the plan, one of the
/// same name that lies deeper is another's.
pub(super) fn other_build(plan: &Plan, file: &Path, path: &Path) -> Option<PathBuf> {
    let is_other = |build: &PathBuf| is_build(build) && !is_same(build, path);
    let name = &plan.function.name;
    let beside = |file: &Path| [file.with_file_name(name), file.with_file_name(format!("{name}.zip"))];
    match &plan.function.source {
        Some(source) if source == DEMO || path.as_os_str() == DEMO => {
            (path.as_os_str() != source.as_str()).then(|| PathBuf::from(source))
        }
        Some(source) => Some(file.with_file_name(source)).filter(is_other),
        // The recording's plans say that they are its.
        None if path.as_os_str() == DEMO => Some(file.with_file_name(name)),
        None if build_name(path) != *name => beside(path).into_iter().find(is_other),
        None if is_inside(file, path) || is_same(folder_of(file), folder_of(path)) => None,
        None => beside(file).into_iter().find(is_other),
    }
}

/// Whether a build lies there. A folder of sources, which is often called as its function is, is none.
fn is_build(path: &Path) -> bool {
    let is_source = || scan::open(path, &Unwatched).is_ok_and(|found| source_folder(&found.listing).is_some());
    path.exists() && !is_source()
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn is_same(one: &Path, other: &Path) -> bool {
    match (std::fs::canonicalize(one), std::fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_plan_gets_a_name_that_lambda_takes() {
        let name = |path: &str| build_name(Path::new(path));
        assert_eq!(name("dist/my function.v2.zip"), "my-function-v2");
        assert_eq!(name("猫.zip"), "function");
        assert_eq!(name("build.v2"), "build-v2");
        assert_eq!(name(&format!("{}.zip", "x".repeat(80))).len(), LONGEST_NAME);
    }
}
