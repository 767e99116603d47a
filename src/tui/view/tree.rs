//! The left pane: its frame with the heads of the columns and the names of the views, and the rows of those views that
//! have rows. The treemap draws its tiles into the same frame.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Block;

use super::super::keymap::{Context, Keymap};
use super::super::layout::Layout;
use super::super::text::{cut, left, right, span, width};
use super::super::theme::{Role, Theme};
use super::{bucket_look, label, treemap};
use crate::model::bytes::{Bytes, group_digits};
use crate::model::limits::LIMITS;
use crate::session::{Action, Focus, Measure, Order, Row, RowKind, Tree, View, Workspace};

/// The widths of the columns behind the name; what is 0 wide is not shown.
struct Columns {
    name: usize,
    bar: usize,
    files: usize,
    size: usize,
    share: usize,
    zipped: usize,
    place: usize,
    /// The largest row, which has the whole bar.
    largest: Bytes,
}

impl Columns {
    /// What is least needed goes first where there is little room.
    fn new(cells: usize, view: View, has_zipped: bool) -> Columns {
        let is_why = view == View::Why;
        let size = if cells >= 32 { 10 } else { 9 };
        let share = if cells >= if is_why { 84 } else { 40 } { 6 } else { 0 };
        let zipped = if (has_zipped || is_why) && cells >= if is_why { 84 } else { 56 } { 11 } else { 0 };
        let place = match (view, cells) {
            (View::Folders, 76..) => 26,
            (View::Why, ..76) | (_, ..44) => 4,
            (_, 76..) => 18,
            _ => 12,
        };
        let files = if cells >= 104 { 9 } else { 0 };
        let left_over = cells.saturating_sub(size + share + zipped + place + files);
        let name = left_over.min(34 + left_over / 6);
        let bar = if is_why || left_over < 50 { 0 } else { left_over - name };
        Columns { name: left_over - bar, bar, files, size, share, zipped, place, largest: Bytes::ZERO }
    }
}

pub(super) fn render(frame: &mut Frame<'_>, layout: &Layout, workspace: &Workspace, keymap: &Keymap, theme: &Theme) {
    let has_focus = workspace.focus == Focus::Tree && workspace.drag.is_none();
    let border = theme.style(if has_focus { Role::Focused } else { Role::Border });
    let block = Block::bordered().border_set(theme.signs.border).border_style(border);
    frame.render_widget(block, layout.tree);
    render_tabs(frame, layout, workspace.tree.view, keymap, theme);
    match workspace.tree.view {
        View::Treemap => {
            treemap::render_title(frame, layout.tree, workspace, theme);
            treemap::render(frame, layout, workspace, theme);
        }
        _ => render_rows(frame, layout, workspace, theme),
    }
    if workspace.tree.rows.is_empty() {
        let words = match (workspace.tree.filter.is_empty(), workspace.tree.map.zoom.is_empty()) {
            _ if workspace.awaits_rows() => {
                let entries = group_digits(workspace.bundle.listing.len() as u64 - 1);
                format!("putting {entries} entries in order {}", theme.signs.more)
            }
            (false, _) => format!("nothing matches; {} shows all", keymap.called(Context::Panes, Action::Escape)),
            (true, true) => "this bundle holds no files".to_owned(),
            (true, false) => {
                format!("nothing in it; {} looks from further away", keymap.called(Context::Panes, Action::Escape))
            }
        };
        frame.render_widget(span(words, theme.style(Role::Dim)), layout.tree_rows());
    }
}

fn render_rows(frame: &mut Frame<'_>, layout: &Layout, workspace: &Workspace, theme: &Theme) {
    let rows = layout.tree_rows();
    let tree = &workspace.tree;
    let mut columns = Columns::new(usize::from(rows.width), tree.view, workspace.assessment.cargo.zipped().is_some());
    columns.largest = tree.rows.largest();
    render_heads(frame, layout.tree, workspace, &columns, theme);
    for (number, area) in (tree.offset..tree.rows.len()).zip(rows.rows()) {
        let line = match tree.rows[number].kind {
            RowKind::Limit => limit_line(usize::from(area.width), theme),
            _ => row_line(workspace, number, &columns, theme),
        };
        frame.render_widget(line, area);
    }
}

/// The lower border names the views; the one that is shown stands out.
fn render_tabs(frame: &mut Frame<'_>, layout: &Layout, shown: View, keymap: &Keymap, theme: &Theme) {
    let tabs = layout.tabs();
    for (view, area) in &tabs {
        let style = theme.style(if *view == shown { Role::Tab } else { Role::Dim });
        frame.render_widget(span(format!(" {} ", view.title()), style), *area);
    }
    let key = keymap.key_of(Context::Panes, Action::NextView);
    if let (Some((_, last)), Some(key)) = (tabs.last(), key) {
        let words = format!(" {key} turns ");
        let hint = Rect { x: last.right() + 1, width: width(&words) as u16, ..*last };
        if hint.right() < layout.tree.right() {
            frame.render_widget(span(words, theme.style(Role::Dim)), hint);
        }
    }
}

/// The upper border carries the name of the pane and the heads of the columns.
fn render_heads(frame: &mut Frame<'_>, area: Rect, workspace: &Workspace, columns: &Columns, theme: &Theme) {
    let tree = &workspace.tree;
    let line = theme.signs.line;
    let across = |text: &str, cells: usize| {
        let text = cut(text, cells, "");
        format!("{}{text}", line.repeat(cells.saturating_sub(width(&text))))
    };
    let cells = columns.name.saturating_sub(1);
    let name = pane_title(tree, if workspace.awaits_rows() { theme.signs.more } else { "" }, cells);
    let name = cut(&name, cells, theme.signs.more);
    let (size, beside, place) = match tree.view {
        View::Why => (" would go", " own", "in"),
        View::Folders => (" unzipped", " zipped", "whose"),
        _ => (" unzipped", " zipped", "in"),
    };
    let size = match tree.view {
        _ if shows_zipped_alone(tree, columns) => beside.to_owned(),
        View::Packages => format!(" {}", tree.scope.column()),
        _ => size.to_owned(),
    };
    let mut heads = line.repeat((columns.name + columns.bar).saturating_sub(width(&name)));
    heads.push_str(&across(" files", columns.files));
    heads.push_str(&across(&size, columns.size));
    heads.push_str(&across(" share", columns.share));
    heads.push_str(&across(beside, columns.zipped));
    if columns.place > width(place) {
        let place = format!("{line} {place} ");
        heads.push_str(&place);
        heads.push_str(&line.repeat(columns.place.saturating_sub(width(&place))));
    }
    let titles = Rect { x: area.x + 1, width: area.width.saturating_sub(2), height: 1, ..area };
    let spans = vec![span(name, theme.style(Role::Title)), span(heads, theme.style(Role::Dim))];
    frame.render_widget(Line::from(spans), titles);
}

/// The longest title of the pane that fits; what it loses first is what can be seen anyway. A sign behind it tells that
/// the rows it speaks of are on their way.
fn pane_title(tree: &Tree, on_its_way: &str, cells: usize) -> String {
    let name = match tree.view {
        View::Packages => "Packages",
        View::Folders => "Folders",
        View::Why => "Why it is here",
        View::Treemap => "Map",
    };
    let order = if tree.reversed { format!("{}, reversed", tree.order.words()) } else { tree.order.words().to_owned() };
    let filter = &tree.filter;
    let titles = match (filter.is_empty(), tree.marks.len()) {
        (false, 0) => [format!(" {name} /{filter} "), format!(" /{filter} ")],
        (false, marks) => [format!(" /{filter}, {marks} marked "), format!(" {marks} marked ")],
        (true, 0) if tree.view == View::Why => [format!(" {name} "), format!(" {name} ")],
        (true, 0) if tree.reversed => [format!(" {name} by {order} "), format!(" {order} ")],
        (true, 0) if tree.order == Order::Size && measure(tree) == Measure::Zipped => {
            [format!(" {name} by zipped size "), format!(" {name} ")]
        }
        // That rows stand by size is seen.
        (true, 0) if tree.order == Order::Size => [format!(" {name} by {order} "), format!(" {name} ")],
        (true, 0) => [format!(" {name} by {order} "), format!(" by {order} ")],
        (true, marks) => [format!(" {name}, {marks} marked "), format!(" {marks} marked ")],
    };
    let [long, short] = titles.map(|title| if on_its_way.is_empty() { title } else { format!("{title}{on_its_way} ") });
    if width(&long) <= cells { long } else { short }
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
    let look = label::Look::of(workspace, row);
    let base = theme.style(look.role(row));
    let more = theme.signs.more;
    let mut spans: Vec<Span<'static>> = name_spans(workspace, row, &look, columns.name, base, theme);
    let quiet = if look.is_package { base } else { theme.style(Role::Dim) };
    spans.push(span(bar(row, columns, theme), theme.style(Role::Border)));
    spans.push(span(right(&group_digits(row.files), columns.files, ""), theme.style(Role::Dim)));
    let size = match shows_zipped_alone(&workspace.tree, columns) {
        true => beside(workspace, row, theme),
        false => theme.signs.text(&row.weight.to_string()),
    };
    spans.push(span(right(&size, columns.size, more), quiet));
    spans.push(span(right(&share(workspace, row), columns.share, ""), theme.style(Role::Dim)));
    spans.push(span(right(&beside(workspace, row, theme), columns.zipped, ""), theme.style(Role::Dim)));
    spans.extend(place_spans(workspace, row, columns.place, theme));
    match cursor_style(workspace, number, theme) {
        // What is quiet elsewhere could not be read on the colour of the cursor.
        Some(style) => Line::from(spans.into_iter().map(|it| span(it.content, style)).collect::<Vec<_>>()),
        None => Line::from(spans),
    }
}

/// Indentation, the sign of folding or of the mark, the name, and in the view by reason why it is here.
fn name_spans(
    workspace: &Workspace,
    row: &Row,
    look: &label::Look,
    cells: usize,
    style: Style,
    theme: &Theme,
) -> Vec<Span<'static>> {
    let signs = theme.signs;
    let fold = match (row.open, look.is_marked) {
        (_, true) => signs.mark,
        (Some(true), _) => signs.open,
        (Some(false), _) => signs.closed,
        (None, _) => " ",
    };
    let start = format!("{}{fold} ", "  ".repeat(row.depth.min(12)));
    let room = cells.saturating_sub(width(&start) + 1);
    let name = label::fitted(workspace, row, room, signs.more);
    let because = if workspace.tree.view == View::Why { label::because(workspace, row) } else { String::new() };
    let left_over = room.saturating_sub(width(&name) + 2);
    let mut spans = vec![span(format!("{start}{name}"), style)];
    if left_over >= 8 && !because.is_empty() {
        let because = cut(&signs.text(&because), left_over, signs.more);
        spans.push(span(format!("  {because}"), theme.style(Role::Dim)));
    }
    let used: usize = spans.iter().map(Span::width).sum();
    spans.push(Span::raw(" ".repeat(cells.saturating_sub(used))));
    spans
}

/// What stands between share and bucket: the zipped size; in the view by reason, what the package owns itself.
fn beside(workspace: &Workspace, row: &Row, theme: &Theme) -> String {
    match (workspace.tree.view, row.zipped) {
        // Nobody can tell which bytes of an archive are a part's.
        _ if matches!(row.kind, RowKind::Part(..)) => String::new(),
        (View::Why, _) => row.unzipped.to_string(),
        (_, Some(zipped)) => theme.signs.text(&zipped.to_string()),
        (_, None) => "not known".to_owned(),
    }
}

/// Whether the rows are measured zipped and there is no room for a second size beside that.
fn shows_zipped_alone(tree: &Tree, columns: &Columns) -> bool {
    columns.zipped == 0 && measure(tree) == Measure::Zipped
}

/// The bucket with its sign and colour; in the view by folder, whose the files are.
fn place_spans(workspace: &Workspace, row: &Row, cells: usize, theme: &Theme) -> Vec<Span<'static>> {
    let is_by_folder = workspace.tree.view == View::Folders;
    let (index, words) = match row.kind {
        RowKind::Package(index) => (Some(index), String::new()),
        RowKind::Entry(index, _) if is_by_folder => (Some(index), workspace.bundle.package(index).title()),
        RowKind::Part(..) => (None, "inside".to_owned()),
        RowKind::Entry(..) | RowKind::Limit => (None, String::new()),
        RowKind::Folder(_) => (None, "several".to_owned()),
    };
    let Some(index) = index else {
        return vec![span(left(&format!("    {words}"), cells, theme.signs.more), theme.style(Role::Dim))];
    };
    let bucket = workspace.plan().bucket_of(&workspace.bundle.package(index).key);
    let words = if is_by_folder { words } else { bucket_look::short(&bucket) };
    let sign = bucket_look::sign(workspace, &bucket);
    let room = cells.saturating_sub(4);
    let words = left(&words, room, theme.signs.more);
    let style = bucket_look::ink(workspace, &bucket, theme);
    vec![span(format!("  {sign} "), style), span(words, if is_by_folder { theme.style(Role::Dim) } else { style })]
}

/// The row's size as a bar.
fn bar(row: &Row, columns: &Columns, theme: &Theme) -> String {
    let part = row.weight.bytes.percent_of(columns.largest) / 100.0;
    let full = (part * columns.bar.saturating_sub(2) as f64).round() as usize;
    format!("{}{}", theme.signs.bar.repeat(full), " ".repeat(columns.bar.saturating_sub(full)))
}

/// The cursor stands out in the pane that has the keys and can still be seen in the other.
fn cursor_style(workspace: &Workspace, number: usize, theme: &Theme) -> Option<Style> {
    let is_here = number == workspace.tree.cursor;
    let has_focus = workspace.focus == Focus::Tree && workspace.drag.is_none();
    is_here.then(|| theme.style(if has_focus { Role::Cursor } else { Role::Resting }))
}

fn share(workspace: &Workspace, row: &Row) -> String {
    let (part, whole) = match measure(&workspace.tree) {
        Measure::Unzipped => (row.weight.bytes, workspace.assessment.budgets.everything()),
        Measure::Zipped => (row.zipped.unwrap_or_default().bytes, zipped_total(workspace)),
    };
    label::percent(part, whole)
}

/// What sizes and shares are of. What would go with a package is known unzipped alone.
fn measure(tree: &Tree) -> Measure {
    if tree.view == View::Why { Measure::Unzipped } else { tree.measure }
}

fn zipped_total(workspace: &Workspace) -> Bytes {
    workspace.assessment.budgets.buckets.iter().map(|budget| budget.load.zipped).sum()
}
