//! The AWS services whose data the SDK for Python holds, a folder for each: what slimming tells apart.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle::Bundle;
use super::entry::EntryKind;
use super::escape::printable;
use super::spelling::nearest;

/// Folders of the SDK with one folder for each service.
const SERVICE_DATA: [&str; 2] = ["botocore/data/", "boto3/data/"];

/// The AWS service whose data a file of the SDK is: `s3` for `botocore/data/s3/2006-03-01/service-2.json.gz`. What lies
/// beside those folders, such as the list of endpoints, belongs to all.
pub fn service_of(path: &[u8]) -> Option<&[u8]> {
    let below = SERVICE_DATA.iter().find_map(|folder| path.strip_prefix(folder.as_bytes()))?;
    let end = below.iter().position(|&byte| byte == b'/')?;
    Some(&below[..end])
}

/// All services whose data the bundle holds, fit to print; none where it holds no SDK.
pub fn services(bundle: &Bundle) -> BTreeSet<String> {
    let listing = &bundle.listing;
    let sdk = bundle.packages().iter().filter(|package| package.key.as_str().starts_with("boto"));
    sdk.flat_map(|package| {
        SERVICE_DATA.iter().filter_map(|folder| listing.find(package.root, folder.trim_end_matches('/').as_bytes()))
    })
    .flat_map(|folder| listing.children(folder))
    .filter(|&entry| listing.kind(entry) == EntryKind::Directory)
    .map(|entry| printable(listing.name(entry)))
    .collect()
}

/// Those of the named services that the bundle's SDK has no data of, each with those that may have been meant. Where
/// there is no SDK, nothing is unknown: then the names slim nothing.
pub fn unknown_services<'a>(
    bundle: &Bundle,
    named: impl IntoIterator<Item = &'a String>,
) -> BTreeMap<&'a str, Vec<String>> {
    let known = services(bundle);
    let unknown = named.into_iter().filter(|name| !known.is_empty() && !known.contains(*name));
    let near = |name: &str| nearest(name, known.iter().map(|known| (known.as_str(), known.clone())));
    unknown.map(|name| (name.as_str(), near(name))).collect()
}
