//! What keys mean: first to what lies on top, then to what is in the hand, then to the panes.

use super::super::message::{Action, Direction, Effect};
use super::super::overlay::{Overlay, Question};
use super::super::tree::View;
use super::super::workspace::{Focus, Workspace};
use super::super::{Session, Stage};
use super::{layers, view};

impl Session {
    pub(super) fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Interrupt => return self.interrupt(),
            Action::Suspend => return vec![Effect::Suspend],
            Action::Help if !self.overlays.iter().any(Overlay::is_help) && !self.is_asking() => {
                return self.show_help();
            }
            _ => {}
        }
        if !self.overlays.is_empty() {
            return self.act_on_overlay(action);
        }
        if self.workspace().is_some_and(|workspace| workspace.drag.is_some()) {
            return self.act_while_moving(action);
        }
        self.notice = None;
        let why_not = self.workspace().and(self.why_not(action));
        let effects = self.act_on_program(action);
        match why_not {
            // Esc is pressed by reflex: where nothing is open, nothing is amiss.
            Some(why) if effects.is_empty() && self.is_silent() && action != Action::Escape => {
                self.refuse(format!("not now: {why}"))
            }
            _ => effects,
        }
    }

    /// Whether nothing was said or opened.
    fn is_silent(&self) -> bool {
        self.notice.is_none() && self.overlays.is_empty()
    }

    /// Asks first if something would be lost; a second time leaves whatever is open.
    fn interrupt(&mut self) -> Vec<Effect> {
        let asked = matches!(self.overlays.last(), Some(Overlay::Ask(Question::QuitUnsaved)));
        if asked || !self.has_unsaved_plan() { vec![Effect::Quit] } else { self.ask(Question::QuitUnsaved) }
    }

    fn act_on_program(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Quit => self.interrupt(),
            Action::QuitAndPrint => vec![Effect::QuitAndPrint],
            Action::Shell => vec![Effect::Shell],
            Action::Mouse => {
                self.mouse = !self.mouse;
                let words = if self.mouse { "mouse on" } else { "mouse off: text can be selected" };
                self.tell(words.to_owned());
                vec![Effect::CaptureMouse(self.mouse)]
            }
            _ => match self.stage {
                Stage::Scanning(_) => Vec::new(),
                Stage::Open(_) => self.act_on_workspace(action),
            },
        }
    }

    fn act_on_workspace(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::Save => vec![Effect::Save { overwrite: false }],
            Action::Pack => self.begin_to_pack(),
            Action::Export => self.begin_to_export(),
            Action::Escape if self.packing.is_some() => vec![Effect::CancelPack],
            Action::Escape if self.dismisses_hints() => Vec::new(),
            Action::Rescan => vec![Effect::Rescan],
            Action::NextView => self.turn_view(1),
            Action::PreviousView => self.turn_view(View::ALL.len() - 1),
            Action::Findings => self.show_findings(),
            Action::Details => self.show_details(),
            Action::Fit => self.ask_for_fit(),
            Action::Slimming => self.show_slimming(),
            Action::Filter => self.begin_filter(),
            Action::Rename => self.begin_rename(),
            Action::CopyPath => self.copy_path(),
            Action::Undo => self.turn_history(Workspace::undo, "undone", "nothing to undo"),
            Action::Redo => self.turn_history(Workspace::redo, "redone", "nothing to redo"),
            Action::Move => self.begin_move(),
            Action::LeaveOut => self.leave_out(),
            Action::SendBack => self.send_next(Direction::Back),
            Action::SendForth => self.send_next(Direction::Forth),
            Action::NewLayer => self.change(layers::add),
            Action::LayerEarlier => self.change(|workspace| layers::shift(workspace, -1)),
            Action::LayerLater => self.change(|workspace| layers::shift(workspace, 1)),
            _ => self.with_workspace(|workspace| {
                view::act(workspace, action);
                workspace.reveal();
            }),
        }
    }

    /// Esc, with nothing left to close, sends the hints away.
    fn dismisses_hints(&mut self) -> bool {
        let closes_more = self.workspace().is_some_and(Workspace::has_something_to_close);
        !closes_more && self.hint().is_some() && self.hints.take().is_some()
    }

    pub(super) fn show(&mut self, overlay: Overlay) -> Vec<Effect> {
        self.overlays.push(overlay);
        Vec::new()
    }

    fn turn_history(
        &mut self,
        turn: impl FnOnce(&mut Workspace) -> Result<Option<String>, crate::model::edit::Refusal>,
        done: &str,
        nothing: &str,
    ) -> Vec<Effect> {
        self.change(|workspace| {
            let words = turn(workspace)?;
            Ok(Some(words.map_or_else(|| nothing.to_owned(), |words| format!("{done}: {words}"))))
        })
    }

    fn show_help(&mut self) -> Vec<Effect> {
        self.show(Overlay::Help { filter: Default::default(), scroll: 0 })
    }

    /// Whether a question or a line of text takes the keys.
    fn is_asking(&self) -> bool {
        matches!(self.overlays.last(), Some(Overlay::Ask(_) | Overlay::Prompt(_)))
    }

    fn show_details(&mut self) -> Vec<Effect> {
        match self.workspace().and_then(Workspace::current) {
            Some(package) => self.show(Overlay::Details { package, scroll: 0 }),
            None => Vec::new(),
        }
    }

    fn copy_path(&mut self) -> Vec<Effect> {
        let Some(workspace) = self.workspace() else { return Vec::new() };
        let id = workspace.tree.row_id(workspace.tree.cursor, &workspace.bundle);
        let path = match (workspace.focus, id) {
            (Focus::Tree, Some(id)) => match id.entry {
                Some(entry) => workspace.bundle.listing.shown_path(entry),
                None => id.package.as_ref().map_or_else(String::new, |key| key.shown().to_owned()),
            },
            _ => match workspace.current() {
                Some(key) => key.shown().to_owned(),
                None => return Vec::new(),
            },
        };
        self.tell(format!("copied {path}"));
        vec![Effect::Copy(path)]
    }
}
