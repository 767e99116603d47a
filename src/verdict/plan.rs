//! The plan as such: its handler, its packages, its target, what it accepts.

use std::collections::BTreeSet;

use super::ruling::{Ruling, error, example_runtime, is_or_are, named, note, warning};
use super::{Case, accept, java, rules};
use crate::model::bucket::Bucket;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::finding::{Finding, Judged};
use crate::model::folders::stays_in_place;
use crate::model::package::{Ecosystem, PackageKey};
use crate::model::shape::Handler;
use crate::model::spelling::nearest;
use crate::model::target::Runtime;

/// The endings that a handler's module may have, by the start of the runtime's name.
const MODULES: &[(&str, &[&str])] = &[
    ("python", &[".py", ".pyc", ".so", "/__init__.py", "/__init__.pyc"]),
    ("nodejs", &[".js", ".mjs", ".cjs"]),
    ("ruby", &[".rb"]),
];

/// Whether what Lambda calls is there.
pub(super) fn handler(case: &Case<'_>) -> Ruling {
    if case.target.runtime.as_ref().is_some_and(|runtime| runtime.family() == "provided") {
        return Ruling::skipped("a custom runtime makes of the handler what it likes");
    }
    let Some(handler) = &case.plan.function.handler else {
        let example = match case.bundle.main_ecosystem() {
            Some(Ecosystem::Node) => "index.handler",
            Some(Ecosystem::Java) => "com.example.App::handle",
            _ => "app.handler",
        };
        let cure = format!("write handler = \"{example}\" into the plan, or give --handler");
        return note("the handler is not known, so nothing tells whether its module is there", cure).into();
    };
    if case.target.runtime.as_ref().is_some_and(|runtime| runtime.family() == "java") {
        return java::handler(case, handler);
    }
    let endings = match endings(case.target.runtime.as_ref()) {
        Some(endings) => endings,
        None => return Ruling::skipped(format!("handlers of {} are not looked into", case.target)),
    };
    if !handler.as_str().contains('.') {
        let message = format!("handler \"{handler}\" has no dot; Lambda wants a module and a function");
        return error(message, "write it as module.function, such as app.handler").into();
    }
    match module_owner(case, handler, &endings) {
        Some(owner) if case.plan.bucket_of(&owner) == Bucket::LeftOut => {
            let message = format!("the handler's module lies in {owner}, which is left out");
            Finding { packages: vec![owner], ..error(message, "put it back into the function") }.into()
        }
        Some(owner) if case.bundle.find(&owner).is_some_and(|index| case.cargo.load(index).files == 0) => {
            let message = format!("slimming leaves out all of {owner}, which holds the handler's module");
            Finding { packages: vec![owner], ..error(message, "add it to [slim] keep in the plan") }.into()
        }
        Some(_) => within_one_folder(case, handler),
        None => missing_module(case, handler),
    }
}

/// A zip of the folder instead of what is in it: that works only where Lambda is told so.
fn within_one_folder(case: &Case<'_>, handler: &Handler) -> Ruling {
    let listing = &case.bundle.listing;
    let mut tops = listing.children(EntryId::ROOT);
    let (Some(only), None) = (tops.next(), tops.next()) else { return Ruling::passed() };
    let folder = listing.shown_path(only);
    let Some(inner) = handler.as_str().strip_prefix(&format!("{folder}/")) else { return Ruling::passed() };
    let message = format!("everything lies in {folder}/, so Lambda has to be told the handler {handler}");
    note(message, format!("if it is told {inner}, put what is in {folder}/ at the root")).into()
}

/// The module's path. Of Ruby it ends at the first dot: `app.Orders::Handler.process` lies in `app.rb`.
fn module_path(case: &Case<'_>, handler: &Handler) -> String {
    let is_ruby = case.target.runtime.as_ref().is_some_and(|runtime| runtime.family() == "ruby");
    let file = handler.as_str().split('.').next().filter(|_| is_ruby);
    file.map_or_else(|| handler.module_path(), |file| file.trim_matches('/').to_owned())
}

/// All endings where the runtime is not known; `None` where its handlers do not name a file.
fn endings(runtime: Option<&Runtime>) -> Option<Vec<&'static str>> {
    let of = |family: &&(&str, &'static [&'static str])| runtime.is_none_or(|it| it.as_str().starts_with(family.0));
    let endings: Vec<&str> = MODULES.iter().filter(of).flat_map(|(_, endings)| endings.iter().copied()).collect();
    (!endings.is_empty()).then_some(endings)
}

fn module_owner(case: &Case<'_>, handler: &Handler, endings: &[&str]) -> Option<PackageKey> {
    let listing = &case.bundle.listing;
    let module = module_path(case, handler);
    let roots: BTreeSet<EntryId> = match case.judged {
        Judged::Zip => BTreeSet::from([EntryId::ROOT]),
        // Packing puts every package at the root of its artifact, unless it stays where it was built.
        _ => {
            let moved = case.bundle.packages().iter().filter(|package| !stays_in_place(case.plan, package));
            moved.map(|package| package.root).chain([EntryId::ROOT]).collect()
        }
    };
    let entry = roots.into_iter().find_map(|root| {
        endings.iter().find_map(|ending| listing.find(root, format!("{module}{ending}").as_bytes())).or_else(|| {
            let (folder, name) = module.rsplit_once('/').unwrap_or(("", &module));
            let start = format!("{name}.");
            let is_module = |entry: &EntryId| {
                let file = listing.name(*entry);
                file.starts_with(start.as_bytes()) && endings.iter().any(|ending| file.ends_with(ending.as_bytes()))
            };
            listing.children(listing.find(root, folder.as_bytes())?).find(is_module)
        })
    })?;
    let is_file = listing.kind(entry) != EntryKind::Directory;
    case.bundle.owner(entry).filter(|_| is_file).map(|owner| case.bundle.package(owner).key.clone())
}

fn missing_module(case: &Case<'_>, handler: &Handler) -> Ruling {
    let module = crate::model::escape::printable(module_path(case, handler).as_bytes());
    let message = format!("handler \"{handler}\" names the module {module}, which the bundle does not have");
    let cure = where_it_may_be(case, handler, &module);
    let foreign: Vec<&str> =
        case.plan.layers().iter().filter(|layer| layer.foreign().is_some()).map(|layer| layer.name.as_str()).collect();
    if foreign.is_empty() && case.target.runtime.is_some() {
        return error(message, cure).into();
    }
    let doubt = if foreign.is_empty() {
        "the runtime is not known".to_owned()
    } else {
        format!("layer {} may have it", named(&foreign))
    };
    warning(format!("{message}; {doubt}"), cure).into()
}

/// A bundle of another language, a folder that was zipped instead of what is in it, or a mistake.
fn where_it_may_be(case: &Case<'_>, handler: &Handler, module: &str) -> String {
    let endings = endings(case.target.runtime.as_ref()).unwrap_or_default();
    let listing = &case.bundle.listing;
    let is_there = |folder: &EntryId| {
        endings.iter().any(|ending| listing.find(*folder, format!("{module}{ending}").as_bytes()).is_some())
    };
    if let Some(folder) = listing.children(EntryId::ROOT).find(is_there) {
        let folder = listing.shown_path(folder);
        return format!("{module} lies in {folder}/: put what is in it at the root, or name \"{folder}/{handler}\"");
    }
    match (&case.target.runtime, case.bundle.main_ecosystem()) {
        (Some(runtime), Some(ecosystem)) if !ecosystem.runs_on(runtime) => {
            let other = example_runtime(case.bundle);
            format!("its packages are not for {runtime}: name a runtime of theirs, such as {other}")
        }
        _ => "correct the handler in the plan, or build the module into the bundle".to_owned(),
    }
}

/// Keys of the plan that this build lacks stay in the plan: the next build may have them.
pub(super) fn unknown_packages(case: &Case<'_>) -> Ruling {
    let unknown: Vec<PackageKey> =
        case.plan.placements().keys().filter(|key| case.bundle.find(key).is_none()).cloned().collect();
    if unknown.is_empty() {
        return Ruling::passed();
    }
    let are = is_or_are(unknown.len());
    let message = format!("{} {are} placed by the plan but not in this bundle", named(&unknown));
    let finding = note(message, "nothing needs to be done; take them out of the plan if they are gone for good");
    Finding { packages: unknown, ..finding }.into()
}

/// An acceptance that has ended is void, and somebody should know.
pub(super) fn ignore_expired(case: &Case<'_>) -> Ruling {
    if case.plan.check.ignore.is_empty() {
        return Ruling::skipped("the plan accepts no finding");
    }
    let ended = case.plan.check.ignore.iter().filter(|ignore| accept::has_ended(ignore, case));
    Ruling::of(ended.map(|ignore| {
        let until = ignore.until.as_deref().unwrap_or_default();
        let message = format!("the acceptance of {} ended on {until} and counts no longer", ignore.finding);
        let cure = "cure the finding, or accept it anew in [check] with a later day";
        Finding { packages: ignore.package.iter().cloned().collect(), ..warning(message, cure) }
    }))
}

/// A mistyped id accepts nothing.
pub(super) fn ignore_unknown(case: &Case<'_>) -> Ruling {
    if case.plan.check.ignore.is_empty() {
        return Ruling::skipped("the plan accepts no finding");
    }
    let is_known = |id: &str| rules::RULES.iter().any(|rule| rule.id == id);
    let unknown = case.plan.check.ignore.iter().filter(|ignore| !is_known(&ignore.finding));
    Ruling::of(unknown.map(|ignore| {
        let message = format!("the plan accepts \"{}\", which is no rule of this bayplan", ignore.finding);
        note(message, "correct the id in [check] or take the line out; bayplan check names every rule's id")
    }))
}

/// What is not known of the target cannot be judged.
pub(super) fn target_known(case: &Case<'_>) -> Ruling {
    let mut findings = Vec::new();
    match &case.target.runtime {
        None => findings.push(note(
            "the runtime is not known, and nothing in the bundle tells it",
            format!("write runtime = \"{}\" into the plan, or give --runtime", example_runtime(case.bundle)),
        )),
        Some(runtime) if runtime.facts().is_none() => findings.push(not_known(runtime)),
        Some(_) => {}
    }
    if case.target.architecture.is_none() {
        findings.push(note(
            "the architecture is not known, and nothing in the bundle tells it",
            "write architecture = \"x86_64\" or \"arm64\" into the plan, or give --arch",
        ));
    }
    Ruling::of(findings)
}

/// A version that came after this bayplan, or a slip of the pen.
fn not_known(runtime: &Runtime) -> Finding {
    let message = format!("{runtime} is not among the runtimes that this bayplan knows");
    let is_of_a_known_kind =
        Runtime::known().any(|known| known.parse().is_ok_and(|known: Runtime| known.family() == runtime.family()));
    let near = nearest(runtime.as_str(), Runtime::known().map(|known| (known, known)));
    match is_of_a_known_kind || near.is_empty() {
        true => note(message, "check its name; what depends on the runtime is not judged"),
        false => error(message, format!("name {} instead", near.join(" or "))),
    }
}
