//! Parses Python sources of strangers within bounds: not too long, and not so deep that a stack overflows.
//!
//! The parser grows its stack as it goes, but the tree it returns is dropped by recursion. So what could nest too
//! deeply is not parsed at all, and what is parsed runs on a thread with room for the rest.

use ruff_python_ast::Stmt;

use crate::model::bytes::Bytes;

/// Longer sources are not parsed.
pub const LONGEST_SOURCE: Bytes = Bytes(1 << 20);
/// More levels than any author writes, few enough for [`STACK`].
const DEEPEST: usize = 20_000;
/// Room for the deepest tree that is parsed.
pub const STACK: usize = 256 << 20;

/// Hands the statements of a module to `look`; `None` if the source may nest too deeply. A source with syntax errors
/// gives what can be understood of it.
pub fn with_module<T: Send>(source: &str, look: impl FnOnce(&[Stmt]) -> T + Send) -> Option<T> {
    if deepest(source) > DEEPEST {
        return None;
    }
    let parse =
        || look(ruff_python_parser::parse_unchecked_source(source, ruff_python_ast::PySourceType::Python).suite());
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, parse).ok()?;
        thread.join().ok()
    })
}

/// An upper bound of how deeply a source's expressions nest: every level costs a character that is no part of a word,
/// or the start of a word, since the last comma or line end of each bracket that is open.
fn deepest(source: &str) -> usize {
    let (mut open, mut here, mut below, mut most) = (Vec::new(), 0_usize, 0_usize, 0_usize);
    let (mut in_word, mut before) = (false, 0);
    for byte in source.bytes() {
        let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
        here += usize::from(!byte.is_ascii_whitespace() && !(is_word && in_word));
        in_word = is_word;
        most = most.max(below + here);
        match byte {
            b'(' | b'[' | b'{' => {
                open.push(here);
                below += here;
                here = 0;
            }
            b')' | b']' | b'}' => {
                let outer = open.pop().unwrap_or(0);
                below -= outer;
                here = outer;
            }
            b',' => here = 0,
            b'\n' if open.is_empty() && before != b'\\' => here = 0,
            _ => {}
        }
        before = byte;
    }
    most
}
