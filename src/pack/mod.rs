//! Floor 1: bundle and plan become artifacts; the one place that deflates, also for exact zipped sizes.
//!
//! One encoder serves both ends: what [`measure`](fn@measure) says of a file is what [`write_zip`] writes of it, to
//! the byte. Which files lie together, how many threads work and in which order they finish changes nothing.

mod artifact;
mod cache;
mod container;
mod digesting;
mod encode;
mod error;
mod estimate;
mod files;
mod fresh;
mod job;
mod link;
mod made;
mod measure;
mod output;
mod pipeline;
mod prepared;
mod source_hash;
mod splice;
mod stage;
mod stamps;
mod stretch;
mod tree;
mod verify;
mod write;
mod writing;

pub use artifact::{Artifact, Member};
pub use cache::SizeCache;
pub use digesting::{Digesting, digest_of};
pub use encode::{ENCODER, Effort};
pub use error::PackError;
pub use estimate::estimate;
pub use files::Files;
pub use fresh::Fresh;
pub use link::check_links;
pub use made::MadeFolders;
pub use measure::{Cancelled, measure};
pub use output::{Filled, Output};
pub use pipeline::Room;
pub use prepared::{Hashed, Prepared, Reuse};
pub use stage::{OutputError, Stage};
pub use stamps::Stamps;
pub use tree::{WrittenTree, digest_tree, read_tree, write_tree};
pub use verify::{Look, Stated, verify_zip};
pub use write::write_zip;
pub use writing::{Writing, Written};
