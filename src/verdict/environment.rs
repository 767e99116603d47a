//! The environment variables: their size, and what a PYTHONPATH of the user's does to layers and EFS.

use super::Case;
use super::ruling::{Ruling, error, warning};
use crate::model::bucket::Bucket;
use crate::model::bytes::Bytes;
use crate::model::escape::printable;
use crate::model::finding::Finding;
use crate::model::limits::LIMITS;
use crate::model::pythonpath::PYTHONPATH;

/// Where layers of our own are unpacked.
const OWN_LAYERS: &str = "/opt/python";
const DROPS: &str = "the Python runtime adds /opt/python only while PYTHONPATH is not set (its bootstrap.py)";

/// All variables together, as the compact JSON that AWS measures.
pub(super) fn size(case: &Case<'_>) -> Ruling {
    let environment = &case.plan.function.environment;
    if environment.is_empty() {
        return Ruling::skipped("the plan sets no environment variable");
    }
    let json = serde_json::to_string(environment).unwrap_or_default();
    let size = Bytes(json.len() as u64);
    // Unlike the limits on sizes, this one may be reached: AWS refuses what exceeds it.
    if size <= LIMITS.environment.bytes {
        return Ruling::passed();
    }
    let message = format!(
        "the environment variables have {} bytes as JSON; all together may have {}",
        size.grouped(),
        LIMITS.environment.bytes.grouped()
    );
    Finding {
        bytes: Some(size.less(LIMITS.environment.bytes)),
        source: LIMITS.environment.source.clone(),
        ..error(message, "shorten them, or keep long values in Parameter Store or Secrets Manager")
    }
    .into()
}

/// The user's PYTHONPATH, if one is set and the runtime is not known to be another than Python.
fn pythonpath<'a>(case: &Case<'a>) -> Option<Vec<&'a str>> {
    let is_python = case.target.runtime.as_ref().is_none_or(|runtime| runtime.python_version().is_some());
    let path = case.plan.function.environment.get(PYTHONPATH).filter(|_| is_python)?;
    Some(path.split(':').map(|part| part.trim_end_matches('/')).collect())
}

/// Setting PYTHONPATH drops the layers' folder from the search path.
pub(super) fn pythonpath_layers(case: &Case<'_>) -> Ruling {
    let Some(path) = pythonpath(case) else { return Ruling::skipped("the plan sets no PYTHONPATH") };
    let is_foreign = |name| case.plan.layer(name).is_some_and(|layer| layer.foreign().is_some());
    let own: Vec<Bucket> = case
        .budgets
        .layers()
        .filter(|(name, budget)| budget.packages > 0 && !is_foreign(name))
        .map(|(name, _)| Bucket::Layer(name.clone()))
        .collect();
    let foreign: Vec<Bucket> = case
        .budgets
        .layers()
        .filter(|(name, _)| is_foreign(name))
        .map(|(name, _)| Bucket::Layer(name.clone()))
        .collect();
    let cure = "add /opt/python to PYTHONPATH in the plan";
    let shown = printable(path.join(":").as_bytes());
    if !own.is_empty() && !path.contains(&OWN_LAYERS) {
        let message = format!(
            "PYTHONPATH is {shown}, so the layers' /opt/python is not searched and their packages are not found"
        );
        return Finding { buckets: own, source: DROPS.to_owned(), ..error(message, cure) }.into();
    }
    if !foreign.is_empty() && !path.iter().any(|part| part.starts_with(OWN_LAYERS)) {
        let message = format!("PYTHONPATH is {shown}, so Python modules in somebody else's layer are not found");
        return Finding { buckets: foreign, source: DROPS.to_owned(), ..warning(message, cure) }.into();
    }
    Ruling::passed()
}

/// Nothing but PYTHONPATH leads to EFS.
pub(super) fn pythonpath_efs(case: &Case<'_>) -> Ruling {
    let Some(path) = pythonpath(case) else { return Ruling::skipped("the plan sets no PYTHONPATH") };
    let mount = case.plan.function.mount.as_str();
    let leads_there =
        |part: &&str| part.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let holds = case.budgets.of(&Bucket::Efs).is_some_and(|budget| budget.packages > 0);
    if !holds || path.iter().any(leads_there) {
        return if holds { Ruling::passed() } else { Ruling::skipped("nothing is on EFS") };
    }
    let shown = printable(path.join(":").as_bytes());
    let message = format!("PYTHONPATH is {shown}, so {mount} is not searched and the packages on EFS are not found");
    let cure = format!("add {mount} to PYTHONPATH in the plan");
    Finding { buckets: vec![Bucket::Efs], source: DROPS.to_owned(), ..error(message, cure) }.into()
}
