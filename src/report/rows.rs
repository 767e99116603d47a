//! The table of packages before any format: heaviest first, and where 250 MB is reached.

use super::Report;
use crate::model::bucket::Bucket;
use crate::model::bytes::{Amount, Bytes};
use crate::model::graph::Sizes;
use crate::model::limits::LIMITS;
use crate::model::package::{Load, Package, PackageIndex};
use crate::model::plan::Layer;

/// One package as a report shows it.
pub(super) struct Row<'a> {
    pub index: PackageIndex,
    pub package: &'a Package,
    /// What is left of it after slimming.
    pub load: Load,
    /// What it takes in a zip, headers apart; `None`: not known.
    pub zipped: Option<Amount>,
    /// What it is without and with others, after slimming.
    pub sizes: Sizes,
    pub bucket: Bucket,
    /// Whether the 250 MB are reached with this row, counting from the top what lies in function and layers.
    pub reaches_limit: bool,
}

/// All packages, heaviest first.
pub(super) fn rows<'a>(report: &Report<'a>) -> Vec<Row<'a>> {
    let own: Vec<Bytes> = report.bundle.indexed().map(|(index, _)| report.cargo.load(index).unzipped).collect();
    let sizes = report.graph.sizes(&own);
    let mut rows: Vec<Row<'a>> = report
        .bundle
        .indexed()
        .zip(sizes)
        .map(|((index, package), sizes)| Row {
            index,
            package,
            load: report.cargo.load(index),
            zipped: report.cargo.zipped_of(index),
            sizes,
            bucket: report.plan.bucket_of(&package.key),
            reaches_limit: false,
        })
        .collect();
    rows.sort_by(|a, b| b.load.unzipped.cmp(&a.load.unzipped).then_with(|| a.package.key.cmp(&b.package.key)));
    mark_limit(report, &mut rows);
    rows
}

/// Somebody else's layers are in use before the first package is.
fn mark_limit(report: &Report<'_>, rows: &mut [Row<'_>]) {
    let foreign = report.plan.layers().iter().filter_map(Layer::foreign).filter_map(|foreign| foreign.unzipped);
    let mut used: Bytes = foreign.sum();
    for row in rows.iter_mut().filter(|row| row.bucket.is_joint()) {
        used += row.load.unzipped;
        if LIMITS.unzipped.is_reached_by(used) {
            row.reaches_limit = true;
            return;
        }
    }
}

/// What slimming leaves out of the bundle.
pub(super) fn slimmed_away(report: &Report<'_>) -> Bytes {
    report.bundle.total().bytes.less(report.budgets.everything())
}

/// Zipped sizes fit to print: what is not known reads so.
pub(super) fn zipped_words(zipped: Option<Amount>) -> String {
    zipped.map_or_else(|| "not known".to_owned(), |zipped| zipped.to_string())
}

/// What would go if the package went, where that is more than the package itself.
pub(super) fn retained(row: &Row<'_>) -> String {
    if row.sizes.retained > row.load.unzipped { row.sizes.retained.to_string() } else { String::new() }
}
