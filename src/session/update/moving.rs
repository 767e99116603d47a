//! Moving packages by keys, with the same preview that the mouse has.

use super::super::Session;
use super::super::drag::{Destination, Hand};
use super::super::message::{Action, Direction, Effect};
use super::super::workspace::{Focus, Workspace};
use super::layers;
use crate::model::bucket::Bucket;
use crate::model::edit::Refusal;
use crate::model::package::PackageKey;

impl Session {
    /// Takes what is chosen in the hand; the arrows choose where to.
    pub(super) fn begin_move(&mut self) -> Vec<Effect> {
        if let Some(words) = self.workspace().and_then(Workspace::why_nothing_is_chosen) {
            return self.refuse(words);
        }
        self.with_workspace(|workspace| {
            let chosen = workspace.chosen();
            let from = chosen.first().map(|key| workspace.plan().bucket_of(key));
            workspace.grab(&chosen, Hand::Keys);
            offer_next(workspace, from.map(Destination::Bucket));
        })
    }

    /// What keys mean while something is in the hand.
    pub(super) fn act_while_moving(&mut self, action: Action) -> Vec<Effect> {
        self.notice = None;
        match action {
            Action::Escape | Action::Quit | Action::No => {
                self.with_workspace(|workspace| workspace.drag = None);
                self.tell("not moved".to_owned())
            }
            Action::Up | Action::Close | Action::PreviousPane => self.step_hover(Direction::Back),
            Action::Down | Action::Open | Action::NextPane => self.step_hover(Direction::Forth),
            Action::Accept | Action::PutDown => self.let_go(),
            Action::Mark => self.turn_reach(),
            Action::NewLayer => self.drop_on(Destination::NewLayer),
            Action::LeaveOut => self.drop_on(Destination::Bucket(Bucket::LeftOut)),
            Action::Bucket(number) => {
                let numbered = self.workspace().and_then(|workspace| workspace.buckets.numbered(usize::from(number)));
                match numbered {
                    Some(to) => self.drop_on(to),
                    None => self.refuse(format!("there is no bucket {number}")),
                }
            }
            _ => Vec::new(),
        }
    }

    /// Puts down what is in the hand, and says where nothing came of it.
    pub(super) fn let_go(&mut self) -> Vec<Effect> {
        let Some(drag) = self.workspace().and_then(|workspace| workspace.drag.as_ref()) else { return Vec::new() };
        let nothing = match drag.over {
            Some(_) => "not moved: already there",
            None => "not moved: let go over no bucket",
        };
        self.change(|workspace| Ok(workspace.put_down()?.or_else(|| Some(nothing.to_owned()))))
    }

    /// With what only the packages in the hand need, or without it.
    fn turn_reach(&mut self) -> Vec<Effect> {
        let Some(drag) = self.workspace().and_then(|workspace| workspace.drag.as_ref()) else { return Vec::new() };
        if drag.company.packages.is_empty() {
            return self.tell("nothing here is needed by these packages alone".to_owned());
        }
        let reach = drag.reach.turned();
        self.with_workspace(|workspace| workspace.reach(reach))
    }

    fn step_hover(&mut self, direction: Direction) -> Vec<Effect> {
        self.with_workspace(|workspace| {
            let over = workspace.drag.as_ref().and_then(|drag| drag.over.clone());
            step_destination(workspace, over, direction);
        })
    }

    fn drop_on(&mut self, to: Destination) -> Vec<Effect> {
        self.change(|workspace| {
            workspace.hover(Some(to));
            workspace.put_down()
        })
    }

    /// Sends what is chosen to the bucket before or after the one it is in.
    pub(super) fn send_next(&mut self, direction: Direction) -> Vec<Effect> {
        match self.workspace().and_then(Workspace::why_nothing_is_chosen) {
            Some(words) => self.refuse(words),
            None => self.change(|workspace| send_next(workspace, direction)),
        }
    }

    /// Leaves out what is chosen; on a layer's own line takes the empty layer away.
    pub(super) fn leave_out(&mut self) -> Vec<Effect> {
        if let Some(words) = self.workspace().and_then(Workspace::why_nothing_is_chosen) {
            return self.refuse(words);
        }
        self.change(|workspace| match (workspace.focus, workspace.current()) {
            (Focus::Buckets, None) if workspace.tree.marks.is_empty() => layers::remove(workspace),
            _ => workspace.send(&workspace.chosen(), &Destination::Bucket(Bucket::LeftOut)),
        })
    }
}

/// Holds the hand over the bucket after the one that was taken from. A new layer is never offered unasked: it frees
/// nothing, and there is a key for it.
fn offer_next(workspace: &mut Workspace, from: Option<Destination>) {
    step_destination(workspace, from, Direction::Forth);
    let over = workspace.drag.as_ref().and_then(|drag| drag.over.clone());
    if over == Some(Destination::NewLayer) {
        step_destination(workspace, over, Direction::Forth);
    }
}

/// Moves the hand to the next place that can be hovered; the ends meet. Refusals are shown there, not skipped.
fn step_destination(workspace: &mut Workspace, from: Option<Destination>, direction: Direction) {
    let all: Vec<Destination> = workspace.buckets.shelves.iter().map(|shelf| shelf.destination.clone()).collect();
    if all.is_empty() {
        return;
    }
    let at = from.and_then(|from| all.iter().position(|other| *other == from)).unwrap_or(0);
    let to = match direction {
        Direction::Forth => (at + 1) % all.len(),
        Direction::Back => (at + all.len() - 1) % all.len(),
    };
    workspace.hover(Some(all[to].clone()));
}

fn send_next(workspace: &mut Workspace, direction: Direction) -> Result<Option<String>, Refusal> {
    let chosen: Vec<PackageKey> = workspace.chosen();
    let Some(first) = chosen.first() else { return Ok(None) };
    let bucket = workspace.plan().bucket_of(first);
    if chosen.iter().any(|key| workspace.plan().bucket_of(key) != bucket) {
        return Ok(Some("the marked packages lie in different buckets: move them and choose one for all".to_owned()));
    }
    let end = match direction {
        Direction::Forth => format!("not moved: no bucket after {bucket} takes packages"),
        Direction::Back => format!("not moved: no bucket before {bucket} takes packages"),
    };
    let here = Destination::Bucket(bucket);
    let takes = |to: &Destination| *to != Destination::NewLayer && to.takes(workspace.plan());
    let all: Vec<Destination> = workspace
        .buckets
        .shelves
        .iter()
        .map(|shelf| shelf.destination.clone())
        .filter(|to| takes(to) || *to == here)
        .collect();
    let Some(at) = all.iter().position(|other| *other == here) else { return Ok(None) };
    let to = match direction {
        Direction::Forth => all.get(at + 1),
        Direction::Back => at.checked_sub(1).and_then(|at| all.get(at)),
    };
    match to.cloned() {
        Some(to) => {
            // The same packages can be sent on with the next key.
            let marks = workspace.tree.marks.clone();
            let words = workspace.send(&chosen, &to)?;
            workspace.tree.marks = marks;
            Ok(words)
        }
        None => Ok(Some(end)),
    }
}
