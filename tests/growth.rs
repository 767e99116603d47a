//! Costs grow as the build does and no faster, by counts that no clock has a part in: how often files are opened, and how
//! many bytes are read of them. tests/growth.sh counts instructions and memory, over builds up to 64 times as large.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "benches/parts/build.rs"]
mod build;

use std::io::{Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bayplan::attribute::{Wanted, attribute, guess_target, read_facts};
use bayplan::model::bucket::Bucket;
use bayplan::model::bytes::Bytes;
use bayplan::model::contents::{Content, Contents, Packed, Pieces, Unreadable};
use bayplan::model::entry::EntryId;
use bayplan::model::finding::Judged;
use bayplan::model::listing::Listing;
use bayplan::model::plan::Plan;
use bayplan::model::shape::Handler;
use bayplan::model::watch::Unwatched;
use bayplan::model::zipped::Generation;
use bayplan::pack::{Artifact, Effort, Room, Writing, measure, write_zip};
use bayplan::scan::{self, Scanned};
use bayplan::session::{Assessment, Background};
use build::Build;

/// How often something was opened, and how many bytes were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    opened: u64,
    bytes: u64,
}

/// Contents that count who reads them.
struct Counted {
    inner: Box<dyn Contents>,
    opened: AtomicU64,
    bytes: Arc<AtomicU64>,
}

impl Counted {
    fn new(inner: Box<dyn Contents>) -> Counted {
        Counted { inner, opened: AtomicU64::new(0), bytes: Arc::default() }
    }

    /// What was counted since it was asked last.
    fn take(&self) -> Count {
        Count { opened: self.opened.swap(0, Ordering::Relaxed), bytes: self.bytes.swap(0, Ordering::Relaxed) }
    }

    fn open_one(&self) {
        self.opened.fetch_add(1, Ordering::Relaxed);
    }
}

/// A reader whose bytes are counted.
struct Through<R> {
    inner: R,
    bytes: Arc<AtomicU64>,
}

impl<R: Read> Read for Through<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.bytes.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Contents for Counted {
    fn read(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Content, Unreadable> {
        self.open_one();
        let content = self.inner.read(listing, entry, cap)?;
        self.bytes.fetch_add(content.bytes.len() as u64, Ordering::Relaxed);
        Ok(content)
    }

    fn open(&self, listing: &Listing, entry: EntryId) -> Result<Box<dyn Read + Send + '_>, Unreadable> {
        self.open_one();
        let inner = self.inner.open(listing, entry)?;
        Ok(Box::new(Through { inner, bytes: self.bytes.clone() }))
    }

    fn link_text(&self, listing: &Listing, entry: EntryId) -> Result<Vec<u8>, Unreadable> {
        self.inner.link_text(listing, entry)
    }

    fn packed(&self, listing: &Listing, entry: EntryId) -> Option<Result<Packed<'_>, Unreadable>> {
        let packed = self.inner.packed(listing, entry)?;
        self.open_one();
        Some(packed.inspect(|packed| {
            self.bytes.fetch_add(packed.zipped.0, Ordering::Relaxed);
        }))
    }

    fn pieces(&self, listing: &Listing, entry: EntryId, cap: Bytes) -> Result<Box<dyn Pieces>, Unreadable> {
        self.open_one();
        self.inner.pieces(listing, entry, cap)
    }
}

/// What each part of opening, judging and packing a build reads.
fn counts(build: &Build, is_zip: bool) -> Vec<(&'static str, Count)> {
    let path = if is_zip { &build.zip } else { &build.folder };
    let Scanned { listing, contents } = scan::open(path, &Unwatched).unwrap();
    let contents = Counted::new(contents);
    let facts = read_facts(&listing, &contents, Wanted::VERDICT, &Unwatched);
    let mut counts = vec![("facts", contents.take())];
    let bundle = attribute(listing, facts.into());
    counts.push(("attribution", contents.take()));
    let mut plan = Plan::new("f");
    plan.function.handler = Handler::try_from("app.handler".to_owned()).ok();
    let background = Background {
        judged: Judged::Plan,
        lock: None,
        deployed: None,
        today: None,
        unbuilt: None,
        zipped: Arc::default(),
        artifacts: None,
    };
    drop(Assessment::new(&bundle, &plan, &guess_target(&bundle), &background));
    counts.push(("verdict", contents.take()));
    let listing = &bundle.listing;
    measure(listing, &contents, listing.entries(), Generation(1), &Unwatched, drop).unwrap();
    counts.push(("zipped sizes", contents.take()));
    let artifact = Artifact::of_bucket(&bundle, &plan, &Bucket::Function).unwrap();
    let out = Cursor::new(Vec::new());
    write_zip(
        &artifact,
        listing,
        &contents,
        out,
        Writing { effort: Effort::Usual, room: &Room::default(), watch: &Unwatched },
    )
    .unwrap();
    counts.push(("packing", contents.take()));
    counts
}

#[test]
fn what_is_read_grows_as_the_build_does() {
    let folder = tempfile::tempdir().unwrap();
    let [small, middle, large] = [4, 16, 64].map(|packages| Build::make(folder.path(), packages).unwrap());
    for is_zip in [false, true] {
        let [small, middle, large] = [&small, &middle, &large].map(|build| counts(build, is_zip));
        for ((&(part, small), &(_, middle)), &(_, large)) in small.iter().zip(&middle).zip(&large) {
            // From 16 to 64 packages come four times as many as from 4 to 16.
            let is_linear = |of: fn(Count) -> u64| of(large) - of(middle) <= (of(middle) - of(small)) * 4 * 102 / 100;
            assert!(
                is_linear(|count| count.opened) && is_linear(|count| count.bytes),
                "{part}: {small:?}, {middle:?}, {large:?} for 4, 16 and 64 packages"
            );
        }
    }
}

#[test]
fn each_file_is_measured_and_packed_in_one_reading_and_judging_reads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let build = Build::make(folder.path(), 4).unwrap();
    let files = walkdir::WalkDir::new(&build.folder).into_iter().filter_map(Result::ok);
    let lengths: Vec<u64> =
        files.filter(|found| found.file_type().is_file()).map(|found| found.metadata().unwrap().len()).collect();
    let all = Count { opened: lengths.len() as u64, bytes: lengths.iter().sum() };
    for (part, count) in counts(&build, false) {
        match part {
            "attribution" | "verdict" => assert_eq!(count, Count::default(), "{part} rests on facts alone"),
            // Sources that the handler reaches are read for what they import, and some of them for other facts before.
            "facts" => assert!(count.opened <= 2 * all.opened && count.bytes <= 2 * all.bytes, "{part}: {count:?}"),
            _ => assert_eq!(count, all, "{part} reads each file once"),
        }
    }
    for (part, count) in counts(&build, true) {
        if part == "zipped sizes" {
            assert_eq!(count, Count::default(), "a zip's directory has its sizes");
        }
    }
}
