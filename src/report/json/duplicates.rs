//! What a bundle holds more than once, as JSON tells it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::bundle::Bundle;
use crate::model::bytes::{Bytes, Certainty};

/// What is there more than once, wherever it lies.
#[derive(Serialize, JsonSchema)]
pub(super) struct Duplicates<'a> {
    distributions: Vec<RepeatedDistribution<'a>>,
    contents: Vec<RepeatedContent>,
}

#[derive(Serialize, JsonSchema)]
struct RepeatedDistribution<'a> {
    name: &'a str,
    packages: Vec<&'a str>,
    versions_differ: bool,
    wasted_bytes: Bytes,
}

#[derive(Serialize, JsonSchema)]
struct RepeatedContent {
    paths: Vec<String>,
    bytes: Bytes,
    wasted_bytes: Bytes,
    /// Exact where digests say so, an estimate where only name and length agree.
    certainty: Certainty,
}

impl<'a> Duplicates<'a> {
    pub(super) fn of(bundle: &'a Bundle) -> Duplicates<'a> {
        let found = bundle.duplicates();
        let distributions = found.distributions.iter().map(|repeated| RepeatedDistribution {
            name: &repeated.name,
            packages: repeated.packages.iter().map(|&package| bundle.package(package).key.as_str()).collect(),
            versions_differ: repeated.versions_differ,
            wasted_bytes: repeated.wasted,
        });
        let contents = found.contents.iter().map(|same| RepeatedContent {
            paths: same.entries.iter().map(|&entry| bundle.listing.shown_path(entry)).collect(),
            bytes: same.length,
            wasted_bytes: same.wasted,
            certainty: same.certainty,
        });
        Duplicates { distributions: distributions.collect(), contents: contents.collect() }
    }
}
