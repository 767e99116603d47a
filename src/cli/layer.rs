//! `bayplan layer …`: layers added, removed, renamed, ordered, attached.

use super::Exit;
use super::arguments::{AttachArguments, LayerArguments, LayerCommand, OrderArguments};
use super::change::{self, Change};
use crate::model::bucket::LayerName;
use crate::model::bytes::Bytes;
use crate::model::edit::Edit;
use crate::model::plan::{ForeignLayer, Layer, LayerKind, Plan};

pub(super) fn run(command: LayerCommand) -> anyhow::Result<Exit> {
    match command {
        LayerCommand::Add(LayerArguments { path, names, target }) => {
            change::make(&path, &target, |_| Ok(add(&names[0])))
        }
        LayerCommand::Remove(LayerArguments { path, names, target }) => {
            change::make(&path, &target, |_| Ok(remove(&names[0])))
        }
        LayerCommand::Rename(LayerArguments { path, names, target }) => {
            change::make(&path, &target, |_| Ok(rename(&names[0], &names[1])))
        }
        LayerCommand::Order(OrderArguments { path, names, target }) => {
            change::make(&path, &target, |loaded| order(&loaded.plan, &names))
        }
        LayerCommand::Attach(arguments) => attach(arguments),
    }
}

fn add(name: &LayerName) -> Change {
    let edit = Edit::AddLayer { at: usize::MAX, layer: Layer::own(name.clone()) };
    Change { edit, lines: vec![format!("added layer {name}")] }
}

fn remove(name: &LayerName) -> Change {
    Change { edit: Edit::RemoveLayer(name.clone()), lines: vec![format!("removed layer {name}")] }
}

fn rename(from: &LayerName, to: &LayerName) -> Change {
    let edit = Edit::RenameLayer { from: from.clone(), to: to.clone() };
    Change { edit, lines: vec![format!("layer {from} is called {to} now")] }
}

/// The order as a row of single moves: each layer is brought to its place, front to back.
fn order(plan: &Plan, wanted: &[LayerName]) -> anyhow::Result<Change> {
    let mut now: Vec<&LayerName> = plan.layers().iter().map(|layer| &layer.name).collect();
    let all = now.iter().map(|name| name.as_str()).collect::<Vec<_>>().join(" ");
    let is_whole = wanted.len() == now.len() && now.iter().all(|name| wanted.contains(name));
    anyhow::ensure!(is_whole, "name every layer of the plan once, in the new order; it has {all}");
    let mut moves = Vec::new();
    for (to, name) in wanted.iter().enumerate() {
        let from = now.iter().position(|other| *other == name).unwrap_or(to);
        let moved = now.remove(from);
        now.insert(to, moved);
        moves.push(Edit::MoveLayer { from, to });
    }
    let names: Vec<&str> = wanted.iter().map(LayerName::as_str).collect();
    Ok(Change { edit: Edit::Batch(moves), lines: vec![format!("layers, the last wins: {}", names.join(", "))] })
}

fn attach(arguments: AttachArguments) -> anyhow::Result<Exit> {
    let AttachArguments { path, name, arn, unzipped_bytes, provides, target } = arguments;
    change::make(&path, &target, |_| {
        let lines = vec![format!("attached {arn} as layer {name}")];
        let kind = LayerKind::Foreign(ForeignLayer { arn, unzipped: unzipped_bytes.map(Bytes), provides });
        Ok(Change { edit: Edit::AddLayer { at: usize::MAX, layer: Layer { name, kind } }, lines })
    })
}
