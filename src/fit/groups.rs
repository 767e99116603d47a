//! What moves as one, and what lies in several places already.

use std::collections::BTreeMap;

use super::Request;
use crate::model::package::{Package, PackageIndex};
use crate::model::provided::provided_by_runtime;

/// What moves as one: units, and families that leave together. Where the parts of one lie in several places already,
/// somebody has decided, and each stays where it is.
pub(super) fn groups(request: &Request<'_>) -> Vec<Group> {
    let bundle = request.bundle;
    let mut group_of: Vec<usize> = (0..bundle.packages().len()).collect();
    for (index, package) in bundle.indexed() {
        let family = request.target.runtime.as_ref().and_then(|runtime| provided_by_runtime(runtime, &package.key));
        let family = family.filter(|family| family.together);
        let is_kin = |other: &Package| family.is_some_and(|family| family.holds(&other.key));
        let first_kin = bundle.indexed().find(|(_, other)| is_kin(other)).map(|(index, _)| index);
        let together = bundle.unit(index).into_iter().chain(first_kin);
        for other in together {
            join(&mut group_of, index.0 as usize, other.0 as usize);
        }
    }
    let mut groups: BTreeMap<usize, Vec<PackageIndex>> = BTreeMap::new();
    for (index, _) in bundle.indexed() {
        groups.entry(find(&group_of, index.0 as usize)).or_default().push(index);
    }
    let place = |index: &PackageIndex| request.plan.bucket_of(&bundle.package(*index).key);
    let is_whole = |group: &Vec<PackageIndex>| group.iter().all(|index| place(index) == place(&group[0]));
    let apart = |packages: Vec<PackageIndex>| match is_whole(&packages) {
        true => vec![Group { packages, is_torn: false }],
        false => packages.into_iter().map(|index| Group { packages: vec![index], is_torn: true }).collect(),
    };
    groups.into_values().flat_map(apart).collect()
}

/// Packages that move as one.
pub(super) struct Group {
    /// The packages, at least one.
    pub packages: Vec<PackageIndex>,
    /// Whether it is a part of something that lies in several places.
    pub is_torn: bool,
}

fn find(group_of: &[usize], mut at: usize) -> usize {
    while group_of[at] != at {
        at = group_of[at];
    }
    at
}

fn join(group_of: &mut [usize], one: usize, other: usize) {
    let (one, other) = (find(group_of, one), find(group_of, other));
    group_of[one.max(other)] = one.min(other);
}
