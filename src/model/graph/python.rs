//! What Python distributions need, by their `Requires-Dist`.

use std::collections::{BTreeMap, VecDeque};
use std::str::FromStr;

use pep440_rs::Version;
use pep508_rs::ExtraName;

use super::environment::Environments;
use super::requirement::{Fit, Requirement};
use super::{Holds, Need};
use crate::model::bundle::Bundle;
use crate::model::node::NeedKind;
use crate::model::package::{Ecosystem, Package, PackageIndex};
use crate::model::target::Target;

/// How many extras of one distribution are followed; a distribution could ask itself for one after the other.
const MOST_EXTRAS: usize = 512;

/// A line of metadata with what it says.
struct Line<'a> {
    text: &'a str,
    requirement: Requirement,
    package: Option<usize>,
}

/// The needs of each package; none of what is no distribution.
pub(super) fn needs(bundle: &Bundle, target: &Target) -> Vec<Vec<Need>> {
    if bundle.facts.distributions.is_empty() {
        return vec![Vec::new(); bundle.packages().len()];
    }
    Reader::new(bundle, target).needs()
}

/// Follows requirements until no more extras are asked for.
struct Reader<'a> {
    bundle: &'a Bundle,
    environments: Environments,
    lines: Vec<Vec<Line<'a>>>,
    extras: Vec<Vec<ExtraName>>,
}

impl<'a> Reader<'a> {
    fn new(bundle: &'a Bundle, target: &Target) -> Reader<'a> {
        let environments = Environments::of(target);
        let names = Names::new(bundle);
        let lines = |(from, package): (usize, &Package)| {
            let requires = bundle.distribution(package).map_or(&[][..], |distribution| &distribution.requires);
            let read = |text: &'a String| {
                let requirement = Requirement::read(text, &environments).ok()?;
                let package = names.find(bundle, from, &requirement.name);
                Some(Line { text, requirement, package })
            };
            requires.iter().filter_map(read).collect()
        };
        let lines: Vec<Vec<Line<'a>>> = bundle.packages().iter().enumerate().map(lines).collect();
        let extras = vec![Vec::new(); lines.len()];
        Reader { bundle, environments, lines, extras }
    }

    fn needs(mut self) -> Vec<Vec<Need>> {
        self.follow_extras();
        let versions: Vec<Option<Version>> = self.bundle.packages().iter().map(version).collect();
        let need = |from: usize, line: &Line<'_>| {
            let holds = line.requirement.holds(&self.environments, &self.extras[from]);
            let version = line.package.and_then(|package| versions[package].as_ref());
            (holds > Holds::Never).then(|| Need {
                text: line.text.to_owned(),
                name: line.requirement.name.clone(),
                kind: NeedKind::Needed,
                package: line.package.map(|package| PackageIndex(package as u32)),
                holds,
                fit: if line.package.is_some() { line.requirement.fit(version) } else { Fit::NotKnown },
            })
        };
        let all = self.lines.iter().enumerate();
        all.map(|(from, lines)| lines.iter().filter_map(|line| need(from, line)).collect()).collect()
    }

    /// An extra that is asked for may ask for more, so whoever gets one is looked at again.
    fn follow_extras(&mut self) {
        let mut waiting: VecDeque<(usize, bool)> = (0..self.lines.len()).map(|node| (node, false)).collect();
        while let Some((from, again)) = waiting.pop_front() {
            for line in &self.lines[from] {
                let Some(to) = line.package.filter(|_| !line.requirement.extras.is_empty()) else { continue };
                let is_new = !again || line.requirement.asks_for_extras();
                if is_new && line.requirement.holds(&self.environments, &self.extras[from]) > Holds::Never {
                    let before = self.extras[to].len();
                    ask_for(&mut self.extras[to], &line.requirement.extras);
                    if self.extras[to].len() > before {
                        waiting.push_back((to, true));
                    }
                }
            }
        }
    }
}

fn ask_for(extras: &mut Vec<ExtraName>, more: &[ExtraName]) {
    for extra in more {
        if !extras.contains(extra) && extras.len() < MOST_EXTRAS {
            extras.push(extra.clone());
        }
    }
}

fn version(package: &Package) -> Option<Version> {
    package.version.as_deref().and_then(|text| Version::from_str(text).ok())
}

fn is_python(package: &Package) -> bool {
    package.ecosystem == Ecosystem::Python
}

/// The packages of each name, those in the first place first.
struct Names(BTreeMap<String, Vec<usize>>);

impl Names {
    fn new(bundle: &Bundle) -> Names {
        let mut names: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, package) in bundle.packages().iter().enumerate().filter(|(_, package)| is_python(package)) {
            // Behind the name a key tells its place and version; whoever has the shorter key stands first.
            names.entry(package.key.name().to_owned()).or_default().push(index);
        }
        for found in names.values_mut() {
            found.sort_by_key(|&index| (bundle.packages()[index].key.as_str().len(), index));
        }
        Names(names)
    }

    fn find(&self, bundle: &Bundle, from: usize, name: &str) -> Option<usize> {
        let found = self.0.get(name)?;
        let root = |index: usize| bundle.packages()[index].root;
        found.iter().copied().find(|&index| root(index) == root(from)).or_else(|| found.first().copied())
    }
}
