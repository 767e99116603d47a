//! The buckets: each with its budget on its title line and its packages below.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};

use super::super::layout::Layout;
use super::super::text::{cut, ends, span, width};
use super::super::theme::{Role, Theme};
use super::bucket_look;
use crate::model::bucket::{Bucket, LayerName};
use crate::model::budget::{Budget, Budgets};
use crate::model::limits::LIMITS;
use crate::model::package::PackageKey;
use crate::model::plan::Upload;
use crate::session::{Destination, Focus, Preview, Shelf, Workspace};

pub(super) fn render(frame: &mut Frame<'_>, layout: &Layout, workspace: &Workspace, budgets: &Budgets, theme: &Theme) {
    let border = border_style(workspace, theme);
    let shelves = &workspace.buckets.shelves;
    for (index, (shelf, &area)) in shelves.iter().zip(&layout.shelves).enumerate() {
        render_sides(frame, area, border, theme);
        let title = Rect { height: area.height.min(1), ..area };
        frame.render_widget(title_line(workspace, budgets, index, usize::from(area.width), border, theme), title);
        render_rows(frame, layout.shelf_rows(index), workspace, shelf, theme);
    }
    let bottom = layout.buckets.rows().next_back().unwrap_or_default();
    let set = theme.signs.border;
    let across = set.horizontal_bottom.repeat(usize::from(bottom.width.saturating_sub(2)));
    frame.render_widget(span(format!("{}{across}{}", set.bottom_left, set.bottom_right), border), bottom);
}

fn border_style(workspace: &Workspace, theme: &Theme) -> Style {
    let has_focus = workspace.focus == Focus::Buckets || workspace.drag.is_some();
    theme.style(if has_focus { Role::Focused } else { Role::Border })
}

fn render_sides(frame: &mut Frame<'_>, area: Rect, border: Style, theme: &Theme) {
    let set = theme.signs.border;
    for row in area.rows() {
        let right = Rect { x: row.right().saturating_sub(1), width: 1, ..row };
        frame.render_widget(span(set.vertical_left, border), Rect { width: 1, ..row });
        frame.render_widget(span(set.vertical_right, border), right);
    }
}

/// How the shelf looks while something is carried over it.
fn hover_style(workspace: &Workspace, shelf: &Shelf, theme: &Theme) -> Option<Style> {
    let drag = workspace.drag.as_ref()?;
    (drag.over.as_ref() == Some(&shelf.destination)).then(|| match drag.preview {
        Some(Preview::Refused(_)) => theme.style(Role::Refused),
        _ => theme.style(Role::Lit),
    })
}

fn title_line(
    workspace: &Workspace,
    budgets: &Budgets,
    index: usize,
    cells: usize,
    border: Style,
    theme: &Theme,
) -> Line<'static> {
    let shelf = &workspace.buckets.shelves[index];
    let signs = theme.signs;
    let (corner_left, corner_right) = match index {
        0 => (signs.border.top_left, signs.border.top_right),
        _ => ("├", "┤"),
    };
    let corners = if signs.line == "-" { ("+", "+") } else { (corner_left, corner_right) };
    let cursor = &workspace.buckets.cursor;
    let has_cursor = workspace.focus == Focus::Buckets
        && workspace.drag.is_none()
        && cursor.destination == shelf.destination
        && cursor.package.is_none();
    let hover = hover_style(workspace, shelf, theme);
    let own = match &shelf.destination {
        Destination::Bucket(bucket) => bucket_look::ink(workspace, bucket, theme).add_modifier(Modifier::BOLD),
        Destination::NewLayer => theme.style(Role::Title),
    };
    let style = hover.unwrap_or(if has_cursor { theme.style(Role::Cursor) } else { own });
    let (name, numbers, number_style) = title_words(workspace, budgets, shelf, theme);
    let name = signs.text(&name);
    // The longest form of the numbers that leaves the name whole; a name that is too long for the shortest is cut.
    let fits = |numbers: &&String| width(&name) + width(numbers) + 7 <= cells;
    let numbers = numbers.iter().find(fits).or(numbers.last()).map(|numbers| signs.text(numbers)).unwrap_or_default();
    let name = cut(&name, cells.saturating_sub(width(&numbers) + 6), signs.more);
    let fill = cells.saturating_sub(width(&name) + width(&numbers) + 6);
    let numbers_style = hover.unwrap_or(number_style);
    let mut spans: Vec<Span<'static>> = vec![span(corners.0, border), span(format!(" {name} "), style)];
    spans.push(span(signs.line.repeat(fill), hover.unwrap_or(border)));
    spans.push(span(if numbers.is_empty() { signs.line.repeat(2) } else { format!(" {numbers} ") }, numbers_style));
    spans.push(span(corners.1, border));
    Line::from(spans)
}

/// A shelf's name, its numbers from their longest form to their shortest, and how they look.
fn title_words(workspace: &Workspace, budgets: &Budgets, shelf: &Shelf, theme: &Theme) -> (String, Vec<String>, Style) {
    let plan = workspace.plan();
    let Destination::Bucket(bucket) = &shelf.destination else {
        let used = plan.layers().len();
        let most = LIMITS.layers.count;
        let slots = match used < most {
            true => vec![format!("{used} of {most} slots"), format!("{used} of {most}")],
            false => {
                vec![format!("none of {most} slots is free"), "none is free".to_owned(), format!("{used} of {most}")]
            }
        };
        return ("+ new layer".to_owned(), slots, theme.style(Role::Dim));
    };
    let number = plan.buckets().iter().position(|other| other == bucket).unwrap_or_default() + 1;
    let name = match bucket {
        Bucket::Function => format!("{number} Function"),
        Bucket::Layer(name) => format!("{number} Layer {name}"),
        Bucket::Efs => format!("{number} EFS {}", plan.function.mount),
        Bucket::LeftOut => format!("{number} Left out"),
    };
    match budgets.of(bucket) {
        Some(budget) => (name, numbers(plan.function.upload, budget), theme.style(budget_role(budget))),
        None => (name, Vec::new(), theme.style(Role::Dim)),
    }
}

/// `352.9 MB · zip 101.3 MB by S3`, and shorter.
fn numbers(upload: Upload, budget: &Budget) -> Vec<String> {
    let unzipped = budget.unzipped.to_string();
    let Some(zip) = budget.zip.filter(|_| budget.packages > 0) else { return vec![unzipped] };
    let with_zip = format!("{unzipped} · zip {zip}");
    let way = match (LIMITS.direct_upload.is_reached_by(zip.bytes), upload) {
        (false, _) => return vec![with_zip, unzipped],
        (true, Upload::S3) => "by S3",
        (true, Upload::Direct) => "over 50 MB",
    };
    vec![format!("{with_zip} {way}"), with_zip, unzipped]
}

fn budget_role(budget: &Budget) -> Role {
    let is_too_much = budget.bucket.is_joint() && LIMITS.layer.is_reached_by(budget.unzipped.bytes);
    if is_too_much { Role::Error } else { Role::Text }
}

fn render_rows(frame: &mut Frame<'_>, area: Rect, workspace: &Workspace, shelf: &Shelf, theme: &Theme) {
    let height = usize::from(area.height);
    if shelf.packages.is_empty() {
        let words = empty_words(workspace, shelf);
        let fits = |words: &&String| width(words) <= usize::from(area.width);
        let words = words.iter().find(fits).or(words.last()).cloned().unwrap_or_default();
        let words = cut(&theme.signs.text(&words), usize::from(area.width), theme.signs.more);
        frame.render_widget(span(words, theme.style(Role::Dim)), area);
        return;
    }
    let hidden = shelf.packages.len().saturating_sub(shelf.offset + height);
    for (place, (key, row)) in shelf.packages.iter().skip(shelf.offset).zip(area.rows()).enumerate() {
        let is_last = place + 1 == height;
        let line = package_line(
            workspace,
            shelf,
            key,
            usize::from(row.width),
            hidden.min(usize::from(is_last) * hidden),
            theme,
        );
        frame.render_widget(line, row);
    }
}

/// What an empty bucket says of itself, in words that get shorter.
fn empty_words(workspace: &Workspace, shelf: &Shelf) -> Vec<String> {
    let foreign = |name: &LayerName| workspace.plan().layer(name).and_then(|layer| layer.foreign().cloned());
    let said = |words: &[&str]| words.iter().map(|words| format!("  {words}")).collect();
    match &shelf.destination {
        Destination::Bucket(Bucket::Layer(name)) => match foreign(name) {
            Some(layer) if layer.provides.is_empty() => vec![format!("  {}", layer.arn)],
            Some(layer) => vec![format!("  holds {}", layer.provides.join(", "))],
            None => said(&["empty: drop packages here", "drop here"]),
        },
        Destination::Bucket(Bucket::Efs) => said(&[
            "drop here what fits nowhere else: needs a VPC, starts slower",
            "drop what fits nowhere",
            "drop here",
        ]),
        Destination::Bucket(Bucket::LeftOut) => {
            said(&["drop here what is not needed at run time", "drop what is not needed", "drop here"])
        }
        _ => said(&["empty: drop packages here", "drop here"]),
    }
}

fn package_line(
    workspace: &Workspace,
    shelf: &Shelf,
    key: &PackageKey,
    cells: usize,
    hidden: usize,
    theme: &Theme,
) -> Line<'static> {
    let package = workspace.bundle.find(key);
    let name = workspace.titles(std::slice::from_ref(key));
    let size = match package {
        Some(index) => workspace.assessment.cargo.load(index).unzipped.to_string(),
        None => "not in this build".to_owned(),
    };
    let size = if hidden > 0 { format!("{size}  +{hidden} more") } else { size };
    let is_carried = workspace.drag.as_ref().is_some_and(|drag| drag.packages.contains(key));
    let is_marked = workspace.tree.marks.contains(key);
    let role = match (is_carried, is_marked, package) {
        (true, _, _) => Role::Carried,
        (_, true, _) => Role::Mark,
        (_, _, None) => Role::Dim,
        _ => Role::Text,
    };
    let style = theme.style(role);
    let sign = if is_marked { theme.signs.mark } else { " " };
    let cursor = &workspace.buckets.cursor;
    let is_here = workspace.focus == Focus::Buckets
        && workspace.drag.is_none()
        && cursor.destination == shelf.destination
        && cursor.package.as_ref() == Some(key);
    let line = ends(vec![span(format!("{sign} {name}"), style)], vec![span(size, style)], cells, theme.signs.more);
    if is_here { line.style(theme.style(Role::Cursor)) } else { line }
}
