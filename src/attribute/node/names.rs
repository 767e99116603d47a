//! Names of packages: `x` and `@scope/x`.

/// The longest that npm takes.
const LONGEST: usize = 214;

/// The folders of a name below a `node_modules`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Folders<'a> {
    /// `@scope`, if it has one.
    pub scope: Option<&'a [u8]>,
    /// Its own.
    pub own: &'a [u8],
}

/// The folders of a name; `None`: it is no name. Nothing that leads elsewhere is one.
pub fn folders(name: &str) -> Option<Folders<'_>> {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['/', '\\', '\0']);
    let (scope, own) = match name.split_once('/') {
        Some((scope, own)) => (Some(scope), own),
        None => (None, name),
    };
    let is_name = match scope {
        Some(scope) => scope.len() > 1 && scope.starts_with('@') && is_plain(scope),
        None => !own.starts_with('@'),
    };
    let folders = Folders { scope: scope.map(str::as_bytes), own: own.as_bytes() };
    (is_name && is_plain(own) && name.len() <= LONGEST).then_some(folders)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        let scoped = Folders { scope: Some(b"@aws-sdk"), own: b"client-s3" };
        assert_eq!(folders("@aws-sdk/client-s3"), Some(scoped));
        assert_eq!(folders("semver"), Some(Folders { scope: None, own: b"semver" }));
        for bad in ["@a/b/c", "", "..", "../x", "@x", "@/x", "a/b", "@a/../b", "@a/..", "a\\b", &"x".repeat(215)] {
            assert!(folders(bad).is_none(), "{bad}");
        }
    }
}
