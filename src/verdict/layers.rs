//! The layers as such: slots, versions, what is declared of them.

use super::Case;
use super::ruling::{Ruling, counted, error, warning};
use crate::model::bucket::Bucket;
use crate::model::finding::Finding;
use crate::model::known_layers::known_layer;
use crate::model::limits::LIMITS;
use crate::model::plan::{ForeignLayer, Layer};

/// Five slots, managed and extension layers included.
pub(super) fn slots(case: &Case<'_>) -> Ruling {
    let count = case.plan.layers().len();
    if count <= LIMITS.layers.count {
        return Ruling::passed();
    }
    let message = format!("{} are attached; a function takes {}", counted(count, "layer"), LIMITS.layers.count);
    Finding { source: LIMITS.layers.source.clone(), ..error(message, "merge layers, or put packages on EFS") }.into()
}

fn foreign<'a>(case: &Case<'a>) -> Vec<(&'a Layer, &'a ForeignLayer)> {
    case.plan.layers().iter().filter_map(|layer| Some((layer, layer.foreign()?))).collect()
}

/// AWS refuses two versions of one layer.
pub(super) fn versions(case: &Case<'_>) -> Ruling {
    let layers = foreign(case);
    if layers.is_empty() {
        return Ruling::skipped("there is no layer of somebody else's");
    }
    let mut findings = Vec::new();
    for (index, (layer, declared)) in layers.iter().enumerate() {
        let twin =
            layers[..index].iter().find(|(_, other)| other.arn.without_version() == declared.arn.without_version());
        if let Some((other, other_declared)) = twin {
            let finding = if other_declared.arn == declared.arn {
                let message = format!("layers {} and {} are the same version of one layer", other.name, layer.name);
                warning(message, format!("remove layer {}: it takes a slot and its bytes for nothing", layer.name))
            } else {
                let message = format!("layers {} and {} are two versions of one layer", other.name, layer.name);
                error(message, "keep one of them")
            };
            findings.push(Finding {
                buckets: vec![Bucket::Layer(other.name.clone()), Bucket::Layer(layer.name.clone())],
                source: "AWS answers: Two different versions of the same layer are not allowed".to_owned(),
                ..finding
            });
        }
    }
    Ruling::of(findings)
}

/// What is not declared cannot be counted.
pub(super) fn declared(case: &Case<'_>) -> Ruling {
    let layers = foreign(case);
    if layers.is_empty() {
        return Ruling::skipped("there is no layer of somebody else's");
    }
    Ruling::of(layers.into_iter().filter(|(_, foreign)| foreign.unzipped.is_none()).map(|(layer, foreign)| {
        let message = format!("layer {} is somebody else's and its size is not declared, so the sum of function + layers is a lower bound", layer.name);
        let sum = "the sum of its files' lengths once it is unzipped";
        let cure = format!("add unzipped_bytes to [layer.{}]: {sum}{}", layer.name, reported(foreign));
        Finding { buckets: vec![Bucket::Layer(layer.name.clone())], ..warning(message, cure) }
    }))
}

/// What users say of a layer that many attach; it is for the author of the plan to take it over.
fn reported(foreign: &ForeignLayer) -> String {
    let known = known_layer(&foreign.arn).and_then(|known| Some((known, known.reported.as_ref()?)));
    known.map_or(String::new(), |(known, reported)| format!("; {}, {}", known.source, reported.about))
}

/// An empty layer takes a slot.
pub(super) fn empty(case: &Case<'_>) -> Ruling {
    if case.plan.layers().is_empty() {
        return Ruling::skipped("there is no layer");
    }
    let is_own = |name| case.plan.layer(name).is_some_and(|layer| layer.foreign().is_none());
    let empty = case.budgets.layers().filter(|(name, budget)| budget.packages == 0 && is_own(name));
    Ruling::of(empty.map(|(name, _)| {
        let message = format!("layer {name} holds nothing of this bundle and takes one of five slots");
        let cure = format!("move packages into it or remove layer {name}");
        Finding { buckets: vec![Bucket::Layer(name.clone())], ..warning(message, cure) }
    }))
}
