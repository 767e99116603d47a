//! Floor 1: bundle and plan become findings, a file per family.
//!
//! The verdict is made here and nowhere else; screen, check and every report ask it. The words of findings live in
//! these files alone. [`rules()`] lists every rule with its id, which stays stable.

mod accept;
mod archive;
mod artifacts;
mod bundle;
mod bytecode;
mod custom;
mod deployed;
mod drift;
mod duplicates;
mod efs;
mod environment;
mod errors;
mod explain;
mod imports;
mod inside;
mod java;
mod layers;
mod layout;
mod level;
mod node;
mod plan;
mod platform;
mod provided;
mod restricted;
mod ruby;
mod rules;
mod ruling;
mod services;
mod size;
mod sources;
mod transition;
mod upload;

use std::cell::OnceCell;

pub use accept::ACCEPTED;
pub use errors::{About, Diagnosis, diagnose, known_error, known_errors, named, near};
pub use explain::{Explanation, explain};
pub use sources::{Unbuilt, build_command, rebuild_command};

use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::cargo::Cargo;
use crate::model::finding::{Finding, Judged, RuleOutcome, Verdict};
use crate::model::inspection::Inspection;
use crate::model::lock::Lock;
use crate::model::plan::Plan;
use crate::model::target::Target;
use crate::model::transition::State;
use level::{Level, OFF};
use rules::Judge;
use ruling::Ruling;

/// Everything that a verdict rests on.
#[derive(Clone, Copy, Debug)]
pub struct Case<'a> {
    /// What the build made.
    pub bundle: &'a Bundle,
    /// The bundle under the plan's slimming.
    pub cargo: &'a Cargo,
    /// What each bucket holds.
    pub budgets: &'a Budgets,
    /// Where everything goes.
    pub plan: &'a Plan,
    /// What it is to run on.
    pub target: &'a Target,
    /// What is judged.
    pub judged: Judged,
    /// What the plan was made from; `None`: there is no lock.
    pub lock: Option<&'a Lock>,
    /// What is deployed so far; `None`: nobody said.
    pub deployed: Option<&'a State>,
    /// Today as `2026-11-23`, for acceptances that end; `None`: none has ended.
    pub today: Option<&'a str>,
    /// Set where sources were opened instead of a build.
    pub unbuilt: Option<&'a Unbuilt>,
    /// Set where packed artifacts are judged; the budgets are those of what lies there.
    pub artifacts: Option<&'a Inspection>,
}

/// Judges a case by every rule.
pub fn judge(case: &Case<'_>) -> Verdict {
    let mut findings: Vec<Finding> = Vec::new();
    let mut outcomes = Vec::new();
    let import = OnceCell::new();
    for rule in rules::RULES {
        let level = Level::of(rule.id, case.plan);
        let Ruling { findings: mut found, undecided, skipped } = match rule.judge {
            _ if level == Level::Off => Ruling::skipped(OFF),
            Judge::Case(judge) => judge(case),
            Judge::Import(judge) => judge(case, import.get_or_init(|| imports::import(case))),
        };
        for finding in &mut found {
            finding.id = rule.id;
            level.settle(finding);
            accept::accept(finding, case);
        }
        let outcome = ruling::outcome(&found, undecided, skipped);
        outcomes.push(RuleOutcome { id: rule.id, title: rule.title, outcome, at_most: level.at_most() });
        findings.append(&mut found);
    }
    findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Verdict { judged: case.judged, findings, rules: outcomes }
}

/// The ids of all rules with what each holds, in the order in which they are shown.
pub fn rules() -> impl Iterator<Item = (&'static str, &'static str)> {
    rules::RULES.iter().map(|rule| (rule.id, rule.title))
}
