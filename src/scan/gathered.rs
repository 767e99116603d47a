//! What a parallel walk has found, folder by folder in whatever order the folders were read, and how it becomes a
//! listing.
//!
//! The rows are kept as the listing will keep them and put in order at the end, so that a million files take their
//! memory once.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use crate::model::columns::Columns;
use crate::model::entry::EntryKind;
use crate::model::listing::{Arrangement, Attributes, Listing, Source, TooLarge};
use crate::model::problem::Problem;

/// A thing in a folder, with the number that a folder has got.
pub struct Child {
    /// Where its own name lies among the names of its folder.
    pub name: Range<usize>,
    /// What it is.
    pub attributes: Attributes,
    /// For a directory: which folder it is.
    pub folder: u32,
}

/// All names in one folder, one behind another.
pub struct Names(Vec<u8>);

/// Longer than most names.
const USUAL_NAME: usize = 16;

impl Names {
    /// None yet, with room for so many usual ones.
    pub fn for_about(count: usize) -> Names {
        Names(Vec::with_capacity(count * USUAL_NAME))
    }

    /// Adds one, and says where it lies.
    pub fn add(&mut self, name: &[u8]) -> Range<usize> {
        let start = self.0.len();
        self.0.extend_from_slice(name);
        start..self.0.len()
    }

    /// The name of something in the folder.
    pub fn of(&self, child: &Child) -> &[u8] {
        &self.0[child.name.clone()]
    }
}

/// Folders that were read so far.
#[derive(Default)]
pub struct Gathered {
    columns: Columns,
    /// By the folder's number.
    folders: Vec<Folder>,
    /// The numbers of the folders in a folder, side by side in the order of their rows.
    subfolders: Vec<u32>,
    problems: BTreeMap<u32, Vec<Problem>>,
    too_large: Option<TooLarge>,
}

#[derive(Clone, Default)]
struct Folder {
    own: Option<Attributes>,
    rows: Range<u32>,
    subfolders: u32,
}

/// A folder that is being put in order: the rows that are still to come, and where its own entry stands.
struct Open {
    rows: Range<u32>,
    subfolders: u32,
    entry: u32,
}

impl Gathered {
    /// Takes what one folder is, where that is known, and what it holds, sorted by name.
    pub fn take(
        &mut self,
        number: u32,
        own: Option<Attributes>,
        names: &Names,
        children: &[Child],
        problems: Vec<Problem>,
    ) {
        let start = self.columns.len() as u32;
        let subfolders = self.subfolders.len() as u32;
        for child in children {
            if let Err(why) = self.columns.push(names.of(child), child.attributes) {
                self.too_large = Some(why);
                return;
            }
            if child.attributes.kind == EntryKind::Directory {
                self.subfolders.push(child.folder);
            }
        }
        let place = number as usize;
        if self.folders.len() <= place {
            self.folders.resize(place + 1, Folder::default());
        }
        self.folders[place] = Folder { own, rows: start..self.columns.len() as u32, subfolders };
        if !problems.is_empty() {
            self.problems.insert(number, problems);
        }
    }

    /// All of it in order, below the folder that was walked.
    pub fn into_listing(mut self, path: &Path) -> Result<Listing, TooLarge> {
        if let Some(why) = self.too_large {
            return Err(why);
        }
        let root = self.columns.push(b"", Attributes::directory())?;
        let problems = self.problems_in_order();
        let arrangement = self.arrange(root);
        let columns = std::mem::take(&mut self.columns);
        // What only the arranging needed goes before the columns are moved.
        drop(self);
        Ok(Listing::arranged(Source::Directory(path.to_owned()), problems, columns, arrangement))
    }

    /// Depth first, without recursion: `open` holds how far each open folder has come.
    fn arrange(&mut self, root: u32) -> Arrangement {
        let count = self.columns.len();
        let mut to = Arrangement {
            order: Vec::with_capacity(count),
            parents: Vec::with_capacity(count),
            ends: Vec::with_capacity(count),
        };
        let mut open = vec![self.enter(&mut to, 0, root, 0)];
        while let Some(folder) = open.last_mut() {
            let Some(row) = folder.rows.next() else {
                to.ends[folder.entry as usize] = to.order.len() as u32;
                open.pop();
                continue;
            };
            let parent = folder.entry;
            if self.columns.kind(row as usize) == EntryKind::Directory {
                let number = self.subfolders[folder.subfolders as usize];
                folder.subfolders += 1;
                open.push(self.enter(&mut to, number, row, parent));
            } else {
                add(&mut to, row, parent);
            }
        }
        to
    }

    /// Adds a folder's own row, with what it turned out to be when it was read, and begins with what is in it. One that
    /// was not read any more is empty; of the bundle's own only its name matters.
    fn enter(&mut self, to: &mut Arrangement, number: u32, row: u32, parent: u32) -> Open {
        let Folder { own, rows, subfolders } = self.folders.get(number as usize).cloned().unwrap_or_default();
        if let Some(own) = own.filter(|own| own.kind == EntryKind::Directory && number > 0) {
            self.columns.describe(row as usize, own);
        }
        Open { rows, subfolders, entry: add(to, row, parent) }
    }

    /// Problems by the names of the folders that they lie in, so that they come in the same order each time.
    fn problems_in_order(&mut self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = std::mem::take(&mut self.problems).into_values().flatten().collect();
        problems.sort_by(|one, other| one.path.cmp(&other.path));
        problems
    }
}

fn add(to: &mut Arrangement, row: u32, parent: u32) -> u32 {
    let entry = to.order.len() as u32;
    to.order.push(row);
    to.parents.push(parent);
    to.ends.push(entry + 1);
    entry
}
