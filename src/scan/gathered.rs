//! What a parallel walk has found, and how it becomes a listing.
//!
//! Each thread gathers a part: rows as the listing will keep them, folder by folder, each folder's sorted by name. At
//! the end the rows are copied into the listing's order column by column, and a part's column goes when it was copied.

use std::ops::Range;
use std::path::Path;

use crate::model::bytes::Bytes;
use crate::model::columns::{Columns, Run};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::{Arrangement, Attributes, Listing, Source, TooLarge};
use crate::model::names::Names;
use crate::model::problem::Problem;

/// Longer files are not read before they are asked for, nor more than so many bytes in all by each thread.
const LONGEST_KEPT: u64 = 64 << 10;
const MOST_KEPT: usize = 16 << 20;

/// The contents of entries that were kept, in the order of the listing.
pub type Kept = Vec<(EntryId, Vec<u8>)>;

/// What one thread has found.
#[derive(Default)]
pub struct Part {
    names: Names,
    columns: Columns,
    folders: Vec<(u32, Folder)>,
    /// The rows of the folders in each folder, side by side in their order.
    subfolders: Vec<u32>,
    /// Rows of files with their contents, ascending.
    kept: Vec<(u32, Vec<u8>)>,
    /// How many of them lie in folders that were read before.
    kept_before: u32,
    kept_bytes: usize,
    problems: Vec<Problem>,
    too_large: Option<TooLarge>,
    open: Open,
}

/// The folder that is being read.
#[derive(Default)]
struct Open {
    /// All names in it, one behind another.
    names: Vec<u8>,
    found: Vec<Found>,
}

/// A thing in a folder.
struct Found {
    /// The start of its name as a number that compares as names do, which decides nearly always.
    start: u64,
    /// Where its own name lies among the names of its folder.
    name: Range<u32>,
    attributes: Attributes,
}

/// Where a folder's things are.
#[derive(Clone, Default)]
struct Folder {
    /// Its own mode and date, where those are known.
    own: Option<(u16, i64)>,
    rows: Range<u32>,
    /// The folders among them, as places in `subfolders`.
    subfolders: Range<u32>,
    /// The number of the first of those; the others follow.
    first: u32,
    /// The files among them whose contents were kept, as places in `kept`.
    kept: Range<u32>,
}

impl Open {
    fn name(&self, found: &Found) -> &[u8] {
        &self.names[found.name.start as usize..found.name.end as usize]
    }

    fn folders(&self) -> impl DoubleEndedIterator<Item = &Found> {
        self.found.iter().filter(|found| found.attributes.kind == EntryKind::Directory)
    }
}

impl Part {
    /// Adds a thing to the folder that is being read.
    pub fn add(&mut self, name: &[u8], attributes: Attributes) {
        let names = &mut self.open.names;
        let Ok(end) = u32::try_from(names.len() + name.len()) else {
            self.too_large = Some(TooLarge::Names);
            return;
        };
        let range = names.len() as u32..end;
        names.extend_from_slice(name);
        self.open.found.push(Found { start: start_of(name), name: range, attributes });
    }

    /// Notes what cannot be read, or not as it should be.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Nothing is added to the folder any more; how many folders are in it.
    pub fn sort(&mut self) -> u32 {
        let Open { names, found } = &mut self.open;
        let name = |found: &Found| &names[found.name.start as usize..found.name.end as usize];
        found.sort_unstable_by(|one, other| one.start.cmp(&other.start).then_with(|| name(one).cmp(name(other))));
        self.open.folders().count() as u32
    }

    /// The names of the folders in it, in order.
    pub fn folders(&self) -> Vec<&[u8]> {
        self.open.folders().map(|found| self.open.name(found)).collect()
    }

    /// Names and lengths of what else is in it.
    pub fn files(&self) -> impl Iterator<Item = (&[u8], Bytes)> {
        let files = self.open.found.iter().filter(|found| found.attributes.kind != EntryKind::Directory);
        files.map(|found| (self.open.name(found), found.attributes.length))
    }

    /// Keeps the contents of files that are wanted, unless they are long or many.
    pub fn keep(&mut self, wanted: &[&str], content: impl Fn(&[u8], usize) -> Option<Vec<u8>>) {
        if wanted.is_empty() {
            return;
        }
        let row = self.columns.len() as u32;
        for (row, found) in (row..).zip(&self.open.found) {
            let (name, length) = (self.open.name(found), found.attributes.length.0);
            let is_wanted = found.attributes.kind == EntryKind::File && wanted.iter().any(|it| it.as_bytes() == name);
            if is_wanted && (1..=LONGEST_KEPT).contains(&length) && self.kept_bytes < MOST_KEPT {
                self.kept_bytes += length as usize;
                self.kept.extend(content(name, length as usize).map(|bytes| (row, bytes)));
            }
        }
    }

    /// The folder was read. It has got a number, and those in it the numbers from `first` on; what it is itself is
    /// `None` where nobody could tell.
    pub fn close(&mut self, number: u32, own: Option<Attributes>, first: u32) {
        let (rows, subfolders) = (self.columns.len() as u32, self.subfolders.len() as u32);
        let kept = self.kept_before..self.kept.len() as u32;
        self.kept_before = kept.end;
        for found in &self.open.found {
            let row = self.names.push(self.open.name(found)).and_then(|()| self.columns.push(found.attributes));
            match row {
                Ok(row) if found.attributes.kind == EntryKind::Directory => self.subfolders.push(row),
                Ok(_) => {}
                Err(why) => self.too_large = Some(why),
            }
        }
        let (rows, subfolders) = (rows..self.columns.len() as u32, subfolders..self.subfolders.len() as u32);
        // What a folder turned out to be when it was read.
        let own = own.filter(|own| own.kind == EntryKind::Directory).map(|own| (own.mode, own.modified));
        self.folders.push((number, Folder { own, rows, subfolders, first, kept }));
        self.open.names.clear();
        self.open.found.clear();
    }
}

/// The first eight bytes of a name, zeros behind a shorter one: names hold no zeros, so that a shorter name stands
/// before those that it begins.
fn start_of(name: &[u8]) -> u64 {
    match name.first_chunk() {
        Some(start) => u64::from_be_bytes(*start),
        None => name.iter().zip((0..8).rev()).fold(0, |start, (&byte, place)| start | u64::from(byte) << (8 * place)),
    }
}

/// All of it in order, below the folder that was walked.
pub fn into_listing(mut parts: Vec<Part>, path: &Path) -> Result<(Listing, Kept), TooLarge> {
    if let Some(why) = parts.iter().find_map(|part| part.too_large) {
        return Err(why);
    }
    let mut root = Part::default();
    root.names.push(b"")?;
    root.columns.push(Attributes::directory())?;
    parts.insert(0, root);
    let problems = problems_in_order(&mut parts);
    let (order, kept) = arrange(&mut parts)?;
    let (names, columns) = parts.into_iter().map(|part| (part.names, part.columns)).unzip();
    // Half of all bytes are the names.
    let (names, columns) =
        rayon::join(|| Names::joined(names, order.runs()), || Columns::joined(columns, order.runs()));
    let listing = Listing::arranged(Source::Directory(path.to_owned()), problems, (names?, columns), order);
    Ok((listing, kept))
}

/// Problems by the names of the folders that they lie in, so that they come in the same order each time.
fn problems_in_order(parts: &mut [Part]) -> Vec<Problem> {
    let mut problems: Vec<Problem> = parts.iter_mut().flat_map(|part| std::mem::take(&mut part.problems)).collect();
    problems.sort_by(|one, other| one.path.cmp(&other.path));
    problems
}

/// Where each folder was noted, by its number: in which part, and its place there. One that was not read any more is
/// nowhere, and in the root's part there is none.
fn places(parts: &[Part]) -> Vec<(u32, u32)> {
    let last = parts.iter().flat_map(|part| &part.folders).map(|(number, _)| *number).max().unwrap_or(0);
    let mut places = vec![(0, 0); last as usize + 1];
    for (index, part) in (0..).zip(parts) {
        for (place, (number, _)) in (0..).zip(&part.folders) {
            places[*number as usize] = (index, place);
        }
    }
    places
}

/// A folder that is being put in order: what is still to come, and where its own entry stands.
struct Entered {
    part: u32,
    folder: Folder,
    entry: u32,
}

/// Depth first, without recursion: `open` holds how far each open folder has come. Files that stand side by side are
/// taken as one run, and the folder behind them with them.
fn arrange(parts: &mut [Part]) -> Result<(Arrangement, Kept), TooLarge> {
    let mut all_kept = Kept::new();
    let mut to = Arrangement::below_root(parts.iter().map(|part| part.columns.len()).sum());
    let places = places(parts);
    let enter = |parts: &[Part], number: u32, entry: u32| {
        let (part, place) = places.get(number as usize).copied().unwrap_or_default();
        let folder = parts[part as usize].folders.get(place as usize);
        Entered { part, folder: folder.map(|(_, folder)| folder.clone()).unwrap_or_default(), entry }
    };
    let mut open = vec![enter(parts, 0, 0)];
    while let Some(Entered { part: number, folder, entry }) = open.last_mut() {
        let part = &mut parts[*number as usize];
        let next = folder.subfolders.next().map(|place| part.subfolders[place as usize]);
        let end = next.map_or(folder.rows.end, |row| row + 1);
        let added = to.add(Run { part: *number, rows: folder.rows.start..end }, *entry)?;
        folder.rows.start = end;
        while let Some((row, bytes)) = folder.kept.clone().next().map(|place| &mut part.kept[place as usize])
            && *row < end
        {
            all_kept.push((EntryId(added - (end - 1 - *row)), std::mem::take(bytes)));
            folder.kept.start += 1;
        }
        let Some(row) = next else {
            to.close(*entry);
            open.pop();
            continue;
        };
        let (number, first) = (*number, folder.first);
        folder.first += 1;
        let inner = enter(parts, first, added);
        if let Some((mode, modified)) = inner.folder.own {
            parts[number as usize].columns.describe(row as usize, mode, modified);
        }
        open.push(inner);
    }
    Ok((to, all_kept))
}
