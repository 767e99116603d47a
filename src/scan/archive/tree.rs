//! The entries of a zip as a tree: sorted, with the folders that nobody mentions, and names that occur twice told.
//!
//! Archives name their entries folder by folder, so each entry is first put into its folder, which is mostly the one of
//! the entry before, and then only short names within one folder are sorted.

use std::collections::HashMap;

use super::alike;
use super::body::Body;
use super::directory::Directory;
use crate::model::entry::EntryKind;
use crate::model::escape::printable;
use crate::model::listing::{Attributes, Listing, ListingBuilder, Source, TooLarge};
use crate::model::problem::{Harm, Problem};

/// Puts the entries into a tree, makes the folders that are not mentioned, and notes names that occur twice or are
/// alike, beside the problems that are known already.
pub fn in_order(
    directory: &Directory,
    source: Source,
    problems: Vec<Problem>,
) -> Result<(Listing, Vec<Body>), TooLarge> {
    let folders = Folders::of(directory);
    let mut listed = Listed {
        directory,
        builder: ListingBuilder::new(source),
        bodies: Vec::with_capacity(directory.members().len() + folders.folders.len()),
        repeated: 0,
    };
    listed.bodies.push(Body::NONE);
    directory.problems().into_iter().chain(problems).for_each(|problem| listed.builder.problem(problem));
    let mut open = vec![listed.children(&folders, 0).into_iter()];
    while let Some(children) = open.last_mut() {
        match children.next() {
            Some(Child { kind: ChildKind::Folder(folder), name }) => {
                listed.open(name, &folders.folders[folder as usize])?;
                open.push(listed.children(&folders, folder).into_iter());
            }
            Some(Child { kind: ChildKind::Member(member), name }) => {
                listed.add(name, member)?;
                listed.note_repetition(name, member, children.as_slice());
            }
            None => {
                open.pop();
                listed.builder.close();
            }
        }
    }
    Ok((listed.builder.finish(), listed.bodies))
}

/// A folder of the tree.
struct Folder<'a> {
    parent: u32,
    name: &'a [u8],
    /// The first record that mentions it, if any does.
    member: Option<u32>,
    mode: u16,
}

/// Every folder, and which entries lie in which.
struct Folders<'a> {
    folders: Vec<Folder<'a>>,
    /// Per folder, where its files begin in `files`; one more at the end.
    starts: Vec<u32>,
    /// Members that are no folders, folder by folder, in the order of the archive.
    files: Vec<u32>,
    /// The same for folders.
    folder_starts: Vec<u32>,
    subfolders: Vec<u32>,
}

/// What lies in a folder.
struct Child<'a> {
    name: &'a [u8],
    kind: ChildKind,
}

/// A file stands before the folder of the same name, the earlier before the later file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum ChildKind {
    Member(u32),
    Folder(u32),
}

impl<'a> Folders<'a> {
    fn of(directory: &'a Directory) -> Folders<'a> {
        let mut finder = Finder::default();
        let in_folder: Vec<u32> =
            (0..).zip(directory.members()).map(|(index, member)| finder.place(directory, index, member)).collect();
        let is_file = |&index: &u32| directory.members()[index as usize].attributes.kind != EntryKind::Directory;
        let members = (0..in_folder.len() as u32).filter(is_file).map(|index| (in_folder[index as usize], index));
        let (starts, files) = grouped(finder.folders.len(), members);
        let below = (1..finder.folders.len() as u32).map(|folder| (finder.folders[folder as usize].parent, folder));
        let (folder_starts, subfolders) = grouped(finder.folders.len(), below);
        Folders { folders: finder.folders, starts, files, folder_starts, subfolders }
    }

    /// What lies in a folder, sorted.
    fn children(&self, directory: &'a Directory, folder: u32) -> Vec<Child<'a>> {
        let range = |starts: &[u32]| starts[folder as usize] as usize..starts[folder as usize + 1] as usize;
        let files = self.files[range(&self.starts)].iter().map(|&member| {
            let path = directory.path(&directory.members()[member as usize]);
            Child { name: split(path).1, kind: ChildKind::Member(member) }
        });
        let folders = self.subfolders[range(&self.folder_starts)].iter().map(|&folder| {
            let name = self.folders[folder as usize].name;
            Child { name, kind: ChildKind::Folder(folder) }
        });
        let mut children: Vec<Child<'a>> = files.chain(folders).collect();
        children.sort_unstable_by(|one, other| one.name.cmp(other.name).then(one.kind.cmp(&other.kind)));
        children
    }
}

/// Finds the folder of a path; most lie in the folder of the path before.
struct Finder<'a> {
    folders: Vec<Folder<'a>>,
    by_name: HashMap<(u32, &'a [u8]), u32>,
    last: (&'a [u8], u32),
}

impl Default for Finder<'_> {
    fn default() -> Self {
        let root = Folder { parent: 0, name: b"", member: None, mode: 0o755 };
        Finder { folders: vec![root], by_name: HashMap::new(), last: (b"", 0) }
    }
}

impl<'a> Finder<'a> {
    /// The folder that a member lies in; for a folder, itself.
    fn place(&mut self, directory: &'a Directory, index: u32, member: &super::member::Member) -> u32 {
        let path = directory.path(member);
        if member.attributes.kind != EntryKind::Directory {
            return self.find(split(path).0);
        }
        let found = self.find(path);
        let folder = &mut self.folders[found as usize];
        if folder.member.is_none() {
            (folder.member, folder.mode) = (Some(index), member.attributes.mode);
        }
        found
    }

    fn find(&mut self, path: &'a [u8]) -> u32 {
        if self.last.0 != path {
            let parts = path.split(|&byte| byte == b'/').filter(|_| !path.is_empty());
            let found = parts.fold(0, |folder, part| self.enter(folder, part));
            self.last = (path, found);
        }
        self.last.1
    }

    fn enter(&mut self, parent: u32, name: &'a [u8]) -> u32 {
        let next = self.folders.len() as u32;
        let found = *self.by_name.entry((parent, name)).or_insert(next);
        if found == next {
            self.folders.push(Folder { parent, name, member: None, mode: 0o755 });
        }
        found
    }
}

/// Folder and name of a path.
fn split(path: &[u8]) -> (&[u8], &[u8]) {
    match path.iter().rposition(|&byte| byte == b'/') {
        Some(slash) => (&path[..slash], &path[slash + 1..]),
        None => (&path[..0], path),
    }
}

/// Items by their group, each group in the order in which its items come: where each group begins, and the items.
fn grouped(groups: usize, items: impl DoubleEndedIterator<Item = (u32, u32)> + Clone) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; groups + 1];
    items.clone().for_each(|(group, _)| starts[group as usize] += 1);
    let mut ends = 0;
    for start in &mut starts {
        ends += *start;
        *start = ends;
    }
    let mut sorted = vec![0; ends as usize];
    for (group, item) in items.rev() {
        starts[group as usize] -= 1;
        sorted[starts[group as usize] as usize] = item;
    }
    (starts, sorted)
}

/// The listing as far as it has come.
struct Listed<'a> {
    directory: &'a Directory,
    builder: ListingBuilder,
    bodies: Vec<Body>,
    /// How many of the next entries have the name of the one before, and were told with it.
    repeated: usize,
}

impl<'a> Listed<'a> {
    /// What lies in a folder; names that are alike are noted.
    fn children(&mut self, folders: &Folders<'a>, folder: u32) -> Vec<Child<'a>> {
        let children = folders.children(self.directory, folder);
        if let Some((one, other)) = alike::find(children.iter().map(|child| child.name)) {
            let what = format!("and {} differ by case or accents alone", printable(other));
            self.builder.problem(Problem::new(printable(one), what, Harm::Alike));
        }
        children
    }

    fn open(&mut self, name: &[u8], folder: &Folder<'_>) -> Result<(), TooLarge> {
        let modified = folder.member.map_or(0, |member| self.directory.members()[member as usize].attributes.modified);
        self.builder.open(name, Attributes { mode: folder.mode, modified, ..Attributes::directory() })?;
        self.bodies.push(Body::NONE);
        Ok(())
    }

    fn add(&mut self, name: &[u8], member: u32) -> Result<(), TooLarge> {
        let found = &self.directory.members()[member as usize];
        self.builder.add(name, found.attributes)?;
        self.bodies.push(found.body);
        Ok(())
    }

    /// Unpacking keeps one of several entries with the same name, and no file where a folder is; all are counted.
    fn note_repetition(&mut self, name: &[u8], member: u32, following: &[Child<'_>]) {
        if self.repeated > 0 {
            self.repeated -= 1;
            return;
        }
        let is_same = |child: &&Child<'_>| matches!(child.kind, ChildKind::Member(_)) && child.name == name;
        self.repeated = following.iter().take_while(is_same).count();
        if following.get(self.repeated).is_some_and(|next| next.name == name) {
            let path = printable(self.directory.path(&self.directory.members()[member as usize]));
            self.builder.problem(Problem::new(path, "is both a file and a folder", Harm::Ambiguous));
        }
        if self.repeated > 0 {
            let count = self.repeated + 1;
            let path = printable(self.directory.path(&self.directory.members()[member as usize]));
            let what = format!("occurs {count} times; unpacking keeps one of them, the sum counts all");
            self.builder.problem(Problem::new(path, what, Harm::Ambiguous));
        }
    }
}
