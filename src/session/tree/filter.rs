//! The filter of the tree.

use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Tells which titles a filter lets through: fuzzy, its words in any order, small letters matching both.
pub(super) struct Filter {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Filter {
    pub(super) fn new(text: &str) -> Filter {
        let pattern = Pattern::parse(text, CaseMatching::Smart, Normalization::Smart);
        Filter { pattern, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    pub(super) fn lets_through(&mut self, title: &str) -> bool {
        let haystack = Utf32Str::new(title, &mut self.buffer);
        self.pattern.score(haystack, &mut self.matcher).is_some()
    }
}
