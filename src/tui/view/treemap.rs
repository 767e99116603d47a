//! The treemap: a tile for each package, file or folder, as large as its bytes, in the colour of its bucket and with
//! the bucket's sign. Where there are no colours, each tile has a frame.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;

use super::super::layout::Layout;
use super::super::text::{cut, ends, span, width};
use super::super::theme::{Role, Theme, Tint};
use super::{bucket_look, label};
use crate::model::bytes::{Amount, group_digits};
use crate::session::{Focus, Measure, RowKind, Tile, Tree, Workspace, Zoom};

/// How a tile looks.
struct Look {
    style: Style,
    is_here: bool,
}

pub(super) fn render(frame: &mut Frame<'_>, layout: &Layout, workspace: &Workspace, theme: &Theme) {
    let here = workspace.tree.map.tile_of(workspace.tree.cursor);
    for (place, tile) in workspace.tree.map.tiles.iter().enumerate() {
        let area = layout.tile(tile);
        let look = look(workspace, tile, here == Some(place), theme);
        fill(frame.buffer_mut(), area, &look, theme);
        write(frame, workspace, tile, area, &look, theme);
    }
}

/// What is looked into, and how much it is.
pub(super) fn render_title(frame: &mut Frame<'_>, area: Rect, workspace: &Workspace, theme: &Theme) {
    let tree = &workspace.tree;
    let mut path = vec!["Map".to_owned()];
    path.extend(tree.zoomed_into().map(|zoom| zoom_name(workspace, zoom)));
    if !tree.filter.is_empty() {
        path.push(format!("/{}", tree.filter));
    }
    if !tree.marks.is_empty() {
        path.push(format!("{} marked", tree.marks.len()));
    }
    let all = theme.signs.text(&total(tree).to_string());
    let measure = if tree.measure == Measure::Zipped { " zipped" } else { "" };
    let is_all = tree.zoomed_into().next().is_none() && tree.filter.is_empty();
    let of_what = if is_all { " in all buckets" } else { "" };
    let cells = usize::from(area.width).saturating_sub(2);
    let name = theme.signs.text(&path.join(" › "));
    let left = vec![span(format!(" {name} "), theme.style(Role::Title))];
    let right = vec![span(format!(" {all}{measure}{of_what} "), theme.style(Role::Dim))];
    let line = ends(left, right, cells, theme.signs.more);
    let [title, gap, sum] = &line.spans[..] else { return };
    let border = frame.buffer_mut()[(area.x + 1, area.y)].style();
    let gap = span(theme.signs.line.repeat(gap.width()), border);
    let line = Line::from(vec![title.clone(), gap, sum.clone()]);
    frame.render_widget(line, Rect { x: area.x + 1, width: cells as u16, height: 1, ..area });
}

fn zoom_name(workspace: &Workspace, zoom: &Zoom) -> String {
    match &zoom.within {
        _ if zoom.skip > 0 => "the small ones".to_owned(),
        Some(id) => match (id.entry, &id.package) {
            (Some(entry), _) => {
                format!("{}/", crate::model::escape::printable(workspace.bundle.listing.name(entry)))
            }
            (None, Some(key)) => key.shown().to_owned(),
            (None, None) => String::new(),
        },
        None => "all".to_owned(),
    }
}

fn look(workspace: &Workspace, tile: &Tile, is_here: bool, theme: &Theme) -> Look {
    let row = &workspace.tree.rows[tile.rows.start];
    let tint = match row.kind {
        RowKind::Package(index) | RowKind::Entry(index, _) | RowKind::Part(index, ..) if !tile.is_rest() => {
            bucket_look::tint(workspace, &workspace.plan().bucket_of(&workspace.bundle.package(index).key))
        }
        _ => Tint::Several,
    };
    let is_lit = is_here && workspace.focus == Focus::Tree && workspace.drag.is_none();
    let marks = label::Look::of(workspace, row);
    let style = match marks.role(row) {
        _ if is_lit => theme.lit_tile(tint),
        Role::Carried => theme.tile(tint).add_modifier(Modifier::ITALIC | Modifier::DIM),
        Role::Mark => theme.tile(tint).add_modifier(Modifier::BOLD),
        _ => theme.tile(tint),
    };
    Look { style, is_here }
}

/// Colours the cells of a tile and sets it off from its neighbours: by a thin edge at its right and below it, or by a
/// frame where there is no colour.
fn fill(buffer: &mut Buffer, area: Rect, look: &Look, theme: &Theme) {
    if theme.frames_tiles() {
        return match has_frame(area) {
            true => draw_frame(buffer, area, look, theme),
            false => buffer.set_style(area, look.style),
        };
    }
    let edge = look.style.patch(theme.edge());
    for (y, row) in area.rows().enumerate() {
        for (x, cell) in row.columns().enumerate() {
            let is_last = (x + 1 == usize::from(area.width), y + 1 == usize::from(area.height));
            let (sign, style) = match is_last {
                (_, true) if area.height > 1 => ("▁", edge),
                (true, _) if area.width > 2 => ("▕", edge),
                _ => (" ", look.style),
            };
            buffer[(cell.x, cell.y)].set_symbol(sign).set_style(style);
        }
    }
}

/// Whether a frame leaves room for a word.
fn has_frame(area: Rect) -> bool {
    area.height > 2 && area.width > 5
}

fn draw_frame(buffer: &mut Buffer, area: Rect, look: &Look, theme: &Theme) {
    let set = theme.signs.border;
    let (right, bottom) = (area.right().saturating_sub(1), area.bottom().saturating_sub(1));
    let style = if look.is_here { look.style } else { theme.style(Role::Border) };
    for cell in area.positions() {
        let sign = match (cell.x == area.x, cell.x == right, cell.y == area.y, cell.y == bottom) {
            (true, _, true, _) => set.top_left,
            (_, true, true, _) => set.top_right,
            (true, _, _, true) => set.bottom_left,
            (_, true, _, true) => set.bottom_right,
            (_, _, true, _) => set.horizontal_top,
            (_, _, _, true) => set.horizontal_bottom,
            (true, ..) => set.vertical_left,
            (_, true, ..) => set.vertical_right,
            _ => " ",
        };
        buffer[(cell.x, cell.y)].set_symbol(sign).set_style(if sign == " " { look.style } else { style });
    }
}

/// The lines of a tile, the most needed first, each fit for so many cells.
fn words(workspace: &Workspace, tile: &Tile, cells: usize, theme: &Theme) -> Vec<String> {
    let (part, whole) = (tile.amount, total(&workspace.tree));
    let share = label::percent(part.bytes, whole.bytes);
    vec![signed_name(workspace, tile.rows.start, cells, theme), theme.signs.text(&part.to_string()), share]
}

/// `+ 14 more` and what they come to; and which of them is selected.
fn rest_words(workspace: &Workspace, tile: &Tile, cells: usize, theme: &Theme) -> Vec<String> {
    let sum = theme.signs.text(&tile.amount.to_string());
    let count = group_digits(tile.rows.len() as u64);
    let long = format!("+ {count} more");
    let forms = [long, format!("+{count}"), "+".to_owned()];
    let shown = forms.into_iter().find(|form| width(form) <= cells).unwrap_or_default();
    let mut words = vec![shown, sum];
    if tile.rows.contains(&workspace.tree.cursor) {
        words.push(signed_name(workspace, workspace.tree.cursor, cells, theme));
    }
    words
}

/// The bucket's sign or the mark, and the name.
fn signed_name(workspace: &Workspace, row: usize, cells: usize, theme: &Theme) -> String {
    let row = &workspace.tree.rows[row];
    let look = label::Look::of(workspace, row);
    let sign = match row.kind {
        _ if look.is_marked => theme.signs.mark.to_owned(),
        RowKind::Package(index) | RowKind::Entry(index, _) | RowKind::Part(index, ..) => {
            let bucket = workspace.plan().bucket_of(&workspace.bundle.package(index).key);
            bucket_look::sign(workspace, &bucket).to_string()
        }
        RowKind::Folder(_) | RowKind::Limit => String::new(),
    };
    let room = cells.saturating_sub(width(&sign) + 1);
    let name = match row.kind {
        RowKind::Package(_) => label::fitted(workspace, row, room, theme.signs.more),
        // A tile shows one name of a path, whose beginning tells most.
        _ => cut(&label::of(workspace, row), room, theme.signs.more),
    };
    format!("{sign} {name}")
}

/// Writes as many lines as there is room for, inside the frame or the edges.
fn write(frame: &mut Frame<'_>, workspace: &Workspace, tile: &Tile, area: Rect, look: &Look, theme: &Theme) {
    let has_frame = theme.frames_tiles() && has_frame(area);
    let (left, above) = if has_frame { (1, 1) } else { (u16::from(area.width > 6), 0) };
    let room = Rect {
        x: area.x + left,
        y: area.y + above,
        width: area.width.saturating_sub(left + u16::from(area.width > 2)),
        height: area.height.saturating_sub(above + u16::from(has_frame || area.height > 1 && !theme.frames_tiles())),
    };
    let cells = usize::from(room.width);
    if cells < 2 {
        return;
    }
    let words = match tile.is_rest() {
        true => rest_words(workspace, tile, cells, theme),
        false => words(workspace, tile, cells, theme),
    };
    for (number, (line, row)) in words.iter().zip(room.rows()).enumerate() {
        // A number that is cut is another number.
        if number > 0 && width(line) > cells {
            break;
        }
        let style = if number == 0 { look.style.add_modifier(Modifier::BOLD) } else { look.style };
        frame.render_widget(span(cut(line, cells, theme.signs.more), style), row);
    }
}

/// What all tiles come to.
fn total(tree: &Tree) -> Amount {
    tree.map.tiles.iter().map(|tile| tile.amount).sum()
}
