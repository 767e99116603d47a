//! What is left out because the runtime or a layer holds it.

use std::collections::BTreeSet;

use super::Case;
use super::ruling::{Ruling, example_runtime, named, note, warning};
use crate::model::finding::Finding;
use crate::model::package::PackageKey;
use crate::model::plan::{Placement, Reason};
use crate::model::provided::{Provided, provided_by_runtime};

/// The word that a plan uses for the runtime as the holder.
const RUNTIME: &str = "runtime";

/// What is left out as provided, and by whom.
fn left_out<'a>(case: &Case<'a>) -> Vec<(&'a PackageKey, &'a str)> {
    let by = |(key, placement): (&'a PackageKey, &'a Placement)| match placement {
        Placement::LeftOut(Reason::ProvidedBy(holder)) => Some((key, holder.as_str())),
        _ => None,
    };
    case.plan.placements().iter().filter_map(by).collect()
}

/// Half of the SDK from the bundle and half from the runtime are two releases mixed.
pub(super) fn family(case: &Case<'_>) -> Ruling {
    let left_out: BTreeSet<&PackageKey> =
        left_out(case).into_iter().filter(|(_, holder)| *holder == RUNTIME).map(|(key, _)| key).collect();
    let (false, Some(runtime)) = (left_out.is_empty(), &case.target.runtime) else {
        return Ruling::skipped("nothing is left out as provided by a known runtime");
    };
    let mut families: Vec<&Provided> =
        left_out.iter().filter_map(|key| provided_by_runtime(runtime, key)).filter(|group| group.together).collect();
    families.dedup_by(|a, b| std::ptr::eq(*a, *b));
    Ruling::of(families.into_iter().filter_map(|family| {
        let stays = |key: &&PackageKey| case.bundle.find(key).is_some() && !left_out.contains(*key);
        let members = || case.bundle.packages().iter().map(|package| &package.key).filter(|key| family.holds(key));
        let staying: Vec<PackageKey> = members().filter(stays).cloned().collect();
        let leaving: Vec<&PackageKey> = left_out.iter().copied().filter(|key| family.holds(key)).collect();
        (!staying.is_empty()).then(|| {
            let message = format!(
                "{} left to the runtime, but {} of the same family stays: two releases of the SDK would be mixed",
                named(&leaving),
                named(&staying)
            );
            let cure = "leave the whole family out, or keep all of it";
            Finding { packages: staying, source: family.source.clone(), ..warning(message, cure) }
        })
    }))
}

/// Whether the holder that the plan names is known to hold it.
pub(super) fn holder(case: &Case<'_>) -> Ruling {
    let left_out = left_out(case);
    if left_out.is_empty() {
        return Ruling::skipped("nothing is left out as provided");
    }
    Ruling::of(left_out.into_iter().filter_map(|(key, holder)| {
        let finding = if holder == RUNTIME { by_runtime(case, key)? } else { by_layer(case, key, holder)? };
        Some(Finding { packages: vec![key.clone()], ..finding })
    }))
}

fn by_runtime(case: &Case<'_>, key: &PackageKey) -> Option<Finding> {
    match &case.target.runtime {
        None => {
            let message = format!("{key} is left out as provided by the runtime, which is not known");
            let runtime = example_runtime(case.bundle);
            Some(note(message, format!("write runtime = \"{runtime}\" into the plan, or give --runtime")))
        }
        Some(runtime) if provided_by_runtime(runtime, key).is_none() => {
            let message =
                format!("{key} is left out as provided by the runtime, but {runtime} is not known to hold it");
            Some(warning(message, "put it back, or say in the plan why it is not needed (because = …)"))
        }
        Some(_) => None,
    }
}

fn by_layer(case: &Case<'_>, key: &PackageKey, holder: &str) -> Option<Finding> {
    let layer = case.plan.layers().iter().find(|layer| layer.name.as_str() == holder);
    let provides = |layer: &crate::model::plan::Layer| {
        layer.foreign().is_some_and(|foreign| foreign.provides.iter().any(|name| name == key.as_str()))
    };
    match layer {
        None => {
            let message = format!("{key} is left out as provided by \"{holder}\", which is no layer of the plan");
            Some(warning(message, "name a layer of the plan or the runtime, or put it back"))
        }
        Some(layer) if !provides(layer) => {
            let message =
                format!("{key} is left out as provided by layer {holder}, which does not declare that it holds it");
            Some(warning(message, format!("add \"{key}\" to provides in [layer.{holder}], or put it back")))
        }
        Some(_) => None,
    }
}
