//! The name of a zip's entry, made into a safe path: whatever a stranger wrote, the entry keeps a place in the tree
//! and its bytes are counted.

use std::borrow::Cow;

/// Deeper than this the rest of a name is kept as one part, so that a hostile name makes no endless tree.
const DEEPEST: usize = 1000;

/// An entry's place in the tree.
#[derive(Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// The parts, joined by `/`; never empty.
    pub path: Cow<'a, [u8]>,
    /// Whether the name ends as a folder's does.
    pub is_folder: bool,
    /// What is wrong with the name, as a phrase.
    pub problem: Option<&'static str>,
}

/// Where an entry with that name stands.
pub fn place(name: &[u8]) -> Place<'_> {
    if let Some(path) = ordinary(name) {
        return Place { path: Cow::Borrowed(path), is_folder: path.len() < name.len(), problem: None };
    }
    let parts: Vec<&[u8]> = name.split(|&byte| byte == b'/').filter(|part| !matches!(*part, b"" | b".")).collect();
    let is_folder = name.ends_with(b"/");
    let problem = problem(name, &parts, is_folder);
    let path = if parts.is_empty() { b"(no name)".to_vec() } else { joined(&parts) };
    Place { path: Cow::Owned(path), is_folder, problem }
}

/// The path of a name about which nothing is odd, which is nearly every name.
fn ordinary(name: &[u8]) -> Option<&[u8]> {
    let path = name.strip_suffix(b"/").unwrap_or(name);
    let mut parts = 0;
    let is_plain = path.split(|&byte| byte == b'/').all(|part| {
        parts += 1;
        !matches!(part, b"" | b"." | b"..")
    });
    (is_plain && parts <= DEEPEST && !path.contains(&b'\\')).then_some(path)
}

/// What is wrong with a name that leads out.
pub(super) const OUTSIDE: &str = "would be unpacked outside the bundle";

fn problem(name: &[u8], parts: &[&[u8]], is_folder: bool) -> Option<&'static str> {
    if name.starts_with(b"/") || parts.contains(&&b".."[..]) {
        Some(OUTSIDE)
    } else if parts.is_empty() && !is_folder {
        Some("has no name")
    } else if name.contains(&b'\\') {
        Some("has a backslash in its name, which Linux does not take for a folder")
    } else if parts.len() > DEEPEST {
        Some("lies deeper than 1 000 folders; what is below is shown as one name")
    } else {
        None
    }
}

fn joined(parts: &[&[u8]]) -> Vec<u8> {
    let mut path = parts[..parts.len().min(DEEPEST)].join(&b'/');
    for part in parts.iter().skip(DEEPEST) {
        path.push(b'\\');
        path.extend_from_slice(part);
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(name: &str) -> (String, bool) {
        let place = place(name.as_bytes());
        (String::from_utf8(place.path.into_owned()).unwrap(), place.problem.is_some())
    }

    #[test]
    fn ordinary_names_keep_their_place() {
        assert_eq!(path("numpy/core/a.so"), ("numpy/core/a.so".to_owned(), false));
        assert_eq!(path("./app.py"), ("app.py".to_owned(), false));
        assert!(place(b"numpy/").is_folder);
    }

    #[test]
    fn names_that_would_leave_the_bundle_stay_in_the_tree_and_are_told() {
        assert_eq!(path("/etc/passwd"), ("etc/passwd".to_owned(), true));
        assert_eq!(path("../../x"), ("../../x".to_owned(), true));
        assert_eq!(path("a\\b.py"), ("a\\b.py".to_owned(), true));
        assert_eq!(path(""), ("(no name)".to_owned(), true));
    }

    #[test]
    fn a_name_of_thirty_thousand_folders_makes_a_thousand() {
        let name = "a/".repeat(30_000);
        let place = place(name.as_bytes());
        assert_eq!(place.path.split(|&byte| byte == b'/').count(), DEEPEST);
        assert!(place.problem.is_some());
    }
}
