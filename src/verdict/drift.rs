//! The bundle against the lock: what came, what went, what changed and what grew since the plan was made.

use super::Case;
use super::ruling::{Ruling, counted, finding, is_or_are, named, note, warning};
use crate::model::bytes::Bytes;
use crate::model::finding::Finding;
use crate::model::lock::{Lock, LockedPackage};
use crate::model::package::{Package, PackageKey};

const NO_LOCK: &str = "there is no lock to compare with";
const UPDATE: &str = "if that is meant, let bayplan check --update write the lock anew";

/// The lock is compared only under the target it was made for.
pub(super) fn target(case: &Case<'_>) -> Ruling {
    let Some(lock) = case.lock else { return Ruling::skipped(NO_LOCK) };
    if lock.target == *case.target {
        return Ruling::passed();
    }
    let message = format!("the lock was made for {}, and now it is {}", lock.target, case.target);
    warning(message, UPDATE).into()
}

/// Packages that nobody has decided about.
pub(super) fn unplanned(case: &Case<'_>) -> Ruling {
    let Some(lock) = case.lock else { return Ruling::skipped(NO_LOCK) };
    let Some(severity) = case.plan.check.unplanned_package else {
        return Ruling::skipped("unplanned_package is off in the plan");
    };
    let new: Vec<&Package> =
        case.bundle.packages().iter().filter(|package| !lock.packages.contains_key(&package.key)).collect();
    if new.is_empty() {
        return Ruling::passed();
    }
    let bytes: Bytes = new.iter().map(|package| package.load().unzipped).sum();
    let keys: Vec<PackageKey> = new.iter().map(|package| package.key.clone()).collect();
    let message = format!("{} {} new since the lock was made ({bytes})", named(&keys), is_or_are(keys.len()));
    Finding { packages: keys, bytes: Some(bytes), ..finding(severity, message, UPDATE) }.into()
}

/// Packages that were there.
pub(super) fn gone(case: &Case<'_>) -> Ruling {
    let Some(lock) = case.lock else { return Ruling::skipped(NO_LOCK) };
    let gone: Vec<PackageKey> = lock.packages.keys().filter(|key| case.bundle.find(key).is_none()).cloned().collect();
    if gone.is_empty() {
        return Ruling::passed();
    }
    let message = format!("{} {} in the lock and no longer in the bundle", named(&gone), is_or_are(gone.len()));
    Finding { packages: gone, ..warning(message, UPDATE) }.into()
}

/// The packages that both have.
fn both<'a>(case: &Case<'a>, lock: &'a Lock) -> impl Iterator<Item = (&'a Package, &'a LockedPackage)> {
    case.bundle.packages().iter().filter_map(|package| Some((package, lock.packages.get(&package.key)?)))
}

/// Other versions are worth a look, other contents of one version a closer one.
pub(super) fn versions(case: &Case<'_>) -> Ruling {
    let Some(lock) = case.lock else { return Ruling::skipped(NO_LOCK) };
    let (newer, others): (Vec<_>, Vec<_>) = both(case, lock)
        .filter(|(package, locked)| package.version != locked.version || has_other_content(package, locked))
        .partition(|(package, locked)| package.version != locked.version);
    let mut findings = Vec::new();
    if !newer.is_empty() {
        let changes: Vec<String> = newer.iter().map(|(package, locked)| change(package, locked)).collect();
        findings.push(Finding {
            packages: keys(&newer),
            ..note(format!("other versions than in the lock: {}", named(&changes)), UPDATE)
        });
    }
    if !others.is_empty() {
        let packages = keys(&others);
        let message = format!(
            "{} of the same version {} other content than in the lock",
            named(&packages),
            if packages.len() == 1 { "has" } else { "have" }
        );
        findings.push(Finding { packages, ..warning(message, UPDATE) });
    }
    Ruling::of(findings)
}

/// Told only where both contents are recorded; what is not recorded is not known.
fn has_other_content(package: &Package, locked: &LockedPackage) -> bool {
    matches!((&package.digest, &locked.digest), (Some(now), Some(then)) if now != then)
}

fn change(package: &Package, locked: &LockedPackage) -> String {
    let shown = |version: &Option<String>| version.clone().unwrap_or_else(|| "no version".to_owned());
    format!("{} {} → {}", package.key, shown(&locked.version), shown(&package.version))
}

fn keys(pairs: &[(&Package, &LockedPackage)]) -> Vec<PackageKey> {
    pairs.iter().map(|(package, _)| package.key.clone()).collect()
}

/// Growth beyond what the plan allows, in bytes that do not depend on where the build ran.
pub(super) fn growth(case: &Case<'_>) -> Ruling {
    let Some(lock) = case.lock else { return Ruling::skipped(NO_LOCK) };
    let Some((growth, severity)) = case.plan.check.growth.and_then(|growth| Some((growth, growth.severity?))) else {
        return Ruling::skipped("the plan sets no growth");
    };
    let is_too_much = |then: Bytes, now: Bytes| {
        let grown = now.less(then);
        grown > Bytes::ZERO
            && grown >= growth.at_least
            && u128::from(grown.0) * 100 > u128::from(then.0) * u128::from(growth.percent)
    };
    let grown: Vec<(&Package, Bytes)> = both(case, lock)
        .filter(|(package, locked)| is_too_much(locked.bytes, package.stable_bytes()))
        .map(|(package, locked)| (package, package.stable_bytes().less(locked.bytes)))
        .collect();
    if grown.is_empty() {
        return Ruling::passed();
    }
    let shown: Vec<String> = grown.iter().map(|(package, more)| format!("{} by {more}", package.key)).collect();
    let message =
        format!("{} grew by more than {} %: {}", counted(grown.len(), "package"), growth.percent, named(&shown));
    Finding {
        packages: grown.iter().map(|(package, _)| package.key.clone()).collect(),
        bytes: Some(grown.iter().map(|(_, more)| *more).sum()),
        ..finding(severity, message, UPDATE)
    }
    .into()
}
