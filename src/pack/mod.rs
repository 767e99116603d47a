//! Floor 1: bundle and plan become artifacts; the one place that deflates, also for exact zipped sizes.
//!
//! One encoder serves both ends: what [`measure`](fn@measure) says of a file is what [`write_zip`] writes of it, to
//! the byte. Which files lie together, how many threads work and in which order they finish changes nothing.

mod artifact;
mod cache;
mod container;
mod encode;
mod error;
mod estimate;
mod job;
mod measure;
mod pipeline;
mod write;

pub use artifact::{Artifact, Member};
pub use cache::SizeCache;
pub use encode::ENCODER;
pub use error::PackError;
pub use estimate::estimate;
pub use measure::{Cancelled, measure};
pub use write::{Written, write_zip};
