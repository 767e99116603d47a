//! `bayplan explain`: what a rule holds or a pasted error means, and the way out.

use super::arguments::ExplainArguments;
use super::{Exit, explain_error, output};
use crate::model::escape::{printable, shown_path};
use crate::model::rule_ids::near_rules;
use crate::verdict::{Explanation, diagnose, explain, known_error, known_errors, rules};

pub(super) fn run(arguments: &ExplainArguments) -> anyhow::Result<Exit> {
    let Some(asked) = &arguments.asked else {
        output::print(&all())?;
        return Ok(Exit::Done);
    };
    if let Some(rule) = explain(asked) {
        if let Some(path) = &arguments.path {
            anyhow::bail!("{0} is a rule; bayplan check {1} judges {1} by it", rule.id, shown_path(path));
        }
        output::print(&told(&rule))?;
        return Ok(Exit::Done);
    }
    let text = if asked == "-" { explain_error::pasted()? } else { asked.clone() };
    match known_error(&text).or_else(|| diagnose(&anstream::adapter::strip_str(&text).to_string())) {
        Some(diagnosis) => explain_error::tell(&diagnosis, arguments.path.as_deref()),
        None if is_an_id(text.trim()) => Err(unknown(text.trim())),
        None if is_a_word(text.trim()) => Err(explain_error::only_a_name(text.trim())),
        None => Err(explain_error::unknown(&text)),
    }
}

/// One word in small letters, or nearly the id of a rule, was not pasted from a log.
fn is_an_id(text: &str) -> bool {
    let is_small = |letter: char| letter.is_ascii_lowercase() || matches!(letter, '.' | '-');
    is_a_word(text) && (text.chars().all(is_small) || !near_rules(text).is_empty())
}

fn is_a_word(text: &str) -> bool {
    !text.is_empty() && !text.contains(char::is_whitespace) && text.len() < 60
}

/// Every id with what it is about, a line each.
fn all() -> String {
    let width = rules().map(|(id, _)| id.len()).max().unwrap_or(0);
    let rules: String = rules().map(|(id, title)| format!("{id:<width$}  {title}\n")).collect();
    let errors: String = known_errors().map(|(id, _)| format!("{id}\n")).collect();
    format!("{rules}\nErrors that are known, by any of their texts:\n{errors}")
}

fn told(rule: &Explanation) -> String {
    let Explanation { id, title, means, details, cure, source, .. } = rule;
    let head = format!("{id}: {title}");
    let (cure, source) = (format!("→ {cure}"), format!("Source: {source}"));
    let mut paragraphs = vec![vec![head.as_str()], vec![means], details.iter().map(String::as_str).collect()];
    paragraphs.extend([vec![cure.as_str()], vec![source.as_str()]]);
    paragraphs.retain(|lines| !lines.is_empty());
    paragraphs.iter().map(|lines| paragraph(lines)).collect::<Vec<_>>().join("\n")
}

pub(super) fn paragraph(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| crate::report::wrapped(line, crate::report::WIDTH)).map(|line| line + "\n").collect()
}

fn unknown(id: &str) -> anyhow::Error {
    let near = near_rules(id);
    let shown = printable(id.as_bytes());
    match near.is_empty() {
        true => anyhow::anyhow!("no rule \"{shown}\"; bayplan explain lists them"),
        false => anyhow::anyhow!("no rule \"{shown}\"; near it: {}", near.join(", ")),
    }
}
