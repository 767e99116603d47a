//! `RECORD`: which files a distribution consists of, as its installer wrote it down.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::lookup::Lookup;
use crate::model::entry::{EntryId, EntryKind};

/// What a file list names, looked up in the bundle.
#[derive(Debug, Default)]
pub struct Listed {
    /// The entries that are there, each once: a list may name one as often as it likes.
    pub files: BTreeSet<EntryId>,
    /// Stated SHA-256, shortened to 16 bytes in hexadecimal; of several the last.
    pub digests: BTreeMap<EntryId, String>,
    /// How many paths are not there, bytecode apart: an installer that compiles lists it, and a build may drop it.
    pub missing: u64,
    /// How many paths lead out of the bundle.
    pub outside: u64,
    /// Whether the list names anything at all.
    pub is_empty: bool,
}

/// Looks up each row of a `RECORD` below the distribution's root.
pub fn read(lookup: &Lookup<'_>, root: EntryId, raw: &[u8]) -> Listed {
    let mut listed = Listed { is_empty: true, ..Listed::default() };
    let mut rows = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(raw);
    for row in rows.byte_records().map_while(Result::ok) {
        let path = row.get(0).unwrap_or_default();
        if !path.is_empty() {
            listed.take(lookup, root, path, row.get(1).and_then(digest));
        }
    }
    listed
}

impl Listed {
    /// Looks up one path and notes what comes of it.
    pub fn take(&mut self, lookup: &Lookup<'_>, root: EntryId, path: &[u8], digest: Option<String>) {
        self.is_empty = false;
        let Some(parts) = parts_below_root(path) else {
            self.outside += 1;
            return;
        };
        let found = lookup.at(root, &parts).iter().filter(|&&entry| lookup.listing.kind(entry) != EntryKind::Directory);
        let mut is_there = false;
        for &entry in found {
            is_there = true;
            self.files.insert(entry);
            self.digests.extend(digest.clone().map(|digest| (entry, digest)));
        }
        if !is_there && !path.ends_with(b".pyc") {
            self.missing += 1;
        }
    }
}

/// The parts of a path below the root; `None` if it leads elsewhere.
///
/// `pip install --target` writes scripts and data to `<root>/bin/x` but lists them as `../../bin/x`, the place that
/// they would have in an environment. So leading `..` are dropped; others are worked out.
fn parts_below_root(path: &[u8]) -> Option<Vec<&[u8]>> {
    let drive = path.get(1) == Some(&b':');
    if drive || path.starts_with(b"/") || path.starts_with(b"\\") {
        return None;
    }
    let mut parts: Vec<&[u8]> = Vec::new();
    let given = path.split(|&byte| byte == b'/').filter(|part| !matches!(*part, b"" | b"."));
    for part in given.skip_while(|part| *part == b"..") {
        if part == b".." {
            parts.pop()?;
        } else {
            parts.push(part);
        }
    }
    (!parts.is_empty()).then_some(parts)
}

/// `sha256=` and URL-safe base64 without padding, as wheels write it.
fn digest(stated: &[u8]) -> Option<String> {
    let encoded = stated.strip_prefix(b"sha256=")?;
    let whole = URL_SAFE_NO_PAD.decode(encoded.trim_ascii_end()).ok().filter(|whole| whole.len() == 32)?;
    Some(hexadecimal(&whole[..16]))
}

/// Two digits a byte.
pub fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digits = bytes.iter().flat_map(|&byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(path: &str) -> Option<String> {
        parts_below_root(path.as_bytes()).map(|parts| String::from_utf8(parts.join(&b'/')).unwrap())
    }

    #[test]
    fn scripts_are_where_pip_puts_them() {
        assert_eq!(parts("../../bin/f2py").as_deref(), Some("bin/f2py"));
        assert_eq!(parts("numpy/./core/../a.py").as_deref(), Some("numpy/a.py"));
    }

    #[test]
    fn paths_that_lead_out_of_the_bundle_lead_nowhere() {
        for path in ["/etc/passwd", "a/../../b", "..", "", "C:\\x", "\\\\host\\x"] {
            assert_eq!(parts(path), None, "{path}");
        }
    }

    #[test]
    fn only_sha256_of_the_right_length_is_a_digest() {
        let stated = b"sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU";
        assert_eq!(digest(stated).as_deref(), Some("e3b0c44298fc1c149afbf4c8996fb924"));
        assert_eq!(digest(b"md5=47DEQpj8HBSa"), None);
        assert_eq!(digest(b"sha256=47DE"), None);
    }
}
