//! How long a zip becomes, without writing it.
//!
//! bayplan's own layout has no folders, no extra fields and no comments, so the length follows from the number of
//! entries, the bytes in them and the lengths of their names alone. A name is written as the bytes it has, whether or
//! not they are UTF-8, so its length is never in doubt.
//!
//! More than 65 534 entries are counted in a Zip64 record. A zip of 4 GB or more is not written at all (Lambda takes
//! 250 MB unzipped), so that no entry needs Zip64 fields of its own and the formula stays closed.

use super::bytes::Bytes;
use super::package::Load;

/// A local header and a central header, without the name that stands in both.
const HEADERS: u64 = 30 + 46;
/// The record at the end of the central directory.
const END: u64 = 22;
/// What is added in front of it when a number does not fit: the Zip64 record and its locator.
const ZIP64_END: u64 = 56 + 20;
/// From this many entries on, the plain record cannot count them.
pub const ZIP64_ENTRIES: u64 = 0xFFFF;
/// From this length on, a zip is not written.
pub const LENGTH_LIMIT: Bytes = Bytes(0xFFFF_FFFF);

/// The length of the zip that holds these files; their paths count from the zip's root, so what lies in a folder of it
/// is given [`below`](Load::below) that.
pub fn zip_length(load: Load) -> Bytes {
    let end = if load.files >= ZIP64_ENTRIES { END + ZIP64_END } else { END };
    Bytes(load.files * HEADERS + 2 * load.path_bytes) + load.zipped + Bytes(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zip_of_one_file_is_as_long_as_its_parts() {
        let load = Load { files: 1, unzipped: Bytes(5), zipped: Bytes(5), path_bytes: 5 };
        assert_eq!(zip_length(load), Bytes(5 + 30 + 5 + 46 + 5 + 22));
        assert_eq!(zip_length(load.below(7)), Bytes(5 + 30 + 12 + 46 + 12 + 22));
    }

    #[test]
    fn from_65_535_entries_on_the_end_is_longer() {
        let load = |files| Load { files, path_bytes: files, ..Load::default() };
        let step = zip_length(load(65_535)).0 - zip_length(load(65_534)).0;
        assert_eq!(step, HEADERS + 2 + ZIP64_END);
    }
}
