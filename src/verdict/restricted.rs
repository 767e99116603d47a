//! Packages that the plan does not want: somebody knew why, and what to take in their place.

use super::Case;
use super::ruling::{Ruling, error, is_or_are, named};
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::escape::printable;
use crate::model::finding::Finding;
use crate::model::package::PackageKey;
use crate::model::plan::Restricted;

/// What is left out is not deployed, so it may be in the build.
pub(super) fn restricted(case: &Case<'_>) -> Ruling {
    if case.plan.check.restricted.is_empty() {
        return Ruling::skipped("the plan restricts no package");
    }
    Ruling::of(case.plan.check.restricted.iter().filter_map(|restricted| finding(case, restricted)))
}

fn finding(case: &Case<'_>, restricted: &Restricted) -> Option<Finding> {
    let is_deployed = |key: &PackageKey| case.plan.bucket_of(key) != Bucket::LeftOut;
    let meant =
        case.bundle.indexed().filter(|(_, package)| restricted.means(&package.key) && is_deployed(&package.key));
    let (indices, packages): (Vec<_>, Vec<_>) = meant.map(|(index, package)| (index, package.key.clone())).unzip();
    if packages.is_empty() {
        return None;
    }
    let bytes: Bytes = indices.into_iter().map(|index| case.cargo.load(index).unzipped).sum();
    let because = printable(restricted.because.as_bytes());
    let message = format!("{} {} restricted by the plan: {because}", named(&packages), is_or_are(packages.len()));
    let cure = match &restricted.instead {
        Some(instead) => format!("take {} instead", printable(instead.as_bytes())),
        None => format!("build without it, or leave {} out", if packages.len() == 1 { "it" } else { "them" }),
    };
    Some(Finding { packages, bytes: Some(bytes), source: "the plan".to_owned(), ..error(message, cure) })
}
