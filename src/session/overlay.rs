//! What can lie over the panes: help, details, findings, a question, a line to type.

use tui_input::Input;

use super::export_pane::{ExportPane, ExportWish, Hindrance};
use super::fit_pane::FitPane;
use crate::deploy::{Shape, Tool};
use crate::model::bucket::LayerName;
use crate::model::offers::Offer;
use crate::model::package::PackageKey;

/// Something that lies over the panes and takes the keys first.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// All keys, filtered by what is typed.
    Help {
        /// The filter.
        filter: Input,
        /// Rows scrolled past.
        scroll: usize,
    },
    /// All findings with their cures.
    Findings {
        /// The one under the cursor; behind the findings stand the rules.
        cursor: usize,
    },
    /// Everything about one package.
    Details {
        /// Which.
        package: PackageKey,
        /// Rows scrolled past.
        scroll: usize,
    },
    /// What fit proposes.
    Fit(FitPane),
    /// The slimming rules.
    Slimming {
        /// What each would free and risk.
        offers: Vec<Offer>,
        /// The one under the cursor.
        cursor: usize,
    },
    /// What tools would be given to deploy the plan with.
    Export(ExportPane),
    /// A question with yes and no; no is the default.
    Ask(Question),
    /// A line of text.
    Prompt(Prompt),
}

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Quit although the plan is not saved?
    QuitUnsaved,
    /// Write over a file that somebody else changed?
    Overwrite(String),
    /// Export despite something?
    Export {
        /// What is to be written.
        wish: ExportWish,
        /// Despite what.
        hindrance: Hindrance,
        /// That in words.
        words: String,
    },
}

/// A line of text being typed.
#[derive(Clone, Debug)]
pub struct Prompt {
    /// What it is for.
    pub purpose: PromptPurpose,
    /// The text so far.
    pub input: Input,
    /// What was wrong with the last try.
    pub error: Option<String>,
}

/// What a typed line is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PromptPurpose {
    /// Filter the tree while typing.
    Filter,
    /// Another name for a layer.
    RenameLayer(LayerName),
    /// The folder that artifacts are packed into.
    PackFolder,
    /// The folder that a tool's files are exported to.
    ExportFolder(Tool, Shape),
}

impl Overlay {
    /// Whether it is the help.
    pub fn is_help(&self) -> bool {
        matches!(self, Overlay::Help { .. })
    }

    /// Rows scrolled past, for those that scroll.
    pub fn scroll_mut(&mut self) -> Option<&mut usize> {
        match self {
            Overlay::Help { scroll, .. } | Overlay::Details { scroll, .. } => Some(scroll),
            Overlay::Fit(pane) => Some(&mut pane.scroll),
            Overlay::Findings { .. }
            | Overlay::Slimming { .. }
            | Overlay::Export(_)
            | Overlay::Ask(_)
            | Overlay::Prompt(_) => None,
        }
    }

    /// The choice under the cursor, for lists.
    pub fn cursor_mut(&mut self) -> Option<&mut usize> {
        match self {
            Overlay::Findings { cursor } | Overlay::Slimming { cursor, .. } => Some(cursor),
            Overlay::Fit(pane) => Some(&mut pane.cursor),
            Overlay::Export(_)
            | Overlay::Help { .. }
            | Overlay::Details { .. }
            | Overlay::Ask(_)
            | Overlay::Prompt(_) => None,
        }
    }

    /// The text being typed, for those that take text.
    pub fn input_mut(&mut self) -> Option<&mut Input> {
        match self {
            Overlay::Help { filter, .. } => Some(filter),
            Overlay::Prompt(prompt) => Some(&mut prompt.input),
            Overlay::Findings { .. }
            | Overlay::Details { .. }
            | Overlay::Fit(_)
            | Overlay::Slimming { .. }
            | Overlay::Export(_)
            | Overlay::Ask(_) => None,
        }
    }
}
