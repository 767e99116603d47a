//! The modules of a folder by name: what a distribution without a list of its files is looked for by.
//!
//! A folder is read through once however many distributions ask for it, so that ten thousand of them cost ten thousand
//! steps and not a hundred million.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::key::normalised;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;

/// The topmost entries of a folder by the normalised name of the module that they are.
type Modules = HashMap<String, Vec<EntryId>>;

/// The modules of every folder that was asked for.
#[derive(Default)]
pub struct Stems(Mutex<HashMap<EntryId, Arc<Modules>>>);

impl Stems {
    /// What lies directly in `root`, one of `children`, and is named so once normalised.
    pub fn named(&self, listing: &Listing, root: EntryId, children: &[EntryId], name: &str) -> Vec<EntryId> {
        let modules = {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(root).or_insert_with(|| Arc::new(modules(listing, children))))
        };
        modules.get(&normalised(name)).cloned().unwrap_or_default()
    }
}

fn modules(listing: &Listing, children: &[EntryId]) -> Modules {
    let mut modules = Modules::new();
    for &child in children {
        if let Some(stem) = stem(listing, child).and_then(|stem| std::str::from_utf8(stem).ok()) {
            modules.entry(normalised(stem)).or_default().push(child);
        }
    }
    modules
}

/// The module that an entry is, if it is one: `numpy` also for `numpy.libs`, `six` for `six.py`, `_cffi` for
/// `_cffi.cpython-310-x86_64-linux-gnu.so`.
pub fn stem(listing: &Listing, entry: EntryId) -> Option<&[u8]> {
    let name = listing.name(entry);
    if listing.kind(entry) == EntryKind::Directory {
        return Some(name.strip_suffix(b".libs").unwrap_or(name));
    }
    let is_module = [&b".py"[..], b".pyi", b".so", b".pyd"].iter().any(|suffix| name.ends_with(suffix));
    is_module.then(|| name.split(|&byte| byte == b'.').next().unwrap_or(name))
}
