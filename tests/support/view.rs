//! A screen of vt100 as text.

/// A row as text, and for each byte of it the column of its cell.
fn row_with_columns(screen: &vt100::Screen, row: u16) -> (String, Vec<u16>) {
    let (mut text, mut columns) = (String::new(), Vec::new());
    for column in 0..screen.size().1.get() {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else { continue };
        text.push_str(if cell.has_contents() { cell.contents() } else { " " });
        columns.resize(text.len(), column);
    }
    (text, columns)
}

/// The rows as text, without the blanks at their ends and the empty rows below.
pub fn rows_of(screen: &vt100::Screen) -> Vec<String> {
    let rows = (0..screen.size().0.get()).map(|row| row_with_columns(screen, row).0.trim_end().to_owned());
    let mut rows: Vec<String> = rows.collect();
    while rows.last().is_some_and(String::is_empty) {
        rows.pop();
    }
    rows
}

/// Where the screen shows `text` first, as column and row from 0.
pub fn find_on(screen: &vt100::Screen, text: &str) -> Option<(u16, u16)> {
    (0..screen.size().0.get()).find_map(|row| {
        let (line, columns) = row_with_columns(screen, row);
        line.find(text).map(|at| (columns[at], row))
    })
}

/// The screen in a frame, for messages.
pub fn framed(screen: &vt100::Screen) -> String {
    let width = usize::from(screen.size().1.get());
    let edge = "─".repeat(width);
    let rows: Vec<String> = rows_of(screen).iter().map(|row| format!("│{row}")).collect();
    format!("┌{edge}\n{}\n└{edge}", rows.join("\n"))
}
