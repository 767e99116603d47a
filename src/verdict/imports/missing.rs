//! Modules that nothing on the search path has.

use super::super::Case;
use super::super::deployed::Tree;
use super::super::ruling::{Ruling, error, is_or_are, named, note, warning};
use super::base::Base;
use super::walked::Missing;
use super::{Import, Imported, library};
use crate::model::bucket::Bucket;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::finding::{Finding, Judged, Severity};
use crate::model::package::PackageIndex;
use crate::model::search_path::SOURCE;

/// In more folders than these nothing is looked for.
const MOST_FOLDERS: usize = 200;

/// What the runtime would name, first what it names first.
pub(in super::super) fn missing(case: &Case<'_>, import: &Import<'_>) -> Ruling {
    let imported = match import {
        Ok(imported) => imported,
        // Something may well be missing.
        Err(_) if case.target.runtime.is_none() && super::is_python(case) => {
            return Ruling::undecided("the runtime is not known, so imports are not followed; give --runtime");
        }
        Err(ruling) => return ruling.clone(),
    };
    if imported.missing.is_empty() {
        return match (imported.first.failure.is_some(), imported.first.broken) {
            (true, _) => Ruling::skipped("the handler's module is not there"),
            (false, Some(source)) => broken(case, imported, source),
            (false, None) => Ruling::passed(),
        };
    }
    let doubt = doubt(case, imported);
    let undecided = doubt.as_ref().filter(|doubt| doubt.is_ours).map(|doubt| doubt.words.clone());
    let findings = imported.missing.iter().enumerate().map(|(place, missing)| {
        let finding = finding(case, imported, missing, place);
        match &doubt {
            Some(doubt) => Finding {
                severity: Severity::Warning,
                message: format!("{}; {}", finding.message, doubt.words),
                ..finding
            },
            None => finding,
        }
    });
    Ruling { undecided, ..Ruling::of(findings) }
}

/// A source on the way that is no Python as bayplan reads it. It reads the newest syntax, and what an older Python alone
/// takes is rare, so the function will hardly start; but it is not proven.
fn broken(case: &Case<'_>, imported: &Imported<'_>, source: EntryId) -> Ruling {
    let path = case.bundle.listing.shown_path(source);
    let facts = case.bundle.facts.modules.as_ref().and_then(|modules| modules.get(&source));
    let why = facts.and_then(|facts| facts.broken.as_deref()).unwrap_or("it cannot be parsed");
    let message = format!("{path} is no Python: {why}; importing it fails, and the function would not start");
    let packages = case.bundle.owner(source).map(|owner| imported.deployed.key(owner).clone());
    let cure = format!("run python -m py_compile {path} with the runtime's Python, and mend what it says");
    let finding = Finding { packages: packages.into_iter().collect(), ..warning(message, cure) };
    Ruling { undecided: Some(format!("{path} cannot be parsed")), ..Ruling::from(finding) }
}

/// Why what seems to be missing may be there.
struct Doubt {
    words: String,
    /// Whether it is for bayplan that it is not known, not for the plan.
    is_ours: bool,
}

fn doubt(case: &Case<'_>, imported: &Imported<'_>) -> Option<Doubt> {
    let path = |entry: EntryId| case.bundle.listing.shown_path(entry);
    if let Some(source) = imported.first.unknown_path {
        let words = format!("{} changes sys.path in a way that is not known, so it may be found", path(source));
        return Some(Doubt { words, is_ours: true });
    }
    let foreign: Vec<&str> =
        case.plan.layers().iter().filter(|layer| layer.foreign().is_some()).map(|layer| layer.name.as_str()).collect();
    let searches_layers = imported.start.bases.iter().any(|base| matches!(base, Base::Folder(it) if it.is_opt));
    if !foreign.is_empty() && searches_layers {
        return Some(Doubt { words: format!("layer {} may have it", named(&foreign)), is_ours: false });
    }
    let (major, minor) = imported.start.version;
    let words = format!("what the standard library of Python {major}.{minor} has is not known");
    (!library(imported).is_recorded).then_some(Doubt { words, is_ours: false })
}

fn finding(case: &Case<'_>, imported: &Imported<'_>, missing: &Missing, place: usize) -> Finding {
    let Where { why, cure, packages, buckets } = whereabouts(case, imported, missing);
    let chain = chain(missing);
    let message = match place {
        0 => {
            let handler = case.plan.function.handler.as_ref().map(|handler| handler.as_str()).unwrap_or_default();
            let module = handler.rsplit_once('.').map_or(handler, |(module, _)| module);
            let module = printable(module.as_bytes());
            format!("Unable to import module '{module}': {} ({chain}); {why}", missing.words)
        }
        _ => format!("{} would be next ({chain}); {why}", missing.words),
    };
    Finding { packages, buckets, source: SOURCE.to_owned(), ..error(message, cure) }
}

/// `app → sklearn → scipy`: each package on the way once.
fn chain(missing: &Missing) -> String {
    let top = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
    let mut steps: Vec<String> = missing.chain.iter().map(|name| top(name)).collect();
    steps.dedup();
    // A module that is missing from a package that is there is named whole.
    steps.push(if steps.contains(&top(&missing.name)) { missing.name.clone() } else { top(&missing.name) });
    const MOST: usize = 8;
    if steps.len() > MOST {
        let kept = steps.split_off(steps.len() - 4);
        steps.truncate(3);
        steps.push("…".to_owned());
        steps.extend(kept);
    }
    steps.join(" → ")
}

/// Where something missing is instead.
struct Where {
    why: String,
    cure: String,
    packages: Vec<crate::model::package::PackageKey>,
    buckets: Vec<Bucket>,
}

fn whereabouts(case: &Case<'_>, imported: &Imported<'_>, missing: &Missing) -> Where {
    let asker = missing.importer.and_then(|source| case.bundle.owner(source));
    let holders = holders(case, imported, missing);
    let Some(&holder) = holders.first() else { return nowhere(case, missing, asker) };
    let (key, bucket) = (imported.deployed.key(holder).clone(), imported.deployed.bucket(holder).clone());
    let name = key.shown().to_owned();
    let (why, cure) = elsewhere(case, imported, holder, &name, missing);
    let packages = std::iter::once(key).chain(asker.map(|asker| imported.deployed.key(asker).clone())).collect();
    Where { why, cure, packages, buckets: vec![bucket] }
}

/// The packages of the bundle that have it, wherever they are put.
fn holders(case: &Case<'_>, imported: &Imported<'_>, missing: &Missing) -> Vec<PackageIndex> {
    let places = &imported.modules.name(missing.id).places;
    let files = places.iter().flat_map(|place| place.init.iter().chain(&place.files));
    let owners = files.filter_map(|file| case.bundle.owner(file.entry));
    let mut all: Vec<PackageIndex> =
        owners.chain(places.iter().flat_map(|place| place.holders.iter().copied())).collect();
    all.dedup();
    all
}

fn elsewhere(
    case: &Case<'_>,
    imported: &Imported<'_>,
    holder: PackageIndex,
    name: &str,
    missing: &Missing,
) -> (String, String) {
    let bucket = imported.deployed.bucket(holder);
    let root = imported.deployed.package(holder).root;
    let folder = case.bundle.listing.shown_path(root);
    let Some(tree) = Tree::of(bucket) else {
        return (format!("{name} is left out"), format!("put {name} back into the function or a layer"));
    };
    let is_searched = imported.start.bases.iter().any(|base| match base {
        Base::Folder(searched) => {
            let root = imported.deployed.root(holder);
            searched.tree == Some(tree) && searched.at.iter().any(|it| it.root == root && it.folder == root)
        }
        _ => false,
    });
    if is_searched && case.judged == Judged::Zip && root != EntryId::ROOT {
        let why = format!("{name} lies in {folder}/, which is not searched");
        let cure = format!("pack what is in {folder}/ at the zip's root, or set PYTHONPATH=/var/task/{folder}");
        return (why, cure);
    }
    if !is_searched {
        let at = if tree == Tree::Function { format!("{folder}/ of the function") } else { tree.to_string() };
        let cure = match crate::verdict::imports::base::needed(case).pythonpath() {
            Some(path) => format!("set PYTHONPATH={path}"),
            None => "take PYTHONPATH out of the plan: none is needed".to_owned(),
        };
        return (format!("{name} lies in {at}, which PYTHONPATH does not name"), cure);
    }
    let files = &imported.modules.name(missing.id).places;
    let entries = files.iter().flat_map(|place| place.init.iter().chain(&place.files)).map(|file| file.entry);
    let is_slimmed =
        entries.clone().next().is_some() && entries.clone().all(|it| imported.deployed.place(it).is_none());
    if is_slimmed {
        let cure = format!("add its files to [slim] keep, as \"{}/**\"", missing.name.replace('.', "/"));
        return (format!("slimming leaves it out of {name}"), cure);
    }
    let foreign: Vec<String> = entries.map(|entry| case.bundle.listing.shown_path(entry)).take(1).collect();
    let for_another = foreign.first().is_some_and(|path| path.ends_with(".so"));
    if for_another {
        let why = format!("{} is built for another Python or machine", foreign.join(""));
        return (why, "install the package with the runtime's Python, for its architecture".to_owned());
    }
    let top = missing.name.split('.').next().unwrap_or_default();
    (
        format!("{name} has it in {tree}, and Python finds another part of {top} first"),
        format!("put everything below {top}/ into one bucket"),
    )
}

fn nowhere(case: &Case<'_>, missing: &Missing, asker: Option<PackageIndex>) -> Where {
    if let Some(folder) = unsearched(case, missing.top()) {
        let folder = case.bundle.listing.shown_path(folder);
        let why = format!("{} lies in {folder}/, which is not searched", missing.top());
        let cure = format!("put what is in {folder}/ at the root, or set PYTHONPATH=/var/task/{folder}");
        return Where { why, cure, packages: Vec::new(), buckets: vec![Bucket::Function] };
    }
    let why = "nothing in the function, its layers, EFS or the runtime has it".to_owned();
    let packages = asker.map(|asker| case.bundle.package(asker).key.clone()).into_iter().collect();
    let top = missing.top().replace('_', "-");
    let graph = case.bundle.graph(case.target);
    let asked = asker.is_some_and(|asker| graph.needs(asker).iter().any(|need| need.name == top.to_lowercase()));
    let cure = match (asked, missing.name.contains('.')) {
        (true, _) => format!("add {top} to what the build installs"),
        (false, false) => "add the package that has it to what the build installs".to_owned(),
        (false, true) => "install a version of its package that has it".to_owned(),
    };
    Where { why, cure, packages, buckets: Vec::new() }
}

/// The folder at the root, or in one of those, that a module of your own lies in where nobody looks for it.
fn unsearched(case: &Case<'_>, module: &str) -> Option<EntryId> {
    let listing = &case.bundle.listing;
    let folders = |folder| listing.children(folder).filter(|&it| listing.kind(it) == EntryKind::Directory);
    let (package, file) = (format!("{module}/__init__.py"), format!("{module}.py"));
    let holds = |folder: &EntryId| [&package, &file].iter().any(|it| listing.find(*folder, it.as_bytes()).is_some());
    let is_yours = |folder: &EntryId| {
        let owner = case.bundle.owner(*folder).map(|owner| &case.bundle.package(owner).key);
        owner.is_none_or(|key| key.is_file() && case.plan.bucket_of(key) == Bucket::Function)
    };
    let tops: Vec<EntryId> = folders(EntryId::ROOT).filter(is_yours).take(MOST_FOLDERS).collect();
    let within = tops.iter().flat_map(|&top| folders(top).take(MOST_FOLDERS));
    tops.iter().copied().chain(within).find(holds)
}

/// What is imported only where its absence is caught, or when a function runs.
pub(in super::super) fn conditional(case: &Case<'_>, import: &Import<'_>) -> Ruling {
    let imported = match import {
        Ok(imported) => imported,
        Err(ruling) => return ruling.clone(),
    };
    let later = imported.first.later.iter().map(|missing| {
        let source = missing.importer.map(|source| case.bundle.listing.shown_path(source)).unwrap_or_default();
        let message = format!("{source} imports {} in a function, and nothing has it", missing.name);
        let cure = "add the package that has it to what the build installs, or make sure that the function never runs";
        let packages =
            missing.importer.and_then(|it| case.bundle.owner(it)).map(|it| imported.deployed.key(it).clone());
        Finding { packages: packages.into_iter().collect(), ..warning(message, cure) }
    });
    let caught = caught(case, imported);
    Ruling::of(later.chain(caught))
}

/// What your own files would take if it were there, and what the plan takes from those that would.
fn caught(case: &Case<'_>, imported: &Imported<'_>) -> Option<Finding> {
    let is_yours = |source: EntryId| case.bundle.owner(source).is_some_and(|it| imported.deployed.key(it).is_file());
    let concerns = |missing: &&Missing| {
        let was_there = !holders(case, imported, missing).is_empty();
        was_there || missing.importer.is_some_and(is_yours)
    };
    let mut names: Vec<&str> = imported.first.caught.iter().filter(concerns).map(|it| it.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let is_imported = |name: &&str| imported.missing.iter().any(|missing| missing.name == **name);
    names.retain(|name| !is_imported(name));
    (!names.is_empty()).then(|| {
        let are = is_or_are(names.len());
        let message = format!("{} {are} imported under a condition and not there", named(&names));
        note(message, "nothing needs to be done if the code does without")
    })
}

/// What could not be followed.
pub(in super::super) fn followed(case: &Case<'_>, import: &Import<'_>) -> Ruling {
    let imported = match import {
        Ok(imported) => imported,
        Err(ruling) => return ruling.clone(),
    };
    let told = [
        (imported.first.computed, "imports modules by names that it computes"),
        (imported.first.unread, "could not be read for its imports"),
        (imported.first.unknown_path, "changes sys.path in a way that cannot be followed"),
    ];
    let findings = told.into_iter().filter_map(|(source, what)| {
        let source = source?;
        let message =
            format!("{} {what}: whether those are there is not known", case.bundle.listing.shown_path(source));
        let packages = case.bundle.owner(source).map(|owner| imported.deployed.key(owner).clone());
        let finding = note(message, "try the function once, or look at what the file imports");
        Some(Finding { packages: packages.into_iter().collect(), ..finding })
    });
    Ruling::of(findings)
}
