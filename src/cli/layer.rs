//! `bayplan layer …`: layers added, removed, renamed, ordered, attached.

use super::Exit;
use super::arguments::{AttachArguments, LayerArguments, LayerCommand, OrderArguments, RenameArguments};
use super::change::{self, Change};
use crate::model::bucket::LayerName;
use crate::model::bytes::Bytes;
use crate::model::edit::Edit;
use crate::model::plan::{ForeignLayer, Layer, LayerKind, Plan};

pub(super) fn run(command: LayerCommand) -> anyhow::Result<Exit> {
    match command {
        LayerCommand::Add(LayerArguments { path, names, target }) => change::make(&path, &target, |_| Ok(add(&names))),
        LayerCommand::Remove(LayerArguments { path, names, target }) => {
            change::make(&path, &target, |_| Ok(remove(&names)))
        }
        LayerCommand::Rename(RenameArguments { path, old, new, target }) => {
            change::make(&path, &target, |_| Ok(rename(&old, &new)))
        }
        LayerCommand::Order(OrderArguments { path, names, target }) => {
            change::make(&path, &target, |loaded| order(&loaded.plan, &names))
        }
        LayerCommand::Attach(arguments) => attach(arguments),
    }
}

fn add(names: &[LayerName]) -> Change {
    let add = |name: &LayerName| Edit::AddLayer { at: usize::MAX, layer: Layer::own(name.clone()) };
    each(names, add, |name| format!("added layer {name}"))
}

fn remove(names: &[LayerName]) -> Change {
    each(names, |name| Edit::RemoveLayer(name.clone()), |name| format!("removed layer {name}"))
}

/// The same edit for each of several layers: all of them or none.
fn each(names: &[LayerName], edit: impl Fn(&LayerName) -> Edit, line: impl Fn(&LayerName) -> String) -> Change {
    Change { edit: Edit::Batch(names.iter().map(edit).collect()), lines: names.iter().map(line).collect() }
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
