//! Whether the way from what is deployed to the plan holds, and the way back: CloudFormation, Terraform and others
//! switch layers before code, so the old code has to fit and run with the new layers.

use super::Case;
use super::ruling::{Ruling, error, named, warning};
use crate::model::bytes::Amount;
use crate::model::finding::Finding;
use crate::model::limits::LIMITS;
use crate::model::transition::{Between, State, between, with_both_codes};

const NOTHING_DEPLOYED: &str = "what is deployed was not named (--from OLD)";
const SOURCE: &str = "users' reports since 2020 (aws/aws-cdk issue 8446): layers and code are switched by two calls";

/// The way there, layers first.
pub(super) fn update(case: &Case<'_>) -> Ruling {
    let Some(old) = case.deployed else { return Ruling::skipped(NOTHING_DEPLOYED) };
    let new = State::of_plan(case.bundle, case.plan, case.cargo);
    let way = between(old, &new);
    let Some(fault) = fault(&way, "the old code with the new layers") else { return doubt(&way) };
    let back = between(&new, old);
    let cure = if is_good(&back) {
        "update the code first and the layers after it (aws lambda update-function-code, then \
         update-function-configuration): that way it holds at every step"
            .to_owned()
    } else {
        steps(old, &new)
    };
    let message = format!("tools that switch layers before code would fail on the way: {fault}");
    about(error(message, cure), &way).into()
}

/// The way back, layers first again.
pub(super) fn rollback(case: &Case<'_>) -> Ruling {
    let Some(old) = case.deployed else { return Ruling::skipped(NOTHING_DEPLOYED) };
    let new = State::of_plan(case.bundle, case.plan, case.cargo);
    let way = between(&new, old);
    let Some(fault) = fault(&way, "the new code with the old layers") else { return doubt(&way) };
    let forth = between(old, &new);
    let cure = if is_good(&forth) {
        "to go back, update the code first and the layers after it".to_owned()
    } else {
        "keep the old version published and go back by its alias, which switches both at once".to_owned()
    };
    let message = format!("going back would fail on the way: {fault}");
    about(warning(message, cure), &way).into()
}

/// What is wrong with a step, as a clause.
fn fault(way: &Between, what: &str) -> Option<String> {
    if LIMITS.unzipped.is_reached_by(way.joint.bytes) {
        let over = LIMITS.unzipped.excess(way.joint.bytes).with_exact();
        return Some(format!(
            "{what} hold {}{} unzipped, {over} over 250 MB",
            way.joint.sign(),
            way.joint.bytes.with_exact()
        ));
    }
    (!way.missing.is_empty()).then(|| format!("{what} lack {}, which the code had", named(&way.missing)))
}

fn is_good(way: &Between) -> bool {
    way.missing.is_empty() && !LIMITS.unzipped.is_reached_by(way.joint.bytes)
}

/// A lower bound that is below the limit proves nothing, unless it stayed below with twice what is unsure: what a lock
/// leaves out, bytecode above all, is less than what it counts.
fn doubt(way: &Between) -> Ruling {
    match way.joint.sign() {
        "" => Ruling::passed(),
        _ if !LIMITS.unzipped.is_reached_by(way.joint.bytes + way.unsure) => Ruling::passed(),
        _ => Ruling::undecided(format!(
            "on the way function + layers hold {}, which is only a lower bound; --from a zip or folder is exact",
            way.joint
        )),
    }
}

/// What can be done where neither order holds.
fn steps(old: &State, new: &State) -> String {
    let fits = |sum: &Amount| !LIMITS.unzipped.is_reached_by(sum.bytes);
    if with_both_codes(old, new).iter().all(fits) {
        return "go in three steps: first code that holds the packages of both functions, then the new layers, then the \
                new code"
            .to_owned();
    }
    "deploy a state in between that is small enough beside both, or publish the plan as a new function and switch to it"
        .to_owned()
}

fn about(finding: Finding, way: &Between) -> Finding {
    Finding { packages: way.missing.clone(), bytes: Some(way.joint.bytes), source: SOURCE.to_owned(), ..finding }
}
