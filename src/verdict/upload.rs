//! The zipped sizes: what may be sent in the request itself, and what has to go through S3.

use super::Case;
use super::ruling::{Ruling, error, note, warning};
use crate::model::bucket::Bucket;
use crate::model::bytes::{Amount, Certainty};
use crate::model::finding::{Finding, Judged};
use crate::model::limits::{Carried, DirectCall, LIMITS};
use crate::model::listing::Source;
use crate::model::plan::Upload;
use crate::model::request::call_for;

/// A zip that is uploaded, and its length if it is known.
struct Artifact {
    bucket: Bucket,
    length: Option<Amount>,
}

/// Judges each zip against the way it is uploaded.
pub(super) fn direct(case: &Case<'_>) -> Ruling {
    let artifacts = artifacts(case);
    match case.plan.function.upload {
        Upload::S3 => through_s3(&artifacts),
        Upload::Direct => directly(&artifacts),
    }
}

fn artifacts(case: &Case<'_>) -> Vec<Artifact> {
    if let (Judged::Zip, Source::Zip(_, length)) = (case.judged, &case.bundle.listing.source) {
        return vec![Artifact { bucket: Bucket::Function, length: Some(Amount::exact(*length)) }];
    }
    let is_packed = |bucket: &Bucket| match bucket {
        Bucket::Function => true,
        Bucket::Layer(name) => case.plan.layer(name).is_some_and(|layer| layer.foreign().is_none()),
        Bucket::Efs | Bucket::LeftOut => false,
    };
    let packed = case.budgets.buckets.iter().filter(|budget| is_packed(&budget.bucket));
    packed.map(|budget| Artifact { bucket: budget.bucket.clone(), length: budget.zip }).collect()
}

/// S3 takes any length; worth saying only where a direct upload would fail.
fn through_s3(artifacts: &[Artifact]) -> Ruling {
    let over: Vec<Finding> = artifacts
        .iter()
        .filter_map(|artifact| Some((artifact, artifact.length?)))
        .filter(|(_, length)| LIMITS.direct_upload.is_reached_by(length.bytes))
        .map(|(artifact, length)| {
            let message = format!(
                "the zip of {} has {}; over 50 MB it has to be uploaded through S3",
                named(artifact),
                shown(length)
            );
            about(
                artifact,
                length,
                note(message, "upload it to a bucket and deploy it from there; a direct upload is refused"),
            )
        })
        .collect();
    if over.is_empty() { Ruling::skipped("the plan uploads through S3") } else { Ruling::of(over) }
}

fn directly(artifacts: &[Artifact]) -> Ruling {
    let unsure: Vec<&Artifact> = artifacts.iter().filter(|artifact| is_unsure(artifact.length)).collect();
    let findings = artifacts.iter().filter_map(|artifact| judge_direct(artifact, artifact.length?));
    let undecided = unsure.first().map(|artifact| {
        let what = match artifact.length {
            None => "is not known before it is packed".to_owned(),
            Some(length) => format!("is only known as {length}"),
        };
        format!("the zipped size of {} {what}", named(artifact))
    });
    Ruling { undecided, ..Ruling::of(findings) }
}

fn is_unsure(length: Option<Amount>) -> bool {
    length.is_none_or(|length| length.certainty != Certainty::Exact)
}

fn judge_direct(artifact: &Artifact, length: Amount) -> Option<Finding> {
    let cure = "set upload = \"s3\" in the plan and upload through a bucket";
    let is_proven = length.certainty != Certainty::Estimate;
    if LIMITS.direct_upload.is_reached_by(length.bytes) && is_proven {
        let message = format!(
            "the zip of {} has {}; a direct upload must be smaller than 50 MB{}",
            named(artifact),
            shown(length),
            request(artifact, length)
        );
        return Some(about(artifact, length, error(message, cure)));
    }
    if length.bytes > LIMITS.direct_upload_safe.bytes && is_proven {
        let message = format!(
            "the zip of {} has {}, so little below 50 MB that the request around it may be refused",
            named(artifact),
            shown(length)
        );
        return Some(about(artifact, length, warning(message, cure)));
    }
    None
}

/// What the request around the zip would weigh: users meet that number in AWS's answer, not the zip's own.
fn request(artifact: &Artifact, length: Amount) -> String {
    let carried = if artifact.bucket == Bucket::Function { Carried::Function } else { Carried::Layer };
    let Some(call) = call_for(carried) else { return String::new() };
    let body = Amount { bytes: call.request(length.bytes), ..length };
    format!("; {} would carry it as base64 in {}{} bytes", call.name, body.sign(), body.bytes.grouped())
}

/// The largest zip that each call takes, for those who asked what the limit is exactly.
pub(super) fn largest_zips() -> Vec<String> {
    let told = |call: &DirectCall| {
        let (today, before) = (call.largest_accepted(), call.largest_zip(&LIMITS.request_before));
        format!("{}: {} bytes ({} until November 2023)", call.name, today.grouped(), before.grouped())
    };
    let mut lines = vec![format!(
        "The largest zip by call; below {} bytes every known form of the request is taken.",
        LIMITS.direct_upload_safe.bytes.grouped()
    )];
    lines.extend(LIMITS.calls.iter().map(told));
    lines
}

fn about(artifact: &Artifact, length: Amount, finding: Finding) -> Finding {
    let source = match finding.severity {
        crate::model::finding::Severity::Warning => &LIMITS.direct_upload_safe.source,
        _ => &LIMITS.direct_upload.source,
    };
    Finding {
        buckets: vec![artifact.bucket.clone()],
        bytes: Some(LIMITS.direct_upload.excess(length.bytes)),
        source: source.clone(),
        ..finding
    }
}

fn named(artifact: &Artifact) -> String {
    match &artifact.bucket {
        Bucket::Function => "the function".to_owned(),
        bucket => bucket.to_string(),
    }
}

fn shown(length: Amount) -> String {
    format!("{}{}", length.sign(), length.bytes.with_exact())
}
