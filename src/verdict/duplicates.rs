//! The same content more than once in function and layers: bytes that are paid for twice.

use super::Case;
use super::deployed::{Deployed, Placed, Tree};
use super::ruling::{Ruling, counted, named, note};
use crate::model::bytes::{Amount, Bytes, Certainty};
use crate::model::duplicates::SameContent;
use crate::model::finding::Finding;
use crate::model::package::Ecosystem;

/// Less than this is not worth a sentence.
const LITTLE: Bytes = Bytes(1 << 20);

/// A content that function and layers hold several times.
struct Repeated<'a> {
    same: &'a SameContent,
    placed: Vec<Placed>,
    wasted: Bytes,
}

/// Adds up what could be saved if each content were there once.
pub(super) fn contents(case: &Case<'_>) -> Ruling {
    let deployed = Deployed::new(case);
    let mut repeated: Vec<Repeated<'_>> =
        case.bundle.duplicates().contents.iter().filter_map(|same| repeated(&deployed, same)).collect();
    let wasted: Bytes = repeated.iter().map(|it| it.wasted).sum();
    if wasted < LITTLE {
        return Ruling::passed();
    }
    repeated.sort_by_key(|it| std::cmp::Reverse(it.wasted));
    let certainty = repeated.iter().map(|it| it.same.certainty).max().unwrap_or(Certainty::Exact);
    let wasted = Amount { bytes: wasted, certainty };
    let message = format!("{}; {}", sum(&repeated, wasted), most(case, &deployed, &repeated[0]));
    let cure = match case.bundle.main_ecosystem() {
        Some(Ecosystem::Node) => {
            "the copies inside packages are theirs; npm dedupe may need fewer, and of your own files keep one"
        }
        _ => "the copies inside wheels are theirs; of your own files and vendored folders keep one",
    };
    let finding = note(message, cure);
    let packages = deployed.keys(repeated.iter().flat_map(|it| &it.placed).map(|placed| placed.owner));
    Finding { packages, bytes: Some(wasted.bytes), ..finding }.into()
}

fn repeated<'a>(deployed: &Deployed<'_>, same: &'a SameContent) -> Option<Repeated<'a>> {
    let placed = same.entries.iter().filter_map(|&entry| deployed.place(entry));
    let placed = placed.filter(|placed| !is_vendored_library(deployed, *placed));
    let placed: Vec<Placed> = placed.filter(|placed| placed.tree != Tree::Efs).collect();
    let wasted = Bytes(same.length.0.saturating_mul(placed.len().checked_sub(1)? as u64));
    (wasted > Bytes::ZERO).then_some(Repeated { same, placed, wasted })
}

/// Wheels carry their own copies of the libraries that they were built with, and each loads only its own: `numpy.libs`
/// and `scipy.libs` both have a libgfortran. Nobody can help that.
fn is_vendored_library(deployed: &Deployed<'_>, placed: Placed) -> bool {
    let listing = deployed.listing();
    listing.name(listing.parent(placed.entry)).ends_with(b".libs")
}

fn sum(repeated: &[Repeated<'_>], wasted: Amount) -> String {
    let is_or_are = if repeated.len() == 1 { "is" } else { "are" };
    let how = if wasted.certainty == Certainty::Exact { "" } else { ", going by name and length" };
    let many = counted(repeated.len(), "content");
    format!("{many} {is_or_are} there more than once{how}: {}{} too much", wasted.sign(), wasted.bytes)
}

fn most(case: &Case<'_>, deployed: &Deployed<'_>, it: &Repeated<'_>) -> String {
    let paths: Vec<String> = it.placed.iter().map(|placed| case.bundle.listing.shown_path(placed.entry)).collect();
    let packages = deployed.keys(it.placed.iter().map(|placed| placed.owner));
    format!("most of it {} of {}", named(&paths), named(&packages))
}
