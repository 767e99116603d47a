//! Floor 2: the interactive program without a terminal.
//!
//! A [`Session`] changes by [`Message`]s alone and answers with [`Effect`]s: what the world outside is to do. Mouse,
//! keys, scripts and tests speak the same messages; no coordinate, key or file gets in here. It could run in a browser.

mod applies;
mod arranging;
mod assessment;
mod bucket_pane;
mod drag;
mod drag_line;
mod export_pane;
mod fit_pane;
mod foresight;
mod hints;
mod history;
mod key_names;
mod message;
mod next_step;
mod overlay;
mod preview;
mod progress;
mod tree;
mod update;
mod viewport;
mod views;
mod workspace;

pub use arranging::{Arranged, Arranging};
pub use assessment::{Assessment, Background};
pub use bucket_pane::{BucketCursor, BucketPane, Shelf};
pub use drag::{Company, Destination, Drag, Hand, Reach};
pub use drag_line::Phrase;
pub use export_pane::{ExportPane, ExportWish, Hindrance, Sheet, SheetLine};
pub use fit_pane::{FitPane, Telling};
pub use foresight::{Foresight, Outlook, Subject};
pub use hints::{Hint, Hints};
pub use key_names::KeyNames;
pub use message::{Action, Direction, Effect, Message, Notice, Place};
pub use next_step::NextStep;
pub use overlay::{Overlay, Prompt, PromptPurpose, Question};
pub use preview::{Landing, Preview};
pub use progress::{PackProgress, Progress};
pub use tree::{
    Map, Measure, Order, Room, Row, RowId, RowKind, RowList, Scope, Tile, Tree, View, Way, Whose, Zoom, squarify,
};
pub use viewport::Viewport;
pub use workspace::{Focus, Opened, Workspace};

use crate::model::budget::Budgets;

/// The whole state of the interactive program.
#[derive(Debug)]
pub struct Session {
    /// What is open, as the header names it.
    pub title: String,
    /// Scanning, or at work.
    pub stage: Stage,
    /// What lies over the panes, the innermost last.
    pub overlays: Vec<Overlay>,
    /// The last thing that happened, in a line.
    pub notice: Option<Notice>,
    /// How far packing is, while it goes on.
    pub packing: Option<PackProgress>,
    /// Whether the mouse is captured.
    pub mouse: bool,
    /// How the keys are called that sentences speak of.
    pub keys: KeyNames,
    /// What the demo has still to show.
    pub hints: Option<Hints>,
    /// Whether to leave as soon as the plan is saved.
    leaves_when_saved: bool,
    /// What to export as soon as the plan is saved.
    exports_when_saved: Option<ExportWish>,
}

/// How far the program is.
#[derive(Debug)]
pub enum Stage {
    /// Owners are not known yet; rows grow.
    Scanning(Progress),
    /// Everything works.
    Open(Box<Workspace>),
}

impl Session {
    /// A session whose scan has just begun.
    pub fn scanning(title: String, mouse: bool, keys: KeyNames) -> Session {
        let stage = Stage::Scanning(Progress::default());
        Session {
            title,
            stage,
            overlays: Vec::new(),
            notice: None,
            packing: None,
            mouse,
            keys,
            hints: None,
            leaves_when_saved: false,
            exports_when_saved: None,
        }
    }

    /// The workspace, once there is one.
    pub fn workspace(&self) -> Option<&Workspace> {
        match &self.stage {
            Stage::Open(workspace) => Some(workspace),
            Stage::Scanning(_) => None,
        }
    }

    /// The workspace, to be changed.
    pub(crate) fn workspace_mut(&mut self) -> Option<&mut Workspace> {
        match &mut self.stage {
            Stage::Open(workspace) => Some(workspace),
            Stage::Scanning(_) => None,
        }
    }

    /// Rows that are shown no more, if they are many: whoever takes them frees them where no frame waits for that.
    pub fn take_leftover(&mut self) -> Option<RowList> {
        self.workspace_mut()?.tree.take_leftover()
    }

    /// The hint to show, while there is one.
    pub fn hint(&self) -> Option<Hint> {
        self.hints.as_ref()?.current(&self.keys, self.workspace()?)
    }

    /// The budgets to show: those that a proposal, or letting go, would make.
    pub fn shown_budgets(&self) -> Option<&Budgets> {
        let proposed = match self.overlays.last() {
            Some(Overlay::Fit(pane)) => pane.budgets.as_ref(),
            _ => None,
        };
        proposed.or_else(|| self.workspace().map(Workspace::shown_budgets))
    }

    /// The line about what is in the hand, in parts; what was refused meanwhile is among them.
    pub fn drag_words(&self) -> Option<Vec<Phrase>> {
        let mut parts = self.workspace()?.drag_words(&self.keys)?;
        if let Some(Notice::Told(words) | Notice::Refused(words)) = &self.notice {
            parts.insert(1.min(parts.len()), Phrase::same(words.clone()));
        }
        Some(parts)
    }

    /// Whether quitting now would lose something.
    pub fn has_unsaved_plan(&self) -> bool {
        self.workspace().is_some_and(Workspace::is_dirty)
    }
}
