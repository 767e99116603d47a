//! Zips that can be read in two ways, or are broken: each is told by its rule, and `check` does not pass it. Ordinary
//! ones are not accused.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

mod support {
    pub mod raw_zip;
}

use std::io::{Cursor, Write};
use std::path::Path;

use assert_cmd::Command;
use proptest::prelude::*;
use support::raw_zip::{Archive, Entry, Told};

const BEHIND: Told = Told::Behind { signed: true };

/// Exit code, and the ids of all findings about the archive as such.
fn checked(archive: &[u8]) -> (i32, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("build.zip"), archive).unwrap();
    let path = folder.path().join("build.zip");
    let (code, findings) = check(&path);
    (code, findings.into_iter().filter(|id| id.starts_with("archive.") || id == "bundle.unpackable").collect())
}

fn check(path: &Path) -> (i32, Vec<String>) {
    let mut command = Command::cargo_bin("bayplan").unwrap();
    command.args(["check", "--format", "json", "--no-cache", "--runtime", "python3.13", "--arch", "x86_64"]);
    let output = command.arg(path).output().unwrap();
    let code = output.status.code().expect("no death by signal");
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"), "{output:?}");
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    let findings = report["findings"].as_array().cloned().unwrap_or_default();
    (code, findings.iter().map(|finding| finding["id"].as_str().unwrap_or_default().to_owned()).collect())
}

type Lie = fn(&mut Archive);

/// Every lie with the rule that finds it. What is ambiguous or damaged fails; what only lies around is a warning.
const LIES: &[(&str, Told, &str, Lie)] = &[
    ("another name in front", Told::InFront, "archive.ambiguous", |zip| {
        zip.entries[1].local.name = b"helpes.py".to_vec()
    }),
    ("a longer name in front", Told::InFront, "archive.ambiguous", |zip| {
        zip.entries[1].local.name = b"./helper.py".to_vec()
    }),
    ("another length in front", Told::InFront, "archive.ambiguous", |zip| zip.entries[0].local.length += 1),
    ("another zipped length in front", Told::InFront, "archive.ambiguous", |zip| zip.entries[0].local.zipped -= 1),
    ("another checksum in front", Told::InFront, "archive.ambiguous", |zip| zip.entries[0].local.crc32 ^= 1),
    ("another method in front", Told::InFront, "archive.ambiguous", |zip| zip.entries[0].local.method = 8),
    ("encrypted in front alone", Told::InFront, "archive.ambiguous", |zip| zip.entries[0].local.flags |= 1),
    ("a length of 64 bits in front alone", Told::InFront, "archive.ambiguous", |zip| {
        let header = &mut zip.entries[0].local;
        header.length = u32::MAX;
        header.extra = [&[1, 0, 8, 0][..], &7_u64.to_le_bytes()].concat();
    }),
    ("another checksum behind", BEHIND, "archive.ambiguous", |zip| zip.entries[0].descriptor[4] ^= 1),
    ("another length behind", BEHIND, "archive.ambiguous", |zip| zip.entries[0].descriptor[12] ^= 1),
    ("zeros in front and nothing behind", BEHIND, "archive.ambiguous", |zip| zip.entries[1].descriptor.clear()),
    ("a name twice", Told::InFront, "archive.ambiguous", |zip| {
        zip.entries.push(Entry::new("app.py", b"def handler(event, context): pass\n", Told::InFront));
    }),
    ("a file that is a folder too", Told::InFront, "archive.ambiguous", |zip| {
        zip.entries.push(Entry::new("app.py/x", b"", Told::InFront));
    }),
    ("an entry that the directory does not have", Told::InFront, "archive.ambiguous", |zip| {
        zip.entries[0].behind = Archive::honest(Told::InFront).bytes()[..120].to_vec();
    }),
    ("a zip in front", Told::InFront, "archive.ambiguous", |zip| zip.before = Archive::honest(BEHIND).bytes()),
    ("a count that is too small", Told::InFront, "archive.ambiguous", |zip| zip.miscounted = -1),
    ("a count that is too large", Told::InFront, "archive.ambiguous", |zip| zip.miscounted = 5),
    ("another length of the directory", Told::InFront, "archive.ambiguous", |zip| zip.mismeasured = 4),
    ("a script in front", Told::InFront, "archive.surplus", |zip| zip.before = b"#!/bin/sh\nexit 0\n".to_vec()),
    ("bytes between", Told::InFront, "archive.surplus", |zip| zip.entries[0].behind = vec![7; 5]),
    ("bytes behind a descriptor", BEHIND, "archive.surplus", |zip| zip.entries[0].behind = vec![7; 5]),
    ("bytes behind the end", Told::InFront, "archive.surplus", |zip| zip.behind = vec![7; 5]),
    ("case alone", Told::InFront, "archive.alike", |zip| {
        zip.entries.push(Entry::new("Helper.py", b"", Told::InFront));
    }),
    ("accents alone", Told::InFront, "archive.alike", |zip| {
        zip.entries.push(Entry::new("caf\u{e9}", b"", Told::InFront));
        zip.entries.push(Entry::new("cafe\u{301}", b"", Told::InFront));
    }),
    ("a flipped bit", Told::InFront, "archive.damaged", |zip| zip.entries[0].data[3] ^= 1),
    ("a flipped bit before a descriptor", BEHIND, "archive.damaged", |zip| zip.entries[1].data[0] ^= 0x80),
    ("bytes that are not deflated", Told::InFront, "archive.damaged", |zip| {
        let entry = &mut zip.entries[0];
        (entry.local.method, entry.central.method) = (8, 8);
        entry.data.fill(0xFF);
    }),
];

#[test]
fn each_lie_is_told_by_its_rule() {
    for (lie, told, rule, tell) in LIES {
        let mut archive = Archive::honest(*told);
        tell(&mut archive);
        let (code, findings) = checked(&archive.bytes());
        assert!(findings.iter().any(|id| id == rule), "{lie}: {rule} is missing in {findings:?} (exit {code})");
        let is_error = matches!(*rule, "archive.ambiguous" | "archive.damaged");
        assert_eq!(code, i32::from(is_error), "{lie}: {findings:?}");
    }
}

/// Where not even the list of files can be trusted, there is nothing to judge.
#[test]
fn a_directory_with_something_behind_it_is_not_read_at_all() {
    for behind in [Archive::honest(BEHIND).bytes(), vec![7; 5], vec![0; 100]] {
        let archive = Archive { behind_directory: behind, ..Archive::honest(Told::InFront) };
        assert_eq!(checked(&archive.bytes()), (2, vec![]));
    }
    let archive = Archive { large: Some(3), ..Archive::honest(Told::InFront) };
    assert_eq!(checked(&archive.bytes()), (2, vec![]), "the two forms of the end count differently");
}

#[test]
fn an_honest_zip_is_not_accused() {
    for told in [Told::InFront, BEHIND, Told::Behind { signed: false }] {
        let mut archive = Archive::honest(told);
        assert_eq!(checked(&archive.bytes()), (0, vec![]));
        archive.comment = b"made on a Monday".to_vec();
        archive.large = Some(0);
        assert_eq!(checked(&archive.bytes()), (0, vec![]), "with a comment and the large form of the end");
        let nested = Archive::honest(told).bytes();
        archive.entries.push(Entry::new("inner.zip", &nested, told));
        assert_eq!(checked(&archive.bytes()), (0, vec![]), "a zip inside a zip is a file");
    }
}

/// Headers that lie close together are read together, and those far apart each by itself.
#[test]
fn a_lie_is_told_wherever_its_entry_lies() {
    for told in [Told::InFront, BEHIND] {
        let mut archive = Archive::honest(told);
        let lengths = (0..400).map(|number| match number % 100 {
            50 => 3_000,
            75 => 20_000,
            other => other * 3,
        });
        for (number, length) in lengths.enumerate() {
            archive.entries.push(Entry::new(&format!("data/{number}.txt"), &vec![b'x'; length], told));
        }
        assert_eq!(checked(&archive.bytes()), (0, vec![]));
        for place in [2, 51, 52, 53, 77, 78, 150, 299, 401] {
            let mut lying = archive.clone();
            match told {
                Told::InFront => lying.entries[place].local.crc32 ^= 1,
                Told::Behind { .. } => lying.entries[place].descriptor[4] ^= 1,
            }
            assert_eq!(checked(&lying.bytes()), (1, vec!["archive.ambiguous".to_owned()]), "entry {place}");
        }
    }
}

#[test]
fn zips_of_the_zip_crate_are_not_accused() {
    use zip::CompressionMethod::{Deflated, Stored};
    use zip::write::SimpleFileOptions;
    for (method, large) in [(Stored, false), (Deflated, false), (Deflated, true)] {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = SimpleFileOptions::default().compression_method(method).large_file(large).with_alignment(64);
        for name in ["app.py", "data/caf\u{e9}.txt", "data/empty"] {
            writer.start_file(name, options).unwrap();
            writer.write_all(if name.ends_with("py") { b"def handler(e, c): pass\n" } else { b"" }).unwrap();
        }
        assert_eq!(checked(&writer.finish().unwrap().into_inner()), (0, vec![]), "{method} large: {large}");
    }
}

#[test]
fn a_folder_has_no_archive_to_be_ambiguous() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("app.py"), "def handler(event, context): pass\n").unwrap();
    std::fs::write(folder.path().join("App.py"), "").unwrap();
    let (code, findings) = check(folder.path());
    assert_eq!(code, 0, "{findings:?}");
    assert!(findings.iter().all(|id| !id.starts_with("archive.")), "{findings:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever is cut off or altered in a zip: no panic, and it passes only if a strict reader gets the honest files.
    #[test]
    fn what_passes_is_what_was_packed(
        signed in any::<bool>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 1_u8..), 0..3),
    ) {
        let honest = Archive::honest(Told::Behind { signed }).bytes();
        let mut bytes = honest.clone();
        for (place, flipped) in &changes {
            let place = place.index(bytes.len());
            bytes[place] ^= flipped;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let (code, findings) = checked(&bytes);
        prop_assert!((0..=2).contains(&code));
        if code == 0 && findings.is_empty() {
            prop_assert_eq!(files(&bytes), files(&honest), "passed, and holds other files");
        }
    }
}

/// Names and contents, as the zip crate reads them.
fn files(archive: &[u8]) -> Option<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).ok()?;
    (0..archive.len())
        .map(|index| {
            let mut file = archive.by_index(index).ok()?;
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut file, &mut content).ok()?;
            Some((file.name_raw().to_vec(), content))
        })
        .collect()
}
