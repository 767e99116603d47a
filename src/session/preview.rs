//! What letting go would do, in numbers and in one line of words.

use super::drag::{Destination, Drag};
use crate::model::bucket::Bucket;
use crate::model::budget::Budgets;
use crate::model::bundle::Bundle;
use crate::model::bytes::{Amount, Bytes};
use crate::model::cargo::Cargo;
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;
use crate::model::plan::Plan;
use crate::model::target::Target;

/// What letting go would do.
#[derive(Clone, Debug, PartialEq)]
pub enum Preview {
    /// Nothing: the packages are there already.
    Nothing,
    /// It would be refused, and why.
    Refused(String),
    /// The budgets as they would be.
    Moves(Box<Budgets>),
}

impl Preview {
    /// Weighs a drop without doing it.
    pub fn new(
        bundle: &Bundle,
        cargo: &Cargo,
        plan: &Plan,
        target: &Target,
        packages: &[PackageKey],
        to: &Destination,
    ) -> Preview {
        let Some(edit) = to.edit(plan, target, packages) else { return Preview::Nothing };
        let mut moved = plan.clone();
        match moved.apply(edit) {
            Err(refusal) => Preview::Refused(refusal.to_string()),
            Ok(_) => Preview::Moves(Box::new(Budgets::new(bundle, cargo, &moved))),
        }
    }
}

/// The line that says what release would do, in parts that may be set on one line or on several.
pub fn words(drag: &Drag, before: &Budgets, titles: &str) -> Vec<String> {
    let cargo = format!("{titles} {}", drag.bytes);
    let Some(to) = &drag.over else {
        return vec![cargo, "over no bucket: release cancels".to_owned()];
    };
    let mut parts = vec![format!("{cargo} → {}", to.words())];
    match &drag.preview {
        None | Some(Preview::Nothing) => parts.push("already there: release cancels".to_owned()),
        Some(Preview::Refused(why)) => parts.push(format!("cannot: {why}")),
        Some(Preview::Moves(after)) => parts.extend(consequences(drag, to, before, after)),
    }
    if !drag.taken_along.is_empty() {
        let names: Vec<&str> = drag.taken_along.iter().map(PackageKey::shown).collect();
        parts.push(format!("takes along {}", names.join(", ")));
    }
    parts
}

fn consequences(drag: &Drag, to: &Destination, before: &Budgets, after: &Budgets) -> Vec<String> {
    let (was, is) = (before.joint(), after.joint());
    let mut parts = Vec::new();
    if was.bytes == is.bytes && goes_to_layer(to) {
        parts.push(frees_nothing(before, after));
    } else {
        parts.push(format!(
            "function + layers {} → {}{} of {}",
            was.bytes.in_megabytes(),
            is.sign(),
            is.bytes.in_megabytes(),
            LIMITS.unzipped.bytes
        ));
    }
    parts.push(standing(was, is));
    parts.push(match drag.hand {
        super::drag::Hand::Mouse => "release to move".to_owned(),
        super::drag::Hand::Keys => "Enter moves, Esc cancels".to_owned(),
    });
    parts
}

fn goes_to_layer(to: &Destination) -> bool {
    matches!(to, Destination::NewLayer | Destination::Bucket(Bucket::Layer(_)))
}

/// The truth that misleads most users: a layer shares the function's budget.
fn frees_nothing(before: &Budgets, after: &Budgets) -> String {
    let off_zip = match (before.function().zip, after.function().zip) {
        (Some(was), Some(is)) => was.bytes.less(is.bytes),
        _ => Bytes::ZERO,
    };
    if off_zip == Bytes::ZERO {
        "frees 0 B of the 250 MB: layers count too".to_owned()
    } else {
        format!("frees 0 B of the 250 MB, takes {off_zip} off the function's zip")
    }
}

/// `fits`, or by how much it does not, and whether that is new.
fn standing(before: Amount, joint: Amount) -> String {
    let limit = &LIMITS.unzipped;
    let still = if limit.is_reached_by(before.bytes) { "still " } else { "" };
    if limit.is_reached_by(joint.bytes) {
        let excess = limit.excess(joint.bytes);
        if excess < Bytes(1024 * 1024) {
            format!("{still}over: {} bytes too many", (excess + Bytes(1)).grouped())
        } else {
            format!("{still}{excess} over")
        }
    } else {
        "fits".to_owned()
    }
}
