//! How long a zip becomes, without writing it.
//!
//! bayplan's own layout has no extra fields and no comments, so the length follows from the number of entries, the
//! bytes in them and the lengths of their names alone.

use super::bytes::Bytes;
use super::package::Load;

/// A local header and a central header, without the name that stands in both.
const HEADERS: u64 = 30 + 46;
/// The record at the end of the central directory.
const END: u64 = 22;
/// What is added in front of it when a number does not fit: the Zip64 record and its locator.
const ZIP64_END: u64 = 56 + 20;
/// From here on the counts and offsets of the plain record do not fit.
const ZIP64_ENTRIES: u64 = 0xFFFF;
const ZIP64_OFFSET: u64 = 0xFFFF_FFFF;

/// The length of the zip that holds these files, each below a folder `prefix` (its bytes with the closing `/`).
pub fn zip_length(load: Load, prefix_bytes: u64) -> Bytes {
    let names = load.path_bytes + load.files * prefix_bytes;
    let directory_offset = load.files * 30 + names + load.zipped.0;
    let directory = load.files * 46 + names;
    let needs_zip64 = load.files >= ZIP64_ENTRIES || directory_offset >= ZIP64_OFFSET || directory >= ZIP64_OFFSET;
    let end = END + if needs_zip64 { ZIP64_END } else { 0 };
    Bytes(load.files * HEADERS + 2 * names) + load.zipped + Bytes(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zip_of_one_file_is_as_long_as_its_parts() {
        let load = Load { files: 1, unzipped: Bytes(5), zipped: Bytes(5), path_bytes: 5 };
        assert_eq!(zip_length(load, 0), Bytes(5 + 30 + 5 + 46 + 5 + 22));
        assert_eq!(zip_length(load, 7), Bytes(5 + 30 + 12 + 46 + 12 + 22));
    }

    #[test]
    fn from_65_535_entries_on_the_end_is_longer() {
        let load = |files| Load { files, path_bytes: files, ..Load::default() };
        let step = zip_length(load(65_535), 0).0 - zip_length(load(65_534), 0).0;
        assert_eq!(step, HEADERS + 2 + ZIP64_END);
    }
}
