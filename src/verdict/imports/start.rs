//! What a start of the handler rests on: the version of Python, where it searches, what `.pth` files do before.

use std::collections::BTreeMap;

use super::super::Case;
use super::super::deployed::Deployed;
use super::base::{self, Base, Folder};
use crate::model::entry::EntryId;
use crate::model::path_file::Line;
use crate::model::search_path::{SearchPath, TASK};
use crate::model::target::Architecture;

/// What every walk of one case starts with.
pub(super) struct Start {
    /// Of Python.
    pub version: (u8, u8),
    /// The search path.
    pub path: SearchPath,
    /// Its places, with those that `.pth` files add.
    pub bases: Vec<Base>,
    /// The tags of extension modules that this Python takes.
    pub tags: Vec<String>,
    /// Names of modules that somebody else's layers may have, lower case.
    pub foreign: Vec<String>,
    /// Namespaces that `.pth` files have made, with their places.
    pub pinned: BTreeMap<String, Vec<usize>>,
    /// Whether a `.pth` file of setuptools brings `distutils` back.
    pub has_distutils: bool,
}

impl Start {
    pub(super) fn new(case: &Case<'_>, deployed: &Deployed<'_>, version: (u8, u8)) -> Start {
        let path = base::search_path(case, version);
        let bases = base::bases(case, deployed, &path);
        let mut start = Start {
            version,
            path,
            bases,
            tags: tags(version, case.target.architecture),
            foreign: foreign(case),
            pinned: BTreeMap::new(),
            has_distutils: false,
        };
        start.read_path_files(case, deployed);
        start
    }

    /// What the `.pth` files do that Python reads.
    fn read_path_files(&mut self, case: &Case<'_>, deployed: &Deployed<'_>) {
        let listing = &case.bundle.listing;
        let known = case.bundle.facts.path_files.iter().flatten();
        for (&file, lines) in known.filter(|(file, _)| (file.0 as usize) < listing.len()) {
            let Some(placed) = deployed.place(file) else { continue };
            let Some(base) = self.base_with(deployed, file, placed) else { continue };
            let Base::Folder(folder) = self.bases[base].clone() else { continue };
            if !self.path.reads_path_files_of(&folder.path) {
                continue;
            }
            self.has_distutils |= listing.name(file) == b"distutils-precedence.pth";
            for line in lines {
                self.read_line(case, deployed, &folder, base, line);
            }
        }
    }

    fn base_with(
        &self,
        deployed: &Deployed<'_>,
        file: EntryId,
        placed: super::super::deployed::Placed,
    ) -> Option<usize> {
        let root = deployed.root(placed.owner);
        let parent = deployed.parent(file);
        self.bases.iter().position(|base| match base {
            Base::Folder(folder) => {
                folder.tree == Some(placed.tree)
                    && folder.at.iter().any(|origin| origin.folder == parent && origin.root == root)
            }
            _ => false,
        })
    }

    fn read_line(&mut self, case: &Case<'_>, deployed: &Deployed<'_>, folder: &Folder, base: usize, line: &str) {
        let line = Line::read(line);
        if let Some(namespace) = line.namespace() {
            self.pinned.entry(namespace).or_default().push(base);
        } else if let Line::Folder(path) = line {
            let path = normal(&if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", folder.path) });
            let added = base::folder(case, deployed, &path);
            // Python adds what exists.
            if !added.at.is_empty() {
                self.bases.push(Base::Folder(added));
            }
        }
    }

    /// A folder as a source names it, as Python sees it; `file` is the source's own path.
    pub(super) fn path_of(&self, folder: &str, file: &str) -> Option<String> {
        let path = folder.replace("$FILE", file);
        let absolute = if path.starts_with('/') { path } else { format!("{TASK}/{path}") };
        Some(normal(&absolute))
    }
}

/// The path without `.` and `..`.
fn normal(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    format!("/{}", parts.join("/"))
}

/// Without an architecture, those of both.
fn tags((major, minor): (u8, u8), architecture: Option<Architecture>) -> Vec<String> {
    let machines: &[&str] = match architecture {
        Some(Architecture::X86_64) => &["x86_64"],
        Some(Architecture::Arm64) => &["aarch64"],
        None => &["x86_64", "aarch64"],
    };
    machines.iter().map(|machine| format!("cpython-{major}{minor}-{machine}-linux-gnu")).collect()
}

/// Modules are mostly called as their distributions are; what is called otherwise is a doubt.
fn foreign(case: &Case<'_>) -> Vec<String> {
    let layers = case.plan.layers().iter().filter_map(|layer| layer.foreign());
    layers.flat_map(|layer| &layer.provides).map(|name| name.replace('-', "_").to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_walked_up() {
        assert_eq!(normal("/var/task/app.py/../vendor/./x"), "/var/task/vendor/x");
        assert_eq!(normal("/../.."), "/");
    }
}
