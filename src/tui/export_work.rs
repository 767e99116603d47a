//! Working out what each tool would be given, on a thread of its own; and writing it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::deploy::{Shape, Tool};
use crate::model::escape::printable;
use crate::model::plan::Plan;
use crate::model::watch::Watch;
use crate::pack::Files;
use crate::session::{ExportWish, Hindrance, Message, Sheet, Workspace};
use crate::workflow::{self, Draft, Existing, ExportFailure, LoadOptions, Packing, PlanFile};

/// Drafting, and what came of it. Dropped, it works on nothing any more.
pub(super) struct ExportJob {
    plan: Plan,
    cancelled: Arc<Cancelled>,
    receiver: Receiver<Drafted>,
    draft: Option<Draft>,
}

/// What was worked out, and how each tool is given it; or why it cannot be.
type Drafted = Result<(Draft, Vec<Sheet>), String>;

#[derive(Default)]
struct Cancelled(AtomicBool);

impl Watch for Cancelled {
    fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for ExportJob {
    fn drop(&mut self) {
        self.cancelled.0.store(true, Ordering::Relaxed);
    }
}

impl ExportJob {
    /// Begins to work it out for the plan as it is on the screen.
    pub(super) fn begin(workspace: &Workspace, files: Arc<Files>, file: PlanFile, options: LoadOptions) -> ExportJob {
        let (sender, receiver) = channel();
        let cancelled = Arc::new(Cancelled::default());
        let (shown, watch) = (workspace.clone(), cancelled.clone());
        let plan = workspace.plan().clone();
        std::thread::spawn(move || draft(&shown, &files, &file, &options, &*watch, &sender));
        ExportJob { plan, cancelled, receiver, draft: None }
    }

    /// What was worked out since.
    pub(super) fn report(&mut self) -> Option<Message> {
        if self.draft.is_some() {
            return None;
        }
        let sheets = match self.receiver.try_recv() {
            Ok(Ok((draft, sheets))) => {
                self.draft = Some(draft);
                sheets
            }
            Ok(Err(why)) => nothing(&why),
            // Said once already.
            Err(_) => return None,
        };
        Some(Message::Drafted { plan: Box::new(self.plan.clone()), sheets })
    }

    /// Writes what is wished for, unless something stands against it.
    pub(super) fn write(&self, wish: ExportWish) -> Message {
        let Some(draft) = &self.draft else {
            return Message::Exported(Err("what would be written is still being worked out".to_owned()));
        };
        if let Some(words) = draft.objection(wish.tool).filter(|_| !wish.despite.contains(&Hindrance::Errors)) {
            return Message::ExportHindered { wish, hindrance: Hindrance::Errors, words };
        }
        let existing = match wish.despite.contains(&Hindrance::Existing) {
            true => Existing::Replace,
            false => Existing::Refuse,
        };
        match try_to_write(draft, &wish, existing) {
            Ok(words) => Message::Exported(Ok(words)),
            Err(ExportFailure::Exists(file)) => {
                let words = format!("{} is there already.", printable(file.as_os_str().as_encoded_bytes()));
                Message::ExportHindered { wish, hindrance: Hindrance::Existing, words }
            }
            Err(failure) => Message::Exported(Err(failure.to_string())),
        }
    }
}

/// Where it went, and what comes next.
fn try_to_write(draft: &Draft, wish: &ExportWish, existing: Existing) -> Result<String, ExportFailure> {
    let folder = Path::new(&wish.folder);
    let files = draft.files(wish.tool, wish.shape, Some(folder))?;
    let written = workflow::write_files(draft.source(), folder, &files, existing)?.files;
    let written: Vec<String> = written.iter().map(|path| printable(path.as_os_str().as_encoded_bytes())).collect();
    let next = draft.next(wish.tool, wish.shape);
    Ok(match &written[..] {
        [file] => format!("wrote {file}; next: {next}"),
        files => format!("wrote {} files into {}; next: {next}", files.len(), wish.folder),
    })
}

/// What a thread of its own does. A panic in it is a bug, but it must not cost the user the plan on the screen.
fn draft(
    workspace: &Workspace,
    files: &Files,
    file: &PlanFile,
    options: &LoadOptions,
    watch: &dyn Watch,
    sender: &Sender<Drafted>,
) {
    let (bundle, plan, target) = (&*workspace.bundle, workspace.plan(), &workspace.target);
    let packing = Packing { bundle, files, plan, target };
    let work = || {
        let assessment = workflow::assess_as_loaded(&packing, workspace.background(), options, watch);
        let draft = Draft::new(&packing, file, &assessment, None, watch).map_err(|error| error.to_string())?;
        let sheets = sheets(&draft);
        Ok((draft, sheets))
    };
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
    // Nobody listens any more if it was cancelled.
    let _ = sender.send(outcome.unwrap_or_else(|_| Err("it broke off, which is a bug of bayplan".to_owned())));
}

/// What each tool would be given, in each shape.
fn each(sheet: impl Fn(Tool, Shape) -> Sheet) -> Vec<Sheet> {
    let shapes = |tool| [Shape::Complete, Shape::Fragment].map(|shape| (tool, shape));
    Tool::ALL.into_iter().flat_map(shapes).map(|(tool, shape)| sheet(tool, shape)).collect()
}

fn sheets(draft: &Draft) -> Vec<Sheet> {
    each(|tool, shape| {
        let folder = draft.folder(tool);
        let files = draft.files(tool, shape, Some(&folder)).map_err(|failure| failure.to_string());
        Sheet::new(tool, shape, folder.to_string_lossy().into_owned(), files)
    })
}

fn nothing(why: &str) -> Vec<Sheet> {
    each(|tool, shape| Sheet::new(tool, shape, String::new(), Err(why.to_owned())))
}
