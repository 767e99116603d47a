//! Modules of the user's own that look like handlers: `index.handler` of an `index.js` that exports one.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::bytes::Bytes;
use crate::model::contents::Contents;
use crate::model::entry::{EntryId, EntryKind};
use crate::model::escape::printable;
use crate::model::listing::Listing;

/// More modules than this are nobody's entry point.
const MOST_MODULES: usize = 200;
/// Where the exports of a module that somebody wrote stand; bundles of bundlers, which are longer, export at their end.
const LONGEST: Bytes = Bytes(32 << 20);

/// An export whose name says what it is, as sources and bundlers write it.
static EXPORT: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        r"(?:module\.)?exports\.(?P<assigned>[0-9A-Za-z_$]+)[ \t\r\n]*=",
        r"export[ \t\r\n]+(?:async[ \t\r\n]+)?function[ \t\r\n]+(?P<function>[0-9A-Za-z_$]+)",
        r"export[ \t\r\n]+(?:const|let|var)[ \t\r\n]+(?P<constant>[0-9A-Za-z_$]+)",
        r"export[ \t\r\n]*\{(?P<list>[^}]*)\}",
        r"module\.exports[ \t\r\n]*=[ \t\r\n]*\{(?P<object>[^}]*)\}",
        r"__export\([0-9A-Za-z_$]+,[ \t\r\n]*\{(?P<bundled>[^}]*)\}",
    ];
    Regex::new(&format!(r"(?m)(?:^|[; \t\r\n])(?:{})", forms.join("|")))
        .expect("the expression is compiled in and tested")
});
static NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[ \t\r\n,])(?:[0-9A-Za-z_$]+[ \t\r\n]+as[ \t\r\n]+)?(lambdaHandler|handler|lambda_handler)[ \t\r\n]*(?:,|:|\(|$)")
        .expect("the expression is compiled in and tested")
});

/// `index.handler` for each likely export at the top and one folder down, in the order of the listing. What is text
/// alone, such as a comment, may look so too; these are offers, and a person decides.
pub fn find(listing: &Listing, contents: &dyn Contents, is_claimed: impl Fn(EntryId) -> bool) -> Vec<String> {
    let yours = modules(listing).filter(|&module| !is_claimed(module)).take(MOST_MODULES);
    yours.flat_map(|module| handlers(listing, contents, module)).collect()
}

fn modules(listing: &Listing) -> impl Iterator<Item = EntryId> {
    let tops = listing.children(EntryId::ROOT).filter(|&top| listing.name(top) != b"node_modules");
    let candidates = tops.flat_map(move |top| {
        let below = (listing.kind(top) == EntryKind::Directory).then(|| listing.children(top));
        std::iter::once(top).chain(below.into_iter().flatten())
    });
    candidates.filter(move |&entry| listing.kind(entry) == EntryKind::File && stem(listing.name(entry)).is_some())
}

fn stem(name: &[u8]) -> Option<&[u8]> {
    [&b".js"[..], b".mjs", b".cjs"].iter().find_map(|ending| name.strip_suffix(*ending))
}

fn handlers(listing: &Listing, contents: &dyn Contents, module: EntryId) -> Vec<String> {
    let path = listing.path(module);
    let Some(stem) = stem(&path).filter(|stem| !stem.contains(&b'.')) else { return Vec::new() };
    let Ok(content) = contents.read(listing, module, LONGEST) else { return Vec::new() };
    let source = String::from_utf8_lossy(&content.bytes);
    exported(&source).into_iter().map(|name| format!("{}.{name}", printable(stem))).collect()
}

/// The names that are exported and sound like a handler's.
fn exported(source: &str) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for found in EXPORT.captures_iter(source) {
        let text = found.iter().skip(1).flatten().next().map_or("", |part| part.as_str());
        for name in NAME.captures_iter(text).filter_map(|name| name.get(1)) {
            if !names.iter().any(|known| known == name.as_str()) {
                names.push(name.as_str().to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_found_as_people_and_bundlers_export_them() {
        for source in [
            "exports.handler = async () => ({});",
            "'use strict'\nmodule.exports.handler = function () {}",
            "export const handler = async (event) => {};",
            "export async function handler(event) {}",
            "function f() {}\nexport { f as handler };",
            "export {\n  handler\n};",
            "module.exports = { handler, other };",
            "module.exports = { handler: (event) => 1 };",
            "__export(index_exports, {\n  handler: () => handler\n});\nmodule.exports = __toCommonJS(index_exports);",
        ] {
            assert_eq!(exported(source), ["handler"], "{source}");
        }
        for source in
            ["const handler = 1;", "exports.handlers = 1", "exports.other = handler", "export { handler as x }"]
        {
            assert!(exported(source).is_empty(), "{source}");
        }
    }
}
