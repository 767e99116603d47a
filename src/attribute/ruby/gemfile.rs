//! The gems that the user asked for by name, as `Gemfile.lock` lists them.

use std::collections::BTreeSet;

use crate::model::escape::printable;

/// The names in the section `DEPENDENCIES`.
pub fn requested(lock: &str) -> BTreeSet<String> {
    let section = lock.lines().skip_while(|line| line.trim_end() != "DEPENDENCIES").skip(1);
    let lines = section.take_while(|line| line.starts_with("  "));
    let name = |line: &str| line.trim().split(' ').next().map(|name| printable(name.trim_end_matches('!').as_bytes()));
    lines.filter_map(name).filter(|name| !name.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_are_what_was_asked_for() {
        let lock =
            "GEM\n  specs:\n    racc (1.7.3)\n\nDEPENDENCIES\n  nokogiri (~> 1.16)\n  own!\n\nBUNDLED WITH\n   2.5\n";
        assert_eq!(requested(lock).into_iter().collect::<Vec<_>>(), ["nokogiri", "own"]);
        assert!(requested("").is_empty());
    }
}
