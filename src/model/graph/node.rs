//! What Node packages need, as Node finds it from their folders.

use std::collections::HashMap;

use nodejs_semver::{Range, Version};

use super::{Fit, Holds, Need};
use crate::model::bundle::Bundle;
use crate::model::entry::EntryId;
use crate::model::node::{NeedKind, NodeNeed};
use crate::model::package::PackageIndex;

/// The needs of each package; none of what is no Node package. What is optional and not there is no need, and what Node
/// finds without a `package.json` in it is nobody's package.
pub(super) fn needs<'a>(bundle: &'a Bundle) -> Vec<Vec<Need>> {
    let folders = bundle.indexed().filter_map(|(index, package)| Some((bundle.node_package(package)?.folder, index)));
    let mut by_folder: Vec<(EntryId, PackageIndex)> = folders.collect();
    by_folder.sort_unstable();
    let package_of = |folder| Some(by_folder[by_folder.binary_search_by_key(&folder, |(it, _)| *it).ok()?].1);
    // Many ask for the same versions of the same.
    let mut known: HashMap<(&str, Option<&str>), Fit> = HashMap::new();
    let mut fit_of = |range, version| *known.entry((range, version)).or_insert_with(|| fit(range, version));
    let mut need = |asked: &'a NodeNeed| {
        let package = asked.found.and_then(package_of);
        let counts = package.is_some() || (asked.kind != NeedKind::Optional && asked.found.is_none());
        counts.then(|| Need {
            text: if asked.range.is_empty() {
                asked.name.trim_end().to_owned()
            } else {
                [&*asked.name, &*asked.range].join(" ")
            },
            name: ["npm:", &*asked.name].concat(),
            kind: asked.kind,
            package,
            holds: Holds::Surely,
            fit: package.map_or(Fit::NotKnown, |it| fit_of(&asked.range, bundle.package(it).version.as_deref())),
        })
    };
    let all = bundle.packages().iter().map(|package| bundle.node_package(package));
    all.map(|found| found.map_or(Vec::new(), |found| found.needs.iter().filter_map(&mut need).collect())).collect()
}

/// Whether a version is one that is asked for. Tags, addresses and `npm:other@1` name none that can be compared.
fn fit(range: &str, version: Option<&str>) -> Fit {
    let range = if range.is_empty() { Some(Range::any()) } else { Range::parse(range).ok() };
    match (range, version.map(Version::parse)) {
        (Some(range), Some(Ok(version))) if range.satisfies(&version) => Fit::Fits,
        (Some(_), Some(Ok(_))) => Fit::Outside,
        _ => Fit::NotKnown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_npm_does() {
        assert_eq!(fit("^1.2.0 || >=3", Some("1.9.1")), Fit::Fits);
        assert_eq!(fit("~1.2", Some("1.3.0")), Fit::Outside);
        assert_eq!((fit("", Some("0.0.1")), fit("*", Some("7.0.0"))), (Fit::Fits, Fit::Fits));
        assert_eq!((fit("latest", Some("1.0.0")), fit("npm:other@1", Some("1.0.0"))), (Fit::NotKnown, Fit::NotKnown));
        assert_eq!((fit("^1", None), fit("^1", Some("one"))), (Fit::NotKnown, Fit::NotKnown));
    }

    proptest::proptest! {
        #[test]
        fn no_text_stops_the_comparison(range in "[ -~é]{0,40}|[0-9xX*.~^<>=| v-]{0,40}", version in "[ -~é]{0,20}|[0-9.+-]{0,30}") {
            let _ = fit(&range, Some(&version));
        }
    }
}
