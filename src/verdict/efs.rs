//! EFS: what cannot be combined with it, and its price.

use super::Case;
use super::ruling::{Ruling, counted, error, note};
use crate::model::bucket::Bucket;
use crate::model::budget::Budget;
use crate::model::finding::Finding;
use crate::model::pythonpath::PYTHONPATH;

const UNUSED: &str = "nothing is on EFS";

fn used<'a>(case: &Case<'a>) -> Option<&'a Budget> {
    case.budgets.of(&Bucket::Efs).filter(|budget| budget.packages > 0)
}

/// SnapStart refuses functions with a file system.
pub(super) fn snapstart(case: &Case<'_>) -> Ruling {
    if used(case).is_none() || !case.plan.function.snapstart {
        return Ruling::skipped(if case.plan.function.snapstart { UNUSED } else { "SnapStart is off" });
    }
    let finding = error(
        "SnapStart is on and packages lie on EFS; Lambda does not combine the two",
        "set snapstart = false, or take everything off EFS",
    );
    let source = "Lambda SnapStart does not support Amazon EFS (Lambda Developer Guide)".to_owned();
    Finding { buckets: vec![Bucket::Efs], source, ..finding }.into()
}

/// What is overwritten in place changes under every running version of the function.
pub(super) fn versioned(case: &Case<'_>) -> Ruling {
    if used(case).is_none() {
        return Ruling::skipped(UNUSED);
    }
    let Some(path) = case.plan.function.environment.get(PYTHONPATH) else {
        return Ruling::skipped("the plan sets no PYTHONPATH");
    };
    let mount = case.plan.function.mount.as_str();
    if !path.split(':').any(|part| part.trim_end_matches('/') == mount) {
        return Ruling::passed();
    }
    let message = format!(
        "PYTHONPATH names {mount} itself: what is overwritten there changes under all versions of the function, and \
         going back to an older version does not bring the older packages back"
    );
    let cure = format!("copy each build into a folder of its own, such as {mount}/v2, and let PYTHONPATH name that");
    let source = "AWS on EFS for Lambda: changes of packages are available immediately".to_owned();
    Finding { buckets: vec![Bucket::Efs], source, ..note(message, cure) }.into()
}

/// Nothing is wrong with EFS, but nobody should find out afterwards what it takes.
pub(super) fn price(case: &Case<'_>) -> Ruling {
    let Some(efs) = used(case) else { return Ruling::skipped(UNUSED) };
    let message = format!(
        "{} ({}) on EFS: the function needs a VPC, an access point and a mount target, starts slower when cold, and \
         what lies there can change under running versions",
        counted(efs.packages, "package"),
        efs.unzipped
    );
    let finding = note(message, "if that is too dear: leave out or slim more, or build a container image");
    let source = "Lambda Developer Guide: configuring file system access".to_owned();
    Finding { buckets: vec![Bucket::Efs], bytes: Some(efs.unzipped.bytes), source, ..finding }.into()
}
