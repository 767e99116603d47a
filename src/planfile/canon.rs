//! A plan as a TOML document in its canonical order: what a new file looks like, and what an old one is merged with.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};

use super::VERSION;
use crate::model::bytes::Bytes;
use crate::model::finding::Severity;
use crate::model::package::PackageKey;
use crate::model::plan::{
    BytecodeMode, CheckOptions, Function, Growth, Ignore, Layer, LayerKind, PackOptions, Placement, Plan, Reason,
    Restricted, Upload,
};
use crate::model::slim::Slim;

/// The widest line that an array may make; a longer one stands on several lines.
const WIDEST: usize = 100;

/// What a document spells out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// Everything, what stands at its default too: an old file may say it, and then it stays.
    All,
    /// Only what differs from the default: what a new file says.
    Changed,
}

/// The whole plan as a document.
pub(super) fn document(plan: &Plan, spelling: Spelling) -> DocumentMut {
    let mut root = Section::new(spelling);
    root.put("version", Value::from(i64::from(VERSION)));
    root.put_named("function", [(plan.function.name.as_str(), function(plan, spelling))]);
    let layers = plan.layers().iter().map(|layer| (layer.name.as_str(), self::layer(plan, layer, spelling)));
    root.put_named("layer", layers);
    root.put_table("efs", packages_section(spelling, packages_in(plan, |it| *it == Placement::Efs)));
    root.put_table("left-out", left_out(plan, spelling));
    root.put_table("slim", slim(plan.slim(), spelling));
    root.put_table("pack", pack(plan.pack, spelling));
    root.put_table("check", check(&plan.check, spelling));
    DocumentMut::from(root.table)
}

/// A table being filled.
struct Section {
    table: Table,
    spelling: Spelling,
}

impl Section {
    fn new(spelling: Spelling) -> Section {
        Section { table: Table::new(), spelling }
    }

    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.table.insert(key, Item::Value(value.into()));
    }

    fn put_if_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    /// Writes a value that has a default.
    fn put_unless(&mut self, is_default: bool, key: &str, value: impl Into<Value>) {
        if !is_default || self.spelling == Spelling::All {
            self.put(key, value);
        }
    }

    fn put_list<'a>(&mut self, key: &str, texts: impl IntoIterator<Item = &'a str>) {
        let array = texts.into_iter().collect::<Array>();
        self.put_unless(array.is_empty(), key, laid_out(key, array));
    }

    fn put_table(&mut self, key: &str, section: Section) {
        if !section.table.is_empty() || self.spelling == Spelling::All {
            self.table.insert(key, Item::Table(section.table));
        }
    }

    fn put_named<'a>(&mut self, key: &str, sections: impl IntoIterator<Item = (&'a str, Section)>) {
        let mut tables = Table::new();
        tables.set_implicit(true);
        for (name, section) in sections {
            tables.insert(name, Item::Table(section.table));
        }
        if !tables.is_empty() || self.spelling == Spelling::All {
            self.table.insert(key, Item::Table(tables));
        }
    }
}

fn function(plan: &Plan, spelling: Spelling) -> Section {
    let function = &plan.function;
    let defaults = Function::default();
    let mut section = Section::new(spelling);
    section.put_if_some("source", function.source.as_deref());
    section.put_if_some("handler", function.handler.as_ref().map(|handler| handler.as_str()));
    section.put_if_some("runtime", function.target.runtime.as_ref().map(|runtime| runtime.as_str()));
    section.put_if_some("architecture", function.target.architecture.map(|architecture| architecture.as_str()));
    let upload = match function.upload {
        Upload::S3 => "s3",
        Upload::Direct => "direct",
    };
    section.put_unless(function.upload == defaults.upload, "upload", upload);
    section.put_list("layers", plan.layers().iter().map(|layer| layer.name.as_str()));
    section.put_unless(function.mount == defaults.mount, "mount", function.mount.as_str());
    section.put_unless(!function.snapstart, "snapstart", function.snapstart);
    let environment = function.environment.iter().map(|(name, value)| (name, Value::from(value)));
    section.put_unless(function.environment.is_empty(), "environment", environment.collect::<InlineTable>());
    section
}

fn layer(plan: &Plan, layer: &Layer, spelling: Spelling) -> Section {
    match &layer.kind {
        LayerKind::Own => {
            let inside = |placement: &Placement| matches!(placement, Placement::Layer(name) if *name == layer.name);
            packages_section(spelling, packages_in(plan, inside))
        }
        LayerKind::Foreign(foreign) => {
            let mut section = Section::new(spelling);
            section.put("arn", foreign.arn.as_str());
            section.put_if_some("unzipped_bytes", foreign.unzipped.map(integer));
            section.put_list("provides", foreign.provides.iter().map(String::as_str));
            section
        }
    }
}

fn packages_in(plan: &Plan, is_in: impl Fn(&Placement) -> bool) -> Vec<&PackageKey> {
    plan.placements().iter().filter(|(_, placement)| is_in(placement)).map(|(key, _)| key).collect()
}

fn packages_section(spelling: Spelling, packages: Vec<&PackageKey>) -> Section {
    let mut section = Section::new(spelling);
    section.put_list("packages", packages.into_iter().map(PackageKey::as_str));
    section
}

fn left_out(plan: &Plan, spelling: Spelling) -> Section {
    let mut section = Section::new(spelling);
    for (key, placement) in plan.placements() {
        if let Placement::LeftOut(reason) = placement {
            let (why, text) = match reason {
                Reason::ProvidedBy(holder) => ("provided_by", holder),
                Reason::Because(words) => ("because", words),
            };
            section.put(key.as_str(), InlineTable::from_iter([(why, text.as_str())]));
        }
    }
    section
}

fn slim(slim: &Slim, spelling: Spelling) -> Section {
    let mut section = Section::new(spelling);
    section.put_list("rules", slim.rules.iter().map(|rule| rule.name()));
    section.put_list("exclude", slim.exclude.patterns().iter().map(String::as_str));
    section.put_list("keep", slim.keep.patterns().iter().map(String::as_str));
    if let Some(services) = &slim.services {
        section.put("services", laid_out("services", services.iter().map(String::as_str).collect::<Array>()));
    }
    section
}

fn pack(pack: PackOptions, spelling: Spelling) -> Section {
    let mut section = Section::new(spelling);
    section.put_unless(pack.bytecode == BytecodeMode::default(), "bytecode", pack.bytecode.name());
    section.put_unless(!pack.keep_folders, "keep_folders", pack.keep_folders);
    section
}

fn check(check: &CheckOptions, spelling: Spelling) -> Section {
    let defaults = CheckOptions::default();
    let mut section = Section::new(spelling);
    let is_default = check.warn_at_percent == defaults.warn_at_percent;
    section.put_unless(is_default, "warn_at_percent", i64::from(check.warn_at_percent));
    section.put_if_some("growth", check.growth.map(|growth| self::growth(growth, spelling)));
    let is_default = check.unplanned_package == defaults.unplanned_package;
    section.put_unless(is_default, "unplanned_package", severity(check.unplanned_package));
    section.put_list("pinned", check.pinned.iter().map(PackageKey::as_str));
    let restricted = check.restricted.iter().map(|restricted| Value::from(self::restricted(restricted)));
    let restricted = restricted.collect::<Array>();
    section.put_unless(restricted.is_empty(), "restricted", laid_out("restricted", restricted));
    let ignore = check.ignore.iter().map(|ignore| Value::from(self::ignore(ignore))).collect::<Array>();
    section.put_unless(ignore.is_empty(), "ignore", laid_out("ignore", ignore));
    section.put_table("rules", rules(check, spelling));
    section
}

/// A rule is named by family and name, as TOML reads `size.joint` without quotation marks.
fn rules(check: &CheckOptions, spelling: Spelling) -> Section {
    let mut section = Section::new(spelling);
    for (id, level) in &check.rules {
        let (family, name) = id.split_once('.').unwrap_or((id, ""));
        let family = section.table.entry(family).or_insert_with(|| {
            let mut family = Table::new();
            family.set_dotted(true);
            Item::Table(family)
        });
        if let Some(family) = family.as_table_mut() {
            family.insert(name, severity(*level).into());
        }
    }
    section
}

fn restricted(restricted: &Restricted) -> InlineTable {
    let fields = [("package", &restricted.package), ("because", &restricted.because)];
    let instead = restricted.instead.as_ref().map(|instead| ("instead", instead));
    InlineTable::from_iter(fields.into_iter().chain(instead).map(|(key, text)| (key, text.as_str())))
}

fn growth(growth: Growth, spelling: Spelling) -> InlineTable {
    let mut table = InlineTable::from_iter([("percent", i64::from(growth.percent))]);
    if growth.at_least != Bytes::ZERO || spelling == Spelling::All {
        table.insert("at_least_bytes", integer(growth.at_least).into());
    }
    if growth.severity != Some(Severity::Warning) || spelling == Spelling::All {
        table.insert("severity", severity(growth.severity).into());
    }
    table
}

fn ignore(ignore: &Ignore) -> InlineTable {
    let mut table = InlineTable::from_iter([("finding", ignore.finding.as_str())]);
    if let Some(package) = &ignore.package {
        table.insert("package", package.as_str().into());
    }
    table.insert("because", ignore.because.as_str().into());
    if let Some(until) = &ignore.until {
        table.insert("until", until.as_str().into());
    }
    table
}

fn severity(severity: Option<Severity>) -> &'static str {
    match severity {
        Some(Severity::Error) => "error",
        Some(Severity::Warning) => "warning",
        Some(Severity::Note) => "note",
        None => "off",
    }
}

/// TOML's integers have 63 bits; no size that a plan may name needs more.
fn integer(bytes: Bytes) -> i64 {
    i64::try_from(bytes.0).unwrap_or(i64::MAX)
}

/// An array on one line if it fits there, else an element a line.
pub(super) fn laid_out(key: &str, mut array: Array) -> Array {
    array.fmt();
    if key.len() + array.to_string().len() + 3 > WIDEST {
        for element in array.iter_mut() {
            element.decor_mut().set_prefix("\n    ");
        }
        array.set_trailing("\n");
        array.set_trailing_comma(true);
    }
    array
}
