//! `bayplan explain RULE`: what a rule holds, what it means if it does not, and the way out.

use super::arguments::ExplainArguments;
use super::{Exit, names, output};
use crate::model::escape::printable;
use crate::verdict::{Explanation, explain, rules};

pub(super) fn run(arguments: &ExplainArguments) -> anyhow::Result<Exit> {
    match &arguments.rule {
        None => output::print(&all())?,
        Some(id) => output::print(&told(&explain(id).ok_or_else(|| unknown(id))?))?,
    }
    Ok(Exit::Done)
}

/// Every id with what it holds, a line each.
fn all() -> String {
    let width = rules().map(|(id, _)| id.len()).max().unwrap_or(0);
    rules().map(|(id, title)| format!("{id:<width$}  {title}\n")).collect()
}

fn told(rule: &Explanation) -> String {
    let Explanation { id, title, means, details, cure, source } = rule;
    let head = format!("{id}: {title}");
    let (cure, source) = (format!("→ {cure}"), format!("Source: {source}"));
    let mut paragraphs = vec![vec![head.as_str()], vec![means], details.iter().map(String::as_str).collect()];
    paragraphs.extend([vec![cure.as_str()], vec![source.as_str()]]);
    paragraphs.retain(|lines| !lines.is_empty());
    paragraphs.iter().map(|lines| paragraph(lines)).collect::<Vec<_>>().join("\n")
}

fn paragraph(lines: &[&str]) -> String {
    lines.iter().flat_map(|line| crate::report::wrapped(line, crate::report::WIDTH)).map(|line| line + "\n").collect()
}

fn unknown(id: &str) -> anyhow::Error {
    let part = |rule: &str| rule.split_once('.').map(|(_, name)| name.to_owned()).unwrap_or_default();
    let mut near: Vec<(usize, &str)> = rules()
        .map(|(rule, _)| (names::distance(id, rule).min(names::distance(id, &part(rule))), rule))
        .filter(|(distance, _)| *distance <= id.chars().count() / 3)
        .collect();
    near.sort_unstable();
    let near: Vec<&str> = near.into_iter().take(3).map(|(_, rule)| rule).collect();
    let shown = printable(id.as_bytes());
    match near.is_empty() {
        true => anyhow::anyhow!("no rule \"{shown}\"; bayplan explain lists them"),
        false => anyhow::anyhow!("no rule \"{shown}\"; near it: {}", near.join(", ")),
    }
}
