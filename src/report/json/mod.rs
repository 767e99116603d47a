//! JSON for programs. Sizes are whole bytes; what is not known is `null`, never 0.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::diff::{Changed, changed};
use super::rows::rows;
use super::words::{conclusion, foreign, outcome_reason, outcome_word};
use super::{Report, Telling};
use crate::model::bucket::Bucket;
use crate::model::bytes::{Amount, Bytes, Certainty};
use crate::model::compiled::{self, Worth};
use crate::model::diff::{Diff, Difference};
use crate::model::finding::{Finding, Judged, RuleOutcome, Severity};
use crate::model::graph::{self, Fit, Holds};
use crate::model::limits::LIMITS;
use crate::model::package::{self, PackageIndex};
use crate::model::schema::{Side, schema_text};
use crate::model::target::{Architecture, Runtime};

mod duplicates;
mod inside;

use duplicates::Duplicates;
use inside::Made;

/// The version of this format; it grows when a field changes its meaning.
const VERSION: u32 = 1;
/// In a long chain each package would take thousands along; a report grows with the packages, not with their square.
const MOST_COMPANY: usize = 100;

/// What a bundle holds, what each bucket uses, and what is to be said of it. Sizes are whole bytes; what is not known is
/// null, never 0.
#[derive(Serialize, JsonSchema)]
struct Document<'a> {
    /// The version of this format.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// How the bundle is called.
    name: String,
    /// What was judged.
    #[schemars(extend("enum" = ["zip", "plan", "artifacts", "bundle"]))]
    judged: &'static str,
    /// What the verdict comes to; of a check only.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(extend("enum" = ["pass", "fail", "undecided"]))]
    conclusion: Option<String>,
    /// What it runs on; `null`: not known.
    runtime: Option<&'a Runtime>,
    /// On which machine; `null`: not known.
    architecture: Option<Architecture>,
    /// How many files the bundle has.
    files: u64,
    /// Their lengths, before slimming.
    bytes: Bytes,
    /// How sure that is.
    certainty: Certainty,
    /// The budget that function and layers share.
    joint: Joint,
    /// The packages, heaviest first.
    packages: Vec<Package<'a>>,
    /// What each bucket holds.
    buckets: Vec<Bucketful<'a>>,
    /// Files that were made of many: a breakdown, on top of whose each byte is.
    inside: Vec<Made<'a>>,
    /// What is there more than once.
    duplicates: Duplicates<'a>,
    /// What became of every rule.
    rules: Vec<Rule<'a>>,
    /// What is wrong, worst first.
    findings: Vec<Found<'a>>,
    /// What differs from the lock, largest change first; `null`: there is no lock.
    changes: Option<Changes<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Joint {
    bytes: Bytes,
    certainty: Certainty,
    limit: Bytes,
    over: bool,
    over_by: Bytes,
}

#[derive(Serialize, JsonSchema)]
struct Package<'a> {
    key: &'a str,
    version: Option<&'a str>,
    bucket: &'a str,
    files: u64,
    bytes: Bytes,
    bytes_before_slimming: Bytes,
    zipped_bytes: Option<Bytes>,
    zipped_certainty: Option<Certainty>,
    /// What would go if it went, its own bytes included.
    retained_bytes: Bytes,
    /// It and all that it needs, each once.
    bytes_with_needs: Bytes,
    /// Where that is only a lower bound.
    certainty_with_needs: Certainty,
    root: bool,
    /// Before slimming, each file in one class; classes without files are left out.
    classes: BTreeMap<&'static str, Bytes>,
    bytecode: Bytecode,
    needs: Vec<Need<'a>>,
    needed_by: Vec<&'a str>,
    /// How many packages would go with it, and the nearest of them.
    goes_with_count: usize,
    goes_with: Vec<&'a str>,
}

/// The bytes of compiled Python by what they are worth to the runtime as they lie in the build.
#[derive(Serialize, JsonSchema)]
struct Bytecode {
    valid: Bytes,
    stale: Bytes,
    foreign: Bytes,
    not_known: Bytes,
}

#[derive(Serialize, JsonSchema)]
struct Need<'a> {
    requirement: &'a str,
    name: &'a str,
    /// The package that answers it; `null`: the bundle has none.
    package: Option<&'a str>,
    /// Whether it counts only for some of the Pythons that the target leaves open.
    perhaps: bool,
    /// Whether the version that is there would do; `null`: cannot be told.
    fits: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
struct Bucketful<'a> {
    name: &'a str,
    #[schemars(extend("enum" = ["function", "layer", "efs", "left-out"]))]
    kind: &'static str,
    packages: usize,
    bytes: Option<Bytes>,
    certainty: Certainty,
    zip_bytes: Option<Bytes>,
    zip_certainty: Option<Certainty>,
}

#[derive(Serialize, JsonSchema)]
struct Rule<'a> {
    id: &'a str,
    title: &'a str,
    #[schemars(extend("enum" = ["passed", "error", "warning", "note", "skipped", "undecided"]))]
    outcome: &'static str,
    /// Why it was skipped or could not be decided.
    reason: Option<&'a str>,
}

#[derive(Serialize, JsonSchema)]
struct Found<'a> {
    /// The rule's id, which stays stable.
    id: &'a str,
    severity: Severity,
    message: &'a str,
    /// What to do about it.
    cure: &'a str,
    /// The packages concerned.
    packages: Vec<&'a str>,
    /// The buckets concerned.
    buckets: Vec<&'a str>,
    /// The bytes concerned: what is too much, or what it costs.
    bytes: Option<Bytes>,
    /// Who states the fact that it rests on; empty where it rests on the bundle alone.
    source: &'a str,
    /// Where it is to be mended; `null`: nothing is known of files.
    location: Option<Location<'a>>,
}

#[derive(Serialize, JsonSchema)]
struct Location<'a> {
    /// The file, from the repository's root where it lies below it.
    path: &'a str,
    /// The line, from 1.
    line: usize,
}

/// Sizes are measured as a lock measures a plan: what slimming keeps, without what depends on where the build ran.
#[derive(Serialize, JsonSchema)]
struct Changes<'a> {
    /// By how many bytes function and layers grew.
    growth: i128,
    packages: Vec<Changed<'a>>,
}

/// The schema of the JSON that report and check write.
pub fn report_schema() -> String {
    schema_text::<Document<'_>>("bayplan report and bayplan check --format json", Side::Written)
}

pub(super) fn render(report: &Report<'_>, telling: Telling) -> String {
    let whole = report.bundle.total();
    let rows = rows(report);
    let worths = compiled::of_packages(report.bundle, report.target);
    let document = Document {
        version: VERSION,
        name: report.name(),
        judged: judged(report.verdict.judged),
        conclusion: telling.fail_on().map(|fail_on| conclusion(report.verdict.conclusion(fail_on)).to_lowercase()),
        runtime: report.target.runtime.as_ref(),
        architecture: report.target.architecture,
        files: report.bundle.listing.file_count(),
        bytes: whole.bytes,
        certainty: whole.certainty,
        joint: joint(report.budgets.joint()),
        packages: rows.iter().map(|row| package(report, row, worths[row.index.0 as usize])).collect(),
        buckets: report.budgets.buckets.iter().map(|budget| bucketful(report, budget)).collect(),
        inside: Made::all(report.bundle),
        duplicates: Duplicates::of(report.bundle),
        rules: report.verdict.rules.iter().map(rule).collect(),
        findings: report.verdict.findings.iter().enumerate().map(|(index, it)| found(report, index, it)).collect(),
        changes: report.changed.map(changes),
    };
    serde_json::to_string_pretty(&document).expect("numbers and texts are always JSON") + "\n"
}

fn judged(judged: Judged) -> &'static str {
    match judged {
        Judged::Zip => "zip",
        Judged::Plan => "plan",
        Judged::Artifacts => "artifacts",
        Judged::Bundle => "bundle",
    }
}

fn joint(joint: Amount) -> Joint {
    Joint {
        bytes: joint.bytes,
        certainty: joint.certainty,
        limit: LIMITS.unzipped.bytes,
        over: LIMITS.unzipped.is_reached_by(joint.bytes),
        over_by: LIMITS.unzipped.excess(joint.bytes),
    }
}

fn package<'a>(report: &Report<'a>, row: &'a super::rows::Row<'a>, worth: Worth) -> Package<'a> {
    let company = report.graph.goes_with(row.index);
    Package {
        key: row.package.key.as_str(),
        version: row.package.version.as_deref(),
        bucket: row.bucket.name(),
        files: row.load.files,
        bytes: row.load.unzipped,
        bytes_before_slimming: row.package.load().unzipped,
        zipped_bytes: row.zipped.map(|zipped| zipped.bytes),
        zipped_certainty: row.zipped.map(|zipped| zipped.certainty),
        retained_bytes: row.sizes.retained,
        bytes_with_needs: row.sizes.with_needs.bytes,
        certainty_with_needs: row.sizes.with_needs.certainty,
        root: report.graph.is_root(row.index),
        classes: classes(row.package),
        bytecode: Bytecode {
            valid: worth.valid,
            stale: worth.stale,
            foreign: worth.foreign,
            not_known: worth.not_known,
        },
        needs: report.graph.needs(row.index).iter().map(|it| need(report, it)).collect(),
        needed_by: keys(report, report.graph.needed_by(row.index)),
        goes_with_count: company.len(),
        goes_with: keys(report, &company[..company.len().min(MOST_COMPANY)]),
    }
}

fn classes(package: &package::Package) -> BTreeMap<&'static str, Bytes> {
    let filled = package.classes.iter().filter(|(_, load)| load.files > 0);
    filled.map(|(class, load)| (class.name(), load.unzipped)).collect()
}

fn keys<'a>(report: &Report<'a>, packages: &[PackageIndex]) -> Vec<&'a str> {
    packages.iter().map(|&package| report.bundle.package(package).key.as_str()).collect()
}

fn need<'a>(report: &Report<'a>, need: &'a graph::Need) -> Need<'a> {
    Need {
        requirement: &need.text,
        name: &need.name,
        package: need.package.map(|package| report.bundle.package(package).key.as_str()),
        perhaps: need.holds == Holds::Perhaps,
        fits: match need.fit {
            Fit::Fits => Some(true),
            Fit::Outside => Some(false),
            Fit::NotKnown => None,
        },
    }
}

fn bucketful<'a>(report: &Report<'_>, budget: &'a crate::model::budget::Budget) -> Bucketful<'a> {
    let is_unknown = foreign(report, &budget.bucket) == Some(false);
    Bucketful {
        name: budget.bucket.name(),
        kind: match budget.bucket {
            Bucket::Function => "function",
            Bucket::Layer(_) => "layer",
            Bucket::Efs => "efs",
            Bucket::LeftOut => "left-out",
        },
        packages: budget.packages,
        bytes: (!is_unknown).then_some(budget.unzipped.bytes),
        certainty: budget.unzipped.certainty,
        zip_bytes: budget.zip.map(|zip| zip.bytes),
        zip_certainty: budget.zip.map(|zip| zip.certainty),
    }
}

fn rule(rule: &RuleOutcome) -> Rule<'_> {
    Rule { id: rule.id, title: rule.title, outcome: outcome_word(&rule.outcome), reason: outcome_reason(&rule.outcome) }
}

fn changes(diff: &Diff) -> Changes<'_> {
    Changes {
        growth: diff.differences.iter().map(Difference::growth).sum(),
        packages: diff.differences.iter().map(changed).collect(),
    }
}

fn found<'a>(report: &Report<'a>, index: usize, finding: &'a Finding) -> Found<'a> {
    let place = report.places.and_then(|places| places.findings.get(index));
    Found {
        id: finding.id,
        severity: finding.severity,
        message: &finding.message,
        cure: &finding.cure,
        packages: finding.packages.iter().map(|key| key.as_str()).collect(),
        buckets: finding.buckets.iter().map(Bucket::name).collect(),
        bytes: finding.bytes,
        source: &finding.source,
        location: place.map(|place| Location { path: &place.path, line: place.line }),
    }
}
