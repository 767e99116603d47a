//! Draws a terminal screen as an SVG, the same bytes for the same screen everywhere.
//!
//! A row is drawn as rectangles for the runs of one background and texts for the runs of one look. Each text carries
//! its place and its length, so that columns stand where they stood whatever font the reader has.

use std::fmt::Write;

const CELL_WIDTH: usize = 9;
const CELL_HEIGHT: usize = 18;
/// From a row's upper edge to the line that letters stand on.
const BASELINE: usize = 14;
const MARGIN: usize = 12;
const FONT_SIZE: usize = 15;
const FONTS: &str = "'DejaVu Sans Mono','Cascadia Mono',Menlo,Consolas,'Liberation Mono',monospace";

/// What the screen is drawn on.
pub struct Paper {
    background: &'static str,
    foreground: &'static str,
}

/// Light letters on dark.
pub const DARK: Paper = Paper { background: "#16181d", foreground: "#d7dae0" };
/// Dark letters on light.
pub const LIGHT: Paper = Paper { background: "#ffffff", foreground: "#1f232b" };

/// The sixteen named colours on a dark ground.
const NAMED: [&str; 16] = [
    "#2c313a", "#e06c75", "#8cc265", "#d9b25f", "#5fa8f5", "#c580e0", "#4fc1cf", "#c8ccd4", "#717885", "#ff8b93",
    "#a9dd82", "#f2cf7e", "#8cc4ff", "#dfa3f5", "#7adbe6", "#ffffff",
];

/// How a run of cells looks.
#[derive(Clone, PartialEq)]
struct Look {
    foreground: String,
    background: String,
    marks: String,
}

/// Cells of one look beside each other.
struct Run {
    column: usize,
    width: usize,
    text: String,
    look: Look,
}

/// The screen as an SVG document with a title for those who cannot see it.
pub fn draw(screen: &vt100::Screen, title: &str, paper: &Paper) -> String {
    let Paper { background, .. } = paper;
    let (rows, columns) = screen.size();
    let width = usize::from(columns.get()) * CELL_WIDTH + 2 * MARGIN;
    let height = usize::from(rows.get()) * CELL_HEIGHT + 2 * MARGIN;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"{background}\"/>\n\
         <g font-family=\"{FONTS}\" font-size=\"{FONT_SIZE}\" xml:space=\"preserve\">\n",
        escaped(title)
    );
    for row in 0..rows.get() {
        draw_row(&mut svg, &runs(screen, row, paper), paper, MARGIN + usize::from(row) * CELL_HEIGHT);
    }
    svg.push_str("</g>\n</svg>\n");
    svg
}

fn draw_row(svg: &mut String, runs: &[Run], paper: &Paper, top: usize) {
    for run in runs.iter().filter(|run| run.look.background != paper.background) {
        let (x, width, fill) = (run.left(), run.width * CELL_WIDTH, &run.look.background);
        let _ =
            writeln!(svg, "<rect x=\"{x}\" y=\"{top}\" width=\"{width}\" height=\"{CELL_HEIGHT}\" fill=\"{fill}\"/>");
    }
    let shows = |run: &&Run| !run.text.trim().is_empty() || run.look.marks.contains("underline");
    for run in runs.iter().filter(shows) {
        let (x, y, width) = (run.left(), top + BASELINE, run.width * CELL_WIDTH);
        let (fill, marks, text) = (&run.look.foreground, &run.look.marks, escaped(&run.text));
        let _ = writeln!(
            svg,
            "<text x=\"{x}\" y=\"{y}\" textLength=\"{width}\" lengthAdjust=\"spacingAndGlyphs\" fill=\"{fill}\"{marks}>{text}</text>"
        );
    }
}

/// The runs of a row. Letters beyond ASCII are runs of their own: many fonts lack them and borrow a wider one, which
/// would push what follows out of its columns.
fn runs(screen: &vt100::Screen, row: u16, paper: &Paper) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for column in 0..screen.size().1.get() {
        let Some(cell) = screen.cell(row, column).filter(|cell| !cell.is_wide_continuation()) else { continue };
        let look = look_of(cell, paper);
        let text = if cell.has_contents() { cell.contents() } else { " " };
        let width = if cell.is_wide() { 2 } else { 1 };
        match runs.last_mut() {
            Some(run) if run.look == look && width == 1 && run.takes(text) => {
                run.text.push_str(text);
                run.width += 1;
            }
            _ => runs.push(Run { column: column.into(), width, text: text.to_owned(), look }),
        }
    }
    runs
}

impl Run {
    fn left(&self) -> usize {
        MARGIN + self.column * CELL_WIDTH
    }

    /// Whether `letter` may follow in the same text: plain letters follow each other, any other only itself.
    fn takes(&self, letter: &str) -> bool {
        letter.is_ascii() && self.text.is_ascii() || self.text.ends_with(letter)
    }
}

fn look_of(cell: &vt100::Cell, paper: &Paper) -> Look {
    let mut foreground = colour(cell.fgcolor(), paper.foreground);
    let mut background = colour(cell.bgcolor(), paper.background);
    if cell.inverse() {
        std::mem::swap(&mut foreground, &mut background);
    }
    let marks = [
        (cell.bold(), " font-weight=\"bold\""),
        (cell.dim(), " fill-opacity=\"0.6\""),
        (cell.italic(), " font-style=\"italic\""),
        (cell.underline(), " text-decoration=\"underline\""),
    ];
    let marks = marks.iter().filter(|(set, _)| *set).map(|(_, mark)| *mark).collect();
    Look { foreground, background, marks }
}

fn colour(colour: vt100::Color, default: &str) -> String {
    match colour {
        vt100::Color::Default => default.to_owned(),
        vt100::Color::Idx(index) => indexed(index),
        vt100::Color::Rgb(red, green, blue) => format!("#{red:02x}{green:02x}{blue:02x}"),
    }
}

/// xterm's 256 colours: sixteen names, a cube of six steps a side, a ramp of greys.
fn indexed(index: u8) -> String {
    let step = |level: u8| if level == 0 { 0 } else { 55 + 40 * level };
    match index {
        0..=15 => NAMED[usize::from(index)].to_owned(),
        16..=231 => {
            let cube = index - 16;
            format!("#{:02x}{:02x}{:02x}", step(cube / 36), step(cube / 6 % 6), step(cube % 6))
        }
        232..=255 => {
            let grey = 8 + 10 * (index - 232);
            format!("#{grey:02x}{grey:02x}{grey:02x}")
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
