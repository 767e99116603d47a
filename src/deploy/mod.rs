//! Floor 1: plan and bundle become what deploys them, a file per tool. Files are returned as text; who asked writes
//! them.

mod dockerfile;

pub use dockerfile::{NoImage, dockerfile};
