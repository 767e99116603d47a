//! One digest for each package, of what its installer states about the files that are the same wherever it was built.

use sha2::{Digest, Sha256};

use super::record::hexadecimal;
use crate::model::class::Class;
use crate::model::entry::EntryId;
use crate::model::facts::Facts;
use crate::model::listing::Listing;
use crate::model::owners::Owners;
use crate::model::package::Package;

/// Fills in the digest of every package of whose files any is stated.
pub fn fill_in(listing: &Listing, facts: &Facts, owners: &Owners, classes: &[Class], packages: &mut [Package]) {
    let mut stated: Vec<Vec<(Vec<u8>, &str)>> = vec![Vec::new(); packages.len()];
    for (&entry, digest) in facts.distributions.iter().flat_map(|distribution| &distribution.digests) {
        let owner = owners.get(entry);
        if let Some(owner) = owner.filter(|_| classes[entry.0 as usize].is_stable()) {
            let root: EntryId = packages[owner.0 as usize].root;
            stated[owner.0 as usize].push((listing.path_below(entry, root), digest));
        }
    }
    for (package, mut stated) in packages.iter_mut().zip(stated) {
        stated.sort_unstable();
        stated.dedup();
        if !stated.is_empty() {
            package.digest = Some(digest(&stated));
        }
    }
}

/// The digest of what was installed as a whole, where an installer states that: npm does.
pub fn of_whole(stated: &str) -> String {
    digest(&[(Vec::new(), stated)])
}

fn digest(stated: &[(Vec<u8>, &str)]) -> String {
    let mut hash = Sha256::new();
    for (path, digest) in stated {
        hash.update(path);
        hash.update([0]);
        hash.update(digest);
        hash.update([b'\n']);
    }
    hexadecimal(&hash.finalize()[..16])
}
