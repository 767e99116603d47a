//! `zip`: an archive is opened, every byte of it gets an owner, every entry is unpacked, and the verdict is given.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::path::Path;

use bayplan::attribute::Wanted;
use bayplan::model::bytes::Bytes;
use bayplan::model::contents::Contents;
use bayplan::model::entry::EntryKind;
use bayplan::model::problem::Harm;
use bayplan::model::watch::Unwatched;
use bayplan::scan::{self, Scanned};

use super::holds::{Seen, are_fit_to_print, looked_at, target};

/// Contents that are longer are compared as far as this.
const MOST: u64 = 1 << 20;

/// Paths with what stands there.
type Files = BTreeMap<Vec<u8>, Vec<u8>>;

/// An archive that nothing is said against holds what another reader finds in it.
pub fn zip(bytes: &[u8]) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = folder.path().join("build.zip");
    std::fs::write(&path, bytes).expect("a temporary folder can be written to");
    let Some((scanned, seen)) = opened(&path) else { return };
    if nothing_is_said_against(&seen) {
        assert_eq!(ours(&scanned), theirs(&path), "two readers find the same files");
    }
}

fn opened(path: &Path) -> Option<(Scanned, Seen)> {
    match scan::open(path, &Unwatched) {
        Ok(scanned) => {
            let wanted = Wanted::VERDICT.with_bodies();
            let seen = looked_at(&scanned.listing, scanned.contents.as_ref(), &wanted, &target("python3.13"));
            Some((scanned, seen))
        }
        Err(error) => {
            are_fit_to_print(&error.to_string());
            None
        }
    }
}

fn nothing_is_said_against(seen: &Seen) -> bool {
    let accuses = |harm| !matches!(harm, Harm::Unclear | Harm::Alike);
    let damaged = seen.bundle.facts.damaged.iter().flatten();
    !seen.bundle.listing.problems.iter().chain(damaged).any(|problem| accuses(problem.harm))
}

fn ours(scanned: &Scanned) -> Files {
    let Scanned { listing, contents } = scanned;
    let read = |entry| match listing.kind(entry) {
        EntryKind::Link => contents.link_text(listing, entry),
        _ => read_at_most(contents.as_ref(), listing, entry),
    };
    let files = listing.entries().filter(|&entry| listing.kind(entry) != EntryKind::Directory);
    files.map(|entry| (listing.path(entry), read(entry).expect("it was unpacked before"))).collect()
}

fn read_at_most(
    contents: &dyn Contents,
    listing: &bayplan::model::listing::Listing,
    entry: bayplan::model::entry::EntryId,
) -> Result<Vec<u8>, bayplan::model::contents::Unreadable> {
    contents.read(listing, entry, Bytes(MOST)).map(|content| content.bytes)
}

/// What the `zip` crate reads, by the places at which bayplan shows things: without `.` and doubled slashes.
fn theirs(path: &Path) -> Files {
    let file = File::open(path).expect("it was opened before");
    let mut archive = zip::ZipArchive::new(file).expect("another reader opens what nothing is said against");
    let mut files = Files::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).expect("another reader finds every entry");
        let place: Vec<&[u8]> =
            entry.name_raw().split(|&byte| byte == b'/').filter(|part| !matches!(*part, b"" | b".")).collect();
        let (place, is_folder) = (place.join(&b'/'), entry.name_raw().ends_with(b"/") && entry.size() == 0);
        if is_folder {
            continue;
        }
        let mut content = Vec::new();
        entry.take(MOST).read_to_end(&mut content).expect("another reader unpacks every entry");
        files.insert(place, content);
    }
    files
}
