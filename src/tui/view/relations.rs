//! The part of the details about other packages: why it is here, what goes with it, what it is a duplicate of.

use super::details::Sheet;
use crate::model::bytes::Certainty;
use crate::model::duplicates::brought_by_layers;
use crate::model::graph::{Asked, Fit, Holds, Need};
use crate::model::package::PackageIndex;
use crate::session::Workspace;

/// How many lines each kind of thing gets.
const MOST: usize = 30;
const MOST_CHAINS: usize = 8;

pub(super) fn describe(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    if workspace.bundle.package(index).facts.is_some() {
        describe_sizes(sheet, workspace, index);
        sheet.gap();
        describe_askers(sheet, workspace, index);
        describe_company(sheet, workspace, index);
        describe_needs(sheet, workspace, index);
    }
    describe_duplicates(sheet, workspace, index);
}

fn describe_sizes(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    let sizes = workspace.sizes()[index.0 as usize];
    sheet.field("retained", &format!("{}: it and what would go with it", sizes.retained));
    sheet.field("+ needs", &format!("{}: it and all that it needs", sizes.with_needs));
}

/// Who asked, and how it comes to be here.
fn describe_askers(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    let graph = &workspace.graph;
    let names = |packages: &[PackageIndex]| {
        let names = packages.iter().take(MOST).map(|&package| workspace.bundle.package(package).key.shown());
        let more = packages.len().saturating_sub(MOST);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        names.collect::<Vec<_>>().join(", ") + &more
    };
    match graph.needed_by(index) {
        [] => sheet.field("needed by", "nothing in this build"),
        askers => sheet.field("needed by", &names(askers)),
    }
    if graph.is_root(index) {
        let why = match graph.asked() {
            Asked::ByName if workspace.bundle.requested(workspace.bundle.package(index)) == Some(true) => {
                "it was asked for by name"
            }
            Asked::ByName | Asked::NotTold => "nothing that was asked for leads to it, so it is taken to be wanted",
        };
        sheet.field("here because", why);
    }
    for (number, chain) in graph.chains(index, MOST_CHAINS).iter().enumerate() {
        let names: Vec<&str> = chain.iter().map(|&step| workspace.bundle.package(step).key.shown()).collect();
        sheet.field(if number == 0 { "here because" } else { "" }, &names.join(" → "));
    }
}

/// What goes if it goes, largest first.
fn describe_company(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    let size = |package: PackageIndex| workspace.assessment.cargo.load(package).unzipped;
    let mut company = workspace.graph.goes_with(index);
    company.sort_by_key(|&package| (std::cmp::Reverse(size(package)), package));
    for (number, &package) in company.iter().take(MOST).enumerate() {
        let label = if number == 0 { "goes with it" } else { "" };
        sheet.field(label, &format!("{} {}", workspace.bundle.package(package).title(), size(package)));
    }
    if company.len() > MOST {
        sheet.field("", &format!("and {} more", company.len() - MOST));
    }
}

/// Needs that the build does not answer as it should.
fn describe_needs(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    let told = workspace.graph.needs(index).iter().filter_map(|need| Some((need, flaw(need)?)));
    for (number, (need, flaw)) in told.take(MOST).enumerate() {
        sheet.field(if number == 0 { "look at" } else { "" }, &format!("{}: {flaw}", need.text));
    }
}

fn flaw(need: &Need) -> Option<&'static str> {
    match (need.package, need.fit, need.holds) {
        (None, _, Holds::Perhaps) => Some("not in this build, and perhaps needed"),
        (None, ..) => Some("not in this build"),
        (Some(_), Fit::Outside, _) => Some("another version is here"),
        _ => None,
    }
}

fn describe_duplicates(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    let bundle = &workspace.bundle;
    let duplicates = bundle.duplicates().of_package(bundle, index);
    for repeated in &duplicates.distributions {
        let titles: Vec<String> = repeated.packages.iter().map(|&it| bundle.package(it).title()).collect();
        sheet.field("several times", &format!("{}: {} wasted", titles.join(", "), repeated.wasted));
    }
    for same in duplicates.contents.iter().take(MOST) {
        let paths: Vec<String> = same.entries.iter().take(4).map(|&entry| bundle.listing.shown_path(entry)).collect();
        let sign = if same.certainty == Certainty::Exact { "the same content" } else { "the same name and length" };
        sheet.field("twice", &format!("{}: {sign}, {} wasted", paths.join(", "), same.wasted));
    }
    for (_, layer) in brought_by_layers(bundle, workspace.plan()).iter().filter(|(package, _)| *package == index) {
        sheet.field("several times", &format!("layer {layer} brings it too"));
    }
}
