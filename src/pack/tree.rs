//! Writes the tree that is to lie on EFS, and digests it.
//!
//! Its folder is named by the digest of its content, so that another content never lies under the name of one that a
//! version of the function still uses. Files are 0644 or 0755 and folders 0755 whatever the umask, as whoever mounts
//! the file system has another user's number.
//!
//! The digest is SHA-256 over one line for each file and link, in the order of the bytes of their paths:
//! `MODE LENGTH SHA256 PATH`, the mode in octal with its type (`100644`, `100755`, `120777`), and a zero byte as its
//! end. The content of a link is its text. Dates are not in it.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::artifact::{Artifact, Member};
use super::encode::unreadable;
use super::error::PackError;
use super::job::Origin;
use super::write::{LINK, cannot_write, packed_mode};
use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::digest::Sha256Digest;
use crate::model::listing::Listing;
use crate::model::watch::Watch;

const FOLDER: u32 = 0o755;
const BUFFER: usize = 64 << 10;

/// What was written, or was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenTree {
    /// Files and links.
    pub entries: u64,
    /// The sum of their lengths.
    pub bytes: Bytes,
    /// Over all of them.
    pub digest: Sha256Digest,
}

/// One line of what is digested.
struct Line {
    mode: u32,
    length: u64,
    content: Sha256Digest,
    path: Vec<u8>,
}

/// Writes the files of an artifact below a folder that exists and is empty.
pub fn write_tree(
    artifact: &Artifact,
    listing: &Listing,
    contents: &dyn Contents,
    folder: &Path,
    watch: &dyn Watch,
) -> Result<WrittenTree, PackError> {
    make_folders(artifact, folder)?;
    let origin = Origin { listing, contents };
    let write = |member: &Member| {
        if watch.is_cancelled() {
            return Err(PackError::Cancelled);
        }
        let line = write_member(origin, member, &place(folder, &member.path))?;
        watch.packed(listing.length(member.entry));
        Ok(line)
    };
    let lines = artifact.members.par_iter().map(write).collect::<Result<Vec<Line>, PackError>>()?;
    Ok(sum(lines))
}

/// Digests the tree that would be written, and writes nothing.
pub fn digest_tree(
    artifact: &Artifact,
    listing: &Listing,
    contents: &dyn Contents,
    watch: &dyn Watch,
) -> Result<WrittenTree, PackError> {
    let origin = Origin { listing, contents };
    let digest = |member: &Member| {
        if watch.is_cancelled() {
            return Err(PackError::Cancelled);
        }
        match packed_mode(listing, member.entry) {
            LINK => Ok(link_line(&link_text(origin, member)?, member.path.clone())),
            mode => copy_member(origin, member, mode, &mut std::io::sink()),
        }
    };
    let lines = artifact.members.par_iter().map(digest).collect::<Result<Vec<Line>, PackError>>()?;
    Ok(sum(lines))
}

/// Digests a tree that lies somewhere, by the same rule; folders without files do not count.
pub fn read_tree(folder: &Path, watch: &dyn Watch) -> Result<WrittenTree, PackError> {
    let mut lines = Vec::new();
    for found in walkdir::WalkDir::new(folder).min_depth(1) {
        let found = found.map_err(|error| cannot_read(folder, error.into()))?;
        if watch.is_cancelled() {
            return Err(PackError::Cancelled);
        }
        if !found.file_type().is_dir() {
            lines.push(read_line(folder, &found).map_err(|error| cannot_read(found.path(), error))?);
        }
    }
    Ok(sum(lines))
}

fn cannot_read(path: &Path, error: std::io::Error) -> PackError {
    let path = crate::model::escape::printable(path.as_os_str().as_encoded_bytes());
    PackError::Unreadable { path, why: unreadable(error) }
}

fn read_line(folder: &Path, found: &walkdir::DirEntry) -> std::io::Result<Line> {
    let below = found.path().strip_prefix(folder).unwrap_or(found.path());
    let path = below.as_os_str().as_encoded_bytes().to_vec();
    if found.path_is_symlink() {
        return Ok(link_line(fs::read_link(found.path())?.as_os_str().as_encoded_bytes(), path));
    }
    let metadata = found.metadata()?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is neither a file nor a link"));
    }
    let content = super::digesting::digest_of(File::open(found.path())?)?;
    Ok(Line { mode: mode_of(&metadata), length: metadata.len(), content, path })
}

/// As it would be packed, if it were as it was packed; anything else shows.
#[cfg(unix)]
fn mode_of(metadata: &fs::Metadata) -> u32 {
    use std::os::unix::fs::MetadataExt;
    metadata.mode() & 0o177_777
}

#[cfg(not(unix))]
fn mode_of(_: &fs::Metadata) -> u32 {
    super::write::PLAIN
}

fn sum(mut lines: Vec<Line>) -> WrittenTree {
    lines.sort_by(|one, other| one.path.cmp(&other.path));
    let mut hasher = Sha256::new();
    for Line { mode, length, content, path } in &lines {
        hasher.update(format!("{mode:o} {length} {content} "));
        hasher.update(path);
        hasher.update([0]);
    }
    let bytes = lines.iter().map(|line| Bytes(line.length)).sum();
    WrittenTree { entries: lines.len() as u64, bytes, digest: Sha256Digest(hasher.finalize().into()) }
}

fn link_line(text: &[u8], path: Vec<u8>) -> Line {
    Line { mode: LINK, length: text.len() as u64, content: Sha256Digest(Sha256::digest(text).into()), path }
}

/// Every folder that a member lies in, the upper ones first.
fn make_folders(artifact: &Artifact, folder: &Path) -> Result<(), PackError> {
    let mut needed: BTreeSet<&[u8]> = BTreeSet::new();
    for member in &artifact.members {
        let slashes = member.path.iter().enumerate().filter(|(_, byte)| **byte == b'/');
        needed.extend(slashes.map(|(end, _)| &member.path[..end]));
    }
    for path in needed {
        let path = place(folder, path);
        fs::create_dir(&path).and_then(|()| set_mode(&path, FOLDER)).map_err(cannot_write)?;
    }
    Ok(())
}

fn write_member(origin: Origin<'_>, member: &Member, place: &Path) -> Result<Line, PackError> {
    let mode = packed_mode(origin.listing, member.entry);
    if mode == LINK {
        let text = link_text(origin, member)?;
        make_link(&text, place).map_err(cannot_write)?;
        return Ok(link_line(&text, member.path.clone()));
    }
    let mut file = File::options().write(true).create_new(true).open(place).map_err(cannot_write)?;
    let line = copy_member(origin, member, mode, &mut file)?;
    drop(file);
    set_mode(place, mode & 0o777).map_err(cannot_write)?;
    Ok(line)
}

fn link_text(origin: Origin<'_>, member: &Member) -> Result<Vec<u8>, PackError> {
    let Origin { listing, contents } = origin;
    let text = contents.link_text(listing, member.entry);
    text.map_err(|why| PackError::Unreadable { path: listing.shown_path(member.entry), why })
}

/// Copies a file's content to where it goes, and digests it.
fn copy_member(origin: Origin<'_>, member: &Member, mode: u32, out: &mut dyn Write) -> Result<Line, PackError> {
    let Origin { listing, contents } = origin;
    let cannot_read = |why| PackError::Unreadable { path: listing.shown_path(member.entry), why };
    let mut source = contents.open(listing, member.entry).map_err(cannot_read)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; BUFFER];
    let mut length = 0;
    loop {
        let count = source.read(&mut buffer).map_err(|error| cannot_read(unreadable(error)))?;
        if count == 0 {
            break;
        }
        hasher.update(&buffer[..count]);
        out.write_all(&buffer[..count]).map_err(cannot_write)?;
        length += count as u64;
    }
    Ok(Line { mode, length, content: Sha256Digest(hasher.finalize().into()), path: member.path.clone() })
}

#[cfg(unix)]
fn place(folder: &Path, path: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStrExt;
    folder.join(std::ffi::OsStr::from_bytes(path))
}

#[cfg(not(unix))]
fn place(folder: &Path, path: &[u8]) -> PathBuf {
    folder.join(String::from_utf8_lossy(path).as_ref())
}

#[cfg(unix)]
fn make_link(text: &[u8], place: &Path) -> std::io::Result<()> {
    use std::os::unix::ffi::OsStrExt;
    std::os::unix::fs::symlink(std::ffi::OsStr::from_bytes(text), place)
}

#[cfg(not(unix))]
fn make_link(_: &[u8], _: &Path) -> std::io::Result<()> {
    Err(std::io::Error::other("links cannot be made on this system"))
}

/// Whatever the umask.
#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> std::io::Result<()> {
    Ok(())
}
