//! Whose a source is, by the path under which a bundler knew it.

use crate::model::escape::printable;
use crate::model::inside::{Named, Whose};

const MODULES: &str = "node_modules/";

/// The owner of a source: `node_modules/lodash/lodash.js`, `webpack:///./src/app.ts`, `webpack/bootstrap`.
pub fn whose(source: &str) -> Whose {
    let path = source.split_once("://").map_or(source, |(_, path)| path.trim_start_matches('/'));
    // Loaders stand before a source (`loader!path`), what it was asked for with behind it (`path?query`).
    let path = path.rsplit('!').next().unwrap_or(path);
    let path = path.split('?').next().unwrap_or(path);
    if let Some((folder, name)) = package(path) {
        let package = Named { key: printable(format!("npm:{name}").as_bytes()), version: version(folder, name) };
        return Whose::Package { package, from: printable(folder.trim_start_matches("./").as_bytes()) };
    }
    if is_of_the_tool(path) { Whose::Itself } else { Whose::Yours }
}

/// The folder of the innermost package that the path lies in, and its name.
fn package(path: &str) -> Option<(&str, &str)> {
    let start = path.rfind(MODULES).filter(|&at| at == 0 || !path[..at].ends_with(is_word))? + MODULES.len();
    let below = &path[start..];
    let mut ends = below.match_indices('/').map(|(at, _)| at);
    let first = ends.next()?;
    let end = if below.starts_with('@') { ends.next()? } else { first };
    let name = &below[..end];
    (!name.is_empty()).then_some((&path[..start + end], name))
}

fn is_word(letter: char) -> bool {
    letter != '/' && letter != ':'
}

/// pnpm writes it into the folder above: `.pnpm/lodash@4.17.21/node_modules/lodash`; what a package was joined with
/// stands behind in brackets or after `_`.
fn version(folder: &str, name: &str) -> Option<String> {
    let above = folder.strip_suffix(name)?.strip_suffix(MODULES)?.strip_suffix('/')?;
    let store = above.rsplit('/').next()?;
    let version = store.strip_prefix(&name.replace('/', "+"))?.strip_prefix('@')?;
    let version = version.split(['_', '(']).next()?;
    version.starts_with(|first: char| first.is_ascii_digit()).then(|| printable(version.as_bytes()))
}

/// What bundlers add of their own has paths that are none.
fn is_of_the_tool(path: &str) -> bool {
    let path = path.trim_start_matches('/');
    let path =
        path.split_once('/').filter(|(space, _)| !space.contains('.') && *space != "webpack").map_or(path, |it| it.1);
    path.starts_with("webpack/") || path.starts_with("external ") || path.starts_with("(disabled)")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(source: &str) -> (String, String) {
        match whose(source) {
            Whose::Package { package, from } => (package.title(), from),
            other => (other.title(), String::new()),
        }
    }

    #[test]
    fn the_innermost_package_owns_a_source() {
        let expected = [
            ("node_modules/lodash/lodash.js", "npm:lodash", "node_modules/lodash"),
            (
                "../node_modules/@aws-sdk/client-s3/dist/x.js",
                "npm:@aws-sdk/client-s3",
                "../node_modules/@aws-sdk/client-s3",
            ),
            ("webpack://app/./node_modules/a/node_modules/b/i.js", "npm:b", "app/./node_modules/a/node_modules/b"),
            (
                "node_modules/.pnpm/@a+b@1.2.3_c@4.0.0/node_modules/@a/b/i.js",
                "npm:@a/b 1.2.3",
                "node_modules/.pnpm/@a+b@1.2.3_c@4.0.0/node_modules/@a/b",
            ),
            ("webpack:///./node_modules/x/i.js?abc1", "npm:x", "node_modules/x"),
            ("ns:node_modules/x/i.js", "npm:x", "ns:node_modules/x"),
        ];
        for (source, title, from) in expected {
            assert_eq!(of(source), (title.to_owned(), from.to_owned()), "{source}");
        }
    }

    #[test]
    fn what_lies_in_no_package_is_yours_or_the_tools() {
        for yours in ["src/app.ts", "webpack://app/./src/app.ts", "my_node_modules/x/i.js", "node_modules/x", ""] {
            assert_eq!(whose(yours), Whose::Yours, "{yours}");
        }
        for tools in ["webpack/bootstrap", "webpack://app/webpack/runtime/make namespace", "webpack:///external \"fs\""]
        {
            assert_eq!(whose(tools), Whose::Itself, "{tools}");
        }
    }

    #[test]
    fn a_hostile_path_shows_as_text() {
        assert_eq!(of("node_modules/a\u{1b}[2J/i.js").0, "npm:a\\u{1B}[2J");
    }
}
