//! A verdict over a bundle, and what it says of one rule.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]
#![allow(dead_code, reason = "each test target that includes this uses a part of it")]

use bayplan::model::budget::Budgets;
use bayplan::model::bundle::Bundle;
use bayplan::model::cargo::Cargo;
use bayplan::model::finding::{Finding, Judged, Outcome, Severity, Verdict};
use bayplan::model::plan::Plan;
use bayplan::planfile::parse_plan;
use bayplan::verdict::{Case, judge};

/// A plan for a runtime on x86_64, with what stands below the function.
pub fn plan_on(runtime: &str, body: &str) -> Plan {
    let head = format!("version = 1\n[function.f]\nruntime = \"{runtime}\"\narchitecture = \"x86_64\"\n");
    parse_plan(&format!("{head}{body}")).unwrap_or_else(|error| panic!("{error}"))
}

/// A plan for python3.13.
pub fn plan(body: &str) -> Plan {
    plan_on("python3.13", body)
}

/// Judges a bundle as what it is said to be.
pub fn judged_as(judged: Judged, bundle: &Bundle, plan: &Plan) -> Verdict {
    let cargo = Cargo::new(bundle, plan, &bayplan::model::zipped::ZippedSizes::of_listing(&bundle.listing));
    let budgets = Budgets::new(bundle, &cargo, plan);
    let target = plan.function.target.clone();
    let (lock, today, unbuilt) = (None, None, None);
    judge(&Case {
        bundle,
        cargo: &cargo,
        budgets: &budgets,
        plan,
        target: &target,
        judged,
        lock,
        deployed: None,
        today,
        unbuilt,
    })
}

/// Judges a plan over a bundle.
pub fn verdict(bundle: &Bundle, plan: &Plan) -> Verdict {
    judged_as(Judged::Plan, bundle, plan)
}

/// The worst finding of a rule.
pub fn found(verdict: &Verdict, id: &str) -> Option<Finding> {
    verdict.findings.iter().find(|finding| finding.id == id).cloned()
}

/// What became of a rule.
pub fn outcome(verdict: &Verdict, id: &str) -> Outcome {
    verdict.rules.iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}")).outcome.clone()
}

/// The first case is found with this severity and these words, the second has nothing to say.
#[track_caller]
pub fn shows(id: &str, severity: Severity, words: &str, bad: &Verdict, good: &Verdict) {
    let finding = found(bad, id).unwrap_or_else(|| panic!("{id} found nothing: {:?}", outcome(bad, id)));
    assert_eq!(finding.severity, severity, "{id}: {}", finding.message);
    assert!(finding.message.contains(words), "{id}: {}", finding.message);
    assert!(!finding.cure.is_empty() && !finding.cure.ends_with('.') && !finding.message.ends_with('.'), "{finding:?}");
    assert_eq!(found(good, id), None, "{id} should have nothing to say");
}
