//! Real bundles, dealt out over buckets: every zip has the foretold length, and Info-ZIP, CPython, bsdtar and 7z read
//! it alike.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

#[path = "support/packed.rs"]
mod packed;
#[path = "support/readers.rs"]
mod readers;
#[path = "support/real.rs"]
mod real;

use std::path::Path;

use bayplan::model::zipped::{Generation, ZippedSizes};
use bayplan::pack::estimate;
use packed::{Build, dealt};
use readers::assert_read_alike;
use real::corpus;

/// How the packages of a bundle are dealt out, over and over: 0 function, 1 EFS, 2 and 3 layers.
const DEALS: &[&[u8]] = &[&[0], &[2], &[0, 2, 3, 1], &[3, 0, 0, 2, 1, 1, 3]];

#[test]
fn foretold_is_packed_and_read_alike_by_four_readers() {
    for name in ["seed", "today", "node", "pnpm"] {
        let build = Build::open(&corpus(name));
        let sizes = build.measured();
        let scratch = tempfile::tempdir().unwrap();
        for deal in DEALS {
            for (number, zip) in build.assert_foretold_is_packed(&dealt(&build.bundle, deal), &sizes).iter().enumerate()
            {
                let path = scratch.path().join(format!("{number}.zip"));
                std::fs::write(&path, zip).unwrap();
                assert_read_alike(&path);
                assert_packed_anew_as_it_is(&path, zip);
            }
        }
    }
}

#[test]
fn the_estimate_of_a_real_bundle_is_within_ten_percent() {
    for name in ["seed", "today", "node"] {
        let build = Build::open(&corpus(name));
        let listing = &build.bundle.listing;
        let sum = |sizes: &ZippedSizes| -> u64 {
            listing.entries().filter_map(|entry| sizes.get(entry)).map(|size| size.bytes.0).sum()
        };
        let (guessed, exact) = (sum(&estimate(listing, Generation(1))), sum(&build.measured()));
        assert!(guessed.abs_diff(exact) * 10 < exact, "{name}: {guessed} guessed, {exact} measured");
    }
}

/// A zip of ours, packed again into one function, is the same zip where its layout is the function's.
fn assert_packed_anew_as_it_is(path: &Path, zip: &[u8]) {
    let build = Build::open(path);
    let sizes = ZippedSizes::of_listing(&build.bundle.listing);
    let mut plan = dealt(&build.bundle, &[0]);
    plan.pack.keep_folders = true;
    let again = build.assert_foretold_is_packed(&plan, &sizes);
    assert!(again[0] == zip, "{}: nothing is deflated anew", path.display());
}
