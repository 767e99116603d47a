//! Floor 1: plan and lock become text and text becomes plan and lock.
