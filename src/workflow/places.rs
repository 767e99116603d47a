//! Where findings are to be mended: the line of the plan, of requirements.txt, pyproject.toml or package.json.
//!
//! A finding about a setting points at the setting. One about packages points at the line that puts them where they are,
//! or, where another build would cure it, at the line that asks for them; a package that nobody asks for by name is
//! there for another that somebody does. What nothing leads to stands at the top of the plan, or of the bundle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::path::{Path, PathBuf};

use super::files::read_text;
use super::load::Loaded;
use super::shown;
use crate::attribute::manifest_lines;
use crate::model::finding::{Finding, Verdict};
use crate::model::listing::Source;
use crate::model::package::PackageKey;
use crate::model::place::{Place, Places};
use crate::planfile::PlanLines;
use crate::verdict;

/// What people ask for packages in.
const MANIFESTS: [&str; 3] = ["requirements.txt", "pyproject.toml", "package.json"];
/// The word in `assets/rules.toml` for what asks for the packages.
const REQUIREMENTS: &str = "requirements";
/// Where pipelines lay out the repository that their reports name files of.
const ROOTS: [&str; 2] = ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"];

/// The places of a verdict's findings.
pub fn places(loaded: &Loaded, verdict: &Verdict) -> Places {
    let pointer = Pointer::new(loaded);
    Places { findings: verdict.findings.iter().map(|it| pointer.place(it)).collect(), whole: pointer.whole() }
}

struct Pointer<'a> {
    loaded: &'a Loaded,
    /// The plan's text and how its file is called; `None`: there is no plan.
    plan: Option<(String, PlanLines<'a>)>,
    requirements: BTreeMap<PackageKey, Place>,
}

impl<'a> Pointer<'a> {
    fn new(loaded: &'a Loaded) -> Pointer<'a> {
        let file = &loaded.plan_file;
        let lines = file.text.as_deref().and_then(PlanLines::new);
        Pointer {
            loaded,
            plan: lines.map(|lines| (from_root(&file.path), lines)),
            requirements: requirements(&folders(loaded)),
        }
    }

    fn place(&self, finding: &Finding) -> Place {
        let at = verdict::explain(finding.id).and_then(|rule| rule.at);
        let asked = || self.asked(finding);
        let of_rule = match at {
            Some(REQUIREMENTS) => asked(),
            Some(setting) => self.in_plan(|lines| lines.setting(setting)),
            None => None,
        };
        of_rule
            .or_else(|| self.in_plan(|lines| finding.packages.iter().find_map(|package| lines.package(package))))
            .or_else(asked)
            .or_else(|| self.in_plan(|lines| finding.buckets.iter().find_map(|bucket| lines.bucket(bucket))))
            .unwrap_or_else(|| self.whole())
    }

    fn in_plan(&self, line: impl FnOnce(&PlanLines<'a>) -> Option<usize>) -> Option<Place> {
        let (path, lines) = self.plan.as_ref()?;
        Some(Place { path: path.clone(), line: line(lines)? })
    }

    fn whole(&self) -> Place {
        Place::top(match (&self.plan, &self.loaded.bundle.listing.source) {
            (Some((plan, _)), _) => plan.clone(),
            (None, Source::Directory(path) | Source::Zip(path, _)) => from_root(path),
            (None, Source::Demo) => "demo:".to_owned(),
        })
    }

    /// The line that asks for one of the packages, else for what needs them, nearest first.
    fn asked(&self, finding: &Finding) -> Option<Place> {
        let named = |key: &PackageKey| self.requirements.get(key).cloned();
        finding.packages.iter().find_map(named).or_else(|| {
            let Loaded { bundle, graph, .. } = self.loaded;
            let mut waiting: VecDeque<_> = finding.packages.iter().filter_map(|key| bundle.find(key)).collect();
            let mut seen: BTreeSet<_> = waiting.iter().copied().collect();
            while let Some(package) = waiting.pop_front() {
                if let Some(place) = named(&bundle.package(package).key) {
                    return Some(place);
                }
                waiting.extend(graph.needed_by(package).iter().copied().filter(|&it| seen.insert(it)));
            }
            None
        })
    }
}

/// Where somebody may ask for packages: beside the plan, where the user stands, beside the build.
fn folders(loaded: &Loaded) -> Vec<PathBuf> {
    let beside = |path: &Path| path.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf);
    let mut folders = vec![beside(&loaded.plan_file.path), PathBuf::from(".")];
    match &loaded.bundle.listing.source {
        Source::Directory(path) => folders.extend([beside(path), path.clone()]),
        Source::Zip(path, _) => folders.push(beside(path)),
        Source::Demo => return Vec::new(),
    }
    folders
}

/// Each kind of manifest from the first folder that has it. One that cannot be read leads nowhere.
fn requirements(folders: &[PathBuf]) -> BTreeMap<PackageKey, Place> {
    let mut places = BTreeMap::new();
    for name in MANIFESTS {
        let mut paths = folders.iter().map(|folder| folder.join(name));
        let found = paths.find_map(|path| Some((read_text(&path).ok()??, path)));
        let Some((text, path)) = found else { continue };
        for (key, line) in manifest_lines(name, &text) {
            places.entry(key).or_insert_with(|| Place { path: from_root(&path), line });
        }
    }
    places
}

/// A path as the repository's hosts know it: from the repository's root, else from where the user stands.
fn from_root(path: &Path) -> String {
    let roots = ROOTS.iter().filter_map(|name| std::env::var_os(name).map(PathBuf::from));
    let roots = roots.filter(|root| root.is_absolute()).chain(std::env::current_dir());
    let whole = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let below = roots.filter_map(|root| std::fs::canonicalize(root).ok()).find_map(|root| {
        let parts: Vec<String> = whole.strip_prefix(root).ok()?.iter().map(|part| shown(Path::new(part))).collect();
        (!parts.is_empty()).then(|| parts.join("/"))
    });
    below.unwrap_or_else(|| shown(path))
}
