//! How a row or a tile is named, in the room that there is, and why its package is here.

use super::super::text::{cut, cut_middle, width};
use super::super::theme::Role;
use crate::model::bytes::Bytes;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::inside::Inside;
use crate::model::package::PackageIndex;
use crate::session::{Row, RowKind, View, Workspace};

/// What is special about a row.
pub(super) struct Look {
    /// Whether it is a package as a whole.
    pub is_package: bool,
    /// Whether it is marked.
    pub is_marked: bool,
    is_carried: bool,
}

impl Look {
    pub(super) fn of(workspace: &Workspace, row: &Row) -> Look {
        let index = match row.kind {
            RowKind::Package(index) | RowKind::Entry(index, _) | RowKind::Part(index, ..) => Some(index),
            RowKind::Folder(_) | RowKind::Limit => None,
        };
        let key = index.map(|index| &workspace.bundle.package(index).key);
        let is_package = matches!(row.kind, RowKind::Package(_));
        let is_marked = is_package && key.is_some_and(|key| workspace.tree.marks.contains(key));
        let drag = workspace.drag.as_ref();
        let is_carried = drag.zip(key).is_some_and(|(drag, key)| drag.packages.contains(key));
        Look { is_package, is_marked, is_carried }
    }

    pub(super) fn role(&self, row: &Row) -> Role {
        match (&row.kind, row.open) {
            _ if self.is_carried => Role::Carried,
            _ if self.is_marked => Role::Mark,
            (RowKind::Entry(..) | RowKind::Folder(_), Some(_)) => Role::Folder,
            _ => Role::Text,
        }
    }
}

/// The name of a row, whole.
pub(super) fn of(workspace: &Workspace, row: &Row) -> String {
    match row.kind {
        RowKind::Package(index) => workspace.bundle.package(index).title(),
        RowKind::Entry(index, entry) => {
            let is_top = workspace.bundle.package(index).tops.contains(&entry);
            let whole = is_top && workspace.tree.view != View::Folders;
            entry_name(workspace, entry, whole)
        }
        RowKind::Part(_, file, part) => part_name(workspace, file, part),
        RowKind::Folder(entry) => entry_name(workspace, entry, false),
        RowKind::Limit => String::new(),
    }
}

/// The name of a row in at most so many cells. A version is dropped before a name is cut, and a path is cut in its
/// middle: its end tells more.
pub(super) fn fitted(workspace: &Workspace, row: &Row, cells: usize, more: &str) -> String {
    let whole = of(workspace, row);
    if width(&whole) <= cells {
        return whole;
    }
    match row.kind {
        RowKind::Package(index) => cut(workspace.bundle.package(index).key.shown(), cells, more),
        _ => cut_middle(&whole, cells, more),
    }
}

/// An entry by its name, or by its path from the bundle's root.
fn entry_name(workspace: &Workspace, entry: EntryId, whole: bool) -> String {
    let listing = &workspace.bundle.listing;
    let name = if whole { listing.shown_path(entry) } else { printable(listing.name(entry)) };
    match listing.kind(entry) {
        EntryKind::Directory => format!("{name}/"),
        EntryKind::Link => format!("{name} (link)"),
        EntryKind::Special => format!("{name} (cannot be packed)"),
        EntryKind::File => name,
    }
}

/// Whose a part of a file is: a package by name and version, your own sources, the file itself.
fn part_name(workspace: &Workspace, file: EntryId, part: usize) -> String {
    match workspace.bundle.inside(file) {
        Some(Inside::Told(told)) => told.parts.get(part).map_or_else(String::new, |part| part.whose.title()),
        _ => String::new(),
    }
}

/// Why a package is here, in a few words: who asked for it.
pub(super) fn because(workspace: &Workspace, row: &Row) -> String {
    let RowKind::Package(index) = row.kind else { return String::new() };
    let package = workspace.bundle.package(index);
    if package.facts.is_none() {
        return "yours".to_owned();
    }
    let askers = workspace.graph.needed_by(index);
    let asked_for = workspace.bundle.requested(package) == Some(true);
    match askers {
        _ if asked_for && workspace.graph.is_root(index) => "asked for by name".to_owned(),
        [] => "nothing here needs it".to_owned(),
        askers => format!("needed by {}", named(workspace, askers)),
    }
}

/// `scipy`, `scipy and pandas`, `scipy, pandas and 3 more`.
fn named(workspace: &Workspace, packages: &[PackageIndex]) -> String {
    let name = |index: &PackageIndex| workspace.bundle.package(*index).key.shown().to_owned();
    match packages {
        [only] => name(only),
        [first, second] => format!("{} and {}", name(first), name(second)),
        [first, second, rest @ ..] => format!("{}, {} and {} more", name(first), name(second), rest.len()),
        [] => String::new(),
    }
}

/// A share for people: `32%`; what rounds to nothing, and is something, is `<1%`.
pub(super) fn percent(part: Bytes, whole: Bytes) -> String {
    let percent = part.percent_of(whole);
    if part > Bytes::ZERO && percent < 0.5 { "<1%".to_owned() } else { format!("{percent:.0}%") }
}
