//! Lays a bundle out on disk as its plan says: what shows at `/var/task`, at `/opt` and at the mount path.
//!
//! What goes into the zips is asked of what packs them; the zips themselves are not written. Files are linked, not
//! copied.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this file uses a part of it")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use bayplan::model::bucket::Bucket;
use bayplan::model::bundle::Bundle;
use bayplan::model::cargo::slimming;
use bayplan::model::entry::EntryId;
use bayplan::model::plan::Plan;
use bayplan::pack::Artifact;

/// The three folders of a laid-out plan.
pub struct Layout {
    pub task: PathBuf,
    pub opt: PathBuf,
    pub efs: PathBuf,
}

/// Lays the bundle at `source` out below `to`.
pub fn lay_out(bundle: &Bundle, plan: &Plan, source: &Path, to: &Path) -> Layout {
    let layout = Layout { task: to.join("task"), opt: to.join("opt"), efs: to.join("efs") };
    for folder in [&layout.task, &layout.opt, &layout.efs] {
        std::fs::create_dir_all(folder).unwrap();
    }
    let put = |entry: EntryId, place: PathBuf| {
        std::fs::create_dir_all(place.parent().unwrap()).unwrap();
        // Of the same file in several layers, the last is used.
        let _ = std::fs::remove_file(&place);
        std::fs::hard_link(source.join(OsStr::from_bytes(&bundle.listing.path(entry))), place).unwrap();
    };
    for bucket in plan.buckets() {
        let root = match bucket {
            Bucket::Function => &layout.task,
            Bucket::Layer(_) => &layout.opt,
            Bucket::Efs | Bucket::LeftOut => continue,
        };
        let Ok(artifact) = Artifact::of_bucket(bundle, plan, &bucket) else { continue };
        for member in &artifact.members {
            put(member.entry, root.join(OsStr::from_bytes(&member.path)));
        }
    }
    let slim = slimming(plan);
    for entry in bundle.listing.entries() {
        let Some(owner) = bundle.owner(entry).map(|owner| bundle.package(owner)) else { continue };
        let path = bundle.listing.path_below(entry, owner.root);
        let is_slimmed = slim.leaves_out(owner.ecosystem, bundle.class(entry), || path.clone());
        if plan.bucket_of(&owner.key) == Bucket::Efs && !is_slimmed {
            put(entry, layout.efs.join(OsStr::from_bytes(&path)));
        }
    }
    layout
}
