//! Layers made, named, ordered and taken away.

use super::super::Session;
use super::super::drag::Destination;
use super::super::message::{Action, Effect};
use super::super::overlay::{Overlay, Prompt, PromptPurpose};
use super::super::workspace::{Focus, Workspace};
use crate::model::bucket::{Bucket, LayerName};
use crate::model::edit::{Edit, Refusal};
use crate::model::plan::Layer;

/// A new, empty layer at the end of the order.
pub(super) fn add(workspace: &mut Workspace) -> Result<Option<String>, Refusal> {
    let layer = Layer::own(workspace.plan().free_layer_name());
    let words = format!("new layer {}", layer.name);
    let at = workspace.plan().layers().len();
    workspace.edit(Edit::AddLayer { at, layer }, words.clone())?;
    Ok(Some(words))
}

/// Takes the empty layer under the cursor away.
pub(super) fn remove(workspace: &mut Workspace) -> Result<Option<String>, Refusal> {
    let Some(name) = workspace.layer_under_cursor() else { return Ok(None) };
    let words = format!("layer {name} removed");
    workspace.edit(Edit::RemoveLayer(name), words.clone())?;
    Ok(Some(words))
}

/// Moves the layer under the cursor in the order in which Lambda merges layers.
pub(super) fn shift(workspace: &mut Workspace, by: isize) -> Result<Option<String>, Refusal> {
    let Some(name) = workspace.layer_under_cursor() else { return Ok(None) };
    let layers = workspace.plan().layers();
    let Some(from) = layers.iter().position(|layer| layer.name == name) else { return Ok(None) };
    let to = from.saturating_add_signed(by).min(layers.len() - 1);
    if to == from {
        return Ok(None);
    }
    let words = format!("layer {name} is number {} now; the last layer wins", to + 1);
    workspace.edit(Edit::MoveLayer { from, to }, words.clone())?;
    Ok(Some(words))
}

impl Session {
    /// Asks for another name of the layer under the cursor.
    pub(super) fn begin_rename(&mut self) -> Vec<Effect> {
        let Some(name) = self.workspace().and_then(Workspace::layer_under_cursor) else {
            let go = match self.workspace().map(|workspace| workspace.focus) {
                Some(Focus::Buckets) => "go to a layer".to_owned(),
                _ => format!("{} to the buckets and choose one", self.keys.of(Action::NextPane)),
            };
            return self.refuse(format!("no layer here to rename: {go}"));
        };
        let input = name.as_str().into();
        self.show(Overlay::Prompt(Prompt { purpose: PromptPurpose::RenameLayer(name), input, error: None }))
    }

    /// Gives a layer the name that was typed; a name that does not do is said and can be mended.
    pub(super) fn rename(&mut self, from: LayerName, mut prompt: Prompt) -> Vec<Effect> {
        let typed = prompt.input.value().trim().to_owned();
        let result = typed.parse::<LayerName>().map_err(|error| error.to_string()).and_then(|to| {
            let words = format!("layer {from} is called {to} now");
            let workspace = self.workspace_mut().ok_or_else(String::new)?;
            let edit = Edit::RenameLayer { from: from.clone(), to: to.clone() };
            workspace.edit(edit, words.clone()).map_err(|refusal| refusal.to_string())?;
            workspace.buckets.cursor.destination = Destination::Bucket(Bucket::Layer(to));
            Ok(words)
        });
        match result {
            Ok(words) => self.tell(words),
            Err(error) => {
                prompt.error = Some(error);
                self.show(Overlay::Prompt(prompt))
            }
        }
    }
}
