//! Bytes of a zip that belong to no entry and to no record: in front, between, behind.

use rawzip::FileReader;

use super::fields::read_up_to;
use crate::model::bytes::group_digits;
use crate::model::problem::{Harm, Problem};

/// How much of a span is searched; what is longer is told by its length alone.
const SEARCHED: u64 = 64 << 20;
/// At once.
const PIECE: usize = 1 << 16;
/// How the records of a zip begin: a local header, a record of the directory, the directory's end, and its large form.
const SIGNATURES: [&[u8; 4]; 4] = [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", b"PK\x06\x06"];

/// A stretch of the file.
#[derive(Clone, Copy)]
pub struct Span {
    /// Its first byte.
    pub start: u64,
    /// The byte behind its last.
    pub end: u64,
    /// Where that is, in words.
    pub place: &'static str,
}

/// What a stretch says that should be empty. Where it holds what looks like records of a zip, programs that go from one
/// record to the next see other files than those that follow the directory.
pub fn surplus(reader: &FileReader, span: Span) -> Option<Problem> {
    let length = span.end.checked_sub(span.start).filter(|length| *length > 0)?;
    let (place, length) = (span.place, words(length));
    match look_into(reader, span) {
        Filling::Zeros => None,
        Filling::Records => {
            Some(Problem::new("", format!("{length} {place} hold records of another zip"), Harm::Ambiguous))
        }
        Filling::Other => Some(Problem::new("", format!("{length} {place}"), Harm::Surplus)),
    }
}

/// What fills a stretch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Filling {
    /// Nothing: writers pad with zeros, as tape formats do.
    Zeros,
    /// Something that looks like records of a zip.
    Records,
    /// Anything else.
    Other,
}

fn words(length: u64) -> String {
    if length == 1 { "1 byte".to_owned() } else { format!("{} bytes", group_digits(length)) }
}

fn look_into(reader: &FileReader, span: Span) -> Filling {
    let end = span.end.min(span.start.saturating_add(SEARCHED));
    let mut filling = if end < span.end { Filling::Other } else { Filling::Zeros };
    let mut buffer = vec![0; PIECE];
    let mut at = span.start;
    while at < end {
        let room = (end - at).min(PIECE as u64) as usize;
        let read = read_up_to(reader, &mut buffer[..room], at);
        let is_record = |four: &[u8]| SIGNATURES.iter().any(|signature| four == &signature[..]);
        if buffer[..read].windows(4).any(is_record) {
            return Filling::Records;
        }
        if read == 0 || buffer[..read].iter().any(|&byte| byte != 0) {
            filling = Filling::Other;
        }
        // The next piece begins with the last three bytes of this one: a signature may lie across both.
        at += if read > 3 { (read - 3) as u64 } else { room as u64 };
    }
    filling
}
