//! `.pth` files: read in `/var/task`, in layers only while PYTHONPATH is not set, on EFS never. And editable installs,
//! the code of which lies outside the bundle.

use std::collections::BTreeSet;

use super::super::Case;
use super::super::deployed::{Deployed, Placed, Tree};
use super::super::ruling::{Ruling, error, named, warning};
use crate::model::bucket::Bucket;
use crate::model::entry::EntryId;
use crate::model::finding::Finding;
use crate::model::pythonpath::PYTHONPATH;

const NOT_READ: &str = ".pth files were not read";
const SOURCE: &str = "the Python runtime's bootstrap.py, which calls site.addsitedir";
/// Files that installers leave and that nothing misses at run time.
const HARMLESS: [&str; 2] = ["distutils-precedence.pth", "_virtualenv.pth"];

/// A `.pth` file that lies where Python would look for one.
struct PathFile<'a> {
    placed: Placed,
    name: String,
    lines: &'a [String],
}

impl PathFile<'_> {
    fn is_editable(&self) -> bool {
        let is_outside = |line: &String| line.starts_with('/') || line.get(1..3).is_some_and(|rest| rest == ":\\");
        self.name.starts_with("__editable__") || self.lines.iter().any(is_outside)
    }

    /// The namespaces that setuptools' `*-nspkg.pth` makes: `google` from `…, *('google',)); …`.
    fn namespaces(&self) -> Vec<&str> {
        if !self.name.ends_with("-nspkg.pth") {
            return Vec::new();
        }
        let name = |line: &'_ String| -> Option<(usize, usize)> {
            let start = line.find("*('")? + 3;
            Some((start, start + line[start..].find('\'')?))
        };
        self.lines.iter().filter_map(|line| name(line).map(|(start, end)| &line[start..end])).collect()
    }
}

fn all<'a>(case: &Case<'a>, deployed: &Deployed<'a>) -> Option<Vec<PathFile<'a>>> {
    let listing = &case.bundle.listing;
    let read = case.bundle.facts.path_files.as_ref()?;
    let known = read.iter().filter(|(entry, _)| (entry.0 as usize) < listing.len());
    let at_root = known.filter_map(|(&entry, lines)| {
        let placed = deployed.place(entry)?;
        let name = String::from_utf8_lossy(listing.name(entry)).into_owned();
        (listing.parent(entry) == deployed.root(placed.owner)).then_some(PathFile { placed, name, lines })
    });
    Some(at_root.collect())
}

/// Whether Python reads `.pth` files in a tree; if not, why.
fn unread(case: &Case<'_>, tree: Tree) -> Option<&'static str> {
    let holds = case.budgets.of(&Bucket::Efs).is_some_and(|budget| budget.packages > 0);
    match tree {
        Tree::Function => None,
        Tree::Efs => Some("Python does not read .pth files on EFS"),
        Tree::Layers if case.plan.function.environment.contains_key(PYTHONPATH) => {
            Some("with a PYTHONPATH of your own, .pth files in layers are not read")
        }
        Tree::Layers if holds => {
            Some("with packages on EFS a PYTHONPATH is needed, and then .pth files in layers are not read")
        }
        Tree::Layers if case.plan.pack.keep_folders => {
            Some("keep_folders makes a PYTHONPATH necessary, and then .pth files in layers are not read")
        }
        Tree::Layers => None,
    }
}

/// What somebody counts on and Python does not read, and namespaces that are pinned to one place.
pub(in super::super) fn path_files(case: &Case<'_>) -> Ruling {
    let deployed = Deployed::new(case);
    let Some(files) = all(case, &deployed) else { return Ruling::undecided(NOT_READ) };
    let mut findings = Vec::new();
    for file in files.iter().filter(|file| !HARMLESS.contains(&file.name.as_str()) && !file.is_editable()) {
        let found = match unread(case, file.placed.tree) {
            // Without its file, such a namespace is an ordinary one and works.
            Some(_) if file.name.ends_with("-nspkg.pth") => None,
            Some(why) => Some(lost(&deployed, file, why)),
            None => pinned(case, &deployed, file),
        };
        findings.extend(found);
    }
    Ruling::of(findings)
}

fn lost(deployed: &Deployed<'_>, file: &PathFile<'_>, why: &str) -> Finding {
    let name = crate::model::escape::printable(file.name.as_bytes());
    let runs = file.lines.iter().any(|line| line.starts_with("import ") || line.starts_with("import\t"));
    let what = if runs { "the code in it does not run" } else { "the folders in it are not searched" };
    let message = format!("{name} lies in {}: {why}, so {what}", file.placed.tree);
    let cure = "keep its package in the function, or see that nothing needs the file";
    about(deployed, file, warning(message, cure))
}

/// Portions of a namespace in other trees vanish once a `-nspkg.pth` has made it.
fn pinned(case: &Case<'_>, deployed: &Deployed<'_>, file: &PathFile<'_>) -> Option<Finding> {
    let listing = &case.bundle.listing;
    let namespaces: BTreeSet<&str> = file.namespaces().into_iter().collect();
    let elsewhere = |name: &&str| {
        deployed.all().any(|placed| {
            placed.tree != file.placed.tree && {
                let path = deployed.path(placed);
                path.strip_prefix(name.as_bytes()).is_some_and(|rest| rest.starts_with(b"/"))
            }
        })
    };
    let torn: Vec<&str> = namespaces.into_iter().filter(elsewhere).collect();
    (!torn.is_empty() && listing.len() > 1).then(|| {
        let name = crate::model::escape::printable(file.name.as_bytes());
        let message = format!(
            "{name} in {} makes the namespace {} there, and what lies of it elsewhere is not found",
            file.placed.tree,
            named(&torn)
        );
        about(deployed, file, error(message, "put all packages of the namespace into one bucket"))
    })
}

fn about(deployed: &Deployed<'_>, file: &PathFile<'_>, finding: Finding) -> Finding {
    let packages = vec![deployed.key(file.placed.owner).clone()];
    let buckets = vec![deployed.bucket(file.placed.owner).clone()];
    Finding { packages, buckets, source: SOURCE.to_owned(), ..finding }
}

/// Installs that only point to code on the machine that built.
pub(in super::super) fn editable(case: &Case<'_>) -> Ruling {
    let listing = &case.bundle.listing;
    let deployed = Deployed::new(case);
    let Some(files) = all(case, &deployed) else { return Ruling::undecided(NOT_READ) };
    let pointing = files.iter().filter(|file| file.is_editable()).map(|file| file.placed.entry);
    let links = case.bundle.suspects().editable.iter().copied();
    let mut entries: Vec<EntryId> = links.filter(|&entry| deployed.place(entry).is_some()).collect();
    entries.extend(pointing);
    entries.sort_unstable();
    entries.dedup();
    if entries.is_empty() {
        return Ruling::passed();
    }
    let names: Vec<String> = entries.iter().map(|&entry| listing.shown_path(entry)).collect();
    let message = format!("{} points to code outside the bundle: an editable install", named(&names));
    let cure = "install it without -e (pip install -t build .)";
    let packages = deployed.keys(entries.iter().filter_map(|&entry| case.bundle.owner(entry)));
    Finding { packages, ..error(message, cure) }.into()
}
