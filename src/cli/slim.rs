//! `bayplan slim PATH RULE…`: what is left out of every package.

use super::arguments::SlimArguments;
use super::change::{self, Change};
use super::report::load;
use super::{Exit, output};
use crate::model::bytes::Bytes;
use crate::model::edit::Edit;
use crate::model::plan::Plan;
use crate::model::slim::{Globs, Slim, SlimRule};
use crate::workflow::Loaded;

pub(super) fn run(arguments: &SlimArguments) -> anyhow::Result<Exit> {
    let SlimArguments { path, rules, off, exclude, keep, services, target } = arguments;
    if rules.is_empty() && off.is_empty() && exclude.is_empty() && keep.is_empty() && services.is_empty() {
        let loaded = load(path, target)?;
        output::print(&offers(&loaded))?;
        return Ok(Exit::Done);
    }
    change::make(path, target, |loaded| {
        let slim = changed(loaded.plan.slim(), arguments)?;
        let lines = vec![format!("slimmed: {}", named(&slim))];
        Ok(Change { edit: Edit::Slim(slim), lines })
    })
}

/// What each rule would leave out of the whole bundle, wherever it lies.
fn offers(loaded: &Loaded) -> String {
    let line = |rule: SlimRule| {
        let classes = rule.classes();
        let saved: Bytes = loaded
            .bundle
            .packages()
            .iter()
            .flat_map(|package| classes.iter().map(|class| package.of_class(*class).unzipped))
            .sum();
        let on = if loaded.plan.slim().rules.contains(&rule) { "  on" } else { "" };
        format!("{:<18}{:>10}{on}\n", rule.name(), saved.to_string())
    };
    SlimRule::ALL.into_iter().map(line).collect()
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
        [all] if all == "all" => None,
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

fn named(slim: &Slim) -> String {
    let rules: Vec<&str> = slim.rules.iter().map(|rule| rule.name()).collect();
    match (rules.is_empty(), Plan::default().slim() == slim) {
        (_, true) => "nothing".to_owned(),
        (true, _) => "by patterns alone".to_owned(),
        (false, _) => rules.join(", "),
    }
}
