//! Exact sizes kept between runs, in a folder that the caller names.
//!
//! A build has one file there, named by a digest of the build's place. It holds no names: each entry is a digest of
//! path, length and time of change, and the bytes that it took. What cannot be relied on is not used: a file of
//! another encoder or format, one that is cut off or does not match its checksum, and entries that changed so shortly
//! before they were measured that the clock may not have told a later change from it. Writing is all or nothing, and
//! failing at it is no error: the sizes are measured again.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use sha2::{Digest, Sha256};

use super::encode::ENCODER;
use super::fresh::Fresh;
use super::prepared::Hashed;
use crate::model::bytes::Bytes;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::zipped::{Batch, Generation, ZippedSizes};

const FORMAT: &str = "bayplan zipped sizes 1";
const ENDING: &str = "sizes";
const KEY: usize = 16;
const RECORD: usize = KEY + 8;
const CHECKSUM: usize = 32;
/// A longer file is neither written nor read.
const LONGEST_FILE: u64 = 64 << 20;
/// All files together; the oldest are removed first.
const ALL_FILES: u64 = 128 << 20;
/// Times are in whole seconds, so a file may change again within the second in which it was measured.
const SETTLED_AFTER: i64 = 2;

/// Sizes kept in a folder for one build.
#[derive(Clone, Debug)]
pub struct SizeCache {
    folder: PathBuf,
    file: PathBuf,
}

impl SizeCache {
    /// The cache in `folder` for the build at `place`, an absolute path. Nothing is read or made yet.
    pub fn new(folder: &Path, place: &Path) -> SizeCache {
        let digest = Sha256::digest(place.as_os_str().as_encoded_bytes());
        let name: String = digest[..KEY].iter().map(|byte| format!("{byte:02x}")).collect();
        SizeCache { folder: folder.to_owned(), file: folder.join(format!("{name}.{ENDING}")) }
    }

    /// What is known already of the listing's files, as a batch; empty where there is nothing to rely on.
    pub fn load(&self, listing: &Listing, hashed: &Hashed, generation: Generation) -> Batch {
        let sizes = self.read().unwrap_or_default();
        let known = |entry| Some((entry, Bytes(*sizes.get(&key(listing, hashed, entry)?)?)));
        let exact = if sizes.is_empty() { Vec::new() } else { listing.entries().filter_map(known).collect() };
        Batch { generation, exact, unreadable: Vec::new() }
    }

    /// Keeps what is known exactly of files that had settled when the scan began, and forgets what was kept before.
    pub fn store(&self, listing: &Listing, hashed: &Hashed, sizes: &ZippedSizes, scanned_at: SystemTime) {
        // Whatever goes wrong, the next run measures again.
        let _ = self.write(listing, hashed, sizes, scanned_at);
    }

    fn write(
        &self,
        listing: &Listing,
        hashed: &Hashed,
        sizes: &ZippedSizes,
        scanned_at: SystemTime,
    ) -> std::io::Result<()> {
        let seconds = scanned_at.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        let mut bytes = head();
        let has_settled = |entry: EntryId| listing.modified(entry) < seconds - SETTLED_AFTER;
        let settled = |&entry: &EntryId| has_settled(entry) && hashed.source(entry).is_none_or(has_settled);
        for entry in listing.entries().filter(settled) {
            let size = sizes.get(entry).filter(|size| size.sign().is_empty());
            if let (Some(key), Some(size)) = (key(listing, hashed, entry), size) {
                bytes.extend_from_slice(&key);
                bytes.extend_from_slice(&size.bytes.0.to_le_bytes());
            }
        }
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        if bytes.len() as u64 > LONGEST_FILE {
            return Ok(());
        }
        std::fs::create_dir_all(&self.folder)?;
        let mut file = Fresh::in_folder(&self.folder)?;
        file.write_all(&bytes)?;
        file.name(&self.file)?;
        self.make_room()
    }

    /// Removes the oldest files until the rest fits.
    fn make_room(&self) -> std::io::Result<()> {
        let mut files = Vec::new();
        for found in std::fs::read_dir(&self.folder)?.filter_map(Result::ok) {
            let path = found.path();
            let is_ours = path.extension().is_some_and(|ending| ending == ENDING) && path != self.file;
            if let (true, Ok(metadata)) = (is_ours, found.metadata()) {
                files.push((metadata.modified().unwrap_or(UNIX_EPOCH), metadata.len(), path));
            }
        }
        files.sort();
        let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
        for (_, length, path) in files {
            if total + LONGEST_FILE > ALL_FILES {
                std::fs::remove_file(path)?;
                total -= length;
            }
        }
        Ok(())
    }

    fn read(&self) -> Option<HashMap<[u8; KEY], u64>> {
        let metadata = std::fs::symlink_metadata(&self.file).ok()?;
        if !metadata.is_file() || metadata.len() > LONGEST_FILE {
            return None;
        }
        let bytes = std::fs::read(&self.file).ok()?;
        let (content, checksum) = bytes.split_at_checked(bytes.len().checked_sub(CHECKSUM)?)?;
        let records = content.strip_prefix(&head()[..])?;
        if Sha256::digest(content)[..] != *checksum || !records.len().is_multiple_of(RECORD) {
            return None;
        }
        Some(records.chunks_exact(RECORD).filter_map(record).collect())
    }
}

fn head() -> Vec<u8> {
    format!("{FORMAT}\n{ENCODER}\n").into_bytes()
}

fn record(bytes: &[u8]) -> Option<([u8; KEY], u64)> {
    let (key, size) = bytes.split_at_checked(KEY)?;
    Some((key.try_into().ok()?, u64::from_le_bytes(size.try_into().ok()?)))
}

/// What a size is kept by; `None` for what is no file or has no known time of change. With its hash, bytecode changes
/// when its source does.
fn key(listing: &Listing, hashed: &Hashed, entry: EntryId) -> Option<[u8; KEY]> {
    if listing.kind(entry) != EntryKind::File || listing.modified(entry) == 0 {
        return None;
    }
    let mut hasher = Sha256::new();
    if let Some(source) = hashed.source(entry) {
        hasher.update(b"hash of its source");
        hasher.update(listing.length(source).0.to_le_bytes());
        hasher.update(listing.modified(source).to_le_bytes());
    }
    hasher.update(listing.length(entry).0.to_le_bytes());
    hasher.update(listing.modified(entry).to_le_bytes());
    hasher.update(listing.path(entry));
    hasher.finalize()[..KEY].try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::listing::{Attributes, ListingBuilder, Source};

    fn listing(length: u64) -> Listing {
        let mut builder = ListingBuilder::new(Source::Demo);
        for (name, modified) in [(&b"new.py"[..], 1000), (b"old.py", 900)] {
            builder.add(name, Attributes { modified, ..Attributes::file(length) }).unwrap();
        }
        builder.finish()
    }

    fn sizes(listing: &Listing) -> ZippedSizes {
        let mut sizes = ZippedSizes::awaited(Generation(1), listing);
        let exact = vec![(EntryId(1), Bytes(11)), (EntryId(2), Bytes(22))];
        sizes.merge(&Batch { generation: Generation(1), exact, unreadable: Vec::new() });
        sizes
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn sizes_are_kept_for_the_same_files_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let cache = SizeCache::new(&folder.path().join("bayplan"), Path::new("/build"));
        assert_eq!(cache.load(&listing(50), &Hashed::default(), Generation(3)).exact, [], "nothing is kept yet");
        cache.store(&listing(50), &Hashed::default(), &sizes(&listing(50)), at(5000));
        let batch = cache.load(&listing(50), &Hashed::default(), Generation(3));
        assert_eq!(batch.exact, [(EntryId(1), Bytes(11)), (EntryId(2), Bytes(22))]);
        assert_eq!(batch.generation, Generation(3));
        assert_eq!(cache.load(&listing(51), &Hashed::default(), Generation(3)).exact, [], "of another length");
        let elsewhere = SizeCache::new(&folder.path().join("bayplan"), Path::new("/other"));
        assert_eq!(elsewhere.load(&listing(50), &Hashed::default(), Generation(3)).exact, [], "of another build");
    }

    #[test]
    fn what_changed_just_before_the_scan_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let cache = SizeCache::new(folder.path(), Path::new("/build"));
        cache.store(&listing(50), &Hashed::default(), &sizes(&listing(50)), at(1001));
        assert_eq!(cache.load(&listing(50), &Hashed::default(), Generation(1)).exact, [(EntryId(2), Bytes(22))]);
    }

    #[test]
    fn a_broken_or_foreign_cache_is_ignored_and_an_unwritable_one_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let cache = SizeCache::new(folder.path(), Path::new("/build"));
        cache.store(&listing(50), &Hashed::default(), &sizes(&listing(50)), at(5000));
        let whole = std::fs::read(&cache.file).unwrap();
        let mut flipped = whole.clone();
        flipped[whole.len() - CHECKSUM - 1] ^= 1;
        for broken in [&whole[..whole.len() - 1], &whole[1..], &flipped, b""] {
            std::fs::write(&cache.file, broken).unwrap();
            assert_eq!(cache.load(&listing(50), &Hashed::default(), Generation(1)).exact, []);
        }
        let blocked = SizeCache::new(&cache.file.join("below-a-file"), Path::new("/build"));
        blocked.store(&listing(50), &Hashed::default(), &sizes(&listing(50)), at(5000));
        assert_eq!(blocked.load(&listing(50), &Hashed::default(), Generation(1)).exact, []);
    }
}
