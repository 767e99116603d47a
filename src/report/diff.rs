//! Two builds, package by package, in each format. The first line says what matters most.

use schemars::JsonSchema;
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use super::markdown::escaped;
use super::words::{cut, padded};
use crate::model::bytes::{Amount, Bytes, Certainty};
use crate::model::diff::{Change, Diff, Difference, Measure};
use crate::model::limits::LIMITS;

/// The version of the JSON; it grows when a field changes its meaning.
const VERSION: u32 = 1;
const WIDEST_NAME: usize = 30;
const WIDEST_VERSIONS: usize = 24;

/// A comparison with the names of both sides.
#[derive(Clone, Copy, Debug)]
pub struct DiffReport<'a> {
    /// How the old side is called, fit to print.
    pub old: &'a str,
    /// How the new side is called, fit to print.
    pub new: &'a str,
    /// What differs.
    pub diff: &'a Diff,
}

/// A format of comparisons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiffFormat {
    /// For people, at 80 columns.
    Text,
    /// For programs.
    Json,
    /// For comments and summaries of pipelines.
    Markdown,
}

/// Renders a comparison. The text ends with a line break.
pub fn render_diff(report: &DiffReport<'_>, format: DiffFormat) -> String {
    match format {
        DiffFormat::Text => text(report),
        DiffFormat::Json => json(report),
        DiffFormat::Markdown => markdown(report),
    }
}

/// What pushed it over; else by how much it grew or shrank.
fn headline(diff: &Diff) -> String {
    let (old, new) = diff.totals;
    let pushed: Vec<String> =
        diff.pushed_over_by().iter().map(|it| format!("{} ({})", it.key.shown(), signed(it.growth()))).collect();
    let growth = signed(i128::from(new.bytes.0) - i128::from(old.bytes.0));
    if diff.crosses_limit() {
        let over = LIMITS.unzipped.excess(new.bytes).with_exact();
        return format!("pushed over 250 MB by {}: now {over} over, {growth} in all", named(&pushed));
    }
    let state = if LIMITS.unzipped.is_reached_by(new.bytes) {
        format!("{} over 250 MB", LIMITS.unzipped.excess(new.bytes).with_exact())
    } else {
        format!("{} left of 250 MB", LIMITS.unzipped.bytes.less(new.bytes).with_exact())
    };
    match (old.bytes == new.bytes, diff.differences.is_empty()) {
        (_, true) => format!("nothing differs: {state}"),
        (true, false) => format!("the same size in other packages: {state}"),
        (false, false) => format!("{growth}: {state}"),
    }
}

fn named(names: &[String]) -> String {
    match names {
        [first, second, third, _, ..] => format!("{first}, {second}, {third} and {} more", names.len() - 3),
        _ => names.join(", "),
    }
}

/// `+12.3 MB`, `-4 B`.
pub(super) fn signed(growth: i128) -> String {
    let bytes = Bytes(u64::try_from(growth.unsigned_abs()).unwrap_or(u64::MAX));
    format!("{}{bytes}", if growth < 0 { "-" } else { "+" })
}

fn measured(diff: &Diff) -> &'static str {
    match diff.measure {
        Measure::All => "all bytes",
        Measure::Stable => {
            "without bytecode and what else depends on where it was built, as a lock counts, before slimming"
        }
        Measure::Kept => {
            "what slimming keeps, without bytecode and what else depends on where it was built, as a lock counts"
        }
        Measure::Packed => "what was packed, slimmed, with bytecode",
    }
}

fn word(change: Change) -> &'static str {
    match change {
        Change::Added => "added",
        Change::Gone => "gone",
        Change::Changed => "changed",
        Change::Moved => "moved",
    }
}

/// `1.24 → 1.25`, or the one version where it stayed or there is only one.
fn versions(difference: &Difference) -> String {
    match &difference.versions {
        (Some(old), Some(new)) if old != new => format!("{old} → {new}"),
        (_, Some(version)) | (Some(version), None) => version.clone(),
        (None, None) => String::new(),
    }
}

/// `  function → efs`
fn moved(difference: &Difference) -> String {
    difference.moved.as_ref().map_or(String::new(), |(old, new)| format!("  {old} → {new}"))
}

fn sides(report: &DiffReport<'_>) -> String {
    let (old, new) = report.diff.totals;
    format!("{} {old} → {} {new}", report.old, report.new)
}

fn same(diff: &Diff) -> String {
    let packages = if diff.same == 1 { "package is" } else { "packages are" };
    format!("{} {packages} the same", diff.same)
}

fn text(report: &DiffReport<'_>) -> String {
    let diff = report.diff;
    let mut text = format!("{}\n{}\nCompared: {}\n\n", headline(diff), sides(report), measured(diff));
    let width = |cells: usize, most: usize| cells.min(most);
    let name = diff.differences.iter().map(|it| width(it.key.shown().width(), WIDEST_NAME)).max().unwrap_or(0);
    let version = diff.differences.iter().map(|it| width(versions(it).width(), WIDEST_VERSIONS)).max().unwrap_or(0);
    for it in &diff.differences {
        let key = padded(&cut(it.key.shown(), name), name);
        let versions = padded(&cut(&versions(it), version), version);
        let (growth, now) = (signed(it.growth()), it.bytes.1);
        let line = format!("{:<7}  {key}  {versions}  {growth:>10}", word(it.change));
        let now =
            if matches!(it.change, Change::Changed | Change::Moved) { format!("  now {now}") } else { String::new() };
        text.push_str(&format!("{}{now}{}\n", line.trim_end(), moved(it)));
    }
    text + &same(diff) + "\n"
}

fn markdown(report: &DiffReport<'_>) -> String {
    let diff = report.diff;
    let mut text = format!("**{}**\n\nSizes: {}\n\n", escaped(&headline(diff)), escaped(&sides(report)));
    text.push_str(&format!("Compared: {}.\n", measured(diff)));
    if !diff.differences.is_empty() {
        text.push('\n');
        text.push_str(&changes_table(&diff.differences));
    }
    text + "\n" + &same(diff) + ".\n"
}

/// Packages that are not the same, a row each.
pub(super) fn changes_table(differences: &[Difference]) -> String {
    let row = |it: &Difference| {
        let (key, versions, moved) = (escaped(it.key.shown()), escaped(&versions(it)), escaped(&moved(it)));
        let growth = signed(it.growth());
        format!("| {key} | {}{moved} | {versions} | {growth} | {} |\n", word(it.change), it.bytes.1)
    };
    let rows: String = differences.iter().map(row).collect();
    format!("| package | | version | change | now |\n|---|---|---|---:|---:|\n{rows}")
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    headline: String,
    measure: &'static str,
    old: Whole<'a>,
    new: Whole<'a>,
    crosses_limit: bool,
    pushed_over_by: Vec<&'a str>,
    same: usize,
    packages: Vec<Changed<'a>>,
}

#[derive(Serialize)]
struct Whole<'a> {
    name: &'a str,
    bytes: Bytes,
    certainty: Certainty,
}

/// One package that is not the same, as JSON tells it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Changed<'a> {
    key: &'a str,
    #[schemars(extend("enum" = ["added", "gone", "changed", "moved"]))]
    change: &'static str,
    old_version: Option<&'a str>,
    new_version: Option<&'a str>,
    old_bytes: Option<Bytes>,
    new_bytes: Option<Bytes>,
    old_bucket: Option<&'a str>,
    new_bucket: Option<&'a str>,
    /// What it makes function and layers grow by.
    growth: i128,
}

fn json(report: &DiffReport<'_>) -> String {
    let diff = report.diff;
    let whole = |name, total: Amount| Whole { name, bytes: total.bytes, certainty: total.certainty };
    let document = Document {
        version: VERSION,
        headline: headline(diff),
        measure: match diff.measure {
            Measure::All => "all",
            Measure::Stable => "stable",
            Measure::Kept => "kept",
            Measure::Packed => "packed",
        },
        old: whole(report.old, diff.totals.0),
        new: whole(report.new, diff.totals.1),
        crosses_limit: diff.crosses_limit(),
        pushed_over_by: diff.pushed_over_by().iter().map(|it| it.key.as_str()).collect(),
        same: diff.same,
        packages: diff.differences.iter().map(changed).collect(),
    };
    serde_json::to_string_pretty(&document).expect("numbers and texts are always JSON") + "\n"
}

pub(super) fn changed(it: &Difference) -> Changed<'_> {
    Changed {
        key: it.key.as_str(),
        change: word(it.change),
        old_version: it.versions.0.as_deref(),
        new_version: it.versions.1.as_deref(),
        old_bytes: (it.change != Change::Added).then_some(it.bytes.0),
        new_bytes: (it.change != Change::Gone).then_some(it.bytes.1),
        old_bucket: it.moved.as_ref().map(|(old, _)| old.as_str()),
        new_bucket: it.moved.as_ref().map(|(_, new)| new.as_str()),
        growth: it.growth(),
    }
}
