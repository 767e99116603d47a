//! What the bundle was built for, as its wheels, extension modules, addons and folders tell. For which Node it was built
//! nothing in it tells: `engines` names what would do. Evidence that disagrees is told
//! and decides nothing.

use std::collections::BTreeMap;

use crate::model::bundle::Bundle;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::facts::Facts;
use crate::model::listing::Listing;
use crate::model::problem::Problem;
use crate::model::target::{Architecture, Runtime, Target};

/// The target that all evidence agrees on; `None` for a part of it where there is none or where it disagrees.
pub fn guess_target(bundle: &Bundle) -> Target {
    let evidence = Evidence::gather(&bundle.listing, &bundle.facts);
    Target { runtime: only(&evidence.runtimes()), architecture: only(&evidence.architectures) }
}

/// What the evidence disagrees about.
pub fn disagreements(listing: &Listing, facts: &Facts) -> Vec<Problem> {
    let evidence = Evidence::gather(listing, facts);
    let runtimes = evidence.runtimes();
    let versions = runtimes.iter().map(|(runtime, who)| (runtime.to_string(), who));
    let architectures = evidence.architectures.iter().map(|(architecture, who)| (architecture.to_string(), who));
    [told(versions.collect(), "--runtime"), told(architectures.collect(), "--arch")].into_iter().flatten().collect()
}

fn told(found: Vec<(String, &String)>, option: &str) -> Option<Problem> {
    let told: Vec<String> = found.iter().map(|(what, who)| format!("{what} ({who})")).collect();
    (found.len() > 1)
        .then(|| Problem::unclear("", format!("was built for {}; say which with {option}", told.join(" and for "))))
}

fn only<T: Clone>(found: &BTreeMap<T, String>) -> Option<T> {
    if found.len() == 1 { found.keys().next().cloned() } else { None }
}

/// What was found, each with the first thing that told it.
#[derive(Default)]
struct Evidence {
    /// Of Python.
    versions: BTreeMap<(u8, u8), String>,
    /// Of Ruby.
    rubies: BTreeMap<(u8, u8), String>,
    architectures: BTreeMap<Architecture, String>,
}

impl Evidence {
    fn gather(listing: &Listing, facts: &Facts) -> Evidence {
        let mut evidence = Evidence::default();
        for distribution in &facts.distributions {
            distribution.tags.iter().for_each(|tag| evidence.take_tag(tag, &distribution.name));
        }
        evidence.take_names(listing, b"-linux-gnu.so", Evidence::take_extension);
        evidence.take_addons(listing, facts);
        evidence.take_roots(listing, facts);
        evidence.take_gems(listing, facts);
        evidence.take_bootstrap(listing, facts);
        if evidence.versions.is_empty() {
            evidence.take_names(listing, b".pyc", Evidence::take_bytecode);
        }
        evidence
    }

    /// The runtimes that the evidence speaks for.
    fn runtimes(&self) -> BTreeMap<Runtime, String> {
        let python = self.versions.iter().map(|(&(major, minor), who)| (Runtime::python(major, minor), who.clone()));
        let ruby = self.rubies.iter().map(|(&(major, minor), who)| (Runtime::ruby(major, minor), who.clone()));
        python.chain(ruby).collect()
    }

    /// `vendor/bundle/ruby/3.3.0`, and the platforms of gems: `x86_64-linux`.
    fn take_gems(&mut self, listing: &Listing, facts: &Facts) {
        for gem in facts.gems.iter().filter(|gem| (gem.root.0 as usize) < listing.len()) {
            let mut parts = gem.abi.split('.').map(|part| part.parse::<u8>().ok());
            if let (Some(Some(major)), Some(Some(minor))) = (parts.next(), parts.next()) {
                self.rubies.entry((major, minor)).or_insert_with(|| listing.shown_path(gem.root));
            }
            let platform = gem.platform.as_deref().and_then(|platform| platform.split_once("-linux"));
            if let Some(architecture) = platform.and_then(|(machine, _)| machine.parse::<Architecture>().ok()) {
                self.architectures.entry(architecture).or_insert_with(|| format!("gem {}", gem.name));
            }
        }
    }

    /// The program that a custom runtime starts tells the machine, where nothing else does.
    fn take_bootstrap(&mut self, listing: &Listing, facts: &Facts) {
        let Some(entry) = listing.child(EntryId::ROOT, b"bootstrap") else { return };
        let native = facts.natives.as_ref().and_then(|natives| natives.get(&entry));
        if let Some([machine]) =
            native.map(|native| native.machines.as_slice()).filter(|_| self.architectures.is_empty())
        {
            self.architectures
                .extend(machine.parse().ok().map(|architecture| (architecture, listing.shown_path(entry))));
        }
    }

    /// `cp310-cp310-manylinux_2_17_x86_64`; pure wheels and the stable ABI say nothing of the version.
    fn take_tag(&mut self, tag: &str, who: &str) {
        let mut parts = tag.split('-');
        let (Some(python), Some(abi), Some(platform)) = (parts.next(), parts.next(), parts.next()) else { return };
        if python == abi {
            self.take_version(python.strip_prefix("cp"), who);
        }
        if platform.contains("linux") {
            let machine = [("x86_64", Architecture::X86_64), ("aarch64", Architecture::Arm64)];
            let found = machine.into_iter().find(|(suffix, _)| platform.ends_with(suffix));
            self.architectures.extend(found.map(|(_, architecture)| (architecture, who.to_owned())));
        }
    }

    fn take_version(&mut self, digits: Option<&str>, who: &str) {
        if let Some(version) = digits.and_then(version) {
            self.versions.entry(version).or_insert_with(|| who.to_owned());
        }
    }

    fn take_names(&mut self, listing: &Listing, ending: &[u8], take: fn(&mut Evidence, &str, &dyn Fn() -> String)) {
        for entry in listing.ending_with(ending).filter(|&entry| listing.kind(entry) == EntryKind::File) {
            if let Ok(name) = std::str::from_utf8(listing.name(entry)) {
                take(self, name, &|| listing.shown_path(entry));
            }
        }
    }

    /// `.cpython-310-x86_64-linux-gnu.so`
    fn take_extension(&mut self, name: &str, who: &dyn Fn() -> String) {
        let Some((_, rest)) = name.split_once(".cpython-") else { return };
        let Some((digits, machine)) = rest.strip_suffix("-linux-gnu.so").and_then(|rest| rest.split_once('-')) else {
            return;
        };
        if let Some(version) = version(digits) {
            self.versions.entry(version).or_insert_with(who);
        }
        if let Ok(architecture) = machine.parse::<Architecture>() {
            self.architectures.entry(architecture).or_insert_with(who);
        }
    }

    /// `.cpython-310.pyc`, the weakest evidence: it tells what compiled, which may not be what is to run.
    fn take_bytecode(&mut self, name: &str, who: &dyn Fn() -> String) {
        let tag = name.strip_suffix(".pyc").and_then(|rest| rest.split_once(".cpython-"));
        let digits = tag.and_then(|(_, tag)| tag.split('.').next());
        if let Some(version) = digits.and_then(version) {
            self.versions.entry(version).or_insert_with(who);
        }
    }

    /// `.node` files for Linux on one machine. A package that brings several, as `prebuilds/` does, tells nothing, and so
    /// do packages of which there is one for each platform.
    fn take_addons(&mut self, listing: &Listing, facts: &Facts) {
        let is_addon = |entry: EntryId| (entry.0 as usize) < listing.len() && listing.name(entry).ends_with(b".node");
        let natives =
            facts.natives.iter().flatten().filter(|(entry, native)| native.format == "elf" && is_addon(**entry));
        let told = natives.filter_map(|(&entry, native)| {
            let [machine] = native.machines.as_slice() else { return None };
            Some((entry, machine.parse::<Architecture>().ok()?))
        });
        let told: Vec<(EntryId, Architecture)> = told.collect();
        let (Some(&(entry, first)), true) = (told.first(), told.windows(2).all(|pair| pair[0].1 == pair[1].1)) else {
            return;
        };
        self.architectures.entry(first).or_insert_with(|| listing.shown_path(entry));
    }

    /// `python/lib/python3.10/site-packages`
    fn take_roots(&mut self, listing: &Listing, facts: &Facts) {
        let roots = facts.distributions.iter().map(|found| found.root).filter(|root| (root.0 as usize) < listing.len());
        for root in roots.filter(|&root| root != EntryId::ROOT && listing.name(root) == b"site-packages") {
            let name = String::from_utf8_lossy(listing.name(listing.parent(root))).into_owned();
            let digits = name.strip_prefix("python").map(|dotted| dotted.replacen('.', "", 1));
            self.take_version(digits.as_deref(), &listing.shown_path(root));
        }
    }
}

/// `(3, 10)` from `310`.
fn version(digits: &str) -> Option<(u8, u8)> {
    let (major, minor) = digits.split_at_checked(1)?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
