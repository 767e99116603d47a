//! What goes into an artifact, and where in it.

use std::borrow::Cow;
use std::collections::HashMap;

use super::error::PackError;
use crate::model::bucket::Bucket;
use crate::model::bundle::Bundle;
use crate::model::cargo::{leaves_out, slimming};
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::folders::folder_in;
use crate::model::package::{Package, PackageKey};
use crate::model::plan::Plan;

/// A file or link of an artifact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Which entry of the listing.
    pub entry: EntryId,
    /// Its path below the artifact's root.
    pub path: Vec<u8>,
}

/// What one zip is to hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Artifact {
    /// Files and links in the order in which they are written: by the bytes of their paths.
    pub members: Vec<Member>,
}

impl Artifact {
    /// What the plan puts into a bucket, slimmed. What becomes of bytecode besides is
    /// [`Prepared`](super::Prepared)'s.
    pub fn of_bucket(bundle: &Bundle, plan: &Plan, bucket: &Bucket) -> Result<Artifact, PackError> {
        if !is_a_zip(plan, bucket) {
            return Err(PackError::NotAZip(bucket.clone()));
        }
        Artifact::gather(bundle, plan, bucket)
    }

    /// What the plan puts on EFS, slimmed: a tree of files.
    pub fn on_efs(bundle: &Bundle, plan: &Plan) -> Result<Artifact, PackError> {
        Artifact::gather(bundle, plan, &Bucket::Efs)
    }

    fn gather(bundle: &Bundle, plan: &Plan, bucket: &Bucket) -> Result<Artifact, PackError> {
        let mut members = members(bundle, plan, bucket);
        members.sort_by(|one, other| (&one.path, one.entry).cmp(&(&other.path, other.entry)));
        for member in &members {
            check(bundle, member)?;
        }
        check_clashes(bundle, &members)?;
        Ok(Artifact { members })
    }
}

fn is_a_zip(plan: &Plan, bucket: &Bucket) -> bool {
    match bucket {
        Bucket::Function => true,
        Bucket::Layer(name) => plan.layer(name).is_some_and(|layer| layer.foreign().is_none()),
        Bucket::Efs | Bucket::LeftOut => false,
    }
}

fn members(bundle: &Bundle, plan: &Plan, bucket: &Bucket) -> Vec<Member> {
    let slim = slimming(plan);
    let folder = |package| lives_in(plan, package, bucket).then(|| folder_in(bundle, plan, package, bucket));
    let folders: Vec<Option<Cow<'_, [u8]>>> = bundle.packages().iter().map(folder).collect();
    let member = |entry: EntryId| {
        let owner = bundle.owner(entry)?;
        let folder = folders[owner.0 as usize].as_ref().filter(|_| !leaves_out(bundle, &slim, entry))?;
        let below = bundle.listing.path_below(entry, bundle.package(owner).root);
        Some(Member { entry, path: [folder, below.as_slice()].concat() })
    };
    bundle.listing.entries().filter_map(member).collect()
}

/// A placement whose layer is gone lands in the function, as it does in the budgets.
fn lives_in(plan: &Plan, package: &Package, bucket: &Bucket) -> bool {
    let home = plan.bucket_of(&package.key);
    if plan.has_bucket(&home) { home == *bucket } else { *bucket == Bucket::Function }
}

fn check(bundle: &Bundle, member: &Member) -> Result<(), PackError> {
    let refused = |why| Err(PackError::Name { path: printable(&member.path), why });
    if bundle.listing.kind(member.entry) == EntryKind::Special {
        return Err(PackError::Special { path: bundle.listing.shown_path(member.entry) });
    }
    if member.path.split(|&byte| byte == b'/').any(|part| matches!(part, b"" | b"." | b"..")) {
        return refused("it would be unpacked outside the artifact");
    }
    if member.path.contains(&0) {
        return refused("it holds a zero byte");
    }
    if member.path.len() > usize::from(u16::MAX) {
        return refused("it has more than 65 000 bytes");
    }
    Ok(())
}

/// Two files at one place, or a file where another needs a folder.
fn check_clashes(bundle: &Bundle, members: &[Member]) -> Result<(), PackError> {
    let mut taken: HashMap<&[u8], EntryId> = HashMap::with_capacity(members.len());
    for member in members {
        if let Some(other) = taken.insert(&member.path, member.entry) {
            return Err(clash(bundle, &member.path, other, member.entry));
        }
    }
    let mut checked: &[u8] = b"";
    for member in members {
        // Members of one folder follow each other, and need the same folders above them.
        let folder = &member.path[..memchr::memrchr(b'/', &member.path).map_or(0, |slash| slash + 1)];
        if folder == checked {
            continue;
        }
        checked = folder;
        for end in memchr::memchr_iter(b'/', folder) {
            if let Some(&other) = taken.get(&member.path[..end]) {
                return Err(clash(bundle, &member.path[..end], other, member.entry));
            }
        }
    }
    Ok(())
}

fn clash(bundle: &Bundle, path: &[u8], first: EntryId, second: EntryId) -> PackError {
    let owner = |entry| bundle.owner(entry).map_or(PackageKey::new(""), |owner| bundle.package(owner).key.clone());
    PackError::Clash { path: printable(path), first: owner(first), second: owner(second) }
}
