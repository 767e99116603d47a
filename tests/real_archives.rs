//! Zips of many makers, none of which is accused, and thousands of altered ones: what is accepted without a finding is
//! read alike by CPython, Info-ZIP and bayplan.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(clippy::print_stdout, reason = "the counts are shown where the tests are run")]

mod support {
    pub mod raw_zip;
}
#[path = "support/counts.rs"]
mod counts;
#[path = "support/real.rs"]
mod real;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bayplan::attribute::{Wanted, read_facts};
use bayplan::model::bytes::Bytes;
use bayplan::model::entry::EntryKind;
use bayplan::model::escape::printable;
use bayplan::model::problem::Harm;
use bayplan::model::watch::Unwatched;
use bayplan::scan;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use real::{python, tool};
use sha2::{Digest, Sha256};
use support::raw_zip::{Archive, Told};

/// How many altered archives are read by everybody.
const ALTERED: usize = counts::ALTERED;

/// Paths with the digests of what they hold.
type Contents = BTreeMap<String, String>;

/// What bayplan reads, if it has nothing to say of the archive.
fn accepted(path: &Path) -> Option<Contents> {
    let scanned = scan::open(path, &Unwatched).ok()?;
    let (listing, contents) = (&scanned.listing, scanned.contents.as_ref());
    let facts = read_facts(listing, contents, Wanted::OWNERS.with_bodies(), &Unwatched);
    let accuses = |harm| !matches!(harm, Harm::Unclear | Harm::Alike);
    let problems = listing.problems.iter().chain(facts.damaged.iter().flatten());
    if problems.map(|problem| problem.harm).any(accuses) {
        return None;
    }
    let files = listing.entries().filter(|&entry| listing.kind(entry) == EntryKind::File);
    let read = files.map(|entry| {
        let content = contents.read(listing, entry, Bytes(1 << 20)).unwrap();
        (listing.shown_path(entry), hexadecimal(&content.bytes))
    });
    Some(read.collect())
}

fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What CPython reads of every zip in a folder.
fn read_by_cpython(folder: &Path) -> BTreeMap<String, Option<Contents>> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/read_zips.py");
    let lines = tool(Command::new(python()).arg(script).arg(folder));
    let read = lines.lines().map(|line| serde_json::from_str::<(String, Option<Vec<(String, String)>>)>(line).unwrap());
    read.map(|(name, files)| (name, files.map(|files| files.into_iter().collect()))).collect()
}

/// What Info-ZIP unpacks; `None` if it fails.
fn read_by_info_zip(path: &Path) -> Option<Contents> {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new("unzip");
    command.args(["-qq", "-o"]).arg(path).arg("-d").arg(folder.path());
    let output = command.stdin(Stdio::null()).output().unwrap();
    // 1: it warned, of a date or a version, and unpacked everything.
    matches!(output.status.code(), Some(0 | 1)).then(|| {
        let mut contents = Contents::new();
        for found in walkdir::WalkDir::new(folder.path()).into_iter().map(Result::unwrap) {
            if found.file_type().is_file() {
                let name = found.path().strip_prefix(folder.path()).unwrap();
                let name = printable(name.as_os_str().as_encoded_bytes());
                contents.insert(name, hexadecimal(&std::fs::read(found.path()).unwrap()));
            }
        }
        contents
    })
}

/// One way to alter an archive.
#[derive(Clone, Debug)]
enum Change {
    Flip(prop::sample::Index, u8),
    Overwrite(prop::sample::Index, Vec<u8>),
    Insert(prop::sample::Index, Vec<u8>),
    Remove(prop::sample::Index, usize),
    Copy(prop::sample::Index, prop::sample::Index, usize),
    Cut(prop::sample::Index),
}

fn change() -> impl Strategy<Value = Change> {
    let place = any::<prop::sample::Index>;
    let bytes = || {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 1..9),
            Just(vec![0xFF; 4]),
            Just(vec![0; 4]),
            Just(b"PK\x05\x06".to_vec()),
        ]
    };
    prop_oneof![
        4 => (place(), 1_u8..).prop_map(|(place, flipped)| Change::Flip(place, flipped)),
        3 => (place(), bytes()).prop_map(|(place, bytes)| Change::Overwrite(place, bytes)),
        1 => (place(), bytes()).prop_map(|(place, bytes)| Change::Insert(place, bytes)),
        1 => (place(), 1_usize..60).prop_map(|(place, length)| Change::Remove(place, length)),
        2 => (place(), place(), 1_usize..120).prop_map(|(from, to, length)| Change::Copy(from, to, length)),
        1 => place().prop_map(Change::Cut),
    ]
}

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    if bytes.is_empty() {
        return;
    }
    let length = bytes.len();
    match change {
        Change::Flip(place, flipped) => bytes[place.index(length)] ^= flipped,
        Change::Overwrite(place, new) => {
            let start = place.index(length);
            let end = (start + new.len()).min(length);
            bytes[start..end].copy_from_slice(&new[..end - start]);
        }
        Change::Insert(place, new) => {
            let start = place.index(length);
            bytes.splice(start..start, new.iter().copied());
        }
        Change::Remove(place, count) => {
            let start = place.index(length);
            bytes.drain(start..(start + count).min(length));
        }
        Change::Copy(from, to, count) => {
            let (from, to) = (from.index(length), to.index(length));
            let count = (*count).min(length - from).min(length - to);
            bytes.copy_within(from..from + count, to);
        }
        Change::Cut(place) => bytes.truncate(place.index(length)),
    }
}

/// Honest archives of several makers, small enough that most changes hit a header.
fn honest(folder: &Path) -> Vec<Vec<u8>> {
    let source = folder.join("source");
    std::fs::create_dir(&source).unwrap();
    std::fs::write(source.join("app.py"), "import helper\ndef handler(event, context): pass\n".repeat(5)).unwrap();
    std::fs::write(source.join("helper.py"), "").unwrap();
    let made = makers(&source, &folder.join("made"));
    let raw = [Told::InFront, Told::Behind { signed: true }, Told::Behind { signed: false }];
    let raw = raw.map(|told| Archive { large: Some(0), ..Archive::honest(told) }.bytes());
    made.iter().map(|path| std::fs::read(path).unwrap()).chain(raw).collect()
}

/// The zip of a folder by every maker at hand.
fn makers(source: &Path, folder: &Path) -> Vec<PathBuf> {
    std::fs::create_dir_all(folder).unwrap();
    let python = python();
    let cpython = |script: &str| {
        format!(
            "{python} - \"$OUT\" <<'PY'\nimport pathlib, sys, zipfile\nfiles = sorted(p for p in pathlib.Path('.').rglob('*') if p.is_file())\n{script}\nPY"
        )
    };
    let ways = [
        ("info-zip", "zip -q -r \"$OUT\" .".to_owned()),
        ("info-zip-stored", "zip -q -0 -r \"$OUT\" .".to_owned()),
        ("info-zip-links", "zip -q -y -r \"$OUT\" .".to_owned()),
        ("info-zip-stream", "zip -q -r - . | cat > \"$OUT\"".to_owned()),
        ("info-zip-large", "zip -q -fz -r \"$OUT\" .".to_owned()),
        ("bsdtar", "bsdtar -c --format zip -f \"$OUT\" .".to_owned()),
        ("bsdtar-stream", "bsdtar -c --format zip -f - . | cat > \"$OUT\"".to_owned()),
        ("7z", "7z a -tzip -bd -bso0 \"$OUT\" .".to_owned()),
        ("cpython", cpython("with zipfile.ZipFile(sys.argv[1], 'w', 8) as z:\n    [z.write(f) for f in files]")),
        (
            "cpython-stream",
            cpython(
                "class Pipe:\n    def __init__(self, f): self.f = f\n    def write(self, b): return self.f.write(b)\n    \
             def flush(self): self.f.flush()\nwith open(sys.argv[1], 'wb') as out, zipfile.ZipFile(Pipe(out), 'w', 8) \
             as z:\n    [z.write(f) for f in files]",
            ),
        ),
        (
            "cpython-large",
            cpython(
                "with zipfile.ZipFile(sys.argv[1], 'w', 8) as z:\n    for f in files:\n        with z.open(str(f), 'w', \
             force_zip64=True) as entry: entry.write(f.read_bytes())",
            ),
        ),
        ("java", "jar cf \"$OUT\" .".to_owned()),
    ];
    let make = |(name, way): (&str, String)| {
        let path = folder.join(format!("{name}.zip"));
        tool(Command::new("sh").args(["-euc", &way]).current_dir(source).env("OUT", &path));
        path
    };
    ways.into_iter().map(make).collect()
}

#[test]
fn zips_of_every_maker_are_not_accused() {
    let folder = tempfile::tempdir().unwrap();
    let source = real::corpus("today").join("requests");
    let expected = std::fs::read_dir(&source).unwrap().count();
    assert!(expected > 10);
    let made = makers(&source, folder.path());
    for zip in &made {
        assert!(accepted(zip).is_some_and(|files| files.len() > 10), "{} is accused", zip.display());
    }
    println!("{} makers, none accused", made.len());
}

#[test]
fn real_wheels_are_not_accused() {
    let folder = std::env::var_os("BAYPLAN_ARCHIVES").expect("BAYPLAN_ARCHIVES names a folder of wheels");
    let wheels: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|found| found.unwrap().path()).collect();
    assert!(wheels.len() >= 15, "{} wheels", wheels.len());
    for wheel in &wheels {
        let scanned = scan::open(wheel, &Unwatched).unwrap();
        let listing = &scanned.listing;
        let facts = read_facts(listing, scanned.contents.as_ref(), Wanted::OWNERS.with_bodies(), &Unwatched);
        let told: Vec<_> = listing.problems.iter().chain(facts.damaged.iter().flatten()).collect();
        assert!(told.is_empty(), "{}: {told:?}", wheel.display());
    }
    println!("{} wheels, none accused", wheels.len());
}

#[test]
fn what_is_accepted_is_read_alike_by_all() {
    let folder = tempfile::tempdir().unwrap();
    let bases = honest(folder.path());
    let altered = folder.path().join("altered");
    std::fs::create_dir(&altered).unwrap();
    let mut runner = TestRunner::deterministic();
    let changes = prop::collection::vec(change(), 1..4);
    for number in 0..ALTERED {
        let mut bytes = bases[number % bases.len()].clone();
        let changes = changes.new_tree(&mut runner).unwrap().current();
        changes.iter().for_each(|change| apply(&mut bytes, change));
        std::fs::write(altered.join(format!("{number:05}.zip")), bytes).unwrap();
    }
    let (mut count, mut otherwise) = (0, Vec::new());
    for (name, by_cpython) in read_by_cpython(&altered) {
        let path = altered.join(&name);
        let Some(ours) = accepted(&path) else { continue };
        count += 1;
        let is_file = |(name, _): &(String, String)| !name.ends_with('/');
        let files = |contents: Contents| -> Contents {
            contents.into_iter().filter(is_file).map(|(name, sum)| (plain(&name), sum)).collect()
        };
        for (reader, theirs) in [("CPython", by_cpython.map(files)), ("Info-ZIP", read_by_info_zip(&path))] {
            if theirs.as_ref() != Some(&ours) {
                otherwise.push(format!("{}: {reader} reads {theirs:?}, bayplan {ours:?}", kept(&path)));
            }
        }
    }
    assert!(otherwise.is_empty(), "{} are read otherwise:\n{}", otherwise.len(), otherwise.join("\n"));
    println!("{ALTERED} altered archives, {count} accepted, all of them read alike");
    assert!(count > ALTERED / 100, "{count} accepted: nothing is compared");
}

/// A name as bayplan places it: without the `./` that some makers write.
fn plain(name: &str) -> String {
    printable(name.strip_prefix("./").unwrap_or(name).as_bytes())
}

/// Keeps an archive for a look.
fn kept(path: &Path) -> String {
    let place = std::env::temp_dir().join(format!("bayplan-altered-{}", path.file_name().unwrap().display()));
    std::fs::copy(path, &place).unwrap();
    place.display().to_string()
}
