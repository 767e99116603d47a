//! A path becomes a listing: folders and zips alike, whatever strangers put into them.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use bayplan::model::bytes::{Amount, Bytes, Certainty};
use bayplan::model::contents::Unreadable;
use bayplan::model::entry::{EntryId, EntryKind};
use bayplan::model::listing::Listing;
use bayplan::model::watch::{Unwatched, Watch};
use bayplan::scan::{ScanError, Scanned, open, open_reading};
use bundles::{Files, Zip};
use proptest::prelude::*;

fn sample() -> Files {
    Files::default().with("app.py", "x = 1\n").with("a/b/c.txt", "hello").with("a/b.txt", "").with("a-b/z", [0; 9000])
}

fn paths(listing: &Listing) -> Vec<(String, EntryKind, u64)> {
    let entries = listing.entries().skip(1);
    entries.map(|entry| (listing.shown_path(entry), listing.kind(entry), listing.length(entry).0)).collect()
}

#[test]
fn what_is_read_while_a_folder_is_listed_is_given_once_and_to_its_own_entry() {
    let folder = tempfile::tempdir().unwrap();
    let paths: Vec<String> = (0..300).map(|number| format!("{}/{}/x{number}", number % 7, number % 31)).collect();
    let name = |path: &str, name: &str| format!("{path}/{name}");
    let files = paths.iter().fold(Files::default(), |files, path| {
        let files =
            files.with(&name(path, "wanted"), path.as_str()).with(&name(path, "a"), "a").with(&name(path, "z"), "z");
        files.with(&name(path, "also wanted"), format!("also {path}").as_str())
    });
    files.with("7/wanted", "elsewhere").with("0/0/x0/long/wanted", vec![b'x'; 70_000]).write(folder.path());
    let wanted = |folder: &[u8]| -> &'static [&'static str] {
        if folder.contains(&b'x') { &["wanted", "also wanted", "not there"] } else { &[] }
    };
    let scanned = open_reading(folder.path(), wanted, &Unwatched).unwrap();
    let read = |path: &str| scanned.contents.read(&scanned.listing, found(&scanned, path), Bytes(100_000));
    let change = |path: &str| std::fs::write(folder.path().join(path), "changed").unwrap();
    for path in paths.iter().flat_map(|path| [name(path, "wanted"), name(path, "a")]) {
        change(&path);
    }
    ["7/wanted", "0/0/x0/long/wanted"].into_iter().for_each(change);
    for path in &paths {
        assert_eq!(read(&name(path, "wanted")).unwrap().bytes, path.as_bytes(), "as it was when it was listed");
        assert_eq!(read(&name(path, "also wanted")).unwrap().bytes, format!("also {path}").as_bytes());
        assert_eq!(read(&name(path, "a")).unwrap().bytes, b"changed", "nobody wanted it so early");
        assert_eq!(read(&name(path, "wanted")).unwrap().bytes, b"changed", "it is not kept for a second time");
    }
    assert_eq!(read("7/wanted").unwrap().bytes, b"changed", "not in that folder");
    assert_eq!(read("0/0/x0/long/wanted").unwrap().bytes, b"changed", "too long to be kept");
}

/// Writes an archive and opens it; the folder must outlive what was opened.
fn opened(archive: &[u8]) -> (Result<Scanned, ScanError>, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("x.zip");
    std::fs::write(&path, archive).unwrap();
    (open(&path, &Unwatched), folder)
}

fn refusal(archive: &[u8]) -> String {
    let (result, _folder) = opened(archive);
    result.err().expect("is refused").to_string()
}

fn found(scanned: &Scanned, path: &str) -> EntryId {
    scanned.listing.find(EntryId::ROOT, path.as_bytes()).unwrap_or_else(|| panic!("{path} is listed"))
}

fn told(scanned: &Scanned) -> Vec<String> {
    scanned.listing.problems.iter().map(|problem| format!("{} {}", problem.path, problem.what)).collect()
}

#[test]
fn a_folder_and_its_zip_give_the_same_listing() {
    let folder = tempfile::tempdir().unwrap();
    sample().write(folder.path());
    let from_folder = open(folder.path(), &Unwatched).unwrap();
    let (from_zip, _kept) = opened(&sample().zip());
    let from_zip = from_zip.unwrap();
    assert_eq!(paths(&from_folder.listing), paths(&from_zip.listing));
    assert_eq!(from_folder.listing.total(), Amount::exact(sample().total()));
    assert!(from_zip.listing.has_zipped_sizes() && !from_folder.listing.has_zipped_sizes());
    for scanned in [from_folder, from_zip] {
        let content = scanned.contents.read(&scanned.listing, found(&scanned, "a/b/c.txt"), Bytes(100)).unwrap();
        assert_eq!((content.bytes.as_slice(), content.whole), (&b"hello"[..], true));
        let start = scanned.contents.read(&scanned.listing, found(&scanned, "a-b/z"), Bytes(7)).unwrap();
        assert_eq!((start.bytes.len(), start.whole), (7, false), "no more is read than was asked for");
        assert_eq!(scanned.contents.read(&scanned.listing, EntryId::ROOT, Bytes(7)), Err(Unreadable::NotAFile));
    }
}

#[test]
fn siblings_stand_in_the_order_of_their_names_bytes() {
    let (scanned, _folder) = opened(&sample().zip());
    let names: Vec<String> = paths(&scanned.unwrap().listing).into_iter().map(|(path, ..)| path).collect();
    assert_eq!(names, ["a", "a/b", "a/b/c.txt", "a/b.txt", "a-b", "a-b/z", "app.py"]);
}

#[test]
fn entries_of_one_name_are_all_counted() {
    let mut zip = Zip::default();
    zip.add(b"a/x", b"1", 0o100_644);
    zip.add(b"a/x", b"22", 0o100_644);
    zip.add(b"a/x", b"333", 0o100_644);
    let (scanned, _folder) = opened(&zip.finish());
    let scanned = scanned.unwrap();
    assert_eq!(scanned.listing.total(), Amount::exact(Bytes(6)));
    assert_eq!(told(&scanned), ["a/x occurs 3 times; unpacking keeps one of them, the sum counts all"]);
    let lengths: Vec<usize> = scanned
        .listing
        .entries()
        .skip(2)
        .map(|entry| scanned.contents.read(&scanned.listing, entry, Bytes(9)).unwrap().bytes.len())
        .collect();
    assert_eq!(lengths, [1, 2, 3], "each is read from its own place");
}

#[test]
fn a_name_that_is_both_file_and_folder_loses_no_bytes() {
    let mut zip = Zip::default();
    zip.add(b"a/b", b"1234", 0o100_644);
    zip.add(b"a", b"123", 0o100_644);
    zip.add(b"a.b", b"12", 0o100_644);
    let (scanned, _folder) = opened(&zip.finish());
    assert_eq!(scanned.unwrap().listing.total(), Amount::exact(Bytes(9)));
}

#[test]
fn hostile_names_stay_in_the_tree_and_are_told() {
    let mut zip = Zip::default();
    for name in [&b"/etc/passwd"[..], b"../../up", b"a\\b.py", b"caf\xe9", b"\x1b[31m"] {
        zip.add(name, b"12345", 0o100_644);
    }
    let (scanned, _folder) = opened(&zip.finish());
    let scanned = scanned.unwrap();
    assert_eq!(scanned.listing.total(), Amount::exact(Bytes(25)));
    let expected = [
        "../../up would be unpacked outside the bundle",
        "a\\\\b.py has a backslash in its name, which Linux does not take for a folder",
        "etc/passwd would be unpacked outside the bundle",
    ];
    assert_eq!(told(&scanned), expected);
    assert!(paths(&scanned.listing).iter().all(|(path, ..)| !path.contains('\u{1b}')), "nothing raw is shown");
}

#[test]
fn links_in_a_zip_count_as_links_and_are_not_read() {
    let mut zip = Zip::default();
    zip.add(b"liba.so", b"liba.so.1", 0o120_777);
    zip.add(b"pipe", b"", 0o010_644);
    let (scanned, _folder) = opened(&zip.finish());
    let scanned = scanned.unwrap();
    let link = found(&scanned, "liba.so");
    assert_eq!((scanned.listing.kind(link), scanned.listing.length(link)), (EntryKind::Link, Bytes(9)));
    assert_eq!(scanned.contents.read(&scanned.listing, link, Bytes(9)), Err(Unreadable::NotAFile));
    assert_eq!(told(&scanned), ["pipe a FIFO cannot be packed"]);
}

/// Where the record of an entry begins in the central directory.
fn central(archive: &[u8], number: usize) -> usize {
    let starts = archive.windows(4).enumerate().filter(|(_, four)| *four == b"PK\x01\x02").map(|(at, _)| at);
    starts.collect::<Vec<_>>()[number]
}

#[test]
fn an_encrypted_entry_is_counted_and_told() {
    let mut archive = sample().zip();
    let record = central(&archive, 0);
    archive[record + 8] |= 1;
    let (scanned, _folder) = opened(&archive);
    let scanned = scanned.unwrap();
    assert_eq!(scanned.listing.total(), Amount::exact(sample().total()));
    let problem = &scanned.listing.problems[0];
    assert_eq!(problem.what, "encrypted: AWS cannot unpack it");
    let entry = found(&scanned, &problem.path);
    assert_eq!(scanned.contents.read(&scanned.listing, entry, Bytes(9)), Err(Unreadable::Encrypted));
}

#[test]
fn a_length_that_lies_is_counted_as_stated_and_never_allocated() {
    let mut archive = Files::default().with("bomb", "x").zip();
    let record = central(&archive, 0);
    archive[record + 24..record + 28].copy_from_slice(&0xFFFF_FFF0_u32.to_le_bytes());
    let (scanned, _folder) = opened(&archive);
    let scanned = scanned.unwrap();
    assert_eq!(scanned.listing.total().bytes, Bytes(0xFFFF_FFF0), "AWS sums what the directory states");
    let read = scanned.contents.read(&scanned.listing, found(&scanned, "bomb"), Bytes(u64::MAX));
    assert_eq!(read, Err(Unreadable::Failed("it is shorter than the zip says".to_owned())));
}

#[test]
fn entries_that_claim_the_same_bytes_are_refused() {
    let mut archive = sample().zip();
    let (first, second) = (central(&archive, 0), central(&archive, 1));
    let offset: [u8; 4] = archive[first + 42..first + 46].try_into().unwrap();
    archive[second + 42..second + 46].copy_from_slice(&offset);
    let told = refusal(&archive);
    assert!(told.contains("claim the same bytes; build it again"), "{told}");
}

#[test]
fn entries_that_reach_beyond_the_archive_are_refused() {
    let mut archive = sample().zip();
    let record = central(&archive, 0);
    archive[record + 20..record + 24].copy_from_slice(&0x7FFF_FFFF_u32.to_le_bytes());
    assert!(refusal(&archive).contains("reaches beyond the archive's data"));
}

#[test]
fn data_in_front_of_a_zip_is_no_harm() {
    let archive = [b"#!/bin/sh\nexit 0\n".to_vec(), sample().zip()].concat();
    let (scanned, _folder) = opened(&archive);
    let scanned = scanned.unwrap();
    let content = scanned.contents.read(&scanned.listing, found(&scanned, "a/b/c.txt"), Bytes(100)).unwrap();
    assert_eq!(content.bytes, b"hello");
}

#[test]
fn a_zip_cut_off_anywhere_is_refused_in_a_line() {
    let archive = sample().zip();
    for length in 0..archive.len() {
        let told = refusal(&archive[..length]);
        assert!(told.contains("x.zip") && told.contains("build it again") && told.lines().count() == 1, "{told}");
    }
    assert!(refusal(&archive[..archive.len() / 2]).contains("is cut off"));
    assert!(refusal(b"").contains("is not a zip"));
    assert!(refusal(b"this is text").contains("is not a zip"));
}

proptest! {
    #[test]
    fn a_zip_altered_anywhere_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let mut archive = sample().zip();
        for (at, byte) in changes {
            let at = at.index(archive.len());
            archive[at] = byte;
        }
        let (scanned, _folder) = opened(&archive);
        if let Ok(scanned) = scanned {
            for entry in scanned.listing.entries() {
                let _ = scanned.contents.read(&scanned.listing, entry, Bytes(1 << 16));
            }
            bundles::assert_every_byte_has_one_owner(&bundles::bundle_at(&_folder.path().join("x.zip")));
        }
    }
}

#[test]
fn a_path_that_is_not_there_is_told_with_the_cure() {
    let told = open(Path::new("no/such/build"), &Unwatched).err().unwrap().to_string();
    assert_eq!(told, "\"no/such/build\" does not exist; name the folder or the zip that your build makes");
}

#[test]
fn a_folder_with_thousands_of_levels_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let levels = 3000;
    let mut at = rustix::fs::open(folder.path(), rustix::fs::OFlags::DIRECTORY, rustix::fs::Mode::empty()).unwrap();
    for _ in 0..levels {
        rustix::fs::mkdirat(&at, "d", rustix::fs::Mode::RWXU).unwrap();
        at = rustix::fs::openat(&at, "d", rustix::fs::OFlags::DIRECTORY, rustix::fs::Mode::empty()).unwrap();
    }
    let file =
        rustix::fs::openat(&at, "f", rustix::fs::OFlags::CREATE | rustix::fs::OFlags::WRONLY, rustix::fs::Mode::RUSR);
    rustix::io::write(file.unwrap(), b"deep").unwrap();
    let scanned = open(folder.path(), &Unwatched).unwrap();
    assert_eq!(scanned.listing.total(), Amount::exact(Bytes(4)));
    let deepest = scanned.listing.entries().last().unwrap();
    assert_eq!(scanned.listing.depth(deepest), levels + 1);
    assert_eq!(scanned.contents.read(&scanned.listing, deepest, Bytes(9)).unwrap().bytes, b"deep");
    remove_deep(folder.path(), levels);
}

/// Takes the levels away from the top: the system takes no path as long as the whole.
fn remove_deep(folder: &Path, levels: usize) {
    let (outer, inner, spare) = (folder.join("d"), folder.join("d/d"), folder.join("spare"));
    for _ in 1..levels {
        std::fs::rename(&inner, &spare).unwrap();
        std::fs::remove_dir(&outer).unwrap();
        std::fs::rename(&spare, &outer).unwrap();
    }
}

#[cfg(unix)]
mod on_unix {
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_counts_as_its_text_and_is_never_followed() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(elsewhere.path().join("big"), [0; 5000]).unwrap();
        symlink(elsewhere.path(), folder.path().join("link")).unwrap();
        symlink("..", folder.path().join("loop")).unwrap();
        let scanned = open(folder.path(), &Unwatched).unwrap();
        let text = elsewhere.path().as_os_str().len() as u64;
        assert_eq!(scanned.listing.total(), Amount::exact(Bytes(text + 2)));
        assert_eq!(
            scanned.contents.read(&scanned.listing, found(&scanned, "link"), Bytes(9)),
            Err(Unreadable::NotAFile)
        );
    }

    #[test]
    fn modes_and_dates_are_the_systems_for_files_and_folders() {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let folder = tempfile::tempdir().unwrap();
        sample().write(folder.path());
        for (path, mode) in [("a", 0o711), ("a/b", 0o750), ("a-b", 0o700), ("app.py", 0o640)] {
            std::fs::set_permissions(folder.path().join(path), std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let earlier = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
        std::fs::File::open(folder.path().join("a/b")).unwrap().set_modified(earlier).unwrap();
        let scanned = open(folder.path(), &Unwatched).unwrap();
        for entry in scanned.listing.entries().skip(1) {
            let path = scanned.listing.shown_path(entry);
            let expected = std::fs::symlink_metadata(folder.path().join(&path)).unwrap();
            let known = (u32::from(scanned.listing.mode(entry)), scanned.listing.modified(entry));
            assert_eq!(known, (expected.mode() & 0o7777, expected.mtime()), "{path}");
        }
    }

    #[test]
    fn the_path_itself_may_be_a_link() {
        let folder = tempfile::tempdir().unwrap();
        sample().write(&folder.path().join("real"));
        symlink("real", folder.path().join("link")).unwrap();
        let scanned = open(&folder.path().join("link"), &Unwatched).unwrap();
        assert_eq!(scanned.listing.total(), Amount::exact(sample().total()));
    }

    #[test]
    fn a_folder_that_became_a_link_is_not_entered() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        sample().write(folder.path());
        std::fs::write(elsewhere.path().join("b.txt"), "secret").unwrap();
        let scanned = open(folder.path(), &Unwatched).unwrap();
        std::fs::remove_dir_all(folder.path().join("a")).unwrap();
        symlink(elsewhere.path(), folder.path().join("a")).unwrap();
        let read = scanned.contents.read(&scanned.listing, found(&scanned, "a/b.txt"), Bytes(9));
        assert!(matches!(read, Err(Unreadable::Failed(_))), "{read:?}");
    }

    #[test]
    fn a_fifo_is_told_and_never_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("swapped"), "1").unwrap();
        fifo(&folder.path().join("pipe"));
        let scanned = open(folder.path(), &Unwatched).unwrap();
        assert_eq!(told(&scanned), ["pipe a FIFO cannot be packed"]);
        assert_eq!(scanned.listing.total().certainty, Certainty::Exact, "a FIFO hides no bytes");
        assert_eq!(
            scanned.contents.read(&scanned.listing, found(&scanned, "pipe"), Bytes(9)),
            Err(Unreadable::NotAFile)
        );
        std::fs::remove_file(folder.path().join("swapped")).unwrap();
        fifo(&folder.path().join("swapped"));
        let read = scanned.contents.read(&scanned.listing, found(&scanned, "swapped"), Bytes(9));
        assert_eq!(read, Err(Unreadable::NotAFile));
        assert!(matches!(open(&folder.path().join("pipe"), &Unwatched), Err(ScanError::NotABuild(_))));
    }

    fn fifo(path: &Path) {
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, path, rustix::fs::FileType::Fifo, mode, 0).unwrap();
    }

    #[test]
    fn names_that_are_not_utf8_are_kept_byte_by_byte() {
        let folder = tempfile::tempdir().unwrap();
        let name = std::ffi::OsStr::from_bytes(b"caf\xe9.py");
        std::fs::write(folder.path().join(name), "1234").unwrap();
        let scanned = open(folder.path(), &Unwatched).unwrap();
        let entry = scanned.listing.find(EntryId::ROOT, b"caf\xe9.py").unwrap();
        assert_eq!(scanned.contents.read(&scanned.listing, entry, Bytes(9)).unwrap().bytes, b"1234");
    }
}

/// Adds up what it is told; wants no more once it is told to.
#[derive(Default)]
struct Counting {
    cancelled: AtomicBool,
    found: Mutex<BTreeMap<String, (u64, u64)>>,
}

impl Watch for Counting {
    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn found(&self, top_level: &[u8], files: u64, bytes: Bytes) {
        let mut found = self.found.lock().unwrap();
        let sum = found.entry(String::from_utf8_lossy(top_level).into_owned()).or_default();
        *sum = (sum.0 + files, sum.1 + bytes.0);
    }
}

fn both_kinds(folder: &Path) -> [PathBuf; 2] {
    sample().write(&folder.join("build"));
    let mut zip = Zip::default();
    zip.add(b"./", b"", 0o040_755);
    sample().0.iter().for_each(|(path, content)| zip.add(path.as_bytes(), content, 0o100_644));
    zip.add(b"a/b/", b"", 0o040_755);
    std::fs::write(folder.join("build.zip"), zip.finish()).unwrap();
    [folder.join("build"), folder.join("build.zip")]
}

#[test]
fn the_watcher_learns_of_every_file_by_its_top_level_entry() {
    let folder = tempfile::tempdir().unwrap();
    for path in both_kinds(folder.path()) {
        let watch = Counting::default();
        open(&path, &watch).unwrap();
        let expected = [("a", (2, 5)), ("a-b", (1, 9000)), ("app.py", (1, 6))];
        let found = watch.found.into_inner().unwrap();
        assert_eq!(
            found.iter().filter(|(_, sum)| sum.0 > 0).map(|(top, sum)| (top.as_str(), *sum)).collect::<Vec<_>>(),
            expected
        );
    }
}

#[test]
fn a_scan_that_is_no_longer_wanted_ends() {
    let folder = tempfile::tempdir().unwrap();
    let watch = Counting { cancelled: AtomicBool::new(true), ..Counting::default() };
    for path in both_kinds(folder.path()) {
        assert!(matches!(open(&path, &watch), Err(ScanError::Cancelled(_))), "{}", path.display());
    }
}

#[test]
fn the_demo_is_the_bundle_of_the_story() {
    let demo = open(Path::new("demo:"), &Unwatched).unwrap();
    assert_eq!(demo.listing.total(), Amount::exact(Bytes(370_064_218)));
    assert_eq!(demo.listing.file_count(), 11_288);
    assert!(demo.contents.recorded().is_some_and(|facts| facts.modules.is_some()));
    let app = found(&demo, "app.py");
    assert_eq!(demo.contents.read(&demo.listing, app, Bytes(9)), Err(Unreadable::NotRecorded));
}
