//! The ways to look at a bundle. A view makes rows or tiles; the selection is a package, and an entry of it, in each.

/// What the left pane shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum View {
    /// Packages by size, and below each its own folders and files.
    #[default]
    Packages,
    /// The bundle as it lies on disk.
    Folders,
    /// Why packages are here: each below the one that it would go with.
    Why,
    /// Packages as tiles, as large as their bytes.
    Treemap,
}

impl View {
    /// All views, in the order in which they follow each other.
    pub const ALL: [View; 4] = [View::Packages, View::Folders, View::Why, View::Treemap];

    /// For people, in a word.
    pub fn title(self) -> &'static str {
        match self {
            View::Packages => "packages",
            View::Folders => "folders",
            View::Why => "why",
            View::Treemap => "map",
        }
    }

    /// Its place among all.
    pub(super) fn place(self) -> usize {
        View::ALL.iter().position(|view| *view == self).unwrap_or_default()
    }

    /// The one so many places on; the ends meet.
    pub fn turned(self, by: usize) -> View {
        View::ALL[(self.place() + by) % View::ALL.len()]
    }
}
