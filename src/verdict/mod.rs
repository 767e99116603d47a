//! Floor 1: bundle and plan become findings, a file per family.
