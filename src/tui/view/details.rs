//! Everything about one package.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use super::super::keymap::{Context, Keymap};
use super::super::text::{left, right, span, wrap};
use super::super::theme::{Role, Theme};
use super::{popup, relations};
use crate::model::bytes::{Bytes, counted, group_digits};
use crate::model::compiled;
use crate::model::facts::{Claim, Distribution};
use crate::model::inside::{Inside, Named};
use crate::model::package::{Package, PackageIndex, PackageKey};
use crate::model::plan::{Placement, Reason};
use crate::session::{Action, Workspace};

/// How many parts of one file the sheet names.
const MOST_PARTS: usize = 200;

pub(super) fn render(
    frame: &mut Frame<'_>,
    area: Rect,
    workspace: &Workspace,
    key: &PackageKey,
    scroll: usize,
    keymap: &Keymap,
    theme: &Theme,
) {
    let foot = popup::foot(keymap, Context::Reading, &[(Action::Down, "scrolls"), (Action::Escape, "closes")]);
    let popup = popup::open(frame, area, &workspace.titles(std::slice::from_ref(key)), &foot, theme);
    let mut sheet = Sheet { lines: Vec::new(), cells: usize::from(popup.width), theme };
    sheet.field("key", key.as_str());
    sheet.field("in", &place(workspace, key));
    match workspace.bundle.find(key) {
        Some(index) => describe(&mut sheet, workspace, index),
        None => sheet.field("", "not in this build; the plan keeps it"),
    }
    popup::scrolled(frame, popup, sheet.lines, scroll);
}

/// Lines of label and text.
pub(super) struct Sheet<'a> {
    lines: Vec<Line<'static>>,
    cells: usize,
    theme: &'a Theme,
}

impl Sheet<'_> {
    pub(super) fn field(&mut self, label: &str, text: &str) {
        for (number, line) in wrap(&self.theme.signs.text(text), self.cells.saturating_sub(18)).into_iter().enumerate()
        {
            let label = if number == 0 { label } else { "" };
            let label = span(left(label, 18, self.theme.signs.more), self.theme.style(Role::Dim));
            self.lines.push(Line::from(vec![label, span(line, self.theme.style(Role::Text))]));
        }
    }

    /// Columns are kept as they are, not wrapped.
    fn row(&mut self, label: &str, text: String) {
        let label = span(left(label, 18, self.theme.signs.more), self.theme.style(Role::Dim));
        self.lines.push(Line::from(vec![label, span(text, self.theme.style(Role::Text))]));
    }

    pub(super) fn gap(&mut self) {
        self.lines.push(Line::default());
    }
}

fn place(workspace: &Workspace, key: &PackageKey) -> String {
    let bucket = workspace.plan().bucket_of(key);
    match workspace.plan().placements().get(key) {
        Some(Placement::LeftOut(Reason::ProvidedBy(who))) => format!("{bucket}: {who} provides it"),
        Some(Placement::LeftOut(Reason::Because(why))) => format!("{bucket}: {why}"),
        _ => bucket.to_string(),
    }
}

fn describe(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    let bundle = &workspace.bundle;
    let package = bundle.package(index);
    let whole = package.load();
    let kept = workspace.assessment.cargo.load(index);
    sheet.field("unzipped", &whole.unzipped.with_exact());
    if kept != whole {
        sheet.field("slimmed to", &kept.unzipped.with_exact());
    }
    let zipped =
        if workspace.assessment.cargo.zipped().is_some() { kept.zipped.with_exact() } else { "not known".to_owned() };
    sheet.field("zipped", &zipped);
    sheet.field("files", &group_digits(whole.files));
    relations::describe(sheet, workspace, index);
    if workspace.plan().holds_handler(&package.key) {
        sheet.field("", "holds the handler, so it stays in the function");
    }
    if let Some(because) = bundle.bound_because(index) {
        let others: Vec<&str> = bundle
            .unit(index)
            .into_iter()
            .filter(|&other| other != index)
            .map(|other| bundle.package(other).key.shown())
            .collect();
        sheet.field("moves with", &format!("{}: they {because}", others.join(", ")));
    }
    if let Some(distribution) = bundle.distribution(package) {
        sheet.gap();
        describe_distribution(sheet, distribution);
    }
    sheet.gap();
    describe_classes(sheet, package);
    describe_bytecode(sheet, workspace, index);
    describe_inside(sheet, workspace, index);
    sheet.gap();
    for &top in package.tops.iter().take(200) {
        sheet.field("at", &bundle.listing.shown_path(top));
    }
}

fn describe_distribution(sheet: &mut Sheet<'_>, distribution: &Distribution) {
    let installer = distribution.installer.as_deref().unwrap_or("not known");
    sheet.field("installed by", installer);
    sheet.field("asked for", if distribution.requested { "yes, by name" } else { "not recorded" });
    sheet.field(
        "files known by",
        match distribution.claim {
            Claim::Record => "RECORD",
            Claim::FileList => "the egg's list of files",
            Claim::TopLevel => "top_level.txt",
            Claim::Name => "its name only",
        },
    );
    if let Some(python) = &distribution.requires_python {
        sheet.field("needs Python", python);
    }
    for (number, tag) in distribution.tags.iter().take(8).enumerate() {
        sheet.field(if number == 0 { "built for" } else { "" }, tag);
    }
    let needs = distribution.requires.iter().filter(|requirement| !requirement.contains("extra ==")).take(100);
    for (number, requirement) in needs.enumerate() {
        sheet.field(if number == 0 { "needs" } else { "" }, requirement);
    }
}

/// What the bytecode is worth, where it is not all valid.
fn describe_bytecode(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    let worth = compiled::of_packages(&workspace.bundle, &workspace.target)[index.0 as usize];
    let told =
        [("valid", worth.valid), ("stale", worth.stale), ("foreign", worth.foreign), ("not known", worth.not_known)];
    let told: Vec<String> =
        told.iter().filter(|(_, bytes)| *bytes > Bytes::ZERO).map(|(what, bytes)| format!("{bytes} {what}")).collect();
    if !told.is_empty() {
        sheet.field("bytecode is", &told.join(", "));
    }
}

/// What a bundled file or a fat jar of the package was made of; it stays one file.
fn describe_inside(sheet: &mut Sheet<'_>, workspace: &Workspace, index: PackageIndex) {
    let bundle = &workspace.bundle;
    for (entry, inside) in bundle.insides().filter(|(entry, _)| bundle.owner(*entry) == Some(index)) {
        let (path, length) = (bundle.listing.shown_path(entry), bundle.listing.length(entry));
        sheet.gap();
        let Inside::Told(told) = inside else {
            sheet.field("inside", &format!("{path}: nothing beside it tells what it was made of"));
            continue;
        };
        sheet.field("inside", &format!("{path}, as {} tells; it moves as one file", told.told_by.words()));
        for part in told.parts.iter().take(MOST_PARTS) {
            let size = right(&part.bytes.to_string(), 9, "");
            sheet.row("", format!("{size}  {:3.0}%  {}", part.bytes.percent_of(length), part.whose.title()));
        }
        let more = told.parts.get(MOST_PARTS..).unwrap_or_default();
        if !more.is_empty() {
            let bytes: Bytes = more.iter().map(|part| part.bytes).sum();
            sheet.row("", format!("{}        {} more", right(&bytes.to_string(), 9, ""), more.len()));
        }
        let mingled: Vec<String> = told.mingled.iter().take(MOST_PARTS).map(Named::title).collect();
        if !mingled.is_empty() {
            sheet.field("mingled in it", &mingled.join(", "));
        }
    }
}

fn describe_classes(sheet: &mut Sheet<'_>, package: &Package) {
    let whole = package.load().unzipped;
    for (class, load) in package.classes.iter().filter(|(_, load)| load.files > 0) {
        let size = right(&load.unzipped.to_string(), 9, "");
        let share = load.unzipped.percent_of(whole);
        sheet.row(class.name(), format!("{size}  {share:3.0}%  {}", counted(load.files, "file")));
    }
}
