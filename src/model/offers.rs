//! What each slimming rule would free, package by package, and what it risks: what a person chooses from.

use super::bundle::Bundle;
use super::bytes::{Amount, Bytes};
use super::cargo::{leaves_out, slimming};
use super::entry::EntryKind;
use super::package::PackageIndex;
use super::plan::{Placement, Plan};
use super::risk::{Harm, harm_of, harm_of_services};
use super::services::service_of;
use super::slim::{Slim, SlimRule};
use super::target::Target;
use super::zipped::{Known, ZippedSizes};

/// What can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// What a rule is about.
    Rule(SlimRule),
    /// Data of AWS services; those that stay have to be named.
    Services,
}

impl Subject {
    /// Everything, in the order in which it is shown.
    pub fn all() -> impl Iterator<Item = Subject> {
        SlimRule::ALL.into_iter().map(Subject::Rule).chain([Subject::Services])
    }

    /// The name that plans and command lines use.
    pub fn name(self) -> &'static str {
        match self {
            Subject::Rule(rule) => rule.name(),
            Subject::Services => "services",
        }
    }
}

/// What leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freed {
    /// Files and links.
    pub files: u64,
    /// Their bytes.
    pub unzipped: Bytes,
    /// Their bytes in a zip; `None`: not known.
    pub zipped: Option<Amount>,
}

/// One thing that can be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What.
    pub subject: Subject,
    /// Whether the plan leaves it out.
    pub is_on: bool,
    /// What leaves with it, whatever else leaves; with services: all that is there.
    pub freed: Freed,
    /// The same by package, the heaviest first.
    pub packages: Vec<(PackageIndex, Freed)>,
    /// What it risks.
    pub harm: &'static Harm,
}

/// All offers for what the plan does not leave out as a whole. What the plan keeps by pattern is not counted.
pub fn offers(bundle: &Bundle, plan: &Plan, target: &Target, zipped: &ZippedSizes) -> Vec<Offer> {
    let mut sums: Vec<Vec<(Freed, Known)>> =
        vec![vec![Default::default(); bundle.packages().len()]; SlimRule::ALL.len() + 1];
    let kept = |rules: &[SlimRule]| Slim { rules: rules.to_vec(), keep: plan.slim().keep.clone(), ..Slim::default() };
    let everything = kept(&SlimRule::ALL);
    let goes =
        |index: PackageIndex| matches!(plan.placements().get(&bundle.package(index).key), Some(Placement::LeftOut(_)));
    for entry in bundle.listing.entries().filter(|&entry| bundle.listing.kind(entry) != EntryKind::Directory) {
        let Some(owner) = bundle.owner(entry).filter(|&owner| !goes(owner)) else { continue };
        let package = bundle.package(owner);
        let is_service = package.key.as_str().starts_with("boto")
            && service_of(&bundle.listing.path_below(entry, package.root)).is_some();
        let class = bundle.class(entry);
        let by_rule = SlimRule::ALL.into_iter().map(|rule| rule.leaves_out(package.ecosystem, class));
        let by: Vec<usize> =
            by_rule.chain([is_service]).enumerate().filter(|(_, leaves)| *leaves).map(|(at, _)| at).collect();
        if by.is_empty() || (!is_service && !leaves_out(bundle, &everything, entry)) {
            continue;
        }
        for at in by {
            let (freed, known) = &mut sums[at][owner.0 as usize];
            freed.files += 1;
            freed.unzipped += bundle.listing.length(entry);
            let size = zipped.get(entry).map_or(Amount::default(), |size| size);
            freed.zipped = Some(freed.zipped.unwrap_or_default() + size);
            *known += zipped.known(&bundle.listing, entry);
        }
    }
    let on = slimming(plan);
    let offer = |(subject, sums): (Subject, Vec<(Freed, Known)>)| Offer {
        subject,
        is_on: match subject {
            Subject::Rule(rule) => on.rules.contains(&rule),
            Subject::Services => on.services.is_some(),
        },
        freed: total(&sums),
        packages: by_package(&sums),
        harm: match subject {
            Subject::Rule(rule) => harm_of(rule, bundle, target),
            Subject::Services => harm_of_services(),
        },
    };
    Subject::all().zip(sums).map(offer).collect()
}

fn total(sums: &[(Freed, Known)]) -> Freed {
    let known: Known = sums.iter().map(|(_, known)| *known).sum();
    let zipped: Bytes = sums.iter().filter_map(|(freed, _)| freed.zipped).map(|zipped| zipped.bytes).sum();
    Freed {
        files: sums.iter().map(|(freed, _)| freed.files).sum(),
        unzipped: sums.iter().map(|(freed, _)| freed.unzipped).sum(),
        zipped: known.certainty().map(|certainty| Amount { bytes: zipped, certainty }),
    }
}

fn by_package(sums: &[(Freed, Known)]) -> Vec<(PackageIndex, Freed)> {
    let mut packages: Vec<(PackageIndex, Freed)> = (0..)
        .map(PackageIndex)
        .zip(sums)
        .filter(|(_, (freed, _))| freed.files > 0)
        .map(|(index, sum)| (index, total(std::slice::from_ref(sum))))
        .collect();
    packages.sort_by_key(|(_, freed)| std::cmp::Reverse(freed.unzipped));
    packages
}
