//! Where a package's files lie in what is packed: the folder that stands before their paths, bucket by bucket. Sizes,
//! packing and every rule about places ask here.

use std::borrow::Cow;

use super::bucket::Bucket;
use super::bundle::Bundle;
use super::entry::EntryId;
use super::package::Package;
use super::plan::Plan;

/// The folder with its closing `/`, before the paths below the package's root; empty where those lie at the artifact's
/// own root.
pub fn folder_in<'a>(bundle: &Bundle, plan: &Plan, package: &'a Package, bucket: &Bucket) -> Cow<'a, [u8]> {
    match bucket {
        Bucket::Function if stays_in_place(plan, package) => in_place(bundle, package),
        Bucket::Layer(_) => Cow::Borrowed(package.layer_folder.as_bytes()),
        Bucket::Function | Bucket::Efs | Bucket::LeftOut => Cow::Borrowed(b""),
    }
}

/// Whether a package that is in the function lies there where it was built.
pub fn stays_in_place(plan: &Plan, package: &Package) -> bool {
    plan.pack.keep_folders || package.ecosystem.stays_in_place()
}

fn in_place(bundle: &Bundle, package: &Package) -> Cow<'static, [u8]> {
    match package.root {
        EntryId::ROOT => Cow::Borrowed(b""),
        root => Cow::Owned([bundle.listing.path(root).as_slice(), b"/"].concat()),
    }
}
