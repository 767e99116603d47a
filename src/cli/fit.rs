//! `bayplan fit PATH`: the plan that fits with the least harm, with its steps, their reasons and the proof.

use std::path::Path;

use serde::Serialize;

use super::arguments::{FitArguments, TargetArguments};
use super::conclude::conclude;
use super::report::{load, put, require_plan};
use super::{Exit, output};
use crate::deploy::shell_word;
use crate::fit::Wishes;
use crate::model::bytes::{Bytes, Certainty};
use crate::model::escape::shown_path;
use crate::model::limits::LIMITS;
use crate::model::proposal::{Advice, Criterion, Proof, Proposal, Shortfall, Step};
use crate::report::{Format, WIDTH, hanging, source_name, wrapped};
use crate::workflow::{self, Loaded, Question};

pub(super) fn run(arguments: FitArguments) -> anyhow::Result<Exit> {
    let FitArguments { path, out, no_efs, no_leave_out, layers, risk, format, target } = arguments;
    require_plan(&target)?;
    let mut loaded = load(&path, &target)?;
    let wishes = Wishes { efs: !no_efs, leave_out: !no_leave_out, layers, risk };
    let advice = workflow::advise(&Question::of_loaded(&loaded), &wishes);
    match format {
        Format::Json => put(&json(&advice), format)?,
        _ => put(&text(&loaded, &advice), format)?,
    }
    let Advice::Fits(proposal) = &advice else { return Ok(Exit::Fails) };
    let edit = proposal.edit(&loaded.plan, &[]);
    loaded.plan.apply(edit)?;
    match out {
        None if format == Format::Text => output::say(&keep(&path, &target)),
        None => {}
        Some(file) => {
            let mut file = loaded.plan_file.elsewhere(file)?;
            let saved = workflow::save_plan(&mut file, &loaded.plan, &loaded.target, &loaded.bundle, false)?;
            output::say(&saved.to_string());
        }
    }
    Ok(exit(&mut loaded))
}

/// How the plan is kept that was found: without `--out` it is only told.
fn keep(path: &Path, target: &TargetArguments) -> String {
    let word = |path: &Path| shell_word(&shown_path(path));
    let plan = target.plan.as_deref().map_or_else(String::new, |plan| format!(" --plan {}", word(plan)));
    format!("nothing was written; bayplan fit {}{plan} --out FILE keeps this plan", word(path))
}

/// What the verdict says of the plan that is proposed.
fn exit(loaded: &mut Loaded) -> Exit {
    loaded.background.judged = crate::model::finding::Judged::Plan;
    conclude(&workflow::assess(loaded).verdict)
}

fn text(loaded: &Loaded, advice: &Advice) -> String {
    let head = format!("{}    {}\n", source_name(&loaded.bundle.listing.source), loaded.target);
    head + &match advice {
        Advice::Fits(proposal) => proposal_text(proposal),
        Advice::Nothing(shortfall) => shortfall_text(shortfall),
    }
}

fn proposal_text(proposal: &Proposal) -> String {
    let mut text = meter(proposal);
    if proposal.steps.is_empty() {
        text.push_str("\nThe plan is the best already; there is nothing to do\n");
    } else {
        text.push_str(&format!("\n{:<46}{:>10}{:>12}  {}\n", "Steps", "frees", "then", "risk"));
    }
    let mut before = proposal.before.bytes;
    for (number, step) in (1..).zip(&proposal.steps) {
        text.push_str(&step_text(number, step, before));
        before = step.joint_after;
    }
    text.push_str("\nWhat was made as small as can be, in this order\n");
    for Criterion { letter, what, reached } in &proposal.order {
        text.push_str(&format!("{letter}  {what:<36}{reached}\n"));
    }
    text.push_str(&format!("\n{}\n", proof(&proposal.proof)));
    for note in &proposal.notes {
        text.push_str(&format!("{}\n", wrapped(note, WIDTH).join("\n  ")));
    }
    text
}

/// `352.9 → 222.0 of 250.0 MB  fits, 28.0 MB left (370 064 218 → 232 756 142 bytes)`.
fn meter(proposal: &Proposal) -> String {
    let Proposal { before, after, .. } = proposal;
    let limit = LIMITS.unzipped.bytes;
    format!(
        "Function + layers  {} → {}{} of {}  fits, {} left\n                   {} → {} bytes\n",
        before.bytes.in_megabytes(),
        after.sign(),
        after.bytes.in_megabytes(),
        limit,
        limit.less(after.bytes),
        before.bytes.grouped(),
        after.bytes.grouped()
    )
}

fn step_text(number: usize, step: &Step, before: Bytes) -> String {
    let number = format!("{number} ");
    let title = hanging(&number, &step.title, 46);
    let sizes = format!("{:>10}{:>12}  {}", freed(before, step.joint_after), step.joint_after.to_string(), step.risk);
    let mut lines: Vec<String> = title.iter().map(|line| format!("{line:<46}")).collect();
    lines[0].push_str(&sizes);
    let mut text: String = lines.iter().map(|line| format!("{}\n", line.trim_end())).collect();
    for line in wrapped(&step.why, WIDTH - 2) {
        text.push_str(&format!("  {line}\n"));
    }
    text
}

/// `55.5 MB`; `-1.2 MB` where something comes back.
fn freed(before: Bytes, after: Bytes) -> String {
    if after > before { format!("-{}", after.less(before)) } else { before.less(after).to_string() }
}

fn proof(proof: &Proof) -> String {
    match proof {
        Proof::Best => "Proven: by this order there is no better plan".to_owned(),
        Proof::Within(gap) => format!("Not proven: not everything was looked at; {gap}"),
    }
}

fn shortfall_text(shortfall: &Shortfall) -> String {
    let message = wrapped(&format!("nothing fits: {}", shortfall.message), WIDTH - 2).join("\n  ");
    let cures = shortfall.cures.iter().map(|cure| format!("  → {}\n", wrapped(cure, WIDTH - 4).join("\n    ")));
    format!("✗ {message}\n{}", cures.collect::<String>())
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    fits: bool,
    #[serde(flatten)]
    fit: Option<Fit<'a>>,
    #[serde(flatten)]
    shortfall: Option<Short<'a>>,
}

#[derive(Serialize)]
struct Fit<'a> {
    bytes_before: Bytes,
    bytes_after: Bytes,
    certainty: Certainty,
    limit: Bytes,
    steps: Vec<StepRow<'a>>,
    order: &'a [Criterion],
    proven: bool,
    /// How much better a plan may exist; `null`: none.
    gap: Option<&'a str>,
    notes: &'a [String],
}

#[derive(Serialize)]
struct StepRow<'a> {
    title: &'a str,
    why: &'a str,
    risk: &'static str,
    risk_number: u8,
    bytes_after: Bytes,
}

#[derive(Serialize)]
struct Short<'a> {
    message: &'a str,
    over_by: Bytes,
    cures: &'a [String],
}

fn json(advice: &Advice) -> String {
    let limit = LIMITS.unzipped.bytes;
    let (fit, shortfall) = match advice {
        Advice::Fits(proposal) => (Some(fit(proposal, limit)), None),
        Advice::Nothing(Shortfall { message, over_by, cures }) => {
            (None, Some(Short { message, over_by: *over_by, cures }))
        }
    };
    let document = Document { version: 1, fits: fit.is_some(), fit, shortfall };
    serde_json::to_string_pretty(&document).expect("a document of texts and numbers can be written") + "\n"
}

fn step_row(step: &Step) -> StepRow<'_> {
    StepRow {
        title: &step.title,
        why: &step.why,
        risk: step.risk.name(),
        risk_number: step.risk.into(),
        bytes_after: step.joint_after,
    }
}

fn fit(proposal: &Proposal, limit: Bytes) -> Fit<'_> {
    Fit {
        bytes_before: proposal.before.bytes,
        bytes_after: proposal.after.bytes,
        certainty: proposal.after.certainty,
        limit,
        steps: proposal.steps.iter().map(step_row).collect(),
        order: &proposal.order,
        proven: proposal.proof == Proof::Best,
        gap: match &proposal.proof {
            Proof::Best => None,
            Proof::Within(gap) => Some(gap),
        },
        notes: &proposal.notes,
    }
}
