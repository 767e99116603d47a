//! The plan's `[check]`: read.

use std::collections::BTreeMap;
use std::ops::Range;

use toml::Spanned;

use super::raw::{RawCheck, RawGrowth, RawIgnore, RawLevel, RawRestricted, Text};
use super::read::{Reader, Result};
use crate::model::bytes::Bytes;
use crate::model::finding::Severity;
use crate::model::plan::{CheckOptions, Growth, Ignore, Restricted};
use crate::model::rule_ids::{is_rule, near_rules};

/// Rules that have a key of their own for how bad their findings are.
const GROWTH: &str = "drift.growth";
const UNPLANNED: &str = "drift.unplanned";

/// Reads the table.
pub(super) fn options(reader: &Reader<'_>, raw: RawCheck) -> Result<CheckOptions> {
    let defaults = CheckOptions::default();
    let said_twice = [
        (UNPLANNED, raw.unplanned_package.as_ref()),
        (GROWTH, raw.growth.as_ref().and_then(|growth| growth.severity.as_ref())),
    ];
    let rules = rules(reader, raw.rules, &said_twice)?;
    Ok(CheckOptions {
        warn_at_percent: raw.warn_at_percent.map_or(Ok(defaults.warn_at_percent), |it| percent(reader, &it))?,
        growth: raw.growth.map(|growth| self::growth(reader, &growth)).transpose()?,
        unplanned_package: severity(reader, raw.unplanned_package.as_ref())?,
        pinned: raw.pinned.iter().map(|text| reader.key(text)).collect::<Result<_>>()?,
        restricted: raw.restricted.iter().map(|raw| restricted(reader, raw)).collect::<Result<_>>()?,
        ignore: raw.ignore.iter().map(|raw| ignore(reader, raw)).collect::<Result<_>>()?,
        rules,
    })
}

fn growth(reader: &Reader<'_>, raw: &RawGrowth) -> Result<Growth> {
    Ok(Growth {
        percent: raw.percent,
        at_least: raw.at_least_bytes.map(Bytes::from).unwrap_or_default(),
        severity: severity(reader, raw.severity.as_ref())?,
    })
}

fn percent(reader: &Reader<'_>, number: &Spanned<i64>) -> Result<u8> {
    match u8::try_from(*number.get_ref()) {
        Ok(percent @ 1..=100) => Ok(percent),
        _ => Err(reader.error(number.span(), format!("{} is no percentage from 1 to 100", number.get_ref()))),
    }
}

const SEVERITIES: [(&str, Option<Severity>); 4] = [
    ("warning", Some(Severity::Warning)),
    ("error", Some(Severity::Error)),
    ("note", Some(Severity::Note)),
    ("off", None),
];

fn severity(reader: &Reader<'_>, text: Option<&Text>) -> Result<Option<Severity>> {
    text.map_or(Ok(Some(Severity::Warning)), |text| reader.one_of(text, &SEVERITIES))
}

fn restricted(reader: &Reader<'_>, raw: &RawRestricted) -> Result<Restricted> {
    Ok(Restricted {
        package: reader.key(&raw.package)?.as_str().to_owned(),
        because: raw.because.get_ref().clone(),
        instead: raw.instead.as_ref().map(|instead| instead.get_ref().clone()),
    })
}

fn ignore(reader: &Reader<'_>, raw: &RawIgnore) -> Result<Ignore> {
    if let Some(until) = raw.until.as_ref().filter(|until| !is_date(until.get_ref())) {
        let message = format!("\"{}\" is not a day; write it as 2027-01-31", until.get_ref());
        return Err(reader.error(until.span(), message));
    }
    Ok(Ignore {
        finding: reader.fit_to_print(&raw.finding)?,
        package: raw.package.as_ref().map(|text| reader.key(text)).transpose()?,
        because: raw.because.get_ref().clone(),
        until: raw.until.as_ref().map(|until| until.get_ref().clone()),
    })
}

/// How bad the findings of each rule are. A rule that this bayplan does not have would silently hold nothing, so it is
/// refused; so is a severity that is said in two places.
fn rules(
    reader: &Reader<'_>,
    raw: BTreeMap<Text, Spanned<RawLevel>>,
    said_twice: &[(&str, Option<&Text>)],
) -> Result<BTreeMap<String, Option<Severity>>> {
    let mut levels: BTreeMap<String, Option<Severity>> = BTreeMap::new();
    for Said { id, span, level } in raw.into_iter().flat_map(|(key, level)| said(key, level)) {
        if !is_rule(&id) {
            let near = near_rules(&id);
            let near = if near.is_empty() {
                "bayplan explain lists them".to_owned()
            } else {
                format!("near it: {}", near.join(", "))
            };
            return Err(reader.error(span, format!("no rule \"{id}\"; {near}")));
        }
        if said_twice.iter().any(|(other, text)| *other == id && text.is_some()) {
            let other = if id == GROWTH { "growth" } else { "unplanned_package" };
            return Err(reader.error(span, format!("{other} says already how bad {id} is; say it once")));
        }
        let severity = reader.one_of(&level, &SEVERITIES)?;
        if levels.insert(id.clone(), severity).is_some() {
            return Err(reader.error(span, format!("{id} is named twice; name it once")));
        }
    }
    Ok(levels)
}

/// One rule with what is said of it, however it is written.
struct Said {
    id: String,
    span: Range<usize>,
    level: Text,
}

fn said(key: Text, level: Spanned<RawLevel>) -> Vec<Said> {
    let span = level.span();
    match level.into_inner() {
        RawLevel::Rule(word) => {
            vec![Said { id: key.get_ref().clone(), span: key.span(), level: Spanned::new(span, word) }]
        }
        RawLevel::Family(rules) => rules
            .into_iter()
            .map(|(name, level)| Said { id: format!("{}.{}", key.get_ref(), name.get_ref()), span: name.span(), level })
            .collect(),
    }
}

/// `2027-01-31`: in this shape days compare as text.
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let shaped = bytes.len() == 10
        && bytes
            .iter()
            .enumerate()
            .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    shaped && ("01".."13").contains(&&text[5..7]) && ("01".."32").contains(&&text[8..10])
}
