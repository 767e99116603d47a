//! Exporting on the screen: what each tool's files would say, chosen, looked at, and asked to be written.

use std::collections::BTreeSet;

use unicode_width::UnicodeWidthStr;

use crate::deploy::{NamedFile, Shape, Tool};
use crate::model::escape::visible;

/// What each tool would be given, and what of it is looked at.
#[derive(Clone, Debug, Default)]
pub struct ExportPane {
    /// The tool under the cursor, as its place in [`Tool::ALL`].
    pub cursor: usize,
    /// How much of it.
    pub shape: Shape,
    /// What each would be given; `None`: it is being worked out.
    pub sheets: Option<Vec<Sheet>>,
    /// Rows scrolled past.
    pub scroll: usize,
    /// Columns scrolled past.
    pub sideways: usize,
}

/// What one tool would be given in one shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// For whom.
    pub tool: Tool,
    /// How much of it.
    pub shape: Shape,
    /// The folder that it is worded for, and goes to if nothing else is said.
    pub folder: String,
    /// Its files line by line, or why there are none.
    pub outcome: Result<Vec<SheetLine>, String>,
}

/// A line of a sheet, fit to print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetLine {
    /// What a file is called.
    Name(String),
    /// What it says.
    Text(String),
}

/// What is to be written where, and despite what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportWish {
    /// For whom.
    pub tool: Tool,
    /// How much of it.
    pub shape: Shape,
    /// The folder, as it was typed.
    pub folder: String,
    /// What was asked about and answered with yes.
    pub despite: BTreeSet<Hindrance>,
}

/// What is asked about before anything is written, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hindrance {
    /// The plan on the screen is in no file.
    Unsaved,
    /// AWS would refuse it.
    Errors,
    /// There are files of that name.
    Existing,
}

impl Sheet {
    /// Files, one below the other.
    pub fn new(tool: Tool, shape: Shape, folder: String, outcome: Result<Vec<NamedFile>, String>) -> Sheet {
        let outcome = outcome.map(|files| files.iter().flat_map(lines).collect());
        Sheet { tool, shape, folder, outcome }
    }
}

fn lines(file: &NamedFile) -> impl Iterator<Item = SheetLine> {
    let name = SheetLine::Name(visible(&file.name));
    std::iter::once(name).chain(file.text.lines().map(|line| SheetLine::Text(visible(line))))
}

impl SheetLine {
    /// What stands in it.
    pub fn text(&self) -> &str {
        let (SheetLine::Name(text) | SheetLine::Text(text)) = self;
        text
    }
}

impl ExportPane {
    /// The tool under the cursor.
    pub fn tool(&self) -> Tool {
        Tool::ALL.get(self.cursor).copied().unwrap_or(Tool::Sam)
    }

    /// What it would be given; `None`: it is being worked out.
    pub fn sheet(&self) -> Option<&Sheet> {
        let (tool, shape) = (self.tool(), self.shape);
        self.sheets.as_ref()?.iter().find(|sheet| sheet.tool == tool && sheet.shape == shape)
    }

    /// The cursor on another tool, and its text from the beginning.
    pub(super) fn choose(&mut self, cursor: usize) {
        self.cursor = cursor.min(Tool::ALL.len() - 1);
        (self.scroll, self.sideways) = (0, 0);
    }

    /// What was clicked on: a tool by its place, or behind them the shape.
    pub(super) fn take(&mut self, number: usize) {
        if number < Tool::ALL.len() { self.choose(number) } else { self.turn() }
    }

    /// The other shape, from the beginning.
    pub(super) fn turn(&mut self) {
        self.shape = match self.shape {
            Shape::Complete => Shape::Fragment,
            Shape::Fragment => Shape::Complete,
        };
        (self.scroll, self.sideways) = (0, 0);
    }

    /// The text further down or up, of which so many rows can be seen; its end stays at the lower edge.
    pub(super) fn scroll(&mut self, by: isize, rows: usize) {
        let most = self.lines().len().saturating_sub(rows);
        self.scroll = self.scroll.saturating_add_signed(by).min(most);
    }

    /// The text further to the right or left; something of its longest line can always be seen.
    pub(super) fn shift(&mut self, by: isize) {
        let widest = self.lines().iter().map(|line| line.text().width()).max().unwrap_or_default();
        self.sideways = self.sideways.saturating_add_signed(by).min(widest.saturating_sub(1));
    }

    fn lines(&self) -> &[SheetLine] {
        self.sheet().and_then(|sheet| sheet.outcome.as_deref().ok()).unwrap_or_default()
    }
}
