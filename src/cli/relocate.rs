//! `bayplan move PATH PACKAGE… BUCKET`: the drag, in a line.

use super::arguments::MoveArguments;
use super::change::{self, Change};
use super::{Exit, names};
use crate::model::bucket::LayerName;
use crate::model::bundle::Bundle;
use crate::model::edit::Edit;
use crate::model::package::PackageKey;
use crate::model::plan::{Layer, Placement, Plan, Reason};
use crate::model::provided::likely_reason;
use crate::workflow::Loaded;

pub(super) fn run(arguments: MoveArguments) -> anyhow::Result<Exit> {
    let MoveArguments { path, mut names, because, provided_by, target } = arguments;
    let bucket = names.pop().unwrap_or_default();
    let reason = provided_by.map(Reason::ProvidedBy).or(because.map(Reason::Because));
    change::make(&path, &target, |loaded| plan_move(loaded, &names, &bucket, reason))
}

fn plan_move(loaded: &Loaded, names: &[String], bucket: &str, reason: Option<Reason>) -> anyhow::Result<Change> {
    anyhow::ensure!(
        reason.is_none() || bucket.eq_ignore_ascii_case("left-out"),
        "--because and --provided-by say why something is left out; they do not go with {}",
        crate::model::escape::printable(bucket.as_bytes())
    );
    let is_explained = reason.is_some();
    let (placement, new_layer) = placement(&loaded.plan, bucket, reason)?;
    let mut moves: Vec<(PackageKey, Option<Placement>)> = Vec::new();
    let mut lines = Vec::new();
    for name in names {
        let named = names::find(&loaded.bundle, &loaded.plan, name)?;
        for key in loaded.bundle.unit_keys(&named) {
            if moves.iter().any(|(moved, _)| *moved == key) {
                continue;
            }
            lines.push(line(loaded, &key, &named, placement.as_ref()));
            let placement = settled(loaded, &key, placement.as_ref(), is_explained);
            moves.push((key, placement));
        }
    }
    let moving = Edit::Move(moves);
    let edit = match new_layer {
        Some(name) => Edit::Batch(vec![Edit::AddLayer { at: usize::MAX, layer: Layer::own(name) }, moving]),
        None => moving,
    };
    Ok(Change { edit, lines })
}

/// Where one package goes. Nobody's reason is lost: what is left out already keeps its own, and what the runtime holds
/// is left out for that. None is made up: where nobody gave one, the plan says so.
fn settled(loaded: &Loaded, key: &PackageKey, to: Option<&Placement>, is_explained: bool) -> Option<Placement> {
    match (to, loaded.plan.placements().get(key)) {
        (Some(Placement::LeftOut(_)), Some(here @ Placement::LeftOut(_))) if !is_explained => Some(here.clone()),
        (Some(Placement::LeftOut(_)), _) if !is_explained => {
            Some(Placement::LeftOut(likely_reason(&loaded.target, key)))
        }
        (to, _) => to.cloned(),
    }
}

/// Where things go, and the layer that has to be made for it.
fn placement(
    plan: &Plan,
    bucket: &str,
    reason: Option<Reason>,
) -> anyhow::Result<(Option<Placement>, Option<LayerName>)> {
    Ok(match &*bucket.to_ascii_lowercase() {
        "function" => (None, None),
        "efs" => (Some(Placement::Efs), None),
        "left-out" => (Some(Placement::LeftOut(reason.unwrap_or(Reason::Because(String::new())))), None),
        "new-layer" => {
            let name = plan.free_layer_name();
            (Some(Placement::Layer(name.clone())), Some(name))
        }
        _ => (Some(Placement::Layer(layer_named(bucket)?)), None),
    })
}

fn layer_named(name: &str) -> anyhow::Result<LayerName> {
    name.parse()
        .map_err(|error| anyhow::anyhow!("no bucket of that name: {error}; or function, efs, left-out, new-layer"))
}

/// `scipy 1.10.1 (95.1 MB): function → EFS`, and why it goes along where nobody named it.
fn line(loaded: &Loaded, key: &PackageKey, named: &PackageKey, to: Option<&Placement>) -> String {
    let from = loaded.plan.bucket_of(key);
    let to = to.map_or("function".to_owned(), |placement| placement.bucket().to_string());
    let along = if key == named { String::new() } else { format!(", with {named}: {}", why(&loaded.bundle, named)) };
    match loaded.bundle.get(key) {
        Some(package) if from.to_string() == to => format!("{} is in {from} already{along}", package.title()),
        Some(package) => format!("{} ({}): {from} → {to}{along}", package.title(), package.load().unzipped),
        None => format!("{key} (not in this bundle): {from} → {to}"),
    }
}

fn why(bundle: &Bundle, named: &PackageKey) -> String {
    let because = bundle.find(named).and_then(|index| bundle.bound_because(index));
    because.map_or("they belong together".to_owned(), |because| format!("they {because}"))
}
