//! `metadata` and `record`: what an installer of Python left beside a distribution.

use bayplan::attribute::Wanted;
use bayplan::model::escape::printable;
use bayplan::model::facts::{Claim, Distribution};

use super::build::Build;
use super::holds::{Seen, is_fit_to_print, looked_at, target};

const APP: &[u8] = b"import x, numpy\ndef handler(event, context): pass\n";

/// The same bytes as a wheel's `METADATA`, as the `WHEEL` of another and as an egg-info that is a file.
pub fn metadata(bytes: &[u8]) {
    let build = Build::holding(&[
        ("app.py", APP),
        ("x/__init__.py", b"import numpy\n"),
        ("x-1.0.dist-info/METADATA", bytes),
        ("x-1.0.dist-info/RECORD", b"x/__init__.py,,13\nx-1.0.dist-info/METADATA,,\n"),
        ("numpy/__init__.py", b""),
        ("numpy-2.0.dist-info/METADATA", b"Metadata-Version: 2.1\nName: numpy\nVersion: 2.0\n"),
        ("numpy-2.0.dist-info/WHEEL", bytes),
        ("numpy-2.0.dist-info/RECORD", b"numpy/__init__.py,,0\n"),
        ("vendor/y.py", b"\n"),
        ("vendor/y-3.egg-info", bytes),
    ]);
    let seen = seen(&build);
    let x = distribution(&build, &seen, "x-1.0.dist-info").expect("nothing else claims its metadata");
    for text in x.requires.iter().chain([&x.name]).chain(&x.version).chain(&x.requires_python) {
        is_fit_to_print(text);
    }
    assert_eq!(x.files.iter().count(), 3, "its files are those that RECORD lists, whatever METADATA says");
    if let Some(headers) = plain_headers(bytes) {
        let all = |name: &str| -> Vec<String> {
            let named = headers.iter().filter(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_empty());
            named.map(|(_, value)| printable(value.as_bytes())).collect()
        };
        assert_eq!(x.requires, all("requires-dist"), "another reader finds the same requirements");
        assert_eq!(x.requires_python.as_ref(), all("requires-python").first());
        if let Some(name) = all("name").first() {
            assert_eq!(x.name, *name);
        }
    }
}

/// Headers of the plainest form: a name, a colon, a space, letters, a line end, up to the first empty line. `None` where
/// a line is anything else.
fn plain_headers(bytes: &[u8]) -> Option<Vec<(&str, &str)>> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.ends_with('\n'))?;
    let header = |line| {
        let (key, value): (&str, &str) = str::split_once(line, ": ")?;
        let is_plain = !key.is_empty()
            && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        is_plain.then(|| (key, value.trim()))
    };
    text.lines().take_while(|line| !line.is_empty()).map(header).collect()
}

/// The same bytes as one distribution's list of files, beside another that lists some of them too.
pub fn record(bytes: &[u8]) {
    let build = Build::holding(&[
        ("app.py", APP),
        ("bin/tool", b"#!/usr/bin/python3\n"),
        ("data/a,\"b.txt", b"1"),
        ("shared/__init__.py", b""),
        ("x/__init__.py", b"import numpy\n"),
        ("x/__pycache__/__init__.cpython-313.pyc", b"\xf3\r\r\n0123456789ab"),
        ("x/tests/test_x.py", b"import x\n"),
        ("x-1.0.dist-info/METADATA", b"Name: x\nVersion: 1.0\n"),
        ("x-1.0.dist-info/RECORD", bytes),
        ("y-1.0.dist-info/METADATA", b"Name: y\nVersion: 1.0\n"),
        ("y-1.0.dist-info/RECORD", b"shared/__init__.py,,0\n"),
        ("vendor/z.py", b""),
        ("vendor/z-1.dist-info/METADATA", b"Name: z\n"),
        ("vendor/z-1.dist-info/installed-files.txt", bytes),
    ]);
    let seen = seen(&build);
    let Some(x) = distribution(&build, &seen, "x-1.0.dist-info") else {
        // Its own metadata may have been listed by what lies above it.
        return;
    };
    for digest in x.digests.values() {
        assert!(digest.len() == 32 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()), "{digest}");
    }
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'\n');
    if x.claim == Claim::Record && bytes.iter().all(is_plain) {
        let paths = bytes.split(|&byte| byte == b'\n');
        for file in paths.filter_map(|path| build.listing.find(bayplan::model::entry::EntryId::ROOT, path)) {
            let is_file = build.listing.kind(file) == bayplan::model::entry::EntryKind::File;
            let has_dots = build.listing.path(file).is_empty();
            assert!(
                !is_file || has_dots || x.files.iter().any(|one| one == file),
                "{} is listed",
                build.listing.shown_path(file)
            );
        }
    }
}

fn seen(build: &Build) -> Seen {
    looked_at(&build.listing, build, &Wanted::VERDICT, &target("python3.13"))
}

fn distribution<'a>(build: &Build, seen: &'a Seen, folder: &str) -> Option<&'a Distribution> {
    let is_it = |distribution: &&Distribution| build.listing.name(distribution.metadata) == folder.as_bytes();
    seen.bundle.facts.distributions.iter().find(is_it)
}
