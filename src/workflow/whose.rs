//! Whose plan a `bayplan.toml` is where several builds lie in one folder.
//!
//! One plan is found for all of them, but it plans one. It says which by `source`, or by the name of its function, which
//! a new plan has from its build. Another build's plan is never continued unasked: its budgets would be judged, and its
//! packages saved away, for the wrong function.

use std::path::{Path, PathBuf};

use crate::model::plan::Plan;

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
pub(super) fn other_build(plan: &Plan, file: &Path, path: &Path) -> Option<PathBuf> {
    let is_other = |build: &PathBuf| build.exists() && !is_same(build, path);
    match &plan.function.source {
        Some(source) => Some(file.with_file_name(source)).filter(is_other),
        None if build_name(path) == plan.function.name => None,
        None => {
            let beside = |name: String| path.with_file_name(name);
            let name = &plan.function.name;
            [beside(name.clone()), beside(format!("{name}.zip"))].into_iter().find(is_other)
        }
    }
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
