//! Floor 4: the terminal: guard, layout, input, keymap, theme, and a view per region.
