//! The unzipped sizes: function and layers together, the layers, each layer alone.

use super::Case;
use super::ruling::{Ruling, error, named, warning};
use crate::model::bucket::Bucket;
use crate::model::bytes::{Amount, Bytes, Certainty};
use crate::model::finding::Finding;
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;

/// How many packages a finding about size names.
const NAMED: usize = 3;
const CURE: &str = "leave packages out or slim them; else build a container image, which may have 10 GB; else put \
                    packages on EFS. Moving them to a layer frees nothing: function and layers share the 250 MB";

/// Function and layers share one budget.
pub(super) fn joint(case: &Case<'_>) -> Ruling {
    let joint = case.budgets.joint();
    if LIMITS.unzipped.is_reached_by(joint.bytes) {
        return joint_finding(case, joint).into();
    }
    if joint.certainty == Certainty::AtLeast {
        let why = format!("at least {} are in use, but not everything is known", joint.bytes.with_exact());
        return Ruling::undecided(why);
    }
    Ruling::passed()
}

fn joint_finding(case: &Case<'_>, joint: Amount) -> Finding {
    let excess = LIMITS.unzipped.excess(joint.bytes);
    let least = if joint.certainty == Certainty::AtLeast { "at least " } else { "" };
    let over = if excess == Bytes::ZERO {
        "and must be smaller than that".to_owned()
    } else {
        format!("{least}{} over the 250 MB that they share", excess.with_exact())
    };
    let message =
        format!("function + layers hold {least}{} unzipped, {over}{}", joint.bytes.with_exact(), quoted(case));
    Finding {
        packages: heaviest(case),
        buckets: case.plan.buckets().into_iter().filter(Bucket::is_joint).collect(),
        bytes: Some(excess),
        source: LIMITS.unzipped.source.clone(),
        ..error(message, CURE)
    }
}

/// With layers attached, AWS quotes what they leave, a number that nobody finds in its documentation.
fn quoted(case: &Case<'_>) -> String {
    let layers = case.budgets.layers_total();
    let left = case.budgets.left_for_function();
    if layers.bytes == Bytes::ZERO || left == Bytes::ZERO {
        return String::new();
    }
    format!("; AWS may quote {} bytes, which is what the layers leave", left.0)
}

/// The three packages that weigh most in function and layers.
fn heaviest(case: &Case<'_>) -> Vec<PackageKey> {
    let mut packages: Vec<(Bytes, &PackageKey)> = case
        .bundle
        .indexed()
        .filter(|(_, package)| case.plan.bucket_of(&package.key).is_joint())
        .map(|(index, package)| (case.cargo.load(index).unzipped, &package.key))
        .collect();
    let heaviest_first = |a: &(Bytes, &PackageKey), b: &(Bytes, &PackageKey)| b.0.cmp(&a.0).then_with(|| a.1.cmp(b.1));
    if packages.len() > NAMED {
        packages.select_nth_unstable_by(NAMED, heaviest_first);
        packages.truncate(NAMED);
    }
    packages.sort_by(heaviest_first);
    packages.into_iter().map(|(_, key)| key.clone()).collect()
}

/// The layers together must leave something for the function.
pub(super) fn layers(case: &Case<'_>) -> Ruling {
    if case.plan.layers().is_empty() {
        return Ruling::skipped("there is no layer");
    }
    let layers = case.budgets.layers_total();
    if !LIMITS.unzipped.is_reached_by(layers.bytes) {
        return Ruling::passed();
    }
    let message = format!(
        "the layers hold {} unzipped; nothing of the 250 MB is left for the function",
        layers.bytes.with_exact()
    );
    Finding {
        buckets: case.budgets.layers().map(|(name, _)| Bucket::Layer(name.clone())).collect(),
        bytes: Some(LIMITS.unzipped.excess(layers.bytes)),
        source: "AWS answers: Layers consume more than the available size of 262144000 bytes".to_owned(),
        ..error(message, CURE)
    }
    .into()
}

/// Each layer is published alone and judged alone.
pub(super) fn layer(case: &Case<'_>) -> Ruling {
    if case.plan.layers().is_empty() {
        return Ruling::skipped("there is no layer");
    }
    let over = case.budgets.layers().filter(|(_, budget)| LIMITS.layer.is_reached_by(budget.unzipped.bytes));
    Ruling::of(over.map(|(name, budget)| {
        let message = format!(
            "layer {name} alone holds {} unzipped; a layer must be smaller than 250 MB",
            budget.unzipped.bytes.with_exact()
        );
        Finding {
            buckets: vec![Bucket::Layer(name.clone())],
            bytes: Some(LIMITS.layer.excess(budget.unzipped.bytes)),
            source: LIMITS.layer.source.clone(),
            ..error(message, CURE)
        }
    }))
}

/// A budget that is nearly used up fails at the next release of a dependency.
pub(super) fn headroom(case: &Case<'_>) -> Ruling {
    let joint = case.budgets.joint().bytes;
    if LIMITS.unzipped.is_reached_by(joint) {
        return Ruling::skipped("function + layers are over already");
    }
    let wanted = case.plan.check.warn_at_percent;
    let is_used_up = u128::from(joint.0) * 100 > u128::from(LIMITS.unzipped.bytes.0) * u128::from(wanted);
    if !is_used_up {
        return Ruling::passed();
    }
    let left = LIMITS.unzipped.bytes.less(joint);
    let percent = joint.percent_of(LIMITS.unzipped.bytes);
    let message =
        format!("function + layers use {percent:.1} % of 250 MB, more than {wanted} %; {} are left", left.with_exact());
    let heaviest = heaviest(case);
    let cure = format!(
        "leave out or slim something, or set warn_at_percent in [check]; the heaviest are {}",
        named(&heaviest)
    );
    Finding { packages: heaviest, bytes: Some(left), source: LIMITS.unzipped.source.clone(), ..warning(message, cure) }
        .into()
}
