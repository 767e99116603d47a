//! Packing on a thread of its own, while the screen goes on.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::model::bytes::{Bytes, counted};
use crate::model::watch::Watch;
use crate::pack::{Effort, Files, Look, Reuse};
use crate::session::{PackProgress, Workspace};
use crate::workflow::{self, Errors, Outcome, PackFailure, PackOptions, Packing};

/// Packing under way. Dropped, it is cancelled and waited for, so that nothing half-made stays.
pub(super) struct PackJob {
    working: Arc<Working>,
    receiver: Receiver<Result<String, String>>,
    thread: Option<JoinHandle<()>>,
    began: Instant,
    all: Bytes,
}

/// What the work and the screen tell each other.
#[derive(Default)]
struct Working {
    cancelled: AtomicBool,
    done: AtomicU64,
}

impl Watch for Working {
    fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn packed(&self, bytes: Bytes) {
        self.done.fetch_add(bytes.0, Ordering::Relaxed);
    }
}

impl PackJob {
    /// Begins to pack the plan as it is on the screen.
    pub(super) fn begin(workspace: &Workspace, files: Arc<Files>, out: &Path) -> PackJob {
        let working = Arc::new(Working::default());
        let (sender, receiver) = channel();
        let (bundle, plan, target) = (workspace.bundle.clone(), workspace.plan().clone(), workspace.target.clone());
        let background = workspace.background().clone();
        let options = options(out);
        let all = {
            let packing = Packing { bundle: &bundle, files: &files, plan: &plan, target: &target };
            workflow::bytes_to_pack(&packing, &background.zipped)
        };
        let watch = working.clone();
        let work = move || {
            let packing = Packing { bundle: &bundle, files: &files, plan: &plan, target: &target };
            let outcome = workflow::pack(&packing, &background, &options, &*watch);
            // Nobody listens any more if it was cancelled.
            let _ = sender.send(outcome.map(|outcome| words(&outcome)).map_err(|failure| why(&failure)));
        };
        // Where the system gives no thread, packing has broken off, and the receiver says so.
        let thread = std::thread::Builder::new().spawn(work).ok();
        PackJob { working, receiver, thread, began: Instant::now(), all }
    }

    /// What came of it, in words.
    pub(super) fn try_receive(&self) -> Result<Result<String, String>, TryRecvError> {
        self.receiver.try_recv()
    }

    /// Ends it and says what came of it: it may have been done already. It looks up often, so the wait is short.
    pub(super) fn cancel(mut self) -> Result<String, String> {
        self.end();
        self.receiver.try_recv().unwrap_or_else(|_| Err("packing broke off; nothing was packed".to_owned()))
    }

    fn end(&mut self) {
        self.working.cancelled.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Option<PackProgress> {
        let done = Bytes(self.working.done.load(Ordering::Relaxed));
        Some(PackProgress { done, all: self.all, seconds: self.began.elapsed().as_secs() })
    }
}

impl Drop for PackJob {
    fn drop(&mut self) {
        self.end();
    }
}

fn options(out: &Path) -> PackOptions {
    PackOptions {
        out: out.to_owned(),
        reuse: Reuse::AsItLies,
        look: Look::Headers,
        effort: Effort::Usual,
        errors: Errors::Refuse,
    }
}

fn words(outcome: &Outcome) -> String {
    let Outcome { out, manifest, .. } = outcome;
    let bytes: Bytes = manifest.artifacts.iter().map(|zip| zip.bytes).sum();
    let zips = counted(manifest.artifacts.len() as u64, "zip");
    let tree = manifest.efs.as_ref().map_or(String::new(), |tree| format!(" and {} for EFS", tree.bytes));
    let out = crate::model::escape::printable(out.as_os_str().as_encoded_bytes());
    format!("packed {zips} of {bytes}{tree} into {out}; manifest.json says the rest")
}

fn why(failure: &PackFailure) -> String {
    match failure {
        PackFailure::Judged(_) => {
            format!("{failure}; the findings say the cures, bayplan pack --force packs all the same")
        }
        _ => failure.to_string(),
    }
}
