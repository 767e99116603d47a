//! Names of packages: `x` and `@scope/x`.

/// The longest that npm takes.
const LONGEST: usize = 214;

/// The folders of a name below a `node_modules`; `None`: it is no name. Nothing that leads elsewhere is one.
pub fn folders(name: &str) -> Option<Vec<&[u8]>> {
    let is_plain = |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', '\0']);
    let parts: Vec<&str> = name.split('/').collect();
    let is_name = match parts.as_slice() {
        [name] => is_plain(name) && !name.starts_with('@'),
        [scope, name] => scope.len() > 1 && scope.starts_with('@') && is_plain(scope) && is_plain(name),
        _ => false,
    };
    (is_name && name.len() <= LONGEST).then(|| parts.into_iter().map(str::as_bytes).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        assert_eq!(folders("@aws-sdk/client-s3").unwrap(), [&b"@aws-sdk"[..], b"client-s3"]);
        assert_eq!(folders("semver").unwrap(), [b"semver"]);
        for bad in ["", "..", "../x", "@x", "@/x", "a/b", "@a/../b", "@a/..", "a\\b", &"x".repeat(215)] {
            assert!(folders(bad).is_none(), "{bad}");
        }
    }
}
