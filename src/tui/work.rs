//! Work that the screen does not wait for: loading a bundle on a thread of its own; and saving.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};

use super::export_work::ExportJob;
use super::pack_work::PackJob;
use crate::fit::Wishes;
use crate::model::bundle::Bundle;
use crate::model::bytes::Bytes;
use crate::model::escape::printable;
use crate::model::watch::Watch;
use crate::model::zipped::Generation;
use crate::pack::Files;
use crate::session::{Message, Opened, Progress, Workspace};
use crate::workflow::{self, LoadOptions, Loaded, Packing, PlanFile, SaveError, ZippedWish};

/// What is open, and how to open it again.
pub(super) struct Desk {
    path: PathBuf,
    options: LoadOptions,
    /// The plan's file, known once something is open; shared with the thread that loads.
    plan_file: Arc<Mutex<Option<PlanFile>>>,
    /// What is open; shared with the thread that loads.
    open: Arc<Mutex<Option<Open>>>,
    /// Counts the loads, so that what was measured for an earlier one is not mixed in.
    generation: Generation,
}

/// A bundle with its files. One that is scanned anew has others, which must not be taken for these.
struct Open {
    /// Which load it came from.
    generation: Generation,
    bundle: Arc<Bundle>,
    files: Arc<Files>,
}

/// A load under way. Dropping it says that it is no longer wanted.
pub(super) struct Job {
    loading: Arc<Loading>,
    receiver: Receiver<Message>,
}

impl Job {
    /// What came of the load, then zipped sizes as they become known; disconnected when all is done.
    pub(super) fn try_receive(&self) -> Result<Message, TryRecvError> {
        self.receiver.try_recv()
    }

    /// What was found so far, if there is anything new.
    pub(super) fn progress(&self) -> Option<Progress> {
        self.loading.progress()
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.loading.cancelled.store(true, Ordering::Relaxed);
    }
}

/// What a load and the screen tell each other.
#[derive(Default)]
struct Loading {
    cancelled: AtomicBool,
    progress: Mutex<Progress>,
    changed: AtomicBool,
}

impl Loading {
    fn progress(&self) -> Option<Progress> {
        self.changed
            .swap(false, Ordering::Relaxed)
            .then(|| self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
}

impl Watch for Loading {
    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn found(&self, top_level: &[u8], files: u64, bytes: Bytes) {
        let mut progress = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        let row = progress.rows.entry(printable(top_level)).or_default();
        row.0 += files;
        row.1 += bytes;
        self.changed.store(true, Ordering::Relaxed);
    }
}

impl Desk {
    pub(super) fn new(path: &Path, options: &LoadOptions) -> Desk {
        Desk {
            path: path.to_owned(),
            options: options.clone(),
            plan_file: Arc::default(),
            open: Arc::default(),
            generation: Generation::default(),
        }
    }

    /// Begins to load, and then to measure zipped sizes for the plan of whoever goes on with it; what comes of it arrives
    /// as messages.
    pub(super) fn load(&mut self, going_on: Option<&Workspace>) -> Job {
        self.generation.0 += 1;
        let loading = Arc::new(Loading::default());
        loading.progress.lock().unwrap_or_else(PoisonError::into_inner).doing = "scanning".to_owned();
        loading.changed.store(true, Ordering::Relaxed);
        let (sender, receiver) = channel();
        // The first frame waits for no deflating: it shows an estimate, and exact sizes follow.
        let wish = self.options.zipped;
        let options = LoadOptions {
            zipped: if wish == ZippedWish::None { wish } else { ZippedWish::Estimate },
            generation: self.generation,
            packs: true,
            bytecode: going_on.map(|workspace| workspace.plan().pack.bytecode),
            ..self.options.clone()
        };
        let measures = matches!(wish, ZippedWish::Auto | ZippedWish::Exact);
        let desk = Shared { plan_file: self.plan_file.clone(), open: self.open.clone() };
        let (path, watch) = (self.path.clone(), loading.clone());
        // Where the system gives no thread, the job is over at once, and its receiver says so.
        let work = move || load_and_measure(&path, &options, measures, &watch, &desk, &sender);
        let _ = std::thread::Builder::new().spawn(work);
        Job { loading, receiver }
    }

    /// Looks for the best plan on a thread of its own; what it found arrives as a message.
    pub(super) fn fit(&self, workspace: &Workspace) -> Receiver<Message> {
        let (sender, receiver) = channel();
        let question = workflow::Question::of_workspace(workspace);
        let refused = sender.clone();
        let work = move || {
            let work = || workflow::advise(&question, &Wishes::default());
            let message = match std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)) {
                Ok(advice) => Message::Advised { plan: Box::new(question.plan.clone()), advice: Box::new(advice) },
                Err(_) => Message::Failed("fit broke off, which is a bug of bayplan; the plan is as it was".to_owned()),
            };
            // Nobody listens any more if the user has left.
            let _ = sender.send(message);
        };
        if let Err(error) = std::thread::Builder::new().spawn(work) {
            let _ = refused.send(Message::Failed(format!("fit cannot work: {error}")));
        }
        receiver
    }

    /// The folder of what is open: the build itself, or where its zip lies; for the demo, where the user stands.
    pub(super) fn folder(&self) -> PathBuf {
        if self.path.is_dir() {
            return self.path.clone();
        }
        let beside = self.path.parent().filter(|folder| folder.is_dir());
        beside.unwrap_or(Path::new(".")).to_owned()
    }

    /// Where artifacts are packed if nothing else is said.
    pub(super) fn artifacts(&self) -> String {
        let file = self.plan_file.lock().unwrap_or_else(PoisonError::into_inner);
        file.as_ref().map(|file| file.artifacts().to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Begins to pack the plan on the screen.
    pub(super) fn pack(&self, workspace: &Workspace, out: &Path) -> Result<PackJob, String> {
        let files = self.files_of(workspace).ok_or_else(|| "it is being scanned again; pack it then".to_owned())?;
        Ok(PackJob::begin(workspace, files, out))
    }

    /// The files of the bundle on the screen; `None`: others have been listed since, and are about to come.
    fn files_of(&self, workspace: &Workspace) -> Option<Arc<Files>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.as_ref().filter(|open| Arc::ptr_eq(&open.bundle, &workspace.bundle)).map(|open| open.files.clone())
    }

    /// Begins to work out what each tool would be given for the plan on the screen.
    pub(super) fn draft(&self, workspace: &Workspace) -> Option<ExportJob> {
        let files = self.files_of(workspace)?;
        let file = self.plan_file.lock().unwrap_or_else(PoisonError::into_inner).clone()?;
        Some(ExportJob::begin(workspace, files, file, self.options.clone()))
    }

    /// Writes plan and lock; what came of it, as a message.
    pub(super) fn save(&self, workspace: &Workspace, overwrite: bool) -> Message {
        let mut file = self.plan_file.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(plan_file) = file.as_mut() else {
            return Message::Failed("nothing is open yet".to_owned());
        };
        let plan = workspace.plan();
        match workflow::save_plan(plan_file, plan, &workspace.target, &workspace.bundle, overwrite) {
            Ok(saved) => Message::Saved { plan: Box::new(plan.clone()), words: saved.to_string() },
            Err(SaveError::Changed(words)) => Message::SaveConflict(words),
            Err(error) => Message::Failed(error.to_string()),
        }
    }
}

/// What the thread that loads leaves on the desk.
struct Shared {
    plan_file: Arc<Mutex<Option<PlanFile>>>,
    open: Arc<Mutex<Option<Open>>>,
}

impl Shared {
    /// A load that nobody wants any more may come late.
    fn open(&self, open: Open) {
        let mut last = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|last| last.generation.0 < open.generation.0) {
            *last = Some(open);
        }
    }
}

/// What a thread of its own does. A panic in it is a bug, but it must not cost the user the plan on the screen: it is
/// said, and the rest goes on.
fn load_and_measure(
    path: &Path,
    options: &LoadOptions,
    measures: bool,
    watch: &Loading,
    desk: &Shared,
    sender: &Sender<Message>,
) {
    let work = || match workflow::load(path, options, watch) {
        Ok(loaded) => hand_over(loaded, options, measures, watch, desk, sender),
        // Nobody listens any more if the user has left; then there is nobody to tell.
        Err(error) => drop(sender.send(Message::Failed(error.to_string()))),
    };
    if std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).is_err() {
        let words = "reading the bundle broke off, which is a bug of bayplan; what is shown may be incomplete";
        let _ = sender.send(Message::Failed(words.to_owned()));
    }
}

fn hand_over(
    loaded: Loaded,
    options: &LoadOptions,
    measures: bool,
    watch: &Loading,
    desk: &Shared,
    sender: &Sender<Message>,
) {
    let words = loaded.words();
    let Loaded { bundle, files, plan, plan_file: file, target, background, graph } = loaded;
    // A rescan keeps the session's plan, so what its file said when that plan was read still counts.
    desk.plan_file.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(file);
    let files = Arc::new(files);
    desk.open(Open { generation: options.generation, bundle: bundle.clone(), files: files.clone() });
    let zipped = background.zipped.clone();
    let opened =
        Opened { bundle: bundle.clone(), plan: plan.clone(), target: target.clone(), graph, background, words: None };
    // Weighing and judging a large bundle takes longer than a frame.
    let workspace = Box::new(Workspace::new(opened));
    if sender.send(Message::Ready(workspace, words)).is_ok() && measures {
        let mut deliver = |batch| drop(sender.send(Message::Zipped(batch)));
        // Cancelled means that nobody wants the rest.
        let packing = Packing { bundle: &bundle, files: &files, plan: &plan, target: &target };
        let _ = workflow::measure(&packing, &zipped, options, watch, &mut deliver);
    }
}
