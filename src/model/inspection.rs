//! What lies in a folder of artifacts, beside what its manifest says of it.

use super::bucket::Bucket;
use super::budget::Budgets;
use super::bytes::{Amount, Bytes};
use super::digest::Sha256Digest;
use super::manifest::{Manifest, PackedPackage};

/// A folder of artifacts, looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspection {
    /// What the manifest says.
    pub manifest: Manifest,
    /// What lies there for each of its artifacts, in their order.
    pub zips: Vec<Seen>,
    /// What lies there for its tree; `None`: it names none.
    pub tree: Option<Seen>,
    /// What lies there besides, fit to print.
    pub foreign: Vec<String>,
    /// The digest of the plan that is judged.
    pub plan_sha256: Sha256Digest,
    /// The packages that the plan puts into each bucket that is packed.
    pub planned: Vec<(Bucket, Vec<PackedPackage>)>,
}

/// One artifact as it lies there; an error says why it could not be read.
pub type Seen = Result<Contained, String>;

/// What an artifact comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contained {
    /// The length of a zip, or of all files of a tree.
    pub bytes: Bytes,
    /// What it unpacks to.
    pub unzipped: Bytes,
    /// Files and links.
    pub entries: u64,
    /// Of the zip, or over the tree.
    pub sha256: Sha256Digest,
}

impl Inspection {
    /// Puts what lies there in the place of what was foretold. What cannot be read counts as foretold.
    pub fn overlay(&self, budgets: &mut Budgets) {
        for (zip, seen) in self.manifest.artifacts.iter().zip(&self.zips) {
            let place = budgets.buckets.iter_mut().find(|budget| budget.bucket == zip.bucket());
            if let (Some(budget), Ok(seen)) = (place, seen) {
                budget.unzipped = Amount::exact(seen.unzipped);
                budget.zip = Some(Amount::exact(seen.bytes));
            }
        }
        if let (Some(Ok(seen)), Some(budget)) =
            (&self.tree, budgets.buckets.iter_mut().find(|budget| budget.bucket == Bucket::Efs))
        {
            budget.unzipped = Amount::exact(seen.unzipped);
        }
    }
}
