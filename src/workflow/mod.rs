//! Floor 3: load, check, save from end to end, for terminal and command line alike.
