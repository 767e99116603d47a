//! Who owns each entry of a listing, in four bytes an entry.

use super::entry::EntryId;
use super::package::PackageIndex;

/// Marks an entry without an owner.
const NOBODY: u32 = u32::MAX;

/// The owner of each entry. Directories belong to nobody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owners(Vec<u32>);

impl Owners {
    /// Nobody owns any of that many entries.
    pub fn none_of(entries: usize) -> Owners {
        Owners(vec![NOBODY; entries])
    }

    /// Who owns an entry; `None` also for one that is not there.
    pub fn get(&self, entry: EntryId) -> Option<PackageIndex> {
        self.0.get(entry.index()).filter(|&&owner| owner != NOBODY).map(|&owner| PackageIndex(owner))
    }

    /// Gives an entry to an owner, or takes it from everybody.
    pub fn set(&mut self, entry: EntryId, owner: Option<PackageIndex>) {
        self.0[entry.index()] = owner.map_or(NOBODY, |owner| owner.0);
    }

    /// Gives each owner another number; entries are asked in the order of the listing.
    pub fn renumber(&mut self, mut number: impl FnMut(EntryId, PackageIndex) -> PackageIndex) {
        for (place, owner) in self.0.iter_mut().enumerate().filter(|(_, owner)| **owner != NOBODY) {
            *owner = number(EntryId(place as u32), PackageIndex(*owner)).0;
        }
    }
}

impl FromIterator<Option<PackageIndex>> for Owners {
    fn from_iter<I: IntoIterator<Item = Option<PackageIndex>>>(owners: I) -> Owners {
        Owners(owners.into_iter().map(|owner| owner.map_or(NOBODY, |owner| owner.0)).collect())
    }
}
