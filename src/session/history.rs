//! Undo and redo without end: the opposites of what was done, and of what was taken back.

use crate::model::edit::{Edit, Refusal};
use crate::model::plan::Plan;

/// An edit that can be applied, and what it does in words.
#[derive(Clone, Debug)]
struct Step {
    edit: Edit,
    words: String,
}

/// What was done and what was taken back.
#[derive(Clone, Debug, Default)]
pub struct History {
    done: Vec<Step>,
    undone: Vec<Step>,
}

impl History {
    /// Does an edit and keeps its opposite. What was taken back before can no longer be redone.
    pub fn apply(&mut self, plan: &mut Plan, edit: Edit, words: String) -> Result<(), Refusal> {
        let opposite = plan.apply(edit)?;
        self.done.push(Step { edit: opposite, words });
        self.undone.clear();
        Ok(())
    }

    /// Whether something can be taken back.
    pub fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }

    /// Whether something can be done again.
    pub fn can_redo(&self) -> bool {
        !self.undone.is_empty()
    }

    /// Takes back the last edit; its words, or `None` if there is none.
    pub fn undo(&mut self, plan: &mut Plan) -> Result<Option<String>, Refusal> {
        turn(&mut self.done, &mut self.undone, plan)
    }

    /// Does again what was taken back last.
    pub fn redo(&mut self, plan: &mut Plan) -> Result<Option<String>, Refusal> {
        turn(&mut self.undone, &mut self.done, plan)
    }
}

/// Applies the last step of one stack and puts its opposite on the other.
fn turn(from: &mut Vec<Step>, to: &mut Vec<Step>, plan: &mut Plan) -> Result<Option<String>, Refusal> {
    let Some(step) = from.pop() else { return Ok(None) };
    match plan.apply(step.edit.clone()) {
        Ok(opposite) => {
            to.push(Step { edit: opposite, words: step.words.clone() });
            Ok(Some(step.words))
        }
        Err(refusal) => {
            from.push(step);
            Err(refusal)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::package::PackageKey;
    use crate::model::plan::Placement;

    #[test]
    fn what_is_undone_can_be_redone_until_something_new_is_done() {
        let to_efs = |name| Edit::Move(vec![(PackageKey::new(name), Some(Placement::Efs))]);
        let (mut plan, mut history) = (Plan::new("f"), History::default());
        let empty = plan.clone();
        history.apply(&mut plan, to_efs("a"), "a → EFS".to_owned()).unwrap();
        let with_a = plan.clone();
        assert_eq!(history.undo(&mut plan), Ok(Some("a → EFS".to_owned())));
        assert_eq!(plan, empty);
        assert_eq!(history.redo(&mut plan), Ok(Some("a → EFS".to_owned())));
        assert_eq!(plan, with_a);
        history.undo(&mut plan).unwrap();
        history.apply(&mut plan, to_efs("b"), "b → EFS".to_owned()).unwrap();
        assert_eq!(history.redo(&mut plan), Ok(None), "a new edit closes the way forward");
    }
}
