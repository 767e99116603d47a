//! What each rule means, how to cure what it finds, and who says so: `assets/rules.toml`, for people who have read a
//! finding's id in a log.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::rules::RULES;
use super::upload::largest_zips;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    means: String,
    cure: String,
    source: String,
    at: Option<String>,
}

static WORDS: LazyLock<BTreeMap<String, BTreeMap<String, Words>>> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/rules.toml")).expect("assets/rules.toml is compiled in and tested")
});

/// A rule, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The rule's id.
    pub id: &'static str,
    /// What it holds, as a phrase.
    pub title: &'static str,
    /// What it means if it does not hold.
    pub means: &'static str,
    /// Figures for those who want to know exactly.
    pub details: Vec<String>,
    /// What helps.
    pub cure: &'static str,
    /// Who states the fact that it rests on.
    pub source: &'static str,
    /// What reports point at: a setting of the plan such as `function.handler`, or `requirements`; `None`: the packages and
    /// buckets themselves.
    pub at: Option<&'static str>,
}

/// Explains the rule with that id; `None`: there is no such rule.
pub fn explain(id: &str) -> Option<Explanation> {
    let rule = RULES.iter().find(|rule| rule.id == id)?;
    let (family, name) = rule.id.split_once('.')?;
    let words = WORDS.get(family)?.get(name)?;
    let Words { means, cure, source, at } = words;
    let details = details(rule.id);
    Some(Explanation { id: rule.id, title: rule.title, means, details, cure, source, at: at.as_deref() })
}

fn details(id: &str) -> Vec<String> {
    match id {
        "upload.direct" => largest_zips(),
        _ => Vec::new(),
    }
}

/// Every id that has an explanation, sorted.
#[cfg(test)]
pub(super) fn explained() -> impl Iterator<Item = &'static str> {
    let ids = WORDS.iter().flat_map(|(family, rules)| rules.keys().map(move |name| format!("{family}.{name}")));
    let mut ids: Vec<&'static str> = ids.map(|id| &*id.leak()).collect();
    ids.sort_unstable();
    ids.into_iter()
}
