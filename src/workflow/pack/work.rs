//! The work itself: every artifact of a plan, written into a folder and read back.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::super::manifest::Packed;
use super::super::zipped::Packing;
use super::{PackFailure, PackOptions};
use crate::model::bucket::Bucket;
use crate::model::digest::Sha256Digest;
use crate::model::entry::EntryId;
use crate::model::manifest::{EFS_DIGITS, EFS_FOLDER, MANIFEST, Manifest, zip_name};
use crate::model::watch::Watch;
use crate::pack::{
    Artifact, Digesting, Effort, Hashed, Look, OutputError, PackError, Prepared, Reuse, Stage, Stamps, Written,
    WrittenTree, check_links, digest_of, read_tree, verify_zip, write_tree, write_zip,
};

/// The artifacts of one plan, while they are written.
pub(super) struct Work<'a> {
    packing: &'a Packing<'a>,
    options: &'a PackOptions,
    folder: PathBuf,
    /// Where all of it is to lie in the end, for errors.
    out: PathBuf,
    watch: &'a dyn Watch,
    /// Bytecode that is made hash-based.
    pub(super) hashed: Hashed,
    zips: Vec<(Bucket, Artifact)>,
    tree: Artifact,
    /// What the sources looked like before.
    pub(super) stamps: Stamps,
}

impl<'a> Work<'a> {
    pub(super) fn new(
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
        Ok(Work {
            packing,
            options,
            folder: stage.folder(),
            out: stage.out().to_owned(),
            watch,
            hashed,
            zips: zips.collect(),
            tree,
            stamps,
        })
    }

    pub(super) fn write_all(&self) -> Result<Packed, PackFailure> {
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
        let failed = |error| OutputError::Write(self.out.join(&name), error);
        let file = File::options().write(true).create_new(true).open(&path).map_err(failed)?;
        let mut out = Digesting::new(file);
        let listing = &self.packing.bundle.listing;
        let written = write_zip(artifact, listing, contents, &mut out, self.options.effort, self.watch)
            .map_err(|error| self.named(error, &name))?;
        let (file, digest) = out.finish().map_err(failed)?;
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

    fn write_tree(&self, contents: &Prepared<'_>) -> Result<WrittenTree, PackFailure> {
        let efs = self.folder.join(EFS_FOLDER);
        let unnamed = efs.join("new");
        let failed = |error| OutputError::Write(self.out.join(EFS_FOLDER), error);
        make_folder(&efs).and_then(|()| make_folder(&unnamed)).map_err(failed)?;
        let listing = &self.packing.bundle.listing;
        let written = write_tree(&self.tree, listing, contents, &unnamed, self.watch)
            .map_err(|error| self.named(error, EFS_FOLDER))?;
        if self.options.look == Look::Everything && read_tree(&unnamed, self.watch)? != written {
            let why = "what lies on the disk is not what was written".to_owned();
            return Err(PackError::Damaged { artifact: EFS_FOLDER.to_owned(), why }.into());
        }
        std::fs::rename(&unnamed, efs.join(tree_name(written.digest))).map_err(failed)?;
        Ok(written)
    }

    /// An error with the place that the user knows, if writing is what failed.
    fn named(&self, error: PackError, name: &str) -> PackFailure {
        match error {
            PackError::Write(why) => OutputError::Write(self.out.join(name), std::io::Error::other(why)).into(),
            error => error.into(),
        }
    }
}

/// The folder of a tree: the first digits of its digest.
pub(in super::super) fn tree_name(digest: Sha256Digest) -> String {
    digest.to_string().chars().take(EFS_DIGITS).collect()
}

/// Writes what was packed beside it.
pub(super) fn write_manifest(folder: &Path, manifest: &Manifest) -> Result<(), PackFailure> {
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
