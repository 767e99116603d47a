//! The room that the panes have, told by the layout before each frame, so that paging and scrolling know their step.

/// How many rows each pane shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Viewport {
    /// Rows of the tree.
    pub tree: usize,
    /// Columns and rows of the treemap.
    pub map: (u16, u16),
    /// Rows of each bucket's list, in the order of the buckets.
    pub buckets: Vec<usize>,
    /// Rows of the overlay's text.
    pub overlay: usize,
}
