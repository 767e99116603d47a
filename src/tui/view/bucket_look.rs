//! A bucket's colour and its sign, the same wherever it is named: on its pane, in the rows, on the tiles, in the meter.
//! The sign is the number on the bucket's pane, which is also the key that goes there.

use ratatui::style::Style;

use super::super::theme::{Theme, Tint};
use crate::model::bucket::Bucket;
use crate::session::Workspace;

/// The number on its pane.
pub(super) fn sign(workspace: &Workspace, bucket: &Bucket) -> char {
    let place = workspace.plan().buckets().iter().position(|other| other == bucket).unwrap_or_default();
    char::from_digit(place as u32 + 1, 10).unwrap_or('?')
}

/// The colour that is its own.
pub(super) fn tint(workspace: &Workspace, bucket: &Bucket) -> Tint {
    match bucket {
        Bucket::Function => Tint::Function,
        Bucket::Efs => Tint::Efs,
        Bucket::LeftOut => Tint::LeftOut,
        Bucket::Layer(name) => {
            let place = workspace.plan().layers().iter().position(|layer| layer.name == *name);
            Tint::Layer(place.unwrap_or_default())
        }
    }
}

/// How its name is written.
pub(super) fn ink(workspace: &Workspace, bucket: &Bucket, theme: &Theme) -> Style {
    theme.ink(tint(workspace, bucket))
}

/// Its name in a column that says already that it is a bucket.
pub(super) fn short(bucket: &Bucket) -> String {
    match bucket {
        Bucket::Layer(name) => name.to_string(),
        other => other.to_string(),
    }
}
