//! The bundle as such: what could not be read, links, units torn apart, your own files moved.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use super::ruling::{Ruling, counted, error, is_or_are, named, note, warning};
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::LinkTarget;
use crate::model::finding::Finding;
use crate::model::package::{Package, PackageIndex, PackageKey};
use crate::model::problem::{Harm, Problem};

/// How many kinds of unclear things are worded one by one.
const MOST_KINDS: usize = 5;

/// Nothing at all fits every limit and helps nobody.
pub(super) fn empty(case: &Case<'_>) -> Ruling {
    if case.bundle.packages().is_empty() && !case.bundle.all_problems().any(|problem| problem.hides_bytes()) {
        return error("there is no file in it", "open the folder or zip that the build made").into();
    }
    let kept: u64 = case.bundle.indexed().map(|(index, _)| case.cargo.load(index).files).sum();
    if kept == 0 && !case.bundle.packages().is_empty() {
        return error("slimming leaves out every file", "take back [slim] exclude or rules in the plan").into();
    }
    Ruling::passed()
}

/// What hides bytes makes every total a lower bound; what hides a content leaves open what hangs on it.
pub(super) fn readable(case: &Case<'_>) -> Ruling {
    let kinds = [
        (Harm::HidesBytes, "thing", "could not be read, so every total is a lower bound"),
        (Harm::Unknown, "file", "cannot be read or used, so what depends on what they hold is not known"),
    ];
    let (mut findings, mut undecided) = (Vec::new(), None);
    for (harm, what, consequence) in kinds {
        let found = with_harm(case, harm);
        if !found.is_empty() {
            let what = counted(found.len(), what);
            let message = format!("{what} {consequence}: {}", named(&found));
            findings.push(warning(message, "make it readable, or build it again, and look once more"));
            undecided.get_or_insert(format!("{what} could not be read"));
        }
    }
    Ruling { undecided, ..Ruling::of(findings) }
}

/// Everything that does this harm, each in a few words.
pub(super) fn with_harm(case: &Case<'_>, harm: Harm) -> Vec<String> {
    case.bundle.all_problems().filter(|problem| problem.harm == harm).map(in_a_few_words).collect()
}

pub(super) fn in_a_few_words(problem: &Problem) -> String {
    if problem.path.is_empty() { problem.what.clone() } else { format!("{} ({})", problem.path, problem.what) }
}

/// What to do about something that is not understood.
const LOOK: &str = "its bytes are counted; look at it if the names or owners shown are wrong";
/// What to do about a FIFO, a socket or a device.
const UNPACKED: &str = "take it out of the build; a zip has no place for it, so pack refuses";

fn is_special(case: &Case<'_>, path: &str) -> bool {
    let listing = &case.bundle.listing;
    let mut special = listing.entries().filter(|&entry| listing.kind(entry) == EntryKind::Special);
    special.any(|entry| listing.shown_path(entry) == path)
}

/// What was counted but not understood, kind by kind.
pub(super) fn unclear(case: &Case<'_>) -> Ruling {
    let mut kinds: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for problem in case.bundle.all_problems().filter(|problem| problem.harm == Harm::Unclear) {
        kinds.entry(&problem.what).or_default().push(&problem.path);
    }
    let mut findings: Vec<Finding> = kinds
        .iter()
        .take(MOST_KINDS)
        .map(|(what, paths)| {
            let paths: Vec<&str> = paths.iter().copied().filter(|path| !path.is_empty()).collect();
            let message = if paths.is_empty() { (*what).to_owned() } else { format!("{}: {what}", named(&paths)) };
            note(message, if paths.iter().any(|path| is_special(case, path)) { UNPACKED } else { LOOK })
        })
        .collect();
    if kinds.len() > MOST_KINDS {
        let message = format!("{} more of other kinds were not understood", counted(kinds.len() - MOST_KINDS, "thing"));
        findings.push(note(message, "bayplan report --format json names all of them"));
    }
    Ruling::of(findings)
}

/// Links are packed as links here; other packers follow them.
pub(super) fn links(case: &Case<'_>) -> Ruling {
    let listing = &case.bundle.listing;
    let links: Vec<EntryId> = listing.entries().filter(|&entry| listing.kind(entry) == EntryKind::Link).collect();
    if links.is_empty() {
        return Ruling::passed();
    }
    let names: Vec<String> = links.iter().map(|&link| listing.shown_path(link)).collect();
    let message = format!(
        "{} {} counted as links ({}); zip -r, SAM, Serverless and CDK follow links and {}",
        counted(links.len(), "link"),
        is_or_are(links.len()),
        named(&names),
        followed(case, &links)
    );
    note(message, "pack with zip --symlinks or count on more bytes than shown here").into()
}

/// What a packer that follows links would make of these. A link to a link is followed one step: the bytes are the least.
fn followed(case: &Case<'_>, links: &[EntryId]) -> String {
    let targets = || links.iter().map(|link| case.bundle.facts.links.get(link).copied().unwrap_or(LinkTarget::Nowhere));
    let text: Bytes = links.iter().map(|&link| case.bundle.listing.length(link)).sum();
    let inside: Bytes = targets()
        .map(|target| match target {
            LinkTarget::Inside(bytes) => bytes,
            LinkTarget::Outside | LinkTarget::Nowhere => Bytes::ZERO,
        })
        .sum();
    let mut words = format!("would pack at least {} more", inside.less(text));
    let outside = targets().filter(|target| *target == LinkTarget::Outside).count();
    if outside > 0 {
        words.push_str(&format!(", and what lies behind {} that lead out of the bundle", counted(outside, "link")));
    }
    let nowhere = targets().filter(|target| *target == LinkTarget::Nowhere).count();
    if nowhere > 0 {
        words.push_str(&format!("; {} lead nowhere here", counted(nowhere, "link")));
    }
    words
}

/// Where a bucket's packages are found at run time. Layers merge into one tree; the others never do.
fn root(case: &Case<'_>, package: &Package, bucket: &Bucket) -> Option<String> {
    match bucket {
        Bucket::Function => Some("/var/task".to_owned()),
        Bucket::Layer(_) => Some(format!("/opt/{}", package.layer_folder.trim_end_matches('/'))),
        Bucket::Efs => Some(case.plan.function.mount.as_str().to_owned()),
        Bucket::LeftOut => None,
    }
}

/// Packages that share a folder or look for each other beside themselves.
pub(super) fn units(case: &Case<'_>) -> Ruling {
    let firsts = case.bundle.indexed().filter_map(|(index, _)| {
        let unit = case.bundle.unit(index);
        (unit.len() > 1 && unit.first() == Some(&index)).then_some(unit)
    });
    Ruling::of(firsts.filter_map(|unit| torn(case, &unit)))
}

fn torn(case: &Case<'_>, unit: &[PackageIndex]) -> Option<Finding> {
    let keys: Vec<PackageKey> = unit.iter().map(|&member| case.bundle.package(member).key.clone()).collect();
    let buckets: BTreeSet<Bucket> = keys.iter().map(|key| case.plan.bucket_of(key)).collect();
    let first = case.bundle.package(unit[0]);
    let roots: BTreeSet<Option<String>> = buckets.iter().map(|bucket| root(case, first, bucket)).collect();
    if roots.len() < 2 {
        return None;
    }
    let because = case.bundle.bound_because(unit[0]).unwrap_or("belong together");
    let places: Vec<String> = buckets.iter().map(Bucket::to_string).collect();
    let message = format!("{} {because}, but lie in {}", named(&keys), named(&places));
    let cure = "put them into one bucket";
    // What is left out on purpose is the user's word; what lies in two roots cannot be found for certain.
    let is_proven = roots.iter().flatten().count() > 1;
    let finding = if is_proven { error(message, cure) } else { warning(message, cure) };
    Some(Finding { packages: keys, buckets: buckets.into_iter().collect(), ..finding })
}

/// Code that opens its own files by path looks where they were.
pub(super) fn files_moved(case: &Case<'_>) -> Ruling {
    let moved = case.bundle.packages().iter().filter(|package| package.key.is_file());
    Ruling::of(moved.filter_map(|package| {
        let bucket = case.plan.bucket_of(&package.key);
        let root = match bucket {
            Bucket::Layer(_) | Bucket::Efs => root(case, package, &bucket)?,
            Bucket::Function | Bucket::LeftOut => return None,
        };
        let name = package.key.shown();
        let message = format!("{name} is one of your own files and will be {root}/{name} instead of /var/task/{name}");
        let cure = format!("let the code look for it there, or keep {name} in the function");
        Some(Finding { packages: vec![package.key.clone()], buckets: vec![bucket], ..warning(message, cure) })
    }))
}
