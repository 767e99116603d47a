//! Files as such: what a Lambda user cannot read, and metadata that is not there.

use super::super::Case;
use super::super::deployed::Deployed;
use super::super::ruling::{Ruling, error, named, note, warning};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::{Finding, Judged};
use crate::model::package::PackageIndex;

/// Modes that keep Lambda's user from reading.
pub(in super::super) fn permissions(case: &Case<'_>) -> Ruling {
    let listing = &case.bundle.listing;
    let suspects = case.bundle.suspects();
    if !suspects.has_modes {
        return Ruling::skipped("the modes of the files are not recorded");
    }
    let deployed = Deployed::new(case);
    let is_there = |&entry: &EntryId| listing.kind(entry) == EntryKind::Directory || deployed.place(entry).is_some();
    let closed: Vec<EntryId> = suspects.closed.iter().copied().filter(is_there).collect();
    let Some(&first) = closed.first() else { return Ruling::passed() };
    let packages = deployed.keys(closed.iter().filter_map(|&entry| case.bundle.owner(entry)));
    let what =
        if closed.len() == 1 { "1 file or folder".to_owned() } else { format!("{} files and folders", closed.len()) };
    let message = format!("{what} can be read by its owner alone, such as {}", listing.shown_path(first));
    let finding = match case.judged {
        Judged::Zip => error(
            format!("{message}; the function runs as another user"),
            "chmod -R a+rX the folder before it is packed",
        ),
        Judged::Bundle => warning(
            format!("{message}; zip and other packers keep that, and the function runs as another user"),
            "chmod -R a+rX the folder before it is packed",
        ),
        Judged::Plan | Judged::Artifacts => note(
            format!("{message}; bayplan packs them so that everybody may read them"),
            "nothing needs to be done where bayplan packs; for other packers chmod -R a+rX the folder",
        ),
    };
    let source = "AWS knowledge center: files of a deployment package need mode 644, folders 755".to_owned();
    Finding { packages, source, ..finding }.into()
}

/// Without `METADATA` a package has no version, and who asks for it fails.
pub(in super::super) fn metadata(case: &Case<'_>) -> Ruling {
    let listing = &case.bundle.listing;
    let deployed = Deployed::new(case);
    let has_headers = |folder: EntryId| {
        let headers = [&b"METADATA"[..], b"PKG-INFO"].into_iter().filter_map(|name| listing.child(folder, name));
        headers.into_iter().any(|headers| deployed.place(headers).is_some())
    };
    let is_bare = |index: PackageIndex| {
        let found = case.bundle.distribution(case.bundle.package(index));
        let folder = found.map(|found| found.metadata).filter(|&folder| listing.kind(folder) == EntryKind::Directory);
        folder.is_some_and(|folder| {
            !has_headers(folder) && listing.subtree(folder).any(|it| deployed.place(it).is_some())
        })
    };
    let bare = deployed.keys(case.bundle.indexed().map(|(index, _)| index).filter(|&index| is_bare(index)));
    if bare.is_empty() {
        return Ruling::passed();
    }
    let have = if bare.len() == 1 { "has" } else { "have" };
    let message = format!(
        "{} {have} a metadata folder without METADATA, so that {} asked for its version in vain",
        named(&bare),
        if bare.len() == 1 { "it is" } else { "each is" }
    );
    let cure = "build them anew; leave *.dist-info as the installer made it, it weighs little";
    let source = "seen in CPython: importlib.metadata.version() returns None".to_owned();
    Finding { packages: bare, source, ..warning(message, cure) }.into()
}
