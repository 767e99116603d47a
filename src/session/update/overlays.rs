//! What keys mean to whatever lies on top, and what the wheel does.

use tui_input::InputRequest;

use super::super::Session;
use super::super::export_pane::Hindrance;
use super::super::message::{Action, Effect, Place};
use super::super::overlay::{Overlay, Prompt, PromptPurpose, Question};
use super::super::tree::View;
use super::tiles;
use crate::deploy::Tool;

impl Session {
    pub(super) fn act_on_overlay(&mut self, action: Action) -> Vec<Effect> {
        match self.overlays.last() {
            Some(Overlay::Ask(question)) => self.answer(question.clone(), action),
            Some(Overlay::Prompt(_)) => self.act_on_prompt(action),
            Some(Overlay::Fit(_)) => self.act_on_fit(action),
            Some(Overlay::Findings { .. }) => self.act_on_findings(action),
            Some(Overlay::Slimming { .. }) => self.act_on_slimming(action),
            Some(Overlay::Export(_)) => self.act_on_export(action),
            Some(_) => self.act_on_text(action),
            None => Vec::new(),
        }
    }

    /// Yes is an explicit yes; everything that closes is a no.
    fn answer(&mut self, question: Question, action: Action) -> Vec<Effect> {
        match (action, question) {
            (Action::Yes, Question::QuitUnsaved) => vec![Effect::Quit],
            (Action::Yes, Question::Overwrite(_)) => {
                self.overlays.pop();
                vec![Effect::Save { overwrite: true }]
            }
            (Action::Yes, Question::Export { mut wish, hindrance, .. }) => {
                self.overlays.pop();
                wish.despite.insert(hindrance);
                self.export(wish)
            }
            (Action::Save, Question::Export { wish, hindrance: Hindrance::Unsaved, .. }) => {
                self.overlays.pop();
                self.save_and_export(wish)
            }
            // Whoever asked to quit and then says save wants both.
            (Action::Save, Question::QuitUnsaved) => {
                self.overlays.pop();
                self.leaves_when_saved = true;
                vec![Effect::Save { overwrite: false }]
            }
            (Action::No | Action::Escape | Action::Quit | Action::Accept, _) => {
                self.overlays.pop();
                self.leaves_when_saved = false;
                self.exports_when_saved = None;
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn act_on_prompt(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Escape => self.abandon_prompt(),
            Action::Accept => self.accept_prompt(),
            _ => {
                self.edit_text(action);
                self.follow_filter()
            }
        }
    }

    fn accept_prompt(&mut self) -> Vec<Effect> {
        let Some(Overlay::Prompt(prompt)) = self.overlays.pop() else { return Vec::new() };
        match prompt.purpose.clone() {
            PromptPurpose::Filter => Vec::new(),
            PromptPurpose::PackFolder => self.pack_into(prompt),
            PromptPurpose::ExportFolder(tool, shape) => self.export_into(tool, shape, prompt),
            PromptPurpose::RenameLayer(from) => self.rename(from, prompt),
        }
    }

    /// Leaving a filter by Esc shows everything again.
    fn abandon_prompt(&mut self) -> Vec<Effect> {
        if let Some(Overlay::Prompt(Prompt { purpose: PromptPurpose::Filter, .. })) = self.overlays.pop() {
            return self.filter_by(String::new());
        }
        Vec::new()
    }

    pub(super) fn begin_filter(&mut self) -> Vec<Effect> {
        let filter = self.workspace().map(|workspace| workspace.tree.filter.clone()).unwrap_or_default();
        self.show(Overlay::Prompt(Prompt { purpose: PromptPurpose::Filter, input: filter.into(), error: None }))
    }

    fn filter_by(&mut self, text: String) -> Vec<Effect> {
        self.with_workspace(|workspace| {
            // Keys that only move the text cursor wish for nothing.
            if workspace.tree.filter != text {
                workspace.tree.filter = text;
                workspace.rebuild();
                workspace.reveal();
            }
        })
    }

    /// The tree follows the filter letter by letter.
    fn follow_filter(&mut self) -> Vec<Effect> {
        match self.overlays.last() {
            Some(Overlay::Prompt(prompt)) if prompt.purpose == PromptPurpose::Filter => {
                let text = prompt.input.value().to_owned();
                self.filter_by(text)
            }
            _ => Vec::new(),
        }
    }

    /// Help and details: scrolled and closed.
    fn act_on_text(&mut self, action: Action) -> Vec<Effect> {
        let page = self.workspace().map_or(10, |workspace| workspace.viewport.overlay.max(2)) as isize;
        match action {
            Action::Escape | Action::Quit | Action::Help | Action::Details => {
                self.overlays.pop();
            }
            Action::Up => self.scroll_overlay(-1),
            Action::Down => self.scroll_overlay(1),
            Action::HalfPageUp => self.scroll_overlay(-page / 2),
            Action::HalfPageDown => self.scroll_overlay(page / 2),
            Action::PageUp => self.scroll_overlay(-page),
            Action::PageDown => self.scroll_overlay(page),
            Action::First => self.scroll_overlay(isize::MIN / 2),
            _ => self.edit_text(action),
        }
        Vec::new()
    }

    fn scroll_overlay(&mut self, rows: isize) {
        let shown = self.workspace().map_or(10, |workspace| workspace.viewport.overlay.max(1));
        let turn = if rows < 0 { Action::Up } else { Action::Down };
        if let Some(Overlay::Findings { .. } | Overlay::Slimming { .. }) = self.overlays.last() {
            self.act_on_overlay(turn);
        } else if let Some(Overlay::Export(pane)) = self.overlays.last_mut() {
            pane.scroll(rows, shown);
        } else if let Some(scroll) = self.overlays.last_mut().and_then(Overlay::scroll_mut) {
            *scroll = scroll.saturating_add_signed(rows).min(10_000);
        }
    }

    /// Puts the cursor of the list on top on one of its choices.
    pub(super) fn choose(&mut self, number: usize) -> Vec<Effect> {
        match self.overlays.last_mut() {
            Some(Overlay::Export(pane)) => pane.take(number),
            Some(overlay) => {
                if let Some(cursor) = overlay.cursor_mut() {
                    *cursor = number;
                }
            }
            None => {}
        }
        Vec::new()
    }

    /// Does what is done with a choice alone: goes to what a finding is about, turns a rule or a step on or off.
    /// With a tool: asks where its files are to go.
    pub(super) fn open_choice(&mut self, number: usize) -> Vec<Effect> {
        self.choose(number);
        match self.overlays.last() {
            Some(Overlay::Findings { .. }) => self.act_on_overlay(Action::Accept),
            Some(Overlay::Slimming { .. } | Overlay::Fit(_)) => self.act_on_overlay(Action::Mark),
            Some(Overlay::Export(_)) if number < Tool::ALL.len() => self.act_on_overlay(Action::Accept),
            _ => Vec::new(),
        }
    }

    fn edit_text(&mut self, action: Action) {
        let request = match action {
            Action::DeleteBack => InputRequest::DeletePrevChar,
            Action::DeleteForth => InputRequest::DeleteNextChar,
            Action::DeleteWord => InputRequest::DeletePrevWord,
            Action::DeleteLine => InputRequest::DeleteLine,
            Action::TextLeft => InputRequest::GoToPrevChar,
            Action::TextRight => InputRequest::GoToNextChar,
            Action::TextStart => InputRequest::GoToStart,
            Action::TextEnd => InputRequest::GoToEnd,
            _ => return,
        };
        if let Some(input) = self.overlays.last_mut().and_then(Overlay::input_mut) {
            input.handle(request);
        }
    }

    /// Text goes to whatever takes text; control characters are dropped.
    pub(super) fn type_text(&mut self, text: &str) -> Vec<Effect> {
        if let Some(overlay) = self.overlays.last_mut() {
            if let Overlay::Help { scroll, .. } = overlay {
                *scroll = 0;
            }
            if let Some(input) = overlay.input_mut() {
                for letter in text.chars().filter(|letter| !letter.is_control()).take(200) {
                    input.handle(InputRequest::InsertChar(letter));
                }
            }
        }
        self.follow_filter()
    }

    /// The wheel scrolls what is under the pointer and leaves the cursor where it is.
    pub(super) fn scroll(&mut self, place: &Place, rows: isize) -> Vec<Effect> {
        if !self.overlays.is_empty() {
            self.scroll_overlay(rows);
            return Vec::new();
        }
        self.with_workspace(|workspace| match place {
            Place::Row(_) | Place::Tree | Place::Rest if workspace.tree.view == View::Treemap => {
                match place {
                    Place::Row(id) if rows < 0 => workspace.select(id),
                    Place::Rest if rows < 0 => tiles::select(workspace, None),
                    _ => {}
                }
                tiles::wheel(workspace, rows);
            }
            Place::Row(_) | Place::Tree | Place::Rest | Place::View(_) => {
                workspace.tree.scroll(rows, workspace.viewport.tree)
            }
            Place::Bucket(cursor) => workspace.buckets.scroll(&cursor.destination, rows, &workspace.viewport.buckets),
            Place::Findings | Place::Choice(_) | Place::Overlay => {}
        })
    }
}
