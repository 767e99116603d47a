//! The line about what is in the hand: what letting go would do, in parts, the weightiest first.

use super::drag::{Destination, Drag, Hand, Reach};
use super::key_names::KeyNames;
use super::message::Action;
use super::preview::{Landing, Preview};
use crate::model::bucket::Bucket;
use crate::model::budget::{Budget, Budgets};
use crate::model::bytes::{Amount, Bytes};
use crate::model::finding::{Finding, Severity};
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;

/// A part of the line about the drag, and how it is said where room is short; nothing: not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// In full.
    pub long: String,
    /// In short.
    pub short: String,
}

impl Phrase {
    fn new(long: impl Into<String>, short: impl Into<String>) -> Phrase {
        Phrase { long: long.into(), short: short.into() }
    }

    pub(super) fn same(words: impl Into<String>) -> Phrase {
        let words = words.into();
        Phrase { long: words.clone(), short: words }
    }
}

/// The line that says what release would do, in parts that may be set on one line or on several, the weightiest first.
pub fn words(drag: &Drag, before: &Budgets, titles: &str, keys: &KeyNames) -> Vec<Phrase> {
    let cargo = format!("{titles} {}", drag.bytes);
    let mut parts = Vec::new();
    match (&drag.over, &drag.preview) {
        (None, _) => {
            parts.push(Phrase::same(cargo));
            parts.push(Phrase::same("over no bucket: release cancels"));
        }
        (Some(to), preview) => {
            let to_where = to.words();
            parts.push(Phrase::new(format!("{cargo} → {to_where}"), format!("{titles} → {to_where}")));
            match preview {
                None | Some(Preview::Nothing) => parts.push(Phrase::same(already_there(drag.hand, keys))),
                Some(Preview::Refused(why)) => parts.push(Phrase::same(format!("cannot: {why}"))),
                Some(Preview::Moves(landing)) => consequences(&mut parts, drag, to, before, landing, keys),
            }
        }
    }
    parts.extend(taken_along(drag));
    parts.extend(company(drag, keys.of(Action::Mark)));
    parts
}

fn already_there(hand: Hand, keys: &KeyNames) -> String {
    match hand {
        Hand::Mouse => "already there: release cancels".to_owned(),
        Hand::Keys => {
            let key = |action| keys.of(action);
            let (back, forth) = (key(Action::Up), key(Action::Down));
            format!("already there: {back} and {forth} choose, {} cancels", key(Action::Escape))
        }
    }
}

fn taken_along(drag: &Drag) -> Option<Phrase> {
    let names: Vec<&str> = drag.taken_along.iter().map(PackageKey::shown).collect();
    (!names.is_empty()).then(|| Phrase::same(format!("takes along {}", names.join(", "))))
}

/// The choice between the packages alone and what only they need as well.
fn company(drag: &Drag, key: &str) -> Option<Phrase> {
    let packages = &drag.company.packages;
    let shown: Vec<&str> = packages.iter().take(3).map(PackageKey::shown).collect();
    let names = match packages.len() {
        0 => return None,
        count @ ..=3 => (shown.join(", "), count),
        count => (format!("{} and {} more", shown.join(", "), count - 3), count),
    };
    let only = if drag.chosen.len() == 1 { "it" } else { "they" };
    let needs = if drag.chosen.len() == 1 { "needs" } else { "need" };
    Some(match drag.reach {
        Reach::Alone => Phrase::new(
            format!("{key}: with what only {only} {needs}: {}, {} more", names.0, drag.company.bytes),
            format!("{key}: with {} that only {only} {needs}", names.1),
        ),
        Reach::WithNeeds => Phrase::new(
            format!("with what only {only} {needs}: {}; {key}: alone", names.0),
            format!("with {} that only {only} {needs}; {key}: alone", names.1),
        ),
    })
}

fn consequences(
    parts: &mut Vec<Phrase>,
    drag: &Drag,
    to: &Destination,
    before: &Budgets,
    landing: &Landing,
    keys: &KeyNames,
) {
    let after = &landing.budgets;
    let (was, is) = (before.joint(), after.joint());
    let raised = landing.foresight.as_ref().map_or(&[][..], |foresight| &foresight.raised);
    let (errors, regrets): (Vec<&Finding>, Vec<&Finding>) =
        raised.iter().partition(|finding| finding.severity == Severity::Error);
    // That it would break weighs more than all that it would free.
    parts.extend(told("raises", &errors));
    if was.bytes == is.bytes && goes_to_layer(to) {
        parts.push(frees_nothing(before, after));
    } else {
        parts.push(joint_words(was, is));
    }
    parts.push(Phrase::same(standing(was, is)));
    parts.push(Phrase::same(match drag.hand {
        Hand::Mouse => "release to move".to_owned(),
        Hand::Keys => format!("{} moves, {} cancels", keys.of(Action::Accept), keys.of(Action::Escape)),
    }));
    let cleared: Vec<&Finding> = landing.foresight.iter().flat_map(|foresight| &foresight.cleared).collect();
    parts.extend(told("clears", &cleared));
    parts.extend(told("raises", &regrets));
    parts.extend(buckets(before, after));
}

/// `function + layers 352.9 → 238.7 of 250.0 MB`; in short without its name, which the meter has.
fn joint_words(was: Amount, is: Amount) -> Phrase {
    let (before, after) = (was.bytes.in_megabytes(), is.bytes.in_megabytes());
    let words = format!("{before} → {}{after} of {}", is.sign(), LIMITS.unzipped.bytes);
    Phrase::new(format!("function + layers {words}"), words)
}

/// Findings by the worst of them; in short by their rules.
fn told(what: &str, findings: &[&Finding]) -> Option<Phrase> {
    let worst = findings.first()?;
    let more = match findings.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let sign = worst.severity.sign();
    Some(Phrase::new(
        format!("{what} {sign} {}{more}", clause(&worst.message)),
        format!("{what} {sign} {}{more}", worst.id),
    ))
}

/// What a finding's sentence begins with, down to its first pause: enough to know it again.
fn clause(message: &str) -> &str {
    const SHORTEST: usize = 20;
    const LONGEST: usize = 60;
    let rest = message.get(SHORTEST..).unwrap_or_default();
    let pause = [" (", ", ", "; ", ": "].iter().filter_map(|pause| rest.find(pause)).min();
    let end = pause.map_or(message.len(), |pause| SHORTEST + pause);
    let longest = message.char_indices().nth(LONGEST).map_or(message.len(), |(at, _)| at);
    &message[..end.min(longest)]
}

/// The buckets whose use changes, each with what it uses before and after.
fn buckets(before: &Budgets, after: &Budgets) -> Option<Phrase> {
    let changes: Vec<String> = after.buckets.iter().filter_map(|is| change(before.of(&is.bucket), is)).collect();
    (!changes.is_empty()).then(|| Phrase::new(changes.join(", "), ""))
}

/// `function 352.9 → 238.7 MB (zip 101.3 → 70.1)`.
fn change(was: Option<&Budget>, is: &Budget) -> Option<String> {
    let was_bytes = was.map_or(Bytes::ZERO, |was| was.unzipped.bytes);
    if was_bytes == is.unzipped.bytes {
        return None;
    }
    let zip = match (was.and_then(|was| was.zip), is.zip) {
        (Some(was), Some(is)) => {
            format!(" (zip {} → {}{})", was.bytes.in_megabytes(), is.sign(), is.bytes.in_megabytes())
        }
        _ => String::new(),
    };
    Some(format!("{} {} → {} MB{zip}", is.bucket, was_bytes.in_megabytes(), is.unzipped.bytes.in_megabytes()))
}

fn goes_to_layer(to: &Destination) -> bool {
    matches!(to, Destination::NewLayer | Destination::Bucket(Bucket::Layer(_)))
}

/// The truth that misleads most users: a layer shares the function's budget.
fn frees_nothing(before: &Budgets, after: &Budgets) -> Phrase {
    let off_zip = match (before.function().zip, after.function().zip) {
        (Some(was), Some(is)) => was.bytes.less(is.bytes),
        _ => Bytes::ZERO,
    };
    let short = "frees 0 B of the 250 MB";
    if off_zip == Bytes::ZERO {
        Phrase::new(format!("{short}: layers count too"), short)
    } else {
        Phrase::new(format!("{short}, takes {off_zip} off the function's zip"), short)
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
