//! Where the list of tools and the text beside it lie, for the mouse and for drawing alike.

use ratatui::layout::Rect;

use super::layout::inside;
use crate::deploy::Tool;
use crate::session::Place;

/// Cells that the list takes: a sign, the longest name, a gap.
const LIST: u16 = 15;

/// Parts of the place where exporting is looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ExportAreas {
    /// A row for each tool.
    pub tools: Rect,
    /// Whether a fragment is wanted.
    pub fragment: Rect,
    /// What would be written.
    pub text: Rect,
}

impl ExportAreas {
    /// The parts of an area with a border around them.
    pub fn new(area: Rect) -> ExportAreas {
        let inner = inside(area);
        let inner = Rect { x: inner.x + 1, width: inner.width.saturating_sub(2), ..inner };
        let list = Rect { width: LIST.min(inner.width), ..inner };
        let tools = Rect { height: (Tool::ALL.len() as u16).min(list.height.saturating_sub(1)), ..list };
        // A line between them, where there is room for one.
        let gap = u16::from(list.height > tools.height + 1);
        let fragment = Rect { y: tools.bottom() + gap, height: 1.min(list.height), ..list };
        let text = Rect { x: list.right(), width: inner.width.saturating_sub(list.width), ..inner };
        ExportAreas { tools, fragment, text }
    }

    /// What can be pointed at.
    pub fn spots(self) -> Vec<(Rect, Place)> {
        let tools = self.tools.rows().zip(Tool::ALL).map(|(row, tool)| (row, Place::Tool(tool)));
        tools.chain([(self.fragment, Place::Fragment)]).collect()
    }
}
