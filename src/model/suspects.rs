//! What of a bundle's files may be wrong whatever the plan says: found once, so that each move is judged from a short list.

use std::collections::HashMap;

use super::entry::{EntryId, EntryKind};
use super::facts::{BytecodeHeader, Facts};
use super::listing::Listing;

/// What everybody may do with a folder, and with a file.
const ENTER: u16 = 0o005;
const READ: u16 = 0o004;

/// Files to be looked at more closely.
#[derive(Clone, Debug, Default)]
pub struct Suspects {
    /// Whether any mode is recorded.
    pub has_modes: bool,
    /// Files and folders that only their owner and group may read.
    pub closed: Vec<EntryId>,
    /// Files of editable installs, by their names.
    pub editable: Vec<EntryId>,
    /// Sources that change the search path.
    pub path_editors: Vec<EntryId>,
    /// Bytecode with its header and, if it is there, its source.
    pub bytecode: Vec<(EntryId, BytecodeHeader, Option<EntryId>)>,
}

impl Suspects {
    /// Looks through a listing and its facts.
    pub fn new(listing: &Listing, facts: &Facts) -> Suspects {
        let all = || listing.entries().skip(1);
        Suspects {
            has_modes: all().any(|entry| listing.mode(entry) != 0),
            closed: all().filter(|&entry| is_closed(listing, entry)).collect(),
            editable: editable(listing),
            path_editors: path_editors(listing, facts),
            bytecode: bytecode(listing, facts),
        }
    }
}

fn is_closed(listing: &Listing, entry: EntryId) -> bool {
    // Most modes forbid nothing, whatever it is.
    if listing.mode(entry) & (ENTER | READ) == ENTER | READ {
        return false;
    }
    let needed = match listing.kind(entry) {
        EntryKind::Directory => ENTER,
        EntryKind::File => READ,
        EntryKind::Link | EntryKind::Special => return false,
    };
    listing.mode(entry) != 0 && listing.mode(entry) & needed != needed
}

/// In the order of the listing.
fn editable(listing: &Listing) -> Vec<EntryId> {
    let links = listing.ending_with(b".egg-link").chain(listing.ending_with(b"_finder.py"));
    let mut found: Vec<EntryId> = links.filter(|&entry| is_editable(listing, entry)).collect();
    found.sort_unstable();
    found
}

fn is_editable(listing: &Listing, entry: EntryId) -> bool {
    let name = listing.name(entry);
    let is_finder = name.starts_with(b"__editable__") && name.ends_with(b"_finder.py");
    listing.kind(entry) == EntryKind::File && (name.ends_with(b".egg-link") || is_finder)
}

fn path_editors(listing: &Listing, facts: &Facts) -> Vec<EntryId> {
    let all = facts.modules.iter().flatten();
    let edits = all.filter(|(entry, facts)| !facts.path_edits.is_empty() && (entry.0 as usize) < listing.len());
    edits.map(|(&entry, _)| entry).collect()
}

/// All bytecode whose header was read, each with its source if that is there.
pub fn bytecode(listing: &Listing, facts: &Facts) -> Vec<(EntryId, BytecodeHeader, Option<EntryId>)> {
    // Facts of a recording may name entries that its listing lacks.
    let known = facts.bytecode.iter().flatten().filter(|(entry, _)| (entry.0 as usize) < listing.len());
    let mut folders: HashMap<EntryId, Vec<EntryId>> = HashMap::new();
    let mut source = |entry: EntryId| {
        let folder = listing.parent(entry);
        let folder = if listing.name(folder) == b"__pycache__" { listing.parent(folder) } else { folder };
        let name = [listing.name(entry).split(|&byte| byte == b'.').next()?, b".py"].concat();
        let siblings = folders.entry(folder).or_insert_with(|| listing.children(folder).collect());
        let place = siblings.partition_point(|&sibling| listing.name(sibling) < &name[..]);
        siblings.get(place).copied().filter(|&sibling| listing.name(sibling) == name)
    };
    known.map(|(&entry, &header)| (entry, header, source(entry))).collect()
}
