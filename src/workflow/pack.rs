//! Packing from end to end: judged first, written where nobody looks, checked, judged again, and only then named.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::manifest::{Packed, manifest};
use super::zipped::Packing;
use crate::model::bucket::Bucket;
use crate::model::budget::Budgets;
use crate::model::bytes::{Amount, Bytes, Certainty};
use crate::model::cargo::Cargo;
use crate::model::digest::Sha256Digest;
use crate::model::entry::EntryId;
use crate::model::finding::{Finding, Judged, Severity, Verdict};
use crate::model::listing::Source;
use crate::model::manifest::{EFS_DIGITS, EFS_FOLDER, MANIFEST, Manifest, zip_name};
use crate::model::watch::Watch;
use crate::model::zipped::{Batch, ZippedSizes};
use crate::pack::{
    Artifact, Digesting, Effort, Hashed, Look, OutputError, PackError, Prepared, Reuse, Stage, Stamps, Written,
    check_links, digest_of, verify_zip, write_tree, write_zip,
};
use crate::session::{Assessment, Background};

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
    let before = Assessment::new(packing.bundle, packing.plan, packing.target, &judging_plan(background));
    refuse_errors(&before.verdict, options, Moment::Before)?;
    let stage = Stage::begin(&options.out, source)?;
    let work = Work::new(packing, options, &stage, watch)?;
    let packed = work.write_all()?;
    work.stamps.compare(&packing.bundle.listing, packing.contents)?;
    let (assessment, sizes) = judge_packed(packing, background, &packed);
    check_foretold(&packed, &before, &assessment, &sizes, options)?;
    refuse_errors(&assessment.verdict, options, Moment::After)?;
    let manifest = manifest(packing, &assessment, &work.hashed, &packed);
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
    match packing.bundle.listing.problems.iter().find(|problem| problem.hides_bytes) {
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

/// The artifacts of one plan, while they are written.
struct Work<'a> {
    packing: &'a Packing<'a>,
    options: &'a PackOptions,
    folder: PathBuf,
    watch: &'a dyn Watch,
    hashed: Hashed,
    zips: Vec<(Bucket, Artifact)>,
    tree: Artifact,
    stamps: Stamps,
}

impl<'a> Work<'a> {
    fn new(
        packing: &'a Packing<'a>,
        options: &'a PackOptions,
        stage: &Stage,
        watch: &'a dyn Watch,
    ) -> Result<Work<'a>, PackFailure> {
        let Packing { bundle, contents, plan, target } = *packing;
        let own = |bucket: &Bucket| match bucket {
            Bucket::Layer(name) => plan.layer(name).is_some_and(|layer| layer.foreign().is_none()),
            bucket => zip_name(bucket).is_some(),
        };
        let gather = |bucket: Bucket| Ok((bucket.clone(), Artifact::of_bucket(bundle, plan, &bucket)?));
        let zips = plan.buckets().into_iter().filter(own).map(gather).collect::<Result<Vec<_>, PackError>>()?;
        let tree = Artifact::on_efs(bundle, plan)?;
        let mut entries: Vec<EntryId> = Vec::new();
        for artifact in zips.iter().map(|(_, artifact)| artifact).chain([&tree]) {
            check_links(artifact, &bundle.listing, contents)?;
            entries.extend(artifact.members.iter().map(|member| member.entry));
        }
        let hashed = Hashed::new(bundle, plan, target);
        entries.extend(entries.clone().into_iter().filter_map(|entry| hashed.source(entry)));
        entries.sort_unstable();
        entries.dedup();
        let stamps = Stamps::take(entries, &bundle.listing, contents)?;
        // A layer without packages is nothing that AWS takes; a finding says so.
        let zips = zips.into_iter().filter(|(bucket, zip)| *bucket == Bucket::Function || !zip.members.is_empty());
        Ok(Work { packing, options, folder: stage.folder(), watch, hashed, zips: zips.collect(), tree, stamps })
    }

    fn write_all(&self) -> Result<Packed, PackFailure> {
        let prepared = Prepared::new(self.packing.contents, &self.hashed, self.options.reuse);
        // Deflating has to be done anew for something smaller to come of it.
        let anew = Prepared::new(self.packing.contents, &self.hashed, Reuse::Never);
        let contents = if self.options.effort == Effort::Smallest { &anew } else { &prepared };
        let mut packed = Packed::default();
        for (bucket, artifact) in &self.zips {
            let (written, digest) = self.write_zip(bucket, artifact, contents)?;
            packed.entries.extend(artifact.members.iter().map(|member| member.entry).zip(written.zipped.clone()));
            packed.zips.push((bucket.clone(), written, digest));
        }
        if !self.tree.members.is_empty() {
            packed.tree = Some(self.write_tree(&prepared)?);
        }
        Ok(packed)
    }

    fn write_zip(
        &self,
        bucket: &Bucket,
        artifact: &Artifact,
        contents: &Prepared<'_>,
    ) -> Result<(Written, Sha256Digest), PackFailure> {
        let name = zip_name(bucket).unwrap_or_default();
        let path = self.folder.join(&name);
        let failed = |error| OutputError::Write(path.clone(), error);
        let file = File::options().write(true).create_new(true).open(&path).map_err(failed)?;
        let mut out = Digesting::new(file);
        let listing = &self.packing.bundle.listing;
        let written = write_zip(artifact, listing, contents, &mut out, self.options.effort, self.watch)?;
        let (file, digest) = out.finish();
        set_mode(&file).map_err(failed)?;
        drop(file);
        let digest = match digest {
            Some(digest) => digest,
            None => File::open(&path).and_then(digest_of).map_err(failed)?,
        };
        self.verify(&path, &name, &written)?;
        Ok((written, digest))
    }

    /// What lies on the disk must be what was written.
    fn verify(&self, path: &Path, name: &str, written: &Written) -> Result<(), PackFailure> {
        let stated = verify_zip(path, name, self.options.look, self.watch)?;
        if (stated.length, stated.entries, stated.unzipped) != (written.length, written.entries, written.unzipped) {
            let why = "what lies on the disk is not what was written".to_owned();
            return Err(PackError::Damaged { artifact: name.to_owned(), why }.into());
        }
        Ok(())
    }

    fn write_tree(&self, contents: &Prepared<'_>) -> Result<crate::pack::WrittenTree, PackFailure> {
        let efs = self.folder.join(EFS_FOLDER);
        let unnamed = efs.join("new");
        let failed = |error| OutputError::Write(efs.clone(), error);
        make_folder(&efs).and_then(|()| make_folder(&unnamed)).map_err(failed)?;
        let listing = &self.packing.bundle.listing;
        let written = write_tree(&self.tree, listing, contents, &unnamed, self.watch)?;
        if self.options.look == Look::Everything && crate::pack::read_tree(&unnamed, self.watch)? != written {
            let why = "what lies on the disk is not what was written".to_owned();
            return Err(PackError::Damaged { artifact: EFS_FOLDER.to_owned(), why }.into());
        }
        std::fs::rename(&unnamed, efs.join(tree_name(written.digest))).map_err(failed)?;
        Ok(written)
    }
}

/// The folder of a tree: the first digits of its digest.
pub(super) fn tree_name(digest: Sha256Digest) -> String {
    digest.to_string().chars().take(EFS_DIGITS).collect()
}

/// The verdict over the lengths that the zips have.
fn judge_packed(packing: &Packing<'_>, background: &Background, packed: &Packed) -> (Assessment, ZippedSizes) {
    let listing = &packing.bundle.listing;
    let mut sizes = ZippedSizes::awaited(background.zipped.generation(), listing);
    let generation = sizes.generation();
    sizes.merge(&Batch { generation, exact: packed.entries.clone(), unreadable: Vec::new() });
    let background = Background { zipped: std::sync::Arc::new(sizes.clone()), ..judging_plan(background) };
    (Assessment::new(packing.bundle, packing.plan, packing.target, &background), sizes)
}

/// What budgets say of a zip, from the sizes of its files, must be what was packed; and so must what they said before, if
/// they were sure.
fn check_foretold(
    packed: &Packed,
    before: &Assessment,
    after: &Assessment,
    sizes: &ZippedSizes,
    options: &PackOptions,
) -> Result<(), PackError> {
    debug_assert!(!sizes.is_unknown() || packed.entries.is_empty());
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

fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), PackFailure> {
    let path = folder.join(MANIFEST);
    let write = || {
        let mut file = File::options().write(true).create_new(true).open(&path)?;
        file.write_all(manifest.to_text().as_bytes())?;
        set_mode(&file)
    };
    write().map_err(|error| OutputError::Write(path.clone(), error).into())
}

#[cfg(unix)]
fn set_mode(file: &File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_mode(_: &File) -> std::io::Result<()> {
    Ok(())
}

/// Whatever the umask.
fn make_folder(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}
