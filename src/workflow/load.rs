//! From a path to everything that screen, check and report need.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::files::{FileError, read_text};
use super::inspect::InspectError;
use super::locate::{DEMO, NotTaken, OpenedPlan, PlanFile, find_plan};
use super::whose::build_name;
use super::zipped::{ZippedWish, first_sizes, settle};
use super::{deployed, nearby, shown, today};
use crate::attribute::{self, Wanted};
use crate::model::bundle::Bundle;
use crate::model::edit::Refusal;
use crate::model::finding::Judged;
use crate::model::graph::Graph;
use crate::model::listing::Source;
use crate::model::lock::Lock;
use crate::model::plan::{BytecodeMode, Plan};
use crate::model::shape::Handler;
use crate::model::target::{Architecture, Runtime, Target};
use crate::model::watch::Watch;
use crate::model::zipped::Generation;
use crate::pack::Files;
use crate::planfile::{PlanError, parse_lock};
use crate::scan::{self, ScanError};
use crate::session::Background;
use crate::verdict::{Unbuilt, build_command};

/// What the user may say beside the path.
#[derive(Clone, Debug, Default)]
pub struct LoadOptions {
    /// The plan's file.
    pub plan: Option<PathBuf>,
    /// The runtime, whatever plan and bundle say.
    pub runtime: Option<Runtime>,
    /// The architecture, whatever plan and bundle say.
    pub architecture: Option<Architecture>,
    /// The handler, whatever the plan says.
    pub handler: Option<Handler>,
    /// What is deployed so far: a lock, packed artifacts, a zip or a folder.
    pub from: Option<PathBuf>,
    /// How well zipped sizes are to be known.
    pub zipped: ZippedWish,
    /// Where zipped sizes are kept between runs; `None`: nowhere.
    pub cache: Option<PathBuf>,
    /// Whether every entry of a zip is unpacked to see whether it is whole.
    pub bodies: bool,
    /// Whether packing is to follow: then what it would have to read again is noted, and the sizes of a zip are exact.
    pub packs: bool,
    /// What becomes of bytecode, whatever the plan's file says: a session that goes on has a plan of its own.
    pub bytecode: Option<BytecodeMode>,
    /// Which scan of the program this is, so that what was measured for an earlier one is not mixed in.
    pub generation: Generation,
}

/// A bundle with its plan and all that the verdict rests on.
pub struct Loaded {
    /// What the build made.
    pub bundle: Arc<Bundle>,
    /// The bundle's files.
    pub files: Files,
    /// The plan that was found, or a new one.
    pub plan: Plan,
    /// Where it is saved.
    pub plan_file: PlanFile,
    /// What it runs on: as the command line says, else the plan, else as the bundle tells.
    pub target: Target,
    /// Who needs whom.
    pub graph: Arc<Graph>,
    /// What the verdict rests on besides.
    pub background: Background,
}

impl Loaded {
    /// What is to be said first; `None` where nothing is out of the ordinary.
    pub fn words(&self) -> Option<String> {
        if let Some(unbuilt) = &self.background.unbuilt {
            return Some(format!("these are sources: {} stands here and nothing is installed", unbuilt.manifest));
        }
        if let Some(NotTaken { file, build }) = &self.plan_file.not_taken {
            let (file, build) = (shown(file), shown(build));
            let own = shown(&self.plan_file.path);
            let own = match self.plan_file.text {
                Some(_) => format!("this build has its own in {own}"),
                None => format!("one of this build's own would be saved in {own}"),
            };
            return Some(format!("{file} is the plan of {build} and not taken; {own}"));
        }
        self.plan_file.text.as_ref().map(|_| format!("continues {}", shown(&self.plan_file.path)))
    }
}

/// Why something could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The bundle.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// A plan or lock, as a file.
    #[error(transparent)]
    File(FileError),
    /// What the plan says.
    #[error("{0}:{1}")]
    Plan(String, PlanError),
    /// What the lock says.
    #[error("{0}:{1}\nbayplan check --update writes it anew")]
    Lock(String, PlanError),
    /// A plan was named where its sizes are needed, and it has no lock.
    #[error("{0} has no lock beside it that says what its packages weigh\nbayplan check --update writes one")]
    NoLock(String),
    /// A folder of artifacts whose manifest cannot be read.
    #[error(transparent)]
    Artifacts(#[from] InspectError),
    /// Sizes that do not count the same.
    #[error(
        "{0} holds packed artifacts, which are slimmed, and {1} is none of them\ncompare artifacts with artifacts, or locks \
         with locks"
    )]
    OtherMeasure(String, String),
    /// The handler of the command line lies elsewhere in the plan.
    #[error("--handler: {0}; put it back into the function first")]
    Handler(Refusal),
}

/// Loads everything.
pub fn load(path: &Path, options: &LoadOptions, watch: &dyn Watch) -> Result<Loaded, LoadError> {
    let opened = find_plan(path, options)?;
    let lock = read_lock(&opened.file)?;
    put_together(path, options, opened, lock, watch)
}

/// Loads everything but the lock, to write it anew.
pub fn load_without_lock(path: &Path, options: &LoadOptions, watch: &dyn Watch) -> Result<Loaded, LoadError> {
    put_together(path, options, find_plan(path, options)?, None, watch)
}

/// Loads a bundle alone, with what reads its files.
pub fn load_bundle(path: &Path, watch: &dyn Watch) -> Result<(Bundle, Files), ScanError> {
    load_wanting(path, Wanted::VERDICT, watch)
}

fn load_wanting(path: &Path, wanted: Wanted, watch: &dyn Watch) -> Result<(Bundle, Files), ScanError> {
    // On a thread of those that share the work, so that none has to wait for another wherever there is little of it.
    rayon::scope(|_| {
        let scan::Scanned { listing, contents } = scan::open_reading(path, attribute::read_of_each, watch)?;
        let read = attribute::read(listing, &*contents, wanted, watch);
        Ok((read.ok_or_else(|| ScanError::Cancelled(path.to_owned()))?, contents.into()))
    })
}

fn put_together(
    path: &Path,
    options: &LoadOptions,
    opened: OpenedPlan,
    lock: Option<Lock>,
    watch: &dyn Watch,
) -> Result<Loaded, LoadError> {
    let planned = opened.plan.as_ref().and_then(|plan| plan.function.handler.as_ref());
    let wanted = Wanted::VERDICT.started_by(options.handler.as_ref().or(planned));
    let wanted = if options.bodies { wanted.with_bodies() } else { wanted };
    let mode = options.bytecode.or(opened.plan.as_ref().map(|plan| plan.pack.bytecode)).unwrap_or_default();
    let is_hashed = options.packs && mode == BytecodeMode::HashBased;
    let wanted = if is_hashed { wanted.to_be_packed() } else { wanted };
    let (bundle, files) = load_wanting(path, wanted, watch)?;
    let guessed = attribute::guess_target(&bundle);
    let wanted = Target { runtime: options.runtime.clone(), architecture: options.architecture };
    let judged = judged(&bundle.listing.source, opened.plan.is_some());
    let (mut plan, target) = match opened.plan {
        Some(mut plan) => {
            // What the command line says goes into the plan, so that what is saved was made for one target.
            plan.function.target = wanted.or(plan.function.target);
            let target = plan.function.target.clone().or(guessed);
            (plan, target)
        }
        None => {
            let target = wanted.or(guessed);
            (new_plan(&bundle, &target), target)
        }
    };
    plan.pack.bytecode = mode;
    set_handler(&mut plan, options)?;
    let unbuilt = unbuilt(path, &bundle, &target);
    let zipped = Arc::new(first_sizes(&bundle, &plan, &target, options));
    let deployed =
        options.from.as_deref().map(|old| deployed::state(old, &bundle, &plan, watch)).transpose()?.map(Arc::new);
    let background = Background { judged, lock, deployed, today: Some(today()), unbuilt, zipped, artifacts: None };
    // What every verdict asks for is made side by side.
    let (graph, _) = rayon::join(|| bundle.graph(&target), || (bundle.suspects(), bundle.duplicates()));
    let bundle = Arc::new(bundle);
    let mut loaded = Loaded { bundle, files, plan, plan_file: opened.file, target, graph, background };
    settle(&mut loaded, options, watch);
    Ok(loaded)
}

fn read_lock(file: &PlanFile) -> Result<Option<Lock>, LoadError> {
    // A lock without its plan says what was planned once, which is nobody's plan any more.
    if file.text.is_none() {
        return Ok(None);
    }
    let path = file.lock_path();
    let Some(text) = read_text(&path)? else { return Ok(None) };
    parse_lock(&text).map(Some).map_err(|error| LoadError::Lock(shown(&path), error))
}

fn judged(source: &Source, has_plan: bool) -> Judged {
    match (has_plan, source) {
        (true, _) => Judged::Plan,
        (false, Source::Zip(..)) => Judged::Zip,
        (false, _) => Judged::Bundle,
    }
}

/// Everything in one function, called as its folder or zip, with what the bundle tells of itself.
fn new_plan(bundle: &Bundle, target: &Target) -> Plan {
    let mut plan = Plan::new(&new_name(&bundle.listing.source));
    // No build can be mistaken for the recording.
    plan.function.source = matches!(bundle.listing.source, Source::Demo).then(|| DEMO.to_owned());
    plan.function.target = target.clone();
    if let [handler] = &bundle.facts.handlers[..] {
        plan.function.handler = Handler::try_from(handler.clone()).ok();
    }
    plan
}

fn new_name(source: &Source) -> String {
    match source {
        Source::Directory(path) | Source::Zip(path, _) => build_name(path),
        Source::Demo => "recommender".to_owned(),
    }
}

fn set_handler(plan: &mut Plan, options: &LoadOptions) -> Result<(), LoadError> {
    let Some(handler) = &options.handler else { return Ok(()) };
    plan.function.handler = Some(handler.clone());
    match plan.placements().keys().find(|key| plan.holds_handler(key)) {
        Some(elsewhere) => Err(LoadError::Handler(Refusal::HandlerStays(elsewhere.clone()))),
        None => Ok(()),
    }
}

fn unbuilt(path: &Path, bundle: &Bundle, target: &Target) -> Option<Unbuilt> {
    let sources = attribute::source_folder(&bundle.listing)?;
    let command = sources.manifests.iter().find_map(|manifest| build_command(manifest, target));
    Some(Unbuilt { manifest: sources.manifests.join(", "), command, builds: nearby::builds(path) })
}
