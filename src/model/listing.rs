//! Every entry of a bundle, as a struct of arrays: what a scan returns and everything else looks things up in.
//!
//! Entries stand in depth-first order, siblings sorted by the bytes of their names. A directory's descendants are
//! therefore a range, sums over a subtree need no recursion, and the same build gives the same listing whatever
//! order the file system named things in. Names lie in one arena; a path is put together when it is asked for.

use std::ops::Range;

use super::bytes::{Amount, Bytes, Certainty};
use super::columns::{Columns, Run};
use super::entry::{EntryId, EntryKind};
use super::escape::printable;
use super::names::Names;
use super::problem::Problem;

/// Where a bundle came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A build directory, by its path as the user gave it.
    Directory(std::path::PathBuf),
    /// A zip file, by its path, with the length of the archive itself.
    Zip(std::path::PathBuf, Bytes),
    /// The built-in recording, `demo:`.
    Demo,
}

/// What one entry is, apart from its place in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// File, link, directory or special.
    pub kind: EntryKind,
    /// Unix permission bits; 0 where the source records none.
    pub mode: u16,
    /// Content or link text, in bytes.
    pub length: Bytes,
    /// Last change in seconds since 1970; 0 where not known.
    pub modified: i64,
    /// Bytes in an archive, deflated or stored; `None` for a directory on disk.
    pub zipped: Option<Bytes>,
}

impl Attributes {
    /// A directory, of which only its name matters.
    pub fn directory() -> Attributes {
        Attributes { kind: EntryKind::Directory, mode: 0o755, length: Bytes::ZERO, modified: 0, zipped: None }
    }

    /// A readable file of a given length, dates and zipped size unknown.
    pub fn file(length: u64) -> Attributes {
        Attributes { kind: EntryKind::File, mode: 0o644, length: Bytes(length), modified: 0, zipped: None }
    }
}

/// The entries of one bundle. Made by a [`ListingBuilder`]; never changed afterwards.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Where it came from.
    pub source: Source,
    /// What could not be read while listing; if there is anything, all totals are lower bounds.
    pub problems: Vec<Problem>,
    names: Names,
    columns: Columns,
    parents: Vec<u32>,
    /// One past the last descendant; the entry's own number plus one for what has none.
    ends: Vec<u32>,
}

impl Listing {
    /// How many entries there are, the root directory included.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Never: the root is always there.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// All entries, the root first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = EntryId> + use<> {
        (0..self.len() as u32).map(EntryId)
    }

    /// The entry's own name; empty for the root.
    pub fn name(&self, entry: EntryId) -> &[u8] {
        self.names.get(entry.index())
    }

    /// All entries whose names end so, in order, with hardly a look at the others. The ending holds a dot, or eight bytes
    /// at least.
    pub fn ending_with<'a>(&'a self, ending: &'a [u8]) -> impl Iterator<Item = EntryId> + 'a {
        self.names.ending_with(ending).map(|row| EntryId(row as u32))
    }

    /// All entries whose names hold a text, in order, without a look at each.
    pub fn holding<'a>(&'a self, text: &'a [u8]) -> impl Iterator<Item = EntryId> + 'a {
        self.names.holding(text).map(|row| EntryId(row as u32))
    }

    /// The directory that holds the entry; the root holds itself.
    pub fn parent(&self, entry: EntryId) -> EntryId {
        EntryId(self.parents[entry.index()])
    }

    /// File, link, directory or special.
    pub fn kind(&self, entry: EntryId) -> EntryKind {
        self.columns.kind(entry.index())
    }

    /// Unix permission bits.
    pub fn mode(&self, entry: EntryId) -> u16 {
        self.columns.mode(entry.index())
    }

    /// Content or link text, in bytes; zero for directories.
    pub fn length(&self, entry: EntryId) -> Bytes {
        self.columns.length(entry.index())
    }

    /// Last change in seconds since 1970.
    pub fn modified(&self, entry: EntryId) -> i64 {
        self.columns.modified(entry.index())
    }

    /// The entry's bytes inside the archive, if the source is one.
    pub fn zipped(&self, entry: EntryId) -> Option<Bytes> {
        self.columns.zipped(entry.index())
    }

    /// Whether zipped sizes are known for every entry.
    pub fn has_zipped_sizes(&self) -> bool {
        self.columns.has_zipped_sizes()
    }

    /// The entry and everything below it.
    pub fn subtree(&self, entry: EntryId) -> impl DoubleEndedIterator<Item = EntryId> + use<> {
        let Range { start, end } = entry.0..self.ends[entry.index()];
        (start..end).map(EntryId)
    }

    /// Whether `entry` is `ancestor` or lies below it.
    pub fn is_within(&self, entry: EntryId, ancestor: EntryId) -> bool {
        (ancestor.0..self.ends[ancestor.index()]).contains(&entry.0)
    }

    /// What lies directly in a directory, sorted by name.
    pub fn children(&self, directory: EntryId) -> Children<'_> {
        Children { listing: self, next: directory.0 + 1, end: self.ends[directory.index()] }
    }

    /// The first child with that name.
    pub fn child(&self, directory: EntryId, name: &[u8]) -> Option<EntryId> {
        self.children(directory).find(|&child| self.name(child) == name)
    }

    /// The entry at a path below `from`, its parts separated by `/`. Knows no `.` and no `..`.
    pub fn find(&self, from: EntryId, path: &[u8]) -> Option<EntryId> {
        path.split(|&byte| byte == b'/').filter(|part| !part.is_empty()).try_fold(from, |at, part| self.child(at, part))
    }

    /// The entry's path from the bundle's root, as bytes with `/` between the parts.
    pub fn path(&self, entry: EntryId) -> Vec<u8> {
        self.path_below(entry, EntryId::ROOT)
    }

    /// The entry's path from one of its ancestors.
    pub fn path_below(&self, entry: EntryId, ancestor: EntryId) -> Vec<u8> {
        let mut parts = Vec::new();
        let mut at = entry;
        while at != ancestor && at != EntryId::ROOT {
            parts.push(self.name(at));
            at = self.parent(at);
        }
        parts.reverse();
        parts.join(&b'/')
    }

    /// The entry's path, fit to print.
    pub fn shown_path(&self, entry: EntryId) -> String {
        printable(&self.path(entry))
    }

    /// How many directories lie above the entry.
    pub fn depth(&self, entry: EntryId) -> usize {
        std::iter::successors(Some(entry), |&at| (at != EntryId::ROOT).then(|| self.parent(at))).count() - 1
    }

    /// The bytes of every file and link; a lower bound if something could not be read.
    pub fn total(&self) -> Amount {
        let bytes = self.columns.lengths().sum();
        Amount::exact(bytes).at_most(self.certainty())
    }

    /// How sure sums over this listing are.
    pub fn certainty(&self) -> Certainty {
        if self.problems.iter().any(|problem| problem.hides_bytes()) { Certainty::AtLeast } else { Certainty::Exact }
    }

    /// How many files and links there are.
    pub fn file_count(&self) -> u64 {
        self.columns.kinds().iter().filter(|kind| !matches!(kind, EntryKind::Directory)).count() as u64
    }
}

/// The entries directly in a directory; see [`Listing::children`].
pub struct Children<'a> {
    listing: &'a Listing,
    next: u32,
    end: u32,
}

impl Iterator for Children<'_> {
    type Item = EntryId;

    fn next(&mut self) -> Option<EntryId> {
        let child = EntryId(self.next);
        if self.next >= self.end {
            return None;
        }
        self.next = self.listing.ends[child.index()];
        Some(child)
    }
}

/// Where each row of parts that were gathered in another order stands in the tree: depth first, the root first.
#[derive(Debug)]
pub struct Arrangement {
    runs: Vec<Run>,
    parents: Vec<u32>,
    ends: Vec<u32>,
}

impl Arrangement {
    /// With the root alone, which is the only row of part 0, for so many rows in all.
    pub fn below_root(rows: usize) -> Arrangement {
        let mut parents = Vec::with_capacity(rows);
        parents.push(0);
        // Most rows are no directories and end where they stand.
        let ends = (1..=u32::try_from(rows).unwrap_or(u32::MAX)).collect();
        Arrangement { runs: vec![Run { part: 0, rows: 0..1 }], parents, ends }
    }

    /// Adds rows that lie in one directory side by side; which entry the last of them is.
    pub fn add(&mut self, run: Run, parent: u32) -> Result<u32, TooLarge> {
        let start = self.parents.len() as u32;
        let end = start.checked_add(run.rows.len() as u32).ok_or(TooLarge::Entries)?;
        self.parents.resize(end as usize, parent);
        if !run.rows.is_empty() {
            self.runs.push(run);
        }
        Ok(end - 1)
    }

    /// Nothing more lies in a directory.
    pub fn close(&mut self, directory: u32) {
        self.ends[directory as usize] = self.parents.len() as u32;
    }

    /// All rows, in the order of the tree.
    pub fn runs(&self) -> &[Run] {
        &self.runs
    }
}

impl Listing {
    /// A listing of names and attributes that were put in an order.
    pub fn arranged(
        source: Source,
        problems: Vec<Problem>,
        (names, columns): (Names, Columns),
        order: Arrangement,
    ) -> Listing {
        let Arrangement { parents, mut ends, .. } = order;
        debug_assert!(names.len() == columns.len() && names.len() == parents.len(), "each row has its own");
        ends.truncate(parents.len());
        Listing { source, problems, names, columns, parents, ends }
    }
}

/// Why a listing could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TooLarge {
    /// Entries are numbered with 32 bits.
    #[error("more than 4 294 967 295 entries")]
    Entries,
    /// Names are kept in one arena that is addressed with 32 bits.
    #[error("more than 4 GB of file names")]
    Names,
}

/// Builds a listing in depth-first order: `open` a directory, `add` what is in it, `close` it.
#[derive(Debug)]
pub struct ListingBuilder {
    listing: Listing,
    open: Vec<u32>,
}

impl ListingBuilder {
    /// An empty listing with its root directory open.
    pub fn new(source: Source) -> ListingBuilder {
        let mut columns = Columns::default();
        columns.push(Attributes::directory()).expect("one entry is not too many");
        let mut names = Names::default();
        names.push(b"").expect("no name is not too long");
        let listing = Listing { source, problems: Vec::new(), names, columns, parents: vec![0], ends: vec![1] };
        ListingBuilder { listing, open: vec![0] }
    }

    /// Adds a file, link or special entry to the open directory. Siblings must come sorted by name.
    pub fn add(&mut self, name: &[u8], attributes: Attributes) -> Result<EntryId, TooLarge> {
        self.listing.names.push(name)?;
        let entry = self.listing.columns.push(attributes)?;
        self.listing.parents.push(self.open.last().copied().unwrap_or(0));
        self.listing.ends.push(entry + 1);
        Ok(EntryId(entry))
    }

    /// Adds a directory and makes it the open one.
    pub fn open(&mut self, name: &[u8], attributes: Attributes) -> Result<EntryId, TooLarge> {
        let entry = self.add(name, Attributes { kind: EntryKind::Directory, ..attributes })?;
        self.open.push(entry.0);
        Ok(entry)
    }

    /// Closes the directory opened last. Closing the root is ignored; it closes by itself.
    pub fn close(&mut self) {
        if self.open.len() > 1
            && let Some(directory) = self.open.pop()
        {
            self.listing.ends[directory as usize] = self.listing.len() as u32;
        }
    }

    /// Notes something that could not be read.
    pub fn problem(&mut self, problem: Problem) {
        self.listing.problems.push(problem);
    }

    /// The listing; closes what is still open.
    pub fn finish(mut self) -> Listing {
        while self.open.len() > 1 {
            self.close();
        }
        self.listing.ends[0] = self.listing.len() as u32;
        self.listing.names.close();
        self.listing.columns.close();
        self.listing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Listing {
        let mut builder = ListingBuilder::new(Source::Demo);
        builder.add(b"app.py", Attributes::file(10)).unwrap();
        builder.open(b"numpy", Attributes::directory()).unwrap();
        builder.open(b"core", Attributes::directory()).unwrap();
        builder.add(b"a.so", Attributes::file(100)).unwrap();
        builder.close();
        builder.add(b"x.py", Attributes::file(1)).unwrap();
        builder.close();
        builder.add(b"z", Attributes { kind: EntryKind::Link, ..Attributes::file(3) }).unwrap();
        builder.finish()
    }

    #[test]
    fn a_listing_knows_its_tree() {
        let listing = listing();
        let names: Vec<_> = listing.children(EntryId::ROOT).map(|entry| listing.shown_path(entry)).collect();
        assert_eq!(names, ["app.py", "numpy", "z"]);
        let so = listing.find(EntryId::ROOT, b"numpy/core/a.so").unwrap();
        assert_eq!((listing.shown_path(so).as_str(), listing.depth(so)), ("numpy/core/a.so", 3));
        let numpy = listing.child(EntryId::ROOT, b"numpy").unwrap();
        assert!(listing.is_within(so, numpy) && !listing.is_within(numpy, so));
        assert_eq!(listing.subtree(numpy).count(), 4, "numpy, core, a.so, x.py");
        assert_eq!(listing.path_below(so, numpy), b"core/a.so");
    }

    #[test]
    fn the_total_counts_files_and_links_and_no_directory() {
        assert_eq!(listing().total(), Amount::exact(Bytes(114)));
        assert_eq!(listing().file_count(), 4);
    }

    #[test]
    fn a_problem_that_hides_bytes_makes_the_total_a_lower_bound() {
        let mut builder = ListingBuilder::new(Source::Demo);
        builder.problem(Problem::hidden("vendor", "permission denied"));
        assert_eq!(builder.finish().total().certainty, Certainty::AtLeast);
    }
}
