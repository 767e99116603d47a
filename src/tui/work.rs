//! Work that the screen does not wait for: loading a bundle on a thread of its own; and saving.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};

use crate::model::bytes::Bytes;
use crate::model::escape::printable;
use crate::model::watch::Watch;
use crate::session::{Message, Opened, Progress, Workspace};
use crate::workflow::{self, LoadOptions, Loaded, PlanFile, SaveError};

/// What is open, and how to open it again.
pub(super) struct Desk {
    path: PathBuf,
    options: LoadOptions,
    /// The plan's file, known once something is open; shared with the thread that loads.
    plan_file: Arc<Mutex<Option<PlanFile>>>,
}

/// A load under way. Dropping it says that it is no longer wanted.
pub(super) struct Job {
    loading: Arc<Loading>,
    receiver: Receiver<Message>,
}

impl Job {
    /// What came of the load, once it is done.
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
        Desk { path: path.to_owned(), options: options.clone(), plan_file: Arc::default() }
    }

    /// Begins to load; what comes of it arrives as one message.
    pub(super) fn load(&self) -> Job {
        let loading = Arc::new(Loading::default());
        loading.progress.lock().unwrap_or_else(PoisonError::into_inner).doing = "scanning".to_owned();
        loading.changed.store(true, Ordering::Relaxed);
        let (sender, receiver) = channel();
        let (path, options, watch, plan_file) =
            (self.path.clone(), self.options.clone(), loading.clone(), self.plan_file.clone());
        std::thread::spawn(move || {
            let message = match workflow::load(&path, &options, &*watch) {
                Ok(loaded) => Message::Opened(Box::new(opened(loaded, &plan_file))),
                Err(error) => Message::Failed(error.to_string()),
            };
            // Nobody listens any more if the user has left.
            let _ = sender.send(message);
        });
        Job { loading, receiver }
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

fn opened(loaded: Loaded, plan_file: &Mutex<Option<PlanFile>>) -> Opened {
    let words = loaded.words();
    // A rescan keeps the session's plan, so what its file said when that plan was read still counts.
    plan_file.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(loaded.plan_file);
    Opened { bundle: loaded.bundle, plan: loaded.plan, target: loaded.target, background: loaded.background, words }
}
