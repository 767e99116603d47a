//! Annotations for GitHub Actions: lines of the log that its runner takes as commands and shows at the place they name.

use super::issue::{Issue, issues};
use super::text::verdict_line;
use super::{Report, Telling};
use crate::model::finding::Severity;

/// An annotation a line, and as the last line what people read: the conclusion.
pub(super) fn render(report: &Report<'_>, telling: Telling) -> String {
    let lines: String = issues(report).iter().map(annotation).collect();
    match telling.fail_on() {
        None => lines,
        Some(fail_on) => format!("{lines}{}\n", verdict_line(report, fail_on)),
    }
}

fn annotation(issue: &Issue<'_>) -> String {
    let command = match issue.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let (file, line, title) = (property(&issue.place.path), issue.place.line, property(issue.id));
    format!("::{command} file={file},line={line},title={title}::{}\n", data(&issue.sentence()))
}

/// What stands behind the second `::`. The runner undoes exactly this.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A value between `=` and `,` or `::`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// Text for people in which the runner finds no command: it takes lines that begin with `::`, indented or not, and what
/// stands behind `##[` anywhere in a line. A line ends for it at a carriage return, too.
pub fn defused(text: &str) -> String {
    let line = |line: &str| match line.trim_start().strip_prefix("::") {
        Some(rest) => format!("{}: :{rest}", &line[..line.len() - rest.len() - 2]),
        None => line.to_owned(),
    };
    text.split_inclusive(['\n', '\r']).map(line).collect::<String>().replace("##[", "## [")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_value_ends_it() {
        assert_eq!(property("a,b::c%\r\n"), "a%2Cb%3A%3Ac%25%0D%0A");
        assert_eq!(data("100 %: a,b"), "100 %25: a,b", "what a message may hold stays readable");
    }

    #[test]
    fn nothing_in_a_text_is_a_command() {
        assert_eq!(defused("a ::b\n  ::error::c\n##[error]d\n"), "a ::b\n  : :error::c\n## [error]d\n");
        assert_eq!(defused(":::x"), ": ::x");
        assert_eq!(defused("a\r::b\r\n::c"), "a\r: :b\r\n: :c");
    }
}
