//! The entries of a zip as a tree: sorted, with the folders that nobody mentions, and names that occur twice told.

use std::cmp::Ordering;

use super::body::Body;
use super::member::Member;
use crate::model::entry::EntryKind;
use crate::model::escape::printable;
use crate::model::listing::{Attributes, Listing, ListingBuilder, Source, TooLarge};
use crate::model::problem::Problem;

/// Sorts the entries into a tree, makes the folders that are not mentioned, and notes names that occur twice.
pub fn in_order(mut members: Vec<Member>, source: Source) -> Result<(Listing, Vec<Body>), TooLarge> {
    members.sort_by(by_place);
    let mut tree = Tree { builder: ListingBuilder::new(source), bodies: vec![Body::NONE], open: Vec::new() };
    for (index, member) in members.iter().enumerate() {
        tree.note_repetition(&members, index);
        tree.add(member)?;
    }
    Ok((tree.builder.finish(), tree.bodies))
}

/// Depth first, siblings by name, a file before the folder of the same name.
fn by_place(one: &Member, other: &Member) -> Ordering {
    let key = |byte: &u8| if *byte == b'/' { 0 } else { u16::from(*byte) + 1 };
    let is_folder = |member: &Member| member.attributes.kind == EntryKind::Directory;
    one.path.iter().map(key).cmp(other.path.iter().map(key)).then(is_folder(one).cmp(&is_folder(other)))
}

struct Tree<'a> {
    builder: ListingBuilder,
    bodies: Vec<Body>,
    /// The names of the open folders.
    open: Vec<&'a [u8]>,
}

impl<'a> Tree<'a> {
    fn add(&mut self, member: &'a Member) -> Result<(), TooLarge> {
        if let Some(problem) = &member.problem {
            let (path, what) = (printable(&member.path), problem.clone());
            let problem = if member.is_refused { Problem::refused(path, what) } else { Problem::unclear(path, what) };
            self.builder.problem(problem);
        }
        let (folders, name) = match member.path.iter().rposition(|&byte| byte == b'/') {
            Some(slash) => (Some(&member.path[..slash]), &member.path[slash + 1..]),
            None => (None, &member.path[..]),
        };
        let parts = folders.into_iter().flat_map(|folders| folders.split(|&byte| byte == b'/'));
        if member.attributes.kind == EntryKind::Directory {
            return self.enter(parts.chain([name]), member.attributes);
        }
        self.enter(parts, Attributes::directory())?;
        self.builder.add(name, member.attributes)?;
        self.bodies.push(member.body);
        Ok(())
    }

    /// Closes what the path has left and opens what it enters.
    fn enter(&mut self, parts: impl Iterator<Item = &'a [u8]>, last: Attributes) -> Result<(), TooLarge> {
        let parts: Vec<&[u8]> = parts.collect();
        let common = self.open.iter().zip(&parts).take_while(|(one, other)| one == other).count();
        for _ in self.open.drain(common..) {
            self.builder.close();
        }
        for (depth, part) in parts.iter().enumerate().skip(common) {
            let mode = if depth + 1 == parts.len() { last.mode } else { 0o755 };
            self.builder.open(part, Attributes { mode, zipped: None, ..last })?;
            self.bodies.push(Body::NONE);
            self.open.push(part);
        }
        Ok(())
    }

    /// Unpacking keeps one of several entries with the same name; all of them are counted.
    fn note_repetition(&mut self, members: &[Member], index: usize) {
        let same = |other: &&Member| other.path == members[index].path && other.attributes.kind != EntryKind::Directory;
        let is_first = index == 0 || !same(&&members[index - 1]);
        if !is_first || !same(&&members[index]) {
            return;
        }
        let count = members[index..].iter().take_while(same).count();
        if count > 1 {
            let what = format!("occurs {count} times; unpacking keeps one of them, the sum counts all");
            self.builder.problem(Problem::unclear(printable(&members[index].path), what));
        }
    }
}
