//! Compiled Python that the runtime ignores: of another version, of another source, or with dates that packing
//! changes. And what it costs to leave it out.

use std::collections::BTreeMap;

use super::Case;
use super::deployed::{Deployed, Placed};
use super::ruling::{Ruling, counted, error, finding, named, note};
use crate::model::bytes::Bytes;
use crate::model::cargo;
use crate::model::class::Class;
use crate::model::entry::EntryId;
use crate::model::facts::{BytecodeHeader, BytecodeValidity};
use crate::model::finding::{Finding, Judged, Severity};
use crate::model::interpreter::{bytecode_magic, version_of_magic};
use crate::model::listing::Source;
use crate::model::plan::BytecodeMode;
use crate::model::slim::SlimRule;

const NOT_READ: &str = "the headers of bytecode were not read";
const PEP_552: &str = "PEP 552: a .pyc knows its source by date and length, or by a hash";
/// A zip's dates name no time zone; dates further apart than any two zones are apart for certain.
const ANY_ZONE: i64 = 26 * 3600 + 2;

/// Less than this is told and regretted by nobody.
const LITTLE: Bytes = Bytes(1 << 20);

/// One deployed file of bytecode with its header, and its source if that is deployed too.
struct Compiled {
    placed: Placed,
    header: BytecodeHeader,
    source: Option<EntryId>,
}

fn all<'a>(case: &Case<'a>) -> Option<(Deployed<'a>, Vec<Compiled>)> {
    let listing = &case.bundle.listing;
    let deployed = Deployed::new(case);
    let read = case.bundle.facts.bytecode.as_ref()?;
    let known = read.iter().filter(|(entry, _)| (entry.0 as usize) < listing.len());
    let compiled = known
        .filter_map(|(&entry, &header)| {
            let placed = deployed.place(entry)?;
            let source = source(case, entry).filter(|&source| deployed.place(source).is_some());
            Some(Compiled { placed, header, source })
        })
        .collect();
    Some((deployed, compiled))
}

/// The source beside `__pycache__`, or beside the file itself.
fn source(case: &Case<'_>, bytecode: EntryId) -> Option<EntryId> {
    let listing = &case.bundle.listing;
    let folder = listing.parent(bytecode);
    let folder = if listing.name(folder) == b"__pycache__" { listing.parent(folder) } else { folder };
    let stem = listing.name(bytecode).split(|&byte| byte == b'.').next()?;
    listing.child(folder, &[stem, b".py"].concat())
}

/// Bytecode of another version of Python.
pub(super) fn foreign(case: &Case<'_>) -> Ruling {
    let Some(runtime) = &case.target.runtime else { return Ruling::skipped("the runtime is not known") };
    let Some(magic) = runtime.python_version().and_then(bytecode_magic) else {
        return Ruling::skipped(format!("the bytecode of {runtime} is not known"));
    };
    let Some((deployed, compiled)) = all(case) else { return Ruling::undecided(NOT_READ) };
    let others = compiled.iter().filter(|compiled| compiled.header.magic != magic);
    let (alone, beside): (Vec<&Compiled>, Vec<&Compiled>) = others.partition(|compiled| is_alone(case, compiled));
    let by = |of: &[&Compiled]| {
        let mut versions: BTreeMap<String, u64> = BTreeMap::new();
        of.iter().for_each(|it| *versions.entry(version(it.header.magic)).or_default() += 1);
        named(&versions.keys().collect::<Vec<_>>())
    };
    let idle = group(case, &deployed, &beside).map(|finding| {
        let message = format!("{} compiled by {}, which {runtime} does not read", finding.message, by(&beside));
        Finding {
            message,
            cure: "leave them out (bayplan slim PATH bytecode), or compile with the Python of the runtime".to_owned(),
            ..finding
        }
    });
    let lost = group(case, &deployed, &alone).map(|finding| {
        let what =
            format!("{} compiled by {} and without a source, so {runtime} cannot import", finding.message, by(&alone));
        let message = if alone.len() == 1 { format!("{what} it") } else { format!("{what} them") };
        let told = error(message, "ship the sources, or compile with the Python of the runtime");
        Finding { severity: told.severity, message: told.message, cure: told.cure, ..finding }
    });
    Ruling::of([lost, idle].into_iter().flatten())
}

/// Outside `__pycache__` a `.pyc` stands for its module, if there is no source.
fn is_alone(case: &Case<'_>, compiled: &Compiled) -> bool {
    let listing = &case.bundle.listing;
    compiled.source.is_none() && listing.name(listing.parent(compiled.placed.entry)) != b"__pycache__"
}

fn version(magic: u16) -> String {
    match version_of_magic(magic) {
        Some(version) => format!("CPython {version}"),
        None => format!("another Python (magic number {magic})"),
    }
}

/// `3 .pyc files (5.0 kB) of a and b are`, with what it concerns; `None` for none.
fn group(case: &Case<'_>, deployed: &Deployed<'_>, compiled: &[&Compiled]) -> Option<Finding> {
    if compiled.is_empty() {
        return None;
    }
    let packages = deployed.keys(compiled.iter().map(|compiled| compiled.placed.owner));
    let bytes: Bytes = compiled.iter().map(|compiled| case.bundle.listing.length(compiled.placed.entry)).sum();
    let are = if compiled.len() == 1 { "is" } else { "are" };
    let message = format!("{} ({bytes}) of {} {are}", counted(compiled.len(), ".pyc file"), named(&packages));
    let severity = if bytes < LITTLE { Severity::Note } else { Severity::Warning };
    Some(Finding { packages, bytes: Some(bytes), source: PEP_552.to_owned(), ..finding(severity, message, "") })
}

/// Bytecode of another state of its source.
pub(super) fn stale(case: &Case<'_>) -> Ruling {
    let Some((deployed, compiled)) = all(case) else { return Ruling::undecided(NOT_READ) };
    let stale: Vec<&Compiled> =
        compiled.iter().filter(|compiled| !is_foreign(case, compiled) && is_stale(case, compiled)).collect();
    Ruling::of(group(case, &deployed, &stale).map(|finding| {
        let message = format!(
            "{} compiled from another state of the sources, so Python compiles anew at each cold start",
            finding.message
        );
        let cure =
            "compile after the last change to the sources, or leave the bytecode out (bayplan slim PATH bytecode)";
        Finding { message, cure: cure.to_owned(), ..finding }
    }))
}

/// Whether the runtime is known to read other bytecode; what becomes of that is the rule of the other versions.
fn is_foreign(case: &Case<'_>, compiled: &Compiled) -> bool {
    let magic = case.target.runtime.as_ref().and_then(|runtime| bytecode_magic(runtime.python_version()?));
    magic.is_some_and(|magic| magic != compiled.header.magic)
}

/// A different length is proof. Dates are, where they come from the folder that is packed as it is.
fn is_stale(case: &Case<'_>, compiled: &Compiled) -> bool {
    let BytecodeValidity::Timestamp { modified, length } = compiled.header.validity else { return false };
    let Some(source) = compiled.source else { return false };
    let listing = &case.bundle.listing;
    let dates_count = case.judged == Judged::Bundle && !matches!(listing.source, Source::Zip(..));
    listing.length(source).0 as u32 != length || (dates_count && listing.modified(source) as u32 != modified)
}

/// Dates that packing has changed, or will.
pub(super) fn dates(case: &Case<'_>) -> Ruling {
    let is_kept = case.judged == Judged::Plan && case.plan.pack.bytecode == BytecodeMode::Keep;
    if case.judged != Judged::Zip && !is_kept {
        return Ruling::skipped("packing does not keep bytecode that knows its source by date");
    }
    let Some((deployed, compiled)) = all(case) else { return Ruling::undecided(NOT_READ) };
    let is_dated = |compiled: &&Compiled| match compiled.header.validity {
        BytecodeValidity::Timestamp { modified, .. } => {
            let Some(source) = compiled.source else { return false };
            let apart = case.bundle.listing.modified(source) - i64::from(modified);
            !is_foreign(case, compiled) && (is_kept || apart.abs() > ANY_ZONE)
        }
        BytecodeValidity::CheckedHash | BytecodeValidity::UncheckedHash => false,
    };
    let dated: Vec<&Compiled> = compiled.iter().filter(is_dated).collect();
    Ruling::of(group(case, &deployed, &dated).map(|finding| {
        let why = if is_kept {
            "for the dates of their sources, and bayplan packs every file with the same date"
        } else {
            "for other dates than the zip gives their sources"
        };
        let message =
            format!("{} valid {why}: dead weight, and Python compiles anew at each cold start", finding.message);
        let cure = if is_kept {
            "write bytecode = \"hash-based\" or \"drop\" into [pack]"
        } else {
            "compile with --invalidation-mode unchecked-hash before packing, or leave the bytecode out"
        };
        Finding { message, cure: cure.to_owned(), ..finding }
    }))
}

/// What is saved and what it costs when bytecode is left out.
pub(super) fn left_out(case: &Case<'_>) -> Ruling {
    if !cargo::slimming(case.plan).rules.contains(&SlimRule::Bytecode) {
        return Ruling::skipped("bytecode is not left out");
    }
    let joint = case.bundle.packages().iter().filter(|package| case.plan.bucket_of(&package.key).is_joint());
    let bytes: Bytes = joint
        .flat_map(|package| [package.of_class(Class::Bytecode), package.of_class(Class::TestBytecode)])
        .map(|load| load.unzipped)
        .sum();
    if bytes == Bytes::ZERO {
        return Ruling::passed();
    }
    let message = format!(
        "leaving bytecode out saves {} of function + layers; in return Python compiles what is imported at each cold start",
        bytes.with_exact()
    );
    let cure = "if cold starts matter more than the room, keep it: bytecode = \"hash-based\" in [pack]";
    Finding { bytes: Some(bytes), source: PEP_552.to_owned(), ..note(message, cure) }.into()
}
