//! Floor 4: the terminal: guard, layout, input, keymap, theme, and a view per region.

pub mod guard;
pub mod input;
pub mod keymap;
pub mod layout;
pub mod text;
pub mod theme;
pub mod view;
