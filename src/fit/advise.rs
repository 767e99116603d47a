//! From a request to advice: compile, solve, propose, and ask the verdict. What the verdict refuses is held where it is,
//! and the question is asked again.

use std::collections::BTreeSet;

use super::compile::{Compiled, compile};
use super::propose::{Answered, propose};
use super::solve::{Answer, STEPS, solve};
use super::{Request, Wishes};
use crate::model::budget::Budgets;
use crate::model::bytes::Bytes;
use crate::model::cargo::Cargo;
use crate::model::finding::{Finding, Judged, Severity, Verdict};
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;
use crate::model::plan::Plan;
use crate::model::proposal::{Advice, Proposal, Shortfall};
use crate::model::risk::Risk;
use crate::verdict::{self, Case};

/// How often the verdict may refuse before fit gives up.
const MOST_TRIES: usize = 8;

/// The best plan, or what stands in the way of any.
pub fn advise(request: &Request<'_>) -> Advice {
    let present = judged(request, request.plan);
    let mut held = BTreeSet::new();
    for _ in 0..MOST_TRIES {
        let compiled = compile(request, &held);
        let answer = solve(&compiled.problem, STEPS);
        let Some((arrangement, value)) = answer.best.clone() else {
            return Advice::Nothing(shortfall(request, &compiled, &answer));
        };
        let answered = Answered { compiled: &compiled, arrangement, value, bound: answer.bound };
        let (mut proposal, plan) = propose(request, &answered);
        let verdict = judged(request, &plan);
        let worse = new_errors(&present, &verdict);
        if worse.is_empty() {
            proposal.notes.extend(remarks(&verdict));
            return Advice::Fits(proposal);
        }
        let before = held.len();
        held.extend(moved(request.plan, &plan, &worse));
        if held.len() == before {
            return Advice::Nothing(refused(&proposal, &worse));
        }
    }
    let compiled = compile(request, &held);
    Advice::Nothing(shortfall(request, &compiled, &solve(&compiled.problem, STEPS)))
}

fn judged(request: &Request<'_>, plan: &Plan) -> Verdict {
    let cargo = Cargo::new(request.bundle, plan, request.zipped);
    let budgets = Budgets::new(request.bundle, &cargo, plan);
    verdict::judge(&Case {
        bundle: request.bundle,
        cargo: &cargo,
        budgets: &budgets,
        plan,
        target: request.target,
        judged: Judged::Plan,
        lock: request.lock,
        today: request.today,
        unbuilt: request.unbuilt,
        deployed: request.deployed,
        artifacts: None,
    })
}

/// Errors of a rule that had fewer before.
fn new_errors<'v>(before: &Verdict, after: &'v Verdict) -> Vec<&'v Finding> {
    let errors = |verdict: &'v Verdict| verdict.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let count = |verdict: &Verdict, id: &str| {
        verdict.findings.iter().filter(|finding| finding.severity == Severity::Error && finding.id == id).count()
    };
    errors(after).filter(|finding| count(after, finding.id) > count(before, finding.id)).collect()
}

/// The packages that errors name and that moved; where they name none, all that moved.
fn moved(before: &Plan, after: &Plan, errors: &[&Finding]) -> Vec<PackageKey> {
    let keys = before.placements().keys().chain(after.placements().keys());
    let has_moved = |key: &&PackageKey| before.placements().get(*key) != after.placements().get(*key);
    let all: BTreeSet<&PackageKey> = keys.filter(has_moved).collect();
    let named: BTreeSet<&PackageKey> = errors.iter().flat_map(|error| &error.packages).collect();
    let meant: Vec<PackageKey> = all.intersection(&named).map(|key| (*key).clone()).collect();
    if meant.is_empty() { all.into_iter().cloned().collect() } else { meant }
}

/// What the verdict still says of the proposed plan that somebody should know before taking it.
fn remarks(verdict: &Verdict) -> Vec<String> {
    let telling =
        |finding: &&Finding| finding.severity > Severity::Note || matches!(finding.id, "upload.direct" | "efs.vpc");
    let word = |finding: &Finding| match finding.severity {
        Severity::Note => format!("{}: {}", finding.message, finding.cure),
        severity => format!("{severity} stays: {}: {}", finding.message, finding.cure),
    };
    verdict.findings.iter().filter(telling).map(word).collect()
}

fn refused(proposal: &Proposal, errors: &[&Finding]) -> Shortfall {
    let why: Vec<&str> = errors.iter().map(|finding| finding.message.as_str()).collect();
    Shortfall {
        message: format!("what would come down to {} is refused: {}", proposal.after, why.join("; ")),
        over_by: Bytes::ZERO,
        cures: errors.iter().map(|finding| finding.cure.clone()).collect(),
    }
}

/// Which limit cannot be met, by how much, and what would do.
fn shortfall(request: &Request<'_>, compiled: &Compiled, answer: &Answer) -> Shortfall {
    let limit = &LIMITS.unzipped;
    let least = Bytes(answer.floor);
    let over_by = if limit.is_reached_by(least) { limit.excess(least) + Bytes(1) } else { Bytes::ZERO };
    let message = if answer.is_proven() && limit.is_reached_by(least) {
        format!(
            "with all that may be done, function and layers come down to {}; that is {} bytes too many for the 250 MB \
             that they share",
            least.with_exact(),
            over_by.grouped()
        )
    } else if answer.is_proven() {
        "what would have to leave cannot leave without what it needs, and that stays".to_owned()
    } else {
        "nothing that fits was found in the time that fit takes".to_owned()
    };
    Shortfall { message, over_by, cures: cures(request, compiled) }
}

/// What would do, asked of the solver itself, the least harm first; then the image, which takes what no zip takes.
fn cures(request: &Request<'_>, compiled: &Compiled) -> Vec<String> {
    let wishes = request.wishes;
    let fits = |wishes: &Wishes| {
        let compiled = compile(&Request { wishes, ..*request }, &BTreeSet::new());
        solve(&compiled.problem, STEPS).best.is_some()
    };
    let mut cures = Vec::new();
    for leave_out in [wishes.leave_out, true] {
        let more = Risk::ALL.into_iter().filter(|risk| *risk >= wishes.risk);
        let least = more.map(|risk| Wishes { risk, leave_out, ..wishes.clone() }).find(|wider| fits(wider));
        if let (Some(wider), true) = (least, cures.is_empty()) {
            cures.push(match (wider.risk > wishes.risk, leave_out && !wishes.leave_out) {
                (true, true) => format!("allow packages to be left out, and risk up to {} (--risk {0})", wider.risk),
                (true, false) => format!("allow risk up to {} (--risk {0})", wider.risk),
                (false, _) => "allow packages to be left out".to_owned(),
            });
        }
    }
    if !wishes.efs && fits(&Wishes { efs: true, ..wishes.clone() }) {
        cures.push("allow EFS".to_owned());
    }
    if compiled.problem.items.iter().any(|item| item.pinned) && !request.plan.check.pinned.is_empty() {
        cures.push("take packages out of pinned in [check]".to_owned());
    }
    let whole = request.bundle.total().bytes;
    cures.push(if LIMITS.image.is_reached_by(whole) {
        format!("make the build itself smaller: with {whole} it is too large for a container image too")
    } else {
        format!("build a container image: it may have 10 GB, and this build has {whole}")
    });
    cures
}
