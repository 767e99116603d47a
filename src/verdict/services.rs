//! The AWS services that the plan keeps the SDK's data of. A mistyped one keeps nothing, and the one that was meant is
//! left out with all others.

use super::Case;
use super::ruling::{Ruling, error, named};
use crate::model::escape::{printable, shortened};
use crate::model::finding::Finding;
use crate::model::services::{services, unknown_services};

/// Whether the SDK knows every service that is to stay.
pub(super) fn known(case: &Case<'_>) -> Ruling {
    let Some(kept) = &case.plan.slim().services else {
        return Ruling::skipped("the plan keeps the data of all services");
    };
    if services(case.bundle).is_empty() {
        return Ruling::skipped("the bundle holds no data of AWS services");
    }
    Ruling::of(unknown_services(case.bundle, kept).into_iter().map(|(name, near)| unknown(name, &near)))
}

fn unknown(name: &str, near: &[String]) -> Finding {
    let name = shortened(&printable(name.as_bytes()));
    let meant = if near.is_empty() { String::new() } else { format!("; it has {}", named(near)) };
    let message =
        format!("the plan keeps the data of \"{name}\", a service that the bundle's SDK does not know{meant}");
    error(message, "correct [slim] services in the plan; data of services that are not named is left out")
}
