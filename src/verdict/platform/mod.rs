//! Whether native files would load on the target: their system, machine, C library, and Python.
//!
//! Packages that bring the same file for several platforms are in order as long as the right one is among them.

mod cure;
mod flaw;
mod glibc;
mod libraries;
mod requires;
mod survey;

pub(super) use glibc::glibc;
pub(super) use libraries::libraries;
pub(super) use requires::requires_python;

use super::Case;
use super::ruling::{Ruling, finding, named};
use crate::model::facts::NativeFacts;
use crate::model::finding::{Finding, Severity};
use flaw::Flaw;
use survey::{Affected, Survey};

const NOT_READ: &str = "native files were not read";
const FROM_HEADER: &str = "the files' own headers and names";

/// macOS and Windows.
pub(super) fn system(case: &Case<'_>) -> Ruling {
    let words =
        |affected: &Affected, flaw: &Flaw| format!("{} built for {flaw}, and Lambda runs Linux", subject(affected));
    judge(case, |flaw| matches!(flaw, Flaw::System(_)), words)
}

/// `x86_64` or `arm64`.
pub(super) fn architecture(case: &Case<'_>) -> Ruling {
    let Some(wanted) = case.target.architecture else { return Ruling::skipped("the architecture is not known") };
    let words = |affected: &Affected, flaw: &Flaw| {
        format!("{} built for {flaw}, and the target is {wanted}", subject(affected))
    };
    judge(case, |flaw| matches!(flaw, Flaw::Machine(_)), words)
}

/// The C library of Alpine.
pub(super) fn musl(case: &Case<'_>) -> Ruling {
    let words = |affected: &Affected, _: &Flaw| {
        format!("{} built for musl, and Lambda's C library is glibc", subject(affected))
    };
    judge(case, |flaw| matches!(flaw, Flaw::Musl), words)
}

/// The version in the names of extension modules.
pub(super) fn python(case: &Case<'_>) -> Ruling {
    let Some(runtime) = &case.target.runtime else { return Ruling::skipped("the runtime is not known") };
    if runtime.python_version().is_none() {
        return Ruling::skipped(format!("{runtime} does not run Python"));
    }
    let words = |affected: &Affected, flaw: &Flaw| {
        format!("{} built for {flaw}, and {runtime} does not look for such files", subject(affected))
    };
    judge(case, |flaw| matches!(flaw, Flaw::Python(_)), words)
}

/// `numpy and scipy (27 files, such as numpy/core/x.so) are`
fn subject(affected: &Affected) -> String {
    let are = if affected.packages.len() == 1 { "is" } else { "are" };
    format!("{} ({}) {are}", named(&affected.packages), affected.files())
}

fn judge(case: &Case<'_>, is_wanted: fn(&Flaw) -> bool, words: impl Fn(&Affected, &Flaw) -> String) -> Ruling {
    let has_flaw = |name: &str, facts: &NativeFacts| flaw::of(name, facts, case.target).as_ref().is_some_and(is_wanted);
    if Survey::is_needed(case, has_flaw) == Some(false) {
        return Ruling::passed();
    }
    let Some(survey) = Survey::new(case) else { return Ruling::undecided(NOT_READ) };
    Ruling::of(survey.affected(is_wanted).into_iter().map(|(flaw, affected)| {
        let (mut message, mut cure) = (words(&affected, &flaw), cure::for_the_target(case, &affected.packages));
        if affected.severity == Severity::Warning {
            message.push_str(affected.instead());
            cure.push_str(", or leave the files out");
        }
        Finding {
            packages: affected.packages,
            source: FROM_HEADER.to_owned(),
            ..finding(affected.severity, message, cure)
        }
    }))
}
