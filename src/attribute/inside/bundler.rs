//! Which tool made a file that says nothing of it, by what tools write into everything they make.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::inside::Bundler;

/// What bundlers write before or between the sources. Minifying shortens names, so what is not found proves nothing.
const MARKS: &[(&str, Bundler)] = &[
    ("__webpack_require__", Bundler::Webpack),
    ("__webpack_module_cache__", Bundler::Webpack),
    ("webpackChunk", Bundler::Webpack),
    ("exports.ids=[", Bundler::Webpack),
    ("__commonJS", Bundler::Esbuild),
    ("__toESM", Bundler::Esbuild),
    ("__getOwnPropNames", Bundler::Esbuild),
    ("=Object.getOwnPropertyNames;var ", Bundler::Esbuild),
    ("// node_modules/", Bundler::Esbuild),
];

/// How a minified output of webpack begins: with its table of modules, by number or path, in a variable of one letter.
static TABLE: LazyLock<Regex> = LazyLock::new(|| {
    let start = r#"\(\(\)=>\{(?:"use strict";)?var [a-z]=\{"#;
    Regex::new(&format!("{start}{}", r#"(?:\d+|"[^"\n]+")(?:\(|:)"#)).expect("it is compiled in and tested")
});

/// What a beginning looks like.
pub fn of(beginning: &str) -> Option<Bundler> {
    let marked = MARKS.iter().find(|(mark, _)| beginning.contains(mark)).map(|(_, bundler)| *bundler);
    marked.or_else(|| TABLE.is_match(beginning).then_some(Bundler::Webpack))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_are_known_by_their_helpers() {
        assert_eq!(of("/******/ function __webpack_require__(moduleId) {"), Some(Bundler::Webpack));
        assert_eq!(of("var __commonJS = (cb, mod) => function"), Some(Bundler::Esbuild));
        assert_eq!(of("var B=Object.getOwnPropertyNames;var j=Object.getPrototypeOf"), Some(Bundler::Esbuild));
        assert_eq!(of("(()=>{var t={543(t,e,n){"), Some(Bundler::Webpack));
        assert_eq!(of("(()=>{\"use strict\";var e={\"./src/a.js\":(e,t)=>"), Some(Bundler::Webpack));
        assert_eq!(of("exports.handler = async () => {}"), None);
    }
}
