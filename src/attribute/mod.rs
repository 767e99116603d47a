//! Floor 1: a listing becomes a bundle: facts are read, and every byte gets its owner.
