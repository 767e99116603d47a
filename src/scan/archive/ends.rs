//! The records at the end of a zip, and what lies around them.
//!
//! Programs look for the end record from the back and believe what it says of the directory. Where the directory itself
//! says otherwise, they come to different lists of files. That its small and its large form agree is seen to before, on
//! opening.

use rawzip::FileReader;

use super::fields::{long, longest, read_up_to, short};
use super::span::{Span, surplus};
use crate::model::problem::{Harm, Problem};

/// The fixed part of the end record.
const END: u64 = 22;
/// The record that says where the end record's large form is.
const LOCATOR: u64 = 20;
/// The part of the large form that is looked at.
const LARGE: usize = 56;
/// In a field of 16 bits: the large form has it.
const ELSEWHERE: u16 = u16::MAX;
/// What comes before its length counts.
const LARGE_HEAD: u64 = 12;

/// What was read of the directory.
#[derive(Clone, Copy)]
pub struct Read {
    /// Its entries, all of them.
    pub entries: u64,
    /// Where its first record begins.
    pub start: u64,
    /// Where its last record ends.
    pub end: u64,
    /// Where the first entry begins.
    pub first: u64,
}

/// Compares the end records with the directory and with each other, and looks at what lies between and behind them.
/// `at` is where the end record stands, `length` how long the file is.
pub fn compare(reader: &FileReader, at: u64, length: u64, directory: Read) -> Vec<Problem> {
    let mut record = [0; END as usize];
    if read_up_to(reader, &mut record, at) < END as usize {
        return Vec::new();
    }
    let large = Large::before(reader, at);
    let told = contradictions(&record, large.as_ref(), directory);
    let mut found: Vec<Problem> = told.into_iter().map(|what| Problem::new("", what, Harm::Ambiguous)).collect();
    let records_start = large.as_ref().map_or(at, |large| large.at);
    let behind = at + END + u64::from(short(&record, 20));
    let spans = [
        Span { start: directory.end, end: records_start, place: "between the directory and its end" },
        Span { start: large.as_ref().map_or(at, |large| large.end), end: at, place: "between the end records" },
        Span { start: behind, end: length, place: "behind the end" },
    ];
    found.extend(spans.into_iter().filter_map(|span| surplus(reader, span)));
    found
}

/// The large form of the end record.
struct Large {
    at: u64,
    /// Where it ends with its locator; without, where the locator does not stand right behind it.
    end: u64,
    entries: u64,
    size: u64,
    offset: u64,
    /// Whether everything lies in one file.
    is_one_disk: bool,
}

impl Large {
    /// The one whose locator stands before the end record, if one does.
    fn before(reader: &FileReader, at: u64) -> Option<Large> {
        let locator_at = at.checked_sub(LOCATOR)?;
        let mut locator = [0; LOCATOR as usize];
        let is_whole = read_up_to(reader, &mut locator, locator_at) == LOCATOR as usize;
        if !is_whole || !locator.starts_with(b"PK\x06\x07") {
            return None;
        }
        let large_at = longest(&locator, 8);
        let mut record = [0; LARGE];
        let is_whole = read_up_to(reader, &mut record, large_at) == LARGE;
        if !is_whole || !record.starts_with(b"PK\x06\x06") {
            return None;
        }
        let length = longest(&record, 4).saturating_add(LARGE_HEAD);
        // A locator that does not stand behind what it leads to leaves a gap, and the gap is told.
        let end = if large_at.saturating_add(length) == locator_at { at } else { large_at.saturating_add(length) };
        let [entries, size, offset] = [32, 40, 48].map(|field| longest(&record, field));
        let disks = [long(&locator, 4), long(&record, 16), long(&record, 20)];
        let is_one_disk = disks == [0; 3] && long(&locator, 16) <= 1 && longest(&record, 24) == entries;
        Some(Large { at: large_at, end, entries, size, offset, is_one_disk })
    }
}

fn contradictions(record: &[u8], large: Option<&Large>, directory: Read) -> Vec<&'static str> {
    let (entries, size) = (short(record, 10), long(record, 12));
    let mut told = Vec::new();
    let counted = large.map_or(u64::from(entries), |large| large.entries);
    if counted != directory.entries && !(large.is_none() && counted == directory.entries % (1 << 16)) {
        told.push("its end counts other entries than the directory has");
    }
    let disks = [short(record, 4), short(record, 6)];
    let is_one_disk = disks.iter().all(|disk| matches!(*disk, 0 | ELSEWHERE)) && short(record, 8) == entries;
    if !is_one_disk || large.is_some_and(|large| !large.is_one_disk) {
        told.push("its end speaks of several disks");
    }
    // Where something was put in front, all places are counted from its end, or anew from the file's start.
    let stated = large.map_or(u64::from(long(record, 16)), |large| large.offset);
    if stated != directory.start && stated.saturating_add(directory.first) != directory.start {
        told.push("its end says that the directory begins elsewhere");
    }
    let stated = large.map_or(u64::from(size), |large| large.size);
    if stated != directory.end - directory.start {
        told.push("its end states another length of the directory");
    }
    told
}
