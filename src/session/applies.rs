//! What a key could do right now, and why it could not: for the help, which shows what applies.

use super::bucket_pane::BucketPane;
use super::drag::Destination;
use super::message::Action;
use super::workspace::{Focus, Workspace};
use super::{Session, Stage};
use crate::model::bucket::Bucket;
use crate::model::limits::LIMITS;

impl Session {
    /// Why an action would do nothing in the panes as they are; `None`: it would do something.
    pub fn why_not(&self, action: Action) -> Option<&'static str> {
        match (&self.stage, action) {
            (_, Action::Quit | Action::QuitAndPrint | Action::Interrupt | Action::Suspend) => None,
            (_, Action::Help | Action::Mouse | Action::Shell) => None,
            (Stage::Scanning(_), _) => Some("once the scan is done"),
            (Stage::Open(_), Action::Pack) if self.packing.is_some() => Some("packing already"),
            (Stage::Open(_), Action::Escape) if self.packing.is_some() => None,
            (Stage::Open(workspace), _) => workspace.why_not(action),
        }
    }
}

impl Workspace {
    fn why_not(&self, action: Action) -> Option<&'static str> {
        let unless = |holds: bool, why: &'static str| (!holds).then_some(why);
        match action {
            Action::Undo => unless(self.can_undo(), "nothing was done yet"),
            Action::Redo => unless(self.can_redo(), "nothing was taken back"),
            Action::Rename | Action::LayerEarlier | Action::LayerLater => {
                unless(self.layer_under_cursor().is_some(), "no layer under the cursor")
            }
            Action::NewLayer => {
                let has_room = self.plan().layers().len() < LIMITS.layers.count;
                unless(has_room, "all layers are in use")
            }
            Action::Move | Action::SendBack | Action::SendForth | Action::CopyPath => {
                unless(!self.chosen().is_empty(), "no package under the cursor")
            }
            Action::Details => unless(self.current().is_some(), "no package under the cursor"),
            Action::LeaveOut => {
                let is_on_layer = self.layer_under_cursor().is_some();
                unless(!self.chosen().is_empty() || is_on_layer, "no package under the cursor")
            }
            Action::Mark | Action::Range | Action::MarkAll => unless(self.focus == Focus::Tree, "in the tree only"),
            Action::Escape => {
                let tree = &self.tree;
                let is_open = !tree.filter.is_empty() || !tree.marks.is_empty() || tree.anchor.is_some();
                unless(is_open, "nothing is open")
            }
            _ => None,
        }
    }

    /// The layer under the cursor of the bucket pane, or the one that holds the package under the tree's cursor.
    pub(super) fn layer_under_cursor(&self) -> Option<crate::model::bucket::LayerName> {
        let BucketPane { cursor, .. } = &self.buckets;
        let bucket = match (self.focus, &cursor.destination) {
            (Focus::Buckets, Destination::Bucket(bucket)) => bucket.clone(),
            (Focus::Buckets, Destination::NewLayer) => return None,
            (Focus::Tree, _) => self.plan().bucket_of(&self.current()?),
        };
        match bucket {
            Bucket::Layer(name) => Some(name),
            _ => None,
        }
    }
}
