//! What holds of every build, whatever is in it.

use std::sync::Arc;

use bayplan::attribute::{Wanted, attribute, read_facts};
use bayplan::model::bundle::Bundle;
use bayplan::model::bytes::Bytes;
use bayplan::model::contents::{Content, Contents};
use bayplan::model::entry::EntryKind;
use bayplan::model::escape::visible;
use bayplan::model::finding::{Judged, Severity};
use bayplan::model::listing::Listing;
use bayplan::model::package::PackageKey;
use bayplan::model::plan::Plan;
use bayplan::model::target::Target;
use bayplan::model::watch::Unwatched;
use bayplan::model::zipped::ZippedSizes;
use bayplan::report::{Format, Report, Telling, render};
use bayplan::session::{Assessment, Background};

/// A build, read and judged.
pub struct Seen {
    /// Every byte with its owner.
    pub bundle: Arc<Bundle>,
    /// What the plan that puts everything into the function comes to.
    pub assessment: Assessment,
    plan: Plan,
    target: Target,
}

/// What runs a build.
pub fn target(runtime: &str) -> Target {
    Target { runtime: runtime.parse().ok(), architecture: "x86_64".parse().ok() }
}

/// What a verdict over a build alone rests on.
pub fn background(bundle: &Bundle) -> Background {
    Background {
        judged: Judged::Bundle,
        lock: None,
        deployed: None,
        today: None,
        unbuilt: None,
        zipped: Arc::new(ZippedSizes::of_listing(&bundle.listing)),
        artifacts: None,
    }
}

/// Reads and judges a build, and fails where something does not hold that holds of every one. `wanted` says what is read.
/// So that more can be tried, one build in four is read a second time, and one format of six is written.
pub fn looked_at(listing: &Arc<Listing>, contents: &dyn Contents, wanted: &Wanted, target: &Target) -> Seen {
    let seen = look(listing, contents, wanted, target);
    every_byte_has_one_owner(&seen.bundle);
    let turn = turn(listing, contents);
    nothing_raw_is_told(&seen, FORMATS[turn % FORMATS.len()]);
    if turn.is_multiple_of(4) {
        is_the_same(&seen, &look(listing, contents, wanted, target));
    }
    seen
}

const FORMATS: [Format; 6] =
    [Format::Text, Format::Json, Format::Markdown, Format::Github, Format::Gitlab, Format::Junit];

/// Whose turn it is: the same for the same bytes, and another for others.
fn turn(listing: &Listing, contents: &dyn Contents) -> usize {
    let files = listing.entries().filter(|&entry| listing.kind(entry) == EntryKind::File);
    let read = files.filter_map(|entry| contents.read(listing, entry, Bytes(4096)).ok());
    let sum = |content: Content| content.bytes.iter().map(|byte| usize::from(*byte)).sum::<usize>();
    read.map(sum).sum()
}

fn look(listing: &Arc<Listing>, contents: &dyn Contents, wanted: &Wanted, target: &Target) -> Seen {
    let facts = read_facts(listing, contents, wanted.clone(), &Unwatched);
    let bundle = Arc::new(attribute(listing.clone(), Arc::new(facts)));
    let mut plan = Plan::new("f");
    plan.function.target = target.clone();
    let assessment = Assessment::new(&bundle, &plan, target, &background(&bundle));
    Seen { bundle, assessment, plan, target: target.clone() }
}

/// Two readings of the same bytes come to the same.
pub fn is_the_same(one: &Seen, other: &Seen) {
    assert_eq!(one.bundle.facts, other.bundle.facts, "a second reading finds the same facts");
    assert_eq!(one.bundle.problems, other.bundle.problems);
    let owned = |seen: &Seen| -> Vec<Option<PackageKey>> {
        let owner = |entry| seen.bundle.owner(entry).map(|owner| seen.bundle.package(owner).key.clone());
        seen.bundle.listing.entries().map(owner).collect()
    };
    assert_eq!(owned(one), owned(other), "and the same owners");
    assert_eq!(one.assessment, other.assessment, "and judges the same");
}

/// Packages add up to the build, every file has one owner, no key occurs twice.
pub fn every_byte_has_one_owner(bundle: &Bundle) {
    let listing = &bundle.listing;
    assert_eq!(bundle.total(), listing.total(), "the packages add up to the build");
    for entry in listing.entries() {
        let is_directory = listing.kind(entry) == EntryKind::Directory;
        assert_eq!(bundle.owner(entry).is_none(), is_directory, "{}", listing.shown_path(entry));
    }
    let mut keys: Vec<&PackageKey> = bundle.packages().iter().map(|package| &package.key).collect();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), bundle.packages().len(), "no key occurs twice");
    for package in bundle.packages() {
        assert!(package.load().files > 0, "{} owns nothing", package.key);
        assert!(!package.tops.is_empty(), "{} has no place in the tree", package.key);
    }
}

/// What strangers wrote is spelled out wherever it is told: in keys, problems, findings and every report.
fn nothing_raw_is_told(seen: &Seen, format: Format) {
    let Seen { bundle, assessment, plan, target } = seen;
    for package in bundle.packages() {
        is_fit_to_print(package.key.as_str());
        is_fit_to_print(&package.title());
    }
    for problem in bundle.all_problems() {
        is_fit_to_print(&problem.path);
        is_fit_to_print(&problem.what);
    }
    for finding in &assessment.verdict.findings {
        is_fit_to_print(&finding.message);
        is_fit_to_print(&finding.cure);
    }
    let report = Report {
        bundle,
        plan,
        cargo: &assessment.cargo,
        graph: &bundle.graph(target),
        budgets: &assessment.budgets,
        verdict: &assessment.verdict,
        target,
        places: None,
        changed: None,
    };
    render(&report, format, Telling::Check(Severity::Error)).lines().for_each(is_fit_to_print);
    if format == Format::Text {
        render(&report, format, Telling::Report).lines().for_each(is_fit_to_print);
    }
}

/// No character in it makes a terminal do anything.
pub fn is_fit_to_print(text: &str) {
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    assert!(is_plain || visible(text) == text, "something in it does not show: {text:?}");
}

/// The same of several lines, such as an error's.
pub fn are_fit_to_print(lines: &str) {
    assert!(!lines.contains('\r'), "{lines:?}");
    lines.split('\n').for_each(is_fit_to_print);
}
