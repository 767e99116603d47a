//! The files of a distribution without a `RECORD`: egg-info's lists, the modules that `top_level.txt` names, or the
//! distribution's own name.

use std::collections::BTreeSet;

use super::lookup::Lookup;
use super::record::Listed;
use super::stems;
use crate::model::entry::{EntryId, EntryKind};

/// Files that belong to a project but are not installed beside its modules.
const NOT_INSTALLED: [&[u8]; 4] = [b"setup.py", b"setup.cfg", b"pyproject.toml", b"MANIFEST.in"];

/// `installed-files.txt`: one path a line, relative to the egg-info directory.
pub fn installed_files(lookup: &Lookup<'_>, metadata: EntryId, root: EntryId, raw: &[u8]) -> Listed {
    let mut listed = Listed { is_empty: true, ..Listed::default() };
    for line in lines(raw) {
        match line.strip_prefix(b"../") {
            Some(below_root) => listed.take(lookup, root, below_root, None),
            None => listed.take(lookup, metadata, line, None),
        }
    }
    listed
}

/// `SOURCES.txt`: the files of the source tree. Only what lies in the bundle under a module's name counts.
pub fn sources(lookup: &Lookup<'_>, root: EntryId, raw: &[u8]) -> Listed {
    let mut listed = Listed { is_empty: true, ..Listed::default() };
    for line in lines(raw) {
        let path = line.strip_prefix(b"src/").or(line.strip_prefix(b"lib/")).unwrap_or(line);
        let is_module = path.contains(&b'/') || path.ends_with(b".py");
        if is_module && !NOT_INSTALLED.contains(&path) {
            listed.take(lookup, root, path, None);
        }
    }
    // A source tree holds more than is installed; what is not there is not missed.
    listed.missing = 0;
    listed.is_empty = listed.files.is_empty();
    listed
}

/// Everything below the folders and modules that `top_level.txt` names.
pub fn top_level(lookup: &Lookup<'_>, root: EntryId, raw: &[u8]) -> Vec<EntryId> {
    let names: BTreeSet<&[u8]> = lines(raw).filter(|name| !name.contains(&b'/') && !name.starts_with(b".")).collect();
    let tops = names.into_iter().flat_map(|name| {
        let near = lookup.modules(root, &String::from_utf8_lossy(name));
        near.into_iter().filter(move |&top| stems::stem(lookup.listing, top) == Some(name))
    });
    files_below(lookup, tops.collect())
}

/// Everything below a folder or module named as the distribution is.
pub fn by_name(lookup: &Lookup<'_>, root: EntryId, name: &str) -> Vec<EntryId> {
    files_below(lookup, lookup.modules(root, name))
}

fn files_below(lookup: &Lookup<'_>, mut tops: Vec<EntryId>) -> Vec<EntryId> {
    let listing = lookup.listing;
    tops.sort_unstable();
    let all = tops.into_iter().flat_map(|top| listing.subtree(top));
    all.filter(|&entry| listing.kind(entry) != EntryKind::Directory).collect()
}

fn lines(raw: &[u8]) -> impl Iterator<Item = &[u8]> {
    raw.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii).filter(|line| !line.is_empty())
}
