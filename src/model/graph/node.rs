//! What Node packages need, as Node finds it from their folders.

use std::collections::BTreeMap;

use super::{BroughtBy, Fit, Holds, Need};
use crate::model::bundle::Bundle;
use crate::model::entry::EntryId;
use crate::model::node::{NeedKind, NodeNeed};
use crate::model::package::PackageIndex;

/// The needs of each package; none of what is no Node package. What is optional and not there is no need.
pub(super) fn needs(bundle: &Bundle) -> Vec<Vec<Need>> {
    let by_folder: BTreeMap<EntryId, PackageIndex> =
        bundle.indexed().filter_map(|(index, package)| Some((bundle.node_package(package)?.folder, index))).collect();
    let need = |asked: &NodeNeed| {
        let package = asked.found.and_then(|folder| by_folder.get(&folder)).copied();
        (package.is_some() || asked.kind != NeedKind::Optional).then(|| Need {
            text: format!("{} {}", asked.name, asked.range).trim_end().to_owned(),
            name: format!("npm:{}", asked.name),
            brought_by: if asked.kind == NeedKind::Peer { BroughtBy::Host } else { BroughtBy::Installer },
            package,
            holds: Holds::Surely,
            fit: Fit::NotKnown,
        })
    };
    let all = bundle.packages().iter().map(|package| bundle.node_package(package));
    all.map(|found| found.map_or(Vec::new(), |found| found.needs.iter().filter_map(need).collect())).collect()
}
