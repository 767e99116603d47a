//! How long a zip of 200 000 entries takes to be listed and to be reported, beside `zipinfo -1` (Info-ZIP) over the same
//! file in the same run. The goals: listed in 0.25 of its time, the whole report in 0.8. BAYPLAN_BENCH_ZIP names another
//! zip.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use bayplan::model::watch::Unwatched;
use bayplan::scan;
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

const ENTRIES: usize = 200_000;

static ARCHIVE: LazyLock<(PathBuf, Option<tempfile::TempDir>)> =
    LazyLock::new(|| match std::env::var_os("BAYPLAN_BENCH_ZIP") {
        Some(archive) => (archive.into(), None),
        None => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let archive = folder.path().join("made.zip");
            make(&archive).expect("the zip can be made");
            (archive, Some(folder))
        }
    });

/// Packages of 400 files in eight folders each, which come in no order within their package.
fn make(archive: &Path) -> Result<(), zip::result::ZipError> {
    let mut zip = ZipWriter::new(std::fs::File::create(archive)?);
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for number in 0..ENTRIES {
        let (package, folder) = (number / 400, number * 7 % 8);
        zip.start_file(format!("package{package:03}/folder{folder}/module{number}.py"), options)?;
        zip.write_all(&[b'x'; 300][..number % 300])?;
    }
    zip.finish()?;
    Ok(())
}

fn main() {
    divan::main();
}

#[divan::bench]
fn listed() -> usize {
    scan::open(&ARCHIVE.0, &Unwatched).expect("the zip can be listed").listing.len()
}

#[divan::bench]
fn reported() -> bool {
    let arguments = ["report", "--zipped", "none"];
    let program = Command::new(env!("CARGO_BIN_EXE_bayplan")).args(arguments).arg(&ARCHIVE.0).output();
    program.expect("bayplan can be started").status.success()
}

#[divan::bench]
fn zipinfo() -> bool {
    let program = Command::new("zipinfo").arg("-1").arg(&ARCHIVE.0).stdout(Stdio::null()).status();
    program.expect("zipinfo is installed (Debian: unzip)").success()
}
