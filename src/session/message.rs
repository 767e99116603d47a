//! What can be said to a session, and what it asks for in return.

use serde::{Deserialize, Serialize};

use super::arranging::Arranged;
use super::bucket_pane::BucketCursor;
use super::drag::{Destination, Reach};
use super::export_pane::{ExportWish, Hindrance, Sheet};
use super::progress::{PackProgress, Progress};
use super::tree::{RowId, View};
use super::viewport::Viewport;
use super::workspace::{Opened, Workspace};
use crate::model::package::PackageKey;
use crate::model::zipped::Batch;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Message {
    /// The scan found more.
    Progress(Progress),
    /// The bundle is there, for the first time or after a rescan.
    Opened(Box<Opened>),
    /// The same, weighed and judged already beside the drawing; what is to be said first.
    Ready(Box<Workspace>, Option<String>),
    /// More zipped sizes are known.
    Zipped(Batch),
    /// Work outside failed, in words.
    Failed(String),
    /// Work outside is done, in words.
    Done(String),
    /// The plan is on disk.
    Saved {
        /// The plan as it was written, so that what was changed since stays unsaved.
        plan: Box<crate::model::plan::Plan>,
        /// Where, in words.
        words: String,
    },
    /// Packing is asked for; where it would go if nothing else is said.
    PackWhere(String),
    /// Packing has come further.
    Packing(PackProgress),
    /// Packing is over: done, in words, or not.
    Packed(Result<String, String>),
    /// What each tool would be given to deploy the plan with.
    Drafted {
        /// The plan as it was then.
        plan: Box<crate::model::plan::Plan>,
        /// What each would be given.
        sheets: Vec<Sheet>,
    },
    /// Something stands against exporting that the user may pass over.
    ExportHindered {
        /// What was to be written.
        wish: ExportWish,
        /// What stands against it.
        hindrance: Hindrance,
        /// That in words.
        words: String,
    },
    /// Exporting is over: done, in words, or not.
    Exported(Result<String, String>),
    /// The file of the plan changed on disk since it was read; saving needs a yes.
    SaveConflict(String),
    /// What fit said of the plan that it was asked about.
    Advised {
        /// The plan as it was then.
        plan: Box<crate::model::plan::Plan>,
        /// What it said.
        advice: Box<crate::model::proposal::Advice>,
    },
    /// The verdict on a plan that was too large to be judged at once.
    Judged {
        /// The plan as it was then.
        plan: Box<crate::model::plan::Plan>,
        /// What is said of it.
        verdict: Box<crate::model::finding::Verdict>,
    },
    /// Rows that were too many to be made at once.
    Arranged(Box<Arranged>),
    /// What the verdict would say after a drop that was asked about.
    Foreseen {
        /// The plan as the drop would leave it.
        plan: Box<crate::model::plan::Plan>,
        /// What would be said of it.
        verdict: Box<crate::model::finding::Verdict>,
    },
    /// The room that the panes have.
    Viewport(Viewport),
    /// A key's meaning.
    Act(Action),
    /// Text typed into whatever takes text.
    Type(char),
    /// Text pasted into whatever takes text.
    Paste(String),
    /// A click selects.
    Select(Place),
    /// A double click opens.
    Open(Place),
    /// The pointer pressed a package and left its row.
    Grab(PackageKey),
    /// The hand is over a bucket, or over nothing that takes packages.
    Hover(Option<Destination>),
    /// The hand takes more along, or less.
    Reach(Reach),
    /// The hand lets go.
    Drop,
    /// The hand lets go of nothing.
    Cancel,
    /// The wheel turns over a pane.
    Scroll {
        /// Where.
        place: Place,
        /// By how many rows, downwards.
        rows: isize,
    },
}

/// Something on the screen that can be pointed at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A row of the tree.
    Row(RowId),
    /// The tree, beside its rows.
    Tree,
    /// The tile that many small rows share.
    Rest,
    /// The name of a view.
    View(View),
    /// A package in a bucket, or the bucket itself.
    Bucket(BucketCursor),
    /// The list of findings.
    Findings,
    /// A choice of the list on top, counted from its first.
    Choice(usize),
    /// The overlay on top, beside its choices.
    Overlay,
}

/// Which way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Up, left, earlier.
    Back,
    /// Down, right, later.
    Forth,
}

/// What a key can mean. The names are those of `assets/keymap.toml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Cursor up.
    Up,
    /// Cursor down.
    Down,
    /// Open the row, or accept.
    Open,
    /// Close the row, or go to its parent.
    Close,
    /// Accept: open, drop, answer.
    Accept,
    /// To the first row.
    First,
    /// To the last row.
    Last,
    /// Half a page up.
    HalfPageUp,
    /// Half a page down.
    HalfPageDown,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// The next pane.
    NextPane,
    /// The previous pane.
    PreviousPane,
    /// To bucket n; in a move: drop there. The keymap names no number: it is the key's own digit.
    #[serde(skip)]
    Bucket(u8),
    /// Mark the package and step.
    Mark,
    /// Begin or end a range of marks.
    Range,
    /// Mark here and on the row below.
    RangeDown,
    /// Mark here and on the row above.
    RangeUp,
    /// Mark all, or none.
    MarkAll,
    /// Begin a move by keys.
    Move,
    /// Put down what is being moved.
    PutDown,
    /// To the bucket before.
    SendBack,
    /// To the bucket after.
    SendForth,
    /// Leave out.
    LeaveOut,
    /// Take back the last change.
    Undo,
    /// Do again what was taken back.
    Redo,
    /// Filter the tree.
    Filter,
    /// To the next match.
    NextMatch,
    /// To the previous match.
    PreviousMatch,
    /// Sort by size; again: the other way round.
    SortBySize,
    /// The next order.
    NextOrder,
    /// Unzipped or zipped sizes.
    ToggleZipped,
    /// Own sizes, what would go if it went, or with all that it needs.
    CycleSizes,
    /// Show the next view.
    NextView,
    /// Show the previous view.
    PreviousView,
    /// Close all rows.
    CloseAll,
    /// Open all packages.
    OpenAll,
    /// Details of the package under the cursor.
    Details,
    /// All findings with their cures.
    Findings,
    /// Propose the plan that fits with the least harm.
    Fit,
    /// The slimming rules.
    Slimming,
    /// Help.
    Help,
    /// Save plan and lock.
    Save,
    /// Pack the artifacts.
    Pack,
    /// What deploys the plan, looked at and written.
    Export,
    /// A new, empty layer.
    NewLayer,
    /// Another name for the layer under the cursor.
    Rename,
    /// The layer under the cursor one place earlier.
    LayerEarlier,
    /// The layer under the cursor one place later.
    LayerLater,
    /// Scan again.
    Rescan,
    /// Copy the path under the cursor.
    CopyPath,
    /// Mouse on or off.
    Mouse,
    /// A shell in the build's folder.
    Shell,
    /// Suspend the program.
    Suspend,
    /// Close the innermost thing.
    Escape,
    /// Quit.
    Quit,
    /// Quit and print plan and summary.
    QuitAndPrint,
    /// Quit; twice, whatever is open.
    Interrupt,
    /// Yes.
    Yes,
    /// No.
    No,
    /// Delete the letter before the cursor.
    DeleteBack,
    /// Delete the letter under the cursor.
    DeleteForth,
    /// Delete the word before the cursor.
    DeleteWord,
    /// Delete the whole line.
    DeleteLine,
    /// The text cursor to the left.
    TextLeft,
    /// The text cursor to the right.
    TextRight,
    /// The text cursor to the start.
    TextStart,
    /// The text cursor to the end.
    TextEnd,
}

/// What the session asks the world outside to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Leave.
    Quit,
    /// Leave, and print plan and summary.
    QuitAndPrint,
    /// Write plan and lock.
    Save {
        /// Even if the file changed since it was read.
        overwrite: bool,
    },
    /// Say where artifacts would be packed.
    AskWhereToPack,
    /// Pack into the folder of that name.
    Pack(String),
    /// Pack no further.
    CancelPack,
    /// Work out what each tool would be given, off the drawing thread.
    DraftExport,
    /// That is no longer looked at.
    EndDraft,
    /// Write what a tool is given.
    Export(ExportWish),
    /// Read the bundle again.
    Rescan,
    /// Judge the plan, off the drawing thread.
    Judge,
    /// Judge what letting go would make of the plan, off the drawing thread: the workspace has it as an
    /// [`Outlook`](super::Outlook).
    Foresee,
    /// Make the rows that the workspace waits for, off the drawing thread: it has them as an
    /// [`Arranging`](super::Arranging). What was asked for before is no longer wanted.
    Arrange,
    /// No rows are waited for any more.
    EndArranging,
    /// Look for the best plan, off the drawing thread.
    Fit,
    /// Give the terminal to a shell in the build's folder until it ends.
    Shell,
    /// Stop the process as Ctrl-z does.
    Suspend,
    /// Capture the mouse or let it go.
    CaptureMouse(bool),
    /// Put a text on the clipboard.
    Copy(String),
}

/// The last thing that happened, in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// Went as asked.
    Told(String),
    /// Was refused or failed.
    Refused(String),
}
