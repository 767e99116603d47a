//! One pass over what stands in front of and behind the entries of a zip, compared with what its directory says.
//!
//! Some programs unpack by the directory, others go from one local header to the next. Where both would not come to the
//! same files, or where bytes lie that only one of them would see, the zip is ambiguous.

use rawzip::FileReader;
use rayon::prelude::*;

use super::body::{LOCAL_HEADER, Method};
use super::directory::{Directory, Names};
use super::local::{LONGEST_DESCRIPTOR, Local, descriptor_length};
use super::member::Member;
use super::span::{Span, surplus};
use super::window::Window;
use crate::model::escape::printable;
use crate::model::problem::{Harm, Problem};
use crate::model::watch::Watch;

/// How many headers one thread reads before it looks up.
const BATCH: usize = 1024;
/// What is read behind the name at once: more than most extra fields have.
const USUAL_EXTRA: usize = 64;
/// Where the next header is as near as this, others will be: they are read together, as asking the system for each
/// takes longer than copying what lies between.
const NEAR: u64 = 2048;
/// As much is then read at once.
const AHEAD: usize = 1 << 14;
/// So many contradictions say enough; a hostile zip could hold millions.
const MOST: usize = 100;

/// Compares every entry with its local header, whose length is noted, and looks at what lies between entries. `end` is
/// where the directory begins.
pub fn compare(reader: &FileReader, directory: &mut Directory, end: u64, watch: &dyn Watch) -> Vec<Problem> {
    let (names, members) = directory.by_place();
    let starts: Vec<u64> = members.iter().map(|member| member.body.offset()).chain([end]).collect();
    let mut found: Vec<Problem> = members
        .into_par_iter()
        .zip(&starts[1..])
        .with_min_len(BATCH)
        .filter(|_| !watch.is_cancelled())
        .map_init(|| Window::new(reader), |window, (member, &next)| one(reader, window, names, member, next))
        .flatten_iter()
        .collect();
    found.extend(surplus(reader, Span { start: 0, end: starts[0], place: "in front of the first entry" }));
    found.truncate(MOST);
    found
}

/// What is wrong with one entry, and what lies behind it up to `next`.
fn one(reader: &FileReader, window: &mut Window<'_>, names: &Names, member: &mut Member, next: u64) -> Option<Problem> {
    let ahead = if next.saturating_sub(member.body.offset()) < NEAR { AHEAD } else { 0 };
    let Some(local) = read(window, member, ahead) else {
        let path = printable(names.path(member));
        return Some(Problem::new(path, "its place in the zip holds no entry", Harm::Refused));
    };
    member.body.note_header(local.length());
    let path = || printable(names.path(member));
    let wrong = |what: &str| Some(Problem::new(path(), what, Harm::Ambiguous));
    if let Some(what) = contradiction(&local, names.path(member), member) {
        return wrong(what);
    }
    let zipped = member.attributes.zipped.unwrap_or_default().0;
    let data_end = (member.body.offset() + local.length()).saturating_add(zipped);
    let Some(room) = next.checked_sub(data_end) else {
        return wrong("the next entry begins inside it");
    };
    let after = if local.has_descriptor() {
        let start = window.bytes(data_end, room.min(LONGEST_DESCRIPTOR) as usize, ahead);
        match descriptor_length(start, room, member) {
            Some(length) => length,
            None => return wrong("its sizes or checksum are told twice and differ"),
        }
    } else {
        0
    };
    surplus(reader, Span { start: data_end + after, end: next, place: "behind it" })
        .map(|problem| Problem { path: path(), ..problem })
}

fn read<'a>(window: &'a mut Window<'_>, member: &Member, ahead: usize) -> Option<Local<'a>> {
    let at = member.body.offset();
    let usual = LOCAL_HEADER as usize + member.name_bytes as usize + USUAL_EXTRA;
    let length = Local::length_of(window.bytes(at, usual, ahead))?;
    Local::parse(window.bytes(at, length, ahead))
}

/// Where the header in front of an entry says something else than the directory.
fn contradiction(local: &Local<'_>, path: &[u8], member: &Member) -> Option<&'static str> {
    let name = local.name();
    // A path is its own place, so most names need not be made into one.
    let is_named_so =
        name.len() as u64 == member.name_bytes && (name == path || *super::place::place(name).path == *path);
    let is_method = match member.body.method() {
        Method::Stored => local.method() == 0,
        Method::Deflated => local.method() == 8,
        Method::Encrypted | Method::Other => true,
    };
    let zipped = member.attributes.zipped.unwrap_or_default().0;
    let sizes = local.sizes();
    // Where a descriptor follows, zeros stand in front for "told later".
    let is_later = |told: u64| told == 0 && local.has_descriptor();
    let agrees = |told: u64, directory: u64| told == directory || is_later(told);
    if !is_named_so {
        Some("the header in front of it has another name")
    } else if !name.is_ascii() && local.is_utf8() != member.is_utf8 {
        Some("the header in front of it says otherwise whether its name is UTF-8")
    } else if !is_method || local.is_encrypted() != (member.body.method() == Method::Encrypted) {
        Some("the header in front of it says otherwise how its bytes are kept")
    } else if !agrees(sizes.zipped, zipped) || !agrees(sizes.length, member.attributes.length.0) {
        Some("the header in front of it has other sizes")
    } else if !agrees(u64::from(local.crc32()), u64::from(member.body.crc32())) {
        Some("the header in front of it has another checksum")
    } else {
        None
    }
}
