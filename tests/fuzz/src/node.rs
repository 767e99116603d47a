//! `package-json`: what a package of Node says of itself, and what the build's own says.

use bayplan::attribute::Wanted;
use serde_json::Value;

use super::build::Build;
use super::holds::{is_fit_to_print, looked_at, target};

/// The same bytes as the build's own `package.json`, as a package's and as that of one nested in it.
pub fn package_json(bytes: &[u8]) {
    let build = Build::holding(&[
        ("index.js", b"exports.handler = async () => 1;\n"),
        ("package.json", bytes),
        ("node_modules/x/package.json", bytes),
        ("node_modules/x/index.js", b"require('y');\n"),
        ("node_modules/x/lib/package.json", b"{\"type\": \"module\"}"),
        ("node_modules/x/node_modules/y/package.json", bytes),
        ("node_modules/x/node_modules/y/index.js", b""),
        ("node_modules/@s/z/package.json", b"{\"name\": \"@s/z\", \"version\": \"1.2.3\"}"),
    ]);
    let seen = looked_at(&build.listing, &build, &Wanted::VERDICT, &target("nodejs22.x"));
    let mut nodes = seen.bundle.facts.node.iter();
    let x =
        nodes.find(|package| build.listing.path(package.folder) == b"node_modules/x").expect("a folder is a package");
    let texts = x.version.iter().chain(&x.engines).chain(&x.os).chain(&x.cpu).chain(&x.libc);
    texts.for_each(|text| is_fit_to_print(text));
    for need in &x.needs {
        is_fit_to_print(&need.name);
        is_fit_to_print(&need.range);
    }
    let Ok(Value::Object(read)) = serde_json::from_slice(bytes) else { return };
    if let Some(version) = read.get("version").and_then(Value::as_str).filter(|version| is_plain(version)) {
        assert_eq!(x.version.as_deref(), Some(version), "another reader finds the same version");
    }
    let Some(needs) = read.get("dependencies").and_then(Value::as_object).filter(|needs| needs.len() < 1000) else {
        return;
    };
    for (name, range) in needs.iter().filter(|(name, _)| is_plain(name) && !name.starts_with(['.', '_'])) {
        let need = x.needs.iter().find(|need| need.name == *name).unwrap_or_else(|| panic!("{name} is needed"));
        let is_overridden = read.get("optionalDependencies").is_some_and(|optional| optional.get(name).is_some());
        if let Some(range) = range.as_str().filter(|range| is_plain(range) && !is_overridden) {
            assert_eq!(need.range, range, "another reader finds the same range");
        }
    }
}

/// A few small letters, digits and dots.
fn is_plain(text: &str) -> bool {
    (1..=100).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte))
}
