//! The entries of a central directory, in the order in which it names them, with all names in one arena.

use rawzip::ZipFileHeaderRecord;

use super::body::LOCAL_HEADER;
use super::member::{Member, Oddity, is_own_folder};
use super::place::place;
use crate::model::escape::printable;
use crate::model::problem::Problem;

/// What a zip's central directory says.
#[derive(Default)]
pub struct Directory {
    names: Names,
    members: Vec<Member>,
    /// Records that only mention the bundle's own folder.
    own_folder: Vec<Member>,
    /// What is wrong with single entries, by their place; ordinary archives have none.
    odd: Vec<(u32, Oddity)>,
}

/// The names of all entries, one behind another.
#[derive(Default)]
pub struct Names(Vec<u8>);

impl Names {
    /// An entry's place in the tree, parts joined by `/`.
    pub fn path(&self, member: &Member) -> &[u8] {
        &self.0[member.path_start..member.path_start + member.path_bytes as usize]
    }
}

/// Room for more entries is not made before they are there, whatever an archive claims.
const MOST_ROOM: u64 = 1 << 18;

impl Directory {
    /// An empty one, to become that long.
    pub fn with_room_for(entries: u64) -> Directory {
        let members = Vec::with_capacity(entries.min(MOST_ROOM) as usize);
        Directory { members, ..Directory::default() }
    }

    /// Takes one record, which needs that version of the format; the mention of the bundle's own folder is no entry.
    pub fn take(&mut self, record: &ZipFileHeaderRecord<'_>, version: u8) -> Option<&Member> {
        let place = place(record.file_path().as_bytes());
        let (mut member, oddity) = Member::new(record, &place, version);
        member.path_start = self.names.0.len();
        member.path_bytes = place.path.len() as u32;
        self.names.0.extend_from_slice(&place.path);
        if is_own_folder(record, &place) {
            self.own_folder.push(member);
            return None;
        }
        if let Some(oddity) = oddity {
            self.odd.push((self.members.len() as u32, oddity));
        }
        self.members.push(member);
        self.members.last()
    }

    /// The entries.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// The entries, and the records that are none, in the order of their places in the file; beside them, their names.
    pub fn by_place(&mut self) -> (&Names, Vec<&mut Member>) {
        let mut members: Vec<&mut Member> = self.members.iter_mut().chain(&mut self.own_folder).collect();
        members.sort_by_key(|member| member.body.offset());
        (&self.names, members)
    }

    /// An entry's place in the tree, parts joined by `/`.
    pub fn path(&self, member: &Member) -> &[u8] {
        self.names.path(member)
    }

    /// What is wrong with single entries, by their paths.
    pub fn problems(&self) -> Vec<Problem> {
        let mut odd: Vec<(&[u8], u32, &Oddity)> = self
            .odd
            .iter()
            .map(|(member, oddity)| (self.path(&self.members[*member as usize]), *member, oddity))
            .collect();
        odd.sort_unstable_by_key(|&(path, member, _)| (path, member));
        odd.into_iter().map(|(path, _, oddity)| oddity.problem(printable(path))).collect()
    }

    /// Refuses a directory that claims bytes outside the archive or the same bytes twice: its sizes mean nothing.
    /// `end` is where the directory itself begins.
    pub fn check_places(&self, end: u64) -> Result<(), String> {
        let span = |member: &Member| {
            let zipped = member.attributes.zipped.unwrap_or_default().0;
            let start = member.body.offset();
            (start, start.saturating_add(LOCAL_HEADER + member.name_bytes).saturating_add(zipped))
        };
        // Writers put bodies and records in the same order; only where one did not is there anything to sort.
        let mut taken = 0;
        let is_in_order = self.members.iter().map(span).all(|(start, stop)| {
            let follows = start >= taken && stop <= end;
            taken = stop;
            follows
        });
        if is_in_order { Ok(()) } else { self.check_sorted(end, span) }
    }

    fn check_sorted(&self, end: u64, span: impl Fn(&Member) -> (u64, u64)) -> Result<(), String> {
        let mut spans: Vec<(u64, u64, &[u8])> = self
            .members
            .iter()
            .map(|member| {
                let (start, stop) = span(member);
                (start, stop, self.path(member))
            })
            .collect();
        spans.sort_unstable();
        let mut previous: Option<(u64, &[u8])> = None;
        for (start, stop, path) in spans {
            if stop > end {
                return Err(format!("\"{}\" reaches beyond the archive's data", printable(path)));
            }
            if let Some((_, other)) = previous.filter(|(taken, _)| start < *taken) {
                return Err(format!("\"{}\" and \"{}\" claim the same bytes", printable(other), printable(path)));
            }
            previous = Some((stop, path));
        }
        Ok(())
    }
}
