//! What gems need, by their specifications: the gem of that name in the same folder, else any of that name.

use std::collections::BTreeMap;

use super::{Fit, Holds, Need};
use crate::model::bundle::Bundle;
use crate::model::entry::EntryId;
use crate::model::node::NeedKind;
use crate::model::package::PackageIndex;
use crate::model::ruby::{Gem, GemNeed};

/// The needs of each package; none of what is no gem.
pub(super) fn needs(bundle: &Bundle) -> Vec<Vec<Need>> {
    let mut named: BTreeMap<&str, Vec<(EntryId, PackageIndex)>> = BTreeMap::new();
    for (index, package) in bundle.indexed() {
        if let Some(gem) = bundle.gem(package) {
            named.entry(&gem.name).or_default().push((gem.root, index));
        }
    }
    let find = |gem: &Gem, name: &str| {
        let found = named.get(name)?;
        let beside = found.iter().find(|(root, _)| *root == gem.root);
        beside.or_else(|| found.first()).map(|(_, index)| *index)
    };
    let need = |gem: &Gem, asked: &GemNeed| Need {
        text: format!("{} {}", asked.name, asked.versions).trim_end().to_owned(),
        name: format!("gem:{}", asked.name),
        kind: NeedKind::Needed,
        package: find(gem, &asked.name),
        holds: Holds::Surely,
        fit: Fit::NotKnown,
    };
    let all = bundle.packages().iter().map(|package| bundle.gem(package));
    all.map(|gem| gem.map_or(Vec::new(), |gem| gem.needs.iter().map(|asked| need(gem, asked)).collect())).collect()
}
