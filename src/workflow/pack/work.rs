//! The work itself: every artifact of a plan, written into a folder and read back.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use super::super::manifest::Packed;
use super::super::zipped::Packing;
use super::gathered::Gathered;
use super::side_by_side::side_by_side;
use super::{PackFailure, PackOptions};
use crate::model::bucket::Bucket;
use crate::model::digest::Sha256Digest;
use crate::model::manifest::{EFS_DIGITS, EFS_FOLDER, MANIFEST, Manifest, zip_name};
use crate::model::watch::Watch;
use crate::pack::{
    Artifact, Digesting, Effort, Look, OutputError, PackError, Prepared, Reuse, Room, Stage, Writing, Written,
    WrittenTree, digest_of, read_tree, verify_zip, write_tree, write_zip,
};

/// The artifacts of one plan, while they are written.
pub(super) struct Work<'a> {
    packing: &'a Packing<'a>,
    gathered: &'a Gathered,
    options: &'a PackOptions,
    folder: PathBuf,
    /// Where all of it is to lie in the end, for errors.
    out: PathBuf,
    watch: &'a dyn Watch,
}

impl<'a> Work<'a> {
    pub(super) fn new(
        packing: &'a Packing<'a>,
        gathered: &'a Gathered,
        options: &'a PackOptions,
        stage: &Stage,
        watch: &'a dyn Watch,
    ) -> Work<'a> {
        Work { packing, gathered, options, folder: stage.folder(), out: stage.out().to_owned(), watch }
    }

    pub(super) fn write_all(&self) -> Result<Packed, PackFailure> {
        let prepared = Prepared::new(self.packing.files, &self.gathered.hashed, self.options.reuse);
        // Deflating has to be done anew for something smaller to come of it.
        let anew = Prepared::new(self.packing.files, &self.gathered.hashed, Reuse::Never);
        let contents = if self.options.effort == Effort::Smallest { &anew } else { &prepared };
        let room = Room::default();
        let written = side_by_side(&self.gathered.zips, self.watch, |(bucket, artifact), watch| {
            let how = Writing { effort: self.options.effort, room: &room, watch };
            self.write_zip(bucket, artifact, contents, how)
        })?;
        let mut packed = Packed::default();
        for ((bucket, artifact), (written, digest)) in self.gathered.zips.iter().zip(written) {
            packed.entries.extend(artifact.members.iter().map(|member| member.entry).zip(written.zipped.clone()));
            packed.zips.push((bucket.clone(), written, digest));
        }
        if !self.gathered.tree.members.is_empty() {
            packed.tree = Some(self.write_tree(&prepared)?);
        }
        Ok(packed)
    }

    fn write_zip(
        &self,
        bucket: &Bucket,
        artifact: &Artifact,
        contents: &Prepared<'_>,
        how: Writing<'_>,
    ) -> Result<(Written, Sha256Digest), PackFailure> {
        let name = zip_name(bucket).unwrap_or_default();
        let path = self.folder.join(&name);
        let failed = |error| OutputError::Write(self.out.join(&name), error);
        let file = File::options().write(true).create_new(true).open(&path).map_err(failed)?;
        let mut out = Digesting::new(file);
        let listing = &self.packing.bundle.listing;
        let written =
            write_zip(artifact, listing, contents, &mut out, how).map_err(|error| self.named(error, &name))?;
        let (file, digest) = out.finish().map_err(failed)?;
        set_mode(&file).map_err(failed)?;
        drop(file);
        let digest = match digest {
            Some(digest) => digest,
            None => File::open(&path).and_then(digest_of).map_err(failed)?,
        };
        self.verify(&path, &name, &written, how.watch)?;
        Ok((written, digest))
    }

    /// What lies on the disk must be what was written.
    fn verify(&self, path: &Path, name: &str, written: &Written, watch: &dyn Watch) -> Result<(), PackFailure> {
        let stated = verify_zip(path, name, self.options.look, watch)?;
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
        let written = write_tree(&self.gathered.tree, listing, contents, &unnamed, self.watch)
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
