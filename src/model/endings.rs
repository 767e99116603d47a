//! How each name of a listing ends, in two bytes, so that nobody reads a hundred thousand names of JavaScript to find
//! four of Python.
//!
//! An ending is what stands behind a name's last dot, of a long one its last eight bytes. Two endings may share their two
//! bytes: whoever is told of an entry still looks at its name.

use std::ops::Range;

/// How many bytes of an ending count.
const LENGTH: usize = 8;
/// So many are compared at once.
const AT_ONCE: usize = 64;

/// The endings of all names, row by row.
#[derive(Clone, Debug, Default)]
pub struct Endings(Vec<u16>);

impl Endings {
    /// None, with room for so many.
    pub fn with_capacity(rows: usize) -> Endings {
        Endings(Vec::with_capacity(rows))
    }

    /// Takes over rows of others, as they are.
    pub fn extend(&mut self, others: &Endings, rows: Range<usize>) {
        self.0.extend_from_slice(&others.0[rows]);
    }

    /// Notes the next name.
    pub fn push(&mut self, name: &[u8]) {
        self.0.push(mark(name));
    }

    /// No name comes any more: whatever room was kept for more is given back.
    pub fn close(&mut self) {
        self.0.shrink_to_fit();
    }

    /// The rows whose names may end so, in order. What is asked for holds a dot, or eight bytes of a name at least.
    pub fn rows(&self, ending: &[u8]) -> impl Iterator<Item = usize> + '_ {
        debug_assert!(ending.contains(&b'.') || ending.len() >= LENGTH, "this tells no ending");
        let sought = mark(ending);
        // Most pieces hold none, which is told of all of a piece in few steps.
        let pieces = self.0.chunks(AT_ONCE).enumerate();
        let telling =
            pieces.filter(move |(_, piece)| piece.iter().fold(false, |found, &mark| found | (mark == sought)));
        telling.flat_map(move |(index, piece)| {
            let rows = (index * AT_ONCE..).zip(piece);
            rows.filter(move |(_, mark)| **mark == sought).map(|(row, _)| row)
        })
    }
}

fn mark(name: &[u8]) -> u16 {
    let ending = name.iter().rev().take(LENGTH).take_while(|&&byte| byte != b'.');
    let packed = ending.fold(0_u64, |packed, &byte| packed << 8 | u64::from(byte));
    // A multiplication spreads the bytes over the highest bits.
    (packed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 48) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_by_their_endings() {
        let names =
            ["a.js", "index.d.ts", "numpy-1.2.dist-info", "node_modules", "Makefile", "", "x.cpython-310-linux-gnu.so"];
        let mut endings = Endings::default();
        for name in names.iter().cycle().take(700) {
            endings.push(name.as_bytes());
        }
        for (place, ending) in
            [(0, ".js"), (1, ".d.ts"), (1, ".ts"), (2, ".dist-info"), (3, "node_modules"), (6, "-linux-gnu.so")]
        {
            let rows: Vec<usize> = endings.rows(ending.as_bytes()).collect();
            assert_eq!(rows, (place..700).step_by(names.len()).collect::<Vec<_>>(), "{ending}");
        }
        assert_eq!(endings.rows(b".pyc").count(), 0);
    }

    proptest::proptest! {
        #[test]
        fn no_name_is_missed(name in "[a-z._]{0,14}", ending in "[a-z_]{0,9}\\.[a-z]{0,9}|[a-z_]{8,12}") {
            let mut endings = Endings::default();
            endings.push(format!("{name}{ending}").as_bytes());
            proptest::prop_assert_eq!(endings.rows(ending.as_bytes()).count(), 1);
        }
    }
}
