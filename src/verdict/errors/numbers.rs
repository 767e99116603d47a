//! The odd numbers in AWS's answers, and what they are.

use regex::bytes::Captures;
use serde::Deserialize;

use crate::model::bytes::Bytes;
use crate::model::limits::{Carried, LIMITS};
use crate::model::request::call_for;

/// Which number of an error is worth a sentence.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Number {
    /// The limit on a request.
    Request,
    /// What is left of the 250 MB.
    Unzipped,
    /// What function and layers come to.
    Joint,
}

impl Number {
    /// The sentence; `None` where the text has no such number.
    pub(super) fn told(self, captures: &Captures<'_>) -> Option<String> {
        let bytes = |name| str::from_utf8(captures.name(name)?.as_bytes()).ok()?.parse().ok().map(Bytes);
        match self {
            Number::Request => Some(request(bytes("bytes")?)),
            Number::Unzipped => Some(unzipped(bytes("bytes")?)),
            Number::Joint => Some(joint(bytes("actual")?, bytes("bytes")?)),
        }
    }
}

fn request(limit: Bytes) -> String {
    let call = call_for(Carried::Function);
    let largest = call.map_or(LIMITS.direct_upload_safe.bytes, |call| call.largest_accepted());
    let when = match limit {
        limit if limit == LIMITS.request.bytes => "is today's limit",
        limit if limit == LIMITS.request_before.bytes => "was the limit until November 2023",
        _ => return format!("{} bytes: not a limit on requests that is known here", limit.grouped()),
    };
    format!(
        "{} {when} on the whole request. The zip in it is written in base64, four letters for three bytes, so a zip of at most {} bytes fits.",
        limit.grouped(),
        largest.grouped()
    )
}

fn unzipped(limit: Bytes) -> String {
    let all = LIMITS.unzipped.bytes;
    if limit == all {
        return format!("{} bytes are the 250 MB; what was uploaded reaches them by itself.", all.grouped());
    }
    if limit > all {
        return format!("{} bytes: more than the 250 MB that are known here.", limit.grouped());
    }
    format!(
        "{} bytes are what the attached layers leave: they take {} of the {} that function and layers share.",
        limit.grouped(),
        all.less(limit).with_exact(),
        all.grouped()
    )
}

fn joint(actual: Bytes, limit: Bytes) -> String {
    format!(
        "{} bytes are {} over the {}; reaching the limit counts as over.",
        actual.grouped(),
        actual.less(limit).with_exact(),
        limit.grouped()
    )
}
