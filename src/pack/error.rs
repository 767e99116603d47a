//! Why an artifact could not be packed.

use crate::model::bucket::Bucket;
use crate::model::contents::Unreadable;
use crate::model::package::PackageKey;

/// Why an artifact could not be packed. Paths are fit to print.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// A file cannot be read as it was listed.
    #[error("\"{path}\" cannot be packed: {why}; open the build again and pack then")]
    Unreadable {
        /// Which file.
        path: String,
        /// What is wrong with it.
        why: Unreadable,
    },
    /// A FIFO, a socket or a device.
    #[error("\"{path}\" is neither a file nor a link and has no place in a zip; take it out of the build")]
    Special {
        /// Which entry.
        path: String,
    },
    /// Two files want the same place.
    #[error(
        "\"{path}\" of {first} and of {second} would take the same place in the artifact; move one of them to another bucket"
    )]
    Clash {
        /// The place, below the artifact's root.
        path: String,
        /// Who owns the one file.
        first: PackageKey,
        /// Who owns the other; the same where a zip holds two entries of one name.
        second: PackageKey,
    },
    /// A name that a zip cannot carry safely.
    #[error("\"{path}\" cannot be named in a zip: {why}; rename it in the build")]
    Name {
        /// Which entry.
        path: String,
        /// What is wrong with the name.
        why: &'static str,
    },
    /// A link that leads out of the artifact, to something that only the machine has that built it.
    #[error(
        "\"{path}\" is a link to \"{to}\", which is not in the artifact and would lead nowhere in Lambda; put a copy in its place, or leave it out with [slim] exclude"
    )]
    Outward {
        /// Which entry.
        path: String,
        /// Where it leads.
        to: String,
    },
    /// Something was written to the source meanwhile.
    #[error("\"{path}\" changed while it was packed; pack again when nothing writes to the build")]
    Changed {
        /// Which entry.
        path: String,
    },
    /// What was written is not what can be read back.
    #[error("{artifact} is damaged: {why}; build and pack again")]
    Damaged {
        /// Which artifact.
        artifact: String,
        /// What is wrong with it.
        why: String,
    },
    /// What was foretold is not what was packed: a bug.
    #[error(
        "{artifact} was foretold to have {foretold} and has {packed} bytes, which is a bug of bayplan; nothing was packed"
    )]
    NotAsForetold {
        /// Which artifact.
        artifact: String,
        /// Its length as the budgets have it.
        foretold: String,
        /// Its length.
        packed: String,
    },
    /// More than can be addressed without Zip64 fields in every entry.
    #[error("the zip would have 4 GB or more; Lambda takes 250 MB unzipped, so leave out or move what is too much")]
    TooLong,
    /// A bucket that is not packed as a zip.
    #[error("{0} is not packed as a zip; name the function or one of the plan's own layers")]
    NotAZip(Bucket),
    /// The artifact could not be written, in the system's words.
    #[error("the artifact could not be written: {0}; check the disk and the folder's permissions")]
    Write(String),
    /// Nobody wants it any more.
    #[error("packing was cancelled")]
    Cancelled,
}
