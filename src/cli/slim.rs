//! `bayplan slim PATH RULE…`: what is left out of every package.

use super::arguments::SlimArguments;
use super::change::{self, Change};
use super::report::load;
use super::{Exit, output};
use crate::model;
use crate::model::edit::Edit;
use crate::model::escape::{printable, shortened};
use crate::model::offers::{Freed, Offer};
use crate::model::services::{services, unknown_services};
use crate::model::slim::{Globs, Slim, SlimRule};
use crate::report::{WIDTH, wrapped};
use crate::workflow::Loaded;

/// The word that keeps the data of every service.
const ALL: &str = "all";

pub(super) fn run(arguments: &SlimArguments) -> anyhow::Result<Exit> {
    let SlimArguments { path, rules, off, exclude, keep, services, target } = arguments;
    if rules.is_empty() && off.is_empty() && exclude.is_empty() && keep.is_empty() && services.is_empty() {
        let loaded = load(path, target)?;
        output::print(&offers(&loaded))?;
        return Ok(Exit::Done);
    }
    change::make(path, target, |loaded| {
        refuse_unknown(loaded, services)?;
        let slim = changed(loaded.plan.slim(), arguments)?;
        let lines = vec![format!("slimmed: {}", named(&slim))];
        Ok(Change { edit: Edit::Slim(slim), lines })
    })
}

/// What each rule would leave out, with the heaviest packages, and what it risks.
fn offers(loaded: &Loaded) -> String {
    let Loaded { bundle, plan, target, background, .. } = loaded;
    let line = |offer: &Offer| {
        let Freed { unzipped, zipped, .. } = offer.freed;
        let zipped = zipped.map_or_else(|| "not known".to_owned(), |zipped| zipped.to_string());
        let risk = offer.harm.risk;
        let on = if offer.is_on { "  on" } else { "" };
        let name = offer.subject.name();
        let size = unzipped.to_string();
        let row = format!("{name:<18}{size:>10}{zipped:>12}  {} {:<6}{on}", u8::from(risk), risk.name());
        format!("{}\n{}", row.trim_end(), reasons(loaded, offer))
    };
    let head = format!("{:<18}{:>10}{:>12}  risk\n", "", "unzipped", "zipped");
    let offers = model::offers::offers(bundle, plan, target, &background.zipped);
    head + &offers.iter().map(line).collect::<String>()
}

fn reasons(loaded: &Loaded, offer: &Offer) -> String {
    let indented =
        |text: &str| wrapped(text, WIDTH - 2).into_iter().map(|line| format!("  {line}\n")).collect::<String>();
    let heaviest = offer.packages.iter().take(3);
    let named =
        heaviest.map(|(index, freed)| format!("{} {}", loaded.bundle.package(*index).key.shown(), freed.unzipped));
    let named = named.collect::<Vec<_>>().join(", ");
    let mut text = indented(&offer.harm.why);
    match offer.packages.len() {
        0 => {}
        count if count > 3 => text.push_str(&indented(&format!("{named} and {} more packages", count - 3))),
        _ => text.push_str(&indented(&named)),
    }
    text
}

/// A mistyped service would keep nothing, and what was meant would leave with all others.
fn refuse_unknown(loaded: &Loaded, wanted: &[String]) -> anyhow::Result<()> {
    if matches!(wanted, [all] if all == ALL) {
        return Ok(());
    }
    if !wanted.is_empty() && services(&loaded.bundle).is_empty() {
        anyhow::bail!("the bundle holds no data of AWS services; leave --services out");
    }
    match unknown_services(&loaded.bundle, wanted).into_iter().next() {
        None => Ok(()),
        Some((ALL, _)) => anyhow::bail!("\"{ALL}\" keeps the data of every service and is named alone"),
        Some((name, near)) => {
            let name = shortened(&printable(name.as_bytes()));
            let near = match &near[..] {
                [] => "name it as in boto3.client, such as s3".to_owned(),
                near => format!("it has {}", near.join(", ")),
            };
            anyhow::bail!("the bundle's SDK has no service \"{name}\"; {near}")
        }
    }
}

fn changed(slim: &Slim, arguments: &SlimArguments) -> anyhow::Result<Slim> {
    let mut rules: Vec<SlimRule> = slim.rules.iter().copied().filter(|rule| !arguments.off.contains(rule)).collect();
    for rule in &arguments.rules {
        if !rules.contains(rule) {
            rules.push(*rule);
        }
    }
    let services = match &arguments.services[..] {
        [] => slim.services.clone(),
        [all] if all == ALL => None,
        named => Some(named.iter().cloned().collect()),
    };
    let (exclude, keep) = (more(&slim.exclude, &arguments.exclude)?, more(&slim.keep, &arguments.keep)?);
    Ok(Slim { rules, exclude, keep, services })
}

fn more(globs: &Globs, added: &[String]) -> anyhow::Result<Globs> {
    let mut patterns = globs.patterns().to_vec();
    patterns.extend(added.iter().filter(|pattern| !globs.patterns().contains(pattern)).cloned());
    Ok(Globs::new(patterns)?)
}

/// Everything that the plan slims by, so that nothing leaves unsaid.
fn named(slim: &Slim) -> String {
    let rules: Vec<&str> = slim.rules.iter().map(|rule| rule.name()).collect();
    let mut parts: Vec<String> = (!rules.is_empty()).then(|| rules.join(", ")).into_iter().collect();
    if !slim.exclude.is_empty() {
        parts.push(format!("files that match {}", slim.exclude.patterns().join(", ")));
    }
    if let Some(kept) = &slim.services {
        parts.push(format!("the SDK's data but for {}", kept.iter().cloned().collect::<Vec<_>>().join(", ")));
    }
    let slimmed = if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") };
    match slim.keep.is_empty() {
        true => slimmed,
        false => format!("{slimmed}; whatever matches {} stays", slim.keep.patterns().join(", ")),
    }
}
