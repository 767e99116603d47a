//! What goes into the artifacts of a plan, gathered before any of them is written.

use rayon::prelude::*;

use super::super::zipped::Packing;
use crate::model::bucket::Bucket;
use crate::model::entry::EntryId;
use crate::model::manifest::zip_name;
use crate::pack::{Artifact, Hashed, PackError, Stamps, check_links};

/// What is to be written.
pub(super) struct Gathered {
    /// Each zip with its bucket.
    pub zips: Vec<(Bucket, Artifact)>,
    /// What is to lie on EFS.
    pub tree: Artifact,
    /// Bytecode that is made hash-based.
    pub hashed: Hashed,
    /// What the sources looked like before.
    pub stamps: Stamps,
}

impl Gathered {
    /// Of a plan over a bundle.
    pub fn new(packing: &Packing<'_>) -> Result<Gathered, PackError> {
        let Packing { bundle, files, plan, target } = *packing;
        let own = |bucket: &Bucket| match bucket {
            Bucket::Layer(name) => plan.layer(name).is_some_and(|layer| layer.foreign().is_none()),
            bucket => zip_name(bucket).is_some(),
        };
        let gather = |bucket: Bucket| Artifact::of_bucket(bundle, plan, &bucket).map(|artifact| (bucket, artifact));
        let buckets: Vec<Bucket> = plan.buckets().into_iter().filter(own).collect();
        let (zips, tree) = rayon::join(
            || buckets.into_par_iter().map(gather).collect::<Vec<Result<_, PackError>>>(),
            || Artifact::on_efs(bundle, plan),
        );
        // Of several errors the first is told, whichever came first.
        let (mut zips, tree) = (zips.into_iter().collect::<Result<Vec<_>, PackError>>()?, tree?);
        let mut entries: Vec<EntryId> = Vec::new();
        for artifact in zips.iter().map(|(_, artifact)| artifact).chain([&tree]) {
            check_links(artifact, &bundle.listing, files.contents())?;
            entries.extend(artifact.members.iter().map(|member| member.entry));
        }
        let hashed = Hashed::new(bundle, plan, target);
        entries.extend(entries.clone().into_iter().filter_map(|entry| hashed.source(entry)));
        entries.sort_unstable();
        entries.dedup();
        let stamps = Stamps::take(entries, &bundle.listing, files.contents())?;
        // A layer without packages is nothing that AWS takes; a finding says so.
        zips.retain(|(bucket, zip)| *bucket == Bucket::Function || !zip.members.is_empty());
        Ok(Gathered { zips, tree, hashed, stamps })
    }
}
