//! Builds that lie near a folder of sources, so that the right thing can be opened.

use std::path::Path;

use walkdir::{DirEntry, WalkDir};

use super::shown;

/// How many builds are offered.
const MOST: usize = 8;

/// Whether an entry is a build.
type IsBuild = fn(&DirEntry) -> bool;

/// Where build tools put what they make: the folder, and how its builds are called.
const PLACES: &[(&str, IsBuild)] = &[
    (".aws-sam/build", |entry| entry.file_type().is_dir()),
    ("cdk.out", |entry| name(entry).starts_with("asset.")),
    (".serverless", |entry| name(entry).ends_with(".zip")),
    ("dist", |entry| name(entry).ends_with(".zip")),
];

/// Folders that are builds themselves.
const FOLDERS: &[&str] = &["build", "dist"];

fn name(entry: &DirEntry) -> String {
    entry.file_name().to_string_lossy().into_owned()
}

/// The builds that lie near, as paths that can be opened, fit to print.
pub(super) fn builds(sources: &Path) -> Vec<String> {
    let made = PLACES.iter().flat_map(|(place, is_build)| {
        let entries = WalkDir::new(sources.join(place)).min_depth(1).max_depth(1).sort_by_file_name();
        entries.into_iter().flatten().filter(is_build).map(DirEntry::into_path).take(MOST)
    });
    let folders = FOLDERS.iter().map(|folder| sources.join(folder)).filter(|folder| holds_something(folder));
    made.chain(folders).take(MOST).map(|path| shown(path.strip_prefix("./").unwrap_or(&path))).collect()
}

fn holds_something(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}
