//! Whether what is deployed will be found where it lies: packages split over roots, libraries, files that clash,
//! `.pth` files, metadata, modes.

mod clash;
mod files;
mod libraries;
mod path_files;
mod split;

pub(super) use clash::{clash, versions};
pub(super) use files::{metadata, permissions};
pub(super) use libraries::libraries;
pub(super) use path_files::{editable, path_files};
pub(super) use split::split;
