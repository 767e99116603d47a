//! Names in one folder that some systems take for the same.
//!
//! Linux compares names byte by byte. macOS and Windows do not see case, and macOS does not see how an accent is
//! written; unpacking there keeps one of two such files.

use std::collections::HashMap;

use unicode_normalization::UnicodeNormalization;

/// The first two of some names that are alike without being the same.
pub fn find<'a>(names: impl Iterator<Item = &'a [u8]> + Clone) -> Option<(&'a [u8], &'a [u8])> {
    // Lower-case ASCII folds to itself: only where another kind of name is among them can two be alike.
    if names.clone().all(is_plain) {
        return None;
    }
    let mut seen: HashMap<Vec<u8>, &[u8]> = HashMap::new();
    for name in names {
        match seen.entry(folded(name)) {
            std::collections::hash_map::Entry::Occupied(other) if *other.get() != name => {
                return Some((other.get(), name));
            }
            std::collections::hash_map::Entry::Occupied(_) => {}
            std::collections::hash_map::Entry::Vacant(place) => {
                place.insert(name);
            }
        }
    }
    None
}

fn is_plain(name: &[u8]) -> bool {
    name.iter().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase())
}

fn folded(name: &[u8]) -> Vec<u8> {
    match std::str::from_utf8(name) {
        Ok(text) => text.nfc().flat_map(char::to_lowercase).nfc().collect::<String>().into_bytes(),
        Err(_) => name.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    fn alike(names: &[&str]) -> bool {
        find(names.iter().map(|name| name.as_bytes())).is_some()
    }

    #[test]
    fn case_and_the_way_an_accent_is_written_do_not_tell_names_apart() {
        assert!(alike(&["README", "a", "readme"]));
        assert!(alike(&["\u{e9}", "e\u{301}"]), "é as one sign and as two");
        assert!(alike(&["\u{c9}", "e\u{301}"]));
        assert!(!alike(&["README", "readme.md", "e", "\u{e9}"]));
        assert!(!alike(&["A", "A"]), "the same name twice is another matter");
    }
}
