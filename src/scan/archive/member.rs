//! One entry of a zip, as its record in the central directory tells it.

use rawzip::ZipFileHeaderRecord;

use super::body::{Body, Method};
use super::place::{OUTSIDE, Place};
use crate::model::bytes::Bytes;
use crate::model::entry::EntryKind;
use crate::model::escape::printable;
use crate::model::listing::Attributes;
use crate::model::problem::{Harm, Problem};

/// One entry of the central directory.
pub struct Member {
    /// Where its place in the tree begins among the names of all entries, parts joined by `/`.
    pub path_start: usize,
    /// How long that is.
    pub path_bytes: u32,
    /// What it is.
    pub attributes: Attributes,
    /// Where its bytes are.
    pub body: Body,
    /// The length of its name as written.
    pub name_bytes: u64,
}

/// Something wrong with an entry.
pub struct Oddity {
    /// What, as a phrase.
    what: String,
    harm: Harm,
}

impl Oddity {
    /// For the entry with that path, fit to print.
    pub fn problem(&self, path: String) -> Problem {
        Problem::new(path, &self.what, self.harm)
    }
}

impl Member {
    /// Reads one record whose name has that place; `None` for the mention of the bundle's own folder.
    pub fn new(record: &ZipFileHeaderRecord<'_>, place: &Place<'_>) -> Option<(Member, Option<Oddity>)> {
        let name = record.file_path().as_bytes();
        let length = record.uncompressed_size_hint();
        if place.is_folder && length == 0 && name.iter().all(|byte| matches!(byte, b'/' | b'.')) {
            return None;
        }
        let (kind, special) = kind(record.mode().value(), place.is_folder && length == 0);
        let body = Body::new(record);
        let is_refused = place.problem == Some(OUTSIDE) || matches!(body.method(), Method::Encrypted);
        let harm = if is_refused { Harm::Refused } else { Harm::Unclear };
        let problem = place.problem.map(str::to_owned).or(special).or(body_problem(record, body));
        let folder_with_bytes =
            (place.is_folder && length > 0).then(|| "is named as a folder but holds bytes".to_owned());
        let oddity = problem.or(folder_with_bytes).map(|what| Oddity { what, harm });
        let member = Member {
            path_start: 0,
            path_bytes: 0,
            attributes: Attributes {
                kind,
                mode: (record.mode().value() & 0o7777) as u16,
                length: Bytes(length),
                modified: modified(record),
                zipped: Some(Bytes(record.compressed_size_hint())),
            },
            body,
            name_bytes: name.len() as u64,
        };
        Some((member, oddity))
    }
}

/// What an entry is, by its name and its Unix mode, and what is wrong with that.
fn kind(mode: u32, is_folder: bool) -> (EntryKind, Option<String>) {
    let special = |what: &str| (EntryKind::Special, Some(format!("{what} cannot be packed")));
    match mode & 0o170_000 {
        _ if is_folder => (EntryKind::Directory, None),
        0o120_000 => (EntryKind::Link, None),
        0o010_000 => special("a FIFO"),
        0o140_000 => special("a socket"),
        0o020_000 | 0o060_000 => special("a device"),
        _ => (EntryKind::File, None),
    }
}

fn body_problem(record: &ZipFileHeaderRecord<'_>, body: Body) -> Option<String> {
    match body.method() {
        Method::Stored | Method::Deflated => None,
        Method::Encrypted => Some("encrypted: AWS cannot unpack it".to_owned()),
        Method::Other => {
            let method = printable(record.compression_method().to_string().as_bytes());
            Some(format!("compressed by {method}, not by deflate"))
        }
    }
}

/// Seconds since 1970. A zip's own dates name no time zone; they are taken as UTC.
fn modified(record: &ZipFileHeaderRecord<'_>) -> i64 {
    let at = record.last_modified();
    let days = days_since_1970(i64::from(at.year()), i64::from(at.month()), i64::from(at.day()));
    days * 86_400 + i64::from(at.hour()) * 3600 + i64::from(at.minute()) * 60 + i64::from(at.second())
}

/// Days of the Gregorian calendar; years begin in March, so that the leap day is the last of its year.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (month * 153 + 2) / 5 + day
        - 719_469
}
