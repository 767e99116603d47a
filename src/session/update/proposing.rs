//! Fit and slimming: a proposal taken whole, in part or dropped; rules switched on and off.

use super::super::Session;
use super::super::fit_pane::{FitPane, Telling};
use super::super::message::{Action, Effect};
use super::super::overlay::Overlay;
use super::super::workspace::Workspace;
use crate::model::edit::Edit;
use crate::model::offers::{Subject, offers};
use crate::model::plan::Plan;
use crate::model::proposal::{Advice, foresee};

impl Session {
    /// Asks for the best plan; the answer comes as a message.
    pub(super) fn ask_for_fit(&mut self) -> Vec<Effect> {
        if self.workspace().is_some_and(|workspace| workspace.bundle.packages().is_empty()) {
            return self.refuse("there is nothing to fit: this bundle holds no files".to_owned());
        }
        self.tell("looking for the plan that fits with the least harm …".to_owned());
        vec![Effect::Fit]
    }

    /// Shows what fit said, if it is still about this plan.
    pub(super) fn advised(&mut self, asked: &Plan, advice: Advice) -> Vec<Effect> {
        let Some(workspace) = self.workspace() else { return Vec::new() };
        if workspace.plan() != asked {
            let key = self.keys.of(Action::Fit);
            return self.refuse(format!("the plan has changed since fit was asked: press {key} again"));
        }
        self.notice = None;
        match &advice {
            Advice::Fits(proposal) if proposal.steps.is_empty() => {
                self.tell("the plan is the best already: there is nothing to do".to_owned())
            }
            _ => {
                self.overlays.push(Overlay::Fit(FitPane::new(advice)));
                self.foresee_fit();
                Vec::new()
            }
        }
    }

    /// What keys mean to a proposal.
    pub(super) fn act_on_fit(&mut self, action: Action) -> Vec<Effect> {
        let Some(Overlay::Fit(pane)) = self.overlays.last_mut() else { return Vec::new() };
        match action {
            Action::Up => pane.step(-1),
            Action::Down => pane.step(1),
            Action::First => pane.step(isize::MIN / 2),
            Action::Last => pane.step(isize::MAX / 2),
            Action::PageUp => pane.scroll = pane.scroll.saturating_sub(5),
            Action::PageDown => pane.scroll = (pane.scroll + 5).min(10_000),
            Action::Details => {
                pane.telling = match pane.telling {
                    Telling::Steps => Telling::Reasons,
                    Telling::Reasons => Telling::Steps,
                }
            }
            Action::Mark => {
                pane.turn();
                self.foresee_fit();
            }
            Action::Accept => return self.take_fit(),
            Action::Escape | Action::Quit | Action::No | Action::Fit => {
                let had_steps = pane.proposal().is_some();
                self.overlays.pop();
                if had_steps {
                    return self.tell("dropped: the plan is as it was".to_owned());
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// What the steps that would be taken come to.
    fn foresee_fit(&mut self) {
        let Some(Overlay::Fit(pane)) = self.overlays.last() else { return };
        let Some(workspace) = self.workspace() else { return };
        let after = match pane.edit(workspace.plan()) {
            Some(edit) => {
                foresee(&workspace.bundle, workspace.plan(), &workspace.background().zipped, edit).map(|it| it.2)
            }
            None => Ok(workspace.assessment.budgets.clone()),
        };
        if let (Ok(after), Some(Overlay::Fit(pane))) = (after, self.overlays.last_mut()) {
            pane.after = after.joint();
            pane.budgets = Some(after);
        }
    }

    /// Takes what is marked as one step of the history.
    fn take_fit(&mut self) -> Vec<Effect> {
        let Some(Overlay::Fit(pane)) = self.overlays.pop() else { return Vec::new() };
        let all = pane.taken.len();
        let count = pane.taken.iter().filter(|taken| **taken).count();
        let undo = self.keys.of(Action::Undo).to_owned();
        self.change(|workspace| {
            let Some(edit) = pane.edit(workspace.plan()) else { return Ok(None) };
            let words = if count == all { "fit".to_owned() } else { format!("fit, {count} of {all} steps") };
            workspace.edit(edit, words.clone())?;
            let joint = workspace.assessment.budgets.joint();
            Ok(Some(format!("{words}: function + layers {joint} of 250.0 MB; {undo} takes it back")))
        })
    }

    /// Opens the slimming rules.
    pub(super) fn show_slimming(&mut self) -> Vec<Effect> {
        let Some(workspace) = self.workspace() else { return Vec::new() };
        let offers = workspace.offers();
        self.show(Overlay::Slimming { offers, cursor: 0 })
    }

    /// What keys mean to the slimming rules.
    pub(super) fn act_on_slimming(&mut self, action: Action) -> Vec<Effect> {
        let Some(Overlay::Slimming { offers, cursor }) = self.overlays.last_mut() else { return Vec::new() };
        let last = offers.len().saturating_sub(1);
        match action {
            Action::Up => *cursor = cursor.saturating_sub(1),
            Action::Down => *cursor = (*cursor + 1).min(last),
            Action::First | Action::PageUp => *cursor = 0,
            Action::Last | Action::PageDown => *cursor = last,
            Action::Mark | Action::Accept => {
                let subject = offers.get(*cursor).map(|offer| offer.subject);
                return subject.map_or_else(Vec::new, |subject| self.turn_rule(subject));
            }
            Action::Undo => return self.turn_slimming_history(Workspace::undo),
            Action::Redo => return self.turn_slimming_history(Workspace::redo),
            Action::Escape | Action::Quit | Action::No | Action::Slimming => {
                self.overlays.pop();
            }
            _ => {}
        }
        Vec::new()
    }

    fn turn_rule(&mut self, subject: Subject) -> Vec<Effect> {
        let effects = self.change(|workspace| {
            let before = workspace.assessment.budgets.joint().bytes;
            let mut slim = workspace.plan().slim().clone();
            let words = match subject {
                Subject::Rule(rule) if slim.rules.contains(&rule) => {
                    slim.rules.retain(|other| *other != rule);
                    format!("{} stay", rule.name())
                }
                Subject::Rule(rule) => {
                    slim.rules.push(rule);
                    format!("{} left out", rule.name())
                }
                Subject::Services if slim.services.is_none() => {
                    return Ok(Some(
                        "name the services that stay: bayplan slim PATH --services s3,dynamodb".to_owned(),
                    ));
                }
                Subject::Services => {
                    slim.services = None;
                    "data of all AWS services stays".to_owned()
                }
            };
            workspace.edit(Edit::Slim(slim), words.clone())?;
            let after = workspace.assessment.budgets.joint().bytes;
            let gain = if after > before {
                format!("function + layers grew by {}", after.less(before))
            } else {
                format!("freed {} of the 250 MB", before.less(after))
            };
            Ok(Some(format!("{words}: {gain}")))
        });
        self.weigh_offers_again();
        effects
    }

    fn turn_slimming_history(
        &mut self,
        turn: impl FnOnce(&mut Workspace) -> Result<Option<String>, crate::model::edit::Refusal>,
    ) -> Vec<Effect> {
        let effects = self.change(turn);
        self.weigh_offers_again();
        effects
    }

    fn weigh_offers_again(&mut self) {
        let weighed = self.workspace().map(Workspace::offers);
        if let (Some(weighed), Some(Overlay::Slimming { offers, .. })) = (weighed, self.overlays.last_mut()) {
            *offers = weighed;
        }
    }
}

impl Workspace {
    /// What could be left out of the files.
    fn offers(&self) -> Vec<crate::model::offers::Offer> {
        offers(&self.bundle, self.plan(), &self.target, &self.background().zipped)
    }
}
