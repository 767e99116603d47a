//! Whether the way from what is deployed to the plan holds, and the way back: CloudFormation, Terraform and others
//! switch layers before code, so the old code has to fit and run with the new layers. Where it does not, the first way
//! that holds is said step by step, with the sums.

use super::Case;
use super::ruling::{Ruling, error, named, warning};
use crate::model::bytes::{Amount, Bytes};
use crate::model::finding::Finding;
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;
use crate::model::transition::{Between, Bytecode, Round, Route, State, between, route};

const NOTHING_DEPLOYED: &str = "what is deployed was not named (--from OLD)";
const SOURCE: &str = "users' reports since 2020 (aws/aws-cdk issue 8446): layers and code are switched by two calls";

/// The way there, layers first.
pub(super) fn update(case: &Case<'_>) -> Ruling {
    let Some(old) = case.deployed else { return Ruling::skipped(NOTHING_DEPLOYED) };
    let new = planned(case);
    let way = between(old, &new);
    let mut ruling = match fault(&way, "the old code with the new layers") {
        None => doubt(&way),
        Some(fault) => {
            let message = format!("tools that switch layers before code would fail on the way: {fault}");
            about(error(message, cure(case, old, &new)), &way).into()
        }
    };
    ruling.findings.extend(other_runtime(old, &new));
    ruling
}

/// The way back, layers first again.
pub(super) fn rollback(case: &Case<'_>) -> Ruling {
    let Some(old) = case.deployed else { return Ruling::skipped(NOTHING_DEPLOYED) };
    let new = planned(case);
    let way = between(&new, old);
    let Some(fault) = fault(&way, "the new code with the old layers") else { return doubt(&way) };
    let message = format!("going back would fail on the way: {fault}");
    let cure = format!("to go back, {}", cure(case, &new, old));
    about(warning(message, cure), &way).into()
}

fn planned(case: &Case<'_>) -> State {
    State::of_plan(case.bundle, case.plan, case.cargo, case.target)
}

/// What is wrong with a step, as a clause.
fn fault(way: &Between, what: &str) -> Option<String> {
    let joint = way.joint();
    if LIMITS.unzipped.is_reached_by(joint.bytes) {
        let over = LIMITS.unzipped.excess(joint.bytes).with_exact();
        return Some(format!("{what} hold {} unzipped, {over} over 250 MB", sum(way)));
    }
    (!way.missing.is_empty()).then(|| format!("{what} lack {}, which the code had", named(&way.missing)))
}

/// `267.0 MB (140 000 617 bytes of code + 140 000 000 of layers = 280 000 617)`: to be checked by hand.
fn sum(way: &Between) -> String {
    let (joint, code, layers) = (way.joint(), way.code.bytes.grouped(), way.layers.bytes.grouped());
    format!("{joint} ({code} bytes of code + {layers} of layers = {})", joint.bytes.grouped())
}

/// A lower bound that is below the limit proves nothing, unless it stayed below with twice what is unsure: what a lock
/// leaves out, bytecode above all, is less than what it counts.
fn doubt(way: &Between) -> Ruling {
    match way.joint().sign() {
        "" => Ruling::passed(),
        _ if way.is_safe() && way.unsure > Bytes::ZERO => Ruling::passed(),
        _ => Ruling::undecided(format!(
            "on the way function + layers hold {}, which is only a lower bound; --from the artifacts that were packed is \
             exact, or a zip or folder",
            way.joint()
        )),
    }
}

/// The runtime is part of the configuration, which is switched with the layers.
fn other_runtime(old: &State, new: &State) -> Option<Finding> {
    let (before, after) = (old.target().runtime.as_ref()?, new.target().runtime.as_ref()?);
    if before == after {
        return None;
    }
    let message = format!(
        "the runtime changes from {before} to {after} with the layers, so for a while the old code runs on {after}"
    );
    let cure =
        "publish a version, let callers use it by an alias, and move the alias once code and layers are both new";
    Some(Finding { source: SOURCE.to_owned(), ..warning(message, cure) })
}

/// What to do from one state to the other where the layers cannot go first.
fn cure(case: &Case<'_>, from: &State, to: &State) -> String {
    let unit = |key: &PackageKey| case.bundle.unit_keys(key).into_iter().min().unwrap_or_else(|| key.clone());
    match route(from, to, unit) {
        // Nobody asks where it holds.
        Route::LayersFirst(way) => format!("update the layers first ({}), then the code", sum(&way)),
        Route::CodeFirst(way) => format!(
            "update the code first, with the layers as they are: {}; and the layers after it (aws lambda \
             update-function-code, then update-function-configuration; with other tools in two deployments)",
            sum(&way)
        ),
        Route::Shrink { bytecode, first, second } => {
            in_three(&format!("the code as it is, slimmed as its successor is{}", without(bytecode)), &first, &second)
        }
        Route::BothCodes { bytecode, first, second } => {
            in_three(&format!("code that holds the packages of both functions{}", without(bytecode)), &first, &second)
        }
        Route::Rounds { rounds, rest } => in_rounds(&rounds, rest.as_ref()),
        Route::Placeholder { old, new } => format!(
            "no order holds, so go by a version: publish one and let callers use it by an alias; then deploy a few lines \
             as code, which fit beside the layers of now ({}) and of then ({}), switch the layers, then the code, and \
             move the alias",
            weight(old),
            weight(new)
        ),
    }
}

fn in_three(code: &str, first: &Between, second: &Between) -> String {
    let (first, second) = (sum(first), sum(second));
    format!("go in three deployments: 1. {code}: {first}; 2. the other layers: {second}; 3. the other code")
}

fn without(bytecode: Bytecode) -> &'static str {
    match bytecode {
        Bytecode::Kept => "",
        Bytecode::LeftOut => ", without bytecode for as long (it starts slower)",
    }
}

fn weight(amount: Amount) -> String {
    format!("{}{}", amount.sign(), amount.bytes.with_exact())
}

/// `go in 2 rounds: 1. numpy into a layer, layers first, in between 200.0 MB (… bytes); …`.
fn in_rounds(rounds: &[Round], rest: Option<&Between>) -> String {
    let told = |round: &Round| {
        let (to, first) = match round.to_layer {
            true => ("into a layer, the layers first", "then the code without"),
            false => ("into the code, the code first", "then the layers without"),
        };
        let (what, between) = (named(&round.packages), weight(round.between));
        format!("{what} {to} (in between {between}), {first} {}", if round.packages.len() == 1 { "it" } else { "them" })
    };
    let mut steps: Vec<String> = rounds.iter().map(told).collect();
    steps.extend(rest.map(|way| format!("what else is new, the layers first (in between {})", sum(way))));
    let numbered: Vec<String> = (1..).zip(steps).map(|(number, step)| format!("{number}. {step}")).collect();
    let count = numbered.len();
    format!("go in {count} {}: {}", if count == 1 { "round" } else { "rounds" }, numbered.join("; "))
}

fn about(finding: Finding, way: &Between) -> Finding {
    Finding { packages: way.missing.clone(), bytes: Some(way.joint().bytes), source: SOURCE.to_owned(), ..finding }
}
