//! How messages change the session: one place that sorts them, a file per kind of thing they change.

mod exporting;
mod findings;
mod keys;
mod layers;
mod moving;
mod overlays;
mod packing;
mod proposing;
mod tiles;
mod view;

use super::drag::{Destination, Hand};
use super::hints::Hints;
use super::message::{Action, Effect, Message, Notice, Place};
use super::overlay::{Overlay, Question};
use super::workspace::{Focus, Workspace};
use super::{Session, Stage};
use crate::model::edit::Refusal;

impl Session {
    /// Takes in what happened and says what is to be done about it outside.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        let mut effects = self.take_in(message);
        if let Some(workspace) = self.workspace_mut() {
            workspace.take_held();
        }
        if let (Some(hints), Stage::Open(workspace)) = (&mut self.hints, &self.stage) {
            hints.look(workspace);
        }
        if self.workspace_mut().is_some_and(Workspace::wants_foresight) {
            effects.push(Effect::Foresee);
        }
        if self.workspace_mut().is_some_and(Workspace::wants_verdict) {
            effects.push(Effect::Judge);
        }
        effects.extend(self.workspace_mut().and_then(Workspace::wants_rows));
        effects
    }

    fn take_in(&mut self, message: Message) -> Vec<Effect> {
        match message {
            Message::Progress(progress) => {
                if let Stage::Scanning(shown) = &mut self.stage {
                    *shown = progress;
                }
                Vec::new()
            }
            Message::Opened(opened) => {
                let words = opened.words.clone();
                self.open(Workspace::new(*opened), words)
            }
            Message::Ready(workspace, words) => self.open(*workspace, words),
            Message::Zipped(batch) => self.with_workspace(|workspace| workspace.take_zipped(batch)),
            Message::Failed(words) => {
                self.leaves_when_saved = false;
                self.exports_when_saved = None;
                self.refuse(words)
            }
            Message::Done(words) => self.tell(words),
            Message::Saved { plan, words } => self.saved(*plan, words),
            Message::PackWhere(folder) => self.ask_where_to_pack(folder),
            Message::Packing(progress) => self.packing_goes_on(progress),
            Message::Packed(outcome) => self.packed(outcome),
            Message::Drafted { plan, sheets } => self.drafted(&plan, sheets),
            Message::ExportHindered { wish, hindrance, words } => self.hindered(wish, hindrance, words),
            Message::Exported(outcome) => self.exported(outcome),
            Message::SaveConflict(words) => self.ask(Question::Overwrite(words)),
            Message::Advised { plan, advice } => self.advised(&plan, *advice),
            Message::Viewport(viewport) => self.with_workspace(|workspace| {
                if workspace.viewport != viewport {
                    workspace.viewport = viewport;
                    workspace.reveal();
                }
            }),
            Message::Act(action) => self.act(action),
            Message::Type(letter) => self.type_text(&letter.to_string()),
            Message::Paste(text) => self.type_text(&text),
            Message::Select(place) => self.select(place),
            Message::Open(place) => self.open_place(place),
            Message::Grab(key) => self.grab_by_mouse(key),
            Message::Hover(over) => self.hover(over),
            Message::Reach(reach) => self.with_workspace(|workspace| workspace.reach(reach)),
            Message::Judged { plan, verdict } => self.with_workspace(|workspace| workspace.judged_as(&plan, *verdict)),
            Message::Arranged(arranged) => self.with_workspace(|workspace| workspace.arranged(*arranged)),
            Message::Foreseen { plan, verdict } => self.with_workspace(|workspace| workspace.foreseen(&plan, &verdict)),
            Message::Drop => self.let_go(),
            Message::Cancel => self.with_workspace(|workspace| workspace.drag = None),
            Message::Scroll { place, rows } => self.scroll(&place, rows),
        }
    }

    fn open(&mut self, fresh: Workspace, words: Option<String>) -> Vec<Effect> {
        match &mut self.stage {
            Stage::Open(workspace) => {
                workspace.rescanned(fresh);
                self.tell("scanned again; the plan is as it was".to_owned());
                self.draft_anew().into_iter().collect()
            }
            Stage::Scanning(_) => {
                self.hints = Hints::for_newcomers(&fresh);
                self.stage = Stage::Open(Box::new(fresh));
                words.map_or_else(Vec::new, |words| self.tell(words))
            }
        }
    }

    fn saved(&mut self, plan: crate::model::plan::Plan, words: String) -> Vec<Effect> {
        if let Some(workspace) = self.workspace_mut() {
            workspace.saved(plan);
        }
        if std::mem::take(&mut self.leaves_when_saved) && !self.has_unsaved_plan() {
            return vec![Effect::Quit];
        }
        self.tell(words);
        self.exports_when_saved.take().map_or_else(Vec::new, |wish| self.export(wish))
    }

    /// Says that something went as asked.
    fn tell(&mut self, words: String) -> Vec<Effect> {
        self.notice = Some(Notice::Told(words));
        Vec::new()
    }

    /// Says that something did not.
    fn refuse(&mut self, words: String) -> Vec<Effect> {
        self.notice = Some(Notice::Refused(words));
        Vec::new()
    }

    fn ask(&mut self, question: Question) -> Vec<Effect> {
        self.overlays.push(Overlay::Ask(question));
        Vec::new()
    }

    /// Changes the workspace, if there is one, without anything to say.
    fn with_workspace(&mut self, change: impl FnOnce(&mut Workspace)) -> Vec<Effect> {
        if let Some(workspace) = self.workspace_mut() {
            change(workspace);
        }
        Vec::new()
    }

    /// Changes the plan and says what came of it.
    fn change(&mut self, change: impl FnOnce(&mut Workspace) -> Result<Option<String>, Refusal>) -> Vec<Effect> {
        let Some(workspace) = self.workspace_mut() else {
            return self.refuse("still scanning: moving starts when owners are known".to_owned());
        };
        match change(workspace) {
            Ok(Some(words)) => self.tell(words),
            Ok(None) => Vec::new(),
            Err(refusal) => self.refuse(refusal.to_string()),
        }
    }

    fn select(&mut self, place: Place) -> Vec<Effect> {
        if let Place::Choice(number) = place {
            return self.choose(number);
        }
        self.with_workspace(|workspace| match place {
            Place::Row(id) => {
                workspace.focus = Focus::Tree;
                if let Some(row) = workspace.tree.position(&id, &workspace.bundle) {
                    workspace.tree.cursor = row;
                }
            }
            Place::Tree => workspace.focus = Focus::Tree,
            Place::Rest => tiles::select(workspace, None),
            Place::View(view) => tiles::select(workspace, Some(view)),
            Place::Bucket(cursor) => {
                workspace.focus = Focus::Buckets;
                workspace.buckets.cursor = cursor;
            }
            Place::Findings | Place::Choice(_) | Place::Overlay => {}
        })
    }

    fn open_place(&mut self, place: Place) -> Vec<Effect> {
        match place {
            Place::Row(id) => self.with_workspace(|workspace| view::toggle_row(workspace, id)),
            Place::Bucket(_) => self.act(Action::Open),
            Place::Findings => self.act(Action::Findings),
            Place::Rest => {
                self.select(Place::Rest);
                self.act(Action::Accept)
            }
            Place::Choice(number) => self.open_choice(number),
            Place::Tree | Place::View(_) | Place::Overlay => Vec::new(),
        }
    }

    fn hover(&mut self, over: Option<Destination>) -> Vec<Effect> {
        let drag = self.workspace().and_then(|workspace| workspace.drag.as_ref());
        if drag.is_some_and(|drag| drag.over != over) {
            self.notice = None;
        }
        self.with_workspace(|workspace| workspace.hover(over))
    }

    /// Pressing a marked package takes all marked ones.
    fn grab_by_mouse(&mut self, key: crate::model::package::PackageKey) -> Vec<Effect> {
        self.notice = None;
        let marked = self.workspace().is_some_and(|workspace| workspace.tree.marks.contains(&key));
        if let Some(words) = self.workspace().filter(|_| !marked).and_then(Workspace::why_a_part_stays) {
            return self.refuse(words);
        }
        self.with_workspace(|workspace| {
            let keys = if marked { workspace.chosen() } else { vec![key] };
            workspace.grab(&keys, Hand::Mouse);
        })
    }
}
