//! Packing from end to end: judged first, written where nobody looks, checked, judged again, and only then named.

mod gathered;
mod side_by_side;
mod work;

use std::path::PathBuf;
use std::sync::Arc;

use super::manifest::{Packed, manifest};
use super::zipped::Packing;
use crate::model::bucket::Bucket;
use crate::model::budget::Budgets;
use crate::model::bytes::{Amount, Bytes, Certainty};
use crate::model::cargo::Cargo;
use crate::model::finding::{Finding, Judged, Severity, Verdict};
use crate::model::listing::Source;
use crate::model::manifest::{Manifest, zip_name};
use crate::model::watch::Watch;
use crate::model::zipped::{Batch, ZippedSizes};
use crate::pack::{Effort, Look, OutputError, PackError, Reuse, Stage};
use crate::session::{Assessment, Background};
use gathered::Gathered;
use work::{Work, write_manifest};

pub(super) use work::tree_name;

/// How to pack.
#[derive(Clone, Debug)]
pub struct PackOptions {
    /// The folder for the artifacts.
    pub out: PathBuf,
    /// What becomes of bytes that lie deflated in an archive already.
    pub reuse: Reuse,
    /// How closely to look at what was written.
    pub look: Look,
    /// How hard to deflate.
    pub effort: Effort,
    /// What an error of the verdict means.
    pub errors: Errors,
}

/// What an error of the verdict means to packing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Errors {
    /// Nothing is packed.
    #[default]
    Refuse,
    /// It is packed all the same.
    PackAnyway,
}

/// Why nothing was packed. What lay in the output folder is as it was.
#[derive(Debug, thiserror::Error)]
pub enum PackFailure {
    /// The verdict has errors.
    #[error("the verdict has {}: nothing was packed", counted(.0.len()))]
    Judged(Vec<Finding>),
    /// There are no files behind what is open.
    #[error("demo: is a recording without contents and cannot be packed; open a build")]
    Recording,
    /// What could not be read cannot be packed, and must not be missing unsaid.
    #[error("\"{path}\" could not be read: {why}; the artifacts would lack it, so nothing was packed")]
    Incomplete {
        /// Where.
        path: String,
        /// Why.
        why: String,
    },
    /// The output folder.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The artifacts.
    #[error(transparent)]
    Pack(#[from] PackError),
}

fn counted(errors: usize) -> String {
    if errors == 1 { "an error".to_owned() } else { format!("{errors} errors") }
}

/// What was packed.
#[derive(Debug)]
pub struct Outcome {
    /// The folder.
    pub out: PathBuf,
    /// What lies in it.
    pub manifest: Manifest,
    /// The verdict over what was packed.
    pub verdict: Verdict,
    /// What each bucket's zip was foretold to have before it was packed; `None`: not known.
    pub foretold: Vec<(Bucket, Option<Amount>)>,
}

/// How many bytes of the bundle packing goes through: what a progress ends at.
pub fn bytes_to_pack(packing: &Packing<'_>, zipped: &ZippedSizes) -> Bytes {
    let cargo = Cargo::new(packing.bundle, packing.plan, zipped);
    let budgets = Budgets::new(packing.bundle, &cargo, packing.plan);
    let deployed = budgets.buckets.iter().filter(|budget| budget.bucket != Bucket::LeftOut);
    deployed.map(|budget| budget.load.unzipped).sum()
}

/// Packs a plan.
pub fn pack(
    packing: &Packing<'_>,
    background: &Background,
    options: &PackOptions,
    watch: &dyn Watch,
) -> Result<Outcome, PackFailure> {
    let source = match &packing.bundle.listing.source {
        Source::Directory(path) | Source::Zip(path, _) => path,
        Source::Demo => return Err(PackFailure::Recording),
    };
    refuse_incomplete(packing)?;
    let judge = || Assessment::new(packing.bundle, packing.plan, packing.target, &judging_plan(background));
    let (before, gathered) = rayon::join(judge, || Gathered::new(packing));
    refuse_errors(&before.verdict, options, Moment::Before)?;
    let stage = Stage::begin(&options.out, source)?;
    let gathered = gathered?;
    let packed = Work::new(packing, &gathered, options, &stage, watch).write_all()?;
    let compare = || gathered.stamps.compare(&packing.bundle.listing, packing.files.contents());
    let (assessment, unchanged) = rayon::join(|| judge_packed(packing, background, &packed), compare);
    unchanged?;
    check_foretold(&packed, &before, &assessment, options)?;
    refuse_errors(&assessment.verdict, options, Moment::After)?;
    let manifest = manifest(packing, &assessment, &gathered.hashed, &packed);
    write_manifest(&stage.folder(), &manifest)?;
    if watch.is_cancelled() {
        return Err(PackError::Cancelled.into());
    }
    let foretold = before.budgets.buckets.into_iter().map(|budget| (budget.bucket, budget.zip)).collect();
    Ok(Outcome { out: stage.commit()?, manifest, verdict: assessment.verdict, foretold })
}

/// Whatever was judged on the way here, what is packed is the plan over the bundle.
fn judging_plan(background: &Background) -> Background {
    Background { judged: Judged::Plan, ..background.clone() }
}

fn refuse_incomplete(packing: &Packing<'_>) -> Result<(), PackFailure> {
    match packing.bundle.listing.problems.iter().find(|problem| problem.hides_bytes()) {
        Some(problem) => Err(PackFailure::Incomplete { path: problem.path.clone(), why: problem.what.clone() }),
        None => Ok(()),
    }
}

/// When a verdict is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Moment {
    Before,
    After,
}

/// The rule that time spent on deflating can still satisfy.
const DIRECT: &str = "upload.direct";

fn refuse_errors(verdict: &Verdict, options: &PackOptions, moment: Moment) -> Result<(), PackFailure> {
    let may_still_fit =
        |finding: &Finding| finding.id == DIRECT && moment == Moment::Before && options.effort == Effort::Smallest;
    let errors = verdict.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<Finding> = errors.filter(|finding| !may_still_fit(finding)).cloned().collect();
    let refuses = !errors.is_empty() && options.errors == Errors::Refuse;
    if refuses { Err(PackFailure::Judged(errors)) } else { Ok(()) }
}

/// The verdict over the lengths that the zips have.
fn judge_packed(packing: &Packing<'_>, background: &Background, packed: &Packed) -> Assessment {
    let listing = &packing.bundle.listing;
    let mut sizes = ZippedSizes::awaited(background.zipped.generation(), listing);
    let generation = sizes.generation();
    sizes.merge(&Batch { generation, exact: packed.entries.clone(), unreadable: Vec::new() });
    let background = Background { zipped: Arc::new(sizes), ..judging_plan(background) };
    Assessment::new(packing.bundle, packing.plan, packing.target, &background)
}

/// What budgets say of a zip, from the sizes of its files, must be what was packed; and so must what they said before, if
/// they were sure.
fn check_foretold(
    packed: &Packed,
    before: &Assessment,
    after: &Assessment,
    options: &PackOptions,
) -> Result<(), PackError> {
    let as_measured = options.effort == Effort::Usual && options.reuse == Reuse::AsItLies;
    for (bucket, written, _) in &packed.zips {
        let of = |assessment: &Assessment| assessment.budgets.of(bucket).and_then(|budget| budget.zip);
        let exactly = |zip: Option<Amount>| zip.filter(|zip| zip.certainty == Certainty::Exact).map(|zip| zip.bytes);
        let foretold = [exactly(of(after)), exactly(of(before)).filter(|_| as_measured)];
        if let Some(wrong) = foretold.into_iter().flatten().find(|&foretold| foretold != written.length) {
            return Err(PackError::NotAsForetold {
                artifact: zip_name(bucket).unwrap_or_default(),
                foretold: wrong.grouped(),
                packed: written.length.grouped(),
            });
        }
    }
    Ok(())
}
