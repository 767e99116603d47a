//! What pack writes is what was foretold, whatever is packed, wherever it is placed and however many threads work.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/bundles.rs"]
mod bundles;
#[path = "support/packed.rs"]
mod packed;

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use bayplan::model::bucket::Bucket;
use bayplan::model::bytes::Bytes;
use bayplan::model::container::zip_length;
use bayplan::model::contents::{Content, Contents, Unreadable};
use bayplan::model::edit::Edit;
use bayplan::model::entry::EntryId;
use bayplan::model::listing::{Attributes, Listing, ListingBuilder, Source};
use bayplan::model::package::Load;
use bayplan::model::plan::Plan;
use bayplan::model::slim::{Globs, Slim, SlimRule};
use bayplan::model::watch::{Unwatched, Watch};
use bayplan::model::zipped::{Batch, Generation, ZippedSizes};
use bayplan::pack::{Artifact, Effort, Look, Member, PackError, Room, Writing, measure, verify_zip, write_zip};
use bundles::Files;
use packed::{Build, dealt};
use proptest::prelude::*;
use zip::ZipArchive;

/// Bytes that deflate shortens, but not to nothing; the same for the same seed.
fn content(length: usize, seed: u32) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        b"def import self return 0123\n("[(state >> 24) as usize % 29]
    };
    (0..length).map(|_| next()).collect()
}

/// The same, but so alike from page to page that even tens of megabytes are deflated at once. Long ones are what is
/// packed in chunks.
fn content_of(length: usize, seed: u32) -> Vec<u8> {
    if length < 1 << 20 {
        return content(length, seed);
    }
    let page = content(1 << 14, seed);
    let mut long: Vec<u8> = page.iter().copied().cycle().take(length).collect();
    long.iter_mut().step_by(1 << 16).enumerate().for_each(|(number, byte)| *byte = number as u8);
    long
}

/// Distributions, folders and files of the user's own, names beyond ASCII, empty and tiny files.
fn files(lengths: &[usize]) -> Files {
    let mut files = Files::default()
        .with("app.py", "def handler(event, context): ...\n")
        .with("empty.txt", "")
        .with("größe/日本.py", "x = 1\n")
        .with_distribution("", "alpha", "1.0", &["alpha/__init__.py", "alpha/tests/test_a.py", "../../bin/alpha"])
        .with_distribution("", "beta", "2.1", &["beta/__init__.py", "beta/stubs.pyi", "beta/inner/deep/x.py"]);
    for (number, &length) in lengths.iter().enumerate() {
        files = files.with(&format!("data-{}/{number}.bin", number % 3), content_of(length, number as u32));
    }
    files
}

fn build(files: &Files) -> (tempfile::TempDir, Build) {
    let folder = tempfile::tempdir().unwrap();
    files.write(folder.path());
    let build = Build::open(folder.path());
    (folder, build)
}

fn archive(zip: &[u8]) -> ZipArchive<Cursor<&[u8]>> {
    ZipArchive::new(Cursor::new(zip)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn foretold_is_packed_for_any_placement_and_slimming(
        lengths in prop::collection::vec(0_usize..40_000, 0..12),
        places in prop::collection::vec(any::<u8>(), 1..9),
        (tests, stubs, exclude, keep_folders) in any::<(bool, bool, bool, bool)>(),
    ) {
        let files = files(&lengths);
        let (_folder, build) = build(&files);
        let mut plan = dealt(&build.bundle, &places);
        let rules = [(tests, SlimRule::Tests), (stubs, SlimRule::TypeStubs)];
        let exclude = if exclude { vec!["**/deep/*".to_owned()] } else { Vec::new() };
        let rules = rules.into_iter().filter_map(|(is_on, rule)| is_on.then_some(rule)).collect();
        let exclude = Globs::new(exclude).unwrap();
        plan.apply(Edit::Slim(Slim { rules, exclude, ..Slim::default() })).unwrap();
        plan.pack.keep_folders = keep_folders;
        build.assert_foretold_is_packed(&plan, &build.measured());
    }

    #[test]
    fn a_zip_is_packed_anew_to_the_length_that_its_directory_foretells(
        lengths in prop::collection::vec(0_usize..40_000, 0..8),
        places in prop::collection::vec(any::<u8>(), 1..9),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("build.zip");
        std::fs::write(&path, files(&lengths).zip()).unwrap();
        let build = Build::open(&path);
        let plan = dealt(&build.bundle, &places);
        let zips = build.assert_foretold_is_packed(&plan, &ZippedSizes::of_listing(&build.bundle.listing));
        for zip in zips {
            read_all(&zip);
        }
    }
}

/// Reads every entry, which checks its CRC-32; returns names with contents.
fn read_all(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = archive(zip);
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

#[test]
fn contents_come_back_as_they_were_in_the_order_of_their_paths() {
    let mut files = files(&[10, 5000, 200_000]);
    files = files.with("a/b.py", "1").with("a.py", "2").with("a-b.py", "3");
    let (_folder, build) = build(&files);
    let (written, zip) = build.packed(&Plan::new("function"), &Bucket::Function).unwrap();
    let expected: Vec<(String, Vec<u8>)> = files.0.clone().into_iter().collect();
    assert!(read_all(&zip) == expected, "every file once, by the bytes of its whole path, as it was");
    assert_eq!((written.entries, written.unzipped), (expected.len() as u64, files.total()));
}

#[test]
fn large_files_are_packed_in_chunks_with_the_same_bytes_for_any_number_of_threads() {
    let large = [33 << 20, (32 << 20) + 1, 32 << 20];
    let (_folder, build) = build(&files(&large));
    let plan = dealt(&build.bundle, &[0]);
    let sizes = build.measured();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| (build.measured(), build.packed(&plan, &Bucket::Function).unwrap().1))
    };
    let (one, two) = (with(1), with(2));
    assert!(one.0 == sizes && two.0 == sizes, "sizes do not depend on the number of threads");
    assert!(one.1 == two.1, "neither do the bytes");
    let zips = build.assert_foretold_is_packed(&plan, &sizes);
    assert!(zips[0] == one.1, "nor does it matter whether the caller is one of them");
    assert!(read_all(&one.1).into_iter().collect::<std::collections::BTreeMap<_, _>>() == files(&large).0);
}

#[test]
fn a_zip_with_large_entries_is_copied_whole() {
    // One is large by what it comes to, one by what lies in the zip, which is copied in three pieces.
    let files = files(&[33 << 20, 20]).with("dense.bin", content(4 << 20, 3));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("build.zip");
    std::fs::write(&path, files.zip()).unwrap();
    let build = Build::open(&path);
    let listing = &build.bundle.listing;
    let zipped = listing.entries().filter_map(|entry| listing.zipped(entry)).max();
    assert!(zipped > Some(Bytes(2 << 20)), "{zipped:?}");
    let zips = build.assert_foretold_is_packed(&Plan::new("f"), &ZippedSizes::of_listing(&build.bundle.listing));
    assert!(read_all(&zips[0]).into_iter().collect::<std::collections::BTreeMap<_, _>>() == files.0);
}

#[test]
fn a_damaged_entry_of_a_zip_is_named_when_all_is_inflated() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("build.zip");
    let mut zip = Files::default().with("whole.py", "x = 1\n").with("spoilt.py", content(3000, 1)).zip();
    let name = zip.windows(9).position(|window| window == b"spoilt.py").unwrap();
    zip[name + 9 + 700] ^= 0xFF;
    std::fs::write(&path, zip).unwrap();
    let (_, packed) = Build::open(&path).packed(&Plan::new("f"), &Bucket::Function).unwrap();
    std::fs::write(&path, packed).unwrap();
    verify_zip(&path, "function.zip", Look::Headers, &Unwatched).unwrap();
    let error = verify_zip(&path, "function.zip", Look::Everything, &Unwatched).unwrap_err();
    assert!(matches!(&error, PackError::Damaged { why, .. } if why.starts_with("\"spoilt.py\"")), "{error}");
}

/// Files that hold their own number.
struct Numbered;

impl Contents for Numbered {
    fn read(&self, _: &Listing, _: EntryId, _: Bytes) -> Result<Content, Unreadable> {
        Err(Unreadable::NotRecorded)
    }

    fn open(&self, _: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        Ok(Box::new(Cursor::new(entry.0.to_le_bytes())))
    }

    fn link_text(&self, _: &Listing, _: EntryId) -> Result<Vec<u8>, Unreadable> {
        Err(Unreadable::NotRecorded)
    }
}

#[test]
fn more_entries_than_16_bits_can_count_are_read_back_by_the_zip_crate() {
    for count in [65_534_u32, 65_535, 70_000] {
        let mut builder = ListingBuilder::new(Source::Demo);
        let names: Vec<String> = (0..count).map(|number| format!("{number:05}.txt")).collect();
        let entries: Vec<EntryId> =
            names.iter().map(|name| builder.add(name.as_bytes(), Attributes::file(4)).unwrap()).collect();
        let listing = builder.finish();
        let members =
            entries.iter().zip(&names).map(|(&entry, name)| Member { entry, path: format!("python/{name}").into() });
        let artifact = Artifact { members: members.collect() };
        let mut zip = Cursor::new(Vec::new());
        let written = write_zip(
            &artifact,
            &listing,
            &Numbered,
            &mut zip,
            Writing { effort: Effort::Usual, room: &Room::default(), watch: &Unwatched },
        )
        .unwrap();
        let zip = zip.into_inner();
        let load = Load {
            files: u64::from(count),
            unzipped: Bytes(4 * u64::from(count)),
            zipped: Bytes(4 * u64::from(count)),
            path_bytes: 9 * u64::from(count),
        };
        assert_eq!(written.length, zip_length(load.below(7)), "{count} entries");
        let mut archive = archive(&zip);
        assert_eq!(archive.len(), count as usize, "the zip crate reads {count} entries");
        let mut last = Vec::new();
        archive.by_index(count as usize - 1).unwrap().read_to_end(&mut last).unwrap();
        assert_eq!(last, count.to_le_bytes());
    }
}

#[cfg(unix)]
#[test]
fn modes_are_two_and_links_stay_links() {
    use std::os::unix::fs::{PermissionsExt, symlink};
    let folder = tempfile::tempdir().unwrap();
    Files::default().with("bin/tool", "#!/bin/sh\n").with("secret.txt", "s").write(folder.path());
    let mode = |path: &str, mode| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(folder.path().join(path), permissions).unwrap();
    };
    mode("bin/tool", 0o700);
    mode("secret.txt", 0o600);
    symlink("tool", folder.path().join("bin/alias")).unwrap();
    let build = Build::open(folder.path());
    let plan = Plan::new("function");
    let zip = build.assert_foretold_is_packed(&plan, &build.measured()).swap_remove(0);
    let mut archive = archive(&zip);
    let mut found = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut content = String::new();
        entry.read_to_string(&mut content).unwrap();
        let date = entry.last_modified().unwrap();
        assert_eq!((date.year(), date.month(), date.day(), date.hour()), (1980, 1, 1, 0));
        assert!(entry.extra_data().is_none_or(|extra| extra.is_empty()) && entry.comment().is_empty());
        found.push((entry.name().unwrap().into_owned(), entry.unix_mode().unwrap(), content));
    }
    let row = |name: &str, mode, content: &str| (name.to_owned(), mode, content.to_owned());
    let expected = [
        row("bin/alias", 0o120_777, "tool"),
        row("bin/tool", 0o100_755, "#!/bin/sh\n"),
        row("secret.txt", 0o100_644, "s"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_file_that_is_not_as_it_was_listed_is_named() {
    let (folder, build) = build(&files(&[100, 33 << 20]));
    let plan = Plan::new("function");
    let pack = || build.packed(&plan, &Bucket::Function).unwrap_err().to_string();
    let grow = |path: &str, length| std::fs::write(folder.path().join(path), content_of(length, 0)).unwrap();
    for (path, lengths, then) in
        [("data-0/0.bin", [99, 101], 100), ("data-1/1.bin", [(33 << 20) - 1, (33 << 20) + 1], 33 << 20)]
    {
        for length in lengths {
            grow(path, length);
            let error = pack();
            assert!(error.starts_with(&format!("\"{path}\" cannot be packed: it is ")), "{error}");
        }
        grow(path, then);
    }
    std::fs::remove_file(folder.path().join("app.py")).unwrap();
    let error = pack();
    assert!(error.starts_with("\"app.py\" cannot be packed: no such file"), "{error}");
    let unreadable = measured_unreadable(&build);
    assert_eq!(unreadable, ["app.py"], "measuring goes on without it");
}

fn measured_unreadable(build: &Build) -> Vec<String> {
    let listing = &build.bundle.listing;
    let mut unreadable = Vec::new();
    let deliver = |batch: Batch| {
        unreadable.extend(batch.unreadable.iter().map(|&entry| listing.shown_path(entry)));
    };
    measure(listing, build.contents.as_ref(), listing.entries(), Generation(1), &Unwatched, deliver).unwrap();
    unreadable
}

#[test]
fn packages_of_two_roots_that_want_one_place_are_both_named() {
    let files = Files::default()
        .with_distribution("python/", "alpha", "1.0", &["alpha/__init__.py", "shared.py"])
        .with_distribution("", "beta", "1.0", &["beta/__init__.py", "shared.py"]);
    let (_folder, build) = build(&files);
    match build.packed(&Plan::new("function"), &Bucket::Function) {
        Err(PackError::Clash { path, first, second }) => {
            assert_eq!(path, "shared.py");
            assert_ne!(first, second);
        }
        other => panic!("two files at shared.py should not be packed: {:?}", other.map(|(written, _)| written)),
    }
}

#[test]
fn a_file_where_another_package_needs_a_folder_is_named() {
    let files = Files::default()
        .with_distribution("python/", "alpha", "1.0", &["alpha.py", "shared/inner/a.py", "shared/inner/b.py"])
        .with_distribution("", "beta", "1.0", &["beta.py", "shared/inner"]);
    let (_folder, build) = build(&files);
    match build.packed(&Plan::new("function"), &Bucket::Function) {
        Err(PackError::Clash { path, first, second }) => {
            assert_eq!((path.as_str(), first.as_str(), second.as_str()), ("shared/inner", "beta", "alpha"));
        }
        other => panic!("a file and a folder at shared/inner: {:?}", other.map(|(written, _)| written)),
    }
}

#[test]
fn a_name_that_leads_out_of_the_artifact_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("build.zip");
    std::fs::write(&path, Files::default().with("../../etc/cron.d/x", "x").zip()).unwrap();
    let error = Build::open(&path).packed(&Plan::new("f"), &Bucket::Function).unwrap_err();
    assert!(matches!(error, PackError::Name { .. }), "{error}");
}

#[test]
fn efs_is_no_zip() {
    let (_folder, build) = build(&files(&[]));
    let error = build.packed(&Plan::new("f"), &Bucket::Efs).unwrap_err();
    assert_eq!(error, PackError::NotAZip(Bucket::Efs));
}

/// Wants no more after so many questions.
struct Impatient(AtomicUsize);

impl Watch for Impatient {
    fn is_cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) > 5
    }
}

#[test]
fn packing_and_measuring_can_be_cancelled() {
    let (_folder, build) = build(&files(&[1000; 300]));
    let artifact = Artifact::of_bucket(&build.bundle, &Plan::new("f"), &Bucket::Function).unwrap();
    let (listing, contents) = (&*build.bundle.listing, build.contents.as_ref());
    let watch = Impatient(AtomicUsize::new(0));
    let packed = write_zip(
        &artifact,
        listing,
        contents,
        Cursor::new(Vec::new()),
        Writing { effort: Effort::Usual, room: &Room::default(), watch: &watch },
    );
    assert_eq!(packed, Err(PackError::Cancelled));
    let watch = Impatient(AtomicUsize::new(0));
    measure(listing, contents, listing.entries(), Generation(1), &watch, |_| {}).unwrap_err();
}

#[test]
fn the_largest_files_are_measured_first() {
    let (_folder, build) = build(&files(&[100, 33 << 20, 34 << 20, 5000]));
    let listing = &build.bundle.listing;
    let mut lengths = Vec::new();
    let deliver = |batch: Batch| {
        lengths.extend(batch.exact.iter().map(|&(entry, _)| listing.length(entry)));
    };
    measure(listing, build.contents.as_ref(), listing.entries(), Generation(1), &Unwatched, deliver).unwrap();
    assert!(lengths.is_sorted_by(|one, other| one >= other), "{lengths:?}");
    assert_eq!(lengths[0], Bytes(34 << 20));
}

#[test]
fn the_demo_has_no_contents_to_pack() {
    let build = Build::open(Path::new("demo:"));
    let error = build.packed(&Plan::new("f"), &Bucket::Function).unwrap_err();
    assert!(error.to_string().contains("not part of the recording"), "{error}");
}
