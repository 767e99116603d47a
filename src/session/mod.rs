//! Floor 2: the interactive program without a terminal.
