//! `demo:` is what a fresh build of the story's bundle records.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::io::Write;
use std::path::Path;

use bayplan::attribute::{Wanted, read_facts};
use bayplan::model::bytes::Bytes;
use bayplan::model::contents::Contents;
use bayplan::model::entry::{EntryId, EntryKind};
use bayplan::model::listing::Listing;
use bayplan::model::watch::Unwatched;
use bayplan::scan::recording::Recording;
use bayplan::scan::{self, Scanned};
use flate2::Compression;
use flate2::write::DeflateEncoder;
use rayon::prelude::*;

#[path = "support/real.rs"]
mod real;

use real::corpus;

const HOW: &str = "assets/demo is not what a fresh build records; if that is meant, run tests/record-demo.sh";

#[test]
fn the_demo_is_what_a_fresh_build_records() {
    let fresh = record(&corpus("seed"));
    if std::env::var_os("BAYPLAN_REFRESH").is_some() {
        let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/demo");
        std::fs::write(assets.join("listing.tsv"), &fresh.listing).unwrap();
        std::fs::write(assets.join("facts.jsonl"), &fresh.facts).unwrap();
        return;
    }
    let kept = scan::demo::recording();
    assert_eq!(first_difference(&kept.listing, &fresh.listing), None, "{HOW}");
    assert_eq!(first_difference(&kept.facts, &fresh.facts), None, "{HOW}");
}

fn record(folder: &Path) -> Recording {
    let Scanned { listing, contents } = scan::open(folder, &Unwatched).unwrap();
    assert_eq!(listing.problems, [], "all of a fresh build can be read");
    let facts = read_facts(&listing, contents.as_ref(), Wanted::EVERYTHING, &Unwatched);
    assert_eq!(facts.problems, [], "all facts of a fresh build can be read");
    let entries: Vec<EntryId> = listing.entries().collect();
    let zipped: Vec<Bytes> = entries.par_iter().map(|&entry| deflated(&listing, contents.as_ref(), entry)).collect();
    Recording::of(&listing, &facts, |entry| zipped[entry.0 as usize])
}

/// What deflate makes of a file; a file that it does not shorten is stored.
fn deflated(listing: &Listing, contents: &dyn Contents, entry: EntryId) -> Bytes {
    if listing.kind(entry) != EntryKind::File {
        return listing.length(entry);
    }
    let content = contents.read(listing, entry, Bytes(u64::MAX)).unwrap();
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(6));
    encoder.write_all(&content.bytes).unwrap();
    Bytes(encoder.finish().unwrap().len() as u64).min(listing.length(entry))
}

fn first_difference(kept: &str, fresh: &str) -> Option<String> {
    let pairs = kept.lines().map(Some).chain(std::iter::repeat(None)).zip(fresh.lines().map(Some).chain([None]));
    let differs = (1..).zip(pairs).find(|(_, (kept, fresh))| kept != fresh);
    differs.map(|(line, (kept, fresh))| format!("line {line}: kept {kept:?}, fresh {fresh:?}"))
}
