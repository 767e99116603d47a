//! Words and widths that the formats share.

use unicode_width::UnicodeWidthStr;

use super::Report;
use crate::model::bucket::Bucket;
use crate::model::budget::Budget;
use crate::model::bytes::{Bytes, counted};
use crate::model::finding::{Conclusion, Outcome, RuleOutcome, Severity};
use crate::model::limits::LIMITS;

/// `352.9 of 250.0 MB  over by 102.9 MB (107 920 218 bytes)`.
pub(super) fn joint(report: &Report<'_>) -> String {
    let joint = report.budgets.joint();
    let limit = LIMITS.unzipped.bytes;
    let rest = match LIMITS.unzipped.is_reached_by(joint.bytes) {
        true if joint.bytes == limit => "exactly reached: it must be smaller".to_owned(),
        true => format!("over by {}", LIMITS.unzipped.excess(joint.bytes).with_exact()),
        false => format!("{} left", limit.less(joint.bytes).with_exact()),
    };
    format!("{}{} of {} MB  {rest}", joint.sign(), joint.bytes.in_megabytes(), limit.in_megabytes())
}

/// `20 packages · 11 288 files`.
pub(super) fn counts(report: &Report<'_>) -> String {
    let packages = report.bundle.packages().len();
    let files = report.bundle.listing.file_count();
    format!("{} · {}", counted(packages as u64, "package"), counted(files, "file"))
}

/// The name of a bucket with what tells it apart: `EFS /mnt/packages`, `layer a (arn:…)`.
pub(super) fn bucket_title(report: &Report<'_>, bucket: &Bucket) -> String {
    match bucket {
        Bucket::Efs => format!("EFS {}", report.plan.function.mount),
        other => other.to_string(),
    }
}

/// What one line says of a bucket beside its size.
pub(super) fn bucket_notes(report: &Report<'_>, budget: &Budget) -> String {
    let mut notes = Vec::new();
    if let Bucket::Layer(name) = &budget.bucket {
        let slot = report.plan.layers().iter().position(|layer| layer.name == *name).map_or(0, |place| place + 1);
        notes.push(format!("slot {slot} of {}", LIMITS.layers.count));
    }
    match foreign(report, &budget.bucket) {
        Some(true) => notes.push("somebody else's, as declared".to_owned()),
        Some(false) => notes.push("somebody else's, size not declared".to_owned()),
        None => notes.push(counted(budget.packages as u64, "package")),
    }
    if let Some(zip) = budget.zip.filter(|_| budget.packages > 0) {
        notes.push(format!("zip {zip}"));
    }
    notes.join(" · ")
}

/// For somebody else's layer: whether its size is declared.
pub(super) fn foreign(report: &Report<'_>, bucket: &Bucket) -> Option<bool> {
    match bucket {
        Bucket::Layer(name) => Some(report.plan.layer(name)?.foreign()?.unzipped.is_some()),
        _ => None,
    }
}

/// A share of 250 MB: `38.0 %`.
pub(super) fn percent(bytes: Bytes) -> String {
    format!("{:.1} %", bytes.percent_of(LIMITS.unzipped.bytes))
}

/// What became of a rule, in one word.
pub(super) fn outcome_word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Found(Severity::Error) => "error",
        Outcome::Found(Severity::Warning) => "warning",
        Outcome::Found(Severity::Note) => "note",
        Outcome::Skipped(_) => "skipped",
        Outcome::Undecided(_) => "undecided",
    }
}

/// Why a rule was not judged.
pub(super) fn outcome_reason(outcome: &Outcome) -> Option<&str> {
    match outcome {
        Outcome::Skipped(why) | Outcome::Undecided(why) => Some(why),
        Outcome::Passed | Outcome::Found(_) => None,
    }
}

/// `PASS`, `FAIL` or `UNDECIDED`.
pub(super) fn conclusion(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Passed => "PASS",
        Conclusion::Failed => "FAIL",
        Conclusion::Undecided => "UNDECIDED",
    }
}

/// `6 passed, 1 failed, 1 warning, 2 skipped`; what there is none of is not named, but for what passed.
pub(super) fn tally(rules: &[RuleOutcome]) -> String {
    let count = |word: fn(&Outcome) -> bool| rules.iter().filter(|rule| word(&rule.outcome)).count();
    let passed = count(|outcome| matches!(outcome, Outcome::Passed | Outcome::Found(Severity::Note)));
    let failed = count(|outcome| *outcome == Outcome::Found(Severity::Error));
    let warned = count(|outcome| *outcome == Outcome::Found(Severity::Warning));
    let undecided = count(|outcome| matches!(outcome, Outcome::Undecided(_)));
    let skipped = count(|outcome| matches!(outcome, Outcome::Skipped(_)));
    let warnings = if warned == 1 { "warning" } else { "warnings" };
    let parts = [(failed, "failed"), (warned, warnings), (undecided, "undecided"), (skipped, "skipped")];
    let named = parts.into_iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!(", {count} {word}"));
    format!("{passed} passed{}", named.collect::<String>())
}

/// Breaks a text at blanks into lines of at most `width` columns. A longer word stays whole: it may be a path or a
/// command that somebody copies. The digits of one number stay together.
pub fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in words(text) {
        let last = lines.last_mut().expect("there is always a line");
        if last.is_empty() {
            last.push_str(&word);
        } else if last.width() + 1 + word.width() <= width {
            last.push(' ');
            last.push_str(&word);
        } else {
            lines.push(word);
        }
    }
    lines
}

/// A text behind a mark such as a number, wrapped; what goes on stands below its first word.
pub fn hanging(mark: &str, text: &str, width: usize) -> Vec<String> {
    let indent = " ".repeat(mark.width());
    let lines = wrapped(text, width - mark.width()).into_iter().enumerate();
    lines.map(|(at, line)| format!("{}{line}", if at == 0 { mark } else { &indent })).collect()
}

/// The words of a text; a number in groups of digits, and the sign before it, is one.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in text.split(' ') {
        match words.last_mut() {
            Some(before) if is_rest_of_number(before, word) => {
                before.push(' ');
                before.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

fn is_rest_of_number(before: &str, word: &str) -> bool {
    let is_group = |text: &str| text.len() >= 3 && text.bytes().take(3).all(|byte| byte.is_ascii_digit());
    let goes_on = is_group(word) && !word.as_bytes().get(3).is_some_and(u8::is_ascii_digit);
    let begun = before.trim_start_matches(|letter: char| !letter.is_ascii_digit());
    let is_begun = match begun.rsplit(' ').next() {
        Some(group) if begun.contains(' ') => group.len() == 3 && is_group(group),
        _ => (1..=3).contains(&begun.len()) && begun.bytes().all(|byte| byte.is_ascii_digit()),
    };
    matches!(before, "≈" | "≥") && word.starts_with(|letter: char| letter.is_ascii_digit()) || goes_on && is_begun
}

/// A text cut to `width` columns, with `…` where something is missing.
pub(super) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    // Of plain letters each takes one column.
    if text.is_ascii() {
        return format!("{}…", &text[..width.saturating_sub(1)]);
    }
    let mut kept = String::new();
    for letter in text.chars() {
        kept.push(letter);
        if kept.width() >= width {
            kept.pop();
            break;
        }
    }
    kept + "…"
}

/// A text filled up with blanks to `width` columns; `format!` counts characters, a terminal counts columns.
pub(super) fn padded(text: &str, width: usize) -> String {
    format!("{text}{}", " ".repeat(width.saturating_sub(text.width())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_long_words_stay_whole() {
        assert_eq!(wrapped("ab cd ef", 5), ["ab cd", "ef"]);
        assert_eq!(wrapped("a bcdefgh i", 4), ["a", "bcdefgh", "i"]);
    }

    #[test]
    fn digits_of_one_number_stay_together() {
        assert_eq!(wrapped("ab (52 428 799 bytes)", 9), ["ab", "(52 428 799", "bytes)"]);
        assert_eq!(wrapped("ab ≈ 1 000 MB", 4), ["ab", "≈ 1 000", "MB"]);
        assert_eq!(wrapped("step 1 100 of 2024 365 x", 8), ["step", "1 100 of", "2024 365", "x"]);
    }

    #[test]
    fn widths_are_columns() {
        assert_eq!(cut("猫猫猫", 5), "猫猫…");
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(padded("猫", 4), "猫  ");
    }
}
