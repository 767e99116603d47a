//! How long a scan takes, beside its peers in the same run and over the same tree: a serial walk, and the program
//! `pdu` (crate parallel-disk-usage), which sums sizes and attributes nothing. The tree is made here in the shape of one
//! big `node_modules`, or is the one that BAYPLAN_BENCH_DIR names. BAYPLAN_PDU names the program; without it, `pdu`
//! must be on the path.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use bayplan::attribute::{Wanted, attribute, read_facts};
use bayplan::model::watch::Unwatched;
use bayplan::scan::{self, Scanned};

const PACKAGES: usize = 400;
const FILES_PER_PACKAGE: usize = 50;

static TREE: LazyLock<(PathBuf, Option<tempfile::TempDir>)> =
    LazyLock::new(|| match std::env::var_os("BAYPLAN_BENCH_DIR") {
        Some(folder) => (folder.into(), None),
        None => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            make(&folder.path().join("node_modules")).expect("the tree can be made");
            (folder.path().to_owned(), Some(folder))
        }
    });

fn make(folder: &Path) -> std::io::Result<()> {
    for package in 0..PACKAGES {
        let library = folder.join(format!("package-{package}")).join("lib");
        std::fs::create_dir_all(&library)?;
        for file in 0..FILES_PER_PACKAGE {
            std::fs::write(library.join(format!("module-{file}.js")), vec![b'x'; file * 7])?;
        }
    }
    Ok(())
}

fn main() {
    divan::main();
}

#[divan::bench]
fn scan_in_parallel() -> u64 {
    let scanned = scan::open(&TREE.0, &Unwatched).expect("the tree can be listed");
    scanned.listing.total().bytes.0
}

#[divan::bench]
fn walk_one_by_one() -> u64 {
    let entries = walkdir::WalkDir::new(&TREE.0).into_iter().filter_map(Result::ok);
    entries
        .filter(|entry| !entry.file_type().is_dir())
        .filter_map(|entry| entry.metadata().ok())
        .map(|found| found.len())
        .sum()
}

/// Started as a process, as a user would.
#[divan::bench]
fn pdu() -> bool {
    let program = std::env::var_os("BAYPLAN_PDU").unwrap_or_else(|| "pdu".into());
    let arguments = ["--quantity=apparent-size", "--max-depth=1", "--silent-errors", "--no-sort"];
    let output = std::process::Command::new(program).args(arguments).arg(&TREE.0).output();
    output.expect("pdu is installed: cargo install parallel-disk-usage").status.success()
}

/// The same as a process of our own: start, scan, attribute, judge, report.
#[divan::bench]
fn bayplan_report() -> bool {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_bayplan")).arg("report").arg(&TREE.0).output();
    output.expect("bayplan can be started").status.success()
}

#[divan::bench]
fn scan_and_attribute() -> usize {
    let Scanned { listing, contents } = scan::open(&TREE.0, &Unwatched).expect("the tree can be listed");
    let facts = read_facts(&listing, contents.as_ref(), Wanted::OWNERS, &Unwatched);
    attribute(listing, facts.into()).packages().len()
}

#[divan::bench]
fn open_the_demo() -> usize {
    let Scanned { listing, contents } = scan::open(Path::new("demo:"), &Unwatched).expect("the demo can be listed");
    let facts = read_facts(&listing, contents.as_ref(), Wanted::OWNERS, &Unwatched);
    attribute(listing, facts.into()).packages().len()
}
