//! Files that a bundler made of many and that nothing beside them opens: what would make it tell.

use super::Case;
use super::deployed::Deployed;
use super::ruling::{Ruling, named, note};
use crate::model::bytes::Bytes;
use crate::model::entry::EntryId;
use crate::model::finding::Finding;
use crate::model::inside::{Bundler, Inside};

const ESBUILD: &str = "esbuild --metafile=meta.json, or --sourcemap";
const WEBPACK: &str = "webpack's devtool: \"hidden-source-map\"";

/// Whether every large bundled file tells what it was made of.
pub(super) fn opened(case: &Case<'_>) -> Ruling {
    if case.bundle.facts.inside.is_none() {
        return Ruling::skipped("bundled files were not looked into");
    }
    let deployed = Deployed::new(case);
    let closed: Vec<(EntryId, Option<Bundler>)> = case
        .bundle
        .insides()
        .filter(|(entry, _)| deployed.place(*entry).is_some())
        .filter_map(|(entry, inside)| match inside {
            Inside::Closed(bundler) => Some((entry, *bundler)),
            Inside::Told(_) => None,
        })
        .collect();
    if closed.is_empty() {
        return Ruling::passed();
    }
    let listing = &case.bundle.listing;
    let names: Vec<String> = closed.iter().map(|(entry, _)| listing.shown_path(*entry)).collect();
    let bytes: Bytes = closed.iter().map(|(entry, _)| listing.length(*entry)).sum();
    let be = if closed.len() == 1 { "looks" } else { "look" };
    let message = format!(
        "{} ({bytes}) {be} like one file made of many, and nothing beside {} tells of which packages",
        named(&names),
        if closed.len() == 1 { "it" } else { "them" }
    );
    let packages = deployed.keys(closed.iter().filter_map(|(entry, _)| case.bundle.owner(*entry)));
    Finding { packages, bytes: Some(bytes), ..note(message, cure(&closed)) }.into()
}

fn cure(closed: &[(EntryId, Option<Bundler>)]) -> String {
    let is_all = |wanted: Bundler| closed.iter().all(|(_, bundler)| *bundler == Some(wanted));
    let switch = if is_all(Bundler::Esbuild) {
        ESBUILD.to_owned()
    } else if is_all(Bundler::Webpack) {
        WEBPACK.to_owned()
    } else {
        format!("{ESBUILD}, or {WEBPACK}")
    };
    format!(
        "let the build write it beside the file: {switch}; it need not be deployed: exclude = [\"**/*.map\"] in [slim] \
         leaves maps out"
    )
}
