//! Floor 1: findings and budgets become text, a file per format.
