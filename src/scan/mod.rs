//! Floor 1: a path becomes a listing, and its contents can be read: directory, archive, the built-in demo.
