//! A guess at zipped sizes that costs no look into any file: by name and length.
//!
//! Each kind of file deflates to its own share of its length, and the first two kilobytes of any file to about half,
//! because there is little to refer back to. The shares are those of real bundles (numpy, pandas, scipy,
//! scikit-learn, boto3 and what they need; a `node_modules`) rounded to whole percents. Over such a bundle the guess
//! comes within a few percent; over a single file it may be far off, so it is only ever shown as an estimate.

use crate::model::bytes::Bytes;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::listing::Listing;
use crate::model::zipped::{Generation, ZippedSizes};

/// Endings of names, and the percentage that is left of such a file.
const SHARES: &[(u64, &[&str])] = &[
    (99, &["gz", "bz2", "xz", "zst", "br", "zip", "whl", "jar", "jpg", "jpeg", "png", "webp", "woff2", "mp3", "mp4"]),
    (85, &["safetensors", "onnx", "pt", "pth", "bin"]),
    (70, &["npz", "pkl", "mat"]),
    (45, &["dat", "pem"]),
    (36, &["pyc", "wasm", "class"]),
    (31, &["so", "node", "dylib", "dll", "a", "npy"]),
    (25, &["txt", "md", "rst", "csv", "html", "css", "xml"]),
    (20, &["py", "map", "c", "cpp", "rb"]),
    (15, &["js", "mjs", "cjs", "pyi", "h", "hpp", "pyx", "pxd"]),
    (11, &["json", "ts", "sav"]),
];
/// What is left of a file of unknown kind, in percent.
const OTHER: u64 = 35;
/// What is left of the start of a file, in percent, and how long that start is.
const START: u64 = 50;
const START_LENGTH: u64 = 2000;

/// Estimates for every entry, to be replaced by batches of that generation. What the listing knows it knows.
pub fn estimate(listing: &Listing, generation: Generation) -> ZippedSizes {
    ZippedSizes::estimated(generation, listing.entries().map(|entry| guess(listing, entry)))
}

fn guess(listing: &Listing, entry: EntryId) -> Bytes {
    let length = listing.length(entry).0;
    if listing.kind(entry) != EntryKind::File {
        return Bytes(length);
    }
    let share = share(listing.name(entry));
    let start = length.min(START_LENGTH);
    let guessed = start * START.max(share) / 100 + (length - start) / 100 * share;
    Bytes(guessed.min(length))
}

/// Endings are looked for from the last dot back, so that `libz.so.1` is known by its `so`.
fn share(name: &[u8]) -> u64 {
    let known = |ending: &[u8]| {
        SHARES.iter().find(|(_, endings)| endings.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(ending)))
    };
    let endings = name.split(|&byte| byte == b'.').skip(1);
    endings.filter_map(known).last().map_or(OTHER, |(share, _)| *share)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::bytes::Certainty;
    use crate::model::listing::{Attributes, ListingBuilder, Source};

    #[test]
    fn kinds_of_files_have_their_own_share_and_no_guess_is_longer_than_its_file() {
        let mut builder = ListingBuilder::new(Source::Demo);
        let mut add = |name: &[u8], length| builder.add(name, Attributes::file(length)).unwrap();
        let entries = [add(b"a.json", 1 << 20), add(b"b.gz", 1 << 20), add(b"c.so.1", 1 << 20), add(b"d", 3)];
        let sizes = estimate(&builder.finish(), Generation(1));
        let [json, gz, so, tiny] = entries.map(|entry| sizes.get(entry).unwrap());
        assert!(json.bytes < so.bytes && so.bytes < gz.bytes, "{json:?} {so:?} {gz:?}");
        assert!(gz.bytes < Bytes(1 << 20) && tiny.bytes <= Bytes(3));
        assert_eq!(json.certainty, Certainty::Estimate);
    }
}
