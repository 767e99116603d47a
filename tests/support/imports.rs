//! Reads which modules and crates a Rust source names, for the test that keeps the floors.
//!
//! The tokens come from the compiler's own lexer (proc-macro2), so comments and strings are out of the way, and a path
//! inside a macro call or an attribute is seen as well as one in a `use`. Paths are resolved as far as the floors need:
//! `crate::`, `bayplan::`, `self::` and `super::` become absolute, groups are spread out, everything else keeps its
//! first word, which is then a crate or something local.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};

/// A path that a source names, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The line of its last word, counted from 1.
    pub line: usize,
    /// The words between the `::`; the first is `crate` for this crate's own modules, and `*` may be the last.
    pub path: Vec<String>,
}

/// All paths that `source`, the file of `module` (`["model", "plan"]`, empty for the crate's root), names, in order.
///
/// # Errors
/// The lexer's words where the source is no Rust.
pub fn named_paths(source: &str, module: &[String]) -> Result<Vec<Named>, String> {
    let tokens: TokenStream = source.parse().map_err(|error| format!("{error}"))?;
    let mut reader = Reader { module: module.to_vec(), found: Vec::new() };
    reader.walk(tokens);
    Ok(reader.found)
}

/// The module that a source file makes: `src/model/plan.rs` is `["model", "plan"]`.
pub fn module_of(file: &str) -> Vec<String> {
    let inner = file.trim_start_matches("src/").trim_end_matches(".rs");
    let mut words: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(words.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        words.pop();
    }
    words
}

/// Words after which a path may begin with `::`, and which are no part of it.
const KEYWORDS: &[&str] = &[
    "as", "break", "const", "dyn", "else", "extern", "for", "if", "impl", "in", "let", "match", "mod", "move", "mut",
    "pub", "ref", "return", "static", "unsafe", "use", "where", "while",
];

struct Reader {
    module: Vec<String>,
    found: Vec<Named>,
}

impl Reader {
    fn walk(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            at = match &tokens[at..] {
                [TokenTree::Ident(word), TokenTree::Ident(name), TokenTree::Group(body), ..] if word == "mod" => {
                    self.module.push(name.to_string());
                    self.walk(body.stream());
                    self.module.pop();
                    at + 3
                }
                [TokenTree::Ident(word), ..] => self.path(&tokens, at, Vec::new(), word),
                [TokenTree::Group(group), ..] => {
                    self.walk(group.stream());
                    at + 1
                }
                _ => at + 1,
            };
        }
    }

    /// Follows the path that begins with `word` at `at`, below `prefix`; returns where the tokens after it begin.
    fn path(&mut self, tokens: &[TokenTree], at: usize, prefix: Vec<String>, word: &Ident) -> usize {
        if KEYWORDS.iter().any(|keyword| word == keyword) {
            return at + 1;
        }
        let mut path = prefix;
        path.push(plain(word));
        let mut line = word.span().start().line;
        let mut next = at + 1;
        while is_double_colon(tokens, next) {
            match tokens.get(next + 2) {
                Some(TokenTree::Ident(word)) => {
                    path.push(plain(word));
                    line = word.span().start().line;
                }
                Some(TokenTree::Punct(star)) if star.as_char() == '*' => path.push("*".to_owned()),
                Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                    self.spread(group.stream(), &path);
                    return next + 3;
                }
                _ => break,
            }
            next += 3;
        }
        let renamed = matches!(tokens.get(next), Some(TokenTree::Ident(word)) if word == "as");
        self.record(path, line, renamed);
        next
    }

    /// The pieces of `{a::b, c, self, *}` below `prefix`.
    fn spread(&mut self, group: TokenStream, prefix: &[String]) {
        let tokens: Vec<TokenTree> = group.into_iter().collect();
        for piece in tokens.split(|token| matches!(token, TokenTree::Punct(comma) if comma.as_char() == ',')) {
            match piece.first() {
                Some(TokenTree::Ident(word)) => {
                    self.path(piece, 0, prefix.to_vec(), word);
                }
                Some(star @ TokenTree::Punct(_)) => {
                    let path = prefix.iter().cloned().chain(["*".to_owned()]).collect();
                    self.record(path, star.span().start().line, false);
                }
                _ => {}
            }
        }
    }

    /// Notes a path made absolute. A lone `crate`, `self` or `super` names nothing, as in `pub(crate)`, unless it is
    /// given another name.
    fn record(&mut self, mut path: Vec<String>, line: usize, renamed: bool) {
        if path.len() > 1 && path.last().is_some_and(|word| word == "self") {
            path.pop();
        } else if path.len() == 1 && !renamed && matches!(path[0].as_str(), "crate" | "self" | "super") {
            return;
        }
        self.found.push(Named { line, path: self.absolute(path) });
    }

    fn absolute(&self, path: Vec<String>) -> Vec<String> {
        let supers = path.iter().skip_while(|word| *word == "self").take_while(|word| *word == "super").count();
        let own = match path[0].as_str() {
            "crate" | "bayplan" => &[],
            "self" | "super" => &self.module[..self.module.len().saturating_sub(supers)],
            _ => return path,
        };
        let rest = path.into_iter().skip_while(|word| matches!(word.as_str(), "crate" | "bayplan" | "self" | "super"));
        ["crate".to_owned()].into_iter().chain(own.iter().cloned()).chain(rest).collect()
    }
}

fn plain(word: &Ident) -> String {
    word.to_string().trim_start_matches("r#").to_owned()
}

fn is_double_colon(tokens: &[TokenTree], at: usize) -> bool {
    let colon = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Punct(mark)) if mark.as_char() == ':');
    colon(tokens.get(at)) && colon(tokens.get(at + 1))
}
