//! How zipped sizes get known: at once from an archive or as an estimate, then exact, kept between runs.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::load::{LoadOptions, Loaded};
use crate::model::bundle::Bundle;
use crate::model::bytes::Certainty;
use crate::model::listing::{Listing, Source};
use crate::model::plan::{Plan, Upload};
use crate::model::target::Target;
use crate::model::watch::Watch;
use crate::model::zipped::{Batch, ZippedSizes};
use crate::pack::{self, Cancelled, Files, Hashed, Prepared, Reuse, SizeCache};
use crate::session::{Assessment, Background};

/// How well zipped sizes are to be known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ZippedWish {
    /// Exact where a verdict hangs on it: with `upload = "direct"`; and of an archive that is to be packed, where what is
    /// found out is what packing needs. Else an estimate.
    #[default]
    Auto,
    /// To the byte: every file is deflated once.
    Exact,
    /// By name and length, at no cost.
    Estimate,
    /// Only what an archive says itself.
    None,
}

/// Whether sizes are to be exact for this plan: a folder's files are deflated for that, bytecode of a zip is looked through.
fn wants_exact(options: &LoadOptions, plan: &Plan, source: &Source) -> bool {
    match options.zipped {
        ZippedWish::Exact => true,
        ZippedWish::Auto if options.packs && matches!(source, Source::Zip(..)) => true,
        ZippedWish::Auto => plan.function.upload == Upload::Direct,
        ZippedWish::Estimate | ZippedWish::None => false,
    }
}

/// A plan over a bundle, for a target, with the way to read the bundle's files: what is measured or packed.
#[derive(Clone, Copy)]
pub struct Packing<'a> {
    /// What the build made.
    pub bundle: &'a Bundle,
    /// Its files.
    pub files: &'a Files,
    /// Where everything goes.
    pub plan: &'a Plan,
    /// What it is to run on.
    pub target: &'a Target,
}

/// What is known before any file is read. An archive knows its sizes, but for bytecode that is packed with other bytes;
/// of a folder there is an estimate.
pub(super) fn first_sizes(bundle: &Bundle, plan: &Plan, target: &Target, options: &LoadOptions) -> ZippedSizes {
    let listing = &bundle.listing;
    if !listing.has_zipped_sizes() && options.zipped != ZippedWish::None {
        return pack::estimate(listing, options.generation);
    }
    let sizes = ZippedSizes::of_listing(listing);
    match listing.source {
        Source::Zip(..) => sizes.with_estimates(options.generation, Hashed::new(bundle, plan, target).entries()),
        // The recording's sizes are those of its recording; it has nothing that could be packed.
        Source::Demo | Source::Directory(_) => sizes,
    }
}

/// Makes the sizes of what is loaded as exact as the options want them. A watch that cancels leaves them as they are.
pub(super) fn settle(loaded: &mut Loaded, options: &LoadOptions, watch: &dyn Watch) {
    if !wants_exact(options, &loaded.plan, &loaded.bundle.listing.source) {
        return;
    }
    let mut sizes = ZippedSizes::clone(&loaded.background.zipped);
    let Loaded { bundle, files, plan, target, .. } = &*loaded;
    let packing = Packing { bundle, files, plan, target };
    let _ = measure(&packing, &sizes.clone(), options, watch, &mut |batch| {
        sizes.merge(&batch);
    });
    loaded.background.zipped = Arc::new(sizes);
}

/// What a plan comes to with zipped sizes as well known as right after loading it, so that what rests on them says the
/// same on the screen as on the command line. What was measured since is not measured again.
pub fn assess_as_loaded(
    packing: &Packing<'_>,
    background: &Background,
    options: &LoadOptions,
    watch: &dyn Watch,
) -> Assessment {
    let Packing { bundle, plan, target, .. } = *packing;
    let is_exact = wants_exact(options, plan, &bundle.listing.source);
    let mut sizes = match is_exact {
        true => ZippedSizes::clone(&background.zipped),
        false => first_sizes(bundle, plan, target, options),
    };
    if is_exact {
        // Cancelled means that nobody wants it any more.
        let _ = measure(packing, &sizes.clone(), options, watch, &mut |batch| {
            sizes.merge(&batch);
        });
    }
    let background = Background { zipped: Arc::new(sizes), ..background.clone() };
    Assessment::new(bundle, plan, target, &background)
}

/// Measures what is not known exactly yet and delivers it in batches, what was kept from an earlier run first.
///
/// # Errors
/// [`Cancelled`] if the watch no longer wants it; what was delivered until then holds.
pub fn measure(
    packing: &Packing<'_>,
    known: &ZippedSizes,
    options: &LoadOptions,
    watch: &dyn Watch,
    deliver: &mut dyn FnMut(Batch),
) -> Result<(), Cancelled> {
    let listing = &packing.bundle.listing;
    let hashed = Hashed::new(packing.bundle, packing.plan, packing.target);
    let contents = Prepared::new(packing.files, &hashed, Reuse::AsItLies);
    let began = SystemTime::now();
    let cache = cache(listing, options.cache.as_deref());
    let mut sizes = known.clone();
    if let Some(kept) =
        cache.as_ref().map(|cache| cache.load(listing, &hashed, known.generation())).filter(|kept| !kept.is_empty())
    {
        sizes.merge(&kept);
        deliver(kept);
    }
    let is_open = |entry| sizes.get(entry).is_none_or(|size| size.certainty != Certainty::Exact);
    let open: Vec<_> = listing.entries().filter(|&entry| is_open(entry)).collect();
    pack::measure(listing, &contents, open, known.generation(), watch, |batch| {
        sizes.merge(&batch);
        deliver(batch);
    })?;
    if let Some(cache) = cache {
        cache.store(listing, &hashed, &sizes, began);
    }
    Ok(())
}

/// Only a folder's sizes cost much, so only they are kept.
fn cache(listing: &Listing, folder: Option<&Path>) -> Option<SizeCache> {
    match &listing.source {
        Source::Directory(path) => Some(SizeCache::new(folder?, &std::path::absolute(path).ok()?)),
        Source::Zip(..) | Source::Demo => None,
    }
}

/// The user's folder for what can be made again: `$XDG_CACHE_HOME/bayplan` or `~/.cache/bayplan`.
pub fn cache_folder() -> Option<PathBuf> {
    let absolute = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let caches = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    caches.map(|folder| folder.join("bayplan"))
}
