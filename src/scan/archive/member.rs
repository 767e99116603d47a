//! One entry of a zip, as its record in the central directory tells it.

use rawzip::ZipFileHeaderRecord;
use rawzip::extra_fields::ExtraFieldId;

use super::body::{Body, Method};
use super::place::{OUTSIDE, Place};
use crate::model::bytes::Bytes;
use crate::model::entry::EntryKind;
use crate::model::escape::printable;
use crate::model::listing::Attributes;
use crate::model::problem::{Harm, Problem};

/// The extra field with a name in UTF-8, behind a version and a checksum of the first name.
const UNICODE_PATH: ExtraFieldId = ExtraFieldId::INFO_ZIP_UNICODE_PATH;
const UNICODE_PATH_HEAD: usize = 5;

/// The newest version of the format, 6.3, times ten.
const NEWEST_VERSION: u8 = 63;

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
    /// Whether the name is said to be UTF-8.
    pub is_utf8: bool,
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
    /// Reads one record whose name has that place, and which needs that version of the format.
    pub fn new(record: &ZipFileHeaderRecord<'_>, place: &Place<'_>, version: u8) -> (Member, Option<Oddity>) {
        let name = record.file_path().as_bytes();
        let length = record.uncompressed_size_hint();
        let (kind, special) = kind(record.mode().value(), place.is_folder && length == 0);
        let body = Body::new(record);
        let is_too_new = version > NEWEST_VERSION;
        let is_unread = matches!(body.method(), Method::Encrypted | Method::Other) || is_too_new;
        let harm = match kind {
            _ if place.problem == Some(OUTSIDE) || is_unread => Harm::Refused,
            EntryKind::Special => Harm::Ambiguous,
            _ => Harm::Unclear,
        };
        let problem = place.problem.map(str::to_owned).or(special).or(body_problem(record, body));
        let newer = || format!("needs version {}.{} of the format to unpack", version / 10, version % 10);
        let problem = problem.or_else(|| is_too_new.then(newer));
        let folder_with_bytes =
            (place.is_folder && length > 0).then(|| "is named as a folder but holds bytes".to_owned());
        let odd = problem.or(folder_with_bytes).map(|what| Oddity { what, harm });
        let oddity =
            odd.or_else(|| two_ways(record).map(|what| Oddity { what: what.to_owned(), harm: Harm::Ambiguous }));
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
            is_utf8: record.flags().is_utf8(),
        };
        (member, oddity)
    }
}

/// Whether a record only mentions the bundle's own folder: `./`.
pub fn is_own_folder(record: &ZipFileHeaderRecord<'_>, place: &Place<'_>) -> bool {
    let is_dots = record.file_path().as_bytes().iter().all(|byte| matches!(byte, b'/' | b'.'));
    place.is_folder && record.uncompressed_size_hint() == 0 && is_dots
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

/// What some programs take from the extra fields and others do not.
fn two_ways(record: &ZipFileHeaderRecord<'_>) -> Option<&'static str> {
    let mut fields = record.extra_fields();
    let other_name = fields.by_ref().find(|(id, content)| *id == UNICODE_PATH && names_otherwise(record, content));
    if other_name.is_some() {
        return Some("has another name in an extra field");
    }
    // Less than a field's head is padding, as some writers leave it.
    (fields.remaining_bytes().len() >= 4).then_some("has extra fields that are cut off")
}

/// Whether a second, Unicode name says something else than the first; what is not UTF-8 itself may be spelled out there.
fn names_otherwise(record: &ZipFileHeaderRecord<'_>, content: &[u8]) -> bool {
    let name = record.file_path().as_bytes().to_vec();
    let second = content.get(UNICODE_PATH_HEAD..);
    std::str::from_utf8(&name).is_ok() && second.is_some_and(|second| second != name)
}

fn body_problem(record: &ZipFileHeaderRecord<'_>, body: Body) -> Option<String> {
    match body.method() {
        Method::Stored | Method::Deflated => None,
        Method::Encrypted => Some("encrypted: AWS cannot unpack it".to_owned()),
        Method::Other => {
            let method = printable(record.compression_method().to_string().as_bytes());
            Some(format!("kept as {method}, neither stored nor deflated: not every program unpacks it"))
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
