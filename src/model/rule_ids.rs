//! The ids of all rules, for whoever reads one that a person wrote. They stand in `assets/rules.toml`, where each is
//! explained; how a rule is judged is the verdict's alone.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;
use serde::de::IgnoredAny;

use super::spelling::nearest;

#[derive(Deserialize)]
struct Rules(BTreeMap<String, BTreeMap<String, IgnoredAny>>);

static IDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let text = include_str!("../../assets/rules.toml");
    let Rules(families) = toml::from_str(text).expect("assets/rules.toml is compiled in and tested");
    let ids = families.iter().flat_map(|(family, rules)| rules.keys().map(move |name| format!("{family}.{name}")));
    ids.collect()
});

/// Whether there is a rule of that id.
pub fn is_rule(id: &str) -> bool {
    IDS.iter().any(|rule| rule == id)
}

/// The ids that somebody may have meant, the nearest first. The name without its family counts too: `joint`.
pub fn near_rules(id: &str) -> Vec<&'static str> {
    let spellings = |rule: &'static str| [rule, rule.split_once('.').map_or(rule, |(_, name)| name)];
    nearest(id, IDS.iter().flat_map(|rule| spellings(rule).map(|spelling| (spelling, rule.as_str()))))
}
