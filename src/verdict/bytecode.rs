//! Compiled Python that the runtime ignores: of another version, of another source, or with dates that packing
//! changes. And what it costs to leave it out.

use std::collections::{BTreeMap, BTreeSet};

use super::Case;
use super::deployed::{Deployed, Placed};
use super::ruling::{Ruling, counted, error, finding, named, note};
use crate::model::bytes::Bytes;
use crate::model::cargo;
use crate::model::class::Class;
use crate::model::compiled::ANY_ZONE;
use crate::model::entry::EntryId;
use crate::model::facts::{BytecodeHeader, BytecodeValidity};
use crate::model::fate::{self, Fate, Why};
use crate::model::finding::{Finding, Judged, Severity};
use crate::model::interpreter::{bytecode_magic, version_of_magic};
use crate::model::listing::Source;
use crate::model::plan::BytecodeMode;
use crate::model::slim::SlimRule;

const NOT_READ: &str = "the headers of bytecode were not read";
const PEP_552: &str = "PEP 552: a .pyc knows its source by date and length, or by a hash";

/// Less than this is told and regretted by nobody.
const LITTLE: Bytes = Bytes(1 << 20);

/// One deployed file of bytecode with its header, and its source if that is deployed too.
struct Compiled {
    placed: Placed,
    header: BytecodeHeader,
    source: Option<EntryId>,
}

/// The deployed bytecode that is suspected; `None`: the headers were not read. A source that is not deployed is none.
fn suspected<'a>(
    case: &Case<'a>,
    is_suspect: impl Fn(BytecodeHeader, Option<EntryId>) -> bool,
) -> Option<(Deployed<'a>, Vec<Compiled>)> {
    case.bundle.facts.bytecode.as_ref()?;
    let deployed = Deployed::new(case);
    let suspects = case.bundle.suspects().bytecode.iter().filter(|(_, header, source)| is_suspect(*header, *source));
    let compiled = suspects
        .filter_map(|&(entry, header, source)| {
            let placed = deployed.place(entry)?;
            let source = source.filter(|&source| deployed.place(source).is_some());
            Some(Compiled { placed, header, source })
        })
        .collect();
    Some((deployed, compiled))
}

/// Bytecode of another version of Python.
pub(super) fn foreign(case: &Case<'_>) -> Ruling {
    let Some(runtime) = &case.target.runtime else { return Ruling::skipped("the runtime is not known") };
    let Some(magic) = runtime.python_version().and_then(bytecode_magic) else {
        return Ruling::skipped(format!("the bytecode of {runtime} is not known"));
    };
    let Some((deployed, compiled)) = suspected(case, |header, _| header.magic != magic) else {
        return Ruling::undecided(NOT_READ);
    };
    let (alone, beside): (Vec<&Compiled>, Vec<&Compiled>) =
        compiled.iter().partition(|compiled| is_alone(case, compiled));
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
    let read = right_magic(case);
    let is_suspect = |header, source| is_read(read, header) && is_stale(case, header, source);
    let Some((deployed, compiled)) = suspected(case, is_suspect) else { return Ruling::undecided(NOT_READ) };
    let stale: Vec<&Compiled> = compiled.iter().filter(|compiled| compiled.source.is_some()).collect();
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

/// The magic number that the runtime reads, if it is known.
fn right_magic(case: &Case<'_>) -> Option<u16> {
    case.target.runtime.as_ref().and_then(|runtime| bytecode_magic(runtime.python_version()?))
}

/// Whether the runtime may read it; what becomes of other versions is a rule of its own.
fn is_read(right: Option<u16>, header: BytecodeHeader) -> bool {
    right.is_none_or(|magic| magic == header.magic)
}

/// A different length is proof. Dates are, where they come from the folder that is packed as it is.
fn is_stale(case: &Case<'_>, header: BytecodeHeader, source: Option<EntryId>) -> bool {
    let (BytecodeValidity::Timestamp { modified, length }, Some(source)) = (header.validity, source) else {
        return false;
    };
    let listing = &case.bundle.listing;
    let dates_count = case.judged == Judged::Bundle && !matches!(listing.source, Source::Zip(..));
    listing.length(source).0 as u32 != length || (dates_count && listing.modified(source) as u32 != modified)
}

/// What becomes of bytecode, or has become of it where artifacts are judged.
fn mode(case: &Case<'_>) -> BytecodeMode {
    let packed = case.artifacts.and_then(|inspection| BytecodeMode::named(&inspection.manifest.bytecode.mode));
    packed.unwrap_or(case.plan.pack.bytecode)
}

/// Dates that packing has changed, or will.
pub(super) fn dates(case: &Case<'_>) -> Ruling {
    let is_packed_anew = matches!(case.judged, Judged::Plan | Judged::Artifacts);
    let is_kept = is_packed_anew && mode(case) == BytecodeMode::Keep;
    if is_packed_anew && mode(case) == BytecodeMode::HashBased {
        return not_shown(case);
    }
    if case.judged != Judged::Zip && !is_kept {
        return Ruling::skipped("packing does not keep bytecode that knows its source by date");
    }
    let read = right_magic(case);
    let is_dated = |header: BytecodeHeader, source: Option<EntryId>| match (header.validity, source) {
        (BytecodeValidity::Timestamp { modified, .. }, Some(source)) if is_read(read, header) => {
            is_kept || (case.bundle.listing.modified(source) - i64::from(modified)).abs() > ANY_ZONE
        }
        _ => false,
    };
    let Some((deployed, compiled)) = suspected(case, is_dated) else { return Ruling::undecided(NOT_READ) };
    let dated: Vec<&Compiled> = compiled.iter().filter(|compiled| compiled.source.is_some()).collect();
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

/// Bytecode that would be made hash-based, if its date showed that it belongs to the source beside it.
fn not_shown(case: &Case<'_>) -> Ruling {
    if case.bundle.facts.bytecode.is_none() {
        return Ruling::undecided(NOT_READ);
    }
    let other: BTreeSet<EntryId> = fate::fates(case.bundle, case.target)
        .filter(|(_, fate)| *fate == Fate::Kept(Why::OtherDate))
        .map(|(entry, _)| entry)
        .collect();
    if other.is_empty() {
        return Ruling::passed();
    }
    let deployed = Deployed::new(case);
    let suspects = case.bundle.suspects().bytecode.iter().filter(|(entry, _, _)| other.contains(entry));
    let compiled: Vec<Compiled> = suspects
        .filter_map(|&(entry, header, source)| Some(Compiled { placed: deployed.place(entry)?, header, source }))
        .collect();
    Ruling::of(group(case, &deployed, &compiled.iter().collect::<Vec<_>>()).map(|finding| {
        let message = format!(
            "{} not made hash-based: the dates do not show that the sources beside them are what they were compiled \
             from. Packed as they are they are dead weight, and Python compiles anew at each cold start",
            finding.message
        );
        let cure = "compile after the last change to the sources and keep the dates, or leave the bytecode out \
                    (bayplan slim PATH bytecode)";
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
