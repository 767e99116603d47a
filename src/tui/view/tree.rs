//! The tree of packages, with the line at which 250 MB is reached.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;

use super::super::layout::Layout;
use super::super::text::{left, right, span, width};
use super::super::theme::{Role, Theme};
use crate::model::bytes::Bytes;
use crate::model::entry::EntryKind;
use crate::model::limits::LIMITS;
use crate::model::package::PackageIndex;
use crate::session::{Focus, Measure, Row, RowKind, Workspace};

/// The widths of the columns behind the name.
struct Columns {
    name: usize,
    size: usize,
    share: usize,
    zipped: usize,
    bucket: usize,
}

impl Columns {
    fn new(cells: usize, has_zipped: bool) -> Columns {
        let (size, share) = (10, 6);
        let bucket = if cells >= 70 { 16 } else { 8 };
        let zipped = if has_zipped && cells >= 58 { 10 } else { 0 };
        Columns { name: cells.saturating_sub(size + share + zipped + bucket + 2), size, share, zipped, bucket }
    }
}

pub(super) fn render(frame: &mut Frame<'_>, layout: &Layout, workspace: &Workspace, theme: &Theme) {
    let rows = layout.tree_rows();
    let columns = Columns::new(usize::from(rows.width), workspace.assessment.cargo.zipped().is_some());
    let has_focus = workspace.focus == Focus::Tree && workspace.drag.is_none();
    let border = theme.style(if has_focus { Role::Focused } else { Role::Border });
    let block = Block::bordered().border_set(theme.signs.border).border_style(border);
    frame.render_widget(block, layout.tree);
    render_titles(frame, layout.tree, workspace, &columns, theme);
    let tree = &workspace.tree;
    for (number, area) in (tree.offset..tree.rows.len()).zip(rows.rows()) {
        let line = match tree.rows[number].kind {
            RowKind::Limit => limit_line(usize::from(area.width), theme),
            _ => row_line(workspace, number, &columns, theme),
        };
        frame.render_widget(line, area);
    }
    if tree.rows.is_empty() {
        let words = if tree.filter.is_empty() { "nothing in it" } else { "nothing matches; Esc shows all" };
        frame.render_widget(span(words, theme.style(Role::Dim)), rows);
    }
}

/// The top border carries the names of the columns.
fn render_titles(frame: &mut Frame<'_>, area: Rect, workspace: &Workspace, columns: &Columns, theme: &Theme) {
    let tree = &workspace.tree;
    let order = if tree.reversed { format!("{}, reversed", tree.order.words()) } else { tree.order.words().to_owned() };
    let name = match (tree.filter.is_empty(), tree.marks.len()) {
        (false, 0) => format!(" Packages /{} ", tree.filter),
        (false, marks) => format!(" /{}, {marks} marked ", tree.filter),
        (true, 0) => format!(" Packages by {order} "),
        (true, marks) => format!(" Packages, {marks} marked "),
    };
    let across = |text: &str, cells: usize, at_right: bool| {
        let text = super::text::cut(text, cells, theme.signs.more);
        let fill = theme.signs.line.repeat(cells.saturating_sub(width(&text)));
        if at_right { format!("{fill}{text}") } else { format!("{text}{fill}") }
    };
    let mut words = across(&name, columns.name, false);
    words.push_str(&across(&format!(" {}", tree.scope.column()), columns.size, true));
    words.push_str(&across(" share", columns.share, true));
    words.push_str(&across(" zipped", columns.zipped, true));
    words.push_str(&across(" in ", columns.bucket + 2, false).replacen(
        " in ",
        &format!("{} in ", theme.signs.line),
        1,
    ));
    let titles = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    let cells = usize::from(titles.width);
    frame.render_widget(span(super::text::cut(&words, cells, ""), theme.style(Role::Border)), titles);
    let name = super::text::cut(&name, columns.name, theme.signs.more);
    frame.render_widget(
        span(name, theme.style(Role::Title)),
        Rect { width: titles.width.min(columns.name as u16), ..titles },
    );
}

fn limit_line(cells: usize, theme: &Theme) -> Line<'static> {
    let words = format!(" {} is reached here ", LIMITS.unzipped.bytes.to_string().replace(".0", ""));
    let fill = cells.saturating_sub(width(&words));
    let before = theme.signs.line.repeat(fill / 2);
    let after = theme.signs.line.repeat(fill - fill / 2);
    Line::from(span(format!("{before}{words}{after}"), theme.style(Role::Limit)))
}

fn row_line(workspace: &Workspace, number: usize, columns: &Columns, theme: &Theme) -> Line<'static> {
    let row = &workspace.tree.rows[number];
    let (index, is_package) = match row.kind {
        RowKind::Package(index) => (index, true),
        RowKind::Entry(index, _) => (index, false),
        RowKind::Limit => return Line::default(),
    };
    let package = workspace.bundle.package(index);
    let is_marked = is_package && workspace.tree.marks.contains(&package.key);
    let is_carried = workspace.drag.as_ref().is_some_and(|drag| drag.packages.contains(&package.key));
    let base = base_style(row, is_marked, is_carried, theme);
    let more = theme.signs.more;
    let mut spans: Vec<Span<'static>> =
        vec![span(left(&name(workspace, row, is_marked, theme), columns.name, more), base)];
    let quiet = if is_package { base } else { theme.style(Role::Dim) };
    spans.push(span(right(&theme.signs.text(&row.weight.to_string()), columns.size, more), quiet));
    spans.push(span(right(&share(workspace, row), columns.share, more), quiet));
    if columns.zipped > 0 {
        let zipped = row.zipped.map_or_else(|| "not known".to_owned(), |zipped| theme.signs.text(&zipped.to_string()));
        spans.push(span(right(&zipped, columns.zipped, more), quiet));
    }
    let bucket = if is_package { workspace.plan().bucket_of(&package.key).to_string() } else { String::new() };
    spans.push(span(format!("  {}", left(&bucket, columns.bucket, more)), quiet));
    Line::from(spans).style(cursor_style(workspace, number, theme))
}

fn base_style(row: &Row, is_marked: bool, is_carried: bool, theme: &Theme) -> Style {
    let role = match (&row.kind, row.open) {
        _ if is_carried => Role::Carried,
        _ if is_marked => Role::Mark,
        (RowKind::Entry(..), Some(_)) => Role::Folder,
        _ => Role::Text,
    };
    theme.style(role)
}

/// The cursor stands out in the pane that has the keys and can still be seen in the other.
fn cursor_style(workspace: &Workspace, number: usize, theme: &Theme) -> Style {
    let is_here = number == workspace.tree.cursor;
    match (is_here, workspace.focus == Focus::Tree && workspace.drag.is_none()) {
        (true, true) => theme.style(Role::Cursor),
        (true, false) => theme.style(Role::Resting),
        (false, _) => Style::new(),
    }
}

fn name(workspace: &Workspace, row: &Row, is_marked: bool, theme: &Theme) -> String {
    let signs = theme.signs;
    let fold = match (row.open, is_marked) {
        (_, true) => signs.mark,
        (Some(true), _) => signs.open,
        (Some(false), _) => signs.closed,
        (None, _) => " ",
    };
    format!("{}{fold} {}", "  ".repeat(row.depth.min(12)), label(workspace, row))
}

fn label(workspace: &Workspace, row: &Row) -> String {
    let bundle = &workspace.bundle;
    match row.kind {
        RowKind::Package(index) => title(workspace, index),
        RowKind::Entry(index, entry) => {
            let listing = &bundle.listing;
            let name = crate::model::escape::printable(listing.name(entry));
            let is_top = bundle.package(index).tops.contains(&entry);
            let name = if is_top { listing.shown_path(entry) } else { name };
            match listing.kind(entry) {
                EntryKind::Directory => format!("{name}/"),
                EntryKind::Link => format!("{name} (link)"),
                EntryKind::Special => format!("{name} (cannot be packed)"),
                EntryKind::File => name,
            }
        }
        RowKind::Limit => String::new(),
    }
}

fn title(workspace: &Workspace, index: PackageIndex) -> String {
    workspace.bundle.package(index).title()
}

fn share(workspace: &Workspace, row: &Row) -> String {
    let (part, whole) = match workspace.tree.measure {
        Measure::Unzipped => (row.weight.bytes, workspace.assessment.budgets.everything()),
        Measure::Zipped => (row.zipped.unwrap_or_default().bytes, zipped_total(workspace)),
    };
    format!("{:.0}%", part.percent_of(whole))
}

fn zipped_total(workspace: &Workspace) -> Bytes {
    workspace.assessment.budgets.buckets.iter().map(|budget| budget.load.zipped).sum()
}
