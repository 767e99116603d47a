//! What leaving something out risks, as a number with its reason, from `assets/slimming.toml`.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::bundle::Bundle;
use super::facts::Facts;
use super::interpreter::bytecode_magic;
use super::slim::SlimRule;
use super::target::Target;

/// How much may go wrong.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Risk {
    /// Nothing that runs reads it.
    #[default]
    None,
    /// Something gets slower, or an unusual use fails.
    Low,
    /// It may be missed, and nothing tells beforehand.
    Medium,
    /// It will be missed unless somebody knows better.
    High,
}

impl Risk {
    /// All of them, the least first.
    pub const ALL: [Risk; 4] = [Risk::None, Risk::Low, Risk::Medium, Risk::High];

    /// The word that command lines use.
    pub fn name(self) -> &'static str {
        match self {
            Risk::None => "none",
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
        }
    }
}

impl TryFrom<u8> for Risk {
    type Error = String;

    fn try_from(number: u8) -> Result<Risk, String> {
        Risk::ALL.get(usize::from(number)).copied().ok_or_else(|| format!("{number} is no risk: 0 to 3"))
    }
}

impl From<Risk> for u8 {
    fn from(risk: Risk) -> u8 {
        risk as u8
    }
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// What leaves, what it risks, and why.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Harm {
    /// What leaves, as a phrase.
    pub leaves_out: String,
    /// How much may go wrong.
    pub risk: Risk,
    /// Why, a sentence without a full stop.
    pub why: String,
    /// How it is known.
    pub source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Harms {
    rule: BTreeMap<SlimRule, Harm>,
    instead: BTreeMap<String, Harm>,
    package: BTreeMap<String, Harm>,
}

static HARMS: LazyLock<Harms> = LazyLock::new(|| {
    toml::from_str(include_str!("../../assets/slimming.toml")).expect("assets/slimming.toml is compiled in and tested")
});

/// Why a package may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ground {
    /// The runtime holds it.
    Runtime,
    /// A layer of somebody else's, by its name, holds it.
    Layer(String),
    /// Nothing asks for it.
    Unneeded,
}

impl Ground {
    /// What leaving it out for this risks.
    pub fn harm(&self) -> &'static Harm {
        &HARMS.package[match self {
            Ground::Runtime => "runtime",
            Ground::Layer(_) => "layer",
            Ground::Unneeded => "unneeded",
        }]
    }
}

/// What a rule risks with this bundle on this target.
pub fn harm_of(rule: SlimRule, bundle: &Bundle, target: &Target) -> &'static Harm {
    match rule {
        SlimRule::Bytecode if is_of_another_python(&bundle.facts, target) => {
            &HARMS.instead["bytecode-of-another-python"]
        }
        SlimRule::Tests if !bundle.facts.knows_imported_tests() => &HARMS.instead["tests-not-looked-into"],
        _ => &HARMS.rule[&rule],
    }
}

/// What naming the AWS services whose data stays risks.
pub fn harm_of_services() -> &'static Harm {
    &HARMS.instead["services"]
}

/// Whether it is certain that the runtime reads none of the bytecode.
fn is_of_another_python(facts: &Facts, target: &Target) -> bool {
    let magic = target.runtime.as_ref().and_then(|runtime| bytecode_magic(runtime.python_version()?));
    match (magic, &facts.bytecode) {
        (Some(magic), Some(headers)) => !headers.is_empty() && headers.values().all(|header| header.magic != magic),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_may_leave_has_its_risk_and_its_reason() {
        for rule in SlimRule::ALL {
            assert!(HARMS.rule.contains_key(&rule), "{} is not in assets/slimming.toml", rule.name());
        }
        let grounds = [Ground::Runtime, Ground::Layer("x".to_owned()), Ground::Unneeded];
        let all = HARMS.rule.values().chain(HARMS.instead.values()).chain(grounds.iter().map(Ground::harm));
        for harm in all.chain([harm_of_services()]) {
            assert!(!harm.why.is_empty() && !harm.why.ends_with('.') && !harm.source.is_empty(), "{harm:?}");
        }
        assert_eq!((HARMS.instead.len(), HARMS.package.len()), (3, 3), "each entry is looked up by somebody");
    }
}
