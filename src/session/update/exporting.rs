//! Exporting, as far as the screen goes: worked out, looked at, told where, asked about, written.

use super::super::Session;
use super::super::export_pane::{ExportPane, ExportWish, Hindrance, Sheet};
use super::super::message::{Action, Effect};
use super::super::overlay::{Overlay, Prompt, PromptPurpose, Question};
use crate::deploy::{Shape, Tool};
use crate::model::plan::Plan;

/// Columns that one key moves a text by.
const SIDEWAYS: isize = 8;

impl Session {
    /// Shows the tools at once; what they would be given comes as a message.
    pub(super) fn begin_to_export(&mut self) -> Vec<Effect> {
        self.overlays.push(Overlay::Export(ExportPane::default()));
        vec![Effect::DraftExport]
    }

    /// What was worked out, if it is still about this plan.
    pub(super) fn drafted(&mut self, plan: &Plan, sheets: Vec<Sheet>) -> Vec<Effect> {
        let is_current = self.workspace().is_some_and(|workspace| workspace.plan() == plan);
        if let Some(pane) = self.export_pane().filter(|_| is_current) {
            pane.sheets = Some(sheets);
        }
        Vec::new()
    }

    /// Another build is open now: what was worked out is not about it.
    pub(super) fn draft_anew(&mut self) -> Option<Effect> {
        let pane = self.export_pane()?;
        pane.sheets = None;
        Some(Effect::DraftExport)
    }

    fn export_pane(&mut self) -> Option<&mut ExportPane> {
        self.overlays.iter_mut().find_map(|overlay| match overlay {
            Overlay::Export(pane) => Some(pane),
            _ => None,
        })
    }

    /// What keys mean to the list of tools and the text beside it.
    pub(super) fn act_on_export(&mut self, action: Action) -> Vec<Effect> {
        let rows = self.workspace().map_or(10, |workspace| workspace.viewport.overlay.max(2));
        let page = rows as isize;
        let Some(Overlay::Export(pane)) = self.overlays.last_mut() else { return Vec::new() };
        match action {
            Action::Up => pane.choose(pane.cursor.saturating_sub(1)),
            Action::Down => pane.choose(pane.cursor + 1),
            Action::Mark => pane.turn(),
            Action::First => pane.scroll(isize::MIN, rows),
            Action::Last => pane.scroll(isize::MAX, rows),
            Action::HalfPageUp => pane.scroll(-page / 2, rows),
            Action::HalfPageDown => pane.scroll(page / 2, rows),
            Action::PageUp => pane.scroll(-page, rows),
            Action::PageDown => pane.scroll(page, rows),
            Action::Close => pane.shift(-SIDEWAYS),
            Action::Open => pane.shift(SIDEWAYS),
            Action::Accept => return self.ask_where_to_export(),
            Action::Escape | Action::Quit => {
                self.overlays.pop();
                return vec![Effect::EndDraft];
            }
            _ => {}
        }
        Vec::new()
    }

    fn ask_where_to_export(&mut self) -> Vec<Effect> {
        let Some(pane) = self.export_pane() else { return Vec::new() };
        let (tool, shape) = (pane.tool(), pane.shape);
        let answer = match pane.sheet() {
            None => Err("a moment: what would be written is still being worked out".to_owned()),
            Some(Sheet { outcome: Err(why), .. }) => Err(why.clone()),
            Some(Sheet { folder, .. }) => Ok(folder.clone()),
        };
        match answer {
            Ok(folder) => {
                let purpose = PromptPurpose::ExportFolder(tool, shape);
                self.notice = None;
                self.show(Overlay::Prompt(Prompt { purpose, input: folder.into(), error: None }))
            }
            Err(words) => self.refuse(words),
        }
    }

    /// A folder without a name is asked for again.
    pub(super) fn export_into(&mut self, tool: Tool, shape: Shape, prompt: Prompt) -> Vec<Effect> {
        let folder = prompt.input.value().trim().to_owned();
        if folder.is_empty() {
            let error = Some("name a folder".to_owned());
            return self.show(Overlay::Prompt(Prompt { error, ..prompt }));
        }
        self.export(ExportWish { tool, shape, folder, despite: Default::default() })
    }

    /// Asks for it to be written. Written files name the plan by its digest, so whose plan is in no file is asked first.
    pub(super) fn export(&mut self, wish: ExportWish) -> Vec<Effect> {
        if self.has_unsaved_plan() && !wish.despite.contains(&Hindrance::Unsaved) {
            let words = "The plan is not saved. What is written names it by its digest.".to_owned();
            return self.hindered(wish, Hindrance::Unsaved, words);
        }
        vec![Effect::Export(wish)]
    }

    /// Something stands against it: yes goes on all the same.
    pub(super) fn hindered(&mut self, wish: ExportWish, hindrance: Hindrance, words: String) -> Vec<Effect> {
        self.ask(Question::Export { wish, hindrance, words })
    }

    /// Saves first, and exports once that is done.
    pub(super) fn save_and_export(&mut self, wish: ExportWish) -> Vec<Effect> {
        self.exports_when_saved = Some(wish);
        vec![Effect::Save { overwrite: false }]
    }

    /// What is written is done with; what is not can be tried again elsewhere.
    pub(super) fn exported(&mut self, outcome: Result<String, String>) -> Vec<Effect> {
        match outcome {
            Ok(words) => {
                self.overlays.retain(|overlay| !matches!(overlay, Overlay::Export(_)));
                self.tell(words);
                vec![Effect::EndDraft]
            }
            Err(words) => self.refuse(words),
        }
    }
}
