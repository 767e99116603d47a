//! Parses Python sources of strangers within bounds: not too long, and not so deep that a stack overflows.
//!
//! The parser grows its stack as it goes, but the tree it returns is dropped by recursion. So what could nest too
//! deeply is not parsed at all, and what is parsed runs on threads with room for whatever the estimate missed.

use ruff_python_ast::{PySourceType, Stmt};
use ruff_python_parser::parse_unchecked_source;

use crate::model::bytes::Bytes;
use crate::model::escape::printable;

/// Longer sources are not parsed.
pub const LONGEST_SOURCE: Bytes = Bytes(1 << 20);
/// More levels than any author writes.
const DEEPEST: usize = 20_000;
/// Room for a tree as deep as [`LONGEST_SOURCE`] allows at all. Only what is used of it becomes memory.
const STACK: usize = 512 << 20;
/// More such stacks than this could be refused where address space is limited.
const MOST_THREADS: usize = 16;

/// Runs work on threads with stacks deep enough for [`with_module`]; `None` if the system gives no such threads.
pub fn on_deep_stacks<T: Send>(work: impl FnOnce() -> T + Send) -> Option<T> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build().ok()?;
    Some(pool.install(work))
}

/// Where a source stops being Python: the line, from 1, and what the parser says.
pub type SyntaxError = (usize, String);

/// Hands the statements of a module to `look`; `None` if the source may nest too deeply. A source with syntax errors
/// gives what can be understood of it. To be called on deep stacks.
pub fn with_module<T>(source: &str, look: impl FnOnce(&[Stmt]) -> T) -> Option<T> {
    with_checked_module(source, |body, _| look(body))
}

/// The same, with the first syntax error, if there is one.
pub fn with_checked_module<T>(source: &str, look: impl FnOnce(&[Stmt], Option<SyntaxError>) -> T) -> Option<T> {
    // A level costs a byte at least.
    if source.len() > DEEPEST && deepest(source) > DEEPEST {
        return None;
    }
    let parsed = parse_unchecked_source(source, PySourceType::Python);
    let error = parsed.errors().first().map(|error| {
        let before = source.as_bytes().get(..error.location.start().to_usize()).unwrap_or_default();
        (memchr::memchr_iter(b'\n', before).count() + 1, printable(error.error.to_string().as_bytes()))
    });
    Some(look(parsed.suite(), error))
}

/// An estimate of how deeply a source's expressions nest: every level costs a character that is no part of a word, or
/// the start of a word, since the last comma or line end of each bracket that is open.
fn deepest(source: &str) -> usize {
    let (mut nesting, mut before) = (Nesting::default(), 0);
    let starts = |&byte: &u8| {
        let goes_on = IS_WORD[usize::from(byte)] && IS_WORD[usize::from(before)];
        before = byte;
        !goes_on
    };
    source.bytes().filter(starts).map(|byte| nesting.take(byte)).max().unwrap_or(0)
}

/// By byte: whether it may be a part of a word.
const IS_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = (byte as u8).is_ascii_alphanumeric() || byte == b'_' as usize || byte >= 0x80;
        byte += 1;
    }
    table
};

#[derive(Default)]
struct Nesting {
    /// What was counted in each open bracket before the next one opened.
    open: Vec<usize>,
    /// The sum of `open`.
    outside: usize,
    /// What was counted in the innermost bracket.
    here: usize,
    before: u8,
}

impl Nesting {
    /// Takes the next byte that does not go on with a word.
    fn take(&mut self, byte: u8) -> usize {
        self.here += usize::from(!byte.is_ascii_whitespace());
        let depth = self.outside + self.here;
        match byte {
            b'(' | b'[' | b'{' => {
                self.open.push(self.here);
                self.outside = depth;
                self.here = 0;
            }
            b')' | b']' | b'}' => {
                self.here = self.open.pop().unwrap_or(0);
                self.outside -= self.here;
            }
            b',' => self.here = 0,
            b'\n' if self.open.is_empty() && self.before != b'\\' => self.here = 0,
            _ => {}
        }
        self.before = byte;
        depth
    }
}
